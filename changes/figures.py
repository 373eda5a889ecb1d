"""The figures of changes (domain 4.8), and the rows that give evidence of the process (clause 9.2)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from statistics import mean
from typing import Any

from django.db.models import F, Q

from changes import classes
from changes.causes import WITHIN
from changes.models import Change
from itsm.hours.models import schedule_of
from itsm.records.figures import Breakdown, Count, Durations, Rows, Share, lasted, moved, moves_of, share, signed
from itsm.records.models import Event, Link, LinkKind

#: Business days in which a review is complete, and the forms of an emergency are filled in.
REVIEW_WITHIN, FORMS_WITHIN = 5, 1
#: How many periods before are compared with by the trend.
PERIODS = 12
EXECUTED = ("successful", "with_issues", "failed", "backed_out")


def executed_in(start: datetime, end: datetime) -> Any:
    """List the changes whose work ended in the period."""
    return Change.objects.filter(actual_end__gte=start, actual_end__lt=end, outcome__in=EXECUTED)


def executed(*, start: datetime, end: datetime) -> Count:
    """Count the changes whose work ended in the period."""
    return Count(Rows(executed_in(start, end)))


def _share(start: datetime, end: datetime, **wanted: Any) -> Share:
    rows = executed_in(start, end)
    return share(Rows(rows.filter(**wanted)), Rows(rows))


def success_rate(*, start: datetime, end: datetime) -> Share:
    """Count those that succeeded among those carried out."""
    return _share(start, end, outcome="successful")


def failed_or_backed_out(*, start: datetime, end: datetime) -> Share:
    """Count those that failed or were backed out among those carried out."""
    return _share(start, end, outcome__in=("failed", "backed_out"))


def failure_rate(*, start: datetime, end: datetime) -> Share:
    """Count those that caused an incident within 72 hours of their end among those carried out."""
    rows = executed_in(start, end)
    caused = Link.objects.filter(kind=LinkKind.CAUSED_BY_CHANGE, target__in=rows.values("pk"))
    within = caused.filter(source__ticket__received_at__lte=F("target__ticket__change__actual_end") + WITHIN)
    return share(Rows(rows.filter(pk__in=within.values("target"))), Rows(rows))


def emergency_share(*, start: datetime, end: datetime) -> Share:
    """Count the emergencies among those carried out; the aim is less than 5 to 10 in 100."""
    return _share(start, end, change_class="emergency")


def standard_share(*, start: datetime, end: datetime) -> Share:
    """Count the standard changes among those carried out."""
    return _share(start, end, change_class="standard")


def unauthorised(*, start: datetime, end: datetime) -> Share:
    """Count those found without authorisation, among all that were carried out or found."""
    rows = Change.objects.filter(is_unauthorised=True, received_at__gte=start, received_at__lt=end)
    done = executed_in(start, end).filter(is_unauthorised=False)
    return share(Rows(rows), signed((1, Rows(done)), (1, Rows(rows))))


def on_schedule(*, start: datetime, end: datetime) -> Share:
    """Count those whose work lay inside their window among those carried out."""
    inside = Q(actual_start__gte=F("window_start"), actual_end__lte=F("window_end"))
    rows = executed_in(start, end)
    return share(Rows(rows.filter(inside)), Rows(rows))


def approval_rate(*, start: datetime, end: datetime) -> Share:
    """Count what the board approved among what it approved or refused."""
    decided = moved("change", "cab_approve", "cab_reject", start=start, end=end)
    return share(moved("change", "cab_approve", start=start, end=end), decided)


def board_lead_time(*, start: datetime, end: datetime) -> Durations:
    """Measure the business time from the last submission to each decision of the board."""
    hours = schedule_of(classes.HOURS.get())
    decided = moves_of("change", "cab_approve", "cab_reject", start=start, end=end).values_list("record", "at")
    rows = list(decided)
    asked = Event.objects.moves().filter(name="submit", record__in=[key for key, _at in rows]).in_order()
    since: dict[int, list[datetime]] = {}
    for key, at in asked.values_list("record", "at"):
        since.setdefault(key, []).append(at)
    spans = [(key, max((one for one in since.get(key, []) if one <= at), default=None), at) for key, at in rows]
    return lasted(Rows(tuple((key, float(hours.between(asked_at, at))) for key, asked_at, at in spans if asked_at)))


def reviews_on_time(*, start: datetime, end: datetime) -> Share:
    """Count those closed within five business days of the end of the work among those carried out."""
    return _on_time("close", executed_in(start, end), days=REVIEW_WITHIN)


def forms_on_time(*, start: datetime, end: datetime) -> Share:
    """Count the emergencies whose forms were filled in within one business day among those carried out."""
    return _on_time("complete_retro_forms", executed_in(start, end).filter(change_class="emergency"), days=FORMS_WITHIN)


def _on_time(name: str, rows: Any, *, days: int) -> Share:
    ended = dict(rows.values_list("pk", "actual_end"))
    until = schedule_of(classes.HOURS.get()).add_days
    made = Event.objects.moves().filter(name=name, record__in=ended).values_list("record", "at")
    good = [key for key, at in dict(made).items() if at <= until(ended[key], days=days)]
    return share(Rows(tuple((key, 1) for key in good)), Rows(rows))


def trend(*, start: datetime, end: datetime) -> Breakdown:
    """Count by class, outcome and service, each beside the mean of the twelve periods before."""
    length = end - start
    now = _counts(start, end)
    before = [_counts(start - length * number, start - length * (number - 1)) for number in range(1, PERIODS + 1)]
    parts = {
        part: {name: (count, round(mean(one[part][name] for one in before), 2)) for name, count in sorted(now[part].items())}
        for part in now
    }  # fmt: skip
    return Breakdown(parts, Rows(executed_in(start, end)))


def _counts(start: datetime, end: datetime) -> dict[str, Counter[str]]:
    rows = list(executed_in(start, end).values_list("change_class", "outcome", "service__code"))
    return {
        "class": Counter(row[0] for row in rows), "outcome": Counter(row[1] for row in rows),
        "service": Counter(row[2] or "" for row in rows),
    }  # fmt: skip


# ---- evidence -------------------------------------------------------------------------------
def closed_rows(*, start: datetime, end: datetime) -> Any:
    """Give the changes closed in the period, each with its review."""
    rows = Change.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end)
    return rows.select_related("authoriser", "closer", "implementer", "requester").order_by("closed_at", "pk")


def emergency_rows(*, start: datetime, end: datetime) -> Any:
    """Give the emergencies of the period with who authorised them, by which way, and when their forms were due."""
    rows = Change.objects.filter(change_class="emergency", authorised_at__gte=start, authorised_at__lt=end)
    return rows.select_related("authoriser", "implementer", "requester").order_by("authorised_at", "pk")


def refused_rows(*, start: datetime, end: datetime) -> Any:
    """Give the changes that were refused in the period."""
    return Change.objects.filter(state="rejected", closed_at__gte=start, closed_at__lt=end).order_by("closed_at", "pk")


def unauthorised_rows(*, start: datetime, end: datetime) -> Any:
    """Give what was found without authorisation in the period."""
    rows = Change.objects.filter(is_unauthorised=True, received_at__gte=start, received_at__lt=end)
    return rows.order_by("received_at", "pk")


EVIDENCE = {
    "changes_closed": closed_rows, "changes_emergency": emergency_rows, "changes_refused": refused_rows,
    "changes_unauthorised": unauthorised_rows,
}  # fmt: skip
