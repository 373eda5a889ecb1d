"""Five whys and fishbone: the lines of a dialog become rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from problems.models import AnalysisNote

MOST_WHYS, LONGEST = 5, 500
LINE = re.compile(r"^([^:：]{1,20})[:：](.+)$")
#: The bones by the words that people write.
BONES = {
    "people": "people", "人員": "people", "method": "method", "方法": "method", "machine": "machine", "設備": "machine",
    "material": "material", "材料": "material", "measurement": "measurement", "量測": "measurement",
    "environment": "environment", "環境": "environment",
}  # fmt: skip


def lines(text: str) -> list[str]:
    """Split into lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def bone(line: str) -> tuple[str, str] | None:
    """Read a line of the fishbone as its category and cause; None where it names no category."""
    found = LINE.match(line)
    kind = BONES.get(found[1].strip().lower()) if found else None
    return (kind, found[2].strip()) if kind and found else None


def odd_line(text: str) -> str:
    """Give the first line of a fishbone that names no category; empty when there is none."""
    return next((line for line in lines(text) if bone(line) is None), "")


def keep(problem: Any, *, whys: str, fishbone: str) -> None:
    """Write the whys and bones of ``problem`` anew, each where it was given."""
    from problems.models import AnalysisNote

    rows: list[AnalysisNote] = []
    if whys:
        problem.analysis.filter(kind="why").delete()
        rows += [
            AnalysisNote(problem=problem, kind="why", position=number, text=line[:LONGEST])
            for number, line in enumerate(lines(whys)[:MOST_WHYS], 1)
        ]
    if fishbone:
        problem.analysis.exclude(kind="why").delete()
        read = [found for line in lines(fishbone) if (found := bone(line))]
        rows += [
            AnalysisNote(problem=problem, kind=kind, position=number, text=text[:LONGEST])
            for number, (kind, text) in enumerate(read, 1)
        ]
    AnalysisNote.objects.bulk_create(rows)
