"""Which item is meant, and whose word counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from configuration.reconciling import Cell, Identifier, Precedence, Written, compare, dangling, is_nothing

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
RULES = [("serial", "maker"), ("asset_no",), ("hostname", "domain")]


@pytest.fixture
def identifier() -> Identifier:
    found = Identifier(RULES)
    found.add(1, {"serial": "S-1", "maker": "Acme", "hostname": "db1", "domain": "corp"})
    found.add(2, {"asset_no": "A-2", "hostname": "db2", "domain": "corp"})
    found.add(3, {"serial": "To Be Filled By O.E.M.", "maker": "Acme", "hostname": "db3", "domain": "corp"})
    return found


@pytest.mark.parametrize(
    ("values", "keys", "rule"),
    [
        ({"serial": "s-1 ", "maker": "ACME"}, (1,), ("serial", "maker")),
        ({"serial": "S-9", "maker": "Acme", "asset_no": "a-2"}, (2,), ("asset_no",)),
        ({"hostname": "db2", "domain": "corp", "serial": "S-1", "maker": "Acme"}, (1,), ("serial", "maker")),
        ({"serial": "to be filled by o.e.m.", "maker": "Acme"}, (), ()),
        ({"hostname": "db1"}, (), ()),
        ({}, (), ()),
    ],
)
def test_the_strongest_rule_that_finds_anything_decides(
    identifier: Identifier, values: dict[str, Any], keys: tuple[int, ...], rule: tuple[str, ...]
) -> None:
    match = identifier.find(values)

    assert (match.keys, match.rule) == (keys, rule)


def test_several_items_with_the_same_marks_are_told_apart_from_none(identifier: Identifier) -> None:
    identifier.add(4, {"hostname": "DB2", "domain": "Corp"})

    match = identifier.find({"hostname": "db2", "domain": "corp"})
    assert (match.keys, match.key, match.is_ambiguous) == ((2, 4), None, True)
    assert [(one.keys, one.rule) for one in identifier.duplicates()] == [((2, 4), ("hostname", "domain"))]


def test_the_same_item_again_is_no_duplicate(identifier: Identifier) -> None:
    identifier.add(1, {"serial": "S-1", "maker": "Acme"})

    assert identifier.duplicates() == []


@pytest.mark.parametrize("value", [None, "", "  ", "N/A", "Unknown"])
def test_such_a_value_says_nothing(value: Any) -> None:
    assert is_nothing(value)
    assert not is_nothing("0")


ORDER = Precedence(general=("scan", "spreadsheet"), by_attribute={"owner": ("spreadsheet", "scan")}, stale_days=60)


@pytest.mark.parametrize(
    ("attribute", "source", "last", "days", "allowed"),
    [
        ("ram", "scan", "spreadsheet", 1, True),
        ("ram", "spreadsheet", "scan", 1, False),
        ("ram", "spreadsheet", "scan", 60, False),
        ("ram", "spreadsheet", "scan", 61, True),
        ("owner", "spreadsheet", "scan", 1, True),
        ("owner", "scan", "spreadsheet", 1, False),
        ("ram", "stranger", "spreadsheet", 1, False),
        ("ram", "stranger", "other", 1, True),
        ("ram", "scan", "scan", 1, True),
    ],
)
def test_the_order_of_an_attribute_beats_the_general_one(
    attribute: str, source: str, last: str, days: int, allowed: bool
) -> None:
    written = Written(last, AT - timedelta(days=days))

    assert ORDER.may_write(attribute, source=source, last=written, held="8", at=AT) is allowed


def test_what_is_empty_or_was_never_written_may_be_filled_by_anybody() -> None:
    written = Written("scan", AT)

    assert ORDER.may_write("ram", source="stranger", last=written, held="n/a", at=AT)
    assert ORDER.may_write("ram", source="stranger", last=None, held="8", at=AT)


def test_differences_are_told_per_cell_and_silence_empties_nothing() -> None:
    cells = compare(
        {"ram": "8", "site": "Taipei", "owner": "Ada", "cpu": "4"},
        {"ram": "16", "site": "", "owner": "Bo", "cpu": " 4 ", "disk": "100"},
        source="scan",
        precedence=ORDER,
        writers={"owner": Written("spreadsheet", AT)},
        at=AT,
    )

    assert cells == [Cell("disk", None, "100"), Cell("owner", "Ada", "Bo", kept=True), Cell("ram", "8", "16")]


def test_relationships_without_an_end_are_listed_in_their_order() -> None:
    edges = [("vm1", "runs_on", "host9"), ("vm1", "runs_on", "HOST1"), ("ghost", "runs_on", "host1")]

    assert dangling(edges, known=["vm1", "host1"]) == [edges[0], edges[2]]
