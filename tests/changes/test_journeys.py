"""The life of a change: the usual ways, and what keeps people from judging their own."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.models import Service
from changes import far
from changes.asks import QUESTIONS
from changes.models import Change, StandardTemplate
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from problems.models import Problem
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WINDOW: dict[str, Any] = {"window_start": MONDAY + 2 * HOUR, "window_end": MONDAY + 4 * HOUR}
RFC: dict[str, Any] = {
    "reason_kind": "fix", "justification": "連線池不足", "impact_text": "停機 5 分鐘", "plan": "調整參數", "test_plan": "壓力測試",
    "backout_plan": "還原參數", "communication_plan": "公告", "no_ci_reason": "僅調整參數", **WINDOW,
}  # fmt: skip
REVIEW: dict[str, Any] = {"pir_met": "yes", "pir_incidents": "無", "pir_sla": "無", "lessons": "順利", "pir_next": "無"}


def assessment(points: str = "1", **more: Any) -> dict[str, Any]:
    """Everything that the assessment asks, each answer of the risk with ``points``."""
    texts = ("resources", "security_assessment", "capacity_assessment", "availability_assessment", "sla_assessment",
             "continuity_assessment", "impact_text")  # fmt: skip
    return dict.fromkeys(QUESTIONS, points) | dict.fromkeys(texts, "無") | more


@pytest.fixture
def change_manager(db: None) -> Person:
    """The owner of the process."""
    return make_person("changes", "change_manager", name="黃變更")


@pytest.fixture
def board_member(db: None) -> Person:
    """A member of the board."""
    return make_person("board", "cab", "ecab", name="吳委員")


@pytest.fixture
def draft(engineer: Person, service: Service) -> Any:
    """A change that an engineer drafts."""
    return open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="加大連線池", description="50 改為 100", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip


@pytest.fixture
def assessing(draft: Any, engineer: Person, change_manager: Person) -> Any:
    """The change as it is being assessed."""
    made = perform(draft, "submit", by=engineer, at=MONDAY, **RFC)
    return perform(made, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)


@pytest.fixture
def scheduled(assessing: Any, change_manager: Person, handler: Person) -> Any:
    """The change, minor and scheduled."""
    made = perform(assessing, "classify_minor", by=change_manager, at=MONDAY, **assessment())
    return perform(
        made, "approve_implementation", by=change_manager, at=MONDAY, implementer=handler, test_result="通過", **WINDOW,
        communication_plan="公告", backout_plan="還原參數",
    )  # fmt: skip


@pytest.fixture
def done(scheduled: Any, handler: Person) -> Any:
    """The change as it waits for its review."""
    made = perform(scheduled, "start_implementation", by=handler, at=MONDAY + 2 * HOUR, actual_start=MONDAY + 2 * HOUR)
    ended = MONDAY + 3 * HOUR
    return perform(made, "complete_implementation", by=handler, at=ended, actual_end=ended, outcome="successful")


def refusals(record: Any, name: str, by: Person, **inputs: Any) -> str:
    """Give the sentences that refuse a move."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=MONDAY, **inputs)
    return " ".join(str(reason) for reason in refusal.value.reasons)


def test_a_minor_change_goes_from_draft_to_closed(done: Any, change_manager: Person) -> None:
    closed = perform(done, "close", by=change_manager, at=MONDAY + 5 * HOUR, **REVIEW)

    assert (closed.state, closed.change_class, closed.outcome, closed.closer) == (
        "closed", "minor", "successful", change_manager,
    )  # fmt: skip
    assert closed.number.startswith("CHG-")


def test_a_request_without_its_form_is_refused(draft: Any, engineer: Person) -> None:
    said = refusals(draft, "submit", engineer, **(RFC | {"plan": "", "no_ci_reason": ""}))

    assert "RFC form is incomplete." in said
    assert "Link at least one affected CI." in said


@pytest.mark.parametrize("given", [{"trigger_security": True}, {"points": "5"}])
def test_a_trigger_or_a_high_score_makes_it_major(
    assessing: Any, change_manager: Person, given: dict[str, Any]
) -> None:
    assert "Not classified as minor." in refusals(assessing, "classify_minor", change_manager, **assessment(**given))
    major = perform(assessing, "classify_major", by=change_manager, at=MONDAY, **assessment(**given))

    assert (major.state, major.change_class) == ("cab_review", "major")
    assert major.class_basis in (["security"], ["risk_score"])


def test_a_changed_service_is_major_whatever_the_reason(assessing: Any, change_manager: Person) -> None:
    given = assessment(trigger_service_change=True, override_reason="小事")

    assert "Not classified as minor." in refusals(assessing, "classify_minor", change_manager, **given)


def test_the_board_must_have_decided(
    assessing: Any, change_manager: Person, board_member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    major = perform(assessing, "classify_major", by=change_manager, at=MONDAY, **assessment(trigger_cost=True))
    given: dict[str, Any] = {"needs_transition": "no", "reason": "不涉及服務設計"}

    assert "CAB quorum or majority not reached." in refusals(major, "cab_approve", board_member, **given)
    monkeypatch.setattr(far.answers, "board", lambda change, at: "approved")
    assert perform(major, "cab_approve", by=board_member, at=MONDAY, **given).state == "implementation_review"


def test_work_begins_only_inside_its_window(scheduled: Any, handler: Person) -> None:
    assert "Outside the approved window." in refusals(scheduled, "start_implementation", handler, actual_start=MONDAY)


def test_an_emergency_is_authorised_by_others_and_owes_its_forms(
    draft: Any, engineer: Person, handler: Person, board_member: Person
) -> None:
    asked: dict[str, Any] = {
        "justification": "弱點遭利用",
        "emergency_basis": "vulnerability",
        "impact_text": "中",
        "backout_plan": "還原",
    }
    record = perform(draft, "submit_emergency", by=engineer, at=MONDAY, implementer=handler, **asked)
    said = refusals(record, "authorize_emergency", board_member, authoriser=handler, auth_channel="phone")
    assert "must not have asked for it or carry it out" in said
    record = perform(
        record, "authorize_emergency", by=board_member, at=MONDAY, authoriser=board_member, auth_channel="tap"
    )
    times: dict[str, Any] = {"actual_start": MONDAY, "actual_end": MONDAY + HOUR}
    record = perform(record, "complete_emergency", by=handler, at=MONDAY + HOUR, outcome="successful", **times)

    with pytest.raises(Objected):
        perform(
            record, "complete_retro_forms", by=handler, at=MONDAY + HOUR, **(RFC | {"plan": ""}), test_result="通過"
        )
    record = perform(record, "complete_retro_forms", by=handler, at=MONDAY + HOUR, **RFC, test_result="通過")
    assert (record.state, record.change_class) == ("post_review", "emergency")


def test_a_standard_change_needs_a_template_in_force(draft: Any, engineer: Person, handler: Person) -> None:
    template = StandardTemplate.objects.create(
        code="pool", name="調整連線池", steps="一", backout_plan="二", max_minutes=120, valid_until=date(2030, 1, 1)
    )
    given = {"template": "pool", "implementer": handler, "no_ci_reason": "參數", **WINDOW}

    assert "No valid standard-change template." in refusals(draft, "submit_standard", engineer, **given)
    template.approved_at = MONDAY
    template.save()
    assert perform(draft, "submit_standard", by=engineer, at=MONDAY, **given).state == "scheduled"


def test_only_who_asked_takes_it_back(draft: Any, handler: Person, engineer: Person) -> None:
    with pytest.raises(NotAllowed):
        perform(draft, "withdraw", by=handler, at=MONDAY, reason="不需要")

    assert perform(draft, "withdraw", by=engineer, at=MONDAY, reason="不需要").state == "cancelled"


@pytest.mark.parametrize(
    "column", ["authoriser_id = asked_by_id", "authoriser_id = implementer_id", "closer_id = implementer_id"]
)
def test_not_even_raw_sql_lets_people_judge_their_own(done: Any, column: str) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE changes_change SET {column} WHERE ticket_ptr_id = %s", [done.pk])  # fixed texts


def test_the_milestones_follow_the_life(scheduled: Any) -> None:
    from itsm.records import register

    assert register.reached(scheduled, "authorised")
    assert not register.reached(scheduled, "running")
    assert not register.reached(scheduled, "ended")


def test_a_change_that_is_backed_out_sends_its_problem_back_to_the_search(
    scheduled: Any, handler: Person, change_manager: Person, requester: Person
) -> None:
    problem = open_record(
        Problem, by=None, at=MONDAY, channel="portal", origin="trend", title="502", requester=requester, received_at=MONDAY,
        state="building_solution",
    )  # fmt: skip
    link(scheduled, problem, kind=LinkKind.FIXES_PROBLEM, by=None, at=MONDAY)
    began = MONDAY + 2 * HOUR
    record = perform(scheduled, "start_implementation", by=handler, at=began, actual_start=began)
    record = perform(record, "back_out", by=handler, at=began + HOUR, reason="錯誤增加", restored="原參數")

    closed = perform(record, "close", by=change_manager, at=began + 2 * HOUR, **REVIEW)

    assert (closed.state, closed.outcome) == ("closed", "backed_out")
    assert Problem.objects.get().state == "seeking_solution"


def test_the_note_about_the_configuration_data_is_judged_by_who_keeps_it(
    done: Any, change_manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far.answers, "updated", lambda change, note: False)

    assert "CMDB is not updated." in refusals(done, "close", change_manager, **REVIEW, cmdb_note="已更新")


def test_the_case_page_shows_the_change_with_its_moves(assessing: Any, change_manager: Person, client: Client) -> None:
    client.force_login(change_manager)

    page = client.get(reverse("record:page", args=["changes", assessing.number]))

    assert page.status_code == 200
    assert "歸類為次要變更" in page.content.decode()
