"""Approving: one's own to decide, a deputy's, a no with its reason, and nobody decides for themselves."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, RequestItem
from incidents.models import ServiceRequest
from incidents.services import raise_request
from itsm.people.models import Absence, Person
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(requester: Person, mailbox_item: RequestItem, category: Category) -> Any:
    """The approval of an order of the requester."""
    made = raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=timezone.now())
    return made.approvals.get()


@pytest.fixture
def lead(unit: Any, client: Client) -> Person:
    """The lead of the requester's unit, signed in, who reads English."""
    person: Person = unit.lead
    person.language = "en"
    person.save()
    client.force_login(person)
    return person


def state_of(asked: Any) -> str:
    return str(ServiceRequest.objects.get(pk=asked.ticket_id).state)


def test_the_lead_is_told_and_says_yes(client: Client, lead: Person, asked: Any) -> None:
    home = client.get("/portal/").content.decode()
    listed = client.get("/approvals/").content.decode()
    client.post(f"/approvals/{asked.pk}/", {"choice": "approve"})

    assert "1 request waits for your approval." in home
    assert "New mailbox" in listed
    assert "王小明" in listed
    assert state_of(asked) == "classified"
    assert "approved" in client.get("/approvals/?tab=decided").content.decode()


def test_a_no_needs_its_reason(client: Client, lead: Person, asked: Any) -> None:
    empty = client.post(f"/approvals/{asked.pk}/", {"choice": "reject"})
    client.post(f"/approvals/{asked.pk}/", {"choice": "reject", "reason": "No budget"})

    assert empty.status_code == 422
    assert "Say why it is rejected" in empty.content.decode()
    assert state_of(asked) == "rejected"


def test_a_second_decision_is_told_that_it_moved_on(client: Client, lead: Person, asked: Any) -> None:
    client.post(f"/approvals/{asked.pk}/", {"choice": "approve"})

    again = client.post(f"/approvals/{asked.pk}/", {"choice": "reject", "reason": "late"})

    assert again.status_code in (403, 409)
    assert state_of(asked) == "classified"


def test_nobody_else_decides(client: Client, asked: Any, other_requester: Person, requester: Person) -> None:
    for person in (other_requester, requester):
        client.force_login(person)
        assert client.get("/approvals/").status_code == 200
        assert client.post(f"/approvals/{asked.pk}/", {"choice": "approve"}).status_code == 404
    assert state_of(asked) == "pending_approval"


def test_a_deputy_decides_in_both_names(client: Client, unit: Any, asked: Any) -> None:
    deputy = make_person("deputy", unit=unit, name="吳代理", language="en")
    today = timezone.localdate()
    Absence.objects.create(
        person=unit.lead, deputy=deputy, starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=1)
    )
    client.force_login(deputy)

    listed = client.get("/approvals/").content.decode()
    client.post(f"/approvals/{asked.pk}/", {"choice": "approve"})

    asked.refresh_from_db()
    assert "You decide for" in listed
    assert (asked.decision, asked.decided_by) == ("approved", deputy)


def test_who_gets_it_reads_why_they_cannot_decide(client: Client, lead: Person, asked: Any) -> None:
    ServiceRequest.objects.filter(pk=asked.ticket_id).update(requested_for=lead)

    listed = client.get("/approvals/").content.decode()
    refused = client.post(f"/approvals/{asked.pk}/", {"choice": "approve"})

    assert "Separation of duties" in listed
    assert 'value="approve"' not in listed
    assert refused.status_code == 422
    assert state_of(asked) == "pending_approval"
