"""The clocks of a case as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sla.clocks import chip
from sla.ledger import Ledger, brief
from sla.words import party_words


@dataclass(frozen=True)
class Clocks:
    """The chip of the head, and one ledger for each measure."""

    chip: dict[str, Any] | None
    ledgers: list[Ledger]

    @property
    def agreed(self) -> list[tuple[str, str]]:
        """By which agreements the case is measured, each once: number, and why."""
        by = {
            one.clock.terms["agreement"]["number"]: one.clock.terms
            for one in self.ledgers
            if "agreement" in one.clock.terms
        }
        return [(number, party_words(terms)) for number, terms in by.items()]


def side(case: Any, *, at: datetime) -> Clocks:
    """Read the last clock of each measure."""
    reasons = {case.hold_reason.code: case.hold_reason} if case.hold_reason_id else {}
    return Clocks(chip(case, at=at), brief(case, reasons=reasons, at=at))
