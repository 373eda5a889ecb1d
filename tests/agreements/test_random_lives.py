"""Random lives under random agreements: the stored clocks equal the replay of their events, whoever promised."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Organisation, Person, Team
from itsm.records.perform import perform
from itsm.records.refusals import Refusal
from itsm.tickets import assignments
from itsm.tickets.comments import reply
from itsm.tickets.models import HoldReason, Ticket
from sla.models import INTERNAL, Clock, ServiceAgreement
from sla.replay import drift
from sla.sweep import sweep
from tests.agreements.conftest import Draft, clock_promise, sheet
from tests.fixtures import MONDAY
from tests.sla.test_random_lives import GRADES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NUMBERS = count()
MOVES = st.sampled_from(
    [
        *("hold", "wait", "resume", "resolve", "reject", "confirm", "reopen", "reply", "sweep"),
        *("take", "up", "back", "grade1", "grade3", "grade5"),
    ]
)
DELAYS = st.one_of(st.integers(0, 100_000), st.sampled_from([0, 1, 3600, 7200, 86_400]))


def promises(priority: int | None) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Promise a response and a resolution by random events, hours and times."""
    return st.tuples(
        st.integers(60, 200_000), st.sampled_from(["received", "judged", "assigned"]), st.sampled_from(["usual", "closed", "restored"]),
        st.sampled_from(["by_reason", "never", "any_hold"]), st.sampled_from(["always", "taiwan-office", None]),
        st.sampled_from(["usual", "replied", "assigned", "judged"]),
    ).map(
        lambda chosen: [
            clock_promise(
                "resolution", chosen[0], starts=chosen[1], stops=chosen[2], pauses=chosen[3], calendar=chosen[4],
                priority=priority, process="incident",
            ),
            clock_promise("response", chosen[0] // 4 + 1, stops=chosen[5], calendar=chosen[4], priority=priority, process="incident"),
        ]
    )  # fmt: skip


class Life:
    """An incident that people move at random."""

    def __init__(self, record: Any, people: dict[str, Person], team: Team, at: datetime) -> None:
        self.record, self.people, self.team, self.at = record, people, team, at

    def go(self, move: str, delay: int) -> None:
        """Let time pass, then try a move; what is refused changes nothing."""
        self.at += timedelta(seconds=delay)
        self.record = Ticket.objects.get(pk=self.record.pk).incident
        try:
            self._try(move)
        except Refusal:
            return

    def _try(self, move: str) -> None:
        agent, later = self.people["agent"], self.at + timedelta(days=400)
        if move == "sweep":
            sweep(at=self.at)
        elif move == "reply":
            reply(self.record, body="x", by=agent, at=self.at)
        elif move == "take":
            assignments.take(self.record, by=self.people["engineer"], at=self.at)
        elif move.startswith("grade"):
            impact, urgency = GRADES[int(move[-1])]
            self._perform("regrade", "agent", impact=impact, urgency=urgency, reason="x")
        elif move in ("hold", "wait"):
            code = "appointment" if move == "hold" else "awaiting_supplier"
            why = HoldReason.objects.get(code=code)
            self._perform("hold", "agent", hold_reason=why, follow_up_at=later)
        else:
            self._step(move)

    def _step(self, move: str) -> None:
        steps: dict[str, tuple[str, str, dict[str, Any]]] = {
            "resume": ("resume", "agent", {}),
            "resolve": ("resolve", "agent", {"resolution_code": "fixed", "resolution_note": "x"}),
            "reject": ("reject_resolution", "requester", {"reason": "x"}),
            "confirm": ("confirm_resolution", "requester", {"confirmation": "portal"}),
            "reopen": ("reopen", "requester", {"reason": "x"}),
            "up": ("escalate_second_line", "agent", {"team": self.team, "note": "x"}),
            "back": ("return_first_line", "engineer", {"reason": "x"}),
        }
        name, who, inputs = steps[move]
        self._perform(name, who, **inputs)

    def _perform(self, name: str, who: str, **inputs: Any) -> None:
        perform(self.record, name, by=self.people[who], at=self.at, **inputs)


@given(
    general=promises(None), urgent=promises(1),
    moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=14),
)  # fmt: skip
@runs(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_clock_equals_its_replay_whatever_was_agreed(
    general: list[dict[str, Any]], urgent: list[dict[str, Any]], moves: list[tuple[str, int]],
    put_in_force: Draft, agent: Person, engineer: Person, requester: Person, service: Service, category: Category,
    network_team: Team, unit: Organisation,
) -> None:  # fmt: skip
    mine = Organisation.objects.create(code=f"unit{next(NUMBERS)}", name_zh="單位", parent=unit)
    requester.unit = mine
    requester.save()
    contents = sheet(service.code, *general, *urgent)
    ola = sheet(service.code, clock_promise("acceptance", 1200), clock_promise("handling", 7200, pauses="any_hold"))
    put_in_force(contents, consumer=mine)
    if not ServiceAgreement.objects.filter(type="ola").exists():  # one for every life
        put_in_force(ola, type="ola", provider_team=network_team, consumer=None, level="corporate")
    case = services.raise_incident(by=requester, requester=requester, title="life", service=service, at=MONDAY)
    grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case = perform(case, "classify", by=agent, at=MONDAY, **grade)
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    life = Life(case, {"agent": agent, "engineer": engineer, "requester": requester}, network_team, MONDAY)

    for move, delay in moves:
        life.go(move, delay)

    clocks = list(Clock.objects.filter(record=case.pk))
    assert {clock.metric: found for clock in clocks if (found := drift(clock))} == {}
    assert {"agreement" in clock.terms for clock in clocks if clock.metric in ("response", "resolution")} == {True}
    assert all(clock.terms["stay"] for clock in clocks if clock.metric in INTERNAL)
