"""Over all pages everybody finds every case they may find once, the newest first, however small the windows are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.search import hits
from itsm.search.queries import Found, search
from itsm.tickets import comments
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db

WORD = "金絲雀"


@pytest.fixture
def cases(
    requester: Person, other_requester: Person, service: Service, agent: Person, engineer: Person, network_team: Team
) -> list[Any]:
    """Cases that hold the word in their subject, in a note or in both, or not; open to all or confidential; of two teams."""
    made = []
    holder = make_person("keeper", "agent", name=f"林{WORD}")
    for number in range(36):
        case = services.raise_incident(
            by=agent, requester=requester if number % 4 else other_requester, service=service, at=MONDAY,
            title=f"{WORD} {number}" if number % 3 == 0 else f"案 {number}",
        )  # fmt: skip
        if number % 5 == 0:
            comments.note(case, body=f"又見{WORD}", by=agent, at=MONDAY)
        Ticket.objects.filter(pk=case.pk).update(
            confidential=number % 7 == 0,
            team=network_team if number % 2 else None,
            assignee=holder if number % 11 == 1 else None,
        )
        made.append(case)
    return made


def expected(person: Person, cases: list[Any]) -> list[int]:
    seen = set(Ticket.objects.visible_to(person).values_list("pk", flat=True))
    read = set(Ticket.objects.notes_read_by(person).values_list("pk", flat=True)) if person.is_worker else set()
    found = []
    for number, case in enumerate(cases):
        held = person.is_worker and number % 11 == 1
        if (case.pk in seen and (number % 3 == 0 or held)) or (case.pk in read and number % 5 == 0):
            found.append(case.pk)
    return found[::-1]


def pages(person: Person, text: str, **sizes: int) -> list[Found]:
    made = [search(person, text, at=MONDAY, **sizes)]
    while made[-1].after is not None:
        made.append(search(person, text, at=MONDAY, after=made[-1].after, **sizes))
    return made


PEOPLE = ("agent", "engineer", "requester", "other_requester", "incident_manager")


@pytest.mark.parametrize(("cap", "own"), [(1, 1), (4, 1), (4, 5), (100, 5)])
def test_every_page_follows_the_one_before(
    cases: list[Any], cap: int, own: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "OWN", own)
    monkeypatch.setattr(hits, "GROWTH", own)
    people = [request.getfixturevalue(who) for who in PEOPLE]

    for person in [*people, make_person("levels", "slm"), make_person("reader", "auditor")]:
        made = pages(person, WORD, limit=3, cap=cap)

        assert [case.pk for page in made for case in page.tickets] == expected(person, cases)
        assert all(len(page.tickets) == 3 for page in made[:-1])
        if cap == 100:
            assert {page.count for page in made} == {str(len(expected(person, cases)))}


def test_a_case_ahead_by_its_number_comes_once(cases: list[Any], agent: Person) -> None:
    Ticket.objects.filter(pk__in=[case.pk for case in cases]).update(title="00003")

    found = [case.pk for page in pages(agent, "00003", limit=5) for case in page.tickets]

    assert found[0] == cases[2].pk
    assert sorted(found) == sorted(Ticket.objects.visible_to(agent).values_list("pk", flat=True))


def test_counting_stops(cases: list[Any], agent: Person) -> None:
    assert search(agent, WORD, at=MONDAY, limit=2, cap=4).count == "4+"


def test_a_page_of_hits_is_two_statements(cases: list[Any], agent: Person) -> None:
    agent.role_codes, agent.team_ids  # noqa: B018  # read with the person, once for each page

    with CaptureQueriesContext(connection) as asked:
        search(agent, WORD, at=MONDAY)

    assert len(asked) <= 2


def test_a_row_is_escaped_and_says_that_it_is_confidential(client: Client, cases: list[Any], requester: Person) -> None:
    Ticket.objects.filter(pk=cases[3].pk).update(title=f"{WORD} <script>", confidential=True)
    client.force_login(requester)

    page = client.get("/search/", {"q": WORD}).content.decode()

    assert f"{WORD} &lt;script&gt;" in page
    assert "<script>" not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert 'class="hush">機密' in page or 'class="hush">Confidential' in page
