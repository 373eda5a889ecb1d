"""A month's close as people do it in a browser: from the outage to the report that the customer has signed."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Service
from itsm.people.models import Person
from itsm.service_reports import signing, work
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import before, local, period_of
from itsm.tickets.models import Outage
from sla.models import AvailabilityIssue
from tests.browser.conftest import Enter, Sight, look_again
from tests.browser_fixtures import faults_found
from tests.service_reports.closing import agreed_last_month, brm, customer, owner, slm, speaker

__all__ = ["brm", "customer", "owner", "slm", "speaker"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: Where pictures are left, if anywhere.
PICTURES = os.environ.get("PICTURES", "")


def last_month() -> tuple[datetime, datetime]:
    """Give the month before this one."""
    return before(period_of(local(timezone.now()).date()))


def picture(page: Page, name: str) -> None:
    """Leave a picture of the whole page where one is asked for."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def press(page: Page, name: str) -> None:
    """Take a step on the page of a report."""
    page.locator(f'form[action$="/do/{name}/"] button').click()


def written_down(author: Page, service: Service, start: datetime, seconds: int) -> None:
    """Write an outage down by its form, and see it kept."""
    began, ended = (local(one).strftime("%Y-%m-%dT%H:%M:%S") for one in (start, start + timedelta(seconds=seconds)))
    author.locator("#id_service").select_option(service.code)
    author.locator("#id_kind").select_option("unplanned")
    author.locator("#id_started_at").fill(began)
    author.locator("#id_ended_at").fill(ended)
    author.locator("#id_evidence").fill("監控告警：應用伺服器無回應")
    assert faults_found(author) == []
    author.locator("main form.form button.primary").click()
    expect(author.locator("#what")).to_be_visible()
    assert Outage.objects.get().ended_at == start + timedelta(seconds=seconds)


def frozen(keeper: Page, service: Service, shown: str) -> None:
    """Close the month: see its availability, freeze the figures, and see them issued."""
    expect(keeper.locator("#figures + dl")).to_contain_text(shown)
    expect(keeper.locator('svg[aria-labelledby="burn-t burn-d"]')).to_be_visible()
    assert faults_found(keeper) == []
    keeper.locator(f'form[action$="/{service.code}/issue/"] button').click()
    expect(keeper.locator("#issues + ol li")).to_have_count(1)
    issue = AvailabilityIssue.objects.get()
    assert (issue.figures["shown"], issue.number, issue.is_provisional) == (shown, 1, False)


def prepared(keeper: Page, customer: Any) -> ReportIssue:
    """Prepare last month's report on its page, and let the worker calculate it."""
    keeper.locator("details.card > summary").first.click()
    keeper.locator("#id_customer").select_option(customer.code)
    keeper.locator('form[action$="/prepare/"] button[type="submit"]').click()
    expect(keeper.locator("progress")).to_be_visible()
    work.go_on(timezone.now())
    keeper.goto(keeper.url)
    return ReportIssue.objects.get()


def followed(keeper: Page, service: Service) -> str:
    """Follow the availability to its rows, and give it as it is shown."""
    line = keeper.locator(f'[data-figure="{service.code}.availability.result"]').first
    shown = line.inner_text()
    assert shown == "99.898%"
    line.click()
    expect(keeper.locator("[data-shown]")).to_have_text(shown)
    assert faults_found(keeper) == []
    return shown


def commented(author: Page, service: Service) -> None:
    """Write the commentary of the service's owner."""
    author.locator(f"#text-{service.code}").fill("外電異常，已增設備援。")
    author.locator(f'form[action$="/comment/{service.code}/"] button').click()
    expect(author.locator(".report-said")).to_contain_text("外電異常")


def signed(reader: Page) -> None:
    """Sign for the report on the page of the link."""
    assert faults_found(reader) == []
    reader.locator("#id_name").fill("何代表")
    reader.locator("#id_title").fill("組長")
    reader.locator('form button[type="submit"]').click()
    expect(reader.locator('.banner[role="status"]')).to_be_visible()


@pytest.fixture
def press_here(settings: Any) -> None:
    """Let the papers be printed in earnest: where browser tests run there is Chromium at least."""
    settings.PDF_WITH = ["weasyprint", "chromium"]


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_a_month_is_closed_from_the_outage_to_the_signed_report(
    enter: Enter, language: str, slm: Person, brm: Person, customer: Any, owner: Person, speaker: Person,
    service: Service, press_here: None,
) -> None:  # fmt: skip
    look, (start, end) = Sight(language), last_month()
    agreed_last_month(service, customer, slm, start)
    lost = int((end - start).total_seconds() * 102 / 100_000)
    written_down(enter(owner, "/reports/outages/new/", sight=look), service, start + timedelta(days=4, hours=9), lost)

    month = f"{local(start):%Y-%m}"
    keeper = enter(slm, f"/reports/availability/{service.code}/?month={month}", sight=look)
    frozen(keeper, service, "99.898%")
    keeper.goto(f"{keeper.url.split('/reports/')[0]}/reports/sla/")
    issue = prepared(keeper, customer)
    shown = followed(keeper, service)
    commented(enter(owner, issue.get_absolute_url(), sight=look), service)
    press(enter(brm, issue.get_absolute_url(), sight=look), "approve")
    keeper.goto(keeper.url.split("/rows/")[0] + "/")
    press(keeper, "issue")
    work.go_on(timezone.now())
    work.tend(timezone.now())

    issue.refresh_from_db()
    assert (issue.state, issue.papers.count()) == ("issued", 2)
    reader = enter(None, signing.path_of(issue, speaker), sight=look)
    if language == "en":
        reader.goto(f"{reader.url}?lang=en")
    expect(reader.locator("article")).to_contain_text(shown)
    signed(reader)

    issue.refresh_from_db()
    assert (issue.state, issue.acknowledged_by) == ("acknowledged", "何代表")
    keeper.goto(keeper.url)
    expect(keeper.locator(".signatures")).to_contain_text("何代表")
    assert faults_found(keeper) == []
    pictures(keeper, issue, slm, language)


def pictures(page: Page, issue: ReportIssue, person: Person, language: str) -> None:
    """Leave pictures of the page in several sights where they are asked for."""
    if not PICTURES:
        return
    for sight in (Sight(language), Sight(language, "dark"), Sight(language, "light", 390)):
        look_again(page, issue.get_absolute_url(), sight, person=person)
        picture(page, f"report-{language}-{sight.theme}-{sight.width}")
    look_again(page, f"{issue.get_absolute_url()}rows/all.missed/", Sight(language), person=person)
    picture(page, f"rows-{language}")
    look_again(page, "/reports/sla/", Sight(language), person=person)
    picture(page, f"list-{language}")
    for paper in issue.papers.all():
        from itsm.service_reports import files

        Path(f"{PICTURES}/{paper.language}.pdf").write_bytes(files.read(paper))
