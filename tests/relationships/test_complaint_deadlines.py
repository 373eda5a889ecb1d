"""What happens by itself on complaints when their dates come, and the links that need no login."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from itsm.notices import links
from itsm.notices.models import Notification, Outbox
from itsm.people.models import Person
from itsm.records.perform import perform
from relationships.models import Complaint
from sla.models import Clock
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.relationships.conftest import DAY, HOUR, Walk

pytestmark = pytest.mark.django_db


def told(person: Person) -> set[str]:
    """Name the templates of what a person was told."""
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def now(record: Any) -> Complaint:
    """Read the complaint anew."""
    found: Complaint = Complaint.objects.get(pk=record.pk)
    return found


def test_its_clocks_measure_the_acknowledgement_and_the_answer(walk: Walk) -> None:
    waiting = walk("awaiting_consent")

    clocks = {clock.metric: clock for clock in Clock.objects.filter(record_id=waiting.pk).agreed()}
    assert (clocks["response"].target_seconds, clocks["response"].state) == (8 * 3600, "met")
    assert (clocks["resolution"].target_seconds, clocks["resolution"].state) == (40 * 3600, "paused")


def test_nobody_registers_it_within_a_business_day(complaint: Any, relations: Person) -> None:
    sweep(at=MONDAY + 23 * HOUR)
    assert "complaint_unacknowledged" not in told(relations)

    sweep(at=MONDAY + 25 * HOUR)

    assert "complaint_unacknowledged" in told(relations)


def test_without_an_answer_it_escalates_and_then_goes_higher(walk: Walk, relations: Person, top: Person) -> None:
    record = walk("processing")

    sweep(at=MONDAY + 7 * DAY + HOUR)
    assert (now(record).state, now(record).assignee) == ("escalated", relations)
    sweep(at=MONDAY + 15 * DAY)

    assert (now(record).escalation_level, now(record).assignee) == (2, top)


def test_silence_is_reminded_told_and_escalated_but_never_consent(
    walk: Walk, requester: Person, agent: Person, relations: Person
) -> None:
    record = walk("awaiting_consent")

    sweep(at=MONDAY + 3 * DAY)
    assert "complaint_remind" in told(requester)
    sweep(at=MONDAY + 8 * DAY)
    assert "complaint_silent" in told(agent)
    assert now(record).state == "awaiting_consent"
    sweep(at=MONDAY + 15 * DAY)

    assert (now(record).state, now(record).assignee) == ("escalated", relations)


def mailed(person: Person, template: str) -> str:
    """Give the path of the link in the last mail of that template."""
    row = Outbox.objects.filter(person=person, template=template).order_by("-pk")[0]
    address = links.address("consent", record=Complaint.objects.get(pk=row.record_id), person=person, at=row.created_at)
    return "/a/" + address.split("/a/")[1]


@pytest.mark.parametrize(("choice", "state"), [("yes", "closed"), ("no", "processing")])
def test_the_complainant_answers_by_link_without_login(
    walk: Walk, requester: Person, client: Client, choice: str, state: str, service: Service
) -> None:
    from django.utils import timezone

    start = timezone.now().replace(microsecond=0) - 5 * HOUR
    record = walk("awaiting_consent", start=start)
    path = mailed(requester, "complaint_answered")

    page = client.get(path)
    assert "當日人力不足" in page.content.decode()
    assert now(record).state == "awaiting_consent"  # looking decides nothing
    done = client.post(path, {"choice": choice, "reason": "仍未說明"})
    again = client.post(path, {"choice": choice, "reason": "仍未說明"})

    assert (done.status_code, again.status_code) == (200, 409)
    assert now(record).state == state


def test_disagreeing_by_link_needs_a_reason(walk: Walk, requester: Person, client: Client) -> None:
    from django.utils import timezone

    record = walk("awaiting_consent", start=timezone.now().replace(microsecond=0) - 5 * HOUR)

    refused = client.post(mailed(requester, "complaint_answered"), {"choice": "no", "reason": ""})

    assert refused.status_code == 422
    assert now(record).state == "awaiting_consent"


def test_an_answer_by_an_older_mail_is_overtaken(walk: Walk, requester: Person, agent: Person, client: Client) -> None:
    from django.utils import timezone

    start = timezone.now().replace(microsecond=0) - 5 * HOUR
    record = walk("awaiting_consent", start=start)
    path = mailed(requester, "complaint_answered")
    record = perform(record, "disagree", by=requester, at=start + 4 * HOUR, reason="不同意")
    perform(record, "report_result", by=agent, at=start + 4 * HOUR + HOUR / 2, answer="新的答覆", actions="無")

    assert client.post(path, {"choice": "yes"}).status_code == 409
