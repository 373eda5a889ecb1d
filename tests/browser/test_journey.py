"""A case from the portal to its closure, by what people see and press: in both languages, with and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from catalogue.models import Category, RequestItem, Service
from incidents.incident_flow import CHART as INCIDENT_CHART
from incidents.models import Incident, ServiceRequest
from itsm.people.models import Organisation, Person, Team
from itsm.records.models import Event
from tests.browser.conftest import Enter, Sight

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WAYS = [("zh-hant", True), ("en", True), ("zh-hant", False)]


def word(model: Any, state: str, language: str) -> str:
    """Give the word of a state as a reader of ``language`` sees it."""
    with translation.override(language):
        return str(model.flows[0].states[state].label)


def step(page: Page, name: str, **given: str) -> None:
    """Choose a transition from the page of the case, fill in its dialog, or its page without scripts, and send it."""
    way = page.locator(f'.record-acts a[href*="/do/{name}"]').first
    if not way.is_visible():
        page.locator(".record-acts summary").click()
    way.click()
    form = page.locator(f'form[action*="/do/{name}"]')
    for field, value in given.items():
        put(form.locator(f"#id_{name}_{field}"), value)
    form.locator("button[type=submit]").click()


def put(control: Locator, value: str) -> None:
    """Write or choose a value; a box is ticked."""
    kind = control.evaluate("it => it.type")
    if kind == "checkbox":
        control.check()
    elif kind.startswith("select"):
        control.select_option(value)
    else:
        control.fill(value)


def stands(page: Page, label: str) -> None:
    """See that the page of the case names this state."""
    expect(page.locator(".record-chips .chip").first).to_have_text(re.compile(re.escape(label)))


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_a_fault_goes_from_the_portal_to_closure(
    enter: Enter, requester: Person, agent: Person, engineer: Person, service: Service, category: Category,
    network_team: Team, language: str, scripts: bool,
) -> None:  # fmt: skip
    look = {"sight": Sight(language), "scripts": scripts}

    asking = enter(requester, "/portal/", **look)
    number = report(asking)
    desk = enter(agent, "/desk/triage/", **look)
    judge(desk)
    desk.goto(desk.url.split("/desk/")[0] + f"/incidents/{number}/")
    step(desk, "escalate_second_line", team=network_team.code, note="已重啟，無效")
    stands(desk, word(Incident, "l2_processing", language))
    second = enter(engineer, "/desk/q/second-line/", **look)
    solve(second, number, word(Incident, "awaiting_confirmation", language))
    asking.reload()
    expect(asking.locator("#talk")).to_contain_text("請再試一次")
    asking.locator('form[action$="/confirm/"] button').click()
    expect(asking.locator('form[action$="/confirm/"]')).to_have_count(0)

    closed_as_seen(second, number, language)
    assert Incident.objects.get(number=number).state == "closed"


def report(page: Page) -> str:
    """Say in the portal that something is broken, and give the number under which it is known."""
    page.locator('main a[href^="/portal/report/"]').first.click()
    page.locator("#id_title").fill("公文系統無法登入")
    page.locator("#id_details").fill("從今天早上開始，出現 502。")
    page.locator("#id_service").select_option("documents")
    page.locator('input[name="still_working"][value="no"]').check()
    page.locator("main form button.primary").click()
    page.wait_for_url("**/portal/cases/INC-*/**")
    return page.url.split("/portal/cases/")[1].split("/")[0]


def judge(page: Page) -> None:
    """Decide in triage that the only case, which is open already, is an incident."""
    page.locator("details.answer summary").first.click()
    form = page.locator('form[action$="/incident/"]')
    for field, value in {"service": "documents", "category": "login", "impact": "2", "urgency": "2"}.items():
        form.locator(f'[name="{field}"]').select_option(value)
    form.locator("button[type=submit]").click()
    expect(page.locator(".triage-item")).to_have_count(0)


def solve(page: Page, number: str, solved: str) -> None:
    """Find the case in the second line's queue, take it, answer and resolve it."""
    page.locator(f'[data-open][href*="{number}"]').first.click()
    page.locator('form[action$="/take"] button').click()
    expect(page.locator('form[action$="/take"]')).to_have_count(0)
    page.locator("#composer-reply-body").fill("請再試一次。")
    page.locator("#composer-reply [data-send]").click()
    expect(page.locator("#talk")).to_contain_text("請再試一次")
    step(page, "resolve", resolution_code="fixed", resolution_note="已換憑證")
    stands(page, solved)


def closed_as_seen(page: Page, number: str, language: str) -> None:
    """See the whole way in the journal and on the flowchart."""
    page.reload()
    stands(page, word(Incident, "closed", language))
    page.locator('a[href$="/flow/"]').first.click()
    chart = page.locator(".flow-box svg")
    expect(chart).to_be_visible()
    with translation.override(language):
        expect(page.locator('tr[aria-current="step"]')).to_contain_text(str(INCIDENT_CHART.boxes["I10"].label))
    page.goto(page.url.split("/incidents/")[0] + f"/t/{number}/history/")
    names = ["open", "classify", "escalate_second_line", "take", "reply", "resolve", "confirm_resolution"]
    written = list(Event.objects.filter(record__number=number).in_order().values_list("name", flat=True))
    assert [name for name in written if name in names] == [name for name in names if name in written]
    assert {"classify", "escalate_second_line", "resolve", "confirm_resolution"} <= set(written)
    expect(page.locator("table.history tbody tr")).to_have_count(len(written))


@pytest.mark.parametrize(("language", "scripts"), WAYS)
def test_an_order_is_approved_fulfilled_and_confirmed(
    enter: Enter, requester: Person, agent: Person, unit: Organisation, mailbox_item: RequestItem, desk: Team,
    language: str, scripts: bool,
) -> None:  # fmt: skip
    Category.objects.create(code="order", name_zh="申請", name_en="Order")
    look = {"sight": Sight(language), "scripts": scripts}
    asking = enter(requester, "/portal/request/", **look)
    asking.locator('a[href="/portal/request/mailbox/"]').click()
    asking.locator("main form button.primary").click()
    asking.wait_for_url("**/portal/cases/SR-*/**")
    number = asking.url.split("/portal/cases/")[1].split("/")[0]

    assert unit.lead is not None
    lead = enter(unit.lead, "/approvals/", **look)
    lead.locator('button[name="choice"][value="approve"]').click()
    expect(lead.locator('button[name="choice"]')).to_have_count(0)
    working = enter(agent, f"/requests/{number}/", **look)
    step(working, "assign_first_line", assignee=agent.username)
    stands(working, word(ServiceRequest, "l1_processing", language))
    working.locator('#tasks form[action$="/done"] button').click()
    expect(working.locator('#tasks form[action$="/done"]')).to_have_count(0)
    step(working, "fulfil", fulfilment_code="delivered", fulfilment_note="信箱已建立")
    stands(working, word(ServiceRequest, "awaiting_confirmation", language))
    asking.reload()
    asking.locator('form[action$="/confirm/"] button').click()
    expect(asking.locator('form[action$="/confirm/"]')).to_have_count(0)

    assert ServiceRequest.objects.get(number=number).state == "closed"
