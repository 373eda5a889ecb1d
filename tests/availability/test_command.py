"""The contract of `manage.py availability`: a JSON case a line in, a JSON answer a line out, and no database."""

import importlib.util
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings

from itsm.hours.availability_cases import answer

OFFICE = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)}
CALENDAR = {"tz": "Asia/Taipei", "always": False, "weekly": OFFICE, "exceptions": {}}
CASE = {
    "id": 7,
    "calendar": CALENDAR,
    "start": "2026-11-23T00:00:00+08:00",
    "end": "2026-11-24T00:00:00+08:00",
    "outages": [["2026-11-23T11:00:00+08:00", "2026-11-23T14:00:00+08:00"]],
}


def ask(case: object) -> dict[str, Any]:
    return answer(json.dumps(case))


def test_a_day_of_office_hours() -> None:
    assert ask(CASE) == {
        "id": 7,
        "agreed_s": 28_800,
        "down_s": 7_200,
        "numerator": 3,
        "denominator": 4,
        "shown": "75.000%",
    }


def test_a_day_that_is_closed_has_no_ratio() -> None:
    sunday = CASE | {"start": "2026-11-22T00:00:00+08:00", "end": "2026-11-23T00:00:00+08:00"}

    assert ask(sunday) == {
        "id": 7,
        "agreed_s": 0,
        "down_s": 0,
        "numerator": None,
        "denominator": None,
        "shown": "-",
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"mode": "both"}, "The mode is deduct or numerator."),
        ({"mode": []}, "The mode is deduct or numerator."),
        ({"start": "2026-12-23T00:00:00+08:00"}, "The period ends before it starts."),
        ({"outages": "none"}, "The outages are a list of pairs of instants."),
        ({"planned": [["2026-11-23T11:00:00+08:00"]]}, "Each of the planned is a pair of instants."),
        ({"excluded": [["2026-11-23T11:00:00", "x"]]}, "The start does not say its offset from UTC."),
        (
            {"outages": [["2026-11-23T14:00:00+08:00", "2026-11-23T11:00:00+08:00"]]},
            "One of the outages ends before it starts.",
        ),
        ({"calendar": 1}, "The calendar is a JSON object with tz, always, weekly and exceptions."),
        ({"end": "2500-11-23T00:00:00+08:00"}, "Working time is reckoned from the year 1900 to 2199."),
    ],
)
def test_a_bad_case_is_refused_with_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    assert ask(CASE | wrong) == {"id": 7, "error": sentence}


def test_the_command_answers_every_line_without_a_database() -> None:
    lines = [json.dumps(CASE | {"id": number}) for number in range(3)] + ["", "no JSON"]
    nowhere = os.environ | {
        "DATABASE_URL": "postgres://nobody@localhost:1/nothing",
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "availability"],
        cwd=settings.BASE_DIR,
        input="\n".join(lines),
        env=nowhere,
        text=True,
        capture_output=True,
        check=True,
    )

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["id"] for one in answers] == [0, 1, 2, None]
    assert {one["shown"] for one in answers[:3]} == {"75.000%"}


def _pairs(rng: random.Random, start: datetime, most: int) -> list[list[str]]:
    edges = ((rng.randrange(-36_000, 31 * 86_400), rng.randrange(1, 90_000)) for _ in range(rng.randrange(most)))
    return [
        [(start + timedelta(seconds=a)).isoformat(), (start + timedelta(seconds=a + b)).isoformat()] for a, b in edges
    ]


def test_random_months_agree_with_the_reference() -> None:
    path = settings.SHARED_DIR / "spec" / "sla_reference.py"
    if not path.is_file():
        pytest.skip("the reference arithmetic is not at hand (SHARED_DIR)")
    spec = importlib.util.spec_from_file_location("sla_reference", path)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    rng, office = random.Random(11), reference.Calendar(reference.OFFICE)
    for number in range(300):
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(300))
        case: dict[str, Any] = CASE | {"start": start.isoformat(), "end": (start + timedelta(days=31)).isoformat()}
        case |= {name: _pairs(rng, start, 6) for name in ("outages", "planned", "excluded")}
        case["mode"] = ("deduct", "numerator")[number % 2]

        found = ask(case)

        instants = {
            name: [tuple(map(datetime.fromisoformat, pair)) for pair in case[name]]
            for name in ("outages", "planned", "excluded")
        }
        agreed, down, ratio = reference.availability(
            office, start, start + timedelta(days=31), instants["outages"], instants["planned"], instants["excluded"],
            mode=case["mode"],
        )  # fmt: skip
        assert (found["agreed_s"], found["down_s"]) == (agreed, down)
        assert found["shown"] == reference.pct(ratio)
