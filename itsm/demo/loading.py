"""Loading the demo: organisation, history, stories and announcements, all or nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from itsm.demo import (
    agreements,
    availability,
    board,
    boundaries,
    calendar,
    calls,
    catalogue_story,
    changes,
    cmdb,
    cmdb_checks,
    cmdb_import,
    history,
    judgements,
    organisation,
    past_changes,
    relations,
    releases,
    repeats,
    reporting,
    service_reports,
    simulation,
    spending,
    stories,
    surveys,
    time_worked,
    ups,
)
from itsm.demo.news import announce
from itsm.demo.world import World
from itsm.notices.outbox import quiet
from itsm.people.models import Absence
from itsm.records.finding import plain_processes
from itsm.search import kept
from itsm.search.indexing import later, refresh
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from problems import rules
from sla.sweep import sweep


def _silently(_sentence: str) -> None:
    """Tell nobody."""


def load(*, at: datetime, small: bool = False, say: history.Say = _silently) -> int:
    """Load what is not there yet and give the number of cases made; a second time changes nothing.

    With ``small`` there is a history of some cases only; ``say`` is told how far it is.
    """
    organisation.load()
    if demo_cases().exists():
        return 0
    with transaction.atomic(), later(), quiet():
        world = World.read()
        _absences(world, at)
        _past(world, at=at, small=small, say=say)
        _present(world, at=at, small=small, say=say)
        say("clocks, figures, reports and the index of words")
        keys = _figures(world, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(keys)


def _past(world: World, *, at: datetime, small: bool, say: history.Say) -> None:
    """Tell what was."""
    say("configuration data and agreements")
    items = cmdb.load(at=at, small=small)
    cmdb_checks.load(at=at)
    cmdb_import.load(items, at=at - timedelta(hours=3))
    board.found(world, at=at)
    agreements.found(world, at=at)
    history.happen(world, at=at, size=history.SMALL if small else history.LARGE, say=say)
    past_changes.tell(world, at=at, small=small)


def _present(world: World, *, at: datetime, small: bool, say: history.Say) -> None:
    """Tell what goes on now."""
    say("what goes on now: stories, changes, releases, agreements and surveys")
    for told in (stories, repeats, boundaries):
        told.tell(world, at=at)
    changes.tell(world, at=at)
    board.sit(world, at=at)
    catalogue_story.tell(world, at=at)
    relations.tell(world, at=at)
    spending.tell(world, at=at)
    agreements.tell(world, at=at)
    surveys.tell(world, at=at, small=small)
    releases.tell(world, at=at)
    ups.meet(world, at=at)
    calendar.tell(world, at=at)
    availability.tell(world, at=at)
    time_worked.tell(world, at=at)
    announce(world, at=at)


def _figures(world: World, *, at: datetime) -> list[int]:
    """Let clocks fire, draw what is read out of all of it, and give the keys of the cases."""
    sweep(at=at)
    rules.propose(at=at)
    judgements.tell(world, at=at)
    simulation.tell(world, at=at)
    service_reports.tell(world, at=at)
    calls.tell(world, at=at)
    reporting.tell(world, at=at)
    keys = list(demo_cases().values_list("pk", flat=True))
    refresh(keys)
    for process in plain_processes():
        kept.refresh(process)
    return keys


def demo_cases() -> TicketQuerySet:
    """The cases that fictitious people asked for, also those that visitors made while they looked around."""
    found: TicketQuerySet = Ticket.objects.filter(requester__is_demo=True)
    return found


def _absences(world: World, at: datetime) -> None:
    today = at.date()
    for absent, deputy, days in (("hsu", "tsai", 2), ("library-lead", "user13", 5)):
        Absence.objects.create(
            person=world.people[absent], deputy=world.people[deputy], starts_on=today + timedelta(days=7),
            ends_on=today + timedelta(days=7 + days),
        )  # fmt: skip
