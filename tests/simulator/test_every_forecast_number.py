"""Every number of the page of the prediction is a link, and the rows that it opens make it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.desk.simulator.words import number, share
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.forecast import nightly
from sla.simulation_models import BreachGuess, BreachWeek
from tests.fixtures import MONDAY
from tests.simulator.numbers import numbers_of
from tests.simulator.test_pages import browser as browser
from tests.sla.test_forecast import lived as lived

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(lived: Callable[[int], None], settled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Six weeks with cases that were kept and missed, and one that no look came to in time; judged."""
    monkeypatch.setattr("sla.forecast.learning.LEAST_CASES", 8)
    lived(6)
    settled(1, at=MONDAY - timedelta(weeks=1))
    nightly.work(MONDAY + timedelta(hours=6))


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_every_number_is_a_link_whose_predictions_make_it(
    judged: None, browser: Client, level_manager: Person, language: str
) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language=language)

    found = numbers_of(browser, "/forecast/")

    links = [one for one in found.links if "/forecast/rows/" in one[0]]
    weeks = BreachWeek.objects.count()
    assert weeks >= 2
    assert found.loose == []
    classes = {address.split("class=")[1][0] for address, _text in links if "class=" in address}
    assert len(links) == weeks * 4 + len(classes) * 3
    for address, text in links:
        opens(browser, address, text, language)


def opens(browser: Client, address: str, text: str, language: str) -> None:
    """Hold what an address opens to the number that leads there."""
    amounts: list[float] = []
    rows, more, told = 0, address, None
    while more:
        page = browser.get(more)
        told = page.context
        rows += len(told["rows"])
        amounts += [float(one) for one in re.findall(r'<data value="([^"]+)">', page.content.decode())]
        more = f"{address}&after={told['next']}" if told["next"] else ""
    assert told is not None
    assert (rows, told["hidden"]) == (told["total"], 0), address
    with override(language):
        assert text == shown(address, rows, amounts), address
        assert not amounts or text in told["sum"], address


def shown(address: str, rows: int, amounts: list[float]) -> str:
    """Write what the rows come to as the page does."""
    if not amounts:
        return number(rows)
    assert len(amounts) == rows
    if "sum=came" in address:
        return share(round(sum(amounts)), rows)
    mean = sum(amounts) / rows
    return f"{number(mean * 100, 1)} %" if "sum=said" in address else number(mean, 3)


def test_the_cases_of_a_week_have_those_without_a_prediction(judged: None, browser: Client) -> None:
    week = BreachWeek.objects.latest("week")

    told = browser.get(f"/forecast/rows/?week={week.week}&sum=cases").context

    assert (told["total"], len(told["rows"])) == (week.cases, 5)
    assert any(row["look"] is None for row in told["rows"])
    assert BreachGuess.objects.filter(week=week).exclude(look=None).count() == week.samples


def test_weeks_that_were_judged_before_rows_were_kept_open_none(judged: None, browser: Client) -> None:
    BreachGuess.objects.filter(week=BreachWeek.objects.earliest("week")).delete()

    links = {address for address, _text in numbers_of(browser, "/forecast/").links if "/forecast/rows/" in address}

    assert len(links) == (BreachWeek.objects.count() - 1) * 4


def test_predictions_of_cases_that_the_reader_may_not_see_are_counted_only(judged: None, browser: Client) -> None:
    guess = BreachGuess.objects.exclude(look=None).earliest("pk")
    Ticket.objects.filter(pk=guess.record_id).update(confidential=True, team=None, assignee=None)
    hidden = BreachGuess.objects.filter(record=guess.record_id).exclude(look=None).count()

    told = browser.get("/forecast/rows/").context

    assert (told["hidden"], told["total"]) == (hidden, BreachGuess.objects.exclude(look=None).count())


@pytest.mark.parametrize("query", ["week=2026-99-99", "week=x%00&class=9&sum=all&after=x", "class=٣"])
def test_odd_values_ask_for_nothing(judged: None, browser: Client, query: str) -> None:
    assert browser.get(f"/forecast/rows/?{query}").context["total"] == BreachGuess.objects.exclude(look=None).count()


def test_only_those_in_charge_open_the_predictions(agent: Person, client: Client) -> None:
    client.force_login(agent)

    assert client.get("/forecast/rows/").status_code == 403


def test_judging_a_week_again_keeps_its_predictions_once(judged: None) -> None:
    week = BreachWeek.objects.latest("week")
    before = week.guesses.count()
    week.delete()

    nightly.work(MONDAY + timedelta(hours=30))

    assert BreachWeek.objects.latest("week").guesses.count() == before > 0


def test_more_predictions_ask_no_more_statements(judged: None, browser: Client) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    week = BreachWeek.objects.latest("week")
    few, many = f"/forecast/rows/?week={week.week}&sum=brier", "/forecast/rows/?sum=brier"
    statements(few)  # what a process remembers is remembered

    assert statements(few) == statements(many)


def test_the_database_keeps_a_chance_with_a_look_only(judged: None) -> None:
    one = BreachGuess.objects.exclude(look=None).earliest("pk")

    for wrong in ({"look": None}, {"chance": None}, {"chance": 1.5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BreachGuess.objects.filter(pk=one.pk).update(**wrong)
