"""The kit in a real browser: accessibility, keys that are safe, clocks that count, lists that stay calm."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from itsm.people.models import Person
from tests.ui_kit.conftest import Open, faults_found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GUIDE, DRAWINGS = "/styleguide/", "/styleguide/drawings/"

FIRE = """([target, init]) => {
  const el = target ? document.querySelector(target) : document.body;
  el.focus?.();
  const event = new KeyboardEvent("keydown", {bubbles: true, cancelable: true, ...init});
  if (init.keyCode) Object.defineProperty(event, "keyCode", {value: init.keyCode});
  el.dispatchEvent(event);
}"""


def press_count(page: Page) -> int:
    """Count how often the button of the key ``e`` was pressed."""
    return int(page.evaluate("window.pressed ?? 0"))


def watch_button(page: Page) -> None:
    page.evaluate(
        """document.querySelector('[data-key="e"]').addEventListener("click", () => { window.pressed = (window.pressed ?? 0) + 1; })"""
    )


SIGHTS = [
    ("zh-hant", "light", 1440),
    ("en", "dark", 390),
    ("en", "contrast", 1440),
    ("zh-hant", "dark", 1440),
    ("en", "light", 390),
]


@pytest.mark.parametrize("path", [GUIDE, DRAWINGS])
@pytest.mark.parametrize(("language", "theme", "width"), SIGHTS)
def test_axe_finds_nothing(visit: Open, path: str, language: str, theme: str, width: int) -> None:
    page = visit(path, language=language, theme=theme, width=width, csp=False)

    assert faults_found(page) == []


@pytest.mark.parametrize("path", [GUIDE, DRAWINGS])
@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_a_narrow_page_never_scrolls_sideways(visit: Open, path: str, language: str) -> None:
    page = visit(path, language=language, width=320)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_key_presses_its_button(visit: Open) -> None:
    page = visit(GUIDE)
    watch_button(page)

    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")

    assert press_count(page) == 1


def test_a_key_does_nothing_in_a_field(visit: Open) -> None:
    page = visit(GUIDE)
    watch_button(page)

    page.locator("#composer-reply-body").press_sequentially("e e /")

    assert press_count(page) == 0
    assert page.locator("#composer-reply-body").input_value() == "e e /"


def test_a_key_works_while_an_input_method_is_on(visit: Open) -> None:
    page = visit(GUIDE)
    watch_button(page)

    page.evaluate(FIRE, [None, {"key": "Process", "code": "KeyE"}])

    assert press_count(page) == 1


def test_a_composition_never_triggers_a_key(visit: Open) -> None:
    page = visit(GUIDE)
    watch_button(page)

    page.evaluate(FIRE, ["#composer-reply-body", {"key": "Process", "code": "KeyE", "isComposing": True}])
    page.evaluate(FIRE, ["#composer-reply-body", {"key": "Enter", "ctrlKey": True, "keyCode": 229}])
    page.evaluate(FIRE, [None, {"key": "e", "isComposing": True}])

    assert press_count(page) == 0
    assert page.url.endswith(GUIDE)


def test_keys_can_be_switched_off(visit: Open) -> None:
    page = visit(GUIDE)
    watch_button(page)

    page.evaluate("document.documentElement.dataset.keys = 'off'; document.activeElement.blur()")
    page.keyboard.press("e")

    assert press_count(page) == 0


def test_rows_are_walked_by_keys(visit: Open) -> None:
    page = visit(GUIDE)

    page.locator("#row-1 [data-open]").focus()
    page.keyboard.press("j")
    expect(page.locator("#row-2 [data-open]")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#row-1 [data-open]")).to_be_focused()
    page.keyboard.press("x")

    expect(page.locator("#row-1 [data-select]")).to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("1")


def test_a_dialog_opens_closes_and_gives_focus_back(visit: Open) -> None:
    page = visit(GUIDE)
    opener = page.locator('[data-dialog="sample-dialog"]')

    opener.click()
    expect(page.locator("#sample-dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#sample-dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_refused_button_says_why(visit: Open) -> None:
    page = visit(GUIDE)

    page.locator('button[aria-disabled="true"]').first.click(force=True)

    expect(page.locator(".toast", has_text="Mandatory tasks are still open.")).to_be_visible()


def test_a_clock_counts_on_and_turns_late(visit: Open) -> None:
    page = visit(GUIDE)

    page.clock.install()
    page.reload()
    page.clock.fast_forward("20:10")

    expect(page.get_by_text("2 min late", exact=True).first).to_be_visible()
    expect(page.locator('.chip[data-look="soon"][data-left]')).to_have_count(0)


def test_the_theme_changes_at_once_and_is_kept(visit: Open) -> None:
    page = visit(GUIDE)

    page.locator("details.menu summary[aria-label='Theme']").click()
    with page.expect_response("**/preferences/theme/"):
        page.get_by_role("button", name="Dark", exact=True).click()
    page.reload()

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_unfilled_placeholder_stops_a_reply(visit: Open) -> None:
    page = visit(GUIDE)
    text = page.locator("#composer-reply-body")

    text.fill("Dear {{requester.name}}, done.")
    text.press("Control+Enter")

    expect(text).to_be_focused()
    assert text.evaluate("el => el.value.slice(el.selectionStart, el.selectionEnd)") == "{{requester.name}}"


POLLED = """(rows) => {
  const list = document.createElement("tbody");
  Object.assign(list.dataset, {poll: "/rows", pollEvery: "0.2", pollBar: "bar", pollMany: "%s new"});
  list.innerHTML = rows;
  document.querySelector(".table tbody").replaceWith(list);
  document.querySelector(".fresh").id = "bar";
  document.dispatchEvent(new Event("htmx:afterSettle"));
}"""
ROW = '<tr data-row id="r{0}"><td><a data-open href="#">{0}</a></td><td>{1}</td></tr>'


def test_a_refresh_keeps_focus_and_order_and_only_counts_new_rows(visit: Open) -> None:
    page = visit(GUIDE)
    fresh = ROW.format(3, "new") + ROW.format(2, "changed") + ROW.format(1, "old")
    page.route("**/rows", lambda route: route.fulfill(body=fresh, headers={"ETag": '"2"'}))

    page.evaluate(POLLED, ROW.format(1, "old") + ROW.format(2, "old"))
    page.locator("#r2 a").focus()

    expect(page.locator("#bar")).to_have_text("1 new")
    expect(page.locator("#r2 td").nth(1)).to_have_text("changed")
    expect(page.locator("#r2 a")).to_be_focused()
    assert page.locator("tbody [data-poll] tr, tbody[data-poll] tr").evaluate_all(
        "rows => rows.map((row) => row.id)"
    ) == ["r1", "r2"]


def test_the_palette_finds_commands_of_the_page_and_places(visit: Open, agent: Person, client: Client) -> None:
    agent.language = "en"
    agent.save()
    client.force_login(agent)
    page = visit(GUIDE, session=client.cookies["sessionid"].value)
    watch_button(page)

    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    with page.expect_response("**/palette/?q=take"):
        page.keyboard.type("take")
    expect(page.locator("#palette-list [aria-selected=true]")).to_contain_text("Take")
    page.keyboard.press("Enter")

    expect(page.locator("#palette")).to_be_hidden()
    assert press_count(page) == 1


def test_a_page_without_scripts_shows_no_dead_control(chromium: object, live_server: object) -> None:
    context = chromium.new_context(java_script_enabled=False)  # type: ignore[attr-defined]  # the fixture is a Browser
    page = context.new_page()

    page.goto(f"{live_server}{GUIDE}")

    assert page.locator('[data-dialog="keys-sheet"]:visible').count() == 0
    assert page.locator("#toasts [data-close]:visible").count() == 0
    context.close()
