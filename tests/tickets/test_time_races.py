"""Time entered at one instant on two cases, on real connections: the day of a person stays within 24 hours."""

from functools import partial
from typing import Any

import pytest

from incidents.services import raise_incident
from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.tickets import time_worked
from itsm.tickets.models import WorkEntry
from tests.sla.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_entries_at_once_do_not_make_a_day_of_more_than_24_hours(
    requester: Person, agent: Person, service: Any
) -> None:
    cases = [raise_incident(by=requester, requester=requester, title=f"案 {n}", service=service) for n in range(4)]
    refused: list[Any] = []

    def enter(case: Any) -> None:
        try:
            time_worked.enter(case, minutes=700, by=agent)
        except Objected as refusal:
            refused.append(refusal.fields)

    together(*(partial(enter, case) for case in cases))

    assert [list(fields) for fields in refused] == [["minutes"], ["minutes"]]
    assert WorkEntry.objects.count() == 2
