"""The register of guards: named conditions with the sentence that refuses in both languages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from itsm.flow.move import Move
from itsm.flow.words import Words

Check = Callable[[Any, Move], bool]


@dataclass(frozen=True)
class Guard:
    """A condition of a transition; ``asks`` names inputs that decide it, so that an offer does not judge it before."""

    code: str
    refusal: Words
    check: Check
    asks: tuple[str, ...] = ()

    def allows(self, record: Any, move: Move) -> bool:
        """Judge ``move`` once, however often it is asked: under its lock nothing changes between."""
        if self.code not in move.judged:
            move.judged[self.code] = self.check(record, move)
        return move.judged[self.code]


GUARDS: dict[str, Guard] = {}


def guard(code: str, en: str, zh_hant: str, *, asks: tuple[str, ...] = ()) -> Callable[[Check], Check]:
    """Register the decorated ``check(record, move)`` under ``code`` with its refusal.

    :raises ValueError: if another check has that code
    """

    def register(check: Check) -> Check:
        known = GUARDS.get(code)
        if known is not None and known.check is not check:
            raise ValueError(f"Guard {code} is registered twice.")
        GUARDS[code] = Guard(code, Words(en, zh_hant), check, asks)
        return check

    return register
