"""Moving a change in the calendar with the mouse and by keys: what stands against it is shown, a freeze sends it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from catalogue.models import Service
from changes.calendar_models import FreezeWindow
from changes.models import Change
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from tests.browser.conftest import Enter, Sight
from tests.changes.test_journeys import RFC

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LANGUAGES = ["zh-hant", "en"]


@pytest.fixture
def tuesday() -> datetime:
    """Tuesday of a week that lies ahead and within one month, 14:00 at the site."""
    local = timezone.localtime(timezone=ZoneInfo(settings.TIME_ZONE)) + 7 * DAY
    first = next(
        local + n * DAY for n in range(40) if 7 <= (local + n * DAY).day <= 20 and (local + n * DAY).weekday() == 1
    )
    return first.replace(hour=14, minute=0, second=0, microsecond=0)


@pytest.fixture
def wanted(engineer: Person, service: Service, tuesday: datetime) -> Any:
    """A change that nobody has judged yet, from 14:00 to 16:00 on that Tuesday."""
    made = open_record(
        Change, by=engineer, at=timezone.now(), channel="portal", title="調整連線池", description="x", requester=engineer,
        service=service, received_at=timezone.now(),
    )  # fmt: skip
    window = {"window_start": tuesday, "window_end": tuesday + 2 * HOUR}
    return perform(made, "submit", by=engineer, at=timezone.now(), **(RFC | window))


def week(day: datetime, view: str = "week") -> str:
    """Give the address of the calendar at that day."""
    return f"/changes/calendar/?view={view}&from={day:%Y-%m-%d}"


def entry(page: Page, change: Any) -> Locator:
    """Find a change in the grid."""
    return page.locator(f'[data-move="/changes/{change.number}/move/"]').first


def drag(page: Page, what: Locator, day: datetime, *, aside: float = 0, hold: Callable[[], None] | None = None) -> None:
    """Drag it with the mouse to that day: to the same place in its cell, and by ``aside`` of the cell's width further."""
    box = what.bounding_box()
    row = what.locator("xpath=ancestor::tr")
    here = what.locator("xpath=ancestor::td").bounding_box()
    cell = row.locator(f'[data-day="{day:%Y-%m-%d}"]')
    there = (cell if cell.count() else page.locator(f'[data-day="{day:%Y-%m-%d}"]').first).bounding_box()
    assert box
    assert here
    assert there
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    to = there["x"] + (x - here["x"]) + aside * there["width"]
    page.mouse.move(x + (to - x) / 2, y, steps=4)
    page.mouse.move(to, there["y"] + there["height"] / 2, steps=8)
    if hold:
        hold()
    page.mouse.up()


def starts(change: Any) -> datetime:
    """Read when it begins now."""
    found: Any = Change.objects.get(pk=change.pk).window_start
    return datetime.fromisoformat(found.isoformat())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_dragged_to_another_day_and_another_hour(
    enter: Enter, engineer: Person, wanted: Any, tuesday: datetime, language: str
) -> None:
    page = enter(engineer, week(tuesday), Sight(language))

    drag(
        page,
        entry(page, wanted),
        tuesday + DAY,
        hold=lambda: expect(page.locator("#cal-slots .cal-slots")).to_be_visible(),
    )
    expect(page.locator(".toast")).to_contain_text(wanted.number)
    after_days = starts(wanted)
    drag(page, entry(page, wanted), tuesday + DAY, aside=0.25)
    expect(entry(page, wanted)).to_contain_text("20:00")
    expect(entry(page, wanted).locator("a")).to_be_focused()

    assert after_days == tuesday + DAY
    assert starts(wanted) == tuesday + DAY + 6 * HOUR


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["week", "month"])
def test_a_drop_into_a_freeze_goes_back_with_the_sentence(
    enter: Enter, engineer: Person, wanted: Any, tuesday: datetime, language: str, view: str
) -> None:
    FreezeWindow.objects.create(
        name_zh="選課凍結",
        name_en="Course selection",
        starts_at=tuesday + DAY - 4 * HOUR,
        ends_at=tuesday + DAY + 8 * HOUR,
    )
    page = enter(engineer, week(tuesday, view), Sight(language))
    seen = entry(page, wanted).bounding_box()
    name = "選課凍結" if language == "zh-hant" else "Course selection"

    drag(
        page, entry(page, wanted), tuesday + DAY, hold=lambda: expect(page.locator("#cal-slots")).to_contain_text(name)
    )

    expect(page.locator('.toast[data-tone="danger"]')).to_contain_text(name)
    assert entry(page, wanted).bounding_box() == seen
    assert starts(wanted) == tuesday
    drag(page, entry(page, wanted), tuesday + 2 * DAY)
    expect(page.locator('.toast:not([data-tone="danger"])')).to_contain_text(wanted.number)
    assert starts(wanted) == tuesday + 2 * DAY


def test_escape_lets_go_and_a_click_still_opens_it(
    enter: Enter, engineer: Person, wanted: Any, tuesday: datetime
) -> None:
    page = enter(engineer, week(tuesday))

    drag(page, entry(page, wanted), tuesday + DAY, hold=lambda: page.keyboard.press("Escape"))
    expect(page.locator("[data-dragging]")).to_have_count(0)
    kept = starts(wanted)
    entry(page, wanted).locator("a").click()
    page.wait_for_url(f"**/changes/{wanted.number}/")

    assert kept == tuesday


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_walk_the_days_and_m_moves(
    enter: Enter, engineer: Person, wanted: Any, tuesday: datetime, language: str
) -> None:
    page = enter(engineer, week(tuesday), Sight(language))
    entry(page, wanted).locator("a").focus()

    page.keyboard.press("ArrowRight")
    beside = page.evaluate("document.activeElement.dataset.day")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("m")
    expect(page.locator("dialog[open] #id_window_start")).to_be_focused()
    page.locator("#id_window_start").fill(f"{tuesday + 3 * DAY:%Y-%m-%dT%H:%M}")
    page.locator("#id_window_end").fill(f"{tuesday + 3 * DAY + HOUR:%Y-%m-%dT%H:%M}")
    page.locator("dialog .button.primary").press("Enter")
    expect(page.locator(".toast")).to_contain_text(wanted.number)
    expect(entry(page, wanted).locator("a")).to_be_focused()

    assert beside == f"{tuesday + DAY:%Y-%m-%d}"
    assert starts(wanted) == tuesday + 3 * DAY


def test_without_scripts_the_form_moves_it(enter: Enter, engineer: Person, wanted: Any, tuesday: datetime) -> None:
    page = enter(engineer, week(tuesday), scripts=False)

    page.locator(f'td a[href="/changes/{wanted.number}/move/"]').click()
    page.locator("#id_window_start").fill(f"{tuesday + DAY:%Y-%m-%dT%H:%M}")
    page.locator("#id_window_end").fill(f"{tuesday + DAY + HOUR:%Y-%m-%dT%H:%M}")
    page.locator("main .button.primary").click()
    page.wait_for_url("**/changes/calendar/**")

    assert starts(wanted) == tuesday + DAY


def test_a_line_stands_at_the_present(enter: Enter, engineer: Person, wanted: Any) -> None:
    page = enter(engineer, "/changes/calendar/")

    place = page.locator("[data-today] .cal-now").first.evaluate(
        "line => (line.getBoundingClientRect().left - line.parentElement.getBoundingClientRect().left) / line.parentElement.clientWidth"
    )

    hours, minutes = page.locator("[data-calendar]").get_attribute("data-now").split(":")[:2]  # type: ignore[union-attr]  # it has one
    assert place == pytest.approx((int(hours) * 60 + int(minutes)) / 1440, abs=0.02)
