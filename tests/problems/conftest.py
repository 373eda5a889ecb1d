"""What tests of problems share: their people, an incident, and a problem led to each of its states."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from problems.models import Problem
from tests.fixtures import MONDAY

DAY = timedelta(days=1)
WORKAROUND: dict[str, Any] = {
    "workaround": "重啟簽核服務",
    "workaround_applies": "出現 502",
    "workaround_risk": "中斷一分鐘",
}
CAUSE: dict[str, Any] = {
    "root_cause": "連線池耗盡",
    "rc_method": "5why",
    "rc_evidence": "AP-2 紀錄",
    "causal_component": "AP-2",
}
SOLUTION: dict[str, Any] = {"solution": "加大連線池", "solution_value": "半天工時，免除每週中斷", "change_needed": "no"}


@pytest.fixture
def incident(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """An incident that the desk works on."""
    made = services.raise_incident(
        by=requester, requester=requester, title="公文簽核出現 502", service=service, at=MONDAY
    )
    made = perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


@pytest.fixture
def problem(incident: Any, requester: Person, service: Service) -> Any:
    """A registered problem with one incident."""
    made = open_record(
        Problem, by=None, at=MONDAY, channel="portal", origin="trend", title=incident.title, description="每週重複",
        requester=requester, service=service, received_at=MONDAY,
    )  # fmt: skip
    link(incident, made, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=MONDAY)
    return made


Walk = Callable[..., Any]


@pytest.fixture
def walk(problem: Any, problem_manager: Person, handler: Person, agent: Person, category: Category) -> Walk:
    """Lead the problem to a state along the usual way, one hour for each step."""
    given: dict[str, tuple[Person, dict[str, Any]]] = {
        "confirm_problem": (problem_manager, {}),
        "classify": (problem_manager, {
            "category": category, "impact": "2", "urgency": "2", "assignee": handler, "cause_due_on": date(2026, 12, 4),
            "solution_due_on": date(2026, 12, 18),
        }),
        "propose_root_cause": (handler, CAUSE),
        "accept_root_cause": (problem_manager, {}),
        "seek_solution": (handler, {}),
        "establish_workaround": (handler, {**WORKAROUND, "workaround_tested_by": agent}),
        "adopt_solution": (handler, SOLUTION),
        "solution_done": (handler, {"solution_evidence": "設定已上線"}),
    }  # fmt: skip
    way = ["registered", "confirmed", "analysing", "root_cause_review", "known_error", "seeking_solution",
           "workaround_in_place", "building_solution", "result_review"]  # fmt: skip

    def to(state: str, *, start: datetime = MONDAY) -> Any:
        record = problem
        for number, name in enumerate(list(given)[: way.index(state)], 1):
            by, inputs = given[name]
            record = perform(record, name, by=by, at=start + timedelta(hours=number), **inputs)
        assert record.state == state
        return record

    return to
