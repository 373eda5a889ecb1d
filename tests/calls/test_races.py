"""Entering calls at one instant, on real connections: no day gets lines beside the whole desk, and nobody waits for ever."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.reporting.call_entering import Counts, enter_counts
from itsm.reporting.call_models import CallCount
from tests.fixtures import MONDAY, make_person
from tests.sla.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = date(2026, 11, 1)


def enter(by: Person, line: str, refused: list[str], *, backwards: bool = False) -> None:
    rows = [Counts(FIRST + timedelta(days=day), 5, 5, 5, 0, line) for day in range(12)]
    try:
        enter_counts(reversed(rows) if backwards else rows, by=by, at=MONDAY)
    except Objected:
        refused.append(line)


def test_the_whole_desk_and_a_line_entered_at_once_do_not_both_stand() -> None:
    by = make_person("keeper", "incident_manager")
    refused: list[str] = []

    together(partial(enter, by, "", refused), partial(enter, by, "VIP", refused, backwards=True))

    assert len(refused) == 1
    assert CallCount.objects.exclude(line=refused[0]).count() == CallCount.objects.count() == 12


def test_the_same_days_entered_at_once_stand_once() -> None:
    by = make_person("keeper", "incident_manager")
    refused: list[Any] = []

    together(*(partial(enter, by, "", refused, backwards=turn % 2 == 1) for turn in range(4)))

    assert refused == []
    assert CallCount.objects.count() == 12
