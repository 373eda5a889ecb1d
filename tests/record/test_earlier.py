"""A second hand-over of the same kind names what an earlier one has made, in every dialog and page that hands over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from changes import services as changes
from itsm.people.models import Person
from itsm.records.models import LinkKind
from itsm.tickets.earlier import TO_PROBLEM, HandOver, came_of
from problems.services import raise_problem
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
SAID = "This came of it already"


def text_of(client: Client, path: str) -> str:
    """Fetch a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("step", ["problem", "do/judge_as_problem"])
def test_a_second_problem_of_an_incident_names_the_first(
    reported: Any, agent: Person, signed_in: SignedIn, step: str
) -> None:
    path = f"/t/{reported.number}/{step}"
    assert SAID not in text_of(signed_in(agent), path)
    first = raise_problem(reported, by=agent, title="停電", description="一再發生", origin="trend")

    assert f"{SAID}: {first.number} (Registered)." in text_of(signed_in(agent), path)


def test_a_second_change_for_an_incident_names_the_first(
    reported: Any, agent: Person, engineer: Person, signed_in: SignedIn
) -> None:
    path = f"/changes/new/?from={reported.number}"
    assert SAID not in text_of(signed_in(agent), path)
    first = changes.draft(title="換電池", by=agent, origin=reported)

    assert str(first.number) in text_of(signed_in(agent), path).split(SAID)[1].split("</p>")[0]


def test_only_what_the_reader_may_know_of_is_named(reported: Any, agent: Person) -> None:
    first = raise_problem(reported, by=agent, title="停電", description="一再發生", origin="trend")
    stranger = make_person("stranger", name="外人")

    assert [row.pk for row in came_of(reported, TO_PROBLEM, person=agent)] == [first.pk]
    assert came_of(reported, TO_PROBLEM, person=stranger) == []
    assert came_of(reported, HandOver(LinkKind.ESCALATED_TO_PROBLEM, far=("change",)), person=agent) == []
    assert came_of(first, HandOver(LinkKind.ESCALATED_TO_PROBLEM, outward=False), person=agent)[0].pk == reported.pk


def test_the_statements_do_not_grow_with_what_was_made(
    reported: Any, agent: Person, django_assert_num_queries: Any
) -> None:
    for place in range(4):
        raise_problem(reported, by=agent, title=f"停電 {place}", description="一再發生", origin="trend")

    with django_assert_num_queries(2):
        assert len(came_of(reported, TO_PROBLEM, person=agent)) == 4
