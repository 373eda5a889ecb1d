"""Who is part of the matter handles no complaint, and no complaint ends without consent: on pages, in lists, over REST, in SQL."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records.models import FlowEdge
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets import assignments
from itsm.tickets.models import Ticket
from relationships.complaints import note_attempt, raise_complaint
from relationships.models import Complaint
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import DAY, HOUR, Walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """A complaint about a case that the agent has."""
    case = services.raise_incident(by=requester, requester=requester, title="公文 502", service=service, at=MONDAY)
    case = perform(case, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    return raise_complaint(
        by=requester, complainant=requester, at=MONDAY, source="portal", title="太慢", description="", service=service, about=case
    )  # fmt: skip


@pytest.fixture
def own(agent: Person, service: Service) -> Any:
    """A complaint that the agent makes."""
    return raise_complaint(
        by=agent, complainant=agent, at=MONDAY, source="portal", title="電話沒人接", description="", service=service
    )


# ---- the handler ----------------------------------------------------------------------------
def test_nobody_takes_or_gives_a_complaint_to_who_is_part_of_it(about: Any, agent: Person, desk: Team) -> None:
    colleague = make_person("colleague", "agent")
    desk.members.add(colleague)

    with pytest.raises(Objected, match="獨立"):
        assignments.take(about, by=agent, at=MONDAY)
    with pytest.raises(Objected, match="獨立"):
        assignments.assign(about, by=colleague, team=desk, assignee=agent, at=MONDAY)
    taken = assignments.take(about, by=colleague, at=MONDAY)
    assert taken.assignee == colleague


@pytest.mark.parametrize("interface", ["page", "list", "rest"])
def test_every_interface_refuses_it_with_the_sentence(
    client: Client, about: Any, agent: Person, desk: Team, interface: str
) -> None:
    client.force_login(agent)
    version = Ticket.objects.get(pk=about.pk).version
    if interface == "page":
        answer = client.post(f"/t/{about.number}/take", {"version": version}, follow=True)
    elif interface == "list":
        client.post("/desk/q/act/take/", {"pick": f"{about.number}:{version}", "next": "/desk/"})
        answer = client.get("/desk/")
    else:
        answer = client.post(
            f"/api/v1/tickets/{about.number}/assign", {"assignee": agent.username, "team": desk.code},
            content_type="application/json", headers={"If-Match": "*"},
        )  # fmt: skip

    assert "必須獨立" in answer.content.decode(), answer.content.decode()[-3000:]
    assert Ticket.objects.get(pk=about.pk).assignee is None


def test_raw_sql_gives_no_complaint_to_who_is_part_of_it(about: Any, own: Any, agent: Person) -> None:
    for complaint in (about, own):
        with (
            pytest.raises(IntegrityError, match="independent"), transaction.atomic(), connection.cursor() as cursor,
        ):  # fmt: skip
            cursor.execute(
                "UPDATE tickets_ticket SET assignee_id = %s WHERE record_ptr_id = %s", [agent.pk, complaint.pk]
            )
    with pytest.raises(IntegrityError, match="independent"), transaction.atomic():
        Complaint.objects.filter(pk=own.pk).update(assignee=agent)


def test_the_case_itself_may_be_given_to_anybody(about: Any, agent: Person, requester: Person) -> None:
    case = Ticket.objects.get(kind="incident")

    Ticket.objects.filter(pk=case.pk).update(assignee=None)
    Ticket.objects.filter(pk=case.pk).update(assignee=agent)
    assert Ticket.objects.get(pk=case.pk).assignee == agent


# ---- consent --------------------------------------------------------------------------------
@pytest.fixture
def unbound(db: None) -> None:
    """Let raw SQL walk any step of a complaint, so that only the rule about consent is left."""
    FlowEdge.objects.get_or_create(
        kind="complaint", field="state", source="awaiting_consent", target="closed", defaults={"machine": "complaint"}
    )


def _close_raw(complaint: Any, also: str = "") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if also:
            cursor.execute(
                f"UPDATE relationships_complaint SET {also} WHERE ticket_ptr_id = %s", [complaint.pk]
            )  # the test's own words
        cursor.execute(
            "UPDATE tickets_ticket SET state = 'closed', phase = 'done' WHERE record_ptr_id = %s", [complaint.pk]
        )
        cursor.execute("SET CONSTRAINTS relationships_complaint_consent IMMEDIATE")


@pytest.mark.parametrize(
    "also", ["", "consent_at = now()", "decision_reason = 'x'", "consent_at = now(), consent_evidence = 'x'"]
)
def test_raw_sql_ends_no_complaint_without_consent(walk: Walk, unbound: None, also: str) -> None:
    complaint = walk("awaiting_consent")

    with pytest.raises(IntegrityError, match="consent of who complained"):
        _close_raw(complaint, also)
    assert Complaint.objects.get(pk=complaint.pk).state == "awaiting_consent"


def test_consent_that_somebody_else_notes_needs_its_evidence_in_sql_too(
    walk: Walk, unbound: None, agent: Person, requester: Person
) -> None:
    complaint = walk("awaiting_consent")

    with pytest.raises(IntegrityError, match="consent of who complained"):
        _close_raw(complaint, f"consent_at = now(), consent_by_id = {agent.pk}")
    _close_raw(complaint, f"consent_at = now(), consent_by_id = {requester.pk}")
    assert Complaint.objects.get(pk=complaint.pk).state == "closed"


def test_a_decision_in_sql_needs_three_attempts_and_somebody_apart(
    walk: Walk, unbound: None, agent: Person, relations: Person, requester: Person
) -> None:
    complaint = walk("awaiting_consent")
    decided = "decision_reason = '聯繫不上', decided_by_id = {}"

    with pytest.raises(IntegrityError):
        _close_raw(complaint, decided.format(relations.pk))
    for day in range(3):
        note_attempt(complaint, way="phone", note="無人接聽", by=agent, at=MONDAY + day * DAY + 5 * HOUR)
    with pytest.raises(IntegrityError):
        _close_raw(complaint, decided.format(requester.pk))
    _close_raw(complaint, decided.format(relations.pk))
    assert Complaint.objects.get(pk=complaint.pk).state == "closed"


def test_every_way_of_the_flow_still_ends_it(walk: Walk, requester: Person) -> None:
    closed = walk("closed")

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (closed.state, closed.consent_by) == ("closed", requester)
