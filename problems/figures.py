"""The figures of problems and known errors (domain 4.8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min

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
    """Count those with an accepted root cause among those whose 30 days after being classified end in the period."""
    since = {"start": start - CLASSIFIED_AGO, "end": end - CLASSIFIED_AGO}
    classified = moves_of("problem", "classify", **since).order_by().values("record")
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
    names = ("interim_workaround", "establish_workaround", "give_workaround")
    first = Event.objects.filter(record__kind="problem", name__in=names).values("record").annotate(at_first=Min("at"))
    came = {row["record"]: row["at_first"] for row in first if start <= row["at_first"] < end}
    rows = Problem.objects.filter(pk__in=came).values_list("pk", "received_at")
    return durations((pk, received, came[pk]) for pk, received in rows)


def proactive_share(*, start: datetime, end: datetime) -> Share:
    """Count those that came of a trend or of looking ahead among those registered."""
    rows = Problem.objects.filter(received_at__gte=start, received_at__lt=end)
    return share(Rows(rows.filter(origin__in=PROACTIVE)), Rows(rows))


def recurrence_after_fix(*, start: datetime, end: datetime) -> Share:
    """Count those fixed in the period that came back within 90 days of closing: a new incident was linked, or it was opened again."""
    fixed = _closings(start, end, outcome="fixed")
    linked = Link.objects.filter(kind=LinkKind.ESCALATED_TO_PROBLEM, target__in=fixed).values_list(
        "target", "created_at"
    )
    opened_again = Event.objects.moves().filter(name="reopen", record__in=fixed).values_list("record", "at")
    again = {key for key, at in (*linked, *opened_again) if fixed[key] < at <= fixed[key] + HOLDS}
    return share(_each(again), _each(fixed))


def incident_reduction(*, start: datetime, end: datetime) -> Share:
    """Count by how many the linked incidents fell: those of the 90 days before registering less those after closing.

    Only problems count whose 90 days after closing end in the period.
    """
    closed_at = _closings(start - HOLDS, end - HOLDS)
    since = dict(Problem.objects.filter(pk__in=closed_at).values_list("pk", "received_at"))
    linked = Link.objects.filter(kind=LinkKind.ESCALATED_TO_PROBLEM, target__in=closed_at).order_by("pk")
    rows = list(linked.values_list("source", "target", "source__ticket__received_at"))
    before = _each(row for row, key, came in rows if since[key] - HOLDS <= came <= since[key])
    after = _each(row for row, key, came in rows if closed_at[key] < came <= closed_at[key] + HOLDS)
    return share(signed((1, before), (-1, after)), before)


def _closings(start: datetime, end: datetime, outcome: str = "") -> dict[int, datetime]:
    """Say when each problem was closed in the period, also one that has been opened again since."""
    moves = moves_of("problem", "close", start=start, end=end)
    rows = Problem.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end)
    if outcome:
        moves, rows = moves.filter(facts__closure_code=outcome), rows.filter(outcome=outcome)
    return dict(moves.values_list("record", "at")) | dict(rows.values_list("pk", "closed_at"))


def _each(keys: Iterable[int]) -> Rows:
    return Rows(tuple((key, 1) for key in keys))


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
