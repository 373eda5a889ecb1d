"""Bad hours are refused with a sentence that says what is wrong and where."""

from typing import Any

import pytest

from itsm.hours.windows import BadHours, pairs_of, windows_of, without
from itsm.hours.worktime import Schedule

NINE = [["09:00", "12:00"]]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"zone": "Asia/Taipeh"}, "“Asia/Taipeh” is not a time zone such as Asia/Taipei."),
        ({"zone": "../Taipei"}, "“../Taipei” is not a time zone such as Asia/Taipei."),
        ({"zone": "Asia"}, "“Asia” is not a time zone such as Asia/Taipei."),
        ({"zone": None}, "“None” is not a time zone such as Asia/Taipei."),
        ({"weekly": []}, "The weekly hours are given by weekday, 0 (Monday) to 6 (Sunday)."),
        ({"weekly": {"7": NINE}}, "“7” is not a weekday from 0 (Monday) to 6 (Sunday)."),
        ({"weekly": {"0": "09:00-12:00"}}, "Monday: The windows of a day are a list of pairs of times."),
        ({"weekly": {"1": ["09:00"]}}, "Tuesday: A window is a pair of times such as 09:00 and 12:00."),
        ({"weekly": {"1": [["09:00", 12]]}}, "Tuesday: A window is a pair of times such as 09:00 and 12:00."),
        ({"weekly": {"0": [["9:00", "12:00"]]}}, "Monday: “9:00” is not a time of day such as 09:00."),
        ({"weekly": {"0": [["09:00", "24:00"]]}}, "Monday: “24:00” is not a time of day such as 09:00."),
        (
            {"weekly": {"6": [["22:00", "06:00"]]}},
            "Sunday: The window 22:00-06:00 does not end after it starts; write a night shift as two windows.",
        ),
        (
            {"weekly": {"0": [["09:00", "12:00"], ["11:00", "18:00"]]}},
            "Monday: The windows 09:00-12:00 and 11:00-18:00 overlap or are out of order.",
        ),
        (
            {"weekly": {"0": [["22:00", "00:00"], ["00:00", "02:00"]]}},
            "Monday: The windows 22:00-00:00 and 00:00-02:00 overlap or are out of order.",
        ),
        ({"exceptions": []}, "The exceptions are given by date."),
        ({"exceptions": {"2026-02-30": []}}, "“2026-02-30” is not a date such as 2026-01-31."),
        ({"exceptions": {"20260201": []}}, "“20260201” is not a date such as 2026-01-31."),
        (
            {"exceptions": {"2026-02-03": [["09:00", "09:00"]]}},
            "2026-02-03: The window 09:00-09:00 does not end after it starts; write a night shift as two windows.",
        ),
    ],
)
def test_bad_hours_are_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    hours = {"zone": "Asia/Taipei", "weekly": {"0": NINE}, "exceptions": {}} | wrong

    with pytest.raises(BadHours) as refusal:
        Schedule.parse(**hours)

    assert str(refusal.value) == sentence


def test_windows_that_touch_are_kept() -> None:
    windows = windows_of([["00:00", "12:00"], ["12:00", "00:00"]])

    assert windows == ((0, 43_200), (43_200, 86_400))
    assert pairs_of(windows) == [["00:00", "12:00"], ["12:00", "00:00"]]


def test_an_always_open_calendar_ignores_its_windows() -> None:
    schedule = Schedule.parse(zone="UTC", weekly={"0": "nonsense"}, exceptions={"never": 1}, always=True)

    assert schedule.always


def test_a_closure_is_cut_out_of_the_windows() -> None:
    day = windows_of([["09:00", "12:00"], ["13:00", "18:00"]])

    assert pairs_of(without(day, start=14 * 3600, end=15 * 3600)) == [
        ["09:00", "12:00"],
        ["13:00", "14:00"],
        ["15:00", "18:00"],
    ]
    assert without(day, start=0, end=86_400) == ()
