"""The register of guards: named conditions with the sentence that refuses in both languages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from itsm.flow.move import Move
from itsm.flow.words import Words

Check = Callable[[Any, Move], bool]


@dataclass(frozen=True)
class Guard:
    """A condition of a transition; ``asks`` names inputs that decide it, so that an offer does not judge it before.

    Processes that share a condition judge it on their own records: ``checks`` by the kind of record, "" for any other.
    """

    code: str
    refusal: Words
    checks: dict[str, Check] = field(default_factory=dict)
    asks: tuple[str, ...] = ()

    def allows(self, record: Any, move: Move) -> bool:
        """Judge ``move`` once, however often it is asked: under its lock nothing changes between.

        :raises KeyError: if nobody judges this condition on such a record
        """
        if self.code not in move.judged:
            check = self.checks.get(record.kind) or self.checks[""]
            move.judged[self.code] = check(record, move)
        return move.judged[self.code]


GUARDS: dict[str, Guard] = {}


def guard(code: str, en: str, zh_hant: str, *, asks: tuple[str, ...] = (), of: str = "") -> Callable[[Check], Check]:
    """Register the decorated ``check(record, move)`` under ``code`` with its refusal, for records of the kind ``of``.

    :raises ValueError: if another check, or another refusal, has that code
    """

    def register(check: Check) -> Check:
        refusal = Words(en, zh_hant)
        known = GUARDS.get(code, Guard(code, refusal))
        if known.checks.get(of, check) is not check:
            raise ValueError(f"Guard {code} is registered twice.")
        if known.refusal != refusal:
            raise ValueError(f"Guard {code} refuses with two sentences.")
        GUARDS[code] = Guard(code, refusal, {**known.checks, of: check}, tuple(dict.fromkeys((*known.asks, *asks))))
        return check

    return register
