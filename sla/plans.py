"""Which processes have clocks: each registers its plan, so that clocks need to know no process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


def _never(record: Any) -> datetime | None:
    return None


def _always(record: Any) -> bool:
    return True


@dataclass(frozen=True)
class Plan:
    """What is measured on records of one kind.

    ``work`` is the metric of the whole case, ``updates`` tells whether the requester is owed news while it lasts.
    ``answers`` tells whether a first response is owed; ``update_due`` gives a promised time of the next news;
    ``granted_at`` the time from which the work counts where an approval must come first. ``pause_reason`` names why
    clocks stand still in a state in which they pause.
    """

    kind: str
    work: str
    updates: bool = False
    answers: Callable[[Any], bool] = _always
    update_due: Callable[[Any], datetime | None] = _never
    granted_at: Callable[[Any], datetime | None] = _never
    pause_reason: str = "approval"


_plans: dict[str, Plan] = {}


def add(plan: Plan) -> None:
    """Register ``plan`` for its kind; the same kind again replaces it."""
    _plans[plan.kind] = plan


def plan_of(record: Any) -> Plan | None:
    """Find the plan of a record; None when its kind has no clocks."""
    return _plans.get(record.kind)


def known() -> dict[str, Plan]:
    """Give every plan by its kind."""
    return dict(_plans)
