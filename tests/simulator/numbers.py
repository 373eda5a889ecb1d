"""Reads the numbers of a page: those that are links, with their addresses, and those that are not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

#: What a figure looks like: a count, a share, a time; nothing and "-" open no rows.
FIGURE = re.compile(r"[+-]?\d[\d,.]*(?: ?%)?|\d.*(?:h|min|s|d|小時|分|分鐘|秒|天)")
NOTHING = {"0", "-", "–", ""}


class Numbers(HTMLParser):
    """Keeps the links within tiles and the cells of tables, and the texts beside them that look like figures."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.loose: list[str] = []
        self.inside, self.link = 0, ""
        self.sentence = False  # of which no word outside a link may hold a digit

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where the reader is."""
        found = dict(attrs)
        if tag == "td" or (tag == "li" and found.get("class") == "stat") or "data-numbers" in found:
            self.inside, self.sentence = 1, "data-numbers" in found
        elif tag == "a" and self.inside:
            self.link = str(found["href"])

    def handle_endtag(self, tag: str) -> None:
        """Leave a link, a cell or a tile."""
        if tag == "a":
            self.link = ""
        elif tag in ("td", "li", "h2", "span"):
            self.inside, self.sentence = 0, False

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        text = data.strip()
        if not self.inside or not text:
            return
        if self.link:
            self.links.append((self.link, text))
        elif text not in NOTHING and (FIGURE.fullmatch(text) or (self.sentence and re.search(r"\d", text))):
            self.loose.append(text)


def numbers_of(client: Client, address: str) -> Numbers:
    """Read the numbers of a page."""
    found = Numbers()
    found.feed(client.get(address).content.decode())
    return found


def amounts_of(page: Any) -> tuple[list[int], list[int]]:
    """Read what the rows of a page add, and what they are said to come to."""
    text = page.content.decode()
    rows = [int(one) for one in re.findall(r'<data value="(-?\d+)">', text)]
    return rows, [int(one) for one in re.findall(r'<data class="side-total" value="(-?\d+)">', text)]
