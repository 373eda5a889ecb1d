"""The map of the processes counts what may be seen, leads to the records, and every record shows its neighbours."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from itsm.desk.processes import roads
from itsm.desk.record import around
from itsm.draw.lettering import width
from itsm.draw.neighbours import NODE, Near, neighbourhood
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY
from tests.problems.conftest import *  # noqa: F403  # the world of problems
from tests.problems.conftest import DAY, Walk
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def count_of(person: Person, name: str) -> tuple[int, int]:
    road = roads.named(name)
    assert road is not None
    row = roads.counted(person).get((road.link.value, *road.ends), {"open": 0, "all": 0})
    return row["open"], row["all"]


def test_a_way_counts_its_open_records_and_leads_to_them(
    walk: Walk, incident: Any, problem_manager: Person, signed_in: SignedIn
) -> None:
    record = walk("analysing")
    client = signed_in(problem_manager, "en")

    page = client.get("/processes/").content.decode()
    rows = client.get("/processes/incident-problem/").content.decode()

    assert count_of(problem_manager, "incident-problem") == (1, 1)
    assert 'href="/processes/incident-problem/?show=open"' in page
    assert f"/incidents/{incident.number}/" in rows
    assert f"/problems/{record.number}/" in rows


def test_the_number_of_what_is_open_leads_to_just_those_records(
    walk: Walk, incident: Any, problem_manager: Person, signed_in: SignedIn
) -> None:
    record, client = walk("analysing"), signed_in(problem_manager, "en")
    while_open = client.get("/processes/incident-problem/?show=open").content.decode()
    Ticket.objects.filter(pk__in=[incident.pk, record.pk]).update(phase="done")

    shown = {show: client.get(f"/processes/incident-problem/?show={show}").content.decode() for show in ("open", "all")}
    page = client.get("/processes/").content.decode()

    assert count_of(problem_manager, "incident-problem") == (0, 1)
    assert f"/problems/{record.number}/" in while_open
    assert f"/problems/{record.number}/" not in shown["open"]
    assert "Nothing runs on this way" in shown["open"]
    assert f"/problems/{record.number}/" in shown["all"]
    assert "/processes/incident-problem/?show=open" not in page
    assert 'href="/processes/incident-problem/"' in page


def test_what_one_may_not_know_of_is_not_counted(walk: Walk, incident: Any, handler: Person, agent: Person) -> None:
    walk("analysing")
    type(incident).objects.filter(pk=incident.pk).update(confidential=True, team=None, assignee=None)

    assert count_of(handler, "incident-problem") == (0, 0)


def test_a_record_that_is_no_case_is_counted_only_for_whom_it_is_visible(
    walk: Walk, incident: Any, problem_manager: Person, agent: Person, django_assert_num_queries: Any
) -> None:
    known = walk("workaround_in_place").known_errors.get()  # published: the desk sees it too
    link(incident, known, kind=LinkKind.HAS_KNOWN_ERROR, by=agent, at=MONDAY)
    before = [count_of(person, "incident-known-error") for person in (problem_manager, agent)]
    known = perform(known, "retire", by=problem_manager, at=MONDAY + 90 * DAY, reason="不再使用")

    assert before == [(1, 1), (1, 1)]
    assert count_of(problem_manager, "incident-known-error") == (1, 1)
    assert count_of(agent, "incident-known-error") == (0, 0)
    road = roads.named("incident-known-error")
    assert road is not None
    assert roads.pairs(road, person=agent, before=None, most=9, still_open=False) == []
    with django_assert_num_queries(1):
        roads.counted(agent)


def test_requesters_do_not_see_the_map(requester: Person, signed_in: SignedIn) -> None:
    assert signed_in(requester).get("/processes/").status_code == 403
    assert signed_in(requester).get("/processes/incident-problem/").status_code == 403


def test_an_unknown_way_is_not_there(agent: Person, signed_in: SignedIn) -> None:
    assert signed_in(agent).get("/processes/nowhere/").status_code == 404


def test_every_way_leads_between_places_of_the_map() -> None:
    assert {end for road in roads.ROADS for end in road.way} <= set(roads.PLACES)
    assert len({road.name for road in roads.ROADS}) == len(roads.ROADS)


def test_a_record_shows_its_neighbours_as_a_graph(
    walk: Walk, incident: Any, problem_manager: Person, signed_in: SignedIn
) -> None:
    record = walk("analysing")

    page = signed_in(problem_manager, "en").get(f"/problems/{record.number}/").content.decode()

    assert 'class="graph"' in page
    assert f'href="/incidents/{incident.number}/" aria-label="{incident.number}: raised by"' in page


@pytest.mark.parametrize(
    ("number", "end"), [("SUR-202510-00001-R3306", "SUR-202510-00001-R3306"), ("SUR-" + "9" * 60, "99")]
)
def test_a_long_number_stays_in_its_box(number: str, end: str) -> None:
    drawn = neighbourhood("CMP-202611-00005", left=[], right=[Near(number, "x", "/t/1")] * 2, title="Related")

    written = re.findall(r'font-size="([0-9.]+)">([^<]+)</text>', drawn)
    assert [text for _size, text in written if text.endswith(end)]
    assert all(width(text, size=float(size)) <= NODE for size, text in written)


def test_a_record_shows_what_it_belongs_to_among_its_neighbours(
    walk: Walk, problem_manager: Person, signed_in: SignedIn
) -> None:
    record = walk("known_error")
    known = record.known_errors.get()

    page = signed_in(problem_manager, "en").get(f"/known-errors/{known.number}/").content.decode()

    assert 'class="graph"' in page
    assert f'href="/problems/{record.number}/" aria-label="{record.number}: problem"' in page


def test_a_record_shows_what_belongs_to_it_among_its_neighbours(
    walk: Walk, problem_manager: Person, signed_in: SignedIn
) -> None:
    record = walk("known_error")
    known = record.known_errors.get()

    page = signed_in(problem_manager, "en").get(f"/problems/{record.number}/").content.decode()

    assert f'href="/known-errors/{known.number}/" aria-label="{known.number}: known error"' in page


def test_a_record_to_which_nothing_can_belong_is_asked_nothing(
    walk: Walk, problem_manager: Person, django_assert_num_queries: Any
) -> None:
    record = walk("known_error").known_errors.get()

    with django_assert_num_queries(0):
        assert around.members(record, person=problem_manager) == []


def test_what_a_record_belongs_to_is_not_shown_to_whom_it_is_secret(
    walk: Walk, problem_manager: Person, agent: Person
) -> None:
    record = walk("known_error")
    known = record.known_errors.get()
    shown = around.owners(known, person=problem_manager)
    type(record).objects.filter(pk=record.pk).update(confidential=True, team=None, assignee=None)

    assert [one.number for one in shown] == [record.number]
    assert around.owners(known, person=agent) == []


def test_a_graph_escapes_what_it_is_given_and_draws_at_most_six_on_a_side() -> None:
    many = [Near(f"N-{count}", '<b>"words"</b>', "/x/", False) for count in range(9)]

    drawn = neighbourhood("HERE", left=many, right=[], title="a & b")

    assert "<b>" not in drawn
    assert drawn.count("<a ") == 6
    assert "a &amp; b" in drawn
