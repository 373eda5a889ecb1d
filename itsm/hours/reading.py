"""What was read of a file of days: the days that are right, and the cells that are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


@dataclass(frozen=True)
class BadCell:
    """A cell that was not understood, and why, in the reader's language."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = {"line": self.line, "column": self.column, "reason": self.reason}
        return gettext("Line %(line)s, %(column)s: %(reason)s") % place


@dataclass
class Reading:
    """What a file holds: the days that are right, and the cells that are not."""

    days: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[BadCell] = field(default_factory=list)
