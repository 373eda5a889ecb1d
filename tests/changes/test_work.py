"""What follows from the moves of a change: outages, steps, deadlines, debts, hand-overs, what is fixed once authorised."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from catalogue.models import Service
from changes import far, plan, services
from changes.models import Change, Step
from incidents import services as raising
from incidents.models import Incident
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.edits import edit
from itsm.tickets.models import Outage
from sla.sweep import sweep
from tests.changes.conftest import DAY, EMERGENCY, HOUR, REVIEW, RFC, WINDOW, Walk, assessment
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def told(person: Person) -> set[str]:
    """Name the templates of what a person was told."""
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def said(call: Any, *args: Any, **kwargs: Any) -> str:
    """Give the sentences of a refusal in English."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        call(*args, **kwargs)
    return " ".join([*map(str, refusal.value.reasons), *map(str, refusal.value.fields.values())])


# ---- authorised as it is --------------------------------------------------------------------
def test_authorising_lays_out_steps_and_the_planned_outage(walk: Walk, service: Service) -> None:
    change = walk("scheduled", expected_downtime_min=20)

    outage = Outage.objects.get(ticket=change.pk)
    assert (outage.kind, outage.service, outage.ended_at) == (
        "planned",
        service,
        WINDOW["window_start"] + timedelta(minutes=20),
    )
    steps = [(step.path, step.title, step.planned_minutes) for step in change.steps.in_order()]
    assert steps == [("back", "還原參數", 3), ("plan", "備份設定", 5), ("plan", "調整參數", 10)]


def test_the_outage_is_open_while_the_work_goes_on(walk: Walk) -> None:
    running = walk("implementing", expected_downtime_min=20)
    assert Outage.objects.get(ticket=running.pk).ended_at is None

    done = perform(
        running, "complete_implementation", by=running.implementer, at=WINDOW["window_end"], actual_end=WINDOW["window_end"],
        outcome="successful",
    )  # fmt: skip

    assert Outage.objects.get(ticket=done.pk).ended_at == WINDOW["window_end"]


def test_taken_out_of_the_schedule_there_is_no_outage_and_no_authority(walk: Walk, engineer: Person) -> None:
    change = perform(walk("scheduled", expected_downtime_min=20), "reschedule", by=engineer, at=MONDAY, reason="改期")

    assert not Outage.objects.filter(ticket=change.pk).exists()
    assert (change.authoriser, change.authorised_hash) == (None, "")


def test_what_was_authorised_is_not_edited(walk: Walk, change_manager: Person) -> None:
    change = walk("scheduled")

    assert "authorised as it is" in said(edit, change, {"plan": "別的"}, by=change_manager)
    assert edit(change, {"communication_plan": "再公告"}, by=change_manager).communication_plan == "再公告"


def test_an_altered_scope_keeps_the_work_from_beginning(walk: Walk, service: Service, implementer: Person) -> None:
    change = walk("scheduled")
    change.affected_services.add(service)  # past the services, as an import or a repair might

    refused = said(
        perform, change, "start_implementation", by=implementer, at=WINDOW["window_start"], actual_start=WINDOW["window_start"]
    )  # fmt: skip
    assert "altered since it was authorised" in refused


def test_a_draft_is_edited_and_a_stranger_edits_nothing(drafted: Walk, engineer: Person, implementer: Person) -> None:
    draft = drafted()

    assert edit(draft, {"plan": "一", "risk_answers": {"risk_tests": 3}}, by=engineer).plan == "一"
    assert said(edit, draft, {"lessons": "早"}, by=engineer) == "The review is written once the change was carried out."
    with pytest.raises(NotAllowed):
        edit(draft, {"plan": "二"}, by=draft.service.owner)


def test_a_window_is_extended_by_the_manager_who_then_answers_for_it(
    walk: Walk, change_manager: Person, implementer: Person
) -> None:
    change = walk("implementing")
    later = WINDOW["window_end"] + HOUR

    with pytest.raises(NotAllowed):
        services.extend(change, until=later, reason="備份較久", by=implementer, at=WINDOW["window_end"])
    longer = services.extend(change, until=later, reason="備份較久", by=change_manager, at=WINDOW["window_end"])

    assert (longer.window_end, longer.authoriser) == (later, change_manager)


def test_conditions_of_the_board_keep_the_work_from_beginning(
    walk: Walk, change_manager: Person, board_member: Person, implementer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far.answers, "board", lambda change, at: "approved")
    record = perform(walk("assessing"), "classify_major", by=change_manager, at=MONDAY, **assessment(trigger_cost=True))
    record = perform(
        record, "cab_approve", by=board_member, at=MONDAY, conditions="先移轉負載\n備品到貨", needs_transition="no", reason="不涉設計"
    )  # fmt: skip
    record = perform(
        record, "approve_implementation", by=change_manager, at=MONDAY, implementer=implementer, test_result="通過",
        communication_plan="公告", backout_plan="還原", backout_tested=True, **WINDOW,
    )  # fmt: skip
    begin: dict[str, Any] = {"by": implementer, "at": WINDOW["window_start"], "actual_start": WINDOW["window_start"]}

    assert record.tasks.filter(mandatory=True).count() == 2
    assert "Conditions of the approval" in said(perform, record, "start_implementation", **begin)
    record.tasks.update(state="done")
    assert perform(record, "start_implementation", **begin).state == "implementing"


# ---- risk and class -------------------------------------------------------------------------
def test_the_higher_of_calculated_and_agreed_risk_counts(walk: Walk, change_manager: Person) -> None:
    major = perform(walk("assessing"), "classify_major", by=change_manager, at=MONDAY, **assessment(agreed_risk=24))

    assert (major.risk_score, major.agreed_risk, major.class_basis) == (6, 24, ["risk_score"])
    assert major.risk_origins["risk_tests"]["by"] == change_manager.name


def test_long_downtime_of_a_critical_service_is_major_by_itself(
    drafted: Walk, engineer: Person, change_manager: Person, service: Service
) -> None:
    Service.objects.update(criticality=1)
    record = perform(drafted(), "submit", by=engineer, at=MONDAY, **(RFC | {"expected_downtime_min": 45}))
    record = perform(record, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)

    major = perform(record, "classify_major", by=change_manager, at=MONDAY, **assessment())

    assert major.class_basis == ["downtime"]


# ---- steps ----------------------------------------------------------------------------------
def test_steps_are_done_with_plan_against_actual(walk: Walk, implementer: Person) -> None:
    step = walk("implementing").steps.get(path="plan", place=1)
    began = WINDOW["window_start"]

    plan.mark(step, state="running", by=implementer, at=began)
    done = plan.mark(step, state="done", by=implementer, at=began + timedelta(minutes=7))

    assert (done.state, done.planned_minutes, done.actual_minutes, done.done_by) == ("done", 5, 7, implementer)
    assert "already" in said(plan.mark, step, state="done", by=implementer)


def test_a_failed_step_says_what_happened_and_nobody_else_marks_it(
    walk: Walk, implementer: Person, change_manager: Person
) -> None:
    step = walk("implementing").steps.filter(path="plan").first()

    assert "Say what happened" in said(plan.mark, step, state="failed", by=implementer)
    with pytest.raises(NotAllowed):
        plan.mark(step, state="done", by=change_manager)


def test_no_step_is_done_before_the_work_began(walk: Walk, implementer: Person, engineer: Person) -> None:
    change = walk("scheduled")

    assert "cannot be done while" in said(plan.mark, change.steps.first(), state="done", by=implementer)
    plan.add(change, title="通知使用者", by=engineer, kind="notice", minutes=2)
    assert change.steps.filter(path="plan").count() == 3


def test_a_step_that_began_stays(walk: Walk, implementer: Person) -> None:
    change = walk("implementing")
    step = change.steps.filter(path="plan").first()
    plan.mark(step, state="running", by=implementer)

    assert "cannot be done while" in said(plan.remove, step, by=implementer)
    assert Step.objects.filter(pk=step.pk).exists()


# ---- emergencies ----------------------------------------------------------------------------
def test_the_emergency_board_is_called_and_told_again_after_fifteen_minutes(
    emergency: Walk, change_manager: Person, board_member: Person, management: Person
) -> None:
    emergency("emergency_authorization")
    assert {"emergency_asked"} <= told(board_member) & told(change_manager)

    sweep(at=MONDAY + timedelta(minutes=14))
    assert "emergency_unanswered" not in told(board_member)
    sweep(at=MONDAY + timedelta(minutes=16))
    assert "emergency_unanswered" in told(board_member) & told(change_manager)
    assert "emergency_to_management" not in told(management)
    sweep(at=MONDAY + timedelta(minutes=31))
    assert "emergency_to_management" in told(management)


def test_with_nobody_left_to_authorise_it_is_blocked_and_escalated(
    drafted: Walk, engineer: Person, board_member: Person, management: Person
) -> None:
    record = drafted()
    asked = perform(record, "submit_emergency", by=engineer, at=MONDAY, implementer=board_member, **EMERGENCY)

    assert asked.state == "emergency_authorization"
    assert "no_authoriser" in told(management)


def test_deciding_alone_needs_a_reason_and_is_told(
    emergency: Walk, change_manager: Person, board_member: Person, management: Person
) -> None:
    record = emergency("emergency_authorization")
    alone: dict[str, Any] = {"authoriser": change_manager, "auth_channel": "phone", "break_glass": True}

    assert "nobody else" in said(perform, record, "authorize_emergency", by=change_manager, at=MONDAY, **alone)
    record = perform(record, "authorize_emergency", by=change_manager, at=MONDAY, reason="凌晨無人接聽", **alone)

    assert record.break_glass
    assert "break_glass_used" in told(management) & told(board_member)


def test_an_emergency_that_ends_an_incident_is_linked_with_it(
    emergency: Walk, requester: Person, service: Service, change_manager: Person
) -> None:
    incident = raising.raise_incident(by=requester, requester=requester, title="全校斷網", service=service, at=MONDAY)
    Incident.objects.filter(pk=incident.pk).update(priority=1)

    change = emergency("emergency_authorization", emergency_basis="incident", incident=Incident.objects.get())

    assert Link.objects.get(source=change.pk).kind == LinkKind.FIXES_INCIDENT


def test_forms_are_owed_for_one_business_day_and_then_block_the_next_request(
    emergency: Walk, drafted: Walk, engineer: Person, implementer: Person, change_manager: Person, management: Person
) -> None:
    owed = emergency("retro_documentation")
    assert owed.forms_due_at == MONDAY + HOUR + DAY
    another = drafted()

    perform(another, "submit", by=engineer, at=MONDAY + 20 * HOUR, **RFC)
    refused = said(perform, drafted(), "submit", by=engineer, at=MONDAY + 26 * HOUR, **RFC)
    assert owed.number in refused
    sweep(at=MONDAY + 26 * HOUR)
    assert "forms_late" in told(engineer) & told(implementer)
    sweep(at=MONDAY + 4 * DAY)
    assert "forms_to_management" in told(management)

    perform(owed, "complete_retro_forms", by=implementer, at=MONDAY + 4 * DAY, **RFC, test_result="通過")
    perform(drafted(), "submit", by=engineer, at=MONDAY + 4 * DAY, **RFC)


def test_an_emergency_itself_is_never_held_up_by_forms(
    emergency: Walk, drafted: Walk, engineer: Person, implementer: Person
) -> None:
    emergency("retro_documentation")

    again = perform(
        drafted(), "submit_emergency", by=engineer, at=MONDAY + 9 * DAY, implementer=implementer, **EMERGENCY
    )

    assert again.state == "emergency_authorization"


# ---- the ends -------------------------------------------------------------------------------
def test_a_back_out_that_hurt_the_service_opens_an_incident(walk: Walk, implementer: Person) -> None:
    at = WINDOW["window_start"] + HOUR
    record = perform(
        walk("implementing"), "back_out", by=implementer, at=at, reason="錯誤增加", restored="原參數", hurt=True
    )

    incident = Incident.objects.get()
    assert (incident.received_at, incident.service) == (at, record.service)
    assert Link.objects.filter(source=incident.pk, target=record.pk, kind=LinkKind.CAUSED_BY_CHANGE).exists()


@pytest.mark.parametrize("follow_up", ["change", "problem"])
def test_a_failed_change_says_what_follows(walk: Walk, change_manager: Person, follow_up: str) -> None:
    failed = walk("post_review", outcome="failed")
    at = WINDOW["window_end"]

    assert "Say what follows" in said(perform, failed, "close", by=change_manager, at=at, **REVIEW)
    closed = perform(failed, "close", by=change_manager, at=at, follow_up=follow_up, **REVIEW)

    other = Link.objects.get(source=closed.pk, kind=LinkKind.RELATED_TO).target
    assert other.kind == follow_up


def test_an_incident_on_the_same_item_within_three_days_is_linked_by_itself(
    walk: Walk, requester: Person, service: Service, drafted: Walk
) -> None:
    change = walk("post_review")
    item = drafted(title="代替組態項目")  # any record stands for the item here
    near, late = (
        raising.raise_incident(
            by=requester, requester=requester, title="變慢", service=service, at=change.actual_end + wait
        )
        for wait in (HOUR, 80 * HOUR)
    )
    for source in (change, near, late):
        link(source, item, kind=LinkKind.AFFECTS, by=None, at=MONDAY)

    sweep(at=MONDAY + DAY)
    from changes import causes

    assert causes.find(at=MONDAY + 4 * DAY) == 1
    assert causes.find(at=MONDAY + 4 * DAY) == 0
    assert list(Link.objects.filter(kind="caused_by_change").values_list("source", "target")) == [(near.pk, change.pk)]


def test_an_overdue_review_is_told(walk: Walk, change_manager: Person) -> None:
    walk("post_review")

    sweep(at=MONDAY + 6 * DAY)
    assert "review_late" not in told(change_manager)
    sweep(at=MONDAY + 8 * DAY)
    assert "review_late" in told(change_manager)


def test_a_change_found_without_authorisation_has_its_own_record(engineer: Person, requester: Person) -> None:
    found = services.report_unauthorised(
        title="防火牆規則遭修改", description="規則 12 被開放", found_how="組態稽核", by=engineer, at=MONDAY
    )

    assert (found.is_unauthorised, found.state, found.requester) == (True, "draft", engineer)
    assert "needed" in said(services.report_unauthorised, title="x", description="", found_how="", by=engineer)
    with pytest.raises(NotAllowed):
        services.report_unauthorised(title="x", description="y", found_how="z", by=requester)


# ---- nobody judges their own ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "statement"),
    [
        ("implementation_review", "UPDATE tickets_ticket SET state = 'scheduled' WHERE record_ptr_id = %s"),
        ("post_review", "UPDATE tickets_ticket SET state = 'closed', phase = 'done' WHERE record_ptr_id = %s"),
        ("post_review", "UPDATE changes_change SET closer_id = asked_by_id WHERE ticket_ptr_id = %s"),
        ("post_review", "UPDATE changes_change SET asked_by_id = implementer_id WHERE ticket_ptr_id = %s"),
        ("implementation_review", "UPDATE changes_change SET authoriser_id = asked_by_id WHERE ticket_ptr_id = %s"),
    ],
)
def test_raw_sql_neither_authorises_nor_closes(walk: Walk, state: str, statement: str) -> None:
    change = walk(state)

    with pytest.raises(IntegrityError), transaction.atomic():
        execute(statement, change.pk)


def execute(statement: str, key: int) -> None:
    """Run a statement and what is checked when its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_owner_of_the_process_does_not_authorise_what_they_asked_for(
    drafted: Walk, change_manager: Person, implementer: Person
) -> None:
    record = drafted(requester=change_manager)
    record = perform(record, "submit", by=change_manager, at=MONDAY, **RFC)
    record = perform(record, "begin_assessment", by=change_manager, at=MONDAY, assessor=implementer)
    record = perform(record, "classify_minor", by=change_manager, at=MONDAY, **assessment())

    refused = said(
        perform, record, "approve_implementation", by=change_manager, at=MONDAY, implementer=implementer, test_result="通過",
        communication_plan="公告", backout_plan="還原", **WINDOW,
    )  # fmt: skip
    assert "Separation of duties" in refused


def test_who_carries_it_out_sees_it_and_others_of_the_second_line_do_not(
    walk: Walk, implementer: Person, board_member: Person, handler: Person, requester: Person
) -> None:
    change = walk("scheduled")

    seen = {
        person.username: Change.objects.worked_by(person).filter(pk=change.pk).exists()
        for person in (implementer, board_member, handler, requester, change.requester)
    }
    assert seen == {"hands": True, "board": True, "handler": False, "requester": False, "engineer": True}
