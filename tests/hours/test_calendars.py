"""Calendars in the database: seeded, versioned, never changed, compiled once, and told to those who listen."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from itsm.hours import services, taiwan
from itsm.hours.models import Calendar, CalendarVersion, schedule_of
from itsm.hours.queries import ending_notice, ending_soon, ends_on
from itsm.hours.services import NothingChanged, close, publish, spoken
from itsm.hours.windows import BadHours, windows_of
from itsm.hours.worktime import NoHours

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MONDAYS = {"0": [["09:00", "12:00"]]}


@pytest.fixture
def office() -> Calendar:
    """Give the seeded office calendar."""
    taiwan.seed(Calendar.objects, CalendarVersion.objects, at=NOW)
    return Calendar.objects.with_current().get(code="taiwan-office")


@pytest.fixture
def listeners() -> Iterator[list[services.Listener]]:
    """Let a test add listeners without leaving them behind."""
    before = list(services.on_publish)
    yield services.on_publish
    services.on_publish[:] = before


def new_hours(calendar: Calendar, **other: object) -> CalendarVersion:
    """Publish Monday mornings only."""
    hours = {"weekly": MONDAYS, "exceptions": {}, "by_name": "王小明", "at": NOW, "reason": "summer"} | other
    return publish(calendar, **hours)  # type: ignore[arg-type]


def current(calendar: Calendar) -> CalendarVersion:
    assert calendar.current is not None
    return calendar.current


def delete_row(version: CalendarVersion) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hours_calendarversion WHERE id = %s", [version.pk])


def test_an_empty_installation_has_three_calendars(office: Calendar) -> None:
    codes = Calendar.objects.active().values_list("code", flat=True)

    assert list(codes) == ["always", "service-hours", "taiwan-office"]
    assert Calendar.objects.filter(current=None).count() == 0


def test_seeding_twice_changes_nothing(office: Calendar) -> None:
    taiwan.seed(Calendar.objects, CalendarVersion.objects, at=NOW)

    assert (Calendar.objects.count(), CalendarVersion.objects.count()) == (3, 3)


def test_the_seeded_calendars_reckon(office: Calendar) -> None:
    taipei = ZoneInfo("Asia/Taipei")
    friday = datetime(2026, 2, 13, 17, tzinfo=taipei)
    around = Calendar.objects.with_current().get(code="always")
    staffed = Calendar.objects.with_current().get(code="service-hours")

    assert current(office).schedule().add(friday, seconds=4 * 3600) == datetime(2026, 2, 23, 12, tzinfo=taipei)
    assert current(around).schedule().add(friday, seconds=4 * 3600) == friday + timedelta(hours=4)
    assert current(staffed).schedule().add(friday, seconds=4 * 3600) == datetime(2026, 2, 23, 9, tzinfo=taipei)


def test_an_edit_is_a_new_version_and_leaves_the_old_one(office: Calendar) -> None:
    old = current(office)

    new = new_hours(office, zone="Europe/Berlin")

    office.refresh_from_db()
    assert (office.current, office.zone) == (new, "Europe/Berlin")
    assert (new.number, new.created_by_name, new.reason, new.created_at) == (2, "王小明", "summer", NOW)
    assert new.tz_release
    assert CalendarVersion.objects.get(pk=old.pk).weekly == taiwan.weekly(taiwan.OFFICE)


@pytest.mark.parametrize("change", ["update", "save", "delete"])
def test_a_version_never_changes(office: Calendar, change: str) -> None:
    version = current(office)
    changes: dict[str, Callable[[], object]] = {
        "update": lambda: CalendarVersion.objects.filter(pk=version.pk).update(weekly={}),
        "save": lambda: version.save(),
        "delete": lambda: delete_row(version),
    }

    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        changes[change]()


def test_the_hours_in_force_cannot_be_published_again(office: Calendar) -> None:
    version = current(office)

    with pytest.raises(NothingChanged):
        new_hours(office, weekly=version.weekly, exceptions=version.exceptions)


def test_a_calendar_that_never_opens_is_refused(office: Calendar) -> None:
    with pytest.raises(NoHours):
        new_hours(office, weekly={"0": []})
    assert new_hours(office, weekly={}, always_on=True).always_on


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ([], "2026-12-24: An exception says its windows and its kind."),
        ({"kind": "party"}, "2026-12-24: “party” is not one of: holiday, substitute, makeup, closure, partial."),
        (
            {"kind": "holiday", "windows": [["09:00", "10:00"]]},
            "2026-12-24: A day of this kind (holiday) is closed and has no windows.",
        ),
        ({"kind": "makeup", "windows": []}, "2026-12-24: A day of this kind (makeup) needs windows."),
        ({"kind": "closure", "name_zh": "停" * 81}, "2026-12-24: Names are texts of at most 80 characters."),
    ],
)
def test_a_bad_exception_is_refused_and_nothing_is_written(office: Calendar, entry: object, sentence: str) -> None:
    with pytest.raises(BadHours) as refusal:
        new_hours(office, exceptions={"2026-12-24": entry})

    assert str(refusal.value) == sentence
    with translation.override("en"):
        assert spoken(refusal.value) == sentence
    assert CalendarVersion.objects.filter(calendar=office).count() == 1


def test_a_refusal_is_spoken_in_the_readers_language(office: Calendar) -> None:
    with pytest.raises(BadHours) as refusal:
        new_hours(office, weekly={"0": [["12:00", "09:00"]]})

    with translation.override("zh-hant"):
        assert spoken(refusal.value).startswith("星期一")


def test_listeners_hear_of_the_old_and_the_new_version(office: Calendar, listeners: list[services.Listener]) -> None:
    heard: list[tuple[int, int]] = []
    listeners.append(lambda old, new: heard.append((old.number, new.number)))

    new_hours(office)

    assert heard == [(1, 2)]


def test_a_listener_that_fails_undoes_the_edit(office: Calendar, listeners: list[services.Listener]) -> None:
    def fail(old: CalendarVersion, new: CalendarVersion) -> None:
        raise LookupError("clocks cannot be settled")

    listeners.append(fail)

    with pytest.raises(LookupError):
        new_hours(office)
    assert Calendar.objects.with_current().get(pk=office.pk).current == CalendarVersion.objects.get(calendar=office)


def test_a_version_compiles_once_for_the_process(
    office: Calendar, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = new_hours(office)

    with django_assert_num_queries(1):
        first = schedule_of(version.pk)
    with django_assert_num_queries(0):
        assert schedule_of(version.pk) is first is version.schedule()


def test_a_typhoon_closes_the_afternoon(office: Calendar) -> None:
    taipei = ZoneInfo("Asia/Taipei")

    version = close(
        office,
        on=date(2026, 11, 24),
        start="12:00",
        name_zh="颱風停班",
        county="臺北市",
        by_name="王小明",
        at=NOW,
        reason="announced",
    )

    day = version.exceptions["2026-11-24"]
    assert (day["kind"], day["windows"], day["county"]) == ("partial", [["09:00", "12:00"]], "臺北市")
    due = version.schedule().add(datetime(2026, 11, 23, 17, tzinfo=taipei), seconds=5 * 3600)
    assert due == datetime(2026, 11, 25, 10, tzinfo=taipei)


def test_a_whole_day_closes_once_only(office: Calendar) -> None:
    told = {"on": date(2026, 11, 24), "by_name": "", "at": NOW, "reason": "typhoon"}

    assert close(office, **told).exceptions["2026-11-24"]["kind"] == "closure"  # type: ignore[arg-type]
    with pytest.raises(NothingChanged):
        close(office, **told)  # type: ignore[arg-type]


def test_a_calendar_tells_when_its_holidays_end(office: Calendar) -> None:
    around = Calendar.objects.with_current().get(code="always")

    assert ends_on(office) == date(2026, 12, 31)
    assert ends_on(around) is None
    assert [item.code for item, _ in ending_soon(on=date(2026, 11, 1))] == ["service-hours", "taiwan-office"]
    assert ending_soon(on=date(2026, 10, 31)) == []
    with translation.override("en"):
        assert "until Thu 31 Dec 2026 only" in ending_notice(office, on=date(2026, 11, 23))
    assert ending_notice(office, on=date(2026, 6, 1)) == ending_notice(around, on=date(2026, 11, 23)) == ""


def test_the_history_of_a_calendar_is_kept_by_the_database(office: Calendar) -> None:
    Calendar.objects.filter(pk=office.pk).update(is_active=False)

    labels = office.events.order_by("pgh_id").values_list("pgh_label", "is_active")  # type: ignore[attr-defined]
    assert labels.first() == ("insert", True)
    assert labels.last() == ("update", False)


def test_every_seeded_day_has_both_names() -> None:
    days = taiwan.exceptions(windows_of(taiwan.OFFICE))

    assert len(days) == 32
    assert all(day["name_zh"] and day["name_en"] for day in days.values())


def test_two_who_close_days_at_once_lose_neither(office: Calendar) -> None:
    other = Calendar.objects.with_current().get(pk=office.pk)

    for calendar, day in ((office, 24), (other, 25)):
        close(calendar, on=date(2026, 11, day), by_name="王小明", at=NOW, reason="颱風")

    kept = Calendar.objects.with_current().get(pk=office.pk).current
    assert kept is not None
    assert {"2026-11-24", "2026-11-25"} <= set(kept.exceptions)
