"""One note or reply for several chosen cases: each judged as if it stood alone, told before and after, no text lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.tickets import comments
from itsm.tickets.models import Comment, Draft, Ticket
from tests.desk.test_bulk import HTMX, KINDS, ROLES, expected, picked, said, signed_in
from tests.desk.test_bulk import cases as cases
from tests.desk.test_bulk import people as people
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HERE = "/desk/q/act/write/"
TEXT = "機房停電，修復中。"


def asked(client: Client, cases: list[Any], focus: str, **headers: str) -> Any:
    """Open the composer for the chosen cases."""
    return client.get(HERE, {"pick": [picked(case) for case in cases], "focus": focus}, headers=headers)


def sent(client: Client, cases: list[Any], focus: str, body: str = TEXT, seen: str = "", **headers: str) -> Any:
    """Send one text for the chosen cases."""
    given = {"pick": [picked(case) for case in cases], "focus": focus, "body": body, "seen": seen}
    return client.post(HERE, given | {"next": "/desk/q/all/?q=x"}, headers=headers)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("focus", ["note", "reply"])
def test_writing_to_many_is_writing_to_each(
    focus: str, role: str, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    person, write = people[role], comments.note if focus == "note" else comments.reply
    singly = expected(person, cases, lambda case: write(case, body=TEXT, by=person))
    client = signed_in(person)

    foreseen = asked(client, list(cases.values()), focus, **HTMX).content.decode()
    answer = said(sent(client, list(cases.values()), focus, **HTMX))

    kind = Comment.Kind.INTERNAL if focus == "note" else Comment.Kind.PUBLIC
    written = set(Comment.objects.filter(author=person, kind=kind, body=TEXT).values_list("ticket__number", flat=True))
    assert written == {number for number, refused in singly.items() if refused is None}
    closed = foreseen.partition("Not for these cases")[2]
    assert set(re.findall(r'<span class="ref">([^<]+)</span>', closed)) == set(singly) - written
    assert all(number in answer and refused in answer for number, refused in singly.items() if refused)


@pytest.mark.parametrize(
    ("language", "focus", "before", "after"),
    [
        ("en", "note", "The note will stand on 2 of 2 chosen cases.", "Note saved on 2 cases."),
        ("zh-hant", "reply", "回覆將寄給 2 件的申請人", "已回覆 2 件案件。"),
    ],
)
def test_without_javascript_it_is_a_page_that_leads_back_to_the_list(
    language: str, focus: str, before: str, after: str, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    client, two = signed_in(people["agent"], language), [cases["incident"], cases["complaint"]]

    page = asked(client, two, focus).content.decode()
    answer = sent(client, two, focus)

    assert before in page
    assert all(str(case.number) in page for case in two)
    assert (answer.status_code, answer["Location"]) == (303, "/desk/q/all/?q=x")
    assert after in client.get("/desk/").content.decode()


def test_a_reply_stops_where_a_newer_message_came_and_its_text_stays_a_draft(
    cases: dict[str, Any], people: dict[str, Person], requester: Person
) -> None:
    client, one, other = signed_in(people["agent"]), cases["incident"], cases["service_request"]
    Draft.objects.create(ticket=one, person=people["agent"], kind="public", body="已開始寫的", saved_at=MONDAY)
    page = asked(client, [one, other], "reply", **HTMX).content.decode()
    seen = re.findall(r'name="seen" value="([0-9]+)"', page)[0]
    comments.reply(one, body="又壞了", by=requester)

    answer = said(sent(client, [one, other], "reply", seen=seen, **HTMX))

    assert f"{one.number}: A newer message has come." in answer
    assert not Comment.objects.filter(ticket=one, body=TEXT).exists()
    assert Comment.objects.filter(ticket=other, body=TEXT).exists()
    assert Draft.objects.get(ticket=one).body == f"已開始寫的\n\n{TEXT}"


def test_what_had_been_begun_on_a_case_stays_a_draft_there(cases: dict[str, Any], people: dict[str, Person]) -> None:
    one = cases["incident"]
    Draft.objects.create(ticket=one, person=people["agent"], kind="internal", body="另一件事", saved_at=MONDAY)

    sent(signed_in(people["agent"]), [one, cases["problem"]], "note", **HTMX)

    assert Comment.objects.filter(ticket=one, body=TEXT).exists()
    assert Draft.objects.get(ticket=one).body == "另一件事"


@pytest.mark.parametrize("body", ["", "   "])
def test_nothing_written_is_told_and_keeps_the_choice(
    body: str, cases: dict[str, Any], people: dict[str, Person]
) -> None:
    two = [cases["incident"], cases["problem"]]
    answer = sent(signed_in(people["agent"]), two, "note", body=body, **HTMX)

    assert answer.status_code == 422
    assert "Write something first." in said(answer)
    assert all(f'name="pick" value="{picked(case)}"' in answer.content.decode() for case in two)
    assert not Comment.objects.filter(author=people["agent"]).exists()


def test_nothing_done_keeps_the_text_in_its_field(cases: dict[str, Any], people: dict[str, Person]) -> None:
    answer = sent(signed_in(people["auditor"]), list(cases.values()), "note", **HTMX)

    assert answer.status_code == 422
    assert answer.content.decode().count("Your role may not do this on this record.") == len(KINDS)
    assert f">{TEXT}</textarea>" in answer.content.decode()


def test_one_chosen_case_opens_its_pane_as_before(cases: dict[str, Any], people: dict[str, Person]) -> None:
    answer = asked(signed_in(people["agent"]), [cases["incident"]], "note", **HTMX)

    assert 'id="say-note-body"' in answer.content.decode()
    assert "HX-Retarget" not in answer.headers


# ---- one step for many: what will be refused is said before ---------------------------------
def test_a_step_for_many_says_before_it_is_done_which_cases_refuse_and_why(
    cases: dict[str, Any], people: dict[str, Person]
) -> None:
    open_one, other_kind, gone = cases["complaint"], cases["incident"], "CMP-209901-00001"
    given = {"pick": [picked(open_one), picked(other_kind), f"{gone}:1"], "reason": "重複"}
    client = signed_in(people["agent"])

    page = client.get("/desk/q/act/step/withdraw/", given, headers=HTMX).content.decode()
    answer = said(client.post("/desk/q/act/step/withdraw/", given, headers=HTMX))

    assert "1 of 3 chosen cases can take this step now." in page
    foreseen = dict(re.findall(r'<li><span class="ref">([^<]+)</span> ([^<]+)</li>', page))
    assert set(foreseen) == {other_kind.number, gone}
    assert all(f"{number}: {sentence}" in answer for number, sentence in foreseen.items())


def test_a_case_that_moved_on_since_it_was_chosen_is_said_before_the_step(
    cases: dict[str, Any], people: dict[str, Person]
) -> None:
    case = cases["complaint"]
    Ticket.objects.filter(pk=case.pk).update(version=case.version + 1)
    client = signed_in(people["agent"])

    page = client.get("/desk/q/act/step/withdraw/", {"pick": picked(case)}, headers=HTMX).content.decode()

    assert "0 of 1 chosen cases can take this step now." in page
    assert "changed by someone else" in page
