"""The life of a service transition: the four kinds, what is owed at each gate, and what it does to its change."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from catalogue.models import Service, ServiceTransition
from catalogue.transition.services import answer_check, sign_criterion
from changes.models import Change
from itsm.people.models import Person
from itsm.records import register
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.catalogue.conftest import DESIGN, PLAN, Walk, answer_all, closed, proposal, put, sign_all, with_release
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def refusals(record: Any, name: str, by: Person, **inputs: Any) -> str:
    """Give the sentences that refuse a move."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=MONDAY, **inputs)
    return " ".join(str(reason) for reason in refusal.value.reasons)


@pytest.mark.parametrize("kind", ["new", "change", "remove", "transfer"])
def test_each_kind_goes_from_proposal_to_closed(walk: Walk, kind: str) -> None:
    done = walk("closed", kind)

    assert (done.phase, done.went_live, done.transition_kind) == ("done", True, kind)
    assert done.number.startswith("NSC-")


def test_the_change_that_called_for_it_gives_its_words(transition: Any, change: Any, service: Service) -> None:
    assert (transition.title, transition.service, transition.requester) == (change.title, service, change.requester)
    assert "學生線上申請" in transition.need


def test_acceptance_leads_the_change_on(walk: Walk, change: Any) -> None:
    walk("ready_for_live")

    assert Change.objects.get(pk=change.pk).state == "implementation_review"


def test_a_refused_proposal_ends_the_change(transition: Any, change: Any, transition_manager: Person) -> None:
    perform(transition, "reject_proposal", by=transition_manager, at=MONDAY, reason="經費不足")

    assert Change.objects.get(pk=change.pk).state == "rejected"


def test_a_change_that_is_withdrawn_takes_its_transition_along(transition: Any, change: Any, engineer: Person) -> None:
    perform(change, "withdraw", by=engineer, at=MONDAY, reason="不再需要")

    assert ServiceTransition.objects.get(pk=transition.pk).state == "cancelled"
    assert Change.objects.get(pk=change.pk).state == "cancelled"


def test_every_criterion_must_be_met_proved_and_signed(walk: Walk, service: Service) -> None:
    record = walk("acceptance")
    first = record.criteria.first()
    sign_criterion(first, result="passed", evidence="報告", by=service.owner, at=MONDAY)

    assert "Acceptance test is not passed." in refusals(record, "pass_acceptance", service.owner, acceptance_note="好")
    sign_all(record, service.owner)
    sign_criterion(first, result="failed", evidence="3 秒", by=service.owner, at=MONDAY)
    assert "Acceptance test is not passed." in refusals(record, "pass_acceptance", service.owner, acceptance_note="好")


def test_what_failed_is_designed_anew_and_tested_anew(walk: Walk, service: Service) -> None:
    record = walk("acceptance")
    sign_all(record, service.owner)
    again = perform(
        record, "fail_acceptance", by=service.owner, at=MONDAY, failed_criteria="登入", failure_decision="重新設計"
    )

    assert (again.state, again.acceptance_round) == ("designing", 2)
    assert not any(row.result or row.signed_by for row in again.criteria.all())


def test_only_owner_or_user_signs_and_never_who_built_it(walk: Walk, agent: Person, transition_manager: Person) -> None:
    record = walk("acceptance")
    both = make_person("both", "transition_manager", "slm")
    ServiceTransition.objects.filter(pk=record.pk).update(built_by=both)

    for person in (agent, transition_manager):
        with pytest.raises(NotAllowed):
            sign_criterion(record.criteria.first(), result="passed", evidence="x", by=person, at=MONDAY)
    with pytest.raises(Objected):
        sign_criterion(record.criteria.first(), result="passed", evidence="x", by=both, at=MONDAY)
    with pytest.raises(IntegrityError, match="transition_acceptor_not_builder"), transaction.atomic():
        ServiceTransition.objects.filter(pk=record.pk).update(accepted_by=both)


def test_a_result_without_signature_is_refused_by_the_database(walk: Walk) -> None:
    record = walk("acceptance")

    with pytest.raises(IntegrityError, match="criterion_result_is_signed"), transaction.atomic():
        record.criteria.update(result="passed")


def test_the_owner_of_another_service_has_no_say(walk: Walk) -> None:
    record = walk("designing")
    stranger = make_person("otherowner", "service_owner")

    with pytest.raises(NotAllowed):
        perform(record, "finish_design", by=stranger, at=MONDAY, **DESIGN)


def test_a_new_service_needs_a_free_code(transition: Any, service: Service, transition_manager: Person) -> None:
    for code, said in (("Bad Code", "small letters"), (service.code, "already")):
        given = proposal("new", service, service_code=code)
        assert said in refusals(transition, "accept_proposal", transition_manager, **given)


def test_one_service_has_one_transition_at_a_time(
    walk: Walk, change: Any, service: Service, transition_manager: Person
) -> None:
    walk("planning")
    receive = register.process("service_transition").receive
    from itsm.flow import Move

    second = receive(change, move=Move("cab_approve", None, MONDAY), why="designed_by")  # type: ignore[misc]  # it has one

    assert "under way" in refusals(second, "accept_proposal", transition_manager, **proposal("change", service))


def test_a_plan_needs_a_criterion(walk: Walk, transition_manager: Person) -> None:
    record = walk("planning")

    assert "at least one" in refusals(
        record, "finish_plan", transition_manager, **(PLAN | {"criteria": " | only a method"})
    )


def test_nothing_goes_live_before_its_change_is_authorised(walk: Walk, change: Any, transition_manager: Person) -> None:
    record = walk("ready_for_live")
    with_release(change)

    assert "Parent change is not authorised." in refusals(record, "go_live", transition_manager)


def test_nothing_is_live_before_its_change_is_closed_with_success(
    walk: Walk, change: Any, transition_manager: Person
) -> None:
    record = walk("transitioning")
    put(Change.objects.get(pk=change.pk), "implementing")

    said = refusals(record, "finish_transition", transition_manager, live_on=MONDAY.date())
    assert "closed with success" in said
    closed(change, outcome="failed")
    said = refusals(record, "finish_transition", transition_manager, live_on=MONDAY.date())
    assert "closed with success" in said
    back = perform(record, "report_not_live", by=transition_manager, at=MONDAY, reason="回復")
    assert (back.state, back.went_live) == ("reviewing", False)


def test_a_removal_asks_everything_and_tells_users_in_time(
    walk: Walk, change: Any, service: Service, transition_manager: Person
) -> None:
    record = walk("acceptance", "remove")
    assert {row.code for row in record.checks.all()} == {
        "dependents", "agreements", "contracts", "data", "users", "items", "licences", "access", "knowledge", "price",
    }  # fmt: skip
    sign_all(record, service.owner)
    record = perform(record, "pass_acceptance", by=service.owner, at=MONDAY, acceptance_note="好")
    put(Change.objects.get(pk=change.pk), "scheduled")

    assert "open questions" in refusals(record, "go_live", transition_manager)
    answer_all(record, service.owner, before=True, told=date(2026, 11, 20))
    assert "14 days before" in refusals(record, "go_live", transition_manager)
    answer_all(record, service.owner, before=True)
    record = perform(record, "go_live", by=transition_manager, at=MONDAY)
    closed(change)
    said = refusals(record, "finish_transition", transition_manager, live_on=MONDAY.date())
    assert "open questions" in said


def test_the_data_of_a_removed_service_must_be_decided(walk: Walk, service: Service) -> None:
    record = walk("planning", "remove")
    data = record.checks.get(code="data")

    with pytest.raises(Objected):
        answer_check(data, answer="封存", by=service.owner, choice="burn", at=MONDAY)
    row = answer_check(data, answer="移至檔案館", by=service.owner, choice="move", at=MONDAY)
    assert (row.choice, row.done_by) == ("move", service.owner)
    with pytest.raises(Objected):
        answer_check(record.checks.get(code="users"), answer="已公告", by=service.owner, at=MONDAY)


def test_no_update_walks_past_the_machine(transition: Any) -> None:
    with pytest.raises(IntegrityError, match="No step leads"), transaction.atomic():
        ServiceTransition.objects.filter(pk=transition.pk).update(state="closed")


def test_others_see_only_what_they_asked_for(
    transition: Any, requester: Person, agent: Person, engineer: Person
) -> None:
    assert list(ServiceTransition.objects.visible_to(requester)) == []
    assert list(ServiceTransition.objects.visible_to(agent)) == [transition]


def test_who_accepts_is_told_and_who_runs_the_process_hears_the_result(
    walk: Walk, change: Any, service: Service, transition_manager: Person
) -> None:
    from itsm.notices.models import Outbox

    walk("ready_for_live")
    told = {(row.template, row.person.username) for row in Outbox.objects.filter(template__startswith="transition_")}

    assert ("transition_to_accept", service.owner.username) in told
    assert ("transition_to_accept", change.requester.username) in told
    assert ("transition_accepted", transition_manager.username) in told


def test_raw_sql_cannot_make_a_service_live_by_a_change_that_failed(walk: Walk, change: Any) -> None:
    record = walk("transitioning", "new")
    closed(change, outcome="failed")

    with (
        pytest.raises(IntegrityError, match="closed with success"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE catalogue_service SET lifecycle = 'live' WHERE id = %s", [record.service_id])
    Change.objects.filter(pk=change.pk).update(outcome="with_issues")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_service SET lifecycle = 'live' WHERE id = %s", [record.service_id])
    assert Service.objects.get(pk=record.service_id).lifecycle == "live"
