"""The life of a complaint: consent, disagreement, escalation, other processes, and who must not handle it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from catalogue.models import Category, Service
from incidents import services
from incidents.models import Incident
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets import assignments
from itsm.tickets.models import Ticket
from relationships.complaints import note_attempt, raise_complaint
from relationships.models import Complaint, Feedback, SupplierDispute
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import DAY, HOUR, Walk, registration

pytestmark = pytest.mark.django_db


def refusals(record: Any, name: str, by: Person, **inputs: Any) -> str:
    """Give the sentences that refuse a move."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=MONDAY + 5 * HOUR, **inputs)
    return " ".join([*map(str, refusal.value.reasons), *map(str, refusal.value.fields.values())])


def test_a_complaint_closes_with_consent(walk: Walk, requester: Person) -> None:
    closed = walk("closed")

    assert (closed.closure_code, closed.consent_by, closed.answered_at) == ("consent", requester, MONDAY + 3 * HOUR)
    assert closed.number.startswith("CMP-")


def test_the_desk_needs_evidence_to_record_consent(walk: Walk, agent: Person) -> None:
    waiting = walk("awaiting_consent")

    assert "Only the requester can confirm" in refusals(waiting, "agree_to_close", agent)
    closed = perform(waiting, "agree_to_close", by=agent, at=MONDAY + 5 * HOUR, reason="電話中同意")

    assert (closed.state, closed.consent_evidence) == ("closed", "電話中同意")


def test_the_system_never_takes_silence_for_consent(walk: Walk) -> None:
    with pytest.raises(NotAllowed):
        perform(walk("awaiting_consent"), "agree_to_close", by=None, at=MONDAY + 5 * HOUR, confirmation="timer")


def test_the_second_disagreement_escalates_to_the_relationship_manager(
    walk: Walk, requester: Person, agent: Person, relations: Person
) -> None:
    record = perform(walk("awaiting_consent"), "disagree", by=requester, at=MONDAY + 5 * HOUR, reason="沒有回答問題")
    assert (record.state, record.disagree_count) == ("processing", 1)

    record = perform(record, "report_result", by=agent, at=MONDAY + 6 * HOUR, answer="補充說明", actions="無")
    record = perform(record, "disagree", by=requester, at=MONDAY + 7 * HOUR, reason="仍未回答")

    assert (record.state, record.assignee, record.escalation_level) == ("escalated", relations, 1)
    assert Complaint.objects.get(pk=record.pk).state == "escalated"


def test_the_second_level_is_the_management_representative(
    walk: Walk, requester: Person, relations: Person, top: Person
) -> None:
    record = perform(walk("processing"), "escalate", by=requester, at=MONDAY + 5 * HOUR, reason="太慢")
    record = perform(record, "escalate_higher", by=relations, at=MONDAY + 6 * HOUR, reason="需裁決")

    assert (record.assignee, record.escalation_level) == (top, 2)
    assert "management representative already" in refusals(record, "escalate_higher", requester, reason="x")
    answered = perform(record, "report_result", by=top, at=MONDAY + 7 * HOUR, answer="裁示如下", actions="無")
    assert answered.state == "awaiting_consent"


def test_a_complaint_about_the_desk_goes_up_at_once(
    complaint: Any, requester: Person, service: Service, agent: Person, relations: Person
) -> None:
    record = perform(
        complaint, "register", by=agent, at=MONDAY + HOUR, **registration(requester, service, agent, about_desk=True)
    )

    assert (record.state, record.assignee) == ("escalated", relations)


def test_closing_by_decision_needs_three_days_of_contact(
    walk: Walk, agent: Person, relations: Person, requester: Person
) -> None:
    record = perform(walk("processing"), "escalate", by=agent, at=MONDAY + 5 * HOUR, reason="無法聯繫")
    for number in range(3):  # three attempts on one day are one day
        note_attempt(record, by=relations, way="phone", note="未接", at=MONDAY + (5 + number) * HOUR)
    decision: dict[str, Any] = {"reason": "三次聯繫未果", "decided_by": relations}
    assert "Log three contact attempts first." in refusals(record, "close_by_decision", relations, **decision)

    for days in (1, 2):
        note_attempt(record, by=relations, way="phone", note="未接", at=MONDAY + days * DAY)
    assert "may not decide" in refusals(record, "close_by_decision", relations, **(decision | {"decided_by": agent}))
    closed = perform(record, "close_by_decision", by=relations, at=MONDAY + 2 * DAY, **decision)

    assert (closed.state, closed.closure_code, closed.decided_by) == ("closed", "decision", relations)


def test_nobody_is_sought_after_the_end(walk: Walk, agent: Person) -> None:
    with pytest.raises(Objected):
        note_attempt(walk("closed"), by=agent, way="phone", note="未接", at=MONDAY + DAY)


# ---- independence ---------------------------------------------------------------------------
def test_who_is_complained_about_neither_sees_nor_handles_it(
    requester: Person, service: Service, agent: Person, relations: Person, incident_manager: Person
) -> None:
    record = raise_complaint(
        by=requester, complainant=requester, at=MONDAY, source="phone", title="態度不佳", description="口氣很差",
        service=service, about_person=agent,
    )  # fmt: skip

    seen = [person for person in (agent, relations, incident_manager) if Ticket.objects.visible_to(person).exists()]
    assert seen == [relations, incident_manager]
    with pytest.raises(NotAllowed):
        perform(record, "register", by=agent, at=MONDAY, **registration(requester, service, relations))
    said = refusals(record, "register", relations, **registration(requester, service, agent))
    assert "must be independent" in said
    given = perform(record, "register", by=relations, at=MONDAY, **registration(requester, service, relations))
    assert (given.state, given.team) == ("registered", None)
    with pytest.raises(Objected):
        assignments.assign(given, by=relations, team=None, assignee=agent, at=MONDAY)


def test_the_database_itself_keeps_it_from_who_is_complained_about(
    requester: Person, service: Service, agent: Person
) -> None:
    record = raise_complaint(
        by=None, complainant=requester, at=MONDAY, source="letter", title="態度不佳", description="", about_person=agent
    )

    for sql in ("assignee_id = kept_from_id", "confidential = false"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE tickets_ticket SET {sql} WHERE record_ptr_id = %s", [record.pk])


def test_an_incident_manager_who_is_complained_about_sees_nothing(
    requester: Person, incident_manager: Person, other_requester: Person
) -> None:
    raise_complaint(
        by=None,
        complainant=requester,
        at=MONDAY,
        source="letter",
        title="處理草率",
        description="",
        about_person=incident_manager,
    )

    assert not Ticket.objects.visible_to(incident_manager).exists()
    assert not Ticket.objects.worked_by(incident_manager).exists()


@pytest.fixture
def incident(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """An incident that the agent works on."""
    made = services.raise_incident(by=requester, requester=requester, title="公文 502", service=service, at=MONDAY)
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def test_who_had_the_case_does_not_handle_the_complaint_about_it(
    requester: Person, service: Service, agent: Person, incident: Any, desk: Any
) -> None:
    record = raise_complaint(
        by=requester,
        complainant=requester,
        at=MONDAY,
        source="portal",
        title="太慢",
        description="",
        service=service,
        about=incident,
    )
    colleague = make_person("colleague", "agent", name="張同仁")
    desk.members.add(colleague)

    assert "must be independent" in refusals(record, "register", agent, **registration(requester, service, agent))
    given = perform(record, "register", by=agent, at=MONDAY, **registration(requester, service, colleague))

    assert given.assignee == colleague


# ---- other processes ------------------------------------------------------------------------
def test_it_returns_when_the_last_record_that_handles_it_has_ended(
    walk: Walk, agent: Person, requester: Person, incident: Any
) -> None:
    record = perform(
        walk("processing"), "refer_to_process", by=agent, at=MONDAY + 4 * HOUR, process="incident", handled_by=incident
    )
    assert "still open" in refusals(record, "process_returned", agent)

    perform(incident, "cancel", by=agent, at=MONDAY + 5 * HOUR, code="false_alarm", reason="已自行恢復")

    assert Complaint.objects.get(pk=record.pk).state == "processing"


@pytest.mark.parametrize("process", ["incident", "service_request", "problem", "change", "security_event"])
def test_a_new_record_is_opened_in_the_other_process(walk: Walk, agent: Person, process: str) -> None:
    record = perform(walk("registered"), "refer_to_process", by=agent, at=MONDAY + 4 * HOUR, process=process)

    (other,) = linked(record, kind=LinkKind.HANDLES_COMPLAINT).records
    assert (record.state, other.kind) == ("in_other_process", process.replace("security_event", "incident"))
    if process == "security_event":
        assert Incident.objects.get(pk=other.pk).is_security


def test_no_dispute_tells_its_words_to_whom_the_complaint_is_kept_from(
    requester: Person, service: Service, agent: Person, relations: Person, top: Person
) -> None:
    keeper = make_person("contracts", "slm", name="合約承辦")
    for about, refused in ((keeper, True), (agent, False)):
        record = raise_complaint(
            by=None,
            complainant=requester,
            at=MONDAY,
            source="letter",
            title="收受招待",
            description="…",
            about_person=about,
        )
        record = perform(
            record, "register", by=relations, at=MONDAY + HOUR, **registration(requester, service, relations)
        )
        if refused:
            said = refusals(record, "refer_to_process", relations, process="supplier_dispute")
            assert "kept from them" in said
            assert not SupplierDispute.objects.exists()
        else:
            perform(record, "refer_to_process", by=relations, at=MONDAY + 2 * HOUR, process="supplier_dispute")
            assert SupplierDispute.objects.count() == 1


def test_a_process_that_is_not_kept_here_is_refused(walk: Walk, agent: Person, incident: Any) -> None:
    record = walk("registered")

    assert "Choose the other process" in refusals(record, "refer_to_process", agent, process="nonsense")
    assert "Choose the other process" in refusals(
        record, "refer_to_process", agent, process="problem", handled_by=incident
    )


# ---- the rest -------------------------------------------------------------------------------
@pytest.mark.parametrize("becomes", ["suggestion", "compliment"])
def test_what_is_no_complaint_is_kept_as_what_it_is(complaint: Any, agent: Person, becomes: str) -> None:
    ended = perform(complaint, "withdraw", by=agent, at=MONDAY, reason="只是建議", becomes=becomes)

    assert ended.state == "withdrawn"
    assert Feedback.objects.get(complaint=ended).kind == becomes


def test_a_survey_complaint_is_registered_by_itself(requester: Person, service: Service, incident: Any) -> None:
    record = raise_complaint(
        by=None, complainant=requester, at=MONDAY, source="survey", title="滿意度 1 分", description="", service=service,
        response=incident,
    )  # fmt: skip

    assert (record.state, record.origin) == ("registered", "survey")
    assert linked(record, kind=LinkKind.FROM_SURVEY).records[0].pk == incident.pk


def test_it_can_be_opened_again_within_a_week(walk: Walk, requester: Person) -> None:
    closed = walk("closed")

    again = perform(closed, "reopen", by=requester, at=MONDAY + 6 * DAY, reason="又發生")

    assert (again.state, again.consent_at, again.closed_at) == ("processing", None, None)
    with pytest.raises(Objected):
        raise_complaint(by=None, complainant=requester, at=MONDAY, source="phone", title=" ", description="")
