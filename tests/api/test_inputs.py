"""Reading inputs: the same for dialogs and programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from itsm.flow import Choice, Input, Transition, Words
from itsm.people.models import Person, Team
from itsm.records.refusals import Objected
from itsm.tickets.forms import TransitionForm
from itsm.tickets.inputs import clean_inputs

pytestmark = pytest.mark.django_db


def row(*inputs: Input) -> Transition:
    return Transition("step", Words("Step", "步驟"), source=("reported",), target=None, roles=("agent",), inputs=inputs)


def one(kind: str, **more: Any) -> Transition:
    return row(Input("it", Words("It", "它"), kind, **more))


@pytest.mark.parametrize(
    ("kind", "raw", "read"),
    [
        ("line", "  a\n b ", "a b"),
        ("text", " a\nb\x00 ", "a\nb"),
        ("text", "a\r\nb\rc", "a\nb\nc"),
        ("flag", "on", True),
        ("flag", False, False),
        ("number", "7", 7),
        ("instant", "2026-11-23T10:00", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("instant", "2026/11/23 10:00", datetime(2026, 11, 23, 2, tzinfo=UTC)),
        ("instant", "2026-11-23T10:00:00.5+00:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
    ],
)
def test_values_are_read(kind: str, raw: Any, read: Any, outage: Any, agent: Person) -> None:
    assert clean_inputs(outage, one(kind), {"it": raw}, agent) == {"it": read}


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("line", "x" * 161), ("line", 5), ("text", ["a"]), ("flag", "perhaps"), ("number", "-1"), ("number", "²"), ("number", "9" * 5000),
        ("instant", "yesterday"), ("instant", "0001-01-01T00:00"), ("instant", 5), ("day", "2026-02-30"), ("day", "0" * 99),
        ("person", "nobody"), ("person", {"a": 1}), ("person", True), ("person", 10**40), ("team", "desk2"), ("incident", "INC-1"),
        ("hold_reason", "\ud800x"), ("service", "x\x00y"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(kind: str, raw: Any, outage: Any, agent: Person) -> None:
    with pytest.raises(Objected) as refusal:
        clean_inputs(outage, one(kind), {"it": raw}, agent)

    assert list(refusal.value.fields) == ["it"]


def test_people_are_found_by_user_name_then_number_then_key(outage: Any, agent: Person, requester: Person) -> None:
    Person.objects.filter(pk=requester.pk).update(employee_number="E-7")
    for raw in ("requester", "E-7", str(requester.pk), requester.pk):
        assert clean_inputs(outage, one("person"), {"it": raw}, agent) == {"it": requester}


def test_a_requester_finds_nobody_else(outage: Any, requester: Person, agent: Person) -> None:
    with pytest.raises(Objected):
        clean_inputs(outage, one("person"), {"it": "agent"}, requester)


def test_teams_and_agents_are_of_the_tier_asked_for(
    outage: Any, agent: Person, engineer: Person, network_team: Team
) -> None:
    assert clean_inputs(outage, one("team", tier=2), {"it": "network"}, agent) == {"it": network_team}
    assert clean_inputs(outage, one("agent", tier=2), {"it": "engineer"}, agent) == {"it": engineer}
    for kind, raw in (("team", "desk"), ("agent", "agent")):
        with pytest.raises(Objected):
            clean_inputs(outage, one(kind, tier=2), {"it": raw}, agent)


def test_a_form_shows_what_the_api_says(outage: Any, agent: Person, category: Any) -> None:
    row = outage.flows[0].transitions["classify"]
    data = {"service": "documents", "impact": "9", "urgency": "1"}
    with pytest.raises(Objected) as refusal:
        clean_inputs(outage, row, data, agent)
    form = TransitionForm(outage, row, agent, data)

    assert not form.is_valid()
    assert {name: errors[0] for name, errors in form.errors.items()} == refusal.value.fields
    assert set(form.errors) == {"category", "impact"}


def test_a_form_is_filled_from_the_record_and_gives_rows(outage: Any, agent: Person, category: Any) -> None:
    row = outage.flows[0].transitions["classify"]
    with translation.override("en"):
        empty = TransitionForm(outage, row, agent)
        html = empty.as_div()
    form = TransitionForm(
        outage, row, agent, {"service": "documents", "category": "login", "impact": "1", "urgency": "2"}
    )

    assert 'id="id_classify_service"' in html
    assert '<option value="documents" selected>' in html
    assert form.is_valid(), form.errors
    assert form.given == {"service": outage.service, "category": category, "impact": "1", "urgency": "2"}


def test_choices_are_those_of_the_table(outage: Any, agent: Person) -> None:
    choices = (Choice("a", Words("A", "甲")),)
    assert clean_inputs(outage, one("choice", choices=choices), {"it": "a"}, agent) == {"it": "a"}
    with pytest.raises(Objected):
        clean_inputs(outage, one("choice", choices=choices), {"it": "b"}, agent)


def test_what_is_not_asked_for_is_ignored_and_optional_may_be_empty(outage: Any, agent: Person) -> None:
    assert clean_inputs(outage, one("line", required=False), {"it": "", "state": "closed"}, agent) == {}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("time", '{"minutes": 5, "\\ud800": 1}'), ("time", '{"minutes": 5, "role": "\\ud800"}'),
        ("time", '{"minutes": 5, "person": "\\ud800"}'),
        ("comments", '{"body": "x", "kind": "\\ud800"}'),
    ],
)  # fmt: skip
def test_half_of_a_character_is_refused_with_an_answer_that_can_be_sent(
    outage: Any, agent: Person, path: str, body: str
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(agent)

    answer = client.post(f"/api/v1/tickets/{outage.number}/{path}", body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.json()["errors"]
