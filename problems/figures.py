"""The figures of problems and known errors (domain 4.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Min

from itsm.records import register
from itsm.records.figures import Count, Durations, Rows, Share, durations, moved, moves_of, share, signed
from itsm.records.models import Event, Link, LinkKind
from problems.models import KnownError, Problem

#: A problem that was classified so long ago should have a root cause.
CLASSIFIED_AGO = timedelta(days=30)
#: A fix held when nothing came back within this time.
HOLDS = timedelta(days=90)
PROACTIVE = ("trend", "proactive")


def opened(*, start: datetime, end: datetime) -> Count:
    """Count the problems registered in the period."""
    return Count(Rows(Problem.objects.filter(received_at__gte=start, received_at__lt=end)))


def closed(*, start: datetime, end: datetime) -> Count:
    """Count the problems closed in the period."""
    return Count(Rows(Problem.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end)))


def backlog(*, start: datetime, end: datetime) -> Count:
    """Count the problems that were open at the end of the period."""
    return Count(Rows(_open_at(end)))


def backlog_age(*, start: datetime, end: datetime) -> Durations:
    """Measure how long those that were open at the end of the period had been open."""
    return durations((key, received, end) for key, received in _open_at(end).values_list("pk", "received_at"))


def _open_at(end: datetime) -> Any:
    return Problem.objects.filter(received_at__lt=end).exclude(closed_at__lt=end)


def judged_wrongly(*, start: datetime, end: datetime) -> Share:
    """Count the problems that were found to be none among those on which it was decided in the period (misclassification)."""
    none = moved("problem", "reject_problem", start=start, end=end)
    return share(none, moved("problem", "confirm_problem", "reject_problem", start=start, end=end))


def root_cause_rate(*, start: datetime, end: datetime) -> Share:
    """Count those with an accepted root cause among those classified in the period and at least 30 days before its end."""
    classified = moves_of("problem", "classify", start=start, end=end - CLASSIFIED_AGO).order_by().values("record")
    accepted = Event.objects.moves().filter(name="accept_root_cause", at__lt=end, record__in=classified)
    rows = Problem.objects.filter(pk__in=classified)
    return share(Rows(rows.filter(pk__in=accepted.values("record"))), Rows(rows))


def time_to_root_cause(*, start: datetime, end: datetime) -> Durations:
    """Measure from the first classification to each acceptance of a root cause in the period."""
    found = moves_of("problem", "accept_root_cause", start=start, end=end).values("record").annotate(at_first=Min("at"))
    since = _first("classify", [row["record"] for row in found])
    return durations((row["record"], since.get(row["record"]), row["at_first"]) for row in found)


def time_to_known_error(*, start: datetime, end: datetime) -> Durations:
    """Measure from the problem's registration to the known error's publication in the period."""
    rows = KnownError.objects.filter(published_at__gte=start, published_at__lt=end)
    return durations(rows.values_list("pk", "problem__received_at", "published_at"))


def time_to_workaround(*, start: datetime, end: datetime) -> Durations:
    """Measure from the registration to the first workaround, for those whose first workaround came in the period."""
    names = ("interim_workaround", "establish_workaround")
    first = (
        Event.objects.moves()
        .filter(record__kind="problem", name__in=names)
        .values("record")
        .annotate(at_first=Min("at"))
    )
    came = {row["record"]: row["at_first"] for row in first if start <= row["at_first"] < end}
    rows = Problem.objects.filter(pk__in=came).values_list("pk", "received_at")
    return durations((pk, received, came[pk]) for pk, received in rows)


def proactive_share(*, start: datetime, end: datetime) -> Share:
    """Count those that came of a trend or of looking ahead among those registered."""
    rows = Problem.objects.filter(received_at__gte=start, received_at__lt=end)
    return share(Rows(rows.filter(origin__in=PROACTIVE)), Rows(rows))


def recurrence_after_fix(*, start: datetime, end: datetime) -> Share:
    """Count those fixed in the period to which an incident was linked anew within 90 days of closing."""
    fixed = Problem.objects.filter(state="closed", outcome="fixed", closed_at__gte=start, closed_at__lt=end)
    again = fixed.filter(
        links_in__kind=LinkKind.ESCALATED_TO_PROBLEM, links_in__created_at__gt=F("closed_at"),
        links_in__created_at__lte=F("closed_at") + HOLDS,
    )  # fmt: skip
    return share(Rows(again.distinct()), Rows(fixed))


def incident_reduction(*, start: datetime, end: datetime) -> Share:
    """Count by how many the linked incidents fell: those of the 90 days before registering less those after closing.

    Only problems count that were closed in the period and whose 90 days after it are over by its end.
    """
    fixed = Problem.objects.filter(closed_at__gte=start, closed_at__lt=end - HOLDS, state="closed")
    linked = Link.objects.filter(kind=LinkKind.ESCALATED_TO_PROBLEM, target__in=fixed.values("pk"))
    since, over = F("target__ticket__received_at"), F("target__ticket__closed_at")
    came = "source__ticket__received_at"
    before = Rows(linked.filter(**{f"{came}__gte": since - HOLDS, f"{came}__lte": since}), "source")
    after = Rows(linked.filter(**{f"{came}__gt": over, f"{came}__lte": over + HOLDS}), "source")
    return share(signed((1, before), (-1, after)), before)


def known_error_use(*, start: datetime, end: datetime) -> Share:
    """Count the incidents resolved with a known error among those resolved in the period."""
    resolved: Any = register.process("incident").model.objects.filter(resolved_at__gte=start, resolved_at__lt=end)
    used = resolved.filter(links_out__kind=LinkKind.HAS_KNOWN_ERROR).distinct()
    return share(Rows(used), Rows(resolved))


def _first(name: str, keys: list[int]) -> dict[int, datetime]:
    rows = Event.objects.moves().filter(record__in=keys, name=name).values("record").annotate(at_first=Min("at"))
    return {row["record"]: row["at_first"] for row in rows}


def closed_rows(*, start: datetime, end: datetime) -> Any:
    """Give the problems closed in the period, with their effectiveness notes, as evidence of clause 8.2."""
    return Problem.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end).order_by("closed_at", "pk")


def accepted_rows(*, start: datetime, end: datetime) -> Any:
    """Give the problems that somebody decided to live with: reason, risk owner and day of review."""
    rows = Problem.objects.filter(outcome="accepted", closed_at__gte=start, closed_at__lt=end)
    return rows.select_related("risk_owner").order_by("closed_at", "pk")


EVIDENCE = {"problems_closed": closed_rows, "known_errors_accepted": accepted_rows}
