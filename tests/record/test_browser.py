"""The page of a case in a real browser: by keys and dialogs, and once without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from incidents.models import Incident
from itsm.people.models import Person
from itsm.tickets.models import Comment, Draft
from tests.browser_fixtures import Open
from tests.browser_fixtures import chromium as chromium
from tests.browser_fixtures import visit as visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Enter = Callable[..., Page]


@pytest.fixture
def enter(visit: Open, agent: Person, client: Client) -> Enter:
    """Open a page as the agent, in English."""

    def go(path: str, **more: Any) -> Page:
        Person.objects.filter(pk=agent.pk).update(language="en")
        client.force_login(agent)
        return visit(path, session=client.cookies["sessionid"].value, **more)

    return go


def test_a_case_is_resolved_by_keys_and_a_dialog_that_keeps_what_was_typed(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/")
    page.locator("body").press("Enter")
    dialog = page.locator("dialog[open]")
    note = dialog.get_by_label("Resolution, as the requester will read it")
    note.fill("restarted the service")
    dialog.get_by_role("button", name="Resolved").click()
    expect(dialog.get_by_role("alert")).to_contain_text("How it was solved")
    expect(note).to_have_value("restarted the service")

    dialog.get_by_label("How it was solved").select_option("fixed")
    dialog.get_by_role("button", name="Resolved").click()

    expect(page.locator(".record-chips")).to_contain_text("Resolved, awaiting confirmation")
    assert Incident.objects.get(pk=worked.pk).resolution_note == "restarted the service"


def test_a_dialog_opens_at_its_first_field_and_is_sent_by_keys(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/")
    page.locator("body").press("Enter")
    solved = page.locator("dialog[open]").get_by_label("How it was solved")
    expect(solved).to_be_focused()

    solved.press("Control+Enter")

    expect(page.locator("dialog[open]").get_by_role("alert")).to_be_focused()


def test_enter_follows_the_link_in_focus_and_a_refused_dialog_gives_focus_back(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/")
    page.locator(".record-acts summary").press("Enter")
    assign = page.locator("details.menu[open]").get_by_role("link", name="Assign")
    expect(assign).to_be_visible()
    page.keyboard.press("Escape")

    primary = page.locator(".record-acts a.button").first
    primary.press("Enter")
    page.locator("dialog[open]").get_by_label("How it was solved").press("Control+Enter")
    expect(page.locator("dialog[open]").get_by_role("alert")).to_be_focused()
    page.keyboard.press("Escape")

    expect(primary).to_be_focused()


def test_the_menu_of_a_case_opens_and_is_walked_by_keys(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/")
    expect(page.locator("#side-items + *")).to_be_attached()  # what loads by itself takes no focus
    expect(page.locator("body")).to_be_focused()

    page.locator("body").press("s")
    items = page.locator("details.menu[open] .menu-item")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")

    expect(items.nth(1)).to_be_focused()


def test_what_is_typed_is_kept_as_a_draft_and_sent_by_keys(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/")
    page.locator("body").press("r")
    reply = page.locator("#composer-reply-body")
    expect(reply).to_be_focused()
    reply.press_sequentially("We look into it")
    expect(page.locator("#composer-reply [data-draft-state]")).to_have_text("Draft saved")
    assert Draft.objects.get().body == "We look into it"

    page.reload()
    expect(reply).to_have_value("We look into it")
    reply.press("Control+Enter")

    expect(page.locator(".toast")).to_contain_text("Reply sent to 王小明.")
    assert Comment.objects.get().body == "We look into it"
    assert not Draft.objects.exists()


def test_everything_works_without_javascript(enter: Enter, worked: Any) -> None:
    page = enter(f"/incidents/{worked.number}/", scripts=False)

    page.locator("#composer-note-body").fill("called the supplier")
    page.get_by_role("button", name="Save internal note").click()
    page.locator("#tasks").get_by_role("link", name="Add").click()
    page.get_by_label("What is to be done").fill("Change the battery")
    page.get_by_role("button", name="Add").click()
    page.get_by_role("button", name="Done: Change the battery").click()
    page.locator(".record-acts").get_by_role("link", name="Resolved").click()
    page.get_by_label("How it was solved").select_option("fixed")
    page.get_by_label("Resolution, as the requester will read it").fill("battery changed")
    page.get_by_role("button", name="Resolved").click()

    expect(page.locator(".record-chips")).to_contain_text("Resolved, awaiting confirmation")
    expect(page.locator("#talk")).to_contain_text("called the supplier")
