"""The roll-ups: fed by what changes, equal to a full recount whatever happened, and put right where they are not."""

import random
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from itsm.reporting import feed, recounting
from itsm.reporting.models import DayCell, Fact, HourCell, Stale
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY
from tests.walks.wanderer import Wanderer

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def amounts(measure: str) -> int:
    return sum(DayCell.objects.filter(slice="full", measure=measure).values_list("amount", flat=True))


@pytest.fixture
def case(requester: Person, service: Service) -> Any:
    return services.raise_incident(by=requester, requester=requester, title="印表機", service=service, at=MONDAY)


def test_a_case_is_counted_where_it_stands(case: Any, agent: Person, service: Service, category: Category) -> None:
    feed.feed()
    before = {cell.measure: (cell.day, cell.priority, cell.amount) for cell in DayCell.objects.filter(slice="full")}

    case = perform(case, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    perform(case, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="好了")
    feed.feed()

    assert before == {"received": (MONDAY.date(), 0, 1), "open": (MONDAY.date(), 0, 1)}
    after = {(cell.measure, cell.priority, cell.outcome): cell.amount for cell in DayCell.objects.filter(slice="full")}
    assert after == {("received", 3, case.channel): 1, ("open", 3, "waiting"): 1, ("resolved", 3, ""): 1}
    assert [(cell.hour, cell.amount) for cell in HourCell.objects.filter(slice="all")] == [(10, 1)]


def test_counting_again_changes_nothing(case: Any) -> None:
    feed.feed()
    before = list(DayCell.objects.values_list("measure", "day", "amount"))
    Stale.objects.create(record=case.pk)
    Stale.objects.create(record=case.pk)

    assert feed.feed() == 1
    assert list(DayCell.objects.values_list("measure", "day", "amount")) == before
    assert not Stale.objects.exists()


def test_what_matters_to_no_cell_is_not_noted(case: Any) -> None:
    feed.feed()

    Ticket.objects.filter(pk=case.pk).update(title="別的", changed_at=MONDAY + HOUR)

    assert not Stale.objects.exists()


def test_a_record_that_is_gone_counts_no_more(case: Any) -> None:
    feed.feed()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO reporting_stale (record) VALUES (%s)", [case.pk])
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM incidents_incident WHERE ticket_ptr_id = %s", [case.pk])
        cursor.execute("DELETE FROM tickets_ticket WHERE record_ptr_id = %s", [case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

    feed.feed()

    assert not Fact.objects.exists()
    assert not DayCell.objects.exists()


@pytest.mark.parametrize("seed", [11, 12])
def test_after_random_lives_the_roll_ups_equal_the_recount(
    seed: int, service: Service, category: Category, desk: Team, network_team: Team
) -> None:
    walk = Wanderer(seed, MONDAY + HOUR, service, category, [desk, network_team])
    dice = random.Random(seed)
    for turn in range(100):
        if turn % 3 == 0:
            walk.begin()
        walk.step()
        if dice.random() < 0.3:
            feed.feed(most=dice.choice([1, 2000]))

    found = recounting.recount(at=walk.at, repair=False)

    assert found.drift == {}
    assert found.facts > 30
    assert amounts("received") == Ticket.objects.count()
    assert amounts("open") == Ticket.objects.open().standing().count()


def test_drift_is_reported_and_put_right(case: Any) -> None:
    feed.feed()
    DayCell.objects.filter(slice="full", measure="open").update(amount=7)
    said = StringIO()

    with pytest.raises(CommandError):
        call_command("recount", "--check", stdout=said)
    call_command("recount", stdout=said)

    assert "days: open: 1 cells differ, by 6 together" in said.getvalue()
    assert amounts("open") == 1
    assert recounting.recount(at=MONDAY, repair=False).drift == {}


def test_a_change_that_no_trigger_saw_is_found(case: Any) -> None:
    feed.feed()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE tickets_ticket SET priority = 1 WHERE record_ptr_id = %s", [case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

    assert recounting.recount(at=MONDAY, repair=True).drift["facts"] == {"open": [2, 2], "received": [2, 2]}
    assert set(DayCell.objects.filter(slice="full").values_list("priority", flat=True)) == {1}
