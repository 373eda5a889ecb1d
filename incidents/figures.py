"""The figures of incidents (domain 4.8): by what their journals, columns and clocks say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import capfirst

from incidents.models import Incident, JudgementCheck
from itsm.people.models import Person
from itsm.records import register
from itsm.records.figures import (
    PERIODS,
    Breakdown,
    Count,
    Durations,
    Mean,
    Rows,
    Share,
    broken_down,
    durations,
    mean,
    moved,
    moves_of,
    per_head,
    share,
    signed,
)
from itsm.records.models import Event, Link, LinkKind
from itsm.tickets.models import Assignment
from sla import attained

#: What a confirmation by the timer, not by a person, is called.
BY_TIMER = "timer"
#: Channels on which the requester is on the line, and the days in which a solution must hold to count as the first contact's.
LIVE, HOLDS = ("phone", "chat", "walk_in"), timedelta(days=7)
#: Business days in which a major incident is to be reviewed.
REVIEW_WITHIN = 5


def _received(start: datetime, end: datetime) -> Any:
    return Incident.objects.filter(received_at__gte=start, received_at__lt=end)


def _resolved(start: datetime, end: datetime) -> Any:
    return Incident.objects.filter(resolved_at__gte=start, resolved_at__lt=end).exclude(state="cancelled")


def _closed(start: datetime, end: datetime) -> Any:
    return Incident.objects.filter(closed_at__gte=start, closed_at__lt=end, state="closed")


def _open_at(end: datetime) -> Any:
    return Incident.objects.filter(received_at__lt=end).exclude(closed_at__lt=end)


def volume(*, start: datetime, end: datetime) -> Count:
    """Count the incidents received in the period."""
    return Count(Rows(_received(start, end)))


def rate_per_100(*, start: datetime, end: datetime) -> Share:
    """Count the incidents received against the active people of the directory."""
    return per_head(Rows(_received(start, end)), Person.objects.active().count())


def time_to_acknowledge(*, start: datetime, end: datetime) -> Durations:
    """Measure from receipt to the first answer in agreed hours, for those answered in the period."""
    return attained.taken("response", "incident", start=start, end=end)


def time_to_resolve(*, start: datetime, end: datetime) -> Durations:
    """Measure the resolution in agreed hours, pauses taken out, for those resolved in the period."""
    return attained.taken("resolution", "incident", start=start, end=end, by="record__ticket__resolved_at")


def time_to_resolve_calendar(*, start: datetime, end: datetime) -> Durations:
    """Measure from receipt to resolution around the clock, for those resolved in the period."""
    return durations(_resolved(start, end).values_list("pk", "received_at", "resolved_at"))


def time_to_restore(*, start: datetime, end: datetime) -> Durations:
    """Measure from the beginning of the outage to the restoration, for those restored in the period."""
    return durations(_restored(start, end).values_list("pk", "occurred_at", "restored_at"))


def _restored(start: datetime, end: datetime) -> Any:
    return Incident.objects.filter(restored_at__gte=start, restored_at__lt=end)


def response_attainment(*, start: datetime, end: datetime) -> Share:
    """Count those answered in time among those closed in the period that had a target."""
    return attained.attainment("response", start=start, end=end, kind="incident")


def resolution_attainment(*, start: datetime, end: datetime) -> Share:
    """Count those resolved in time among those closed in the period that had a target."""
    return attained.attainment("resolution", start=start, end=end, kind="incident")


def first_contact_resolution(*, start: datetime, end: datetime) -> Share:
    """Count those that the first line solved in one stay, that never waited and held for seven days.

    Among those that came while the requester was on the line, or are of a category that may be solved so.
    """
    live = _resolved(start, end).filter(Q(channel__in=LIVE) | Q(category__first_contact=True))
    stays = Assignment.objects.values("ticket").annotate(count=CountOf("pk"))
    moves = Event.objects.moves().filter(record=OuterRef("pk"))
    again = moves.filter(name__in=("reopen", "reject_resolution"), at__lte=OuterRef("resolved_at") + HOLDS)
    settled = live.filter(resolved_tier=1).exclude(pk__in=stays.filter(count__gt=1).values("ticket"))
    good = settled.exclude(Exists(moves.filter(name="hold"))).exclude(Exists(again))
    return share(Rows(good), Rows(live))


def first_line_resolution(*, start: datetime, end: datetime) -> Share:
    """Count those that the first line resolved among those resolved."""
    rows = _resolved(start, end)
    return share(Rows(rows.filter(resolved_tier=1)), Rows(rows))


def reopen_rate(*, start: datetime, end: datetime) -> Share:
    """Count the reopenings in the period against the closings in it."""
    closed = Event.objects.moves().filter(record__kind="incident", target="closed", at__gte=start, at__lt=end)
    return share(moved("incident", "reopen", start=start, end=end), Rows(closed, "record", kind="incident"))


def rejection_rate(*, start: datetime, end: datetime) -> Share:
    """Count how often a resolution was refused against how often one was given."""
    given = moved("incident", "resolve", start=start, end=end)
    return share(moved("incident", "reject_resolution", start=start, end=end), given)


def bounce_rate(*, start: datetime, end: datetime) -> Share:
    """Count those that came back between teams at least once among those resolved."""
    rows = _resolved(start, end)
    return share(Rows(rows.filter(bounce_count__gte=1)), Rows(rows))


def mean_hops(*, start: datetime, end: datetime) -> Mean:
    """Average the hand-overs from team to team of those resolved."""
    rows = _resolved(start, end)
    stays = dict(
        Assignment.objects.filter(ticket__in=rows.values("pk")).values_list("ticket").annotate(n=CountOf("pk"))
    )
    keys = rows.order_by().values_list("pk", flat=True)
    return mean(Rows(tuple((key, max(stays.get(key, 0) - 1, 0)) for key in keys)))


def judged_wrongly(*, start: datetime, end: datetime) -> Share:
    """Count the incidents that were received as such and judged to be something else (misclassification)."""
    rows = _received(start, end)
    return share(Rows(rows.filter(links_out__kind=LinkKind.RECLASSIFIED_TO).distinct()), Rows(rows))


def misclassified(*, start: datetime, end: datetime) -> Breakdown:
    """Count what was received as an incident or request and judged to be something else, by direction (misclassification)."""
    since = start - (end - start) * PERIODS
    moved_on = Link.objects.filter(kind=LinkKind.RECLASSIFIED_TO, source__kind__in=("incident", "service_request"))
    moved_on = moved_on.filter(source__ticket__received_at__gte=since, source__ticket__received_at__lt=end)
    found = list(
        moved_on.values_list("source", "source__ticket__received_at", "source__kind", "target__kind").order_by("pk")
    )
    told = ((key, at, {"direction": [f"{before}.{after}"]}) for key, at, before, after in found)
    kinds = {kind: capfirst(register.process(kind).model._meta.verbose_name) for row in found for kind in row[2:]}
    names = {f"{before}.{after}": f"{kinds[before]} → {kinds[after]}" for _key, _at, before, after in found}
    return broken_down(told, {"direction": names}, start=start)


def sampled_wrong(*, start: datetime, end: datetime) -> Share:
    """Count the judgements that a second person found wrong among those of the weekly samples checked in the period."""
    rows = JudgementCheck.objects.filter(checked_at__gte=start, checked_at__lt=end)
    return share(Rows(rows.exclude(found=F("judged")), "ticket", kind="ticket"), Rows(rows, "ticket", kind="ticket"))


def silent_closure(*, start: datetime, end: datetime) -> Share:
    """Count those that were closed because nobody answered among those closed."""
    rows = _closed(start, end)
    return share(Rows(rows.filter(confirmation=BY_TIMER)), Rows(rows))


def paused_share(*, start: datetime, end: datetime) -> Share:
    """Add up the agreed seconds in which clocks stood still, out of all, for those closed in the period."""
    return attained.paused("incident", start=start, end=end)


def major_incidents(*, start: datetime, end: datetime) -> Count:
    """Count the major incidents declared in the period."""
    return Count(moved("incident", "declare_major", start=start, end=end))


def major_time_to_restore(*, start: datetime, end: datetime) -> Durations:
    """Measure the outages of major incidents restored in the period."""
    rows = _restored(start, end).exclude(major_declared_at=None)
    return durations(rows.values_list("pk", "occurred_at", "restored_at"))


def major_reviews_on_time(*, start: datetime, end: datetime) -> Share:
    """Count those reviewed within five business days after restoration among the major incidents declared in the period."""
    keys = moves_of("incident", "declare_major", start=start, end=end).order_by().values("record")
    declared = Incident.objects.filter(pk__in=keys)
    reviewed = dict(Event.objects.moves().filter(name="mark_reviewed", record__in=keys).values_list("record", "at"))
    until = attained.office().add_days
    restored = declared.exclude(restored_at=None).values_list("pk", "restored_at")
    good = [key for key, at in restored if key in reviewed and reviewed[key] <= until(at, days=REVIEW_WITHIN)]
    return share(Rows(tuple((key, 1) for key in good)), Rows(declared))


def caused_by_change(*, start: datetime, end: datetime) -> Share:
    """Count those that a change has caused among those resolved."""
    rows = _resolved(start, end)
    return share(Rows(rows.filter(links_out__kind=LinkKind.CAUSED_BY_CHANGE).distinct()), Rows(rows))


def backlog(*, start: datetime, end: datetime) -> Count:
    """Count those open at the end of the period."""
    return Count(Rows(_open_at(end)))


def backlog_age(*, start: datetime, end: datetime) -> Durations:
    """Measure how long those that were open at the end of the period had been open."""
    rows = _open_at(end).values_list("pk", "received_at")
    return durations((key, received, end) for key, received in rows)


def backlog_growth(*, start: datetime, end: datetime) -> Count:
    """Count what was received less what was closed in the period."""
    closed = Incident.objects.filter(closed_at__gte=start, closed_at__lt=end)
    return Count(signed((1, Rows(_received(start, end))), (-1, Rows(closed))))


def reclassified_rows(*, start: datetime, end: datetime) -> Any:
    """Give every decision of the period that a case is something else than it was received as, with its reason."""
    rows = Event.objects.moves().filter(at__gte=start, at__lt=end, target="reclassified")
    return rows.select_related("record", "actor").in_order()


def reopened_rows(*, start: datetime, end: datetime) -> Any:
    """Give the incidents reopened in the period, those reopened most often first."""
    again = moves_of("incident", "reopen", start=start, end=end).order_by().values("record")
    return Incident.objects.filter(pk__in=again).order_by("-reopen_count", "pk")


EVIDENCE = {"reclassified": reclassified_rows, "reopened": reopened_rows}
