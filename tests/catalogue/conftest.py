"""What tests of the catalogue share: the people of a service transition, its change, and a transition led to each state."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from catalogue.editions import services as editions
from catalogue.editions.content import LANGUAGES, TEXTS
from catalogue.models import Service
from changes.models import Change
from itsm.flow import Move
from itsm.people.models import Person
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import Event, FlowEdge, LinkKind
from itsm.records.perform import open_record, perform
from tests.fixtures import MONDAY, make_person

DAY = timedelta(days=1)
PLAN: dict[str, Any] = {
    "authorities": "服務負責人", "activities": "建置與移轉", "resources": "兩人", "timescales": "三週", "risks": "時程",
    "dependencies": "網路",
    "test_approach": "壓力測試", "outcomes": "每月 500 件申請", "criteria": "登入 2 秒內完成 | 壓力測試\n中英文介面",
}  # fmt: skip
DESIGN: dict[str, Any] = dict.fromkeys(
    ("design_roles", "design_parties", "design_resources", "design_agreements", "design_measures", "design_security",
     "design_continuity"), "如設計文件",
)  # fmt: skip


@pytest.fixture
def transition_manager(db: None) -> Person:
    """Who runs the process of new and changed services."""
    return make_person("transition", "transition_manager", name="鄭異動")


@pytest.fixture
def level_manager(db: None) -> Person:
    """Who answers for the levels of service."""
    return make_person("levels", "slm", name="孫等級")


@pytest.fixture
def change(engineer: Person, service: Service) -> Any:
    """A change that the board has sent into design and transition."""
    made = open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="線上申請服務", description="學生線上申請", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip
    return put(made, "service_transition")


def put(record: Any, state: str, **columns: Any) -> Any:
    """Set a change into a state as if its own moves had led it there: only its links and milestones matter here."""
    edge = {"kind": "change", "field": "state", "source": record.state, "target": state}
    made, is_new = FlowEdge.objects.get_or_create(**edge, defaults={"machine": "test"})
    phase = record.flows[0].states[state].phase
    signed = Person.objects.filter(username="authority").first() or make_person("authority", "change_manager")
    type(record).objects.filter(pk=record.pk).update(
        state=state, phase=phase, authoriser=signed, closer=signed, **columns
    )
    if is_new:
        made.delete()
    return type(record).objects.get(pk=record.pk)


def closed(change: Any, outcome: str = "successful") -> Any:
    """Close the change as its own move would, with the line in the journal."""
    fresh = Change.objects.get(pk=change.pk)
    made = put(fresh, "closed", outcome=outcome)
    Event.objects.create(
        record_id=made.pk,
        kind=Event.Kind.MOVE,
        name="close",
        machine="change",
        source="post_review",
        target="closed",
        at=MONDAY,
    )
    return made


@pytest.fixture
def transition(change: Any) -> Any:
    """What that change has called for."""
    receive = register.process("service_transition").receive
    assert receive is not None
    made = receive(change, move=Move("cab_approve", None, MONDAY), why="designed_by")
    link(change, made, kind=LinkKind.DESIGNED_BY, by=None, at=MONDAY, auto=True)
    return made


def proposal(kind: str, service: Service, **more: Any) -> dict[str, Any]:
    """Everything that the acceptance of a proposal asks."""
    given: dict[str, Any] = {
        "transition_kind": kind,
        "customer": "教務處",
        "need": "學生要求",
        "budget_source": "校務基金",
    }
    new = {"service_code": "online-forms", "name_zh": "線上申請", "name_en": "Online forms", "owner": service.owner}
    direction = {"transfer_direction": "out"} if kind == "transfer" else {}
    return given | (new if kind == "new" else {"service": service}) | direction | more


def with_release(change: Any) -> None:
    """Let a release bring the change, where the process is there."""
    processes = {process.key: process for process in register.processes()}
    if "release" in processes and (receive := processes["release"].receive) is not None:
        made = receive(change, move=Move("plan", change.requester, MONDAY), why="implemented_by")
        link(change, made, kind=LinkKind.IMPLEMENTED_BY, by=None, at=MONDAY)


def full_content() -> dict[str, Any]:
    """All eight fields in both languages."""
    texts = {f"{name}_{tongue}": f"{name} {tongue}" for name in TEXTS for tongue in LANGUAGES}
    return texts | {"kind": "business", "price": 0, "support_team": "desk"}


def approve_new_edition(record: Any, author: Person, approver: Person) -> None:
    """Write, submit and approve what the catalogue will say when the transition is done."""
    for draft in record.editions.drafts():
        written = editions.write_draft(
            draft, full_content(), reason="新版", by=author, version=draft.version, at=MONDAY
        )
        editions.submit_draft(written, by=author, at=MONDAY)
        editions.approve_edition(written, by=approver, at=MONDAY)


def sign_all(record: Any, by: Person) -> None:
    """Sign every criterion as passed."""
    from catalogue.transition.services import sign_criterion

    for criterion in record.criteria.all():
        sign_criterion(criterion, result="passed", evidence="測試報告 A-1", by=by, at=MONDAY)


def answer_all(record: Any, by: Person, *, before: bool | None = None, told: date = date(2026, 11, 2)) -> None:
    """Answer the checklist: what must be known before, what comes after, or all of it."""
    from catalogue.transition.services import answer_check

    for row in record.checks.all():
        if before is None or row.before_live == before:
            choice = row.question.choices[0][0] if row.question.choices else ""
            answer_check(row, answer="已處理", by=by, choice=choice, on=told if row.question.dated else None, at=MONDAY)


Walk = Callable[..., Any]


@pytest.fixture
def walk(transition: Any, change: Any, service: Service, transition_manager: Person, level_manager: Person) -> Walk:
    """Lead the transition to a state along the usual way."""
    way = ["proposed", "planning", "designing", "building", "acceptance", "ready_for_live", "transitioning", "reviewing",
           "closed"]  # fmt: skip

    def to(state: str, kind: str = "change") -> Any:
        owner, manager = service.owner, transition_manager
        steps: list[tuple[str, Person, dict[str, Any]]] = [
            ("accept_proposal", manager, proposal(kind, service)),
            ("finish_plan", manager, PLAN),
            ("finish_design", owner, DESIGN),
            ("finish_build", manager, {"build_record": "建置完成"}),
            ("pass_acceptance", owner, {"acceptance_note": "全部通過"}),
            ("go_live", manager, {}),
            ("finish_transition", manager, {"live_on": MONDAY.date()}),
            ("finish_review", manager, {"achieved": "520 件", "reported_to": "教務處"}),
        ]
        record = transition
        for name, by, inputs in steps[: way.index(state)]:
            _before(record, name, change, owner)
            if name == "go_live":
                approve_new_edition(record, owner, level_manager)
            record = perform(record, name, by=by, at=MONDAY, **inputs)
        assert record.state == state
        return record

    return to


def _before(record: Any, name: str, change: Any, owner: Person) -> None:
    if name == "pass_acceptance":
        sign_all(record, owner)
    if name == "go_live":
        answer_all(record, owner)
        with_release(change)
        put(Change.objects.get(pk=change.pk), "scheduled")
    if name == "finish_transition":
        closed(change)
