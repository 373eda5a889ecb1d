"""Following a case: plain words, public messages alone, and the acts through the flow."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, Service
from incidents.models import Incident
from incidents.services import raise_incident
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets import comments
from itsm.tickets.files import attach_file
from itsm.tickets.models import HoldReason

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"


@pytest.fixture
def reported(requester: Person, service: Service) -> Any:
    """An incident of the requester."""
    return raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=timezone.now()
    )


@pytest.fixture
def worked(reported: Any, agent: Person, category: Category) -> Any:
    """The incident in the hands of the desk."""
    case = perform(reported, "classify", by=agent, service=reported.service, category=category, impact="1", urgency="1")
    return perform(case, "assign_first_line", by=agent, assignee=agent)


@pytest.fixture
def resolved(worked: Any, agent: Person) -> Any:
    """The incident, solved and to be confirmed."""
    return perform(worked, "resolve", by=agent, resolution_code="fixed", resolution_note="Restarted the server.")


def url(case: Any, act: str = "") -> str:
    return f"/portal/cases/{case.number}/{act}"


def state_of(case: Any) -> str:
    return str(Incident.objects.get(pk=case.pk).state)


def test_a_case_is_told_in_plain_words(visitor: Client, worked: Any) -> None:
    page = visitor.get(url(worked)).content.decode()

    assert "In progress" in page
    assert "Service desk is working on it." in page
    assert "Expected by" in page
    assert re.search(r"\bP1\b", page) is None  # as a word: tokens of forms are any letters
    assert "Impact" not in page
    assert 'aria-current="step"' in page


def test_internal_words_never_reach_the_requester(visitor: Client, worked: Any, agent: Person) -> None:
    comments.note(worked, body=CANARY, by=agent)
    attach_file(worked, name=f"{CANARY}.txt", pieces=[b"x"], by=agent, internal=True)
    comments.reply(worked, body="We look into it.", by=agent)

    for address in ("/portal/", "/portal/cases/", url(worked), "/search/?q=公文", "/notifications/"):
        assert CANARY not in visitor.get(address, follow=True).content.decode()
    assert worked.number not in visitor.get(f"/search/?q={CANARY}").content.decode()
    assert "We look into it." in visitor.get(url(worked)).content.decode()


def test_others_do_not_know_of_it(client: Client, reported: Any, other_requester: Person, unit: Any) -> None:
    client.force_login(other_requester)
    assert client.get(url(reported)).status_code == 404
    assert client.post(url(reported, "reply/"), {"body": "hello"}).status_code == 404
    client.force_login(unit.lead)
    assert client.get(url(reported)).status_code == 200
    assert client.post(url(reported, "withdraw/"), {"reason": "no"}).status_code == 403


def test_who_works_on_it_is_led_to_the_desk(client: Client, reported: Any, agent: Person) -> None:
    client.force_login(agent)

    assert client.get(url(reported))["Location"] == f"/incidents/{reported.number}/"


def test_a_reply_goes_to_the_case_with_its_files(visitor: Client, worked: Any, requester: Person) -> None:
    sent = visitor.post(
        url(worked, "reply/"), {"body": "Still the same.", "files": [SimpleUploadedFile("shot.txt", b"words")]}
    )

    page = visitor.get(url(worked)).content.decode()
    assert sent.status_code == 303
    assert "Still the same." in page
    assert "shot.txt" in page


def test_an_empty_reply_is_refused_with_a_sentence(visitor: Client, worked: Any) -> None:
    response = visitor.post(url(worked, "reply/"), {"body": "  "})

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_confirming_closes_it(visitor: Client, resolved: Any) -> None:
    page = visitor.get(url(resolved)).content.decode()
    response = visitor.post(url(resolved, "confirm/"))

    assert "Restarted the server." in page
    assert "You: please say whether it works now." in page
    assert response.status_code == 303
    assert state_of(resolved) == "closed"
    assert Incident.objects.get().confirmation == "portal"


def test_refusing_needs_words_and_sends_it_back(visitor: Client, resolved: Any) -> None:
    empty = visitor.post(url(resolved, "refuse/"), {"reason": " "})
    sent = visitor.post(url(resolved, "refuse/"), {"reason": "Still no login"})

    assert empty.status_code == 422
    assert "Please say why, in a few words." in empty.content.decode()
    assert sent.status_code == 303
    assert state_of(resolved) == "l1_processing"


def test_confirming_twice_says_how_it_stands(visitor: Client, resolved: Any) -> None:
    visitor.post(url(resolved, "confirm/"))
    again = visitor.post(url(resolved, "confirm/"))

    assert again.status_code == 409
    assert "has moved on" in again.content.decode()


def test_withdrawing_and_its_words(visitor: Client, reported: Any) -> None:
    visitor.post(url(reported, "withdraw/"), {"reason": "It works again"})

    assert state_of(reported) == "cancelled"
    assert "Withdrawn or cancelled" in visitor.get(url(reported)).content.decode()


def test_reopening_until_the_window_ends(visitor: Client, resolved: Any) -> None:
    visitor.post(url(resolved, "confirm/"))
    Incident.objects.filter(pk=resolved.pk).update(closed_at=timezone.now() - timedelta(days=8))
    late = visitor.get(url(resolved)).content.decode()
    refused = visitor.post(url(resolved, "reopen/"), {"reason": "again"})
    Incident.objects.filter(pk=resolved.pk).update(closed_at=timezone.now() - timedelta(days=6))
    visitor.post(url(resolved, "reopen/"), {"reason": "again"})

    assert "The reopen window has passed" in late
    assert refused.status_code == 422
    assert state_of(resolved) == "l1_processing"


def test_a_question_waits_in_its_own_tab(visitor: Client, worked: Any, agent: Person) -> None:
    why = HoldReason.objects.filter(asks_requester=True).order_by("pk")[0]
    follow_up = timezone.now() + timedelta(days=3)
    perform(worked, "hold", by=agent, hold_reason=why, follow_up_at=follow_up, comment="Which browser?")

    listed = visitor.get("/portal/cases/?tab=waiting").content.decode()
    page = visitor.get(url(worked)).content.decode()

    assert worked.number in listed
    assert "Waiting for your answer" in page
    assert "Which browser?" in page


def test_leads_see_the_cases_of_their_unit_apart(client: Client, reported: Any, unit: Any) -> None:
    client.force_login(unit.lead)

    assert reported.number not in client.get("/portal/cases/").content.decode()
    assert reported.number in client.get("/portal/cases/?whose=unit").content.decode()


def test_many_cases_are_paged(visitor: Client, requester: Person, service: Service) -> None:
    for number in range(27):
        raise_incident(by=requester, requester=requester, title=f"case {number}", service=service, at=timezone.now())

    first = visitor.get("/portal/cases/")
    second = visitor.get("/portal/cases/", {"after": first.context["page"].next})
    back = visitor.get("/portal/cases/", {"before": second.context["page"].previous})

    assert [page.context["page"].shown for page in (first, second, back)] == [25, 2, 25]
    assert first.context["page"].rows == back.context["page"].rows


def test_the_page_costs_the_same_for_any_number_of_messages(
    visitor: Client, worked: Any, agent: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        comments.reply(worked, body=f"message {number}", by=agent)

    with django_assert_max_num_queries(40):
        visitor.get(url(worked))


def test_the_answer_that_was_refused_and_the_refusal_stay_in_the_conversation(
    visitor: Client, resolved: Any, agent: Person
) -> None:
    once = visitor.get(url(resolved)).content.decode()
    visitor.post(url(resolved, "refuse/"), {"reason": "It failed again at noon."})
    refused = visitor.get(url(resolved)).content.decode()
    case = Incident.objects.get(pk=resolved.pk)
    perform(case, "resolve", by=agent, resolution_code="fixed", resolution_note="Replaced the disk.")
    twice = visitor.get(url(resolved)).content.decode()

    assert once.count("Restarted the server.") == 1
    talk = refused.split('id="talk"')[1]
    assert talk.index("Restarted the server.") < talk.index("It failed again at noon.")
    assert [
        twice.count(text) for text in ("Restarted the server.", "It failed again at noon.", "Replaced the disk.")
    ] == [1, 1, 1]


def test_the_reasons_of_those_who_work_on_it_stay_inside(visitor: Client, worked: Any, agent: Person) -> None:
    perform(worked, "judge_as_request", by=agent, reason=CANARY)

    assert CANARY not in visitor.get(url(worked)).content.decode()
