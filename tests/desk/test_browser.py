"""The desk in a real browser: by keys alone, without page loads, calm while others work, and open to everybody."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from catalogue.models import Category
from itsm.people.models import Person
from itsm.tickets.models import Comment, Ticket
from tests.ui_kit.conftest import Open, faults_found
from tests.ui_kit.conftest import chromium as chromium
from tests.ui_kit.conftest import visit as visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = [
    "/desk/",
    "/desk/q/all/",
    "/desk/q/all/?sel={number}",
    "/desk/q/mine/",
    "/desk/triage/",
    "/desk/new/",
    "/t/{number}/peek",
]
SIGHTS = [("zh-hant", "light", 1440), ("en", "dark", 390), ("en", "light", 1440), ("zh-hant", "dark", 390)]


@pytest.fixture
def enter(visit: Open, agent: Person, client: Client) -> Any:
    """Open a page as the agent."""

    def go(path: str, *, language: str = "en", theme: str = "light", **more: Any) -> Page:
        Person.objects.filter(pk=agent.pk).update(language=language, theme=theme)
        client.force_login(agent)
        return visit(path, session=client.cookies["sessionid"].value, language=language, theme=theme, **more)

    return go


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("language", "theme", "width"), SIGHTS)
def test_axe_finds_nothing(enter: Any, report: Any, path: str, language: str, theme: str, width: int) -> None:
    cases = [report(f"案件 {count}") for count in range(3)]

    page = enter(path.format(number=cases[0].number), language=language, theme=theme, width=width, csp=False)

    assert faults_found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_case_is_judged_by_keys_without_a_page_load(enter: Any, report: Any, category: Category) -> None:
    first, second, third = (report(f"案件 {count}") for count in range(3))
    page = enter("/desk/triage/")
    page.evaluate("window.still = true")
    page.locator("body").press("j")
    expect(page.locator("#case-title")).to_have_text(second.title)

    page.keyboard.press("1")
    expect(page.locator("#id_incident_classify_category")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")

    expect(page.locator("#case-title")).to_have_text(third.title)
    expect(page.locator("#case-title")).to_be_focused()
    assert page.evaluate("window.still")
    assert list(Ticket.objects.order_by("pk").values_list("state", flat=True)) == ["reported", "classified", "reported"]
    assert first.number in page.locator(".triage-list").inner_text()


def test_an_answer_that_lacks_something_stays_open_at_what_is_missing(
    enter: Any, report: Any, category: Category
) -> None:
    report("案件 1")
    page = enter("/desk/triage/")

    page.locator("body").press("1")
    expect(page.locator("#id_incident_classify_category")).to_be_focused()
    page.keyboard.press("Control+Enter")

    expect(page.locator("#id_incident_classify_category[aria-invalid=true]")).to_be_focused()
    expect(page.locator("details.answer[open]")).to_have_count(1)


def test_the_row_in_focus_is_taken_whatever_the_preview_shows(enter: Any, report: Any, agent: Person) -> None:
    first, second = report("案件 1"), report("案件 2")
    page = enter(f"/desk/q/all/?sel={first.number}")
    page.locator(f"#t{second.pk} [data-open]").focus()

    page.keyboard.press("e")

    expect(page.locator(".toast")).to_contain_text(f"{second.number} is yours now.")
    expect(page.locator(f"#t{second.pk}")).to_contain_text(agent.name)
    assert Ticket.objects.get(pk=first.pk).assignee is None


def test_a_note_is_written_from_the_list_by_keys(enter: Any, report: Any) -> None:
    case = report()
    page = enter("/desk/q/all/")
    page.locator("body").press("j")

    page.keyboard.press("n")
    expect(page.locator("#say-note-body")).to_be_focused()
    page.keyboard.type("checked the log")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".peek .timeline")).to_contain_text("checked the log")
    assert Comment.objects.get(ticket=case.pk).kind == "internal"


def test_a_refresh_leaves_the_focused_row_where_it_is(enter: Any, report: Any, agent: Person) -> None:
    case = report("案件 1")
    page = enter("/desk/q/all/")
    page.locator("body").press("j")
    report("更新的案件")
    Ticket.objects.filter(pk=case.pk).update(assignee=agent, version=9)

    page.locator("[data-poll]").evaluate('list => list.dispatchEvent(new CustomEvent("desk:poll"))')

    expect(page.locator("#fresh")).to_have_text("1 new case: show it")
    expect(page.locator(f"#t{case.pk}")).to_contain_text(agent.name)
    expect(page.locator(f"#t{case.pk} [data-open]")).to_be_focused()
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_caller_is_found_while_typing_and_the_case_written_down_by_keys(enter: Any, requester: Person) -> None:
    page = enter("/desk/new/")

    page.keyboard.type("王小")
    expect(page.locator("#new-about")).to_contain_text("王小明")
    page.locator("#id_new_words").fill("印表機卡紙")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".toast")).to_contain_text("written down for 王小明")
    assert Ticket.objects.get().title == "印表機卡紙"


def test_everything_in_the_list_works_without_javascript(
    chromium: Any, live_server: Any, client: Client, agent: Person, report: Any
) -> None:
    case = report()
    client.force_login(agent)
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": str(live_server)}])
    page = context.new_page()

    page.goto(f"{live_server}/desk/q/unassigned/")
    page.locator(f'input[name="pick"][value^="{case.number}"]').check()
    page.locator('button[formaction="/desk/q/act/take/"]').click()
    taken = Ticket.objects.get(pk=case.pk).assignee
    page.goto(f"{live_server}/desk/q/mine/")
    page.locator("[data-peek]").click()
    page.locator("details.say").last.locator("summary").click()
    page.locator("#say-note-body").fill("沒有腳本")
    page.locator("#say-note [type=submit]").click()

    assert taken == agent
    assert Comment.objects.get().body == "沒有腳本"
    assert f"sel={case.number}" in page.url
    context.close()


@pytest.mark.parametrize(("language", "theme"), [("en", "dark"), ("zh-hant", "light")])
def test_chosen_cases_are_acted_on_from_a_bar_on_a_phone(
    enter: Any, report: Any, agent: Person, language: str, theme: str
) -> None:
    cases = [report(f"案件 {count}") for count in range(3)]
    page = enter("/desk/q/unassigned/", language=language, theme=theme, width=390, csp=False)
    tools = page.locator("#row-tools")
    expect(tools).to_be_hidden()
    page.locator("[data-row] [data-select]").first.check()
    tools.locator("[data-select-all]").check()
    tools.locator("[popovertarget]").click()
    expect(page.locator("#row-menu")).to_be_visible()

    assert faults_found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = [box for box in (one.bounding_box() for one in tools.locator("button, .select").all()) if box]
    assert len(shown) == 8
    assert min(min(box["width"], box["height"]) for box in shown) >= 44
    page.locator("#row-menu button").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()
    expect(page.locator("#row-menu")).to_be_hidden()
    page.locator("dialog[open] [data-close]").first.click()
    tools.locator('button[formaction="/desk/q/act/take/"]').click()
    expect(page.locator(".toast")).to_contain_text("3")
    expect(tools).to_be_hidden()
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {agent.pk}
    assert len(cases) == 3


def test_the_bar_on_a_phone_works_without_javascript(
    chromium: Any, live_server: Any, client: Client, agent: Person, report: Any
) -> None:
    case, other = report(), report("另一案")
    client.force_login(agent)
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": str(live_server)}])
    page = context.new_page()

    page.goto(f"{live_server}/desk/q/unassigned/")
    for one in (case, other):
        page.locator(f'input[name="pick"][value^="{one.number}"]').check()
    page.locator("[popovertarget=row-menu]").click()
    page.locator('#row-menu button[formaction="/desk/q/act/assign/"]').click()

    expect(page.locator("h1")).to_be_visible()
    assert {case.number, other.number} <= set(page.locator("main").inner_text().split())
    context.close()
