"""The figures of changes (domain 4.8), and the rows that give evidence of the process (clause 9.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext

from catalogue.models import Service
from changes import classes
from changes.causes import WITHIN
from changes.models import Change
from configuration.models import CiClass
from itsm.hours.models import schedule_of
from itsm.records.figures import (
    PERIODS,
    Breakdown,
    Count,
    Durations,
    Rows,
    Share,
    broken_down,
    lasted,
    moved,
    moves_of,
    share,
    signed,
)
from itsm.records.models import Event, Link, LinkKind

#: Business days in which a review is complete, and the forms of an emergency are filled in.
REVIEW_WITHIN, FORMS_WITHIN = 5, 1
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


def needless_transitions(*, start: datetime, end: datetime) -> Share:
    """Count, among the changes that the board sent to design and transition, those whose transition was refused or given up."""
    sent = moves_of("change", "cab_approve", start=start, end=end).filter(target="service_transition").order_by()
    rows = Change.objects.filter(pk__in=sent.values("record"))
    designs = Link.objects.filter(
        kind=LinkKind.DESIGNED_BY, target__servicetransition__state__in=("rejected", "cancelled")
    )
    return share(Rows(rows.filter(pk__in=designs.values("source"))), Rows(rows))


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
    """Count by class, outcome, service and class of the items, each beside the mean of the twelve periods before."""
    rows = executed_in(start - (end - start) * PERIODS, end)
    found = list(rows.values_list("pk", "actual_end", "change_class", "outcome", "service__code"))
    of_items = _item_classes(rows)
    told = (
        (key, at, {"class": [change_class], "outcome": [outcome], "service": [service or ""], "ci_class": of_items.get(key, [""])})
        for key, at, change_class, outcome, service in found
    )  # fmt: skip
    services = {row.code: str(row) for row in Service.objects.filter(code__in={row[4] for row in found})}
    classes_of = {row.code: row.name for row in CiClass.objects.all()}
    names = {
        "class": {str(code): str(label) for code, label in Change.ChangeClass.choices},
        "outcome": {str(code): str(label) for code, label in Change.Outcome.choices},
        "service": {"": gettext("No service"), **services}, "ci_class": {"": gettext("No item"), **classes_of},
    }  # fmt: skip
    return broken_down(told, names, start=start)


def _item_classes(rows: Any) -> dict[int, list[str]]:
    """Give the classes of the items that each change names."""
    found: dict[int, list[str]] = {}
    named = Link.objects.filter(source__in=rows.order_by().values("pk"), kind=LinkKind.AFFECTS, target__kind="ci")
    for key, code in named.values_list("source", "target__configurationitem__ci_class__code").order_by().distinct():
        found.setdefault(key, []).append(code)
    return found


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
