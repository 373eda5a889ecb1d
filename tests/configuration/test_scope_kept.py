"""What a change names stands as it was decided on: by page, interface, service, bulk and raw SQL; before that an edit voids votes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.test import Client

from changes import services
from changes.sparing_models import NotAffected
from configuration.authority import Grounds
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from itsm.records.refusals import Objected
from tests.configuration.conftest import Make, brought
from tests.fixtures import MONDAY
from tests.loading import loaded

pytestmark = pytest.mark.django_db
DECIDED = ("scheduled", "implementing", "post_review", "closed", "rejected", "cancelled")
OPEN = ("draft", "submitted", "assessing", "cab_review", "emergency_implementing", "retro_documentation")
Act = Callable[[Any, Link, ConfigurationItem], Any]


@pytest.fixture
def grounds() -> Grounds:
    """What items are made by here: no change stands behind it."""
    return loaded()


@pytest.fixture
def named(make: Make) -> ConfigurationItem:
    """An item that the change names."""
    return make("ups", "UPS-02")


@pytest.fixture
def other(make: Make) -> ConfigurationItem:
    """An item that it does not name."""
    return make("ups", "UPS-03")


@pytest.fixture
def row(draft_change: Any, named: Any) -> Link:
    """What the draft says."""
    return link(draft_change, named, kind=LinkKind.AFFECTS, by=None, at=MONDAY)


def sql(statement: str, *given: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


INSERT = (
    "INSERT INTO records_link (source_id, target_id, kind, created_at, auto) VALUES (%s, %s, 'affects', now(), false)"
)
PAST_THE_SERVICES: dict[str, Act] = {
    "insert": lambda change, row, other: sql(INSERT, change.pk, other.pk),
    "update": lambda change, row, other: sql("UPDATE records_link SET target_id = %s WHERE id = %s", other.pk, row.pk),
    "rename": lambda change, row, other: sql("UPDATE records_link SET kind = 'related_to' WHERE id = %s", row.pk),
    "delete": lambda change, row, other: sql("DELETE FROM records_link WHERE id = %s", row.pk),
    "bulk insert": lambda change, row, other: Link.objects.bulk_create(
        [Link(source_id=change.pk, target_id=other.pk, kind=LinkKind.AFFECTS, created_at=MONDAY)]
    ),
    "bulk delete": lambda change, row, other: Link.objects.filter(source=change.pk).delete(),
    "turned": lambda change, row, other: sql(
        "INSERT INTO changes_notaffected (reason, was_named, at, by_id, change_id, item_id) VALUES ('x', false, now(), %s, %s, %s)",
        change.requester_id, change.pk, other.pk,
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", DECIDED)
@pytest.mark.parametrize("way", PAST_THE_SERVICES)
def test_no_statement_alters_what_was_decided_on(
    state: str, way: str, draft_change: Any, row: Link, other: Any
) -> None:
    change = brought(draft_change, state)

    with pytest.raises(DatabaseError, match="decided on as it is"), transaction.atomic():
        PAST_THE_SERVICES[way](change, row, other)

    assert list(Link.objects.filter(source=change.pk).values_list("target", "kind")) == [(row.target_id, "affects")]
    assert not NotAffected.objects.exists()


@pytest.mark.parametrize("state", OPEN)
def test_before_that_it_may_be_altered(state: str, draft_change: Any, row: Link, other: Any) -> None:
    change = brought(draft_change, state)

    for way in ("insert", "rename"):
        PAST_THE_SERVICES[way](change, row, other)

    assert set(Link.objects.filter(source=change.pk).values_list("target", "kind")) == {
        (other.pk, "affects"), (row.target_id, "related_to"),
    }  # fmt: skip


@pytest.mark.parametrize("state", ["post_review", "closed"])
def test_nor_what_a_release_names_once_its_work_is_over(state: str, engineer: Person, named: Any, other: Any) -> None:
    from itsm.records.perform import open_record
    from releases.models import Release
    from tests.configuration.test_review_writes import laid

    release = open_record(
        Release,
        by=engineer,
        at=MONDAY,
        channel="portal",
        title="韌體",
        description="3",
        requester=engineer,
        received_at=MONDAY,
    )
    made = link(release, named, kind=LinkKind.AFFECTS, by=None, at=MONDAY)
    release = laid(release, state)

    with pytest.raises(DatabaseError, match="decided on as it is"), transaction.atomic():
        PAST_THE_SERVICES["insert"](release, made, other)
    with pytest.raises(DatabaseError, match="decided on as it is"), transaction.atomic():
        PAST_THE_SERVICES["delete"](release, made, other)


def test_an_item_that_an_authorised_change_makes_is_named_by_it(make: Make, change: Any) -> None:
    made = make("ups", "UPS-09", grounds=Grounds("change", change=change))

    assert Link.objects.filter(source=change.pk, target=made.pk, kind=LinkKind.AFFECTS).exists()


# ---- pages and interfaces -------------------------------------------------------------------
@pytest.mark.parametrize("state", ["scheduled", "post_review", "closed"])
def test_no_page_parts_what_was_decided_on(
    client: Client, state: str, draft_change: Any, row: Link, other: Any, config_manager: Person, engineer: Person
) -> None:
    change = brought(draft_change, state)
    type(change).objects.filter(pk=change.pk).update(phase="done" if state == "closed" else "working")
    for person in (config_manager, engineer):
        client.force_login(person)

        client.post(f"/t/{change.number}/link/{row.pk}/remove")
        client.post(f"/t/{change.number}/items/{row.pk}/remove")
        client.post(f"/t/{change.number}/items/add", {"items-item": other.number, "item": other.number})
        client.post(f"/t/{change.number}/link", {"other": other.number, "kind": "affects"})

    assert list(Link.objects.filter(source=change.pk).values_list("target", flat=True)) == [row.target_id]


@pytest.mark.parametrize(
    "kind", [LinkKind.IMPLEMENTED_BY, LinkKind.FIXES_PROBLEM, LinkKind.DESIGNED_BY, LinkKind.AFFECTS]
)
def test_a_link_that_a_process_stands_on_is_not_parted_as_one_laid_by_hand(
    client: Client, kind: str, draft_change: Any, other: Any, engineer: Person
) -> None:
    made = link(draft_change, other, kind=kind, by=engineer, at=MONDAY)
    client.force_login(engineer)

    assert client.post(f"/t/{draft_change.number}/link/{made.pk}/remove").status_code == 404
    assert f"/link/{made.pk}/remove" not in client.get(f"/changes/{draft_change.number}/").content.decode()
    assert Link.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize("state", [*DECIDED, "service_transition"])
def test_no_service_alters_what_was_decided_on(
    state: str, draft_change: Any, row: Link, other: Any, engineer: Person
) -> None:
    change = brought(draft_change, state)

    with pytest.raises(Objected):
        services.set_scope(change, by=engineer, items=[other], at=MONDAY)


def test_a_board_s_decision_closes_the_items_page_too(
    client: Client, draft_change: Any, row: Link, other: Any, config_manager: Person
) -> None:
    change = brought(draft_change, "implementation_review")
    type(change).objects.filter(pk=change.pk).update(change_class="major")
    client.force_login(config_manager)

    answer = client.post(f"/t/{change.number}/items/add", {"item": other.number})
    client.post(f"/t/{change.number}/items/{row.pk}/remove")

    assert answer.status_code == 422
    assert list(Link.objects.filter(source=change.pk).values_list("target", flat=True)) == [row.target_id]


def test_the_administration_keeps_no_links() -> None:
    assert not admin.site.is_registered(Link)
    assert not admin.site.is_registered(NotAffected)
