"""The chances of open cases, reckoned anew every few minutes, and their reasons in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from itsm.hours.instants import epoch_of
from itsm.tickets.models import Ticket
from sla import reckoning
from sla.forecast import history
from sla.forecast.learning import LEAST_CASES, Learnt
from sla.forecast.traits import ARRIVALS, HOURS, QUEUES, SHARES, Queues, Traits, traits
from sla.models import Clock
from sla.simulation_models import BreachModel, BreachRisk

#: A chance that is older is not shown.
STALE = timedelta(minutes=30)
MOST = 20_000


def model() -> BreachModel | None:
    """This will give what was learnt last; None before the first night."""
    return BreachModel.objects.order_by("-pk").first()


def work(at: datetime) -> int:
    """This will reckon the chance of every open case whose target is not missed yet; gives how many."""
    kept = model()
    made: list[BreachRisk] = []
    if kept is not None and kept.weights:
        made = _risks(Learnt.read(kept.weights), at)
    with transaction.atomic():
        BreachRisk.objects.exclude(pk__in=[one.pk for one in made]).delete()
        BreachRisk.objects.bulk_create(
            made, batch_size=2000, update_conflicts=True, unique_fields=["record"], update_fields=["chance", "reasons", "at"]
        )  # fmt: skip
    return len(made)


def _risks(learnt: Learnt, at: datetime) -> list[BreachRisk]:
    waiting = history.queues(since=at - timedelta(days=2))
    unjudged = Clock.objects.open().filter(breached_at=None, lifted_at=None, is_deadline=False)
    clocks = list(unjudged.filter(metric__in=history.METRICS)[:MOST])
    facts = {
        pk: (team, priority)
        for pk, team, priority in Ticket.objects.filter(pk__in=[clock.record_id for clock in clocks]).values_list(
            "pk", "team", "priority"
        )
    }
    return [_risk(clock, facts[clock.record_id], waiting, learnt, at) for clock in clocks if clock.record_id in facts]


def _risk(clock: Clock, facts: tuple[Any, Any], waiting: Queues, learnt: Learnt, at: datetime) -> BreachRisk:
    team, priority = facts
    now = epoch_of(at)
    share = reckoning.used(clock, at=at) / (clock.target_seconds or 1)
    length, came = waiting.length(team, now), waiting.arrivals(team, now)
    zone = ZoneInfo(settings.TIME_ZONE)
    found = traits(share=share, queue=length, arrivals=came, at=now, zone=zone, priority=priority)
    reasons = [[name, kind, raises] for name, kind, raises in learnt.reasons(found)]
    return BreachRisk(record_id=clock.record_id, chance=learnt.chance(found), reasons=reasons, at=at)


def of_case(record: Any, *, at: datetime) -> dict[str, Any] | None:
    """This will say how likely a case misses its target, why, and as of when; None when that is not known."""
    found = BreachRisk.objects.filter(pk=record.pk, at__gte=at - STALE).first()
    if found is None:
        return None
    return {"percent": percent(found.chance), "reasons": [reason_words(*one) for one in found.reasons], "at": found.at}


def percent(chance: float) -> int:
    """This will write a chance in whole per cent, never as certain either way."""
    return min(99, max(1, round(chance * 100)))


def too_little() -> str:
    """This will say why there is no prediction; empty when there is one."""
    kept = model()
    if kept is None:
        return _("Nothing has been learnt yet: it is done every night.")
    if not kept.weights:
        told = _(
            "Too little history to predict from: at least %(least)s judged cases with enough misses and hits are needed."
        )
        return told % {"least": LEAST_CASES}
    return ""


def reason_words(name: str, kind: int, raises: bool) -> str:
    """This will say a reason."""
    how = _("raises it") if raises else _("lowers it")
    return _("%(trait)s (%(how)s)") % {"trait": trait_words(Traits._fields.index(name), kind), "how": how}


def trait_words(place: int, kind: int) -> str:
    """This will say a class of a trait."""
    if place == 0:
        return _("%(range)s %% of the target used") % {
            "range": _range([int(one * 100) for one in SHARES], kind, last=100)
        }
    if place == 1:
        return _("%(range)s cases at the team") % {"range": _range(QUEUES, kind)}
    if place == 2:
        return _("%(range)s cases came to the team within a day") % {"range": _range(ARRIVALS, kind)}
    if place == 3:
        return _("%(range)s o'clock") % {"range": _range(HOURS, kind, last=24)}
    return f"P{kind + 1}"


def _range(ends: Any, kind: int, *, last: int | None = None) -> str:
    low = 0 if kind == 0 else ends[kind - 1]
    if kind < len(ends):
        return f"{low}–{ends[kind]}"
    return f"{low}–{last}" if last is not None else _("more than %s") % low
