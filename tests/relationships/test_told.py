"""Who is told of complaints, supplier cases and surveys: the right people, once, in their language, with an address."""

from typing import Any

import pytest

from itsm.people.models import Person, Team
from relationships import suppliers
from relationships.survey_models import SurveyCampaign
from tests.fixtures import MONDAY, make_person
from tests.notices import told
from tests.notices.told import Row, row
from tests.relationships.conftest import HOUR, Walk
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.relationships.test_supplier_journeys import sent
from tests.relationships.test_survey_journeys import LATER, WORDS, _minutes

pytestmark = pytest.mark.django_db
REGISTERED = {
    "nature": "timeliness", "service": "@service", "severity": "2", "requester": "@requester", "assignee": "@relations",
    "origin": "portal",
}  # fmt: skip
COMPLAINT = (
    row("submitted", "register", "agent", {"complaint_given": "relations", "complaint_registered": "requester"}, **REGISTERED),
    row("submitted", "withdraw", "requester", {}, reason="已解決"),
    row("registered", "escalate", "agent", {"complaint_escalated": "relations", "complaint_higher": "requester"}, reason="逾期"),
    row("processing", "report_result", "agent", {"complaint_answered": "requester"}, answer="致歉", actions="增派值班"),
    row("processing", "withdraw", "requester", {"cancelled": "agent"}, reason="已解決"),
    row("awaiting_consent", "disagree", "requester", {"complaint_disagreed": "agent"}, reason="未說明原因"),
    row("awaiting_consent", "agree_to_close", "requester", {"complaint_closed": "agent"}, consent_way="portal"),
    row("closed", "reopen", "requester", {"reopened": "agent"}, reason="又發生"),
)  # fmt: skip


@pytest.mark.parametrize("line", COMPLAINT, ids=str)
def test_the_steps_of_a_complaint(request: pytest.FixtureRequest, walk: Walk, relations: Person, line: Row) -> None:
    told.act(request, walk(line.state), line, at=MONDAY + 6 * HOUR)


@pytest.fixture
def asked(incident: Any, agent: Person, contract: Any, supplier: Any) -> Any:
    """A case that waits for its supplier."""
    return sent(suppliers.open_case(incident, by=agent, at=MONDAY), agent, contract)


@pytest.fixture
def colleague(desk: Team) -> Person:
    """Somebody else of the desk."""
    person = make_person("colleague", "agent", name="同事")
    desk.members.add(person)
    return person


def test_the_answer_of_a_supplier_is_told_to_whoever_holds_the_case_that_waits(
    request: pytest.FixtureRequest, asked: Any, colleague: Person
) -> None:
    line = row("waiting", "record_answer", "colleague", {"supplier_answered": "agent"}, answer="已更換模組")

    told.act(request, asked, line, at=MONDAY + 2 * HOUR)


# ---- surveys --------------------------------------------------------------------------------
@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷")


@pytest.fixture
def board(db: None) -> Person:
    """Somebody of the review board."""
    return make_person("board", "review_board", name="李主任")


@pytest.fixture
def campaign(brm: Person, requester: Person, agent: Person, board: Person, colleague: Person) -> SurveyCampaign:
    """A survey that is to be launched."""
    return plan(make_version(), owner=brm)


def test_the_steps_of_a_survey(request: pytest.FixtureRequest, campaign: Any, agent: Person, requester: Person) -> None:
    running = launch(campaign, by=request.getfixturevalue("brm"))
    told.hold_all(opens=False)
    assert {name for template, name in told.heard() if template == "survey_asked"} >= {"requester", "agent", "brm"}
    answer(running, requester)
    steps = (
        row("running", "close_collection", "agent", {"survey_collected": "colleague"}),
        row("collected", "finish_registration", "agent", {"survey_registered": "brm"}),
        row("feedback_registered", "draft_report", "brm", {}),
        row("reporting", "submit_report", "brm", {"survey_review": "board"}, report_version=1),
        row("under_review", "return_report", "board", {"survey_returned": "brm"}, reason="補充趨勢"),
        row("reporting", "submit_report", "brm", {"survey_review": "board"}, report_version=2),
        row(
            "under_review",
            "accept_report",
            "board",
            {"survey_accepted": "brm", "action_given": "agent"},
            decisions="照案通過",
        ),
    )
    record = running
    for line in steps:
        if line.move == "submit_report":
            type(record.report).objects.filter(pk=record.report.pk).update(**WORDS)
        if line.move == "accept_report":
            _minutes(record, agent)
        record = told.act(request, record, line, at=LATER)
