"""The change calendar: what stands against a time, where a change fits, freezes, waivers."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import translation

from catalogue.models import Service
from changes import conflicts, proposing, scope, windows
from changes.calendar_models import FreezeWaiver, FreezeWindow
from changes.models import Change
from changes.slots import Stretch
from configuration.models import CiClass
from configuration.relating import relate
from configuration.services import create
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.planning import DAY, END, HOUR, START, Make, freeze, kind_of, kinds, maintenance
from tests.changes.planning import chain as chain
from tests.changes.planning import change_manager as change_manager
from tests.changes.planning import keeper as keeper
from tests.changes.planning import scheduled as scheduled
from tests.changes.planning import signed_in as signed_in
from tests.fixtures import MONDAY, make_person
from tests.loading import loaded

pytestmark = pytest.mark.django_db


# ---- conflicts ------------------------------------------------------------------------------
def test_two_changes_of_one_item_stand_against_each_other(scheduled: Make, chain: list[Any]) -> None:
    one, other = scheduled(chain[0]), scheduled(chain[0])

    assert kinds(one) == [("item", "blocker")]
    assert conflicts.of_change(one, START, END, None)[0].number == other.number
    assert kinds(one, END, END + HOUR) == []  # what begins where the other ends is no conflict


@pytest.mark.parametrize(("far", "felt"), [(1, True), (2, True), (3, False)])
def test_a_change_is_felt_two_steps_up_and_down(scheduled: Make, chain: list[Any], far: int, felt: bool) -> None:
    one, other = scheduled(chain[0]), scheduled(chain[far])

    assert [kinds(one), kinds(other)] == [[("near", "blocker")] * felt] * 2


def test_what_merely_stands_on_the_same_thing_is_no_conflict(scheduled: Make, chain: list[Any], keeper: Person) -> None:
    beside = create(
        ci_class=chain[0].ci_class,
        title="beside",
        grounds=loaded(),
        by=keeper,
        at=MONDAY,
        source="test",
        state="live",
    )
    relate(beside, chain[1], type=kind_of(), grounds=loaded(), by=keeper, at=MONDAY)

    one = scheduled(chain[0])
    scheduled(beside)

    assert kinds(one) == []


def test_the_same_implementer_cannot_be_at_two_places(scheduled: Make, handler: Person) -> None:
    one = scheduled(implementer=handler)
    scheduled(implementer=handler)

    assert kinds(one, implementer=handler.pk) == [("implementer", "blocker")]
    assert kinds(one, START + DAY, END + DAY, handler.pk) == []


def test_a_time_that_is_only_wanted_warns(scheduled: Make, chain: list[Any], engineer: Person) -> None:
    one = scheduled(chain[0])
    wanted = scheduled(chain[0])
    perform(wanted, "reschedule", by=engineer, at=MONDAY, reason="x")

    assert kinds(one) == [("item", "warn")]


def test_a_freeze_stops_what_it_is_for(scheduled: Make, chain: list[Any], service: Service) -> None:
    one = scheduled(chain[0])
    other = Service.objects.create(
        code="mail", name_zh="郵件", hours=service.hours, support_team=service.support_team, owner=service.owner
    )
    made = freeze()
    assert kinds(one) == [("freeze", "blocker")]
    made.services.add(other)
    assert kinds(one) == []
    made.items.add(chain[0])
    assert kinds(one) == [("freeze", "blocker")]
    made.items.clear()
    made.ci_classes.add(CiClass.objects.get(pk=chain[0].ci_class_id))
    assert kinds(one) == [("freeze", "blocker")]
    FreezeWindow.objects.update(is_hard=False)
    assert kinds(one) == [("freeze", "warn")]


def test_a_freeze_of_a_parent_class_counts_for_its_items(scheduled: Make, chain: list[Any]) -> None:
    parent = CiClass.objects.create(code="all-things", name_zh="全部", name_en="All")
    CiClass.objects.filter(pk=chain[0].ci_class_id).update(parent=parent)
    CiClass.objects.get(pk=chain[0].ci_class_id).save()
    one = scheduled(chain[0])
    freeze().ci_classes.add(parent)

    assert kinds(one) == [("freeze", "blocker")]


def test_outside_the_maintenance_window_warns(scheduled: Make) -> None:
    one = scheduled()
    maintenance()

    assert kinds(one) == []
    assert kinds(one, START + HOUR, END + HOUR) == [("maintenance", "warn")]


def test_the_guard_refuses_a_blocked_time_and_lets_a_warned_one_pass(
    scheduled: Make, chain: list[Any], engineer: Person, change_manager: Person
) -> None:
    maintenance(opens=time(3))
    scheduled(chain[0])
    one = scheduled(chain[0])
    one = perform(one, "reschedule", by=engineer, at=MONDAY, reason="x")
    doer = make_person("another", "change_implementer")
    given: dict[str, Any] = {
        "implementer": doer,
        "test_result": "通過",
        "communication_plan": "公告",
        "backout_plan": "還原",
    }

    with translation.override("en"), pytest.raises(Objected, match="conflicts with a blackout"):
        perform(
            one, "approve_implementation", by=change_manager, at=MONDAY, window_start=START, window_end=END, **given
        )
    made = freeze(starts_at=START + DAY, ends_at=END + DAY)
    later = {"window_start": START + DAY, "window_end": END + DAY}
    with (
        translation.override("en"),
        pytest.raises(Objected, match="conflicts with a blackout"),
    ):  # no reason lifts a freeze
        perform(one, "approve_implementation", by=change_manager, at=MONDAY, **later, **given, conflict_override="急")
    made.delete()
    later = {"window_start": START + DAY, "window_end": END + DAY}
    assert perform(one, "approve_implementation", by=change_manager, at=MONDAY, **later, **given).state == "scheduled"


# ---- waivers --------------------------------------------------------------------------------
def emergency(engineer: Person, implementer: Person) -> Any:
    """An emergency that waits for its authorisation."""
    made = open_record(
        Change,
        by=engineer,
        at=MONDAY,
        channel="portal",
        title="緊急",
        description="x",
        requester=engineer,
        received_at=MONDAY,
    )
    return perform(
        made, "submit_emergency", by=engineer, at=MONDAY, justification="x", emergency_basis="outage", impact_text="x",
        backout_plan="x", implementer=implementer,
    )  # fmt: skip


def test_an_emergency_passes_a_freeze_with_a_waiver_of_somebody_else(
    engineer: Person, handler: Person, change_manager: Person, scheduled: Make
) -> None:
    usual, one, made = scheduled(), emergency(engineer, handler), freeze()
    assert kinds(one) == [("freeze", "blocker")]
    with pytest.raises(NotAllowed):
        windows.waive(one, made, reason="x", by=handler, at=MONDAY)
    with pytest.raises(Objected):
        windows.waive(one, made, reason=" ", by=change_manager, at=MONDAY)
    with pytest.raises(Objected):
        windows.waive(usual, made, reason="x", by=change_manager, at=MONDAY)

    windows.waive(one, made, reason="弱點遭利用", by=change_manager, at=MONDAY)

    assert kinds(one) == [("freeze", "warn")]
    assert made.waivers.count() == 1
    assert one.events.filter(name="freeze_waived").exists()


@pytest.mark.parametrize("who", ["engineer", "handler"])
def test_not_even_raw_rows_let_people_waive_their_own(
    who: str, engineer: Person, handler: Person, request: pytest.FixtureRequest
) -> None:
    one, made = emergency(engineer, handler), freeze()

    with pytest.raises(IntegrityError):
        FreezeWaiver.objects.create(
            change=one, freeze=made, reason="x", approved_by=request.getfixturevalue(who), at=MONDAY
        )


# ---- places ---------------------------------------------------------------------------------
def test_the_next_free_places_avoid_others_and_freezes(scheduled: Make, chain: list[Any]) -> None:
    one = scheduled(chain[0], start=START + 10 * DAY, end=END + 10 * DAY)
    scheduled(chain[1])
    freeze(starts_at=END + HOUR, ends_at=END + DAY)
    subject = scope.subject_of(one)

    found = proposing.next_places(subject, length=HOUR, after=START, implementer_id=None)

    assert [place.start for place in found[:2]] == [END, END + DAY]


def test_a_last_opening_over_midnight_is_open_until_its_end() -> None:
    """The rule ends on Monday 30 November, its last opening on Tuesday at ten in Taipei, which is Tuesday in UTC too."""
    opening = datetime(2026, 11, 30, 14, tzinfo=UTC)
    maintenance(opens=time(22), minutes=720, until=date(2026, 11, 30))
    start, end = opening + 11 * HOUR, opening + 14 * HOUR

    found = [stretch for row in scope.maintenance(start, end) for stretch in row.recurrence().between(start, end)]

    assert found == [Stretch(opening, opening + 12 * HOUR)]


def test_only_maintenance_windows_have_room_where_there_are_any(scheduled: Make) -> None:
    maintenance()
    places = proposing.next_places(scope.subject_of(scheduled()), length=2 * HOUR, after=END, implementer_id=None)

    assert [place.start for place in places] == [START + 7 * DAY * week for week in range(1, 6)]
    assert proposing.next_places(scope.Subject(), length=5 * HOUR, after=END, implementer_id=None) == []
