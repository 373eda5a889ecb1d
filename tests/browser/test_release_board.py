"""A release is carried over the board: it may go where its buttons lead, and what is closed says why and goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from itsm.people.models import Person
from releases.models import Release
from tests.browser.conftest import Enter, Sight
from tests.browser_fixtures import faults_found
from tests.releases.conftest import HOUR, Walk
from tests.releases.conftest import affected as affected
from tests.releases.conftest import change as change
from tests.releases.conftest import installer as installer
from tests.releases.conftest import release as release
from tests.releases.conftest import release_manager as release_manager
from tests.releases.conftest import walk as walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ["zh-hant", "en"]
BOARD = "/releases/"


@pytest.fixture
def now() -> datetime:
    """The present, in whole seconds."""
    return timezone.now().replace(microsecond=0)


def card(page: Page, record: Any) -> Locator:
    """Find a release on the board."""
    return page.locator(f'[data-number="{record.number}"]')


def column(page: Page, state: str) -> Locator:
    """Find the column in which a state stands."""
    return page.locator(f'[data-states~="{state}"]')


def carry(page: Page, what: Locator, where: Locator, *, hold: Callable[[], None] | None = None) -> None:
    """Drag with the mouse to the middle of something; ``hold`` is done before it is let go."""
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 6)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 20, box["y"] + box["height"] - 6, steps=3)
    expect(page.locator("[data-place]").first).to_be_visible()
    there = where.bounding_box()
    assert there
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=8)
    if hold:
        hold()
    page.mouse.up()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_drop_opens_the_dialog_of_the_button_and_the_focus_stays(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime, language: str
) -> None:
    record = walk("requested", at=now)
    page = enter(release_manager, BOARD, Sight(language))

    carry(
        page,
        card(page, record),
        column(page, "building"),
        hold=lambda: expect(column(page, "building").locator('[data-place="open"][data-over]')).to_be_visible(),
    )
    expect(page.locator("dialog[open]")).to_be_visible()
    before = Release.objects.get(pk=record.pk).state
    page.locator('dialog[open] [name="test_environment"]').fill("TEST-1")
    page.locator("dialog[open] .button.primary").click()
    expect(column(page, "building").locator(f'[data-number="{record.number}"]')).to_be_visible()

    expect(card(page, record).locator("h3 a")).to_be_focused()
    expect(page.locator(".toast")).to_contain_text(record.number)
    assert (before, Release.objects.get(pk=record.pk).state) == ("requested", "building")


@pytest.mark.parametrize(("language", "said"), [("zh-hant", "變更時段"), ("en", "Outside the approved window.")])
def test_a_closed_column_says_the_sentence_of_the_guard_and_the_card_goes_back(
    enter: Enter, walk: Walk, installer: Person, now: datetime, language: str, said: str
) -> None:
    record = walk("approved", at=now + 30 * HOUR)
    page = enter(installer, BOARD, Sight(language))
    seen = card(page, record).bounding_box()

    carry(page, card(page, record), column(page, "deploying").locator('[data-place="closed"]'))

    expect(page.locator('.toast[data-tone="danger"][role="alert"]')).to_contain_text(said)
    expect(page.locator("[data-place], [data-dragging], dialog[open]")).to_have_count(0)
    assert card(page, record).bounding_box() == seen
    assert Release.objects.get(pk=record.pk).state == "approved"


@pytest.mark.parametrize(
    ("language", "said"), [("zh-hant", "移至「部署中」"), ("en", "to “Deploying” now, or not by you.")]
)
def test_a_column_to_which_no_step_leads_says_so(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime, language: str, said: str
) -> None:
    record = walk("implementation_review", at=now)
    page = enter(release_manager, BOARD, Sight(language))

    carry(page, card(page, record), column(page, "deploying"))

    expect(page.locator('.toast[data-tone="danger"]')).to_contain_text(record.number)
    expect(page.locator('.toast[data-tone="danger"]')).to_contain_text(said)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_steps_that_lead_to_one_column_are_places_of_their_own(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime
) -> None:
    record = walk("implementation_review", at=now)
    page = enter(release_manager, BOARD)
    ends = column(page, "closed")

    carry(page, card(page, record), ends.locator("[data-place]", has_text="Refuse"))
    expect(page.locator("dialog[open] h2").first).to_contain_text("Refuse")
    page.keyboard.press("Escape")

    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(card(page, record).locator("h3 a")).to_be_focused()
    assert Release.objects.get(pk=record.pk).state == "implementation_review"


def test_escape_lets_go_and_a_click_still_opens_it(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime
) -> None:
    record = walk("requested", at=now)
    page = enter(release_manager, BOARD)

    carry(page, card(page, record), column(page, "building"), hold=lambda: page.keyboard.press("Escape"))
    expect(page.locator("[data-dragging], [data-place], dialog[open]")).to_have_count(0)
    card(page, record).locator("h3 a").click()
    page.wait_for_url(f"**/releases/{record.number}/")

    assert Release.objects.get(pk=record.pk).state == "requested"


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "none"])
def test_the_button_lists_the_same_steps_by_keys_alone(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime, scripts: bool
) -> None:
    record = walk("requested", at=now)
    page = enter(release_manager, BOARD, scripts=scripts)

    card(page, record).locator("[data-steps]").press("Enter")
    page.locator('[data-to="building"]').press("Enter")
    page.locator('[name="test_environment"]').fill("TEST-1")
    page.locator('[name="test_environment"]').press("Enter")
    expect(column(page, "building").locator(f'[data-number="{record.number}"]')).to_be_visible()

    assert Release.objects.get(pk=record.pk).state == "building"


def test_who_may_move_nothing_carries_nothing(enter: Enter, walk: Walk, agent: Person, now: datetime) -> None:
    record = walk("requested", at=now)
    page = enter(agent, BOARD)

    expect(page.locator(f'[data-record="{record.number}"]')).to_be_visible()
    expect(page.locator("[data-carry], [data-steps]")).to_have_count(0)


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)], ids=str)
def test_axe_finds_nothing_on_the_board(
    enter: Enter, walk: Walk, release_manager: Person, now: datetime, sight: Sight
) -> None:
    walk("implementation_review", at=now)
    page = enter(release_manager, BOARD, sight, csp=False)

    assert not faults_found(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
