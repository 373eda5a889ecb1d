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
#: The specification counts 92. Its prose lets a change close once its release is *closed*, its guard g_release_ok once the
#: release is *in a terminal state*: the two joint states between are a closed change with a refused and with a cancelled
#: release. The guard is what binds; by the prose such a change could never be closed (the test of the model shows both).
JOINT_STATES, COUNTED_BY_THE_SPECIFICATION = 94, 92
RUNNING = frozenset({"implementing", "emergency_implementing"})
AUTHORISED = RUNNING | {"scheduled"}
READY = frozenset({"approved", "deploying", "emergency_deploying", "retro_documentation", "post_review", "closed"})
ENDED = frozenset(RELEASE.final)


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


# ---- the same as a model of the two tables, without rows -------------------------------------
def open_to_change(name: str, guards: tuple[str, ...], release: str, ended: frozenset[str]) -> bool:
    """Tell whether the rules about its release let a change make the move."""
    if "g_release_ok" in guards and release not in (ended if name == "close" else READY):
        return False
    return "g_deployments_done" not in guards or release in ENDED | {"post_review"}


def open_to_release(guards: tuple[str, ...], change: str) -> bool:
    """Tell whether the rules about its change let a release make the move."""
    if "g_change_approved" in guards and change not in AUTHORISED:
        return False
    return "g_change_running" not in guards or change in RUNNING


def pressed(name: str, release: str) -> str:
    """Give where a move of the change leaves its release."""
    if name == "withdraw" and release in RELEASE.transitions["cancel_release"].source:
        return "cancelled"
    return "post_review" if name == "back_out" and release == "deploying" else release


def onward(joint: Joint, ended: frozenset[str]) -> set[Joint]:
    """Give the joint states that one move leads to, where nothing lacks but what the two ask of each other."""
    change, release = joint
    found = set()
    for row in CHANGE.leaving(change):
        if open_to_change(row.name, row.guards, release, ended):
            targets = (row.target,) if isinstance(row.target, str) else row.target or ()
            found |= {(target, pressed(row.name, release)) for target in targets}
    for row in RELEASE.leaving(release):
        if open_to_release(row.guards, change):
            back = row.name == "roll_back" and change == "implementing"
            found.add(("post_review" if back else change, str(row.target)))
    return found


def modelled(ended: frozenset[str] = ENDED) -> dict[Joint, set[Joint]]:
    """Walk the model; ``ended`` are the states of a release in which its change may close."""
    steps: dict[Joint, set[Joint]] = {}
    waiting = [("draft", "draft")]
    while waiting:
        joint = waiting.pop()
        if joint not in steps:
            steps[joint] = onward(joint, ended)
            waiting.extend(steps[joint])
    return steps


def stuck(steps: dict[Joint, set[Joint]]) -> set[Joint]:
    """Name the joint states from which the two cannot both end."""
    can_end = {joint for joint in steps if joint[0] in CHANGE.final and joint[1] in RELEASE.final}
    while more := {joint for joint, ways in steps.items() if ways & can_end} - can_end:
        can_end |= more
    return set(steps) - can_end


def test_the_two_joint_states_beyond_the_count_of_the_specification() -> None:
    by_guard, by_prose = modelled(), modelled(frozenset({"closed"}))

    assert (len(by_guard), len(by_prose)) == (JOINT_STATES, COUNTED_BY_THE_SPECIFICATION)
    assert set(by_guard) - set(by_prose) == {("closed", "cancelled"), ("closed", "rejected")}
    assert stuck(by_guard) == set()
    assert {("post_review", "cancelled"), ("post_review", "rejected")} <= stuck(by_prose)


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

    assert stuck(steps) == set()
    assert set(steps) == set(modelled())
    assert {joint[0] for joint in steps} == set(CHANGE.states)
    assert {joint[1] for joint in steps} == set(RELEASE.states)
    assert len(steps) == JOINT_STATES
