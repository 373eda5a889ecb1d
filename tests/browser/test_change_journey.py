"""An emergency change from its request to its paid-off forms and its closure, as people do it in a browser."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Service
from changes.models import Change
from itsm.people.models import Person
from tests.browser.conftest import Enter, Sight
from tests.browser.test_journey import stands, step, word
from tests.fixtures import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def emergency_board(db: None) -> Person:
    """Somebody who authorises emergencies."""
    return make_person("ecab", "ecab", name="吳值班")


def asked(page: Page, implementer: Person) -> str:
    """Ask for an emergency change, and give its number."""
    words = {
        "title": "修補 VPN 弱點",
        "justification": "弱點遭利用",
        "impact_text": "中斷十分鐘",
        "backout_plan": "回復映像檔",
    }
    for name, text in words.items():
        page.locator(f"#id_rfc_{name}").fill(text)
    page.locator("#id_rfc_emergency_basis").select_option("vulnerability")
    page.locator("#id_rfc_implementer").select_option(implementer.username)
    page.locator('button[value="submit"]').click()
    expect(page.locator(".record-number")).to_be_visible()
    return str(Change.objects.get().number)


def filled_in(page: Page) -> None:
    """Write the owed forms, then move the change on with them."""
    texts = {
        "plan": "下載修補\n安裝",
        "test_plan": "登入測試",
        "test_result": "通過",
        "communication_plan": "事後公告",
        "no_ci_reason": "版本不列管",
    }
    page.locator("#id_rfc_reason_kind").select_option("security")
    for name, text in texts.items():
        page.locator(f"#id_rfc_{name}").fill(text)
    now = timezone.localtime()
    for name, hour in (("window_start", 1), ("window_end", 3)):
        page.locator(f"#id_rfc_{name}").fill(now.replace(hour=hour).strftime("%Y-%m-%dT%H:%M"))
    page.locator('button[value="save"]').click()
    step(page, "complete_retro_forms")


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_an_emergency_is_carried_out_and_its_forms_are_paid_off(
    enter: Enter, engineer: Person, implementer: Person, change_manager: Person, emergency_board: Person, service: Service,
    language: str,
) -> None:  # fmt: skip
    look = Sight(language)
    number = asked(enter(engineer, "/changes/new/?kind=emergency", sight=look), implementer)

    board = enter(emergency_board, f"/changes/{number}/", sight=look)
    step(board, "authorize_emergency", authoriser="ecab", auth_channel="tap")
    stands(board, word(Change, "emergency_implementing", language))
    hands = enter(implementer, f"/changes/{number}/", sight=look)
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    step(hands, "complete_emergency", actual_start=now, actual_end=now, outcome="successful")
    stands(hands, word(Change, "retro_documentation", language))
    hands.goto(hands.url.split("/changes/")[0] + "/changes/debts/")
    hands.locator(f'a[href="/changes/{number}/edit/"]').click()
    filled_in(hands)
    stands(hands, word(Change, "post_review", language))
    manager = enter(change_manager, f"/changes/{number}/pir/", sight=look)
    step_here(manager, pir_incidents="無", pir_sla="無", lessons="備援映像檔應預先下載", pir_next="無", pir_met="yes")
    stands(manager, word(Change, "closed", language))

    assert Change.objects.get().state == "closed"


def step_here(page: Page, **given: str) -> None:
    """Close the change from the page of its review."""
    page.locator('a[href$="/do/close"]').click()
    form = page.locator('form[action*="/do/close"]')
    for field, value in given.items():
        control = form.locator(f"#id_close_{field}")
        control.select_option(value) if control.evaluate("it => it.tagName") == "SELECT" else control.fill(value)
    form.locator("button[type=submit]").click()
