"""Contents, targets and criteria as people write them: one line each, read into what they name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 160
PART = re.compile(r"^(?P<name>[^:：]+)[:：]\s*(?P<old>[^>→]*?)\s*(?:->|→)\s*(?P<new>.+)$")
WAVE = re.compile(r"^(?P<environment>[^:：]+)[:：](?P<targets>.+)$")
COMMA = re.compile(r"[,，、]")
#: Environments by the words that people write.
ENVIRONMENTS = {
    "test": "test", "測試": "test", "staging": "staging", "預備": "staging", "production": "production", "prod": "production",
    "正式": "production", "recovery": "recovery", "dr": "recovery", "備援": "recovery",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One item of the contents: its number or name, and the versions before and after."""

    name: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Target:
    """One target of a wave."""

    environment: str
    name: str
    wave: int


def lines(text: str) -> list[str]:
    """Split into lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def parts(text: str) -> list[Part]:
    """Read the contents; a line without versions names an item only."""
    return [_part(line) for line in lines(text)]


def _part(line: str) -> Part:
    found = PART.match(line)
    if found is None:
        return Part(line[:LONGEST])
    return Part(found["name"].strip()[:LONGEST], found["old"].strip()[:60], found["new"].strip()[:60])


def targets(text: str) -> list[Target]:
    """Read the waves; lines that :func:`odd_line` objects to are left out."""
    read = [(number, found) for number, line in enumerate(lines(text), 1) if (found := _wave(line))]
    return [
        Target(environment, name.strip()[:LONGEST], number)
        for number, (environment, names) in read
        for name in COMMA.split(names)
        if name.strip()
    ]


def odd_line(text: str) -> str:
    """Give the first line that names no environment or no target; empty when there is none."""
    return next((line for line in lines(text) if _wave(line) is None), "")


def _wave(line: str) -> tuple[str, str] | None:
    found = WAVE.match(line)
    environment = ENVIRONMENTS.get(found["environment"].strip().lower()) if found else None
    if found is None or environment is None or not COMMA.sub("", found["targets"]).strip():
        return None
    return environment, found["targets"]
