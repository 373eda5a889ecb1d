"""Addresses of rows: what is written is read again, odd values ask for nothing, months are written as pages write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from itsm.desk.simulator.addresses import key_of, place_of
from itsm.desk.simulator.asked import SHOWS, WALKED, Asked
from itsm.desk.simulator.forecast_rows import SUM_WORDS, Guessed
from itsm.people.models import Person
from sla.simulation import running
from sla.simulation_models import SimulationRun
from tests.fixtures import MONDAY
from tests.simulator.test_pages import TIGHT
from tests.simulator.test_pages import browser as browser

KEYS = st.just("") | st.just("none") | st.integers(0, 10**16).map(str)
RESULTS = st.builds(
    Asked, metric=st.sampled_from(("", *WALKED)), month=st.dates().map(lambda day: f"{day:%Y-%m}"[-7:].zfill(7)), priority=KEYS,
    team=KEYS, ola=st.just("") | st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1, max_size=32),
    show=st.sampled_from(sorted(SHOWS)),
)  # fmt: skip
GUESSES = st.builds(
    Guessed, week=st.dates().map(date.isoformat), fifth=st.sampled_from(["", *"01234"]), sum=st.sampled_from(sorted(SUM_WORDS))
)  # fmt: skip


@given(st.one_of(RESULTS, GUESSES))
def test_what_is_written_is_read_again(asked: Asked | Guessed) -> None:
    assert type(asked).read(QueryDict(asked.query())) == asked
    assert type(asked).odd(QueryDict(asked.query())) == []


@pytest.mark.parametrize(
    ("kind", "query", "odd"),
    [
        (Guessed, "week=2026-02-30&class=5&sum=all", ["week", "class", "sum"]), (Guessed, "week=0000-01-01&class=٣", ["week", "class"]),
        (Asked, "month=2026-13&priority=P3&team=-1", ["month", "priority", "team"]), (Asked, "month=0000-01&ola=a%00b", ["month", "ola"]),
        (Asked, "show=all&sum=", []),
    ],
)  # fmt: skip
def test_odd_values_are_named_and_ask_for_nothing(kind: Any, query: str, odd: list[str]) -> None:
    assert kind.odd(QueryDict(query)) == odd
    assert kind.read(QueryDict(query)) == kind()


@pytest.mark.parametrize(
    ("text", "key", "place"), [(None, 0, 1), ("", 0, 1), ("x", 0, 1), ("٣", 0, 1), ("0", 0, 1), ("12", 12, 12), ("9" * 18, 0, 1)]
)  # fmt: skip
def test_places_in_a_list_are_numbers(text: str | None, key: int, place: int) -> None:
    assert (key_of(text), place_of(text)) == (key, place)


@pytest.fixture
def run(settled: Callable[..., Any]) -> SimulationRun:
    """A run over cases of two months."""
    settled(1)
    settled(30, at=MONDAY - timedelta(days=40))
    return running.finish(running.ask(title="x", draft={"targets": [TIGHT]}, by=None, at=MONDAY), at=MONDAY)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "months"), [("zh-hant", ("2026 年 10 月", "2026 年 11 月")), ("en", ("Oct 2026", "Nov 2026"))]
)
def test_months_are_written_for_people_and_stay_in_addresses(
    run: SimulationRun, browser: Client, level_manager: Person, language: str, months: tuple[str, str]
) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language=language)

    page = browser.get(f"/simulator/{run.pk}/").content.decode()
    rows = browser.get(f"/simulator/{run.pk}/rows/?month=2026-10").content.decode()

    for month in months:
        assert f'<th scope="row" class="nowrap">{month}</th>' in page
        assert re.search(rf">{month} [^<]+</text>", page)
    assert "month=2026-10" in page
    assert ">2026-1" not in page
    assert f"<b>{months[0]}</b>" in rows
