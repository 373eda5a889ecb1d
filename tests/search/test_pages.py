"""The search page and the palette, for workers and requesters."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person
from itsm.search.excerpts import excerpt
from itsm.tickets import comments
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage(requester: Person, service: Service) -> Any:
    return services.raise_incident(
        by=requester,
        requester=requester,
        title="公文系統無法登入",
        description="畫面顯示<b>502</b>",
        service=service,
        at=MONDAY,
    )


def as_person(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def test_an_empty_search_says_what_may_be_searched(client: Client, agent: Person) -> None:
    answer = as_person(client, agent).get("/search/")

    assert answer.status_code == 200


@pytest.mark.parametrize("who", ["agent", "requester"])
def test_words_lead_to_a_list(client: Client, outage: Any, who: str, request: pytest.FixtureRequest) -> None:
    answer = as_person(client, request.getfixturevalue(who)).get("/search/", {"q": "公文"})

    assert outage.number in answer.content.decode()


def test_a_whole_number_leads_straight_to_the_case(client: Client, outage: Any, agent: Person) -> None:
    answer = as_person(client, agent).get("/search/", {"q": outage.number.lower()})

    assert (answer.status_code, answer["Location"]) == (302, f"/t/{outage.number}")


def test_internal_notes_never_reach_a_requester(client: Client, outage: Any, agent: Person, requester: Person) -> None:
    comments.note(outage, body="canaryword", by=agent, at=MONDAY)
    as_person(client, requester)

    assert outage.number not in client.get("/search/", {"q": "canaryword"}).content.decode()
    assert client.get("/palette/", {"q": "canaryword"}).json()["results"] == []


def test_the_palette_gives_places_and_cases(client: Client, outage: Any, agent: Person) -> None:
    found = as_person(client, agent).get("/palette/", {"q": "登入"}).json()["results"]

    assert {
        "label": f"{outage.number} 公文系統無法登入",
        "hint": "已通報",
        "url": f"/t/{outage.number}",
        "kind": "case",
    } in found


@pytest.mark.parametrize("query", ["\x00", "'" * 300, "a" * 5000, "🙂", "公文\x00'"])
def test_odd_queries_are_answered(client: Client, agent: Person, query: str) -> None:
    assert as_person(client, agent).get("/search/", {"q": query}).status_code == 200


def test_an_excerpt_is_escaped_and_marked() -> None:
    assert excerpt("畫面顯示 <b>502</b> 錯誤", "502") == "畫面顯示 &lt;b&gt;<mark>502</mark>&lt;/b&gt; 錯誤"
    assert excerpt("畫面", "502") == ""


def test_a_page_costs_the_same_for_one_case_and_for_many(
    client: Client, agent: Person, requester: Person, service: Service, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        services.raise_incident(by=requester, requester=requester, title=f"印表機 {number}", service=service, at=MONDAY)
    as_person(client, agent).get("/search/")  # the page's frame remembers some small tables

    with django_assert_max_num_queries(6):
        client.get("/search/", {"q": "印表機"})
