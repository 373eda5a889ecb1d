"""The time worked on a case, as it is read and entered in a browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.people.models import Person
from itsm.tickets import time_worked
from itsm.tickets.models import RoleRate, WorkEntry
from tests.fixtures import make_person
from tests.record.conftest import HTMX

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


@pytest.fixture
def rated(worked: Any, agent: Person) -> Any:
    """A case with ninety minutes, of which thirty have no rate."""
    time_worked.enter(worked, minutes=30, by=agent, note="查日誌CANARY")
    RoleRate.objects.create(role="agent", since=timezone.localdate(), rate=700)
    time_worked.enter(worked, minutes=60, by=agent)
    return worked


def test_the_card_is_folded_and_fetches_its_piece_only_when_it_is_opened(desk_browser: Client, rated: Any) -> None:
    page = desk_browser.get(f"/incidents/{rated.number}/").content.decode()
    piece = desk_browser.get(f"/t/{rated.number}/time", headers=HTMX).content.decode()

    assert f'hx-get="/t/{rated.number}/time" hx-trigger="toggle once from:closest details"' in page
    assert f'<a href="/t/{rated.number}/time">' in page  # without a script
    assert "NT$700" not in page
    assert "1 h 30 min" in piece
    assert "NT$700" in piece
    assert "30 min without a rate" in piece
    assert "查日誌CANARY" in piece
    assert "<html" not in piece


def test_time_is_entered_without_a_script(desk_browser: Client, worked: Any, agent: Person) -> None:
    today = timezone.localdate().isoformat()
    form = desk_browser.get(f"/t/{worked.number}/time").context["form"]
    assert form["worked_on"].value() == today
    assert "role" not in form.fields  # the agent has one

    answer = desk_browser.post(
        f"/t/{worked.number}/time", {"minutes": "25", "worked_on": today, "note": "電話排除", "next": "/elsewhere"}
    )

    assert answer.status_code == 303
    entry = WorkEntry.objects.get()
    assert (entry.minutes, entry.person, entry.note, entry.role) == (25, agent, "電話排除", "agent")


def test_bad_input_is_told_and_nothing_typed_is_lost(desk_browser: Client, worked: Any) -> None:
    answer = desk_browser.post(
        f"/t/{worked.number}/time", {"minutes": "2000", "worked_on": "2199-01-01", "note": "打好的字"}
    )

    assert answer.status_code == 422
    said = answer.content.decode()
    assert "Write the minutes, from 1 to 1440." in said
    assert "打好的字" in said
    assert 'value="2000"' in said
    assert not WorkEntry.objects.exists()


def test_a_day_that_is_full_is_told_and_nothing_typed_is_lost(desk_browser: Client, rated: Any) -> None:
    today = timezone.localdate().isoformat()

    answer = desk_browser.post(f"/t/{rated.number}/time", {"minutes": "1400", "worked_on": today, "note": "打好的字"})

    said = answer.content.decode()
    assert (answer.status_code, "together no more than 24 hours" in said, "打好的字" in said) == (422, True, True)
    assert 'value="1400"' in said


def test_who_has_several_roles_chooses_and_the_likeliest_is_proposed(signed_in: SignedIn, worked: Any) -> None:
    both = make_person("both", "agent", "incident_manager")
    browser = signed_in(both)

    form = browser.get(f"/t/{worked.number}/time").context["form"]
    browser.post(
        f"/t/{worked.number}/time",
        {"minutes": "5", "worked_on": timezone.localdate().isoformat(), "role": "incident_manager"},
    )

    assert form["role"].value() == "agent"
    assert WorkEntry.objects.get().role == "incident_manager"


def test_time_is_taken_back_with_a_reason(desk_browser: Client, rated: Any) -> None:
    entry = WorkEntry.objects.order_by("pk").first()
    assert entry is not None
    address = f"/t/{rated.number}/time/{entry.pk}/take-back"

    assert desk_browser.post(address, {"reason": ""}).status_code == 422
    assert desk_browser.post(address, {"reason": "重複"}).status_code == 303

    page = desk_browser.get(f"/t/{rated.number}/time").content.decode()
    assert "重複" in page
    assert "<b>1 h 0 min</b>" in page


def test_the_history_says_it_to_who_reads_notes(desk_browser: Client, rated: Any) -> None:
    told = desk_browser.get(f"/t/{rated.number}/history/").content.decode()

    assert "worked 1 h 0 min on it" in told


def test_nobody_who_asked_ever_sees_time_or_cost(
    signed_in: SignedIn, rated: Any, requester: Person, other_requester: Person
) -> None:
    browser = signed_in(requester)

    for address in (f"/t/{rated.number}/time", f"/portal/cases/{rated.number}/", f"/incidents/{rated.number}/"):
        for headers in ({}, HTMX):
            said = browser.get(address, headers=headers, follow=True).content.decode()
            assert not any(word in said for word in ("NT$", "CANARY", "1 h 30 min", "Time worked"))
    assert browser.get(f"/t/{rated.number}/time").status_code == 403
    assert browser.post(f"/t/{rated.number}/time", {"minutes": "5"}).status_code == 403
    assert signed_in(other_requester).get(f"/t/{rated.number}/time").status_code == 403


def test_who_works_but_reads_no_notes_sees_none_either(signed_in: SignedIn, rated: Any) -> None:
    browser = signed_in(make_person("levels", "slm"))

    assert browser.get(f"/t/{rated.number}/time").status_code == 403
    assert 'id="time"' not in browser.get(f"/incidents/{rated.number}/").content.decode()


def test_an_agent_who_asked_for_a_case_sees_no_cost_of_it_when_it_is_kept_from_them(
    signed_in: SignedIn, rated: Any, agent: Person
) -> None:
    type(rated).objects.filter(pk=rated.pk).update(confidential=True, assignee=None, kept_from=agent)

    assert signed_in(agent).get(f"/t/{rated.number}/time").status_code == 404


def test_neither_page_nor_piece_asks_more_where_much_was_entered(
    desk_browser: Client, rated: Any, agent: Person
) -> None:
    def statements(address: str, **headers: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            desk_browser.get(address, headers=headers)
        return len(asked)

    page, piece = f"/incidents/{rated.number}/", f"/t/{rated.number}/time"
    for address in (page, piece):
        statements(address)  # what a process remembers is remembered
    before = [statements(page), statements(piece, **HTMX), statements(piece)]
    for number in range(12):
        time_worked.enter(rated, minutes=5, by=make_person(f"colleague{number}", "agent"))

    assert [statements(page), statements(piece, **HTMX), statements(piece)] == before
