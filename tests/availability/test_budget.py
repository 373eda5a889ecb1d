"""The error budget: how much of the allowed downtime is used, day by day, on the page and in the dictionary."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from itsm.desk.availability.months import read
from itsm.draw.burndown import Day, burndown
from itsm.hours.instants import epoch_of
from sla import issuing
from sla.agreement_figures import services_in_breach
from sla.availability import reckon
from sla.availability_kpis import error_budget_used
from tests.availability.conftest import DECEMBER, LATER, NOVEMBER, taipei
from tests.availability.test_maintenance import row as row
from tests.availability.test_maintenance import unsealed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lost(row: Any, always: Any, down: Any) -> Any:
    """Two hours lost on the fifth and twenty on the tenth, of which 98 per cent allow 14.4 hours."""
    down(taipei(11, 5, 9), taipei(11, 5, 11))
    down(taipei(11, 10, 2), taipei(11, 10, 22))
    return always


def test_what_is_left_falls_by_what_each_day_lost(lost: Any) -> None:
    found = reckon(lost, NOVEMBER, DECEMBER, at=LATER)
    days = [(epoch_of(a), epoch_of(b)) for _day, a, b in read("2026-11", today=LATER.date()).spans(until=found.until)]

    burnt = found.burnt(days)

    assert found.budget is not None
    assert found.budget.allowed == 30 * 86400 * Fraction(2, 100)
    assert len(burnt) == 30
    assert (burnt[4], burnt[9][0]) == ((7200, found.budget.allowed - 7200), 72000)
    assert burnt[-1][1] == found.budget.left < 0
    assert sum(one for one, _left in burnt) == found.adjusted.down


def test_a_running_month_ends_with_the_running_day(lost: Any) -> None:
    found = reckon(lost, NOVEMBER, DECEMBER, at=taipei(11, 7, 12))

    assert len(read("2026-11", today=LATER.date()).spans(until=found.until)) == 7


def test_without_a_target_nothing_burns(always: Any, down: Any) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 11))

    assert reckon(always, NOVEMBER, DECEMBER, at=LATER).burnt([(0, 1)]) == []


def test_the_page_draws_it_and_gives_the_same_as_a_table(lost: Any, agent: Any, time_machine: Any) -> None:
    time_machine.move_to(LATER, tick=False)
    client = Client()
    client.force_login(agent)

    page = client.get(f"/reports/availability/{lost.code}/?month=2026-11").content.decode()

    assert 'aria-labelledby="burn-t burn-d"' in page
    assert page.count('class="mark missed"') == 21  # overdrawn from the tenth to the thirtieth
    table = page[page.index('id="burn"') : page.index('id="trend"')]
    assert len(re.findall(r"<tr><td>2026/11/\d\d \(.\)</td>", table)) == 30
    assert "13.8%" in table  # two of 14.4 hours


def test_the_dictionary_has_what_is_used_of_all_issued_budgets(lost: Any) -> None:
    assert error_budget_used(start=NOVEMBER, end=DECEMBER).ratio is None
    issuing.issue(lost, NOVEMBER, DECEMBER, at=LATER)

    found = error_budget_used(start=NOVEMBER, end=DECEMBER)

    assert found.ratio == Fraction(22 * 3600, 51840)


def test_a_budget_of_nothing_is_not_drawn() -> None:
    assert burndown([], allowed=1, of=30, title="", ident="x", allowed_text="") == ""
    assert burndown([Day("1", 0, "0")], allowed=0, of=30, title="", ident="x", allowed_text="") == ""


@pytest.mark.parametrize(("value", "longest", "short"), [(98, 24, 1), (90, 24, 0), (90, 4, 1)])
def test_a_service_that_missed_its_availability_or_a_limit_is_short_of_a_target(
    row: Any, always: Any, down: Any, slm: Any, value: int, longest: int, short: int
) -> None:
    with unsealed():
        row.promises.filter(metric="availability").update(value=value)
        row.promises.filter(metric="longest_outage").update(seconds=longest * 3600)
    down(taipei(11, 10, 2), taipei(11, 10, 22))
    issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm)

    found = services_in_breach(start=NOVEMBER, end=DECEMBER)

    assert (found.part, found.whole) == (short, 1)
    assert services_in_breach(start=DECEMBER, end=LATER).part == 0
