"""A workaround may come at any time: beside the steps of the flow, on the page and over REST, with what follows from it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from problems.models import KnownError, Problem
from problems.workarounds import give_workaround
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.fixtures import MONDAY
from tests.problems.conftest import DAY, WORKAROUND, Walk
from tests.problems.test_figures import figure
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
LATER = MONDAY + DAY
STATES = ("registered", "confirmed", "analysing", "root_cause_review", "known_error", "seeking_solution",
          "workaround_in_place", "building_solution", "result_review")  # fmt: skip


def sent(agent: Person) -> dict[str, str]:
    """The workaround as a form sends it."""
    return {**WORKAROUND, "workaround": "改走備援線路", "workaround_tested_by": agent.username}


@pytest.mark.parametrize("state", STATES)
def test_it_comes_in_every_open_state_and_moves_nothing(
    walk: Walk, state: str, problem_manager: Person, agent: Person
) -> None:
    record = walk(state)

    kept = give_workaround(
        record,
        by=problem_manager,
        at=LATER,
        **{**WORKAROUND, "workaround": "改走備援線路", "workaround_tested_by": agent},
    )

    assert (kept.state, kept.workaround, kept.version) == (state, "改走備援線路", record.version + 1)
    assert all(known.workaround == "改走備援線路" for known in KnownError.objects.all())


def test_its_incidents_show_it_and_their_people_are_told(
    walk: Walk, incident: Any, problem_manager: Person, agent: Person, signed_in: SignedIn
) -> None:
    building = walk("building_solution")
    Notification.objects.all().delete()

    answer = signed_in(problem_manager).post(f"/t/{building.number}/workaround", sent(agent))

    assert answer.status_code == 303
    assert Event.objects.filter(record=incident.pk, name="workaround_known").count() == 2
    assert "workaround_known" in set(Notification.objects.filter(person=agent).values_list("template", flat=True))
    assert "改走備援線路" in signed_in(agent).get(f"/incidents/{incident.number}/").content.decode()
    assert "改走備援線路" in signed_in(problem_manager).get(f"/problems/{building.number}/").content.decode()


def test_the_page_offers_it_where_no_step_asks_for_it(
    problem: Any, walk: Walk, problem_manager: Person, agent: Person, signed_in: SignedIn
) -> None:
    address = f"/t/{problem.number}/workaround"
    page = f"/problems/{problem.number}/"

    assert address in signed_in(problem_manager).get(page).content.decode()
    assert address not in signed_in(agent).get(page).content.decode()
    walk("analysing")
    assert address not in signed_in(problem_manager).get(page).content.decode()


def test_what_is_missing_is_named_and_nothing_typed_is_lost(
    problem: Any, problem_manager: Person, agent: Person, signed_in: SignedIn
) -> None:
    answer = signed_in(problem_manager).post(f"/t/{problem.number}/workaround", sent(agent) | {"workaround_risk": ""})

    assert answer.status_code == 422
    assert "改走備援線路" in answer.content.decode()
    assert Problem.objects.get().workaround == ""


def test_others_and_closed_problems_take_none(problem: Any, problem_manager: Person, agent: Person) -> None:
    given: dict[str, Any] = {**WORKAROUND, "workaround_tested_by": agent}
    with pytest.raises(NotAllowed):
        give_workaround(problem, by=agent, at=LATER, **given)
    ended = perform(problem, "reject_problem", by=problem_manager, at=LATER, reason="單一個案")

    with pytest.raises(Objected):
        give_workaround(ended, by=problem_manager, at=LATER, **given)


def test_it_is_given_over_rest(problem: Any, problem_manager: Person, agent: Person, caller: Caller) -> None:
    client, address = caller(problem_manager), f"/api/v1/problems/{problem.number}/workaround"

    short = client.post(address, {"workaround": "重啟"})
    odd = client.post(address, sent(agent) | {"state": "closed"})
    given = client.post(address, sent(agent))

    assert (short.status_code, odd.status_code, given.status_code) == (422, 400, 200)
    assert (given.json()["workaround"], given.json()["state"]["code"]) == ("改走備援線路", "registered")


def test_its_time_counts_as_that_of_the_first_workaround(problem: Any, problem_manager: Person, agent: Person) -> None:
    give_workaround(problem, by=problem_manager, at=LATER, **{**WORKAROUND, "workaround_tested_by": agent})

    assert figure("time_to_workaround").seconds == (DAY.total_seconds(),)
