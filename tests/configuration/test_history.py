"""Any item and its relationships can be shown as of any past moment."""

from typing import Any

import pytest

from configuration import attributes, relating, services
from configuration.authority import Grounds
from configuration.models import CiRelation, CiVersion, ConfigurationItem
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def test_each_change_keeps_how_it_was(make: Make, grounds: Grounds, config_manager: Person) -> None:
    ups = make("ups", "UPS-02", given={"capacity_kva": 40})

    services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B1", given={"capacity_kva": 60})
    services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + 2 * HOUR, place="B2")

    def at(moment: Any) -> tuple[Any, Any]:
        data = CiVersion.objects.as_of(moment).get(item=ups).data
        return data["place"], data["attributes"]["capacity_kva"]

    assert at(MONDAY) == ("", 40)
    assert at(MONDAY + HOUR) == at(MONDAY + 2 * HOUR - HOUR / 3600) == ("B1", 60)
    assert at(MONDAY + 9 * HOUR) == ("B2", 60)
    assert not CiVersion.objects.as_of(MONDAY - HOUR).filter(item=ups).exists()
    assert {row.authority.record_id for row in CiVersion.objects.filter(item=ups)} == {grounds.change.pk}


def test_the_field_tells_where_its_value_came_from(make: Make, grounds: Grounds, config_manager: Person) -> None:
    ups = make("ups", "UPS-02", given={"capacity_kva": 40})

    edited = services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + HOUR, source="scan", place="B1")

    assert edited.provenance["place"] == {"source": "scan", "at": (MONDAY + HOUR).isoformat()}
    assert edited.provenance["capacity_kva"]["source"] == "web"


def test_nothing_is_kept_when_nothing_differs(make: Make, grounds: Grounds, config_manager: Person) -> None:
    ups = make("ups", "UPS-02")

    with pytest.raises(services.NothingToChange):
        services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY + HOUR, title="UPS-02")

    assert CiVersion.objects.filter(item=ups).count() == 1


def test_still_right_is_no_change_of_data(make: Make, engineer: Person) -> None:
    ups = make("ups", "UPS-02")

    services.verify(ups, by=engineer, at=MONDAY + HOUR)

    found = ConfigurationItem.objects.get(pk=ups.pk)
    assert (found.last_verified_at, found.last_verified_by) == (MONDAY + HOUR, engineer)
    assert CiVersion.objects.filter(item=ups).count() == 1


def test_a_relationship_that_ended_still_held_before(
    make: Make, join: Any, grounds: Grounds, config_manager: Person
) -> None:
    ups, rack = make("ups", "UPS-02"), make("rack", "R-A")
    made = join(ups, "feeds", rack)

    relating.end(made, grounds=grounds, by=config_manager, at=MONDAY + HOUR)

    assert not CiRelation.objects.present().exists()
    assert CiRelation.objects.as_of(MONDAY).get().pk == made.pk
    assert not CiRelation.objects.as_of(MONDAY + HOUR).exists()
    again = join(ups, "feeds", rack, at=MONDAY + 2 * HOUR)
    assert CiRelation.objects.present().get().pk == again.pk


def test_a_failure_goes_on_as_the_kind_says(make: Make, join: Any) -> None:
    ups, rack, server = make("ups", "UPS-02"), make("rack", "R-A"), make("server", "H-1")

    fed, installed = join(ups, "feeds", rack), join(server, "installed_in", rack)

    assert (fed.cause_id, fed.effect_id) == (ups.pk, rack.pk)
    assert (installed.cause_id, installed.effect_id) == (rack.pk, server.pk)


def test_pairs_that_make_no_sense_are_refused(make: Make, join: Any) -> None:
    ups, service = make("ups", "UPS-02"), make("service", "公文")

    with pytest.raises(relating.Unfitting):
        join(ups, "runs_on", service)
    with pytest.raises(relating.Unfitting):
        join(ups, "feeds", ups)


def test_places_do_not_lie_in_each_other(make: Make, join: Any) -> None:
    room, building, campus = make("room", "機房"), make("place", "行政大樓"), make("place", "校區")
    join(room, "located_in", building)
    join(building, "located_in", campus)

    with pytest.raises(relating.Unfitting):
        join(campus, "located_in", room)


def test_a_group_needs_what_its_newest_member_says(make: Make, join: Any) -> None:
    rack, one, two = make("rack", "R-A"), make("ups", "UPS-01"), make("ups", "UPS-02")
    join(one, "feeds", rack, group="power", needs=1)

    join(two, "feeds", rack, group="power", needs=2, at=MONDAY + HOUR)

    assert set(CiRelation.objects.present().values_list("needs", flat=True)) == {2}
    assert CiRelation.objects.as_of(MONDAY).get().needs == 1


@pytest.mark.parametrize(
    ("code", "given", "name"),
    [
        ("ups", {"capacity_kva": "viel"}, "capacity_kva"),
        ("ups", {"battery_replaced_on": "31/31"}, "battery_replaced_on"),
        ("cooling", {"medium": "steam"}, "medium"),
        ("device", {"mac": "not an address!"}, "mac"),
        ("document", {"url": "javascript:alert(1)"}, "url"),
        ("computer", {"user": "nobody-here"}, "user"),
        ("application", {"personal_data": "maybe"}, "personal_data"),
        ("ups", {"colour": "red"}, "colour"),
    ],
)
def test_an_attribute_of_another_sort_is_refused_by_name(
    make: Make, code: str, given: dict[str, str], name: str
) -> None:
    with pytest.raises(attributes.UnfitAttributes) as refusal:
        make(code, "X", given=given)

    assert set(refusal.value.fields) == {name}
    assert not ConfigurationItem.objects.exists()


def test_what_fits_is_kept_in_its_own_type(make: Make, engineer: Person) -> None:
    computer = make(
        "computer", "PC", given={"user": "engineer", "mac": "00:11:22:aa:bb:cc", "purchased_on": "2026/01/31"}
    )
    cooling = make("cooling", "CRAC-1", given={"medium": "水冷式", "capacity_kw": "12.5"})
    application = make("application", "公文", given={"personal_data": "是", "users": "1,200"})

    assert computer.attributes == {"user": "engineer", "mac": "00:11:22:aa:bb:cc", "purchased_on": "2026-01-31"}
    assert cooling.attributes == {"medium": "water", "capacity_kw": 12.5}
    assert application.attributes == {"personal_data": True, "users": 1200}
