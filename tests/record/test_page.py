"""The page of a case: who sees what of it, and what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.people.models import Person
from itsm.records.models import Event
from itsm.tickets import comments
from itsm.tickets.models import Comment, Task
from tests.fixtures import make_person
from tests.record.conftest import HTMX

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
MOST_STATEMENTS = 10


def html(client: Client, url: str, **extra: Any) -> str:
    """Fetch a page that must be there."""
    answer = client.get(url, **extra)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_page_shows_the_case_its_steps_clocks_and_what_may_be_done(desk_browser: Client, worked: Any) -> None:
    page = html(desk_browser, f"/incidents/{worked.number}/")

    assert "公文系統無法登入" in page
    assert "<strong>502</strong>" in page
    assert 'aria-current="step"' in page
    assert f"/t/{worked.number}/do/resolve" in page
    assert "Reply to 王小明" in page
    assert "Save internal note" in page


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize(
    "place", ["incidents/{}/", "incidents/{}/flow/", "t/{}/clocks/", "t/{}/history/", "major/{}/", "major/{}/report/"]
)
def test_every_page_of_a_case_is_drawn_in_both_languages(
    signed_in: SignedIn, agent: Person, resolved: Any, place: str, language: str
) -> None:
    assert resolved.number in html(signed_in(agent, language), "/" + place.format(resolved.number))


def test_requesters_are_led_to_their_own_page(signed_in: SignedIn, requester: Person, worked: Any) -> None:
    answer = signed_in(requester).get(f"/incidents/{worked.number}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/portal/cases/{worked.number}/")


def test_a_case_one_may_not_know_of_is_not_there(
    signed_in: SignedIn, other_requester: Person, engineer: Person, worked: Any
) -> None:
    for person in (other_requester, engineer):
        for place in (
            "incidents/{}/",
            "incidents/{}/flow/",
            "t/{}/clocks/",
            "t/{}/history/",
            "t/{}",
            "t/{}/do/resolve",
        ):
            assert signed_in(person).get("/" + place.format(worked.number)).status_code == 404


def test_an_address_of_the_wrong_section_or_number_is_not_there(desk_browser: Client, worked: Any) -> None:
    for place in (f"/requests/{worked.number}/", "/incidents/INC-202611-99999/", "/incidents/XXX/", "/nonsense/INC-1/"):
        assert desk_browser.get(place).status_code == 404


def test_those_who_read_no_notes_see_neither_notes_nor_reasons(signed_in: SignedIn, agent: Person, worked: Any) -> None:
    overseer = make_person("slm", "slm")
    comments.note(worked, body="祕密備註 canary-note", by=agent)
    Event.objects.create(
        record=worked,
        kind="edited",
        name="edit",
        at=timezone.now(),
        facts={"after": {"title": "canary-fact"}},
        reason="canary-reason",
    )

    for place in (
        "incidents/{}/",
        "incidents/{}/?all=1",
        "incidents/{}/?show=notes",
        "t/{}/history/",
        "major/{}/",
        "major/{}/live",
    ):
        assert "canary" not in html(signed_in(overseer), "/" + place.format(worked.number)), place
    assert signed_in(overseer).get(f"/t/{worked.number}/history/?format=json").status_code == 403
    assert "canary-note" in html(signed_in(agent), f"/incidents/{worked.number}/")


def test_earlier_messages_are_folded_and_open_on_request(desk_browser: Client, worked: Any, agent: Person) -> None:
    for number in range(9):
        comments.reply(worked, body=f"message-{number}!", by=agent)
    url = f"/incidents/{worked.number}/"

    folded, opened = html(desk_browser, url), html(desk_browser, f"{url}?all=1")

    assert "4 earlier messages" in folded
    assert "message-3!" not in folded
    assert "message-4!" in folded
    assert all(f"message-{number}!" in opened for number in range(9))


def test_filters_show_one_kind_only(desk_browser: Client, worked: Any, agent: Person) -> None:
    comments.reply(worked, body="for-everyone!", by=agent)
    comments.note(worked, body="for-us-only!", by=agent)
    url = f"/incidents/{worked.number}/"

    public, notes, events = (html(desk_browser, f"{url}?show={show}") for show in ("public", "notes", "events"))

    assert "for-everyone!" in public
    assert "for-us-only!" not in public
    assert "for-us-only!" in notes
    assert "for-everyone!" not in notes
    assert "for-everyone!" not in events
    assert "Desk handles it" in events


def test_the_page_costs_the_same_statements_however_long_the_case_is(
    desk_browser: Client, worked: Any, agent: Person
) -> None:
    url = f"/incidents/{worked.number}/"
    Task.objects.create(ticket_id=worked.pk, title_zh="工作")
    comments.reply(worked, body="text", by=agent)
    html(desk_browser, url)
    with CaptureQueriesContext(
        connection,
    ) as short:
        html(desk_browser, url)
    at = timezone.now()
    Comment.objects.bulk_create(
        Comment(ticket_id=worked.pk, kind="public", author=agent, body=f"text {n}", at=at) for n in range(120)
    )
    Task.objects.bulk_create(Task(ticket_id=worked.pk, title_zh=f"工作{n}", assignee=agent) for n in range(15))
    Event.objects.bulk_create(
        Event(record_id=worked.pk, kind="edited", name="edit", actor=agent, at=at) for n in range(120)
    )

    with CaptureQueriesContext(connection) as long:
        html(desk_browser, url)

    assert len(long) == len(short)
    assert len(long) <= MOST_STATEMENTS, "\n".join(query["sql"][:160] for query in long)


def test_the_short_address_leads_to_the_page(desk_browser: Client, worked: Any) -> None:
    answer = desk_browser.get(f"/t/{worked.number}")

    assert (answer.status_code, answer["Location"]) == (303, f"/incidents/{worked.number}/")


def test_the_flow_tab_marks_the_path_walked_and_says_why_boxes_are_closed(desk_browser: Client, worked: Any) -> None:
    Task.objects.create(ticket_id=worked.pk, title_zh="換電池", title_en="Change the battery")

    page = html(desk_browser, f"/incidents/{worked.number}/flow/")

    assert 'class="flow-now" data-box="I5"' in page
    assert 'class="flow-walked" data-box="I3"' in page
    assert "Child tasks are still open." in page
    assert "Flow as a table" in page
    assert html(desk_browser, f"/incidents/{worked.number}/flow/", headers=HTMX).startswith('<div class="flow-box"')


def test_the_history_is_paged_filtered_and_given_as_json_to_auditors(signed_in: SignedIn, worked: Any) -> None:
    auditor = make_person("auditor", "auditor")
    Event.objects.bulk_create(
        Event(record_id=worked.pk, kind="edited", name="edit", at=timezone.now(), facts={"n": n}) for n in range(130)
    )
    browser = signed_in(auditor)

    first = html(browser, f"/t/{worked.number}/history/")
    moves = html(browser, f"/t/{worked.number}/history/?kind=move")
    whole = browser.get(f"/t/{worked.number}/history/?format=json").json()

    assert "Older" in first
    assert "It is an incident: classify and grade" in moves
    assert "edited the case" not in moves
    assert len(whole["events"]) == 133
    assert whole["events"][1]["name"] == "classify"
