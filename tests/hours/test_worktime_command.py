"""The contract of `manage.py worktime`: a JSON case a line in, a JSON answer a line out, and no database."""

import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from itsm.hours.cases import answer
from tests.hours.walking import Walker

OFFICE = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)}
CALENDAR = {"tz": "Asia/Taipei", "always": False, "weekly": OFFICE, "exceptions": {"2026-11-24": []}}
ADD = {"id": 1, "op": "add", "calendar": CALENDAR, "start": "2026-11-23T17:00:00+08:00", "seconds": 14_400}
BETWEEN = {
    "id": 2,
    "op": "between",
    "calendar": CALENDAR,
    "start": "2026-11-23T00:00:00Z",
    "end": "2026-11-25T10:00:00Z",
}


def ask(case: object) -> dict[str, Any]:
    return answer(json.dumps(case))


def test_adding_answers_the_due_instant() -> None:
    assert ask(ADD) == {"id": 1, "due": "2026-11-25T04:00:00+00:00"}


def test_counting_answers_the_seconds() -> None:
    assert ask(BETWEEN) == {"id": 2, "seconds": 16 * 3600}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"op": "subtract"}, "The operation (op) is add or between."),
        ({"op": []}, "The operation (op) is add or between."),
        ({"seconds": -1}, "The seconds to add are a whole number, 0 or more."),
        ({"seconds": 1.5}, "The seconds to add are a whole number, 0 or more."),
        ({"seconds": True}, "The seconds to add are a whole number, 0 or more."),
        ({"seconds": 10**15}, "Working time is reckoned from the year 1900 to 2199."),
        ({"start": "yesterday"}, "The start is not an instant such as 2026-11-23T09:00:00+08:00."),
        ({"start": None}, "The start is not an instant such as 2026-11-23T09:00:00+08:00."),
        ({"start": "2026-11-23T17:00:00"}, "The start does not say its offset from UTC."),
        ({"start": "2026-11-23T17:00:00.5Z"}, "The start is not a whole second."),
        ({"calendar": None}, "The calendar is a JSON object with tz, always, weekly and exceptions."),
        ({"calendar": CALENDAR | {"always": "yes"}}, "Whether the calendar is always open (always) is true or false."),
        ({"calendar": CALENDAR | {"weekly": {}}}, "The calendar has no opening hours left."),
        ({"calendar": CALENDAR | {"tz": "Mars/Olympus"}}, "“Mars/Olympus” is not a time zone such as Asia/Taipei."),
        (
            {"calendar": CALENDAR | {"weekly": {"4": [["13:00", "18:00"], ["09:00", "12:00"]]}}},
            "Friday: The windows 13:00-18:00 and 09:00-12:00 overlap or are out of order.",
        ),
    ],
)
def test_a_bad_case_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    assert ask(ADD | wrong) == {"id": 1, "error": sentence}


@pytest.mark.parametrize("line", ["{", "[]", "7", "[" * 100_000])
def test_a_line_that_is_no_case_is_refused(line: str) -> None:
    assert set(answer(line)) == {"id", "error"}


def test_an_always_open_calendar_needs_no_windows() -> None:
    case = ADD | {"calendar": {"tz": "UTC", "always": True}}

    assert ask(case) == {"id": 1, "due": "2026-11-23T13:00:00+00:00"}


def test_the_command_answers_every_line_without_a_database() -> None:
    rng = random.Random(7)
    cases: list[dict[str, Any]]
    cases = [ADD | {"id": n, "seconds": rng.randrange(200_000), "start": start_of(n).isoformat()} for n in range(300)]
    lines = [json.dumps(case) for case in cases] + ["", "no JSON"]
    nowhere = os.environ | {
        "DATABASE_URL": "postgres://nobody@localhost:1/nothing",
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "worktime"],
        cwd=settings.BASE_DIR,
        input="\n".join(lines),
        env=nowhere,
        text=True,
        capture_output=True,
        check=True,
    )

    walker = Walker(zone="Asia/Taipei", weekly=OFFICE, exceptions={"2026-11-24": []})
    wanted = [{"id": n, "due": walker.add(start_of(n), case["seconds"]).isoformat()} for n, case in enumerate(cases)]
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        *wanted,
        {"id": None, "error": "The line is not JSON."},
    ]


def start_of(number: int) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=number * 9_001)
