"""The card of time worked opens on the page of a case, and time is entered with and without a script."""

from __future__ import annotations

import pytest

from itsm.people.models import Person
from itsm.tickets.models import WorkEntry
from tests.browser.conftest import Enter, House, Sight
from tests.browser.costing import costed
from tests.browser_fixtures import faults_found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGHTS = [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440), Sight("zh-hant", "light", 1440)]


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_the_card_opens_without_fault(enter: Enter, house: House, agent: Person, sight: Sight) -> None:
    costed(house.worked, agent)
    page = enter(agent, f"/incidents/{house.worked}/", sight, csp=False)

    page.locator("#time summary").click()
    page.locator("#time form").wait_for()

    assert "NT$975" in page.locator("#time").inner_text()
    assert not faults_found(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "none"])
def test_time_is_entered(enter: Enter, house: House, agent: Person, scripts: bool) -> None:
    page = enter(agent, f"/incidents/{house.worked}/", scripts=scripts)

    page.locator("#time summary").click()
    if not scripts:
        page.locator("#time a").click()
    page.fill("#id_time_minutes", "35")
    page.fill("#id_time_note", "電話協助")
    page.locator("#time form button").click()
    page.locator(".toast", has_text="35 min").first.wait_for()

    assert list(WorkEntry.objects.values_list("minutes", "note", "person")) == [(35, "電話協助", agent.pk)]
