"""The document as text: equal figures are equal texts, and what two editions say differently can be listed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any


def canonical(document: dict[str, Any]) -> str:
    """Write a document so that equal ones are equal texts."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(document: dict[str, Any]) -> str:
    """Give the SHA-256 of the canonical text."""
    return sha256(canonical(document).encode()).hexdigest()


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """List the numbers that differ: which, before, after, and the rows that were added or taken away."""
    before, after = old.get("figures", {}), new.get("figures", {})
    found = []
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        gone, come = _rows(one), _rows(other)
        found.append({
            "figure": key, "before": one and one["shown"], "after": other and other["shown"],
            "added": len(come - gone), "removed": len(gone - come),
        })  # fmt: skip
    return found


def _rows(figure: dict[str, Any] | None) -> set[tuple[Any, ...]]:
    sides = figure["sides"] if figure else {}
    return {(side, *row) for side, rows in sides.items() for row in rows}


def comments_in(document: dict[str, Any], comments: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put the commentary of each service, by its code, into a copy of the document."""
    services = [one | {"comment": comments.get(one["code"])} for one in document.get("services", [])]
    return document | {"services": services}
