"""Special days from CSV: all or nothing, every wrong cell named, a dry run first."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from itsm.hours import taiwan
from itsm.hours.intake import BadFile, import_days, read
from itsm.hours.models import Calendar, CalendarVersion

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HEAD = "date,windows,kind,name_zh,name_en\n"
GOOD = HEAD + "2027-01-01,,holiday,元旦,New Year\n\n2027-01-09,09:00-12:00 13:00-18:00,makeup,補行上班,Make-up\n"
BAD = HEAD + (
    "2027-02-30,,holiday,,\n"
    "2027-03-01,9-12,partial,,\n"
    "2027-03-02,,party,,\n"
    "2027-03-03,,holiday,,\n"
    "2027-03-03,,holiday,,\n"
    "2027-03-04,,holiday,,,extra\n"
)


@pytest.fixture
def office() -> Calendar:
    """Give the seeded office calendar."""
    taiwan.seed(Calendar.objects, CalendarVersion.objects, at=NOW)
    return Calendar.objects.with_current().get(code="taiwan-office")


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def test_a_file_is_read_with_or_without_a_byte_order_mark() -> None:
    plain, marked = read(lines(GOOD)), read(lines("\ufeff" + GOOD))

    assert plain == marked
    assert not plain.errors
    assert plain.days["2027-01-09"]["windows"] == taiwan.OFFICE


def test_every_wrong_cell_is_named_with_its_line() -> None:
    with translation.override("en"):
        errors = read(lines(BAD)).errors
        said = str(errors[1])

    assert [(error.line, error.column, error.value) for error in errors] == [
        (2, "date", "2027-02-30"),
        (3, "windows", "9-12"),
        (4, "kind", "party"),
        (6, "date", "2027-03-03"),
        (7, "date", "2027-03-04"),
    ]
    assert said == "Line 3, windows: “9” is not a time of day such as 09:00."


def test_a_file_without_its_columns_is_refused() -> None:
    with translation.override("en"):
        (error,) = read(["date,hours\n"]).errors

    assert error.column == "windows, kind, name_zh, name_en"
    assert [found.line for found in read([]).errors] == [1]


@pytest.mark.django_db
def test_the_days_join_those_in_force(office: Calendar) -> None:
    version = import_days(office, text=GOOD, by_name="王小明", at=NOW, reason="2027")

    assert version.number == 2
    assert {"2026-01-01", "2027-01-01", "2027-01-09"} <= set(version.exceptions)


@pytest.mark.django_db
def test_one_error_keeps_everything_out(office: Calendar) -> None:
    with pytest.raises(BadFile):
        import_days(office, text=BAD, by_name="", at=NOW, reason="2027")

    assert office.versions.count() == 1


@pytest.mark.django_db
def test_the_command_reads_reports_and_writes(office: Calendar, tmp_path: Path) -> None:
    good, bad, out, err = tmp_path / "good.csv", tmp_path / "bad.csv", StringIO(), StringIO()
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(BAD, encoding="utf-8")

    call_command("import_calendar", "taiwan-office", str(good), "--dry-run", stdout=out)
    assert office.versions.count() == 1
    with pytest.raises(CommandError):
        call_command("import_calendar", "taiwan-office", str(bad), stderr=err)
    assert len(err.getvalue().splitlines()) == 5
    call_command("import_calendar", "taiwan-office", str(good), stdout=out)
    assert office.versions.count() == 2
    for code, file in (("taiwan-office", good), ("nowhere", good), ("always", tmp_path / "none.csv")):
        with pytest.raises(CommandError):
            call_command("import_calendar", code, str(file), stdout=out)
