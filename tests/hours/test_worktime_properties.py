"""Random calendars in six zones against a walker, and against the reference arithmetic where it is at hand."""

import importlib.util
import random
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as runs
from hypothesis import strategies as st

from itsm.hours.worktime import NoHours, Schedule
from tests.hours.walking import Pairs, Walker

ZONES = ["Asia/Taipei", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
CHANGES = [
    date(2025, 3, 9),
    date(2025, 3, 30),
    date(2025, 4, 6),
    date(2025, 10, 5),
    date(2025, 10, 26),
    date(2025, 11, 2),
]


@st.composite
def windows(draw: st.DrawFn) -> Pairs:
    """Draw windows in order; one that ends with the day ends at 00:00."""
    edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    texts = [f"{edge // 4 % 24:02}:{edge % 4 * 15:02}" for edge in edges]
    return [[a, b] for a, b in zip(texts[0::2], texts[1::2], strict=False)]


days = st.one_of(st.sampled_from(CHANGES), st.dates(date(2025, 1, 1), date(2026, 12, 31))).map(date.isoformat)
calendars = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(ZONES),
        "weekly": st.dictionaries(st.sampled_from("0123456"), windows(), max_size=7),
        "exceptions": st.dictionaries(days, windows(), max_size=8),
        "always": st.sampled_from([False] * 9 + [True]),
    }
)
instants = st.integers(0, 700 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))


@runs(max_examples=300, deadline=None)
@given(calendars, instants, st.one_of(st.just(0), st.integers(1, 7200), st.integers(1, 400_000)))
def test_adding_agrees_with_a_walk(calendar: dict[str, Any], start: datetime, seconds: int) -> None:
    mine, walker = Schedule.parse(**calendar), Walker(**calendar)

    if not calendar["always"] and not any(calendar["weekly"].values()):
        left = walker.between(start, datetime(2027, 2, 1, tzinfo=UTC))
        if left < max(seconds, 1):
            with pytest.raises(NoHours):
                mine.add(start, seconds=seconds)
            return
    assert mine.add(start, seconds=seconds) == walker.add(start, seconds)


@runs(max_examples=300, deadline=None)
@given(calendars, instants, st.integers(0, 60 * 86_400))
def test_counting_agrees_with_a_walk(calendar: dict[str, Any], start: datetime, seconds: int) -> None:
    end = start + timedelta(seconds=seconds)

    assert Schedule.parse(**calendar).between(start, end) == Walker(**calendar).between(start, end)


@runs(max_examples=150, deadline=None)
@given(calendars, instants, st.integers(1, 90_000))
def test_counting_undoes_adding(calendar: dict[str, Any], start: datetime, seconds: int) -> None:
    schedule = Schedule.parse(**calendar)
    try:
        due = schedule.add(start, seconds=seconds)
    except NoHours:
        return

    assert schedule.between(start, due) == seconds
    assert schedule.between(start, due - timedelta(seconds=1)) == seconds - 1
    assert sum((b - a).total_seconds() for a, b in schedule.spans(start, due)) == seconds


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """Load the reference arithmetic from the shared folder."""
    path = settings.SHARED_DIR / "spec" / "sla_reference.py"
    if not path.is_file():
        pytest.skip("the reference arithmetic is not at hand (SHARED_DIR)")
    found = importlib.util.spec_from_file_location("sla_reference", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("zone", ZONES)
def test_the_reference_gives_the_same(reference: ModuleType, zone: str) -> None:
    rng = random.Random(zone)
    weekly = {str(day): [["01:30", "03:30"], ["09:00", "12:00"], ["22:00", "00:00"]] for day in range(0, 7, 2)}
    closed = [(date(2025, 1, 1) + timedelta(rng.randrange(700))).isoformat() for _ in range(40)]
    mine = Schedule.parse(zone=zone, weekly=weekly, exceptions={day: [] for day in closed})
    theirs = reference.Calendar(
        {int(day): [tuple(map(time.fromisoformat, pair)) for pair in pairs] for day, pairs in weekly.items()},
        {date.fromisoformat(day): [] for day in closed},
        tz=ZoneInfo(zone),
    )

    for _ in range(250):
        start = FIRST + timedelta(seconds=rng.randrange(700 * 86_400))
        seconds = rng.choice([0, 1, 3600, rng.randrange(400_000)])
        due = mine.add(start, seconds=seconds)
        assert due == theirs.add(start, seconds)
        assert mine.between(start, due) == theirs.between(start, due)
