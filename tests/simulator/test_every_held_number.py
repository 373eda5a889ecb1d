"""Every number on the page of held time is a link, and the cases that it opens add up to it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from itsm.desk.simulator.words import share
from itsm.people.models import Person
from itsm.ui.moments import span
from sla.held import keeping
from tests.fixtures import MONDAY
from tests.simulator.numbers import numbers_of
from tests.simulator.test_between_teams import escalated as escalated
from tests.simulator.test_pages import browser as browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def parted(settled: Callable[..., Any], escalated: Callable[..., Any]) -> None:
    """Cases of the desk and of the second line."""
    for back, hours in ((0, 1), (0, 4), (40, 30)):
        settled(hours, at=MONDAY - timedelta(days=back))
    escalated(0.1, 1)
    escalated(2, 9)
    keeping.work(MONDAY)


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("query", ["", "?party=desk", "?since=2026-11-01"])
def test_every_number_is_a_link_whose_cases_add_up_to_it(
    parted: None, browser: Client, level_manager: Person, language: str, query: str
) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language=language)

    found = numbers_of(browser, f"/held/{query}")

    assert found.loose == []
    assert len(found.links) >= 10
    for address, text in found.links:
        opens(browser, address, text, language)


def opens(browser: Client, address: str, text: str, language: str) -> None:
    """Hold what an address opens to the number that leads there."""
    page = browser.get(address)
    told: Any = page.context
    body = page.content.decode()
    seconds = [int(one) for one in re.findall(r'<data value="(\d+)">', body)]
    parts = [int(one) for one in re.findall(r'<data class="part" value="(\d+)">', body)]
    assert (str(len(seconds)), sum(seconds)) == (told["count"], told["seconds"]), address
    with override(language):
        if "share=" in address:
            assert sum(parts) == told["share"]["part_seconds"], address
            assert text == share(sum(parts), sum(seconds)), address
        elif "party=" in address and "件" not in text and "cases" not in text:
            assert text == span(sum(seconds)), address
        else:
            assert span(sum(seconds)) in text, address


def test_an_odd_share_asks_for_none(parted: None, browser: Client) -> None:
    assert browser.get("/held/rows/?share=everybody").context["share"] is None
    assert browser.get("/held/rows/?share=supplier").context["share"]["text"] == "0.0 %"


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01"])
def test_days_that_no_calendar_reckons_with_ask_for_nothing(parted: None, browser: Client, query: str) -> None:
    everything = browser.get("/held/rows/").context["seconds"]

    assert browser.get(f"/held/rows/?{query}").context["seconds"] == everything > 0
    assert browser.get(f"/held/?{query}").status_code == 200
    assert browser.get(f"/api/v1/held-time?{query}").status_code == 400


def test_narrowing_the_rows_of_a_share_further_stays_at_the_share(parted: None, browser: Client) -> None:
    page = browser.get("/held/rows/?share=desk&without=supplier&party=").content.decode()

    assert '<input type="hidden" name="share" value="desk">' in page
    assert '<input type="hidden" name="without" value="supplier">' in page
    assert "/held/rows.csv?share=desk&amp;without=supplier" in page
