"""A clock explains itself, in both languages."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets.models import HoldReason, Ticket
from sla import clocks
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def held(outage: Any, grade: Any, agent: Person) -> Any:
    """A P3 incident, worked on from Monday 10:00, held from 15:00 until Tuesday 11:00."""
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    why = HoldReason.objects.get(code="appointment")
    return perform(incident, "hold", by=agent, at=MONDAY + 5 * HOUR, hold_reason=why, follow_up_at=MONDAY + 25 * HOUR)


def lines(record: Any, *, at: Any, language: str) -> dict[str, str]:
    with translation.override(language), timezone.override("Asia/Taipei"):
        found = next(one for one in clocks.ledger(record, at=at) if one.clock.metric == "resolution")
        return {line.label: line.text for line in found.ledger}


def test_the_ledger_tells_what_was_counted_and_paused_for_whom(held: Any, agent: Person) -> None:
    incident = perform(held, "resume", by=agent, at=MONDAY + 25 * HOUR)

    english = lines(incident, at=MONDAY + 26 * HOUR, language="en")

    assert english["Counted"] == "5 h"
    assert english["Paused · Appointment agreed"] == "5 h (Mon 23 Nov 2026, 15:00 – Tue 24 Nov 2026, 11:00)"
    assert english["Due"] == "Wed 25 Nov 2026, 16:00"
    assert english["Target"] == "16 h · the target of P3"
    assert english["Next: Level 1"].endswith("team lead")


def test_a_held_clock_shows_since_when(held: Any) -> None:
    english = lines(held, at=MONDAY + 26 * HOUR, language="en")

    assert english["Paused · Appointment agreed"] == "since Mon 23 Nov 2026, 15:00"
    with translation.override("en"):
        chip = clocks.chip(Ticket.objects.get(pk=held.pk), at=MONDAY)
    assert chip == {"look": "paused", "text": "Paused · Appointment agreed"}


def test_the_bar_shows_stretches_of_working_time(held: Any, agent: Person) -> None:
    incident = perform(held, "resume", by=agent, at=MONDAY + 25 * HOUR)

    found = next(one for one in clocks.ledger(incident, at=MONDAY + 26 * HOUR) if one.clock.metric == "resolution")

    assert [(part.kind, part.seconds) for part in found.parts] == [
        ("counted", 4 * 3600),
        ("paused", 5 * 3600),
        ("counted", 3600),
    ]
    assert "clock-bar" in found.bar


def test_a_miss_says_why(outage: Any, grade: Any) -> None:
    incident = grade(outage, at=MONDAY + 5 * HOUR, impact="1", urgency="1")

    english = lines(incident, at=MONDAY + 6 * HOUR, language="en")

    assert english["Missed"] == "Mon 23 Nov 2026, 14:00: it was graded anew, and the new target had passed already"


def test_the_ledger_costs_the_same_number_of_queries_for_any_clock(
    held: Any, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(4):
        clocks.ledger(held, at=MONDAY + 26 * HOUR)


def test_share_used_asks_only_open_clocks(held: Any) -> None:
    assert clocks.share_used(held, metrics=("resolution",), at=MONDAY + 30 * HOUR) == 0.25
    assert clocks.share_used(held, metrics=("response",), at=MONDAY) is None


def test_a_hold_that_stops_the_clock_in_its_last_tenth_needs_the_lead(outage: Any, grade: Any, agent: Person) -> None:
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    with pytest.raises(Objected):
        perform(
            incident, "hold", by=agent, at=MONDAY + 31.75 * HOUR, hold_reason=HoldReason.objects.get(code="appointment"),
            follow_up_at=MONDAY + 60 * HOUR,
        )  # fmt: skip


def test_ahead_lists_what_the_system_will_do(held: Any) -> None:
    with translation.override("en"):
        assert [line.label for line in clocks.ahead(held)] == ["Goes on by itself"]
