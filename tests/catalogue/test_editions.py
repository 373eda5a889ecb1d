"""Editions of catalogue entries: eight fields in both languages, two people, one day; and the life of the service."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.editions import services as editions
from catalogue.editions.content import completeness, content_of, gaps
from catalogue.models import Service, ServiceEdition
from itsm.notices.rendering import letter
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected, Stale
from tests.catalogue.conftest import DAY, Walk, answer_all, closed, full_content, put
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture
def draft(service: Service) -> ServiceEdition:
    """A complete draft that the owner of the service wrote."""
    begun = editions.begin_draft(service, by=service.owner, at=MONDAY)
    return editions.write_draft(
        begun, full_content(), reason="新版", by=service.owner, version=begun.version, at=MONDAY
    )


@pytest.fixture
def submitted(draft: ServiceEdition, service: Service) -> ServiceEdition:
    """The draft as it waits for its approval."""
    return editions.submit_draft(draft, by=service.owner, at=MONDAY)


def test_every_field_is_asked_in_both_languages(service: Service) -> None:
    content = content_of(service) | full_content()
    assert (completeness(content), gaps(content)) == (8, [])

    with translation.override("en"):
        said = [str(gap) for gap in gaps(content | {"frequency_en": " ", "price": None, "name_zh": ""})]
    assert said == ["Service name (Chinese)", "Service hours and frequency (English)", "Service price"]
    assert completeness(content | {"frequency_en": "", "price": None, "name_zh": ""}) == 5


def test_a_price_says_for_what_it_is(service: Service) -> None:
    content = content_of(service) | full_content() | {"price_unit_en": ""}

    assert completeness(content | {"price": 0}) == 8
    assert completeness(content | {"price": 300}) == 7


def test_an_incomplete_draft_is_not_submitted(service: Service) -> None:
    begun = editions.begin_draft(service, by=service.owner, at=MONDAY)

    with translation.override("en"), pytest.raises(Objected, match="These are missing"):
        editions.submit_draft(begun, by=service.owner, at=MONDAY)


def test_another_person_approves_and_the_catalogue_says_it_from_that_day(
    submitted: ServiceEdition, service: Service, level_manager: Person
) -> None:
    with pytest.raises(NotAllowed):
        editions.approve_edition(submitted, by=service.owner, effective_on=TODAY, at=MONDAY)
    approved = editions.approve_edition(submitted, by=level_manager, effective_on=TODAY + 3 * DAY, at=MONDAY)
    assert approved.state == ServiceEdition.State.APPROVED
    assert Service.objects.get().name_zh == "電子公文資訊服務"

    assert editions.take_effect(at=MONDAY + 2 * DAY) == 0
    assert editions.take_effect(at=MONDAY + 3 * DAY) == 1
    assert editions.take_effect(at=MONDAY + 3 * DAY) == 0
    assert Service.objects.get().name_zh == "name zh"
    assert ServiceEdition.objects.get().state == ServiceEdition.State.IN_FORCE


def test_everyone_who_wrote_on_it_is_an_author(submitted: ServiceEdition, level_manager: Person) -> None:
    other = make_person("brm", "brm")
    editions.write_draft(
        submitted, {"criticality": 1}, reason="", by=level_manager, version=submitted.version, at=MONDAY
    )
    again = editions.submit_draft(submitted, by=other, at=MONDAY)

    for person in (level_manager, other):
        with pytest.raises(NotAllowed):
            editions.approve_edition(again, by=person, effective_on=TODAY, at=MONDAY)


def test_not_even_raw_sql_lets_an_author_approve(
    submitted: ServiceEdition, service: Service, level_manager: Person
) -> None:
    for author in (service.owner_id, level_manager.pk):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalogue_serviceedition SET approved_by_id = %s, authors = %s WHERE id = %s",
                [author, f"[{author}]", submitted.pk],
            )


def test_an_approved_edition_never_changes(submitted: ServiceEdition, level_manager: Person) -> None:
    approved = editions.approve_edition(submitted, by=level_manager, effective_on=TODAY, at=MONDAY)

    with pytest.raises(Objected):
        editions.write_draft(approved, {"price": 9}, reason="", by=level_manager, version=approved.version, at=MONDAY)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        ServiceEdition.objects.filter(pk=approved.pk).update(content={})
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        ServiceEdition.objects.filter(pk=approved.pk).update(effective_on=TODAY + DAY)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        approved.delete()


def test_strangers_neither_write_nor_approve(service: Service, submitted: ServiceEdition, agent: Person) -> None:
    with pytest.raises(NotAllowed):
        editions.begin_draft(service, by=agent, at=MONDAY)
    with pytest.raises(NotAllowed):
        editions.approve_edition(submitted, by=agent, effective_on=TODAY, at=MONDAY)


def test_two_who_write_at_once_do_not_overwrite_each_other(draft: ServiceEdition, level_manager: Person) -> None:
    with pytest.raises(Stale):
        editions.write_draft(draft, {"price": 1}, reason="", by=level_manager, version=draft.version - 1, at=MONDAY)


def test_a_returned_draft_says_why(submitted: ServiceEdition, level_manager: Person) -> None:
    back = editions.return_draft(submitted, reason="售價不明", by=level_manager)

    assert (back.state, back.returned) == (ServiceEdition.State.DRAFT, "售價不明")


def test_a_changed_promise_names_its_approved_change(
    submitted: ServiceEdition, service: Service, level_manager: Person, change: Any
) -> None:
    editions.approve_edition(submitted, by=level_manager, effective_on=TODAY, at=MONDAY)
    service.refresh_from_db()
    begun = editions.begin_draft(service, by=service.owner, at=MONDAY)
    wrote = editions.write_draft(begun, {"price": 500}, reason="調價", by=service.owner, version=1, at=MONDAY)
    editions.submit_draft(wrote, by=service.owner, at=MONDAY)

    with pytest.raises(Objected) as refusal:
        editions.approve_edition(wrote, by=level_manager, effective_on=TODAY, at=MONDAY)
    assert "change" in refusal.value.fields
    with pytest.raises(Objected):
        editions.approve_edition(wrote, by=level_manager, effective_on=TODAY, change=change, at=MONDAY)
    done = editions.approve_edition(
        wrote, by=level_manager, effective_on=TODAY, change=put(change, "scheduled"), at=MONDAY + timedelta(hours=1)
    )
    assert done.state == ServiceEdition.State.IN_FORCE
    assert Service.objects.get().price == 500
    assert list(service.editions.values_list("number", flat=True)) == [2, 1]
    assert service.editions.get(number=1).state == ServiceEdition.State.ENDED


@pytest.mark.parametrize(
    "promise", [{"audience_zh": "全校學生"}, {"audience_en": "All students"}, {"audiences": ["acad"]}]
)
def test_whom_a_service_is_for_is_a_promise(
    submitted: ServiceEdition, service: Service, level_manager: Person, promise: dict[str, Any]
) -> None:
    editions.approve_edition(submitted, by=level_manager, effective_on=TODAY, at=MONDAY)
    begun = editions.begin_draft(Service.objects.get(), by=service.owner, at=MONDAY)
    wrote = editions.write_draft(begun, promise, reason="改對象", by=service.owner, version=1, at=MONDAY)
    editions.submit_draft(wrote, by=service.owner, at=MONDAY)

    with pytest.raises(Objected) as refusal:
        editions.approve_edition(wrote, by=level_manager, effective_on=TODAY, at=MONDAY)

    assert "change" in refusal.value.fields


def test_a_new_service_is_live_only_when_its_change_is_closed(
    walk: Walk, change: Any, transition_manager: Person
) -> None:
    record = walk("transitioning", "new")
    assert record.service.lifecycle == "design"
    closed(change)
    perform(record, "finish_transition", by=transition_manager, at=MONDAY, live_on=TODAY)

    made = Service.objects.get(code="online-forms")
    assert made.is_live
    assert made.editions.in_force().get().effective_on == TODAY


def test_a_removal_retires_the_service_with_what_may_be_ordered(
    walk: Walk, service: Service, mailbox_item: Any, change: Any, transition_manager: Person
) -> None:
    record = walk("transitioning", "remove")
    assert Service.objects.get().lifecycle == "retiring"
    closed(change)
    perform(record, "finish_transition", by=transition_manager, at=MONDAY, live_on=TODAY)

    gone = Service.objects.get()
    assert (gone.lifecycle, gone.is_live) == ("retired", False)
    mailbox_item.refresh_from_db()
    assert not mailbox_item.is_active


def test_a_removal_that_failed_leaves_the_service_live(walk: Walk, change: Any, transition_manager: Person) -> None:
    record = walk("transitioning", "remove")
    closed(change, outcome="backed_out")

    perform(record, "report_not_live", by=transition_manager, at=MONDAY, reason="相依服務未移轉")
    assert Service.objects.get().is_live


def test_nothing_goes_live_with_an_entry_that_nobody_approved(
    walk: Walk, change: Any, service: Service, transition_manager: Person
) -> None:
    record = walk("ready_for_live", "new")
    answer_all(record, service.owner)

    with translation.override("en"), pytest.raises(Objected, match="not approved yet"):
        perform(record, "go_live", by=transition_manager, at=MONDAY)


@pytest.mark.parametrize("lifecycle", ["retired", "retiring", "design"])
def test_no_route_takes_a_live_service_out(service: Service, lifecycle: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(lifecycle=lifecycle)
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(is_active=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        service.delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM catalogue_service WHERE id = %s", [service.pk])
    assert Service.objects.get().is_live


def test_no_route_makes_a_designed_service_live(walk: Walk) -> None:
    made = walk("building", "new").service

    with pytest.raises(IntegrityError, match="closed with success"), transaction.atomic():
        Service.objects.filter(pk=made.pk).update(lifecycle="live")


def test_a_refused_proposal_drops_what_it_prepared(walk: Walk, transition_manager: Person) -> None:
    record = walk("building", "change")
    assert record.editions.count() == 1
    perform(record, "cancel_transition", by=transition_manager, at=MONDAY, reason="經費不足")

    assert not ServiceEdition.objects.exists()


def test_the_administration_neither_retires_a_service_nor_rewrites_an_edition(
    client: Any, submitted: ServiceEdition, service: Service, level_manager: Person
) -> None:
    editions.approve_edition(submitted, by=level_manager, effective_on=TODAY, at=MONDAY)
    client.force_login(make_person("root", is_staff=True, is_superuser=True))
    address = f"/admin/catalogue/service/{service.pk}/change/"
    assert client.get(address).status_code == 200
    client.post(address, {"code": "documents", "lifecycle": "retired", "name_zh": "改名", "price": "9"})

    kept = Service.objects.get()
    assert (kept.lifecycle, kept.is_active, kept.name_zh, kept.price) == ("live", True, "name zh", 0)


def test_who_may_approve_is_told_that_an_edition_waits_and_authors_what_became_of_it(
    client: Client, service: Service, level_manager: Person
) -> None:
    from itsm.notices.models import Notification, Outbox

    second = make_person("second", "slm")
    draft = editions.begin_draft(service, by=level_manager, at=MONDAY)
    draft = editions.write_draft(draft, full_content(), reason="改", by=level_manager, version=draft.version, at=MONDAY)
    draft = editions.submit_draft(draft, by=level_manager, at=MONDAY)
    told = Outbox.objects.filter(template="edition_submitted").values_list("person__username", flat=True)
    assert set(told) == {"second", service.owner.username}
    client.force_login(second)
    assert "待核准的服務目錄版本" in client.get("/desk/").content.decode()
    line = Notification.objects.get(person=second)
    assert client.post(f"/notifications/{line.pk}/")["Location"] == reverse("services:entry", args=[service.code])

    draft = editions.return_draft(draft, reason="價格？", by=second, at=MONDAY)
    back = Outbox.objects.get(template="edition_returned")
    assert (back.person, letter(back).body.count("價格？")) == (level_manager, 1)
    editions.submit_draft(draft, by=level_manager, at=MONDAY)
    editions.approve_edition(draft, by=second, effective_on=date(2026, 12, 1), at=MONDAY)
    assert Outbox.objects.get(template="edition_approved").person == level_manager
    client.force_login(second)
    assert "待核准的服務目錄版本" not in client.get("/desk/").content.decode()
