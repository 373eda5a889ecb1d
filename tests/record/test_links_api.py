"""Links between cases over REST, by the service and the sentences of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.services import raise_incident
from itsm.api.scopes import Scope
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import Event, Link
from tests.api.conftest import caller as caller
from tests.api.conftest import order as order
from tests.api.conftest import outage as outage
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


def address(case: Any) -> str:
    return f"/api/v1/tickets/{case.number}/links"


@pytest.mark.parametrize("interface", ["page", "api"])
def test_two_cases_are_linked_and_parted_and_both_tell_it(
    interface: str, caller: Any, signed_in: Any, outage: Any, order: Any, agent: Person
) -> None:
    page, program = signed_in(agent), caller(agent)
    body = {"other": order.number.lower(), "kind": "related_to"}

    made = page.post(f"/t/{outage.number}/link", body) if interface == "page" else program.post(address(outage), body)
    row = Link.objects.get()
    listed = program.get(address(order)).json()["results"]
    if interface == "page":
        page.post(f"/t/{outage.number}/link/{row.pk}/remove")
    else:
        assert program.delete(f"{address(outage)}/{row.pk}").status_code == 204

    assert made.status_code == (303 if interface == "page" else 201), made.content
    assert [(one["id"], one["outward"], one["by_hand"], one["other"]["number"]) for one in listed] == [
        (row.pk, False, True, outage.number)
    ]
    assert not Link.objects.exists()
    for case in (outage, order):
        names = Event.objects.filter(record=case.pk, kind="linked").in_order().values_list("name", flat=True)
        assert list(names) == ["link", "unlink"]


def test_the_answer_is_the_link_as_it_is_listed(caller: Any, outage: Any, order: Any, agent: Person) -> None:
    client = caller(agent)

    made = client.post(address(outage), {"other": order.number}).json()

    assert client.get(address(outage)).json()["results"] == [made]
    assert (made["kind"], made["outward"], made["created_by"]["username"]) == ("related_to", True, "agent")
    assert (made["other"]["title"], made["other"]["state"]["code"]) == (order.title, order.state)


def test_the_same_request_with_a_key_has_one_effect(caller: Any, outage: Any, order: Any, agent: Person) -> None:
    client = caller(agent)

    for _again in range(2):
        made = client.post(address(outage), {"other": order.number}, headers={"Idempotency-Key": "once"})

    assert made["Idempotency-Replayed"] == "true"
    assert Event.objects.filter(record=order.pk, kind="linked").count() == 1


@pytest.mark.parametrize(
    ("kind", "field", "words"),
    [
        ("escalated_to_problem", "kind", "Only an incident is escalated"),
        ("caused_by_change", "kind", "Only an incident is caused"),
        ("duplicate_of", "kind", "not a valid choice"),
    ],
)
def test_a_kind_that_does_not_fit_is_refused(
    caller: Any, outage: Any, order: Any, agent: Person, kind: str, field: str, words: str
) -> None:
    answer = caller(agent).post(address(outage), {"other": order.number, "kind": kind})

    assert answer.status_code in (400, 422)
    assert words in answer.json()["errors"][field][0]
    assert not Link.objects.exists()


def test_a_case_that_is_not_there_or_is_the_same_is_refused_with_its_sentence(
    caller: Any, outage: Any, agent: Person
) -> None:
    client = caller(agent)

    absent = client.post(address(outage), {"other": "INC-000000-99999"})
    itself = client.post(address(outage), {"other": outage.number})

    assert (absent.status_code, absent.json()["errors"]) == (422, {"other": ["There is no case with this number."]})
    assert (itself.status_code, itself.json()["errors"]) == (422, {"other": ["Choose another case."]})


def test_what_a_process_made_is_not_parted_by_hand(caller: Any, outage: Any, order: Any, agent: Person) -> None:
    row = link(outage, order, kind="related_to", by=None, at=outage.created_at, auto=True)
    client = caller(agent)

    answer = client.delete(f"{address(outage)}/{row.pk}")

    assert answer.status_code == 404
    assert [(one["id"], one["by_hand"]) for one in client.get(address(outage)).json()["results"]] == [(row.pk, False)]


def test_a_link_of_other_cases_is_not_found_here(
    caller: Any, outage: Any, order: Any, reported: Any, agent: Person
) -> None:
    row = link(outage, order, kind="related_to", by=agent, at=outage.created_at)

    assert caller(agent).delete(f"{address(reported)}/{row.pk}").status_code == 404
    assert Link.objects.count() == 1


def test_who_asked_reads_and_links_nothing_and_others_do_not_know_of_the_case(
    caller: Any, outage: Any, order: Any, agent: Person, requester: Person, other_requester: Person
) -> None:
    row = link(outage, order, kind="related_to", by=agent, at=outage.created_at)
    own, stranger = caller(requester), caller(other_requester)

    assert own.get(address(outage)).status_code == 403
    assert own.post(address(outage), {"other": order.number}).status_code == 403
    assert own.delete(f"{address(outage)}/{row.pk}").status_code == 403
    assert stranger.get(address(outage)).status_code == 404
    assert Link.objects.count() == 1


def test_an_auditor_reads_the_links_and_writes_none(caller: Any, outage: Any, order: Any, agent: Person) -> None:
    row = link(outage, order, kind="related_to", by=agent, at=outage.created_at)
    client = caller(make_person("auditor", "auditor"))

    assert len(client.get(address(outage)).json()["results"]) == 1
    assert client.post(address(outage), {"other": order.number}).status_code == 403
    assert client.delete(f"{address(outage)}/{row.pk}").status_code == 403


def test_a_link_to_what_the_caller_may_not_know_of_is_neither_told_nor_parted(
    caller: Any, outage: Any, order: Any, agent: Person
) -> None:
    row = link(outage, order, kind="related_to", by=agent, at=outage.created_at)
    order.__class__.objects.filter(pk=order.pk).update(confidential=True, team=None, kept_from=agent)
    client = caller(agent)

    assert client.get(address(outage)).json()["results"] == []
    assert client.delete(f"{address(outage)}/{row.pk}").status_code == 404


def test_reading_needs_no_leave_to_write(caller: Any, outage: Any, order: Any, agent: Person) -> None:
    client = caller(agent, Scope.TICKETS_READ)

    assert client.get(address(outage)).status_code == 200
    assert client.post(address(outage), {"other": order.number}).status_code == 403


def test_many_links_cost_no_more_statements_than_one(
    caller: Any, outage: Any, agent: Person, requester: Person, service: Any
) -> None:
    client = caller(agent)
    client.get(address(outage))  # notes the use of the token
    counts = []
    for number in (1, 4):
        for one in range(number):
            other = raise_incident(by=requester, requester=requester, title=f"{number} {one}", service=service)
            link(outage, other, kind="related_to", by=agent, at=outage.created_at)
        with CaptureQueriesContext(connection) as statements:
            client.get(address(outage))
        counts.append(len(statements))

    assert counts[0] == counts[1]
