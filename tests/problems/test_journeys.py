"""Whole journeys of problems through their machine, and every refusal of a guard once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from itsm.people.models import Person, Team
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from problems.flow import PROBLEM
from problems.models import KnownError, Problem
from sla.models import Clock
from tests.fixtures import MONDAY, make_person
from tests.problems.conftest import CAUSE, DAY, SOLUTION, WORKAROUND, Walk

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)


def deadlines(record: Any) -> set[str]:
    """Name the deadlines that are set on a record."""
    return set(Clock.objects.open().filter(record_id=record.pk, is_deadline=True).values_list("metric", flat=True))


def refused(record: Any, name: str, *, by: Person, at: Any = LATER, **inputs: Any) -> str:
    """Give the sentences of a refusal in English."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=at, **inputs)
    return " ".join(refusal.value.reasons)


def test_a_problem_goes_from_registration_to_closure(walk: Walk, problem_manager: Person, incident: Any) -> None:
    review = walk("result_review")
    known = KnownError.objects.get()
    closed = perform(
        review,
        "close",
        by=problem_manager,
        at=review.observed_until,
        closure_code="fixed",
        effectiveness_note="未再發生",
    )

    assert closed.number == "PRB-202611-00001"
    assert (closed.state, closed.phase, closed.outcome, closed.priority) == ("closed", "done", "fixed", 3)
    assert known.number == "KE-202611-00001"
    known = KnownError.objects.get()
    assert (known.state, known.cause, known.workaround) == ("resolved", CAUSE["root_cause"], WORKAROUND["workaround"])
    assert known.fixed_in == closed.number
    assert deadlines(closed) == set()
    names = set(Event.objects.filter(record=incident.pk).values_list("name", flat=True))
    assert {"workaround_known", "problem_closed"} <= names


def test_what_is_no_problem_ends_and_its_incidents_keep_a_line(
    problem: Any, problem_manager: Person, incident: Any
) -> None:
    ended = perform(problem, "reject_problem", by=problem_manager, at=LATER, reason="單一事件")

    assert (ended.state, ended.phase, ended.outcome) == ("rejected", "done", "not_problem")
    assert Event.objects.filter(record=incident.pk, name="problem_rejected").exists()


def test_only_whoever_reported_a_problem_takes_it_back(
    problem: Any, requester: Person, problem_manager: Person
) -> None:
    with pytest.raises(NotAllowed):
        perform(problem, "withdraw", by=requester, at=LATER, reason="誤報")
    reporter = make_person("reporter", "agent")
    own = open_record(
        Problem,
        by=reporter,
        at=MONDAY,
        channel="portal",
        origin="proactive",
        title="重複",
        requester=reporter,
        received_at=MONDAY,
    )
    with pytest.raises(NotAllowed):
        perform(own, "withdraw", by=problem_manager, at=LATER, reason="誤報")

    ended = perform(own, "withdraw", by=reporter, at=LATER, reason="誤報")

    assert (ended.state, ended.closure_code) == ("rejected", "withdrawn")


def test_rounds_of_analysis_are_kept_with_whys_and_fishbone(walk: Walk, handler: Person) -> None:
    record = walk("analysing")
    for number in range(3):
        record = perform(
            record, "log_analysis_round", by=handler, at=LATER + number * DAY, hypotheses="記憶體不足：否", next_step="比對紀錄",
            whys="連線逾時\n連線池滿", fishbone="方法：無容量檢核\nmachine: AP-2 old",
        )  # fmt: skip

    assert (record.state, record.analysis_rounds, record.rounds.count()) == ("analysing", 3, 3)
    assert list(record.analysis.filter(kind="why").values_list("position", "text")) == [
        (1, "連線逾時"),
        (2, "連線池滿"),
    ]
    assert set(record.analysis.exclude(kind="why").values_list("kind", "text")) == {
        ("method", "無容量檢核"), ("machine", "AP-2 old"),
    }  # fmt: skip


def test_a_line_of_the_fishbone_names_its_category(walk: Walk, handler: Person) -> None:
    said = refused(
        walk("analysing"), "log_analysis_round", by=handler, hypotheses="無", next_step="無", fishbone="容量不足"
    )

    assert "容量不足" in said


def test_a_workaround_may_come_before_the_cause(walk: Walk, handler: Person, agent: Person, incident: Any) -> None:
    record = perform(
        walk("analysing"), "interim_workaround", by=handler, at=LATER, **WORKAROUND, workaround_tested_by=agent
    )

    assert (record.state, record.workaround) == ("analysing", WORKAROUND["workaround"])
    assert Event.objects.filter(record=incident.pk, name="workaround_known").count() == 1
    assert KnownError.objects.count() == 0


def test_a_cause_may_be_refused_and_proposed_again(walk: Walk, handler: Person, problem_manager: Person) -> None:
    record = perform(walk("root_cause_review"), "reject_root_cause", by=problem_manager, at=LATER, reason="佐證不足")
    assert record.state == "analysing"

    again = perform(record, "propose_root_cause", by=handler, at=LATER + DAY, **CAUSE)

    assert again.state == "root_cause_review"


def test_the_search_goes_on_until_a_solution_is_found(walk: Walk, handler: Person, problem_manager: Person) -> None:
    record = walk("workaround_in_place")
    record = perform(record, "continue_search", by=handler, at=LATER)
    record = perform(record, "no_workaround", by=handler, at=LATER, tried="換版本", review_on=(LATER + 7 * DAY).date())
    assert (record.state, "review" in deadlines(record)) == ("seeking_solution", True)
    record = perform(record, "adopt_solution", by=handler, at=LATER, **SOLUTION)
    record = perform(record, "solution_failed", by=handler, at=LATER, reason="效能更差")
    record = perform(record, "adopt_solution", by=handler, at=LATER + DAY, **SOLUTION)
    record = perform(record, "solution_done", by=handler, at=LATER + DAY, solution_evidence="上線紀錄")
    assert record.observed_until == LATER + 15 * DAY

    record = perform(record, "result_not_ok", by=problem_manager, at=LATER + 2 * DAY, reason="仍發生")

    assert (record.state, record.observed_until) == ("seeking_solution", None)
    assert "observation" not in deadlines(record)


def test_a_known_error_may_be_accepted_and_stays_in_force(walk: Walk, problem_manager: Person) -> None:
    owner = make_person("riskowner", "service_owner")
    record = perform(
        walk("workaround_in_place"), "accept_known_error", by=problem_manager, at=LATER, reason="修復成本過高",
        risk_owner=owner, review_on=(LATER + 90 * DAY).date(),
    )  # fmt: skip
    with_other = refused(record, "close", by=problem_manager, closure_code="fixed", effectiveness_note="無")
    closed = perform(
        record, "close", by=problem_manager, at=LATER, closure_code="accepted", effectiveness_note="暫時性方案有效"
    )

    assert with_other
    assert (closed.state, closed.outcome, KnownError.objects.get().state) == ("closed", "accepted", "published")


def test_a_merged_problem_gives_its_incidents_to_the_other(
    problem: Any, problem_manager: Person, requester: Person, incident: Any
) -> None:
    other = open_record(
        Problem,
        by=None,
        at=MONDAY,
        channel="portal",
        origin="trend",
        title="公文 502",
        requester=requester,
        received_at=MONDAY,
    )
    itself = refused(problem, "merge_into", by=problem_manager, parent=problem)

    ended = perform(problem, "merge_into", by=problem_manager, at=LATER, parent=other)

    assert itself
    assert (ended.state, ended.merged_into_id) == ("merged", other.pk)
    assert Link.objects.filter(source=incident.pk, target=other.pk, kind=LinkKind.ESCALATED_TO_PROBLEM).exists()


def test_a_closed_problem_is_opened_again_by_a_new_incident(walk: Walk, problem_manager: Person, incident: Any) -> None:
    review = walk("result_review")
    closed = perform(
        review, "close", by=problem_manager, at=review.observed_until, closure_code="fixed", effectiveness_note="好"
    )

    record = perform(
        closed, "reopen", by=problem_manager, at=closed.closed_at + DAY, reason="再次發生", incident=incident
    )

    assert (record.state, record.reopen_count, record.outcome) == ("analysing", 1, "")
    assert KnownError.objects.get().state == "published"
    assert "cause" in deadlines(record)


# ---- guards ---------------------------------------------------------------------------------
def test_a_lead_needs_a_second_line_team_and_the_role(
    problem: Any, problem_manager: Person, agent: Person, engineer: Person, category: Any, desk: Team
) -> None:
    record = perform(problem, "confirm_problem", by=problem_manager, at=LATER)
    days = {"cause_due_on": (LATER + DAY).date(), "solution_due_on": (LATER + DAY).date()}
    grade = {"category": category, "impact": "2", "urgency": "2", **days}

    assert "assignment group of the right tier" in refused(
        record, "classify", by=problem_manager, assignee=agent, **grade
    )
    assert "does not work on problems" in refused(record, "classify", by=problem_manager, assignee=engineer, **grade)
    assert "in the past" in refused(
        record, "classify", by=problem_manager, assignee=engineer, **grade | {"cause_due_on": (MONDAY - DAY).date()}
    )


def test_a_problem_is_not_led_by_somebody_whom_it_is_kept_from(
    problem: Any, problem_manager: Person, handler: Person, category: Any
) -> None:
    record = perform(problem, "confirm_problem", by=problem_manager, at=LATER)
    Problem.objects.filter(pk=record.pk).update(kept_from=handler, confidential=True)
    days = {"cause_due_on": (LATER + DAY).date(), "solution_due_on": (LATER + DAY).date()}
    grade = {"category": category, "impact": "2", "urgency": "2", **days}

    assert "This case is kept from" in refused(
        Problem.objects.get(), "classify", by=problem_manager, assignee=handler, **grade
    )


def test_guards_refuse_with_their_sentences(walk: Walk, handler: Person, agent: Person) -> None:
    analysing = walk("analysing")

    assert "Root cause evidence is missing." in refused(
        analysing, "propose_root_cause", by=handler, **CAUSE | {"rc_evidence": ""}
    )
    assert "Describe and test the workaround." in refused(analysing, "interim_workaround", by=handler, **WORKAROUND)


def test_a_solution_is_described_and_its_change_succeeds(walk: Walk, handler: Person, incident: Any) -> None:
    seeking = walk("seeking_solution")
    assert "Describe the solution." in refused(
        seeking, "adopt_solution", by=handler, **SOLUTION | {"solution_value": ""}
    )

    building = perform(seeking, "adopt_solution", by=handler, at=LATER, **SOLUTION)
    link(incident, building, kind=LinkKind.FIXES_PROBLEM, by=None, at=LATER)

    assert "The fixing change is not closed successfully." in refused(
        building, "solution_done", by=handler, solution_evidence="無"
    )


def test_a_problem_closes_only_after_its_observation_without_recurrence(
    walk: Walk, problem_manager: Person, incident: Any, requester: Person
) -> None:
    review = walk("result_review")
    given = {"closure_code": "fixed", "effectiveness_note": "好"}
    sentence = "Observation window is not over or the incident recurred."
    assert sentence in refused(review, "close", by=problem_manager, at=review.observed_until - DAY, **given)

    Link.objects.all().delete()
    link(incident, review, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=review.observed_from + DAY)

    assert sentence in refused(review, "close", by=problem_manager, at=review.observed_until, **given)


def test_whoever_leads_a_problem_does_not_close_it(walk: Walk, handler: Person, problem_manager: Person) -> None:
    from itsm.people.models import RoleGrant

    review = walk("result_review")
    RoleGrant.objects.create(person=handler, role="problem_manager")
    lead = Person.objects.get(pk=handler.pk)

    said = refused(review, "close", by=lead, at=review.observed_until, closure_code="fixed", effectiveness_note="好")

    assert "Separation of duties" in said


def test_a_major_incident_is_observed_longer(walk: Walk) -> None:
    Problem.objects.update(origin="major_incident")

    review = walk("result_review")

    assert review.observed_until - review.observed_from == timedelta(days=30)


def test_roles_and_states_are_refused(problem: Any, agent: Person, handler: Person, problem_manager: Person) -> None:
    with pytest.raises(NotAllowed):
        perform(problem, "confirm_problem", by=agent, at=LATER)
    with pytest.raises(NotAllowed):
        perform(problem, "confirm_problem", by=handler, at=LATER)
    with pytest.raises(MovedOn):
        perform(problem, "close", by=problem_manager, at=LATER, closure_code="fixed", effectiveness_note="")


def test_every_transition_is_walked_by_these_tests() -> None:
    from pathlib import Path

    text = Path(__file__).read_text() + (Path(__file__).parent / "conftest.py").read_text()

    assert [name for name in PROBLEM.transitions if f'"{name}"' not in text] == []
