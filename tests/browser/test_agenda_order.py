"""The order of an agenda by mouse, by its arrows and without scripts; the focus stays at the item, and it is said where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from catalogue.models import Service
from changes import agendas, meetings
from itsm.people.models import Person
from tests.browser.boarding import founded, waits
from tests.browser.conftest import Enter, Sight
from tests.browser_fixtures import faults_found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ["zh-hant", "en"]


@pytest.fixture
def meeting(chair: Person, engineer: Person, change_manager: Person, service: Service) -> Any:
    """A meeting in five minutes with three changes on its agenda."""
    at = timezone.now().replace(microsecond=0)
    made = meetings.make(
        founded([chair]), start=at + timedelta(minutes=5), end=at + timedelta(hours=1), by=change_manager, at=at, kind="emergency"
    )  # fmt: skip
    for _number in range(3):
        waits(engineer, change_manager, service, at=at)
    agendas.fill(made, at=at)
    assert made.items.count() == 3
    return made


def order(meeting: Any) -> list[int]:
    """Read the keys of the items in their order."""
    return list(meeting.items.order_by("position", "pk").values_list("pk", flat=True))


def path(meeting: Any) -> str:
    """Give the address of the page of who leads it."""
    return f"/cab/{meeting.number}/?mode=presenter"


def row(page: Page, key: int) -> Locator:
    """Find an item on the page."""
    return page.locator(f'[data-item="{key}"]')


def shows(page: Page, keys: list[int]) -> None:
    """Wait until the page shows the items in that order."""
    for number, key in enumerate(keys, start=1):
        expect(page.locator(f".cab-items > :nth-child({number})")).to_have_attribute("data-item", str(key))


def carry(page: Page, what: Locator, where: Locator, *, hold: Callable[[], None] | None = None) -> None:
    """Drag with the mouse to the upper edge of another item."""
    box, there = what.bounding_box(), where.bounding_box()
    assert box
    assert there
    x, y = box["x"] + 30, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, there["y"] + 4, steps=8)
    expect(page.locator("[data-gap]")).to_have_count(1)
    if hold:
        hold()
    page.mouse.up()


@pytest.mark.parametrize(("language", "said"), [("zh-hant", "現為第 1 案，共 3 案"), ("en", "is item 1 of 3 now.")])
def test_an_item_is_dragged_and_keeps_the_focus(
    enter: Enter, meeting: Any, chair: Person, language: str, said: str
) -> None:
    page = enter(chair, path(meeting), Sight(language))
    first, second, third = order(meeting)

    carry(page, row(page, third), row(page, first))
    shows(page, [third, first, second])

    expect(page.locator("#live")).to_contain_text(said)
    expect(page.locator(f"#cab-item-{third}")).to_be_focused()
    assert order(meeting) == [third, first, second]


@pytest.mark.parametrize(("language", "said"), [("zh-hant", "現為第 3 案，共 3 案"), ("en", "is item 3 of 3 now.")])
def test_the_arrows_move_by_keys_and_stay_in_the_hand(
    enter: Enter, meeting: Any, chair: Person, language: str, said: str
) -> None:
    page = enter(chair, path(meeting), Sight(language))
    first, second, third = order(meeting)
    down = page.locator(f"#cab-down-{first}")

    down.press("Enter")
    shows(page, [second, first, third])
    expect(down).to_be_focused()
    down.press("Enter")
    shows(page, [second, third, first])
    expect(down).to_be_focused()
    expect(page.locator("#live")).to_contain_text(said)
    down.press("Enter")  # it stands at the end

    expect(page.locator('.toast[data-tone="danger"]')).to_be_visible()
    assert order(meeting) == [second, third, first]


def test_escape_and_a_drop_beside_the_list_leave_it(enter: Enter, meeting: Any, chair: Person) -> None:
    page = enter(chair, path(meeting))
    first, second, third = order(meeting)

    carry(page, row(page, third), row(page, first), hold=lambda: page.keyboard.press("Escape"))
    expect(page.locator("[data-dragging], [data-gap]")).to_have_count(0)
    carry(page, row(page, third), row(page, first), hold=lambda: page.mouse.move(900, 500))
    expect(page.locator("[data-dragging], [data-gap]")).to_have_count(0)
    row(page, second).locator("a").click()
    page.wait_for_url(f"**/?item={second}&mode=presenter")

    assert order(meeting) == [first, second, third]


def test_what_refreshes_itself_waits_while_an_item_is_held(enter: Enter, meeting: Any, chair: Person) -> None:
    page = enter(chair, path(meeting))
    first, second, third = order(meeting)

    def refreshed() -> None:
        with page.expect_response(lambda answer: "/live/" in answer.url) as answer:
            pass
        answer.value.finished()

    carry(page, row(page, third), row(page, first), hold=refreshed)
    shows(page, [third, first, second])

    assert order(meeting) == [third, first, second]


def test_without_scripts_the_arrows_are_buttons(enter: Enter, meeting: Any, chair: Person) -> None:
    page = enter(chair, path(meeting), scripts=False)
    first, second, third = order(meeting)

    page.locator(f"#cab-up-{second}").click()
    page.wait_for_url(f"**#cab-item-{second}")

    shows(page, [second, first, third])
    expect(page.locator(".toast")).to_contain_text("is item 1 of 3 now.")
    assert order(meeting) == [second, first, third]


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)], ids=str)
def test_axe_finds_nothing_on_the_agenda(enter: Enter, meeting: Any, chair: Person, sight: Sight) -> None:
    page = enter(chair, path(meeting), sight, csp=False)

    assert not faults_found(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
