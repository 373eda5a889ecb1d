"""After the work of a change or release has ended, its review may write down what it did: to its items, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.utils import translation

from catalogue.models import Service
from configuration import baselines, relating, schema, services
from configuration.authority import Grounds
from configuration.models import CiRelation, ConfigurationItem, NoChange
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import Objected
from releases.models import Release
from tests.configuration.conftest import HOUR, Make, brought
from tests.fixtures import MONDAY
from tests.loading import loaded

pytestmark = pytest.mark.django_db
LATER = MONDAY + 9 * HOUR
WHOLE = {"title": "UPS-02", "environment": "prod", "criticality": "3"}
AUTHORITY = """INSERT INTO configuration_authority (kind, record_id, by_id, reason, at, xact)
               VALUES ('change', %s, %s, '', now(), 0) RETURNING id"""


@pytest.fixture
def ups(make: Make) -> ConfigurationItem:
    """An item that the change names."""
    return make("ups", "UPS-02", place="B1")


@pytest.fixture(params=["change", "release"])
def reviewed(request: pytest.FixtureRequest, ups: Any, change: Any, engineer: Person, service: Service) -> Any:
    """A change, or a release, in its review; it names the item."""
    if request.param == "change":
        return ended(brought(change, "post_review"))
    made = open_record(
        Release, by=engineer, at=MONDAY, channel="portal", title="韌體", description="3", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip
    link(made, ups, kind=LinkKind.AFFECTS, by=engineer, at=MONDAY)
    return ended(laid(made, "post_review"))


def laid(record: Any, state: str) -> Any:
    """Lay a record into a state past its machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute("UPDATE tickets_ticket SET state = %s WHERE record_ptr_id = %s", [state, record.pk])
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return type(record).objects.get(pk=record.pk)


def ended(record: Any) -> Any:
    """Let the work have gone on for an hour."""
    type(record).objects.filter(pk=record.pk).update(actual_start=MONDAY + HOUR, actual_end=MONDAY + 2 * HOUR)
    return type(record).objects.get(pk=record.pk)


def closed(record: Any) -> Any:
    return laid(record, "closed")


def place(item: Any) -> str:
    return str(ConfigurationItem.objects.get(pk=item.pk).place)


def english(client: Client, person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return client


class TestService:
    """What the services let be written."""

    def test_attributes_and_relationships_of_its_items(
        self, reviewed: Any, ups: Any, make: Make, config_manager: Person
    ) -> None:
        rack, grounds = make("rack", "R-A", given={"units": 42}, grounds=loaded()), Grounds("change", change=reviewed)
        feeds = schema.present().type_by_code("feeds")

        services.edit(ups, grounds=grounds, by=config_manager, at=LATER, place="B2")
        made = relating.relate(ups, rack, type=feeds, grounds=grounds, by=config_manager, at=LATER)
        relating.end(made, grounds=grounds, by=config_manager, at=LATER + HOUR)

        assert place(ups) == "B2"
        assert baselines.unanswered(reviewed, since=reviewed.actual_end, written_since=reviewed.actual_start) == []

    def test_no_other_items_and_no_new_ones(self, reviewed: Any, ups: Any, make: Make, config_manager: Person) -> None:
        other, grounds = make("generator", "GEN-1", grounds=loaded()), Grounds("change", change=reviewed)

        with pytest.raises(services.Unauthorised, match=str(reviewed.number)):
            services.edit(other, grounds=grounds, by=config_manager, at=LATER, place="B2")
        with translation.override("en"), pytest.raises(services.Unauthorised, match="only through an authorised"):
            make("ups", "UPS-9", grounds=grounds, at=LATER)

    def test_no_move_of_the_item(self, reviewed: Any, ups: Any, config_manager: Person) -> None:
        built = perform(ups, "begin_build", by=config_manager, at=LATER)

        with translation.override("en"), pytest.raises(Objected, match="only through an authorised change"):
            perform(built, "put_live", by=config_manager, at=LATER, change=reviewed)

    def test_nothing_after_it_is_closed(self, reviewed: Any, ups: Any, make: Make, config_manager: Person) -> None:
        rack, grounds = (
            make("rack", "R-A", given={"units": 42}, grounds=loaded()),
            Grounds("change", change=closed(reviewed)),
        )
        feeds = schema.present().type_by_code("feeds")

        with pytest.raises(services.Unauthorised):
            services.edit(ups, grounds=grounds, by=config_manager, at=LATER, place="B2")
        with pytest.raises(services.Unauthorised):
            relating.relate(ups, rack, type=feeds, grounds=grounds, by=config_manager, at=LATER)

    def test_nothing_by_who_neither_keeps_the_data_nor_carried_it_out(
        self, reviewed: Any, ups: Any, handler: Person
    ) -> None:
        with pytest.raises(services.Unauthorised):
            services.edit(ups, grounds=Grounds("change", change=reviewed), by=handler, at=LATER, place="B2")

    @pytest.mark.parametrize("state", ["retro_documentation", "assessing", "cancelled"])
    def test_nothing_in_states_before_and_beside_it(
        self, change: Any, ups: Any, config_manager: Person, state: str
    ) -> None:
        grounds = Grounds("change", change=brought(change, state))

        with pytest.raises(services.Unauthorised):
            services.edit(ups, grounds=grounds, by=config_manager, at=LATER, place="B2")


class TestPage:
    """What the pages let be written."""

    def test_an_item_and_its_relationships(
        self, client: Client, reviewed: Any, ups: Any, make: Make, config_manager: Person
    ) -> None:
        make("rack", "R-A", given={"units": 42}, grounds=loaded())
        asker, named = english(client, config_manager), {"change": str(reviewed.number)}

        edited = asker.post(f"/cmdb/cis/{ups.number}/edit/", WHOLE | named | {"place": "B2"})
        joined = asker.post(
            f"/cmdb/cis/{ups.number}/relate/", named | {"kind": "feeds>", "other": "R-A", "weight": "100"}
        )
        ended = asker.post(f"/cmdb/relations/{CiRelation.objects.get().pk}/end/", named)

        assert [answer.status_code for answer in (edited, joined, ended)] == [303, 303, 303]
        assert place(ups) == "B2"
        assert not CiRelation.objects.present().exists()

    def test_nothing_after_it_is_closed_and_no_new_item(
        self, client: Client, reviewed: Any, ups: Any, config_manager: Person
    ) -> None:
        asker, named = english(client, config_manager), {"change": str(reviewed.number)}

        new = asker.post("/cmdb/cis/new/?class=ups", WHOLE | named | {"anyway": "1"})
        closed(reviewed)
        edited = asker.post(f"/cmdb/cis/{ups.number}/edit/", WHOLE | named | {"place": "B2"})

        for answer in (new, edited):
            assert answer.status_code == 422
            assert "only through an authorised change" in answer.content.decode()
        assert place(ups) == "B1"

    def test_many_items_are_written_but_not_moved(
        self, client: Client, reviewed: Any, ups: Any, config_manager: Person
    ) -> None:
        perform(ups, "begin_build", by=config_manager, at=MONDAY)
        asker = english(client, config_manager)
        given = {"pick": f"{ups.number}", "change": str(reviewed.number)}

        asker.post("/cmdb/cis/bulk/change", given | {"act": "do:put_live"})
        asker.post("/cmdb/cis/bulk/change", given | {"act": "set:place", "value": "B2"})

        found = ConfigurationItem.objects.get(pk=ups.pk)
        assert (found.state, found.place) == ("in_build", "B2")


class TestInterface:
    """What REST lets be written."""

    def call(self, asker: Client, ups: Any, body: dict[str, Any]) -> Any:
        one = f"/api/v1/configuration-items/{ups.number}"
        seen = asker.get(one).headers["ETag"]
        return asker.patch(one, body, content_type="application/json", headers={"If-Match": seen})

    def test_an_item_and_nothing_once_it_is_closed(
        self, client: Client, reviewed: Any, ups: Any, config_manager: Person
    ) -> None:
        asker, named = english(client, config_manager), {"change": str(reviewed.number)}

        edited = self.call(asker, ups, named | {"place": "B2"})
        new = asker.post(
            "/api/v1/configuration-items", named | {"ci_class": "ups", "title": "UPS-9"}, content_type="application/json"
        )  # fmt: skip
        closed(reviewed)
        late = self.call(asker, ups, named | {"place": "B3"})

        assert (edited.status_code, edited.json()["place"]) == (200, "B2")
        assert (new.status_code, late.status_code) == (403, 403)
        assert "only through an authorised change" in late.content.decode()
        assert place(ups) == "B2"


class TestDatabase:
    """What raw SQL can write."""

    def written(self, record: Any, by: Person, statement: str, *values: Any) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(AUTHORITY, [record.pk, by.pk])
            cursor.execute("SELECT set_config('itsm.ci_authority', %s, true)", [str(cursor.fetchone()[0])])
            cursor.execute(statement, values)

    def refused(self, *asked: Any) -> None:
        with pytest.raises(Error, match="only through an authorised change"):
            self.written(*asked)

    def test_an_attribute_of_its_item(self, reviewed: Any, ups: Any, config_manager: Person) -> None:
        statement = "UPDATE configuration_configurationitem SET place = 'B2' WHERE record_ptr_id = %s"

        self.written(reviewed, config_manager, statement, ups.pk)
        self.refused(closed(reviewed), config_manager, statement, ups.pk)

        assert place(ups) == "B2"

    @pytest.mark.parametrize("state", ["live", "retired", "under_change"])
    def test_no_state_of_its_item(self, reviewed: Any, ups: Any, config_manager: Person, state: str) -> None:
        in_use = laid_item(ups, "live" if state != "live" else "in_build")

        self.refused(
            reviewed, config_manager, "UPDATE configuration_configurationitem SET state = %s WHERE record_ptr_id = %s",
            state, in_use.pk,
        )  # fmt: skip

    def test_no_other_item_and_no_new_one(
        self, reviewed: Any, ups: Any, make: Make, config_manager: Person, columns: Callable[[], str]
    ) -> None:
        other = make("generator", "GEN-1", grounds=loaded())
        statement = "UPDATE configuration_configurationitem SET place = 'B2' WHERE record_ptr_id = %s"

        self.refused(reviewed, config_manager, statement, other.pk)
        self.refused(reviewed, config_manager, columns(), service_record(ups).pk, ups.pk)

    def test_a_relationship_of_its_item_and_none_once_it_is_closed(
        self, reviewed: Any, ups: Any, make: Make, config_manager: Person
    ) -> None:
        rack, feeds = make("rack", "R-A", given={"units": 42}, grounds=loaded()), schema.present().type_by_code("feeds")
        insert = """INSERT INTO configuration_cirelation (type_id, source_id, target_id, weight, "group", valid_from)
                    VALUES (%s, %s, %s, 100, '', now())"""
        assert feeds is not None

        self.written(reviewed, config_manager, insert, feeds.pk, ups.pk, rack.pk)
        self.refused(
            closed(reviewed), config_manager, "UPDATE configuration_cirelation SET valid_to = now() WHERE source_id = %s", ups.pk
        )  # fmt: skip

        assert CiRelation.objects.present().count() == 1


def laid_item(item: Any, state: str) -> Any:
    """Lay an item into a state past its machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute(
            "UPDATE configuration_configurationitem SET state = %s WHERE record_ptr_id = %s", [state, item.pk]
        )
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return item


def service_record(item: Any) -> Any:
    """Make a bare record for an item that nothing authorises."""
    from itsm.records.models import Record

    return Record.objects.create(kind="ci", number="CI-202611-99999", created_at=MONDAY)


@pytest.fixture
def columns() -> Callable[[], str]:
    """Give the statement that copies an item under another key."""

    def made() -> str:
        names = [
            field.column for field in ConfigurationItem._meta.local_fields if field.column != "record_ptr_id"
        ]  # fmt: skip
        listed = ", ".join(f'"{name}"' for name in names)
        table = "configuration_configurationitem"
        return (
            f"INSERT INTO {table} (record_ptr_id, {listed}) SELECT %s, {listed} FROM {table} WHERE record_ptr_id = %s"
        )

    return made


# ---- what closing asks ------------------------------------------------------------------------
class TestAnswers:
    """What counts as an answer for an item."""

    def left(self, record: Any) -> list[int]:
        return baselines.unanswered(record, since=record.actual_end, written_since=record.actual_start)

    def test_what_was_written_before_the_work_answers_nothing(
        self, reviewed: Any, ups: Any, config_manager: Person
    ) -> None:
        assert self.left(reviewed) == [ups.pk]

        services.edit(ups, grounds=Grounds("change", change=reviewed), by=config_manager, at=LATER, place="B2")

        assert self.left(reviewed) == []

    def test_that_nothing_changed_is_said_after_the_work_and_before_the_close(
        self, reviewed: Any, ups: Any, config_manager: Person
    ) -> None:
        running = type(reviewed).objects.get(pk=reviewed.pk)
        running.actual_end = None

        with pytest.raises(baselines.NotToAnswer):
            baselines.say_no_change(running, ups, by=config_manager, at=LATER)
        baselines.say_no_change(reviewed, ups, by=config_manager, at=LATER)
        assert self.left(reviewed) == []
        NoChange.objects.all().delete()
        type(reviewed).objects.filter(pk=reviewed.pk).update(phase="done")
        with pytest.raises(baselines.NotToAnswer):
            baselines.say_no_change(closed(reviewed), ups, by=config_manager, at=LATER)

    def test_nobody_names_or_takes_items_back_in_the_review(
        self, client: Client, reviewed: Any, ups: Any, make: Make, config_manager: Person
    ) -> None:
        other = make("generator", "GEN-1", grounds=loaded())
        asker = english(client, config_manager)
        named = ups.links_in.get(source=reviewed, kind=LinkKind.AFFECTS)

        added = asker.post(f"/t/{reviewed.number}/items/add", {"item": other.number})
        asker.post(f"/t/{reviewed.number}/items/{named.pk}/remove")

        assert added.status_code == 422
        assert list(
            ConfigurationItem.objects.filter(links_in__source=reviewed, links_in__kind=LinkKind.AFFECTS)
        ) == [ups]  # fmt: skip
