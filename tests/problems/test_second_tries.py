"""A cause is confirmed by somebody else, a fix is tried a second time, and what is opened again or merged stays true."""

from typing import Any

import pytest

from changes.models import Change
from incidents.models import Incident
from itsm.people.models import Person, RoleGrant
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import open_record, perform
from problems.models import KnownError, Problem
from tests.fixtures import MONDAY, make_person
from tests.problems.conftest import CAUSE, DAY, SOLUTION, Walk
from tests.problems.test_deadlines import waits
from tests.problems.test_journeys import refused

pytestmark = pytest.mark.django_db
LATER = MONDAY + 10 * DAY
CLOSING: dict[str, Any] = {"closure_code": "fixed", "effectiveness_note": "好"}


def fixed_by(problem: Any, state: str, outcome: str) -> Any:
    """Let a change with that end stand for the one that was drafted last to fix the problem."""
    Link.objects.filter(source=Change.objects.get(state="draft"), target=problem.pk).delete()
    made = open_record(
        Change, by=None, at=LATER, channel="portal", title="加大連線池", requester=problem.requester, received_at=LATER, state=state,
        outcome=outcome,
    )  # fmt: skip
    link(made, problem, kind=LinkKind.FIXES_PROBLEM, by=None, at=LATER)
    return made


def test_who_leads_the_problem_does_not_confirm_its_cause(walk: Walk, handler: Person) -> None:
    RoleGrant.objects.create(person=handler, role="problem_manager")
    lead = Person.objects.get(pk=handler.pk)

    assert "Who found the root cause must not confirm it." in refused(
        walk("root_cause_review"), "accept_root_cause", by=lead
    )
    assert Problem.objects.get().state == "root_cause_review"


def test_who_proposed_the_cause_does_not_confirm_it(walk: Walk, handler: Person) -> None:
    analysing = walk("analysing")
    second = make_person("second", "engineer", "problem_handler", "problem_manager", name="雙職")
    second.teams.add(analysing.team)
    proposed = perform(analysing, "propose_root_cause", by=second, at=LATER, **CAUSE)

    assert "Who found the root cause must not confirm it." in refused(proposed, "accept_root_cause", by=second)


def test_a_fix_may_follow_one_that_was_taken_back(walk: Walk, handler: Person) -> None:
    needed = SOLUTION | {"change_needed": "yes"}
    perform(walk("seeking_solution"), "adopt_solution", by=handler, at=LATER, **needed)
    perform(Change.objects.get(), "withdraw", by=handler, at=LATER, reason="改採他法")

    again = perform(Problem.objects.get(), "adopt_solution", by=handler, at=LATER, **needed)
    too_soon = refused(again, "solution_done", by=handler, at=LATER, solution_evidence="設定已上線")
    fixed_by(again, "closed", "successful")
    done = perform(again, "solution_done", by=handler, at=LATER, solution_evidence="設定已上線")

    assert "The fixing change is not closed successfully." in too_soon
    assert done.state == "result_review"


def test_a_needed_change_that_was_taken_back_fixes_nothing(walk: Walk, handler: Person) -> None:
    needed = SOLUTION | {"change_needed": "yes"}
    building = perform(walk("seeking_solution"), "adopt_solution", by=handler, at=LATER, **needed)
    fixed_by(building, "rejected", "")

    assert "The fixing change is not closed successfully." in refused(
        building, "solution_done", by=handler, at=LATER, solution_evidence="無"
    )


def test_another_way_without_a_change_may_follow(walk: Walk, handler: Person) -> None:
    perform(walk("seeking_solution"), "adopt_solution", by=handler, at=LATER, **SOLUTION | {"change_needed": "yes"})
    perform(Change.objects.get(), "withdraw", by=handler, at=LATER, reason="無須變更")

    again = perform(Problem.objects.get(), "adopt_solution", by=handler, at=LATER, **SOLUTION)
    done = perform(again, "solution_done", by=handler, at=LATER, solution_evidence="參數已調整")

    assert done.state == "result_review"


def test_the_known_error_names_only_what_fixed_it(walk: Walk, handler: Person, problem_manager: Person) -> None:
    needed = SOLUTION | {"change_needed": "yes"}
    perform(walk("seeking_solution"), "adopt_solution", by=handler, at=LATER, **needed)
    perform(Change.objects.get(), "withdraw", by=handler, at=LATER, reason="改採他法")
    again = perform(Problem.objects.get(), "adopt_solution", by=handler, at=LATER, **needed)
    good = fixed_by(again, "closed", "successful")
    review = perform(again, "solution_done", by=handler, at=LATER, solution_evidence="設定已上線")

    perform(review, "close", by=problem_manager, at=review.observed_until, **CLOSING)

    assert KnownError.objects.get().fixed_in == good.number


def test_opened_again_its_known_error_learns_the_new_cause(
    walk: Walk, handler: Person, problem_manager: Person, incident: Any
) -> None:
    review = walk("result_review")
    closed = perform(review, "close", by=problem_manager, at=review.observed_until, **CLOSING)
    at = closed.closed_at + DAY
    record = perform(closed, "reopen", by=problem_manager, at=at, reason="再次發生", incident=incident)
    record = perform(record, "propose_root_cause", by=handler, at=at, **CAUSE | {"root_cause": "逾時設定過短"})

    perform(record, "accept_root_cause", by=problem_manager, at=at)

    known = KnownError.objects.get()
    edited = Event.objects.filter(record=known.pk, name="edit").latest("pk")
    assert (known.state, known.cause) == ("published", "逾時設定過短")
    assert edited.facts["before"]["cause"] == CAUSE["root_cause"]


def test_an_incident_that_waits_for_a_problem_that_is_taken_back_goes_on(
    problem: Any, incident: Any, agent: Person, requester: Person
) -> None:
    waits(incident, agent)
    reporter = Person.objects.get(pk=requester.pk)
    RoleGrant.objects.create(person=reporter, role="engineer")

    perform(problem, "withdraw", by=Person.objects.get(pk=reporter.pk), at=LATER, reason="誤報")

    assert Incident.objects.get(pk=incident.pk).state == "l1_processing"


def test_what_is_merged_into_an_observed_problem_does_not_count_as_coming_back(
    walk: Walk, problem_manager: Person, requester: Person, incident: Any
) -> None:
    review = walk("result_review")
    Link.objects.filter(target=review.pk, source=incident.pk).delete()
    twin = open_record(
        Problem, by=None, at=MONDAY, channel="portal", origin="trend", title="公文 502", requester=requester, received_at=MONDAY
    )  # fmt: skip
    link(incident, twin, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=MONDAY)

    perform(twin, "merge_into", by=problem_manager, at=review.observed_from + DAY, parent=review)

    closed = perform(review, "close", by=problem_manager, at=review.observed_until, **CLOSING)
    assert closed.state == "closed"
    assert Link.objects.get(source=incident.pk, target=review.pk).created_at == MONDAY
