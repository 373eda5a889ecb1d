"""The clocks of a case as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.clocks import chip
from sla.ledger import Ledger, brief


@dataclass(frozen=True)
class Clocks:
    """The chip of the head, and one ledger for each measure."""

    chip: dict[str, Any] | None
    ledgers: list[Ledger]


def side(case: Any, *, at: datetime) -> Clocks:
    """Read the last clock of each measure."""
    reasons = {case.hold_reason.code: case.hold_reason} if case.hold_reason_id else {}
    return Clocks(chip(case, at=at), brief(case, reasons=reasons, at=at))
