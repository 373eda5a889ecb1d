"""Baselines keep how things were; what differs later says what authorised it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from changes.models import Change
from configuration import baselines, comparing, relating, schema, services
from configuration.authority import Grounds
from configuration.models import AcceptedDifference, Baseline, BaselineItem, CiVersion, ConfigurationItem
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
Join = Callable[..., Any]


def slipped(item: Any, **fields: Any) -> None:
    """Change an item past every authority, as only the maintenance of the database can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
    ConfigurationItem.objects.filter(pk=item.pk).update(changed_at=MONDAY + 3 * HOUR, **fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")


def test_a_baseline_keeps_versions_and_is_intact_while_history_is(make: Make, config_manager: Person) -> None:
    ups = make("ups", "UPS-02", given={"capacity_kva": 40})
    kept = baselines.take([ups.pk], name="before", by=config_manager, at=MONDAY + HOUR)

    assert (kept.count, len(kept.digest), baselines.is_intact(kept)) == (1, 64, True)
    slipped(ups, title="UPS-03")
    assert baselines.is_intact(kept)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute(
            "UPDATE configuration_civersion SET data = jsonb_set(data, '{title}', '\"X\"') WHERE sequence = 1"
        )
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    assert not baselines.is_intact(kept)


def test_nothing_is_kept_of_items_that_were_not_there(make: Make, config_manager: Person) -> None:
    ups = make("ups", "UPS-02")

    with pytest.raises(baselines.NothingToKeep):
        baselines.take([ups.pk], name="before", by=config_manager, at=MONDAY - HOUR)


def test_every_difference_says_what_authorised_it(
    make: Make, join: Join, grounds: Grounds, change: Any, config_manager: Person
) -> None:
    ups, feed, rack = make("ups", "UPS-02"), make("power-feed", "Feed A"), make("rack", "R1")
    old = join(feed, "feeds", ups)
    services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B1", given={"capacity_kva": 60})
    relating.end(old, grounds=grounds, by=config_manager, at=MONDAY + HOUR)
    relating.relate(
        ups, rack, type=schema.present().type_by_code("feeds"), grounds=grounds, by=config_manager, at=MONDAY + HOUR
    )  # fmt: skip

    found = comparing.compare([ups.pk, feed.pk], start=MONDAY, end=None)
    told = {(one.kind, one.number, one.field, one.old, one.new) for one in found}
    assert told == {
        ("changed", ups.number, "place", "", "B1"),
        ("changed", ups.number, "capacity_kva", "", "60"),
        ("parted", feed.number, "", f"供電給 {ups.number} UPS-02", ""),
        ("joined", ups.number, "", "", f"供電給 {rack.number} R1"),
    }
    assert {one.why.number for one in found} == {change.number}
    assert comparing.unauthorised(found) == []


def test_a_difference_past_every_authority_is_unauthorised_until_somebody_lets_it_stand(
    make: Make, config_manager: Person
) -> None:
    ups = make("ups", "UPS-02")
    slipped(ups, title="UPS-X")

    found = comparing.compare([ups.pk], start=MONDAY, end=None)
    assert [(one.field, one.old, one.new, one.why.is_authorised) for one in found] == [
        ("title", "UPS-02", "UPS-X", False)
    ]
    version = CiVersion.objects.get(pk=found[0].version or 0)
    AcceptedDifference.objects.create(item_version=version, by=config_manager, at=MONDAY, reason="a label")
    assert comparing.unauthorised(comparing.compare([ups.pk], start=MONDAY, end=None)) == []


def test_new_items_are_told_and_a_value_that_came_back_is_no_difference(
    make: Make, grounds: Grounds, config_manager: Person
) -> None:
    ups = make("ups", "UPS-02", place="B1")
    late = make("ups", "UPS-09", at=MONDAY + 2 * HOUR)
    for place in ("B2", "B1"):
        services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place=place)

    found = comparing.compare([ups.pk, late.pk], start=MONDAY, end=None)
    assert [(one.kind, one.number, one.new) for one in found] == [("added", late.number, "UPS-09")]
    between = comparing.compare([ups.pk, late.pk], start=MONDAY, end=MONDAY + HOUR)
    assert between == []


def test_a_move_of_its_own_lifecycle_is_no_unauthorised_difference(make: Make, config_manager: Person) -> None:
    from itsm.records.perform import perform

    ups = make("ups", "UPS-02")
    perform(ups, "receive", by=config_manager, at=MONDAY + HOUR)

    found = comparing.compare([ups.pk], start=MONDAY, end=None)
    assert [(one.field, one.why.is_authorised) for one in found] == [("state", True)]


def test_a_change_has_its_baseline_when_every_affected_item_is_in_one_taken_since(
    make: Make, change: Any, config_manager: Person
) -> None:
    ups = make("ups", "UPS-02")
    baselines.take_for(change, by=config_manager, at=MONDAY + HOUR)
    assert baselines.is_taken(change, since=MONDAY)
    assert not baselines.is_taken(change, since=MONDAY + 2 * HOUR)

    other = make("ups", "UPS-03", at=MONDAY + HOUR)
    link(change, other, kind=LinkKind.AFFECTS, by=None, at=MONDAY)
    assert not baselines.is_taken(change, since=MONDAY)
    assert set(baselines.affected(change)) == {ups.pk, other.pk}


def test_every_item_is_answered_by_a_change_of_it_or_by_saying_that_there_was_none(
    make: Make, change: Any, grounds: Grounds, config_manager: Person
) -> None:
    ups, feed = make("ups", "UPS-02"), make("ups", "UPS-03")
    other = open_record(
        Change, by=config_manager, at=MONDAY, title="另一件", requester=config_manager, received_at=MONDAY
    )
    for item in (ups, feed):
        link(other, item, kind=LinkKind.AFFECTS, by=None, at=MONDAY)

    assert baselines.unanswered(change, since=None) == []
    assert baselines.unanswered(other, since=None) == [ups.pk, feed.pk]
    other.actual_end = MONDAY
    baselines.say_no_change(other, ups, by=config_manager, at=MONDAY)
    assert baselines.unanswered(other, since=MONDAY) == [feed.pk]
    assert baselines.unanswered(other, since=MONDAY + HOUR) == [ups.pk, feed.pk]


def test_an_item_that_goes_live_gets_a_baseline_of_its_own(make: Make, config_manager: Person, change: Any) -> None:
    ups = make("ups", "UPS-09")
    ups = perform(ups, "begin_build", by=config_manager, at=MONDAY)
    ups = perform(ups, "put_live", by=config_manager, at=MONDAY + HOUR, change=change)

    kept = Baseline.objects.get()
    row = BaselineItem.objects.get(baseline=kept)
    assert (row.item_id, row.item_version.data["state"], kept.made_by) == (ups.pk, "live", config_manager)
    assert baselines.is_intact(kept)
    assert not baselines.is_taken(change, since=None)
