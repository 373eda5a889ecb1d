"""Availability by components: series once each, groups by what they need, agreements that name an item."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.agreements.conftest import Draft, sheet
from tests.configuration import conftest as items

make, join, change, draft_change, grounds, config_manager = (
    items.make, items.join, items.change, items.draft_change, items.grounds, items.config_manager,
)  # fmt: skip


def available(value: str, *components: Any, **more: Any) -> dict[str, Any]:
    """Give contents whose one row promises an availability of components."""
    contents = sheet("documents", {"metric": "availability", "value": value, **more})
    contents["rows"][0]["items"] = [{"name_zh": one.title, "ci": one.number} for one in components]
    return contents


@pytest.fixture
def contract(put_in_force: Draft) -> Callable[..., Any]:
    """Put a contract in force that promises the availability of a component."""

    def made(component: Any, value: str) -> Any:
        contents = available(value, component)
        contents["rows"][0]["service"] = None
        return put_in_force(contents, type="uc", consumer=None, level="corporate", title=component.title)

    return made


def test_components_in_series_multiply(
    draft: Draft, contract: Callable[..., Any], make: Callable[..., Any], join: Callable[..., Any]
) -> None:
    server, room = make("server", "esx-01"), make("room", "機房")
    join(server, "located_in", room)
    contract(server, "99.9")
    contract(room, "99.9")

    [fault] = draft(available("99.9", server)).editions.get().chain

    assert (fault["kind"], fault["reached"], fault["promised"]) == ("availability", "99.800%", "99.900%")
    assert {one["name"]: one["value"] for one in fault["single"]} == {"esx-01": "99.900%", "機房": "99.900%"}
    assert draft(available("99.8", server), title="又一份").editions.get().chain == []


def test_of_two_that_stand_in_for_each_other_one_is_enough(
    draft: Draft, contract: Callable[..., Any], make: Callable[..., Any], join: Callable[..., Any]
) -> None:
    rack, first, second = make("rack", "A1"), make("ups", "UPS-01"), make("ups", "UPS-02")
    for one in (first, second):
        join(one, "feeds", rack, group="雙路", needs=1)
        contract(one, "99")

    assert draft(available("99.99", rack)).editions.get().chain == []
    [fault] = draft(available("99.995", rack), title="又一份").editions.get().chain
    assert fault["groups"] == [{"needs": 1, "of": ["UPS-01", "UPS-02"], "value": "99.990%"}]


def test_a_component_under_two_paths_counts_once(
    draft: Draft, contract: Callable[..., Any], make: Callable[..., Any], join: Callable[..., Any]
) -> None:
    server, rack, room = make("server", "esx-01"), make("rack", "A1"), make("room", "機房")
    join(server, "installed_in", rack)
    join(server, "located_in", room)
    join(rack, "located_in", room)
    contract(room, "99.9")

    assert draft(available("99.9", server)).editions.get().chain == []


@pytest.mark.parametrize(("combine", "reached"), [("all_items", "99.000%"), ("series", "98.901%")])
def test_several_items_are_combined_as_agreed(
    draft: Draft, contract: Callable[..., Any], make: Callable[..., Any], combine: str, reached: str
) -> None:
    first, second = make("ups", "UPS-01"), make("cooling", "CRAC-1")
    contract(first, "99.9")
    contract(second, "99")

    [fault] = draft(available("99.5", first, second, per="item", combine=combine)).editions.get().chain

    assert fault["reached"] == reached
