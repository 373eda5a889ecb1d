"""Change and release together: every joint state that the real guards allow can end, and none is stuck.

Breadth first from two drafts: each joint state is laid into the rows, then every transition of both sides is tried by
perform() itself, with everything that data could lack filled in; what is reached is laid down in turn.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from catalogue.models import Service
from changes import far
from changes.asks import QUESTIONS
from changes.flow import CHANGE
from changes.models import Change, StandardTemplate
from itsm.flow import Flow, Input
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import Refusal
from releases.flow import RELEASE
from releases.models import Release
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Joint = tuple[str, str]
#: The specification counts 92 in a simpler model of the two; docs/releases.md says what this one holds beside it.
JOINT_STATES = 94


@pytest.fixture
def complete(service: Service, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, list[Person]]:
    """A change and its release in which nothing is lacking but each other, and people for every role."""
    asker = make_person("asker", "change_requester", "release_requester")
    doer = make_person("doer", "change_implementer", "release_implementer")
    owner = make_person(
        "judge", "change_manager", "cab", "ecab", "release_manager", "transition_manager", "incident_manager"
    )
    StandardTemplate.objects.create(
        code="pool",
        name="x",
        steps="x",
        backout_plan="x",
        max_minutes=600,
        valid_until="2030-01-01",
        approved_at=MONDAY,
    )
    window: dict[str, Any] = {"window_start": MONDAY - HOUR, "window_end": MONDAY + HOUR}
    common: dict[str, Any] = {"by": asker, "at": MONDAY, "requester": asker, "received_at": MONDAY, "title": "x",
                              "description": "x", "service": service, "implementer": doer}  # fmt: skip
    change = open_record(Change, **common, **window, no_ci_reason="x", change_class="emergency", authoriser=owner)
    release = open_record(
        Release, **common, release_type="minor", label="1", targets="production: AP-1", planned_at=MONDAY - HOUR,
        planned_end=MONDAY + HOUR, method="phased", rollback_plan="x", fixes="x", rollback_tested=True, test_environment="x",
        only_configuration=True, early_life_until=MONDAY - HOUR, approver=owner,
    )  # fmt: skip
    release.contents.create(name="x")
    release.criteria.create(text="x", result="passed", signed_by=asker, signed_at=MONDAY)
    link(change, release, kind=LinkKind.IMPLEMENTED_BY, by=asker, at=MONDAY)
    monkeypatch.setattr(far.answers, "baseline", lambda change: True)
    return change, release, [owner, doer, asker]


def value(item: Input, doer: Person, judge: Person) -> Any:
    """Give an input that no guard objects to."""
    if item.name in ("authoriser", "approver"):
        return judge
    if item.kind in ("person", "agent"):
        return doer
    named = {"template": "pool", "emergency_basis": "outage", "pir_met": "yes"} | dict.fromkeys(QUESTIONS, "1")
    if item.name in named:
        return named[item.name]
    if item.kind == "choice":
        return item.choices[0].value
    given = {
        "instant": MONDAY,
        "day": MONDAY.date(),
        "number": 1,
        "flag": False,
        **dict.fromkeys(("change", "incident", "ci")),
    }
    ends = {"window_start": -HOUR, "planned_at": -HOUR, "window_end": HOUR, "planned_end": HOUR}
    if item.name in ends:
        return MONDAY + ends[item.name]
    return "production: AP-1" if item.name == "targets" else given.get(item.kind, "x")


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def lay(change: Any, release: Any, joint: Joint) -> None:
    """Write the joint state into the rows, as an import would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'x', true)")
        for record, state, flow in ((change, joint[0], CHANGE), (release, joint[1], RELEASE)):
            phase = flow.states[state].phase
            cursor.execute(
                "UPDATE tickets_ticket SET state = %s, phase = %s WHERE record_ptr_id = %s", [state, phase, record.pk]
            )
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")


def stand(change: Any, release: Any) -> Joint:
    """Read the joint state."""
    return Change.objects.get(pk=change.pk).state, Release.objects.get(pk=release.pk).state


def variants(name: str) -> list[dict[str, Any]]:
    """Give the ways in which a move may be decided, where its inputs decide where it leads."""
    if name == "cab_approve":
        return [{"needs_transition": "yes"}, {"needs_transition": "no"}]
    if name == "start_implementation":
        return [{}, {"later": True}]
    return [{"trigger_cost": True}] if name == "classify_major" else [{}]


def tried(record: Any, flow: Flow, name: str, people: list[Person], more: dict[str, Any]) -> bool:
    """Tell whether somebody could make the move."""
    judge, doer, _asker = people
    inputs = {item.name: value(item, doer, judge) for item in flow.transitions[name].inputs} | more
    by: list[Person | None] = [*people, None]
    for person in by:
        try:
            with transaction.atomic():
                perform(record, name, by=person, at=MONDAY, **inputs)
        except Refusal:
            continue
        return True
    return False


def ways(joint: Joint) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """List the moves of both sides with their variants."""
    for side, flow, at in (("change", CHANGE, joint[0]), ("release", RELEASE, joint[1])):
        for row in flow.leaving(at):
            yield from ((side, row.name, more) for more in variants(row.name))


def following(change: Any, release: Any, joint: Joint, people: list[Person], patch: pytest.MonkeyPatch) -> set[Joint]:
    """Collect the joint states that one move of either side leads to."""
    reached = set()
    sides = {"change": (change, CHANGE), "release": (release, RELEASE)}
    for side, name, more in ways(joint):
        decision = "rejected" if name == "cab_reject" else "approved"
        patch.setattr(far.answers, "board", lambda change, at, decision=decision: decision)
        with undone():
            lay(change, release, joint)
            if more.pop("later", False):  # the release's own window is not open yet
                Release.objects.filter(pk=release.pk).update(planned_at=MONDAY + HOUR, planned_end=MONDAY + 2 * HOUR)
            if tried(*sides[side], name, people, more):
                reached.add(stand(change, release))
    return reached


def test_no_joint_state_of_change_and_release_is_stuck(
    complete: tuple[Any, Any, list[Person]], monkeypatch: pytest.MonkeyPatch
) -> None:
    change, release, people = complete
    steps: dict[Joint, set[Joint]] = {}
    waiting = deque([("draft", "draft")])
    while waiting:
        joint = waiting.popleft()
        if joint in steps:
            continue
        steps[joint] = following(change, release, joint, people, monkeypatch)
        waiting.extend(steps[joint] - steps.keys())

    ended = {joint for joint in steps if joint[0] in CHANGE.final and joint[1] in RELEASE.final}
    can_end = set(ended)
    while more := {joint for joint, ways in steps.items() if ways & can_end} - can_end:
        can_end |= more
    assert set(steps) - can_end == set()
    assert {joint[0] for joint in steps} == set(CHANGE.states)
    assert {joint[1] for joint in steps} == set(RELEASE.states)
    assert len(steps) == JOINT_STATES
