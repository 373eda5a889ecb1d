"""Sums of held time over closed cases, and the rows behind each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from itsm.tickets.models import Ticket
from sla.simulation_models import HeldTime, Party

#: By what sums are gathered: the column of each.
GROUPS = {"service": "record__ticket__service", "team": "team", "supplier": "supplier"}


@dataclass(frozen=True)
class Chosen:
    """Which held time is asked for; None is everything."""

    since: date | None = None
    until: date | None = None
    kind: str = ""
    service: int | None = None
    team: int | None = None
    supplier: int | None = None
    party: str = ""


def held(chosen: Chosen, tickets: QuerySet[Ticket]) -> QuerySet[HeldTime]:
    """This will give the parts of closed ``tickets`` that were ended in the period, as asked for."""
    found = HeldTime.objects.filter(record__in=tickets.filter(phase="done").values("pk"))
    zone = ZoneInfo(settings.TIME_ZONE)
    if chosen.since is not None:
        begin = datetime.combine(chosen.since, datetime.min.time(), tzinfo=zone)
        found = found.filter(record__held_life__ended_at__gte=begin)
    if chosen.until is not None:
        end = datetime.combine(chosen.until + timedelta(days=1), datetime.min.time(), tzinfo=zone)
        found = found.filter(record__held_life__ended_at__lt=end)
    exact = {
        "record__kind": chosen.kind, "record__ticket__service": chosen.service, "team": chosen.team,
        "supplier": chosen.supplier, "party": chosen.party,
    }  # fmt: skip
    return found.filter(**{name: value for name, value in exact.items() if value})


def by_group(found: QuerySet[HeldTime], group: str) -> list[dict[str, Any]]:
    """This will sum by service, team or supplier, each with its parties; the longest first, what has none last."""
    column = GROUPS[group]
    counted = found.values(key=F(column), who=F("party")).annotate(
        seconds=Sum("seconds"), cases=Count("record", distinct=True)
    )
    kept: dict[int | None, dict[str, Any]] = {}
    for row in counted.order_by(column, "party"):
        line = kept.setdefault(row["key"], {"key": row["key"], "seconds": 0, **dict.fromkeys(Party.values, 0)})
        line[row["who"]] = row["seconds"]
        line["seconds"] += row["seconds"]
    return sorted(kept.values(), key=lambda line: (line["key"] is None, -line["seconds"], line["key"] or 0))


def in_all(found: QuerySet[HeldTime]) -> dict[str, Any]:
    """This will sum everything by party, with the number of cases."""
    counted = {
        row["party"]: row["seconds"] for row in found.values("party").annotate(seconds=Sum("seconds")).order_by("party")
    }
    cases = found.aggregate(cases=Count("record", distinct=True))["cases"]
    parties: Sequence[str] = Party.values
    return {"cases": cases, "seconds": sum(counted.values()), **{name: counted.get(name, 0) for name in parties}}


def cases(found: QuerySet[HeldTime], *, share: str = "") -> QuerySet[HeldTime, dict[str, Any]]:
    """This will give the cases behind a sum with the seconds that each adds to it, the longest first.

    With a party as ``share``, ``part`` is what that party held of them, and the longest part comes first.
    """
    summed: Any = found.values(case=F("record")).annotate(part=_part(share), seconds=Sum("seconds"))
    rows: QuerySet[HeldTime, dict[str, Any]] = summed.order_by("-part", "-seconds", "record")
    return rows


def whole(found: QuerySet[HeldTime], *, share: str = "") -> dict[str, int]:
    """This will say what the cases behind a sum come to: how many, their seconds, and what the party of ``share`` held."""
    return dict(
        found.aggregate(cases=Count("record", distinct=True), part=_part(share), seconds=Sum("seconds", default=0))
    )


def _part(share: str) -> Coalesce:
    """Add up what one party held; nothing without one."""
    return Coalesce(Sum("seconds", filter=Q(party=share)), 0)
