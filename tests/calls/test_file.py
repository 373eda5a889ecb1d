"""A file of calls: shown first, told by line where it is wrong, and entered as a whole."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.people.models import Person
from itsm.reporting import call_sheet
from itsm.reporting.call_models import CallCount
from tests.calls.conftest import Count
from tests.calls.test_entering import FILE, HEAD, SUNDAY, followed, numbers, sign_in
from tests.calls.test_entering import _on_monday as _on_monday
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def sent(client: Client, text: str, *, then: str = "check") -> Any:
    file = BytesIO(text.encode())
    file.name = "calls.csv"
    return client.post(FILE, {"file": file, "then": then})


def test_a_file_is_shown_first_and_entered_when_asked_to(keeper: Person, count: Count) -> None:
    client = sign_in(keeper)
    count(date(2026, 11, 20), 10, 9, 8, 1)
    count(date(2026, 11, 21), 10, 9, 8, 1)
    text = HEAD + "2026-11-20,,10,9,8,1\n2026/11/21,,12,9,8,1\n2026-11-22, VIP  line ,50,45,40,5\n"

    checked = sent(client, text)
    unchanged = CallCount.objects.count()
    told = followed(client, FILE, {"text": text, "then": "import"})

    assert unchanged == 2
    assert "3 rows are right." in checked.content.decode()
    assert "10 · 9 · 8 · 1" in checked.content.decode()
    assert "Entered: 1, corrected: 1, as they were: 1." in told
    assert numbers(CallCount.objects.get(line="VIP line")) == (50, 45, 40, 5)


@pytest.mark.parametrize(
    ("line", "column", "sentence"),
    [
        ("22.11.2026,,1,1,1,0", "day", "Write the day as 2026-11-30."),
        ("2026-11-24,,1,1,1,0", "day", "This day has not begun yet."),
        ("2026-11-22,,many,1,1,0", "offered", "Write a whole number of calls, 0 or more."),
        ("2026-11-22,,1,1,1,-2", "abandoned", "Write a whole number of calls, 0 or more."),
        ("2026-11-22,,1,2,1,0", "", "Answered and abandoned calls together are not more than those offered."),
        ("2026-11-22,,9,2,3,0", "", "The calls answered within 20 seconds are not more than those answered."),
        ("2026-11-22,,1,1", "day", "The row has 4 cells, the first line 6."),
        ("2026-11-21,,1,1,1,0", "day", "The file names it twice, first in line 2."),
        (f"2026-11-22,{'x' * 61},1,1,1,0", "line", "at most 60 characters"),
    ],
)
def test_each_bad_line_is_told_and_nothing_is_entered(keeper: Person, line: str, column: str, sentence: str) -> None:
    text = f"{HEAD}2026-11-21,,10,9,8,1\n{line}\n"
    with override("en"):
        found = call_sheet.read(text, at=MONDAY)

    (bad,) = found.errors
    assert (bad.line, bad.column) == (3, column)
    assert sentence in bad.reason
    answer = sign_in(keeper).post(FILE, {"text": text, "then": "import"})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not CallCount.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", "day,offered\n2026-11-22,1\n", HEAD.strip() + ",more\n", "day," + HEAD, HEAD + '"' + "x" * 140_000 + '"\n'],
)  # fmt: skip
def test_a_file_of_something_else_is_told(keeper: Person, text: str) -> None:
    found = call_sheet.read(text, at=MONDAY)

    assert found.errors
    assert found.rows == []


def test_a_file_that_is_too_long_is_told() -> None:
    found = call_sheet.read(HEAD + "2026-11-22,,1,1,1,0\n" * (call_sheet.MOST_ROWS + 1), at=MONDAY)

    assert [bad.line for bad in found.errors] == [1]


def test_a_long_file_costs_as_many_statements_as_a_short_one(keeper: Person) -> None:
    def spent(days: int, offered: int) -> list[int]:
        rows = [f"{date(2020, 1, 1) + timedelta(days=ago)},,{offered},9,8,1" for ago in range(days)]
        found = []
        for then in ("check", "import"):
            with CaptureQueriesContext(connection) as asked:
                sent(client, HEAD + "\n".join(rows) + "\n", then=then)
            found.append(len(asked))
        return found

    client = sign_in(keeper)
    spent(1, 10)
    assert spent(2, 11) == spent(30, 12)
    assert CallCount.objects.filter(offered=12).count() == 30


def test_a_file_that_others_overtook_is_told_and_kept(keeper: Person, count: Count, monkeypatch: Any) -> None:
    text, read = f"{HEAD}2026-11-22,,50,45,40,5\n", call_sheet.read

    def slowly(*given: Any, **named: Any) -> Any:
        found = read(*given, **named)
        count(SUNDAY, 9, 9, 9, 0, "VIP")
        return found

    monkeypatch.setattr(call_sheet, "read", slowly)
    answer = sign_in(keeper).post(FILE, {"text": text, "then": "import"})

    assert answer.status_code == 422
    assert "would count twice" in answer.content.decode()
    assert "50,45,40,5" in answer.content.decode()
    assert numbers() == (9, 9, 9, 0)
