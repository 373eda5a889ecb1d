"""Signed links: one purpose, one person, one record, seven days, one use; looking changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, RequestItem
from incidents import services
from incidents.models import Incident, ServiceRequest
from itsm.notices import links
from itsm.notices.models import Outbox, UsedLink
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def solved(requester: Person, agent: Person, service: Any, category: Category) -> Any:
    """A case that was resolved just now by the real clock, which the page reads."""
    case = services.raise_incident(by=requester, requester=requester, title="公文系統無法登入", service=service)
    case = perform(case, "classify", by=agent, service=service, category=category, impact="2", urgency="2")
    case = perform(case, "assign_first_line", by=agent, assignee=agent)
    return perform(case, "resolve", by=agent, resolution_code="fixed", resolution_note="已重啟服務")


def address(case: Any, person: Person, purpose: str = "confirm", **more: Any) -> str:
    return f"/a/{links.sign(purpose, record=case, person=person, at=more.get('at', case.resolved_at))}/"


def test_looking_at_the_page_changes_nothing(client: Client, solved: Any, requester: Person) -> None:
    page = client.get(address(solved, requester))

    assert page.status_code == 200
    assert "已重啟服務" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Incident.objects.get(pk=solved.pk).state == "awaiting_confirmation"


def test_yes_closes_the_case_in_the_name_of_its_requester(client: Client, solved: Any, requester: Person) -> None:
    answer = client.post(address(solved, requester), {"choice": "yes"})

    assert answer.status_code == 200
    assert (Incident.objects.get(pk=solved.pk).state, Incident.objects.get(pk=solved.pk).confirmation) == (
        "closed",
        "mail",
    )
    event = Event.objects.filter(record=solved.pk).order_by("-pk")[0]
    assert (event.name, event.actor, event.channel) == ("confirm_resolution", requester, "mail")


def test_no_needs_a_reason_and_sends_the_case_back(client: Client, solved: Any, requester: Person) -> None:
    refused = client.post(address(solved, requester), {"choice": "no"})
    assert refused.status_code == 422
    assert not UsedLink.objects.exists()

    client.post(address(solved, requester), {"choice": "no", "reason": "還是不行"})

    assert Incident.objects.get(pk=solved.pk).state == "l1_processing"


def test_a_link_decides_once(client: Client, solved: Any, requester: Person) -> None:
    client.post(address(solved, requester), {"choice": "no", "reason": "還是不行"})

    again = client.post(address(solved, requester), {"choice": "yes"})
    looked = client.get(address(solved, requester))

    assert (again.status_code, looked.status_code) == (409, 410)
    assert UsedLink.objects.count() == 1
    assert Incident.objects.get(pk=solved.pk).state == "l1_processing"
    assert "確認未完成" in looked.content.decode()


def test_a_link_of_an_earlier_result_cannot_accept_a_later_one(
    client: Client, solved: Any, requester: Person, agent: Person
) -> None:
    old = address(solved, requester)
    later = solved.resolved_at + timedelta(hours=1)
    back = perform(solved, "reject_resolution", by=requester, at=later, reason="還是不行")
    perform(back, "resolve", by=agent, at=later, resolution_code="fixed", resolution_note="好了")

    assert client.post(old, {"choice": "yes"}).status_code == 409
    assert Incident.objects.get(pk=solved.pk).state == "awaiting_confirmation"


def test_an_old_link_is_refused(client: Client, solved: Any, requester: Person) -> None:
    Incident.objects.filter(pk=solved.pk).update(resolved_at=timezone.now() - timedelta(days=9))
    old = address(solved, requester, at=timezone.now() - timedelta(days=8))

    assert client.post(old, {"choice": "yes"}).status_code == 409
    assert client.get(old).status_code == 410


def test_the_page_of_a_link_leads_to_the_other_language(client: Client, solved: Any, requester: Person) -> None:
    path = address(solved, requester)

    chinese, english = client.get(path).content.decode(), client.get(f"{path}?lang=en").content.decode()

    assert 'href="?lang=en"' in chinese
    assert 'href="?lang=zh-hant"' in english
    assert "Is it solved?" in english
    assert "/preferences/language/" not in chinese + english


def test_a_spoilt_link_says_so_in_the_language_that_is_asked_for(client: Client) -> None:
    assert "This link is not valid." in client.get("/a/rubbish/?lang=en").content.decode()
    assert "此連結無效" in client.get("/a/rubbish/?lang=zh-hant").content.decode()


@pytest.mark.parametrize(
    "spoil", [lambda token: token[:-1], lambda token: "x" + token, lambda token: "rubbish", lambda token: "a:b:c"]
)
def test_a_spoilt_link_leads_nowhere(client: Client, solved: Any, requester: Person, spoil: Any) -> None:
    token = links.sign("confirm", record=solved, person=requester, at=solved.resolved_at)

    assert client.get(f"/a/{spoil(token)}/").status_code == 404


def test_a_link_of_somebody_who_may_not_see_the_case_leads_nowhere(
    client: Client, solved: Any, other_requester: Person, requester: Person
) -> None:
    assert client.get(address(solved, other_requester)).status_code == 404

    good = address(solved, requester)
    Person.objects.filter(pk=requester.pk).update(is_active=False)
    assert client.get(good).status_code == 404


def test_a_link_for_one_purpose_does_not_serve_another(client: Client, solved: Any, requester: Person) -> None:
    assert client.post(address(solved, requester, "approve"), {"choice": "yes"}).status_code == 409


def test_the_link_in_the_mail_is_the_one_that_works(client: Client, solved: Any, requester: Person) -> None:
    row = Outbox.objects.get(template="resolved")

    token = links.address("confirm", record=solved, person=requester, at=row.created_at).split("/a/")[1].rstrip("/")

    assert client.post(f"/a/{token}/", {"choice": "yes"}).status_code == 200


def test_an_approver_decides_by_mail(
    client: Client, requester: Person, unit: Any, mailbox_item: RequestItem, category: Category
) -> None:
    case = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category)
    row = Outbox.objects.get(template="approval_asked")
    good = address(case, unit.lead, "approve", at=row.created_at)
    assert "新信箱" not in client.get(good).content.decode()
    assert "申請信箱" in client.get(good).content.decode()

    client.post(good, {"choice": "yes"})

    decided = ServiceRequest.objects.get(pk=case.pk)
    assert decided.approval_granted_at is not None
    assert decided.approvals.get().channel == "mail"
