"""The test vectors of the specification (office 09-12, 13-18, Monday to Friday), and the rule of equality."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.models import Incident
from itsm.hours.models import Calendar, CalendarVersion
from itsm.hours.services import close
from itsm.people.models import Person
from itsm.records.perform import open_record
from sla import targets
from sla.book import Book
from sla.models import Clock
from sla.sweep import sweep

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def office() -> CalendarVersion:
    version = Calendar.objects.get(code="taiwan-office").current
    assert version is not None
    return version


@pytest.fixture
def record(requester: Person) -> Any:
    at = local("2024-01-02T10:00")
    made: Any = open_record(
        Incident,
        by=requester,
        at=at,
        channel="import",
        source="old",
        source_number="1",
        title="x",
        requester=requester,
        received_at=at,
    )
    return made


def started(record: Any, start: str, hours: float, *, ladder: list[dict[str, Any]] | None = None) -> tuple[Book, Clock]:
    book = Book([], local(start))
    terms = targets.Terms(int(hours * 3600), office().pk, {"ladder": ladder or [], "warn": 75})
    clock = book.start(record.pk, "resolution", terms, since=local(start), cycle=1)
    book.save()
    return book, clock


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23T11:00", 2, "2026-11-23T14:00"),  # over lunch
        ("2026-11-23T17:00", 4, "2026-11-24T12:00"),  # over night
        ("2026-11-23T20:00", 1, "2026-11-24T10:00"),  # after hours
        ("2026-11-22T10:00", 1, "2026-11-23T10:00"),  # weekend
        ("2026-11-23T10:00", 7, "2026-11-23T18:00"),  # exactly closing time
        ("2026-02-13T17:00", 4, "2026-02-23T12:00"),  # Lunar New Year
        ("2025-02-07T17:00", 4, "2025-02-08T12:00"),  # make-up Saturday
        ("2026-04-02T17:30", 1, "2026-04-07T09:30"),  # Tomb Sweeping
    ],
)
def test_due_times_are_those_of_the_specification(record: Any, start: str, hours: float, due: str) -> None:
    _book, clock = started(record, start, hours)

    assert clock.due_at == local(due)


def test_a_typhoon_day_declared_while_it_runs_moves_the_due_time(record: Any) -> None:
    _book, clock = started(record, "2026-11-23T17:00", 4)

    calendar = Calendar.objects.get(code="taiwan-office")
    close(calendar, on=date(2026, 11, 24), by_name="x", at=local("2026-11-23T21:00"), reason="颱風")

    assert Clock.objects.get(pk=clock.pk).due_at == local("2026-11-25T12:00")


def test_a_pause_moves_the_due_time_by_its_working_hours(record: Any) -> None:
    book, clock = started(record, "2026-11-23T10:00", 8)
    assert clock.due_at == local("2026-11-24T10:00")
    book.at = local("2026-11-23T15:00")
    book.write(clock, "pause", reason="awaiting_user")
    book.at = local("2026-11-24T11:00")
    book.write(clock, "resume")

    assert (clock.paused_seconds, clock.due_at) == (5 * 3600, local("2026-11-24T16:00"))
    from sla.reckoning import used

    assert used(clock, at=local("2026-11-24T11:00")) == 4 * 3600


@pytest.mark.parametrize(("late", "state"), [(0, "met"), (1, "missed")])
def test_exactly_the_target_is_met_and_a_second_more_is_missed(record: Any, late: int, state: str) -> None:
    book, clock = started(record, "2026-11-23T10:00", 2)
    book.at = local("2026-11-23T12:00") + timedelta(seconds=late) if not late else local("2026-11-23T13:00:01")
    book.fire()
    book.write(clock, "stop")

    assert (clock.state, clock.elapsed_seconds) == (state, 7200 + late)
    assert (clock.breached_at is None) == (late == 0)


def test_the_miss_fires_at_the_first_instant_beyond_the_target(record: Any) -> None:
    _book, clock = started(record, "2026-11-23T10:00", 2)

    assert clock.next_fire_at == local("2026-11-23T13:00:01")  # 12:00 is the target, lunch does not count
    sweep(at=local("2026-11-23T13:00"))
    assert Clock.objects.get(pk=clock.pk).breached_at is None
    sweep(at=local("2026-11-23T13:00:01"))
    assert Clock.objects.get(pk=clock.pk).breached_at == local("2026-11-23T12:00")


@pytest.mark.parametrize("seconds", [0, 1, 315_360_000])
def test_odd_targets_are_exact(record: Any, seconds: int) -> None:
    book = Book([], local("2026-11-23T10:00"))
    clock = book.start(record.pk, "resolution", targets.Terms(seconds, None, {"ladder": []}), since=book.at, cycle=1)

    assert clock.due_at == local("2026-11-23T10:00") + timedelta(seconds=seconds)
    assert clock.next_fire_at == clock.due_at + timedelta(seconds=1)
