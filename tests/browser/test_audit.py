"""An audit on a phone, 390 wide: from the sample to the closed result, with scripts and without."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from configuration import schema, services
from configuration.models import AuditLine, ConfigurationItem, VerificationAudit
from itsm.people.models import Person
from tests.browser.conftest import Enter, Sight
from tests.browser_fixtures import faults_found
from tests.fixtures import make_person
from tests.loading import loaded

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def auditor(db: None) -> Person:
    """Who counts."""
    return make_person("auditor", "auditor", name="鄭稽核")


@pytest.fixture
def keeper(db: None) -> Person:
    """Who keeps the data."""
    return make_person("keeper", "config_manager", name="蔡組態")


@pytest.fixture
def items(keeper: Person) -> None:
    """Three racks' worth of things to be looked for."""
    for place in (1, 2, 3):
        services.create(
            ci_class=schema.present().by_code("server"), title=f"srv-{place}", grounds=loaded(), by=keeper, at=timezone.now(),
            state="live", serial=f"SN-{place}", place=f"R0{place}", given={"manufacturer": "Acme", "os": "Debian 12"},
        )  # fmt: skip


def no_wider_than_the_screen(page: Page) -> None:
    """See that nothing has to be scrolled sideways, once the page has its style."""
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("language", "scripts"), [("zh-hant", True), ("en", False)])
def test_an_audit_is_made_on_a_phone_from_sample_to_closed(
    enter: Enter, auditor: Person, keeper: Person, items: None, language: str, scripts: bool
) -> None:
    page = enter(auditor, "/cmdb/audits/", Sight(language, width=390), scripts=scripts)
    page.locator("#id_title").fill("機房抽樣查核")
    page.locator("#id_precision").fill("10")
    page.locator('main form[method="post"] button[type="submit"]').last.click()
    page.locator('form[action$="/start/"] button').click()
    expect(page.locator("h1")).to_contain_text("srv-1")
    no_wider_than_the_screen(page)
    page.locator('button[name="all_right"]').click()

    expect(page.locator("h1")).to_contain_text("srv-2")
    line = AuditLine.objects.get(audit_item__place=2, field="serial")
    page.locator(f'input[name="line-{line.pk}"][value="wrong"]').check()
    page.locator(f"#found-{line.pk}").fill("SN-22")
    page.locator('button[name="save"]').click()
    expect(page.locator("h1")).to_contain_text("srv-3")
    page.locator('button[name="missing"]').click()
    page.locator("#conclusion").fill("一台未尋獲，一項序號不符")
    page.locator('form[action$="/close/"] button').click()

    expect(page.locator(".tiles .stat").first).to_contain_text("%")
    no_wider_than_the_screen(page)
    audit = VerificationAudit.objects.get()
    assert (audit.population, audit.figures["items"], audit.figures["missing"]) == (3, 3, 1)
    second = enter(keeper, f"/cmdb/audits/{audit.number}/", Sight(language, width=390), scripts=scripts)
    second.locator('form[action$="/correct/"] button').first.click()
    expect(second.locator('form[action$="/correct/"]')).to_have_count(0)
    assert ConfigurationItem.objects.get(title="srv-2").serial == "SN-22"


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)])
def test_the_pages_of_configuration_data_have_no_faults(
    enter: Enter, auditor: Person, keeper: Person, items: None, sight: Sight
) -> None:
    from configuration import audits, baselines

    audit = audits.plan(title="機房", kind="full", by=auditor, at=timezone.now())
    audits.start(audit, by=auditor, at=timezone.now())
    item = ConfigurationItem.objects.latest("pk")
    kept = baselines.take([item.pk], name="before", by=keeper, at=timezone.now())
    services.edit(item, grounds=loaded(), by=keeper, at=timezone.now(), place="R99")
    found = {}
    for path in (
        "/cmdb/", "/cmdb/audits/", f"/cmdb/audits/{audit.number}/", f"/cmdb/audits/{audit.number}/count/1/", "/cmdb/baselines/",
        f"/cmdb/baselines/{kept.pk}..now/", "/cmdb/baselines/compare/", "/cmdb/import/", "/cmdb/import/order/", "/cmdb/faults/orphans/",
    ):  # fmt: skip
        page = enter(keeper, path, sight, csp=False)
        if faults := faults_found(page):
            found[path] = faults

    assert found == {}
