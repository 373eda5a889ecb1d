"""Configuration data changes only through an authorised change or a verified correction, whichever way somebody tries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.test import Client

from configuration import corrections, services
from configuration.authority import Grounds, loading
from configuration.models import Authority, CiRelation, CiVersion, ConfigurationItem, Correction, ImportBatch
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make, brought
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
WHOLE = {"title": "UPS-X", "environment": "prod", "criticality": "3"}


@pytest.fixture
def ups(make: Make) -> ConfigurationItem:
    """An item under full control."""
    return make("ups", "UPS-02", place="B1")


@pytest.fixture
def untouched(ups: ConfigurationItem, join: Any, make: Make) -> Any:
    """Hold that nothing was written: give what is recorded of everything, to be compared at the end."""
    rack = make("rack", "R-A", given={"units": 42})
    join(ups, "feeds", rack)
    before = recorded()
    yield ups
    assert recorded() == before


def recorded() -> tuple[Any, ...]:
    return (
        list(ConfigurationItem.objects.order_by("pk").values_list("pk", "title", "place", "state", "attributes")),
        list(CiRelation.objects.order_by("pk").values_list("pk", "valid_to")),
        list(CiVersion.objects.order_by("pk").values_list("pk", "valid_to", "data")),
    )


def signed_in(client: Client, person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return client


def refused_by_database(statement: str, *values: Any) -> str:
    with pytest.raises(Error) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(refusal.value)


# ---- pages ----------------------------------------------------------------------------------
def grounds_of_nothing(draft: Any) -> list[dict[str, str]]:
    return [{}, {"change": "CHG-0"}, {"change": str(draft.number)}, {"correction": "1"}]


@pytest.mark.parametrize("which", range(4))
def test_pages_write_nothing_without_grounds(
    client: Client, untouched: Any, draft_change: Any, engineer: Person, config_manager: Person, which: int
) -> None:
    draft = brought(draft_change, "submitted")
    given = WHOLE | grounds_of_nothing(draft)[which]
    relation = CiRelation.objects.get()
    asker = signed_in(client, config_manager)

    for address in (
        f"/cmdb/cis/{untouched.number}/edit/", "/cmdb/cis/new/?class=ups", f"/cmdb/cis/{untouched.number}/relate/",
        f"/cmdb/relations/{relation.pk}/end/",
    ):  # fmt: skip
        answer = asker.post(address, given | {"kind": "feeds>", "other": "R-A", "weight": "100"})
        assert answer.status_code == 422


def test_who_does_not_carry_the_change_out_writes_nothing_under_it(
    client: Client, untouched: Any, change: Any, agent: Person
) -> None:
    answer = signed_in(client, agent).post(
        f"/cmdb/cis/{untouched.number}/edit/", WHOLE | {"change": str(change.number)}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("move", ["put_live", "retire_ci", "begin_change"])
def test_moves_into_operation_need_a_change(client: Client, untouched: Any, config_manager: Person, move: str) -> None:
    answer = signed_in(client, config_manager).post(f"/t/{untouched.number}/do/{move}", {"change": ""})

    assert answer.status_code in (409, 422)


# ---- REST -----------------------------------------------------------------------------------
@pytest.mark.parametrize("named", [{}, {"correction": 1}])
def test_the_interface_writes_nothing_without_grounds_and_says_why(
    client: Client, untouched: Any, config_manager: Person, named: dict[str, Any]
) -> None:
    asker = signed_in(client, config_manager)
    one = f"/api/v1/configuration-items/{untouched.number}"
    seen = asker.get(one).headers["ETag"]
    relation = CiRelation.objects.get()
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("patch", one, {"place": "B9"}), ("post", "/api/v1/configuration-items", {"ci_class": "ups", "title": "UPS-9"}),
        ("post", f"{one}/transitions/put_live", {}), ("post", f"/api/v1/ci-relations/{relation.pk}/end", {}),
    ]  # fmt: skip

    for method, address, body in calls:
        sent = body if "transitions" in address else body | named
        answer = getattr(asker, method)(address, sent, content_type="application/json", headers={"If-Match": seen})
        assert answer.status_code in (403, 404, 409, 422), address
        assert answer.json()


# ---- administration -------------------------------------------------------------------------
def test_the_administration_shows_no_table_of_configuration_data(client: Client, untouched: Any) -> None:
    master = make_person("root", "administrator")
    Person.objects.filter(pk=master.pk).update(is_superuser=True, is_staff=True)

    assert not [model for model in apps.get_app_config("configuration").get_models() if admin.site.is_registered(model)]
    for model in ("configurationitem", "cirelation", "authority", "correction", "importbatch"):
        assert signed_in(client, master).get(f"/admin/configuration/{model}/").status_code in (302, 403, 404)


# ---- imports --------------------------------------------------------------------------------
def test_an_import_is_not_applied_by_who_read_it(client: Client, untouched: Any, config_manager: Person) -> None:
    asker = signed_in(client, config_manager)
    file = SimpleUploadedFile("items.csv", f"number,place\n{untouched.number},B9\n".encode(), content_type="text/csv")
    upload = asker.post("/cmdb/import/", {"file": file, "source": "sheet"})
    columns = asker.get(upload.headers["Location"])
    assert columns.status_code == 200
    batch = staged(config_manager)

    for act in ("authorise", "apply"):
        asker.post(f"/cmdb/import/{batch.pk}/{act}/")

    batch.refresh_from_db()
    assert (batch.applied_at, batch.verified_by) == (None, None)


def staged(by: Person, **more: Any) -> ImportBatch:
    return ImportBatch.objects.create(source="sheet", file_name="items.csv", made_by=by, made_at=MONDAY, **more)


def test_an_import_without_its_batch_is_no_authority(untouched: Any, config_manager: Person) -> None:
    with pytest.raises(services.Unauthorised):
        services.edit(untouched, grounds=Grounds("import"), by=config_manager, at=MONDAY + HOUR, place="B9")


def test_a_batch_that_is_closed_authorises_nothing(untouched: Any, config_manager: Person) -> None:
    from configuration.authority import loaded

    grounds = loading(at=MONDAY, source="test", by=config_manager)
    loaded(grounds)

    with pytest.raises(Error), transaction.atomic():
        services.edit(untouched, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B9")


# ---- the object mapper and raw SQL ------------------------------------------------------------
@pytest.mark.parametrize(
    "act",
    [
        lambda: ConfigurationItem.objects.update(place="B9"),
        lambda: ConfigurationItem.objects.update(state="live"),
        lambda: ConfigurationItem.objects.all().delete(),
        lambda: CiRelation.objects.update(valid_to=MONDAY + HOUR),
        lambda: CiRelation.objects.all().delete(),
        lambda: CiVersion.objects.update(data={}),
        lambda: CiVersion.objects.all().delete(),
    ],
)
def test_querysets_write_nothing(untouched: Any, act: Callable[[], Any]) -> None:
    with pytest.raises(Error), transaction.atomic():
        act()


AUTHORITY = """
INSERT INTO configuration_authority (kind, record_id, correction_id, batch_id, by_id, reason, at, xact)
VALUES (%s, %s, %s, %s, %s, '', now(), 0)
"""


class TestForgedAuthority:
    """An authority that raw SQL writes itself."""

    def refused(self, kind: str, by: Person, *, record: Any = None, correction: Any = None, batch: Any = None) -> None:
        said = refused_by_database(AUTHORITY, kind, record, correction, batch, by.pk)
        assert "only through an authorised change" in said

    def test_of_an_import_without_a_batch(self, untouched: Any, config_manager: Person) -> None:
        self.refused("import", config_manager)

    def test_of_a_batch_that_nobody_else_read(self, untouched: Any, config_manager: Person) -> None:
        self.refused("import", config_manager, batch=staged(config_manager).pk)

    def test_of_a_batch_under_a_change_that_does_not_stand(
        self, untouched: Any, draft_change: Any, config_manager: Person
    ) -> None:
        batch = staged(
            config_manager, change_id=brought(draft_change, "submitted").pk, state="applying", applied_at=MONDAY
        )
        self.refused("import", config_manager, batch=batch.pk)

    def test_of_a_change_that_does_not_stand(self, untouched: Any, draft_change: Any, config_manager: Person) -> None:
        self.refused("change", config_manager, record=brought(draft_change, "submitted").pk)

    def test_of_something_that_is_no_change(self, untouched: Any, config_manager: Person) -> None:
        self.refused("change", config_manager, record=untouched.pk)

    def test_of_a_correction_that_nobody_verified(self, untouched: Any, agent: Person, config_manager: Person) -> None:
        made = corrections.report(untouched, found="B9", by=agent, at=MONDAY)
        self.refused("correction", config_manager, correction=made.pk)

    def test_of_a_correction_verified_by_who_raised_it(
        self, untouched: Any, agent: Person, config_manager: Person
    ) -> None:
        made = corrections.report(untouched, found="B9", by=agent, at=MONDAY)
        statement = (
            "UPDATE configuration_correction SET verified_by_id = raised_by_id, verified_at = now() WHERE id = %s"
        )
        assert "correction_verified_by_another" in refused_by_database(statement, made.pk)

    def test_of_light_control_reaches_no_other_class(self, untouched: Any, config_manager: Person) -> None:
        def borrow() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{AUTHORITY} RETURNING id", ["light", None, None, None, config_manager.pk])
                cursor.execute("SELECT set_config('itsm.ci_authority', %s, true)", [str(cursor.fetchone()[0])])
                ConfigurationItem.objects.filter(pk=untouched.pk).update(place="B9")

        with pytest.raises(Error, match="only through an authorised change"):
            borrow()

    def test_a_real_one_is_not_altered_to_reach_further(self, untouched: Any) -> None:
        assert Authority.objects.exists()
        assert "append-only" in refused_by_database(
            "UPDATE configuration_authority SET xact = pg_current_xact_id()::text::bigint"
        )
        assert "append-only" in refused_by_database("DELETE FROM configuration_authority")


def test_a_verified_correction_reaches_only_its_item(
    untouched: Any, agent: Person, config_manager: Person, make: Make
) -> None:
    other = ConfigurationItem.objects.exclude(pk=untouched.pk).get()
    made = corrections.report(untouched, found="B9", by=agent, at=MONDAY)
    corrections.verify(made, by=config_manager, at=MONDAY)
    grounds = Grounds("correction", correction=Correction.objects.get())

    with pytest.raises(services.Unauthorised):
        services.edit(other, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B9")
