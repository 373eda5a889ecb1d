"""Random lives of incidents: the stored clocks equal a clock kept on paper, and the replay of their own events."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets.comments import reply
from itsm.tickets.models import HoldReason, Ticket
from sla.models import Clock, Escalation
from sla.replay import drift
from sla.sweep import sweep
from tests.fixtures import MONDAY
from tests.sla.paper import PROMISED, Paper, walker

pytestmark = pytest.mark.django_db
GRADES = {1: ("1", "1"), 2: ("1", "2"), 3: ("2", "2"), 4: ("2", "3"), 5: ("3", "3")}
NUMBERS = count()
GRADING = tuple(f"grade{priority}" for priority in GRADES)
MOVES = st.sampled_from(
    ("hold", "wait", "resume", "resolve", "reject", "confirm", "reopen", "reply", "sweep", *GRADING)
)
DELAYS = st.one_of(st.integers(0, 200_000), st.sampled_from([0, 1, 60, 3600, 4 * 3600, 14_401, 8 * 3600, 86_400]))


class Life:
    """An incident and its clocks on paper, moved together."""

    def __init__(
        self, *, agent: Person, requester: Person, service: Service, category: Category, start: datetime
    ) -> None:
        self.agent, self.requester, self.at = agent, requester, start
        self.walkers = {code: walker(code) for code in ("always", "taiwan-office")}
        made: Any = services.raise_incident(
            by=requester, requester=requester, title=f"life {next(NUMBERS)}", service=service, at=start
        )
        self.papers = [Paper(start, 3, self.walkers)]
        self.papers[0].settle(start)
        perform(made, "classify", by=agent, at=start, service=service, category=category, impact="2", urgency="2")
        self.record = perform(made, "assign_first_line", by=agent, at=start, assignee=agent)

    @property
    def paper(self) -> Paper:
        return self.papers[-1]

    def go(self, move: str, delay: int) -> None:
        """Let time pass, then try a move; one that the machine refuses changes nothing."""
        self.at += timedelta(seconds=delay)
        self.record = Ticket.objects.get(pk=self.record.pk).incident
        doing: Callable[[], None] | None = getattr(self, f"_{move}", None)
        if move.startswith("grade") and self.record.state in ("l1_processing", "on_hold"):
            self._regrade(int(move[-1]))
        elif doing is not None:
            doing()

    def _perform(self, name: str, **inputs: Any) -> bool:
        by = self.requester if name in ("confirm_resolution", "reject_resolution", "reopen") else self.agent
        try:
            self.record = perform(self.record, name, by=by, at=self.at, **inputs)
        except Objected:
            return False
        return True

    def _regrade(self, priority: int) -> None:
        impact, urgency = GRADES[priority]
        self._perform("regrade", impact=impact, urgency=urgency, reason="x")
        self.paper.regrade(priority, self.at)

    def _hold(self) -> None:
        why, later = HoldReason.objects.get(code="appointment"), self.at + timedelta(days=400)
        if self.record.state == "l1_processing" and self._perform("hold", hold_reason=why, follow_up_at=later):
            self.paper.pause(self.at)

    def _wait(self) -> None:
        """Hold for a reason that does not stop the customer's clock."""
        why, later = HoldReason.objects.get(code="awaiting_supplier"), self.at + timedelta(days=400)
        if self.record.state == "l1_processing" and self._perform("hold", hold_reason=why, follow_up_at=later):
            self.paper.settle(self.at)

    def _resume(self) -> None:
        if self.record.state == "on_hold" and self._perform("resume"):
            self.paper.resume(self.at)

    def _resolve(self) -> None:
        if self.record.state == "l1_processing" and self._perform(
            "resolve", resolution_code="fixed", resolution_note="x"
        ):
            self.paper.pause(self.at)

    def _reject(self) -> None:
        if self.record.state == "awaiting_confirmation" and self._perform("reject_resolution", reason="x"):
            self.paper.resume(self.at)

    def _confirm(self) -> None:
        if self.record.state == "awaiting_confirmation" and self._perform("confirm_resolution", confirmation="portal"):
            self.paper.stop(self.at)

    def _reopen(self) -> None:
        if self.record.state == "closed" and self._perform("reopen", reason="x"):
            self.papers.append(Paper(self.at, self.record.priority, self.walkers))
            self.paper.settle(self.at)

    def _reply(self) -> None:
        reply(self.record, body="x", by=self.agent, at=self.at)
        self.paper.settle(self.at)

    def _sweep(self) -> None:
        """Sweep; the system may close a case by itself meanwhile."""
        sweep(at=self.at)
        self.paper.settle(self.at)
        if self.record.state == "awaiting_confirmation" and Ticket.objects.get(pk=self.record.pk).state == "closed":
            self.paper.stop(self.at)


def compare(life: Life) -> None:
    """Hold every cycle of the resolution clock against its paper."""
    for number, paper in enumerate(life.papers, start=1):
        clock = Clock.objects.get(record=life.record.pk, metric="resolution", cycle=number)
        rows = dict(Escalation.objects.filter(clock=clock).values_list("level", "due_at"))
        assert sorted(rows) == sorted(paper.fired)
        assert {level: rows[level] for level, due in paper.fired.items() if due} == {
            level: due for level, due in paper.fired.items() if due
        }
        assert (clock.breached_at is not None) == paper.breached
        if paper.result:
            assert (clock.state, clock.elapsed_seconds) == (paper.result, paper.used(life.at))
        assert clock.target_seconds == PROMISED[paper.priority][0]
    assert {
        clock.metric: found for clock in Clock.objects.filter(record=life.record.pk) if (found := drift(clock))
    } == {}


@runs(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(start=st.integers(0, 40 * 86_400), moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=16))
def test_stored_clocks_equal_those_kept_on_paper(
    agent: Person, requester: Person, service: Service, category: Category, start: int, moves: list[tuple[str, int]]
) -> None:
    Clock.objects.filter(next_fire_at__isnull=False).update(
        state="cancelled", next_fire_at=None
    )  # of the examples before
    life = Life(
        agent=agent, requester=requester, service=service, category=category, start=MONDAY + timedelta(seconds=start)
    )  # fmt: skip

    for move, delay in moves:
        life.go(move, delay)
    life.go("sweep", 3 * 86_400)

    compare(life)
