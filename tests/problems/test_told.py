"""Who is told of each step of a problem: the right people, once, in their language, with an address that opens."""

from datetime import timedelta
from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.models import Watcher
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import Row, row
from tests.problems.conftest import CAUSE, DAY, WORKAROUND, Walk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=20)
STEPS = (
    row("registered", "reject_problem", "problem_manager", {"problem_rejected": "requester"}, reason="單一事件"),
    row("registered", "withdraw", "handler", {}, reason="誤報"),
    row("confirmed", "classify", "problem_manager", {"assigned": "handler"}, category="@category", impact="2", urgency="2",
        assignee="@handler", cause_due_on=(MONDAY + 9 * DAY).date(), solution_due_on=(MONDAY + 20 * DAY).date()),
    row("analysing", "interim_workaround", "handler", {"workaround_known": "agent"}, workaround_tested_by="@agent", **WORKAROUND),
    row("analysing", "propose_root_cause", "handler", {"cause_proposed": "problems"}, **CAUSE),
    row("seeking_solution", "establish_workaround", "handler", {"workaround_known": "agent"}, workaround_tested_by="@agent",
        **WORKAROUND),
)  # fmt: skip


@pytest.mark.parametrize("line", STEPS, ids=str)
def test_the_steps_of_a_problem(request: pytest.FixtureRequest, walk: Walk, line: Row) -> None:
    record = walk(line.state)
    if line.move == "withdraw":  # only whoever reported it, and works here, takes it back
        type(record).objects.filter(pk=record.pk).update(requester=request.getfixturevalue("handler"))

    told.act(request, record, line, at=LATER)


def test_the_end_of_a_problem_is_told_to_who_works_on_its_open_incidents_and_to_who_watches_them(
    request: pytest.FixtureRequest, walk: Walk, incident: Any, unit: Any, problem_manager: Person
) -> None:
    record = walk("result_review")
    Watcher.objects.create(record=incident, person=unit.lead)
    line = row("result_review", "close", "problem_manager", {"problem_closed": "agent head"}, closure_code="fixed",
               effectiveness_note="兩週未再發生")  # fmt: skip

    told.act(request, record, line, at=MONDAY + 40 * DAY)


def test_three_rounds_without_a_cause_call_the_owner_of_the_process(
    request: pytest.FixtureRequest, walk: Walk, handler: Person
) -> None:
    record = walk("analysing")
    for number in range(3):
        told_to = {"problem_rounds": "problems"} if number == 2 else {}
        line = row("analysing", "log_analysis_round", "handler", told_to, hypotheses="記憶體不足", next_step="加大觀察")
        record = told.act(request, record, line, at=LATER + timedelta(hours=number))
