"""The figures of problems, the time line of their incidents, and what these cost."""

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from changes.models import Change
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records import register
from itsm.records.figures import Durations, Share
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.tickets import parts_of
from problems import rules, timeline
from problems.models import KnownError, Problem, Proposal
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.problems.conftest import DAY, WORKAROUND, Walk
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def figure(name: str, *, days: int = 40) -> Any:
    return register.process("problem").figures[name](start=MONDAY - DAY, end=MONDAY + days * DAY)


def test_open_problems_are_counted_as_of_the_end_of_the_period(walk: Walk, problem_manager: Person) -> None:
    review = walk("result_review")
    assert figure("backlog") == 1

    perform(
        review, "close", by=problem_manager, at=review.observed_until, closure_code="fixed", effectiveness_note="好"
    )

    days = (review.observed_until - MONDAY).days
    assert (figure("backlog", days=days), figure("backlog", days=days + 1)) == (1, 0)


def test_times_are_measured_from_the_journal(walk: Walk) -> None:
    walk("workaround_in_place")

    assert figure("time_to_root_cause") == Durations((2 * 3600.0,))
    assert figure("time_to_known_error") == Durations((5 * 3600.0,))
    assert figure("time_to_workaround") == Durations((6 * 3600.0,))
    assert figure("root_cause_rate") == Share(1, 1)
    assert figure("root_cause_rate", days=20) == Share(0, 0)  # classified less than 30 days before
    assert (figure("opened"), figure("closed")) == (1, 0)


def test_what_has_nothing_to_measure_is_shown_as_a_dash(problem: Any) -> None:
    assert str(figure("recurrence_after_fix")) == "-"
    assert str(figure("time_to_root_cause")) == "-"
    assert figure("proactive_share").ratio == Fraction(1)
    assert str(Share(416, 8508)) == "4.88 %"  # shown truncated, as agreed figures are


def test_an_incident_resolved_with_a_known_error_counts(walk: Walk, incident: Any, agent: Person) -> None:
    walk("workaround_in_place")
    known = KnownError.objects.get()
    link(incident, known, kind=LinkKind.HAS_KNOWN_ERROR, by=agent, at=MONDAY + DAY)
    perform(incident, "resolve", by=agent, at=MONDAY + DAY, resolution_code="known_error", resolution_note="重啟")

    assert figure("known_error_use") == Share(1, 1)


def test_the_time_line_holds_the_events_of_the_incidents_in_order(
    walk: Walk, incident: Any, problem_manager: Person, signed_in: Callable[..., Client]
) -> None:
    record = walk("analysing")

    page = signed_in(problem_manager, "en").get(f"/problems/{record.number}/timeline/").content.decode()
    found = timeline.entries(record, person=problem_manager)

    assert f"/incidents/{incident.number}/" in page
    assert {entry.number for entry in found} == {incident.number, record.number}
    assert [entry.line.at for entry in found] == sorted(entry.line.at for entry in found)


def test_a_confidential_incident_is_not_told_to_those_who_may_not_know_of_it(
    walk: Walk, incident: Any, handler: Person
) -> None:
    record = walk("analysing")
    type(incident).objects.filter(pk=incident.pk).update(confidential=True)

    assert {entry.number for entry in timeline.entries(record, person=handler)} == {record.number}


def test_pain_is_the_time_that_users_lost(problem: Any, incident: Any, agent: Person, service: Any) -> None:
    outage = parts_of.open_outage(
        incident, service=service, kind="unplanned", started_at=MONDAY, affected_users=30, by=agent, at=MONDAY
    )
    parts_of.end_outage(outage, ended_at=MONDAY + HOUR, by=agent, at=MONDAY + HOUR)

    assert timeline.pain(problem, at=MONDAY + 2 * DAY) == 30 * 60
    assert timeline.pain(problem, at=MONDAY + 90 * DAY + HOUR / 2) == 30 * 30  # half of it is older than 90 days
    assert timeline.pain(problem, at=MONDAY + 200 * DAY) == 0


def test_incidents_of_a_failed_change_are_proposed_as_a_problem(incident: Any, agent: Person) -> None:
    failed = open_record(
        Change, by=agent, at=MONDAY, requester=agent, title="更換交換器", received_at=MONDAY, channel="portal"
    )
    link(incident, failed, kind=LinkKind.CAUSED_BY_CHANGE, by=agent, at=MONDAY)
    rules.propose(at=MONDAY + DAY)
    assert not Proposal.objects.filter(rule="change").exists()

    perform(failed, "withdraw", by=agent, at=MONDAY + DAY, reason="不做了")
    rules.propose(at=MONDAY + 2 * DAY)
    rules.propose(at=MONDAY + 3 * DAY)

    made = Proposal.objects.get(rule="change")
    assert (list(made.evidence.values_list("pk", flat=True)), str(failed.number) in made.title) == ([incident.pk], True)


def test_a_known_error_is_looked_at_again_after_half_a_year(walk: Walk, problem_manager: Person) -> None:
    walk("workaround_in_place")
    known = KnownError.objects.get()
    assert known.review_on == timezone.localdate(MONDAY) + timedelta(days=180)

    sweep(at=MONDAY + 181 * DAY)

    assert Notification.objects.filter(person=problem_manager, template="known_review_due").exists()


def test_proposals_are_decided_over_rest(
    walk: Walk, incident: Any, problem_manager: Person, agent: Person, client: Client
) -> None:
    made = Proposal.objects.create(rule="component", title="同一組件", made_at=MONDAY, service=incident.service)
    made.evidence.add(incident)
    client.force_login(agent)
    assert client.get("/api/v1/problem-proposals").status_code == 403
    client.force_login(problem_manager)

    listed = client.get("/api/v1/problem-proposals").json()
    empty = client.post(f"/api/v1/problem-proposals/{made.pk}/dismiss", {}, content_type="application/json")
    done = client.post(
        f"/api/v1/problem-proposals/{made.pk}/dismiss",
        {"reason": WORKAROUND["workaround"]},
        content_type="application/json",
    )
    again = client.post(f"/api/v1/problem-proposals/{made.pk}/accept", content_type="application/json")

    assert [(row["rule"], row["evidence"]) for row in listed] == [("component", [incident.number])]
    assert (empty.status_code, done.status_code, done.json()["state"], again.status_code) == (
        400,
        200,
        "dismissed",
        422,
    )


def test_problems_that_were_none_are_counted_among_those_decided_on(
    walk: Walk, problem_manager: Person, agent: Person
) -> None:
    walk("confirmed")
    other = open_record(
        Problem, by=agent, at=MONDAY, channel="portal", title="印表機", requester=agent, received_at=MONDAY
    )
    perform(other, "reject_problem", by=problem_manager, at=MONDAY, reason="一次性操作失誤")

    assert figure("judged_wrongly").ratio == Fraction(1, 2)


def close(record: Any, manager: Person) -> Any:
    """Close a problem whose observation is over as fixed."""
    return perform(record, "close", by=manager, at=record.observed_until, closure_code="fixed", effectiveness_note="好")


def test_a_problem_that_was_opened_again_counts_as_come_back(
    walk: Walk, problem_manager: Person, incident: Any
) -> None:
    closed = close(walk("result_review"), problem_manager)
    assert figure("recurrence_after_fix") == Share(0, 1)

    perform(closed, "reopen", by=problem_manager, at=closed.closed_at + DAY, reason="再次發生", incident=incident)

    assert figure("recurrence_after_fix") == Share(1, 1)


def test_what_takes_days_to_show_counts_in_the_month_in_which_they_end(walk: Walk, problem_manager: Person) -> None:
    closed = close(walk("result_review"), problem_manager)
    figures = register.process("problem").figures

    def month(name: str, days_after: Any, waits: int) -> Any:
        start = days_after + (waits - 15) * DAY
        return figures[name](start=start, end=start + 30 * DAY)

    assert month("root_cause_rate", MONDAY, 30) == Share(1, 1)
    assert month("incident_reduction", closed.closed_at, 90) == Share(1, 1)
    assert figures["incident_reduction"](start=MONDAY, end=MONDAY + 30 * DAY) == Share(0, 0)
