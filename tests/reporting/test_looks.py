"""The pages of reports in a browser: axe finds nothing, nothing lies out of sight, they work without scripts."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.reporting import recounting
from tests import database
from tests.browser_fixtures import Open, faults_found

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
LOOKS = (("zh-hant", "light", 1440), ("en", "dark", 1440), ("zh-hant", "light", 390))
PAGES = (
    "/reports/desk/", "/reports/management/", "/reports/process/incident/", "/reports/kpis/", "/reports/kpis/change.trend/",
    "/reports/figures/incident.volume/", "/reports/rows/resolution/", "/reports/quality/",
)  # fmt: skip


@pytest.fixture
def demo(visit: Open) -> Open:
    """A browser that finds the demo: the large one where pictures are asked for."""
    if os.environ.get("SHOTS"):
        call_command("load_demo", stdout=StringIO())
    else:
        database.put_demo()
    return visit


def test_the_pages_of_reports_look_right_in_both_languages_themes_and_widths(demo: Open) -> None:
    recounting.recount(at=timezone.now(), repair=True)
    manager = Person.objects.filter(grants__role="incident_manager", is_active=True).order_by("pk")[0]
    faults = {}
    for language, theme, width in LOOKS:
        client = Client()
        client.force_login(manager)
        Person.objects.filter(pk=manager.pk).update(language=language, theme=theme)
        page = demo(
            PAGES[0], language=language, theme=theme, width=width, csp=False, session=client.cookies["sessionid"].value, scripts=True
        )  # fmt: skip
        origin = page.url.removesuffix(PAGES[0])
        for path in PAGES:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(origin + path)
            if folder := os.environ.get("SHOTS"):
                name = path.strip("/").replace("/", "-")
                page.screenshot(path=Path(folder) / f"{name}-{language}-{theme}-{width}.png", full_page=True)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found = faults_found(page) + ([f"{wide} pixels out of sight"] if wide > 0 else [])
            if found:
                faults[path, language, theme, width] = found
    assert not faults, "\n".join(f"{place}: {found}" for place, found in faults.items())
