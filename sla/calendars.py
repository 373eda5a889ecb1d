"""What a new edition of a calendar does to the clocks that count by it."""

from __future__ import annotations

from collections.abc import Iterator

from itsm.hours.models import CalendarVersion
from itsm.records.clock import database_now
from itsm.records.models import Record
from itsm.tickets.models import Ticket
from sla import columns
from sla.book import Book
from sla.models import Clock
from sla.plans import plan_of

BATCH = 500


def republished(old: CalendarVersion, new: CalendarVersion) -> None:
    """Fire what was due by the old hours, then count every open clock by the new ones; judged clocks keep theirs."""
    records = Clock.objects.open().filter(calendar_version__calendar=new.calendar_id).exclude(calendar_version=new.pk)
    ids = sorted(set(records.values_list("record_id", flat=True)))
    for batch in (ids[start : start + BATCH] for start in range(0, len(ids), BATCH)):
        _recount(batch, new)


def _recount(record_ids: list[int], new: CalendarVersion) -> None:
    list(Record.objects.select_for_update(no_key=True).filter(pk__in=record_ids).order_by("pk"))
    now = database_now()
    clocks = list(Clock.objects.select_for_update(no_key=True).filter(record_id__in=record_ids).open().order_by("pk"))
    book = Book(clocks, now)
    book.fire()
    for clock in _by(clocks, new):
        book.write(clock, "recalc", calendar_version=new.pk)
    book.fire(reason="calendar")
    book.save()
    _rewrite(record_ids, clocks)


def _by(clocks: list[Clock], new: CalendarVersion) -> Iterator[Clock]:
    """This will give the clocks that count by an older version of the same calendar."""
    older = set(
        CalendarVersion.objects.filter(calendar=new.calendar_id).exclude(pk=new.pk).values_list("pk", flat=True)
    )
    return (clock for clock in clocks if clock.calendar_version_id in older)


def _rewrite(record_ids: list[int], clocks: list[Clock]) -> None:
    for ticket in Ticket.objects.filter(pk__in=record_ids).order_by("pk"):
        plan = plan_of(ticket)
        values = (
            columns.columns([clock for clock in clocks if clock.record_id == ticket.pk], work=plan.work) if plan else {}
        )
        if values:
            Ticket.objects.filter(pk=ticket.pk).update(**values)
