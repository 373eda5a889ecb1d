"""Lifted misses in a browser: axe finds nothing on the list and on the page of the clocks, and nothing is too wide."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from itsm.people.models import Person
from sla.lifting import lift
from sla.models import Clock
from tests.agreements.conftest import slm as slm
from tests.agreements.test_team_figures import handed_back as handed_back
from tests.browser.conftest import Enter, Sight, look_again
from tests.browser.conftest import enter as enter
from tests.browser_fixtures import chromium as chromium
from tests.browser_fixtures import faults_found
from tests.browser_fixtures import visit as visit
from tests.fixtures import MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGHTS = (Sight("zh-hant", "light", 390), Sight("en", "dark", 1440))


def test_axe_finds_nothing_and_nothing_is_too_wide(enter: Enter, handed_back: Any, slm: Person) -> None:
    clock = Clock.objects.get(record=handed_back.pk, metric="handling")
    lift(handed_back, clock, reason="機房演練，雙方同意不計", by=slm, at=MONDAY + timedelta(days=7))
    paths = ("/reports/exclusions/", f"/t/{handed_back.number}/clocks/")

    page = enter(slm, paths[0], SIGHTS[0])
    for sight in SIGHTS:
        for path in paths:
            look_again(page, path, sight, person=slm)

            assert faults_found(page) == [], (path, sight)
            assert page.evaluate("document.documentElement.scrollWidth") <= sight.width, (path, sight)
    connections.close_all()
