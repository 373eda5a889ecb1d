"""Reporting and asking: one form makes one case, nothing typed is lost, doubles are hinted at."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, RequestItem, Service
from incidents.models import Incident, ServiceRequest
from incidents.services import raise_incident
from itsm.people.models import Person
from itsm.records.models import Attachment
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
MARK = "0123456789abcdef0123456789abcdef"
BROKEN = {
    "form": MARK,
    "title": "公文系統無法登入",
    "details": "從早上開始",
    "still_working": "no",
    "service": "documents",
}


def test_the_first_page_shows_both_doors_and_the_hours(
    visitor: Client, mailbox_item: RequestItem, settings: Any
) -> None:
    settings.SUPPORT_PHONE = "ext. 2345"

    page = visitor.get("/portal/").content.decode()

    assert 'href="/portal/report/"' in page
    assert 'href="/portal/request/"' in page
    assert "ext. 2345" in page
    assert "New mailbox" in page
    assert "You have no open case" in page
    assert "open" in page.lower()


def test_a_report_makes_an_incident_and_leads_to_its_page(visitor: Client, requester: Person, service: Service) -> None:
    response = visitor.post("/portal/report/", BROKEN | {"needed_by": "週五"})

    made = Incident.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"/portal/cases/{made.number}/"
    assert (made.requester, made.service, made.channel, made.state) == (requester, service, "portal", "reported")
    assert made.description == "從早上開始\n\nNeeded by: 週五"
    assert made.facts["proposed"]["urgency"] == 1


def test_pressing_the_button_twice_makes_one_case(visitor: Client, service: Service) -> None:
    first = visitor.post("/portal/report/", BROKEN)
    second = visitor.post("/portal/report/", BROKEN)

    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


def test_missing_fields_are_named_and_nothing_typed_is_lost(visitor: Client, service: Service) -> None:
    response = visitor.post("/portal/report/", BROKEN | {"title": "", "details": "kept words"})

    page = response.content.decode()
    assert response.status_code == 422
    assert "kept words" in page
    assert MARK in page
    assert not Incident.objects.exists()


def test_an_open_case_alike_is_shown_before_another_is_made(
    visitor: Client, requester: Person, service: Service
) -> None:
    old = raise_incident(by=requester, requester=requester, title=BROKEN["title"], service=service, at=timezone.now())

    hinted = visitor.post("/portal/report/", BROKEN)
    sent = visitor.post("/portal/report/", BROKEN | {"anyway": "1"})

    assert hinted.status_code == 422
    assert str(old.number) in hinted.content.decode()
    assert "從早上開始" in hinted.content.decode()
    assert sent.status_code == 303
    assert Incident.objects.count() == 2


def test_files_go_with_the_case(visitor: Client, service: Service) -> None:
    files = [SimpleUploadedFile("one.txt", b"one"), SimpleUploadedFile("two.txt", b"two")]

    visitor.post("/portal/report/", BROKEN | {"uploads": files})

    made = Incident.objects.get()
    assert list(Attachment.objects.filter(record=made.pk).order_by("pk").values_list("name", flat=True)) == [
        "one.txt",
        "two.txt",
    ]
    page = visitor.get(f"/portal/cases/{made.number}/").content.decode()
    assert "one.txt" in page


def test_a_file_too_large_is_named_and_no_case_is_made(visitor: Client, service: Service, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 3

    response = visitor.post("/portal/report/", BROKEN | {"uploads": [SimpleUploadedFile("big.txt", b"four")]})

    assert response.status_code == 422
    assert "big.txt" in response.content.decode()
    assert not Incident.objects.exists()


def test_a_confidential_report_says_so(visitor: Client, service: Service) -> None:
    visitor.post("/portal/report/", BROKEN | {"confidential": "on"})

    assert Incident.objects.get().confidential


def test_an_order_names_its_approver_and_goes_to_them(
    visitor: Client, unit: Any, mailbox_item: RequestItem, category: Category
) -> None:
    Category.objects.create(code="order", name_zh="申請", name_en="Orders")

    page = visitor.get("/portal/request/mailbox/").content.decode()
    visitor.post("/portal/request/mailbox/", {"form": MARK, "details": "for the new colleague"})

    made = ServiceRequest.objects.get()
    assert unit.lead.name in page
    assert "Expected" in page
    assert made.state == "pending_approval"
    assert made.approvals.get().approver == unit.lead


def test_an_order_without_its_category_waits_for_the_desk(visitor: Client, password_item: RequestItem) -> None:
    visitor.post("/portal/request/password/", {"form": MARK})

    assert ServiceRequest.objects.get().state == "submitted"


def test_the_same_order_again_is_asked_about(visitor: Client, password_item: RequestItem) -> None:
    visitor.post("/portal/request/password/", {"form": MARK})
    again = visitor.post("/portal/request/password/", {"form": MARK[::-1]})
    sent = visitor.post("/portal/request/password/", {"form": MARK[::-1], "anyway": "1"})

    assert again.status_code == 422
    assert sent.status_code == 303
    assert ServiceRequest.objects.count() == 2


def test_an_order_may_be_for_a_colleague_of_the_own_unit_only(
    visitor: Client, requester: Person, other_requester: Person, password_item: RequestItem
) -> None:
    colleague = make_person("colleague", unit=requester.unit)

    stranger = visitor.post("/portal/request/password/", {"form": MARK, "requested_for": other_requester.pk})
    visitor.post("/portal/request/password/", {"form": MARK, "requested_for": colleague.pk})

    assert stranger.status_code == 422
    assert ServiceRequest.objects.get().requested_for == colleague


def test_something_that_is_not_offered_may_be_asked_for(visitor: Client, service: Service) -> None:
    response = visitor.post("/portal/ask/", {"form": MARK, "title": "A second screen", "service": "documents"})

    made = ServiceRequest.objects.get()
    assert response["Location"].endswith(f"{made.number}/")
    assert (made.title, made.state) == ("A second screen", "submitted")


def test_the_catalogue_is_searched_in_both_languages(
    visitor: Client, mailbox_item: RequestItem, password_item: RequestItem
) -> None:
    found = visitor.get("/portal/request/", {"q": "信箱"}).content.decode()
    nothing = visitor.get("/portal/request/", {"q": "zebra"}).content.decode()

    assert "/portal/request/mailbox/" in found
    assert "/portal/request/password/" not in found
    assert "Nothing of that name is offered." in nothing


def test_what_is_not_offered_to_one_is_not_found(
    visitor: Client, password_item: RequestItem, other_requester: Person
) -> None:
    password_item.service.audiences.add(other_requester.unit)  # type: ignore[arg-type]  # the fixture's person has one

    assert visitor.get("/portal/request/password/").status_code == 404
