"""The pages of the simulator in a browser: axe finds nothing, nothing is too wide, progress is watched without a click."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from itsm.people.models import Person
from sla.forecast.learning import learn
from sla.held import keeping
from sla.simulation import running
from sla.simulation_models import BreachModel, BreachSample, BreachWeek
from tests.browser.conftest import Enter, Sight, look_again
from tests.browser.conftest import enter as enter
from tests.browser_fixtures import chromium as chromium
from tests.browser_fixtures import faults_found
from tests.browser_fixtures import visit as visit
from tests.fixtures import MONDAY
from tests.sla.test_forecast import CALM, LATE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TIGHT = {"metric": "resolution", "process": "incident", "priority": 3, "seconds": 4 * 3600, "calendar": "taiwan-office"}
SIGHTS = (Sight("zh-hant", "light", 390), Sight("en", "dark", 1440))


def test_axe_finds_nothing_and_nothing_is_too_wide(
    enter: Enter, level_manager: Person, settled: Callable[..., Any]
) -> None:
    made = [settled(hours, at=MONDAY - timedelta(days=14 * place)) for place, hours in enumerate((1, 4, 6, 26, 80))]
    keeping.work(MONDAY)
    asked = running.ask(title="P3 in 4 h", draft={"targets": [TIGHT], "pauses": []}, by=level_manager, at=MONDAY)
    run = running.finish(asked, at=MONDAY)
    learnt = learn([(kind, missed) for kind in (CALM, LATE) for missed in (True, False)] * 40, cases=200)
    kept = BreachModel.objects.create(trained_at=MONDAY, cases=2, samples=1, weights=learnt.keep())
    same = {"model": kept, "metric": "resolution", "cycle": 1}
    BreachSample.objects.create(record_id=made[0].pk, missed=False, **same)
    BreachSample.objects.create(record_id=made[4].pk, missed=True, look=10, **CALM._asdict(), **same)
    table = [{"from": 0.2, "to": 0.4, "samples": 30, "said": 0.31, "came": 0.3}]
    BreachWeek.objects.create(week=MONDAY.date(), cases=20, samples=30, brier=0.1712, plain_brier=0.2104, table=table)
    waits = running.ask(title="next", draft={}, by=level_manager, at=MONDAY)
    paths = (
        "/simulator/", "/simulator/new/", f"/simulator/{run.pk}/", f"/simulator/{run.pk}/rows/?show=worse", f"/simulator/{waits.pk}/",
        f"/simulator/{run.pk}/held/?team={made[0].team_id}",
        "/held/", "/held/rows/?party=desk", "/forecast/", "/forecast/learnt/?show=cases", "/forecast/rows/?sum=brier",
        f"/t/{made[0].number}/clocks/",
    )  # fmt: skip

    page = enter(level_manager, paths[0], SIGHTS[0])
    for sight in SIGHTS:
        for path in paths:
            look_again(page, path, sight, person=level_manager)

            assert faults_found(page) == [], (path, sight)
            assert page.evaluate("document.documentElement.scrollWidth") <= sight.width, (path, sight)


def test_the_page_of_a_run_shows_its_end_by_itself(
    enter: Enter, level_manager: Person, settled: Callable[..., Any]
) -> None:
    settled(4)
    run = running.ask(title="x", draft={"targets": [TIGHT]}, by=level_manager, at=MONDAY)
    page = enter(level_manager, f"/simulator/{run.pk}/", Sight("en"))
    expect(page.get_by_role("progressbar")).to_be_visible()

    running.finish(run, at=MONDAY)

    expect(page.get_by_role("heading", name="What it costs the teams")).to_be_visible()
    connections.close_all()
