"""Registering an item: what it may already be appears while it is typed, and nothing that is sensitive ever does."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue import roots
from catalogue.models import Service
from configuration import schema, services
from configuration.models import CiAttribute, ConfigurationItem
from itsm.people.models import Person
from tests.browser.conftest import Enter, Sight
from tests.browser_fixtures import faults_found
from tests.fixtures import make_person
from tests.loading import loaded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGHTS = [Sight("zh-hant"), Sight("en", theme="dark"), Sight("zh-hant", width=390)]


@pytest.fixture
def keeper(db: None) -> Person:
    """Who keeps the data."""
    return make_person("keeper", "config_manager", name="蔡組態")


@pytest.fixture
def switch(keeper: Person) -> ConfigurationItem:
    """A switch whose address is sensitive."""
    CiAttribute.objects.filter(code="management_address").update(is_sensitive=True)
    return services.create(
        ci_class=schema.present().by_code("network-device"), title="core-sw-01", grounds=loaded(), by=keeper,
        at=timezone.now(), state="live", serial="SN-77", given={"manufacturer": "Netco", "management_address": "10.0.0.1"},
    )  # fmt: skip


def judged(page: Page) -> None:
    """See that the page is accessible and no wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults_found(page) == []


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_a_twin_appears_while_its_marks_are_typed(
    enter: Enter, keeper: Person, switch: ConfigurationItem, sight: Sight
) -> None:
    page = enter(keeper, "/cmdb/cis/new/?class=network-device", sight)

    page.locator("#id_serial").press_sequentially("sn-77")

    expect(page.locator("#alike")).to_contain_text(str(switch.number))
    judged(page)


@pytest.mark.parametrize("sight", SIGHTS, ids=str)
def test_a_service_shows_its_root_item_and_that_hides_what_is_sensitive(
    enter: Enter, engineer: Person, keeper: Person, switch: ConfigurationItem, service: Service, sight: Sight
) -> None:
    roots.choose(service, switch, by=keeper)
    page: Any = enter(engineer, f"/services/{service.code}/", sight)
    judged(page)

    page.locator(f'section[aria-labelledby="root"] a[href="/cmdb/cis/{switch.number}/"]').click()

    expect(page.locator("#ci-facts")).to_be_visible()
    expect(page.locator("main")).to_contain_text("•••")
    expect(page.locator("main")).not_to_contain_text("10.0.0.1")
    judged(page)
