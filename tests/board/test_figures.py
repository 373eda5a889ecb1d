"""The figures of the board, over a period, exact and empty where nothing happened."""

from datetime import timedelta
from typing import Any

import pytest

from changes import board_figures as figures
from changes import chairing
from changes.ballots import recheck_all
from changes.models import Change
from itsm.people.models import Person
from tests.board.conftest import APPROVAL, THURSDAY, vote
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
WEEK: dict[str, Any] = {"start": MONDAY - timedelta(days=1), "end": MONDAY + timedelta(days=6)}


def test_decisions_and_votes_are_evidence_of_their_period(session: Any, change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)

    assert [row.decision for row in figures.decisions(**WEEK)] == ["approve"]
    assert figures.votes(**WEEK).count() == 3
    assert figures.votes(start=WEEK["end"], end=WEEK["end"] + timedelta(days=7)).count() == 0


def test_void_rounds_are_counted(change: Any, people: dict[str, Person]) -> None:
    assert figures.void_rounds(**WEEK) == 0
    assert figures.ratified_rate(**WEEK).ratio is None
    Change.objects.filter(pk=change.pk).update(plan="一次全換")
    recheck_all(at=MONDAY + timedelta(hours=1))

    assert figures.void_rounds(**WEEK) == 1
