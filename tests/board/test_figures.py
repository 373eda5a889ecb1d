"""The figures of the board, over a period, exact and empty where nothing happened."""

from datetime import timedelta
from typing import Any

import pytest

from changes import board_figures as figures
from changes import chairing
from itsm.people.models import Person
from tests.board.conftest import APPROVAL, THURSDAY, vote
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
WEEK: dict[str, Any] = {"start": MONDAY - timedelta(days=1), "end": MONDAY + timedelta(days=6)}


def test_nothing_decided_is_no_rate(change: Any) -> None:
    assert figures.approval_rate(**WEEK).ratio is None
    assert figures.lead_time(**WEEK).median is None


def test_a_decision_counts_with_its_business_time(session: Any, change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)

    assert figures.approval_rate(**WEEK).ratio == 1
    # Monday 10:00 to Thursday 14:00 in an office open 9 to 12 and 13 to 18: 7 + 8 + 8 + 4 hours
    assert figures.lead_time(**WEEK).median == 27 * 3600
    assert [row.decision for row in figures.decisions(**WEEK)] == ["approve"]
    assert figures.votes(**WEEK).count() == 3
