"""Configuration data changes only through an authorised change, a verified correction, light control or an import."""

from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.utils import translation

from changes.flow import CHANGE
from changes.models import Change
from configuration import authority, schema, services
from configuration.authority import Grounds
from configuration.models import Authority, CiRelation, CiVersion, ConfigurationItem, Correction
from itsm.flow import Move
from itsm.people.models import Person
from itsm.records import register
from itsm.records.models import Link
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.configuration.conftest import HOUR, Make, brought
from tests.fixtures import MONDAY, make_person
from tests.loading import unnamed

pytestmark = pytest.mark.django_db
STATES = {"scheduled", "implementing", "emergency_implementing"}


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(statement: str, *values: Any) -> str:
    with pytest.raises(Error) as refusal:
        sql(statement, *values)
    return str(refusal.value)


def test_an_item_is_made_under_an_authorised_change_which_then_names_it(make: Make, change: Any) -> None:
    ups = make("ups", "UPS-02", criticality=1, given={"capacity_kva": "40"})

    assert str(ups.number).startswith("CI-202611-")
    assert (ups.state, ups.attributes) == ("planned", {"capacity_kva": 40})
    assert Link.objects.filter(source_id=change.pk, target_id=ups.pk, kind="affects").exists()


def test_an_unauthorised_change_lets_nothing_be_written(make: Make, draft_change: Any, config_manager: Person) -> None:
    ups = make("ups", "UPS-02")
    drafted = brought(draft_change, "draft")

    with translation.override("en"), pytest.raises(services.Unauthorised, match="only through an authorised change"):
        services.edit(ups, grounds=Grounds("change", change=drafted), by=config_manager, at=MONDAY, title="UPS-2")

    ups.refresh_from_db(fields=["title"])
    assert ups.title == "UPS-02"
    assert CiVersion.objects.filter(item=ups).count() == 1


def test_a_change_reaches_only_the_items_that_it_names(make: Make, grounds: Grounds, config_manager: Person) -> None:
    ups = make("ups", "UPS-02")
    unnamed(ups)

    with pytest.raises(services.Unauthorised, match=str(grounds.change.number)):
        services.edit(ups, grounds=grounds, by=config_manager, at=MONDAY, title="UPS-2")


def test_an_engineer_writes_only_under_the_change_that_they_carry_out(
    make: Make, change: Any, engineer: Person, handler: Person
) -> None:
    ups = make("ups", "UPS-02")
    type(change).objects.filter(pk=change.pk).update(implementer=handler)
    mine = Grounds("change", change=type(change).objects.get(pk=change.pk))

    services.edit(ups, grounds=mine, by=handler, at=MONDAY, place="B1")
    with pytest.raises(services.Unauthorised):
        services.edit(ups, grounds=mine, by=engineer, at=MONDAY, place="B2")

    assert ConfigurationItem.objects.get(pk=ups.pk).place == "B1"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE configuration_configurationitem SET title = 'x' WHERE record_ptr_id = %s",
        "UPDATE configuration_configurationitem SET attributes = '{}', version = version + 1 WHERE record_ptr_id = %s",
        "UPDATE configuration_configurationitem SET owner_id = NULL, serial = 'S' WHERE record_ptr_id = %s",
        "DELETE FROM configuration_configurationitem WHERE record_ptr_id = %s",
    ],
)
def test_raw_sql_without_an_authority_changes_no_row(make: Make, statement: str) -> None:
    ups = make("ups", "UPS-02", given={"capacity_kva": 40})

    assert "only through an authorised change" in refused(statement, ups.pk)
    assert ConfigurationItem.objects.get(pk=ups.pk).title == "UPS-02"


def test_raw_sql_cannot_forge_or_borrow_an_authority(make: Make, draft_change: Any) -> None:
    ups = make("ups", "UPS-02")
    earlier = Authority.objects.get()
    drafted = brought(draft_change, "submitted")
    forge = (
        "INSERT INTO configuration_authority (kind, record_id, reason, at, xact) VALUES ('change', %s, '', now(), 0)"
    )

    assert "only through" in refused(forge, drafted.pk)
    with transaction.atomic(), connection.cursor() as cursor:  # another transaction's authority counts for nothing
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute("UPDATE configuration_authority SET xact = 1 WHERE id = %s", [earlier.pk])
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
        cursor.execute("SELECT set_config('itsm.ci_authority', %s, true)", [str(earlier.pk)])
    assert "only through" in refused(
        "UPDATE configuration_configurationitem SET place = 'x' WHERE record_ptr_id = %s", ups.pk
    )


def test_the_database_knows_the_states_of_the_milestone(draft_change: Any) -> None:
    authorised, standing = register.process("change").milestones["authorised"], set()

    for code in CHANGE.states:
        moved = brought(draft_change, code)
        with connection.cursor() as cursor:
            cursor.execute("SELECT configuration_change_stands(%s)", [moved.pk])
            found = cursor.fetchone()[0]
        assert found == authorised(moved)
        standing |= {code} if found else set()

    assert standing == STATES


def test_relationships_need_an_authority_too(make: Make, join: Any) -> None:
    ups, rack = make("ups", "UPS-02"), make("rack", "R-A", given={"units": 42})
    made = join(ups, "feeds", rack)
    insert = """INSERT INTO configuration_cirelation (type_id, source_id, target_id, weight, "group", valid_from)
                VALUES (%s, %s, %s, 100, '', now())"""
    generator = make("generator", "GEN-1")

    assert "only through" in refused(insert, made.type_id, generator.pk, rack.pk)
    assert "only through" in refused("UPDATE configuration_cirelation SET valid_to = now() WHERE id = %s", made.pk)
    assert "append-only" in refused("UPDATE configuration_cirelation SET weight = 5 WHERE id = %s", made.pk)
    assert "append-only" in refused("DELETE FROM configuration_cirelation WHERE id = %s", made.pk)
    assert CiRelation.objects.present().get().pk == made.pk


def test_history_is_never_altered(make: Make) -> None:
    make("ups", "UPS-02")

    assert "append-only" in refused("UPDATE configuration_civersion SET data = '{}'")
    assert "append-only" in refused("DELETE FROM configuration_civersion")
    assert "append-only" in refused("UPDATE configuration_authority SET kind = 'import'")


class TestCorrections:
    """Wrong data that was found."""

    def raised(self, item: ConfigurationItem, by: Person) -> Correction:
        return Correction.objects.create(item=item, field="place", found="B2", raised_by=by, raised_at=MONDAY)

    def test_a_verified_correction_authorises_one_change(
        self, make: Make, engineer: Person, config_manager: Person
    ) -> None:
        ups = make("ups", "UPS-02")
        found = self.raised(ups, engineer)
        Correction.objects.filter(pk=found.pk).update(verified_by=config_manager, verified_at=MONDAY)
        given = Grounds("correction", correction=Correction.objects.get(pk=found.pk))

        services.edit(ups, grounds=given, by=config_manager, at=MONDAY + HOUR, place="B2")
        with pytest.raises(services.Unauthorised):
            services.edit(ups, grounds=given, by=config_manager, at=MONDAY + HOUR, place="B3")

        assert ConfigurationItem.objects.get(pk=ups.pk).place == "B2"
        assert Correction.objects.get(pk=found.pk).applied_at == MONDAY + HOUR

    def test_nobody_verifies_what_they_raised(self, make: Make, config_manager: Person) -> None:
        found = self.raised(make("ups", "UPS-02"), config_manager)
        statement = (
            "UPDATE configuration_correction SET verified_by_id = raised_by_id, verified_at = now() WHERE id = %s"
        )

        assert "correction_verified_by_another" in refused(statement, found.pk)

    def test_an_unverified_one_authorises_nothing(self, make: Make, engineer: Person, config_manager: Person) -> None:
        ups = make("ups", "UPS-02")
        found = self.raised(ups, engineer)

        with pytest.raises(services.Unauthorised):
            services.edit(
                ups, grounds=Grounds("correction", correction=found), by=config_manager, at=MONDAY, place="B2"
            )
        assert "only through" in refused(
            "INSERT INTO configuration_authority (kind, correction_id, reason, at, xact) VALUES ('correction', %s, '', now(), 0)",
            found.pk,
        )


def test_light_control_needs_no_change_but_its_keeper(make: Make, config_manager: Person, engineer: Person) -> None:
    document = services.create(
        ci_class=schema.present().by_code("document"),
        title="接線圖",
        grounds=Grounds("light"),
        by=config_manager,
        at=MONDAY,
    )
    with pytest.raises(services.Unauthorised):
        services.edit(document, grounds=Grounds("light"), by=engineer, at=MONDAY, title="接線圖 2")
    with pytest.raises(services.Unauthorised):
        services.edit(make("ups", "UPS"), grounds=Grounds("light"), by=config_manager, at=MONDAY, title="UPS-2")

    assert services.edit(document, grounds=Grounds("light"), by=config_manager, at=MONDAY, title="圖").title == "圖"


class TestMoves:
    """The machine."""

    def test_an_item_goes_live_changes_and_retires_under_its_change(
        self, make: Make, change: Any, config_manager: Person
    ) -> None:
        ups = make("ups", "UPS-02")

        ups = perform(ups, "receive", by=config_manager, at=MONDAY)
        ups = perform(ups, "begin_build", by=config_manager, at=MONDAY)
        ups = perform(ups, "put_live", by=config_manager, at=MONDAY + HOUR, change=change)
        ups = perform(ups, "begin_change", by=config_manager, at=MONDAY + 2 * HOUR, change=change)
        ups = perform(ups, "put_live", by=config_manager, at=MONDAY + 3 * HOUR, change=change)
        ups = perform(ups, "retire_ci", by=config_manager, at=MONDAY + 4 * HOUR, change=change)
        ups = perform(ups, "dispose", by=config_manager, disposal_record="D-1", wipe_evidence="證明")

        assert (ups.state, ups.live_since) == ("disposed", MONDAY + HOUR)
        states = [row.data["state"] for row in CiVersion.objects.filter(item=ups)]
        assert states == ["planned", "in_stock", "in_build", "live", "under_change", "live", "retired", "disposed"]

    def test_it_does_not_go_live_without_one(self, make: Make, config_manager: Person) -> None:
        ups = perform(make("ups", "UPS-02"), "begin_build", by=config_manager, at=MONDAY)

        with translation.override("en"), pytest.raises(Objected, match="only through an authorised change"):
            perform(ups, "put_live", by=config_manager, at=MONDAY)

    def test_it_does_not_go_live_while_something_required_is_empty(
        self, make: Make, change: Any, config_manager: Person
    ) -> None:
        rack = perform(make("rack", "R-A"), "begin_build", by=config_manager, at=MONDAY)

        with translation.override("en"), pytest.raises(Objected, match="Height"):
            perform(rack, "put_live", by=config_manager, at=MONDAY, change=change)

    def test_what_an_audit_did_not_find_comes_back_with_evidence(
        self, make: Make, change: Any, config_manager: Person
    ) -> None:
        auditor = make_person("auditor", "auditor")
        ups = perform(make("ups", "UPS-02"), "begin_build", by=config_manager, at=MONDAY)
        ups = perform(ups, "put_live", by=config_manager, at=MONDAY, change=change)

        ups = perform(ups, "mark_missing", by=auditor, at=MONDAY, audit_line="A-1/3")
        with pytest.raises(NotAllowed):
            perform(ups, "mark_found", by=auditor, at=MONDAY, evidence="照片")

        assert perform(ups, "mark_found", by=config_manager, at=MONDAY, evidence="照片").state == "live"

    def test_raw_sql_puts_nothing_live(self, make: Make, config_manager: Person) -> None:
        ups = perform(make("ups", "UPS-02"), "begin_build", by=config_manager, at=MONDAY)

        assert "only through" in refused(
            "UPDATE configuration_configurationitem SET state = 'live' WHERE record_ptr_id = %s", ups.pk
        )


class TestTheWindowOfTheChange:
    """An authorised change lets data be written in its window, or while the work goes on; not days before."""

    def windowed(self, change: Any, state: str) -> Grounds:
        Change.objects.filter(pk=change.pk).update(window_start=MONDAY, window_end=MONDAY + 2 * HOUR)
        return Grounds("change", change=brought(change, state))

    @pytest.mark.parametrize(("hours", "allowed"), [(-24, False), (0, True), (1, True), (24, False)])
    def test_a_scheduled_change_writes_in_its_window_only(
        self, make: Make, change: Any, config_manager: Person, hours: int, allowed: bool
    ) -> None:
        ups, at = make("ups", "UPS-02"), MONDAY + hours * HOUR
        grounds = self.windowed(change, "scheduled")

        with translation.override("en"):
            said = services.objection(grounds, ci_class=ups.ci_class, by=config_manager, at=at, item=ups)

        assert said == ("" if allowed else f"{change.number} lets data be written in its window only.")
        move = Move("put_live", config_manager, at, inputs={"change": grounds.change})
        assert (authority.grounds_of(ups, move) is not None) is allowed

    def test_work_that_overruns_its_window_still_writes(self, make: Make, change: Any, config_manager: Person) -> None:
        ups = make("ups", "UPS-02")
        grounds = self.windowed(change, "implementing")

        assert (
            services.objection(grounds, ci_class=ups.ci_class, by=config_manager, at=MONDAY + 5 * HOUR, item=ups) == ""
        )
