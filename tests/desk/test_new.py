"""Writing a case down for a caller: found or added, taken, solved at once, warned of duplicates."""

import re
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Category, RequestItem, Service
from incidents.models import Incident, ServiceRequest
from itsm.people.models import Person

pytestmark = pytest.mark.django_db
PHONE = {"channel": "phone", "kind": "incident", "then": "triage", "words": "公文打不開\n從早上開始"}


def write(client: Client, **data: Any) -> Any:
    return client.post("/desk/new/", PHONE | data)


@pytest.mark.parametrize("words", ["王小", "requester", "REQUESTER@example.org", "E-77", "2345"])
def test_a_caller_is_found_by_whatever_they_say(client: Client, agent: Person, requester: Person, words: str) -> None:
    Person.objects.filter(pk=requester.pk).update(employee_number="E-77", phone="分機 2345")
    client.force_login(agent)

    assert (
        f'name="person" value="{requester.pk}" checked'
        in client.get("/desk/new/people/", {"q": words}).content.decode()
    )


def test_the_first_line_becomes_the_subject_and_the_page_is_ready_for_the_next(
    client: Client, agent: Person, requester: Person
) -> None:
    client.force_login(agent)

    response = write(client, person=requester.pk)

    made = Incident.objects.get()
    assert response["Location"] == f"/desk/new/?saved={made.number}"
    assert (made.title, made.description, made.channel, made.state) == ("公文打不開", "從早上開始", "phone", "reported")
    assert (made.requester, made.reporter) == (requester, requester)


def test_without_javascript_the_only_match_is_the_caller(client: Client, agent: Person, requester: Person) -> None:
    client.force_login(agent)

    looked = client.post("/desk/new/", PHONE | {"q": "王小明", "look": "1"})
    write(client, q="王小明")

    assert looked.status_code == 200
    assert f'value="{requester.pk}" checked' in looked.content.decode()
    assert "公文打不開" in looked.content.decode()
    assert Incident.objects.get().requester == requester


def test_enter_in_the_name_only_looks_the_caller_up_and_leads_to_the_words(
    client: Client, speak_english: Person, requester: Person
) -> None:
    client.force_login(speak_english)

    page = client.post("/desk/new/", PHONE | {"q": "王小明", "words": "", "look": "1"}).content.decode()

    assert "This field is required" not in page
    assert re.search(r'<textarea id="\w+" name="words"[^>]* data-focus-me>', page)


def test_nobody_chosen_is_said_and_nothing_typed_is_lost(client: Client, speak_english: Person) -> None:
    client.force_login(speak_english)

    response = write(client, q="nobody at all")

    assert response.status_code == 422
    assert "Nobody is found; add the caller below." in response.content.decode()
    assert "公文打不開" in response.content.decode()


def test_an_unknown_caller_is_added_and_cannot_sign_in(client: Client, agent: Person, unit: Any) -> None:
    client.force_login(agent)

    write(client, new_name="新同仁", new_email="new.one@example.org", new_unit="library")

    caller = Incident.objects.get().requester
    assert (caller.name, caller.username, caller.unit) == ("新同仁", "new.one", unit)
    assert not caller.has_usable_password()


def test_an_e_mail_that_is_known_is_refused_and_nobody_is_added(
    client: Client, speak_english: Person, requester: Person
) -> None:
    client.force_login(speak_english)

    response = write(client, new_name="Again", new_email="requester@example.org")

    assert response.status_code == 422
    assert "is known already" in response.content.decode()
    assert not Person.objects.filter(name="Again").exists()


def test_solved_at_once_and_closed_with_the_callers_word(
    client: Client, agent: Person, requester: Person, service: Service, category: Category
) -> None:
    client.force_login(agent)

    write(
        client, person=requester.pk, then="solved", service=service.code, category=category.code, impact="3", urgency="3",
        solution="已協助重新登入", confirmed="on",
    )  # fmt: skip

    made = Incident.objects.get()
    assert (made.state, made.confirmation, made.assignee) == ("closed", "phone", agent)
    assert made.first_response_at is not None


def test_a_request_is_taken_at_once(
    client: Client, agent: Person, requester: Person, category: Category, password_item: RequestItem
) -> None:
    client.force_login(agent)

    write(client, person=requester.pk, kind="request", then="take", item="password", category=category.code)

    made = ServiceRequest.objects.get()
    assert (made.state, made.request_item, made.assignee) == ("l1_processing", password_item, agent)


def test_what_the_quick_way_needs_is_asked_for(client: Client, speak_english: Person, requester: Person) -> None:
    client.force_login(speak_english)

    response = write(client, person=requester.pk, then="solved")

    assert response.status_code == 422
    assert response.content.decode().count("This is needed for that.") >= 5
    assert not Incident.objects.exists()


def test_a_refusal_on_the_way_writes_nothing(
    client: Client, agent: Person, requester: Person, category: Category, mailbox_item: RequestItem
) -> None:
    client.force_login(agent)

    response = write(client, person=requester.pk, kind="request", then="take", item="mailbox", category=category.code)

    assert response.status_code == 422
    assert not ServiceRequest.objects.exists()


def test_a_like_open_case_warns_once(client: Client, speak_english: Person, requester: Person, report: Any) -> None:
    old = report("公文打不開")
    client.force_login(speak_english)

    warned = write(client, person=requester.pk)
    hint = client.get("/desk/new/alike/", {"person": str(requester.pk), "words": "公文打不開了"}).content.decode()
    write(client, person=requester.pk, anyway="1")

    assert warned.status_code == 422
    assert old.number in warned.content.decode()
    assert old.number in hint
    assert Incident.objects.count() == 2


def test_an_engineer_writes_a_case_down_for_the_desk_to_judge(
    client: Client, engineer: Person, requester: Person
) -> None:
    client.force_login(engineer)

    page = client.get("/desk/new/").content.decode()
    refused = write(client, person=requester.pk, then="take")
    write(client, person=requester.pk)

    assert 'value="solved"' not in page
    assert refused.status_code == 422
    assert Incident.objects.get().state == "reported"


def test_one_chinese_letter_is_enough_and_one_latin_letter_is_not(
    client: Client, agent: Person, requester: Person
) -> None:
    client.force_login(agent)

    assert "王小明" in client.get("/desk/new/people/", {"q": "王"}).content.decode()
    assert "王小明" not in client.get("/desk/new/people/", {"q": "r"}).content.decode()
