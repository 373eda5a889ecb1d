"""Who is told of each step of a service transition: the right people, once, in their language, with an address."""

from typing import Any

import pytest

from itsm.people.models import Person
from tests.catalogue.conftest import Walk, closed, sign_all
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import Row, row

pytestmark = pytest.mark.django_db
STEPS = (
    row("building", "finish_build", "transition_manager", {"transition_to_accept": "owner engineer"}, build_record="建置完成"),
    row("acceptance", "pass_acceptance", "owner", {"transition_accepted": "transition"}, acceptance_note="全部通過"),
    row("acceptance", "fail_acceptance", "owner", {"transition_failed": "transition"}, failed_criteria="登入",
        failure_decision="重新設計"),
    row("transitioning", "finish_transition", "transition_manager", {"transition_live": "owner engineer"}, live_on=MONDAY.date()),
)  # fmt: skip


@pytest.fixture
def owner(service: Any) -> Person:
    """The owner of the service."""
    found: Person = service.owner
    return found


@pytest.mark.parametrize("line", STEPS, ids=str)
def test_the_steps_of_a_service_transition(
    request: pytest.FixtureRequest, walk: Walk, change: Any, owner: Person, line: Row
) -> None:
    record = walk(line.state)
    if line.move == "pass_acceptance":
        sign_all(record, owner)
    if line.move == "finish_transition":
        closed(change)

    told.act(request, record, line, at=MONDAY)


def test_a_called_transition_is_told_to_who_runs_the_process(
    request: pytest.FixtureRequest, transition_manager: Person, change: Any
) -> None:
    told.silence()

    request.getfixturevalue("transition")

    assert told.heard() == {("transition_opened", "transition")}
    told.hold_all()
