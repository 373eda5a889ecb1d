"""What teams promise each other: the walk of stays says what the real clocks said, and a draft says what would change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from sla.models import Clock
from sla.simulation import running, stay_reading
from sla.simulation.draft import Draft
from sla.simulation.stays import judge_stays
from sla.simulation.terms import in_force
from sla.simulation_models import SimulationResult, SimulationRun
from tests.agreements.conftest import Draft as MakeAgreement
from tests.agreements.conftest import clock_promise, sheet
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import ola as ola
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.agreements.test_random_lives import MOVES, Life
from tests.fixtures import MONDAY
from tests.sla.test_simulation_lives import outcome, told

pytestmark = pytest.mark.django_db
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
#: Of two things in one second the walk does not know which came first.
DELAYS = st.one_of(st.integers(1, 100_000), st.sampled_from([1, 3600, 7200, 86_400]))
PROMISES = [
    clock_promise("acceptance", 1200),
    clock_promise("handling", 4 * 3600, priority=1, pauses="never"),
    clock_promise("handling", 9 * 3600, calendar=None),
]


@runs(max_examples=60, derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET)
@given(moves=st.lists(st.tuples(MOVES, DELAYS), min_size=3, max_size=14))
def test_stays_equal_their_real_clocks(
    agent: Person, engineer: Person, requester: Person, service: Service, category: Category, network_team: Team,
    put_in_force: MakeAgreement, moves: list[tuple[str, int]],
) -> None:  # fmt: skip
    if not in_force(at=MONDAY).olas:
        put_in_force(
            sheet(service.code, *PROMISES), type="ola", provider_team=network_team, consumer=None, level="corporate"
        )
    Clock.objects.filter(next_fire_at__isnull=False).update(state="cancelled", next_fire_at=None)
    people = {"agent": agent, "engineer": engineer, "requester": requester}
    made: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
    perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    made = perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    life = Life(made, people, network_team, MONDAY)
    for move, delay in [("up", 60), *moves]:
        life.go(move, delay)
    life.go("sweep", 1)

    one = told(life.record.pk)[0]
    stays = stay_reading.stays_of([life.record.pk])[life.record.pk]
    found = judge_stays(one.life, stays, in_force(at=MONDAY).policy(Draft.parse({})))

    said = stay_reading.judged([life.record.pk])
    ended = {key: outcome(result) for key, (_number, result) in said.items() if result.ended_at is not None}
    walked = {(row.stay.pk, row.result.metric): outcome(row.result) for row in found}
    assert said.keys() == walked.keys()
    assert ended == {key: walked[key] for key in ended}


@pytest.fixture
def escalated(
    agent: Person, engineer: Person, requester: Person, service: Service, category: Category, network_team: Team
) -> Callable[[float, float], Any]:
    """Make incidents that the second line accepted after some hours and resolved after some more: escalated(1, 3)."""

    def make(waited: float, worked: float) -> Any:
        case: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
        perform(case, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
        case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
        case = perform(case, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="x")
        taken = MONDAY + timedelta(hours=waited)
        from itsm.tickets import assignments

        case = assignments.take(case, by=engineer, at=taken).incident
        end = taken + timedelta(hours=worked)
        case = perform(case, "resolve", by=engineer, at=end, resolution_code="fixed", resolution_note="x")
        return perform(case, "confirm_resolution", by=requester, at=end, confirmation="portal")

    return make


def simulated(draft: dict[str, Any]) -> SimulationRun:
    """Run a draft to its end."""
    return running.finish(running.ask(title="try", draft=draft, by=None, at=MONDAY), at=MONDAY)


def halved() -> list[dict[str, Any]]:
    """Write the OLAs in force with half the time."""
    return [row._replace(seconds=row.seconds // 2)._asdict() for row in in_force(at=MONDAY).olas]


def test_a_tighter_ola_says_which_stays_break_it(ola: Any, escalated: Callable[..., Any], network_team: Team) -> None:
    quick, slow = escalated(0.1, 1), escalated(0.25, 3)

    run = simulated({"ola": halved()})

    rows = {
        (row.record_id, row.metric): (row.base, row.drafted, row.draft_target, row.agreement, row.team_id)
        for row in SimulationResult.objects.filter(run=run, metric__in=("acceptance", "handling"))
    }
    number, team = str(ola.number), network_team.pk
    assert rows == {
        (quick.pk, "acceptance"): ("met", "met", 600, number, team),
        (quick.pk, "handling"): ("met", "met", 7200, number, team),
        (slow.pk, "acceptance"): ("met", "missed", 600, number, team),
        (slow.pk, "handling"): ("met", "missed", 7200, number, team),
    }


def test_the_figures_of_olas_are_those_of_their_rows(
    ola: Any, escalated: Callable[..., Any], network_team: Team
) -> None:
    escalated(0.1, 1)
    escalated(0.25, 3)

    figures = simulated({"ola": halved()}).figures

    work = next(row for row in figures["ola"] if row["metric"] == "handling")
    assert (work["team"], work["agreement"]) == (network_team.pk, str(ola.number))
    assert (work["base_met"], work["base_missed"], work["draft_met"], work["draft_missed"]) == (2, 0, 1, 1)
    assert (work["base_seconds"], work["base_over"], work["draft_over"]) == (4 * 3600, 0, 3600)
    assert {row["metric"] for row in figures["all"]} == {"response", "resolution"}
    assert figures["differing"] == 0


def test_olas_are_compared_with_what_was_judged(ola: Any, escalated: Callable[..., Any]) -> None:
    case = escalated(0.1, 1)
    Clock.objects.filter(record=case.pk, metric="handling").update(state="missed", breached_at=MONDAY)

    run = simulated({"against": "recorded"})

    row = SimulationResult.objects.get(run=run, metric="handling")
    assert (row.base, row.drafted) == ("missed", "met")


def test_without_olas_nothing_is_said_of_teams(settled: Callable[..., Any]) -> None:
    settled(1)

    assert simulated({}).figures["ola"] == []
