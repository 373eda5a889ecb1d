"""Thirteen months of history: true to the last row, true to its hours, varied, and with a shape."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from itsm.demo import history, seasons
from itsm.demo.copying import PARTS
from itsm.demo.history_data import FAULTS, ORDERS
from itsm.demo.history_words import FAULTS as WORDS
from itsm.demo.history_words import ORDERS as ORDER_WORDS
from itsm.people.models import Person
from itsm.records.clock import database_now
from itsm.records.models import Event, Record
from itsm.reporting import recounting
from itsm.search.models import SearchEntry
from itsm.tickets.finding import page_of
from itsm.tickets.models import Comment, Ticket
from sla.models import Clock
from tests import database

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"(.+-\d{6})-(\d+)")
#: What is kept of a case elsewhere, read out of its rows or made later by others: nothing of it is copied.
DERIVED = {
    "search_entry", "incidents_judgementcheck", "sla_heldlife", "sla_heldtime", "sla_simulationresult", "relationships_invitation",
    "sla_breachsample", "reporting_fact", "reporting_stale", "tickets_workentry",
}  # fmt: skip
#: Columns of facts that name a row by its key, and where that row says of which case it is.
NAMED = (
    ("records_event", "facts", "record_id", "comment", "tickets_comment", "ticket_id"),
    ("records_event", "facts", "record_id", "task", "tickets_task", "ticket_id"),
    ("records_event", "facts", "record_id", "clock", "sla_clock", "record_id"),
    ("sla_clock", "terms", "record_id", "stay", "tickets_assignment", "ticket_id"),
)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The small demo, in which a few cases are copies, loaded once for several modules."""
    with django_db_blocker.unblock(), database.with_demo():
        yield


@pytest.fixture
def demo(loaded: None, db: None) -> Iterator[None]:
    """The demo, as it was loaded; what a test changes is taken back."""
    cache.clear()
    yield
    cache.clear()


def history_keys() -> list[int]:
    """List the cases of the history in the order in which they were written: models, copies, recent ones; stories follow."""
    found = Ticket.objects.filter(kind__in=("incident", "service_request"), requester__is_demo=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def copies() -> list[int]:
    """Find the copies."""
    return history_keys()[history.SMALL.models :][: history.SMALL.copies]


def pointing() -> set[tuple[str, str]]:
    """Name the tables that point to a case, with their columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
            WHERE contype = 'f' AND confrelid IN ('records_record'::regclass, 'tickets_ticket'::regclass)"""
        )
        return set(cursor.fetchall())


def test_every_way_to_put_a_thing_can_be_told() -> None:
    assert {row.title for row in FAULTS} == WORDS.keys()
    assert {row.item for row in ORDERS} == ORDER_WORDS.keys()
    assert all(len(words.titles) >= 5 and len(words.texts) >= 3 for words in WORDS.values())
    assert all(len(words.texts) >= 4 for words in ORDER_WORDS.values())


def test_a_copy_has_all_that_its_model_had(demo: None) -> None:
    """Whatever points to a walked case of the first month is copied, or read out of the copy's own rows."""
    keys = history_keys()[: history.SMALL.models]
    held = set()
    with connection.cursor() as cursor:
        for table, column in pointing():
            cursor.execute(f'SELECT 1 FROM {table} WHERE "{column}" = ANY(%s) LIMIT 1', [keys])
            held |= {table} if cursor.fetchone() else set()

    copied = {part._meta.db_table for part, _path in PARTS} | {
        "tickets_ticket",
        "incidents_incident",
        "incidents_servicerequest",
    }
    assert held - DERIVED - {"records_link"} <= copied


def test_facts_name_rows_of_their_own_case(demo: None) -> None:
    with connection.cursor() as cursor:
        for table, column, owner, name, other, its_owner in NAMED:
            cursor.execute(
                f"SELECT count(*), count(*) FILTER (WHERE o.{its_owner} IS DISTINCT FROM t.{owner}) FROM {table} t LEFT JOIN {other} o"
                f" ON o.id = (t.{column}->>%s)::bigint WHERE jsonb_typeof(t.{column}->%s) = 'number'",
                [name, name],
            )
            all_of_them, wrong = cursor.fetchone()
            assert (all_of_them > 0, wrong) == (True, 0), name


def test_nothing_happens_to_a_copy_before_it_came_in_or_after_now(demo: None) -> None:
    events = Event.objects.filter(record__in=copies()).select_related("record__ticket")

    received = Ticket.objects.filter(pk__in=copies()).values_list("received_at", flat=True)
    days = [(database_now() - moment).days for moment in received]
    assert len(days) == history.SMALL.copies
    assert all(history.LAST_DAYS <= back <= seasons.SPAN - history.FIRST_MONTH for back in days)
    assert all(event.record.ticket.received_at <= event.at < database_now() for event in events)


def test_the_journal_of_a_copy_leads_to_where_it_is(demo: None) -> None:
    """Its moves follow each other, from the first state to that of the case; and who asked is who confirmed."""
    for case in Ticket.objects.filter(pk__in=copies()):
        moves = list(Event.objects.filter(record=case.pk).moves().in_order().filter(machine=case.kind))
        assert moves[-1].target == case.state
        assert all(one.target == other.source for one, other in itertools.pairwise(moves))
        assert all(
            move.actor_id == case.requester_id for move in moves if move.name.startswith("confirm") and move.actor_id
        )


def test_nobody_in_it_is_a_real_person(demo: None) -> None:
    """Who asks, works, writes and moves is one of the fictitious people of the demo."""
    cases = Ticket.objects.filter(pk__in=copies())
    named = {*cases.values_list("requester", flat=True), *cases.values_list("assignee", flat=True)}
    named |= set(Event.objects.filter(record__in=copies()).values_list("actor", flat=True))
    named |= set(Comment.objects.filter(ticket__in=copies()).values_list("author", flat=True))

    assert not Person.objects.filter(pk__in=named - {None}, is_demo=False).exists()


def test_roll_ups_agree_with_a_recount(demo: None) -> None:
    assert recounting.recount(at=database_now(), repair=False).drift == {}


def test_numbers_have_no_gaps_and_follow_the_order_of_coming_in(demo: None) -> None:
    series: dict[str, list[int]] = defaultdict(list)
    for number in Ticket.objects.values_list("number", flat=True):
        if found := NUMBER.fullmatch(str(number)):
            series[found[1]].append(int(found[2]))

    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in series.values())
    told = Ticket.objects.filter(pk__in=copies()).order_by("received_at").values_list("number", flat=True)
    months: dict[str, list[str]] = defaultdict(list)
    for number in told:
        months[number[:10]].append(number)
    assert all(numbers == sorted(numbers) for numbers in months.values())


def test_copies_can_be_found_by_their_own_words(demo: None, client: Client) -> None:
    case = Ticket.objects.filter(pk__in=copies(), kind="incident").order_by("pk")[0]
    client.force_login(Person.objects.get(username="lin"))

    assert SearchEntry.objects.filter(ticket__in=copies()).count() == history.SMALL.copies
    assert case.number in client.get("/search/", {"q": case.title}).content.decode()


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_ledger_of_a_copy_reads_well(demo: None, client: Client, language: str) -> None:
    person = Person.objects.get(username="lin")
    Person.objects.filter(pk=person.pk).update(language=language)
    client.force_login(person)

    for case in Ticket.objects.filter(pk__in=copies()).order_by("pk")[:4]:
        page = client.get(page_of(case)).content.decode()
        clocks = client.get(f"/t/{case.number}/clocks/").content.decode()
        assert case.requester.name in page
        assert f"{case.received_at:%Y}" in clocks
        assert "None" not in clocks


def test_the_button_takes_all_of_it_away(demo: None) -> None:
    with transaction.atomic():
        call_command("remove_demo", stdout=StringIO())

        assert not any(model.objects.exists() for model in (Record, Event, Comment, Clock, SearchEntry))
        transaction.set_rollback(True)
