"""What figures aim at, whether they reach it, and setting a new aim."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from itsm.records.figures import Breakdown, Durations, Mean, Share
from itsm.records.kpis import Kpi
from itsm.records.refusals import NotAllowed, Objected
from itsm.reporting import access
from itsm.reporting.models import KpiTarget

if TYPE_CHECKING:
    from itsm.people.models import Person

#: What one unit of a target is: per cent, hours, NT$, or the number itself.
SCALE = {"share": 100, "points": 100, "per_100": 100, "duration": 3600, "money": 1}


def in_force(kpi: Kpi, *, on: date, known: dict[str, list[KpiTarget]] | None = None) -> Fraction | None:
    """Give what the figure aims at on a day, in per cent, hours, NT$ or as a number; None where nobody has said."""
    rows = history(kpi) if known is None else known.get(kpi.key, [])
    for row in rows:
        if row.since <= on:
            return None if row.value is None else Fraction(row.value)
    return None if kpi.target is None else kpi.target * (1 if kpi.unit == "duration" else SCALE.get(kpi.unit, 1))


def history(kpi: Kpi) -> list[KpiTarget]:
    """List every aim that was set, the latest first."""
    return list(KpiTarget.objects.filter(key=kpi.key).select_related("set_by").order_by("-since", "-pk"))


def all_set() -> dict[str, list[KpiTarget]]:
    """Read the aims of all figures at once."""
    found: dict[str, list[KpiTarget]] = {}
    for row in KpiTarget.objects.order_by("key", "-since", "-pk"):
        found.setdefault(row.key, []).append(row)
    return found


def measured(kpi: Kpi, value: Any) -> Fraction | None:
    """Give the exact number that is held against the aim; of durations the median, in hours."""
    if isinstance(value, Share):
        return None if value.ratio is None else value.ratio * SCALE.get(kpi.unit, 100)
    if isinstance(value, Durations):
        return None if value.median is None else Fraction(value.median) / 3600
    if isinstance(value, Mean):
        return value.value
    return None if isinstance(value, Breakdown) else Fraction(int(value))


def met(kpi: Kpi, value: Any, aim: Fraction | None) -> bool | None:
    """Tell whether the unrounded figure reaches its aim; None where there is no figure, no aim or no better way."""
    found = measured(kpi, value)
    if found is None or aim is None or not kpi.good:
        return None
    return found >= aim if kpi.good == "up" else found <= aim


def aim(kpi: Kpi, *, value: Decimal | None, since: date, reason: str, by: Person, at: datetime) -> KpiTarget:
    """Set what the figure aims at from a day on; ``value`` None takes the aim away.

    :raises NotAllowed: if the person neither owns the figure nor sets targets
    :raises Objected: if the value or reason will not do
    """
    if not access.may_aim(by, kpi):
        raise NotAllowed
    if kpi.unit == "share" and value is not None and value > 100:
        raise Objected(gettext("A share is not more than 100 per cent."))
    row = KpiTarget(key=kpi.key, value=value, since=since, reason=reason.strip(), set_by=by, set_at=at)
    try:
        row.full_clean(validate_unique=False)
    except ValidationError as fault:
        raise Objected(*fault.messages) from fault
    row.save()
    return row
