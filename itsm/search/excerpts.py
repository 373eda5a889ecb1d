"""The place of a text where the searched words stand, marked."""

from __future__ import annotations

import re

from django.utils.html import escape
from django.utils.safestring import SafeString

PART = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff]+")
AROUND = 60
FURTHEST = 20_000


def excerpt(text: str, asked: str) -> SafeString:
    """Cut the surroundings of the first searched word out of ``text`` and mark the words; empty when none stands there."""
    words = [re.escape(word) for word in dict.fromkeys(PART.findall(asked))][:12]
    if not words:
        return SafeString("")
    pattern = re.compile("|".join(sorted(words, key=len, reverse=True)), re.IGNORECASE)
    plain = " ".join(text[:FURTHEST].split())
    first = pattern.search(plain)
    if first is None:
        return SafeString("")
    start, end = max(0, first.start() - AROUND), first.end() + 2 * AROUND
    cut = ("…" if start else "") + plain[start:end] + ("…" if end < len(plain) else "")
    return _marked(cut, pattern)


def _marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    done, last = [], 0
    for hit in pattern.finditer(text):
        done += [escape(text[last : hit.start()]), "<mark>", escape(hit[0]), "</mark>"]
        last = hit.end()
    return SafeString("".join([*done, escape(text[last:])]))
