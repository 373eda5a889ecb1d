"""The page of risk and impact shows how far a change is felt: as a drawing and as a list, both ways."""

from typing import Any

import pytest

from changes import blast
from changes.models import Change
from configuration import impact
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record
from tests.changes.planning import chain as chain
from tests.changes.planning import change_manager as change_manager
from tests.changes.planning import keeper as keeper
from tests.changes.test_pages import client_of, text
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def change(engineer: Person, chain: list[Any]) -> Any:
    """A draft that names the item in the middle and the last one of four, each standing on the next."""
    made = open_record(Change, by=engineer, at=MONDAY, channel="portal", title="更換", description="x", requester=engineer,
                       received_at=MONDAY)  # fmt: skip
    for item in (chain[2], chain[3]):
        link(made, item, kind=LinkKind.AFFECTS, by=None, at=MONDAY)
    return made


def test_several_items_are_walked_from_together(chain: list[Any]) -> None:
    found = impact.walk_from([chain[3].pk, chain[2].pk, chain[2].pk])

    assert [row.id for row in found.reached if row.depth == 0] == sorted([chain[2].pk, chain[3].pk])
    apart = {row.id for one in (chain[2], chain[3]) for row in impact.walk(one.pk).reached}
    assert {row.id for row in found.reached} == apart


def test_the_page_draws_and_lists_what_fails_with_it(change: Any, chain: list[Any], engineer: Person) -> None:
    page = text(client_of(engineer).get(f"/changes/{change.number}/impact/", {"depth": "12"}))

    drawing = page.split('<svg class="ci-graph"')[1].split("</svg>")[0]
    listed = page.split('id="as-list"')[1]
    reached = {row.id for row in impact.walk_from([chain[2].pk, chain[3].pk]).reached}
    for item in chain:
        assert (f"/cmdb/cis/{item.number}/" in drawing) is (item.pk in reached)
        assert (f"/cmdb/cis/{item.number}/" in listed) is (item.pk in reached)
    assert f"/cmdb/changes/{change.number}/" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ("down", 6)),
        ({"way": "up", "depth": "1"}, ("up", 1)),
        ({"way": "odd", "depth": "-1"}, ("down", 6)),
        ({"depth": "999"}, ("down", 12)),
        ({"depth": "²"}, ("down", 6)),
    ],
)
def test_what_cannot_be_read_is_as_if_it_had_not_been_said(query: dict[str, str], expected: tuple[str, int]) -> None:
    assert blast.asked(query) == expected


def test_without_items_it_says_why(engineer: Person, change: Any) -> None:
    bare = open_record(Change, by=engineer, at=MONDAY, channel="portal", title="y", description="x", requester=engineer,
                       received_at=MONDAY, no_ci_reason="僅改文件")  # fmt: skip

    page = text(client_of(engineer).get(f"/changes/{bare.number}/impact/"))

    assert "No item is affected, because" in page
    assert "僅改文件" in page
    assert "ci-graph" not in page
