"""The list of office days that Taiwan's government publishes is read as it is."""

import pytest

from itsm.hours.intake import read_file
from itsm.hours.models import Calendar

HEAD = "\ufeff西元日期,星期,是否放假,備註\n"


@pytest.fixture
def office(db: None) -> Calendar:
    """The office calendar that every installation begins with."""
    return Calendar.objects.with_current().get(code="taiwan-office")


def test_days_off_and_make_up_days_are_kept_and_usual_days_are_left_out(office: Calendar) -> None:
    lines = (
        "20270101,五,2,開國紀念日\n20270102,六,2,\n20270104,一,0,\n20270205,五,2,小年夜補假\n2027/2/20,六,0,補行上班\n"
    )

    found = read_file(HEAD + lines, calendar=office)

    assert not found.errors
    assert {day: (entry["kind"], entry["name_zh"]) for day, entry in found.days.items()} == {
        "2027-01-01": ("holiday", "開國紀念日"),
        "2027-02-05": ("substitute", "小年夜補假"),
        "2027-02-20": ("makeup", "補行上班"),
    }
    assert found.days["2027-02-20"]["windows"] == [["09:00", "12:00"], ["13:00", "18:00"]]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("20271345,五,2,x", "西元日期"),
        ("abc,,2,", "西元日期"),
        ("20270104,一,,", "是否放假"),
        ("20270101,五,2,again", "西元日期"),
    ],
)
def test_a_wrong_line_is_named_with_its_column(office: Calendar, line: str, column: str) -> None:
    found = read_file(f"{HEAD}20270101,五,2,開國紀念日\n{line}\n", calendar=office)

    assert [(bad.line, bad.column) for bad in found.errors] == [(3, column)]
    assert found.errors[0].reason
