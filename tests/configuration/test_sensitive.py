"""A sensitive attribute: a canary value is met by who may read it, and by nobody else, at every interface."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from configuration import audits, baselines, corrections, services
from configuration.attributes import UnfitAttributes
from configuration.authority import Grounds
from configuration.models import AuditItem, Baseline, CiAttribute, ConfigurationItem, ImportBatch
from itsm.people.models import Person
from itsm.records.models import Event
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
OLD, CANARY, TOLD, SEEN = "canary-old.example", "canary-now.example", "canary-told.example", "canary-seen.example"
CANARIES = (OLD, CANARY, TOLD, SEEN)


@pytest.fixture
def marked(make: Make, grounds: Grounds, config_manager: Person) -> ConfigurationItem:
    """A switch whose address was written, kept in a baseline and changed before an administrator marked it."""
    made = make("network-device", "SW-01", state="live", serial="S-77", given={"management_address": OLD})
    baselines.take([made.pk], name="before", by=config_manager, at=MONDAY + HOUR)
    at = MONDAY + 2 * HOUR
    services.edit(made, grounds=grounds, by=config_manager, at=at, given={"management_address": CANARY})
    mark()
    return ConfigurationItem.objects.get(pk=made.pk)


def mark() -> None:
    """Mark the attribute as its settings page does."""
    boss = make_person("boss", is_staff=True, is_superuser=True)
    row = CiAttribute.objects.get(code="management_address")
    client = Client()
    client.force_login(boss)
    given = {
        "code": row.code, "kind": row.kind, "name_zh": row.name_zh, "name_en": row.name_en, "mark": row.mark, "sort": row.sort,
        "is_active": "on", "is_sensitive": "on",
    }  # fmt: skip
    answer = client.post(f"/settings/cmdb/classes/{row.ci_class_id}/attributes/{row.pk}/", given)
    assert answer.status_code in (302, 303), answer.content.decode()


def bodies(client: Client, person: Person, addresses: list[str]) -> dict[str, str]:
    """Read the addresses as somebody."""
    client.force_login(person)
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        found[address] = answer.getvalue().decode(errors="replace")
    return found


def leaks(found: dict[str, str]) -> dict[str, list[str]]:
    """Name the addresses that tell a canary."""
    told = {address: [one for one in CANARIES if one in body] for address, body in found.items()}
    return {address: canaries for address, canaries in told.items() if canaries}


@pytest.fixture
def told(marked: ConfigurationItem, config_manager: Person, client: Client) -> list[str]:
    """Every address at which a value of the item may stand: pages, files and REST."""
    client.force_login(config_manager)
    text = f"name,class,serial,management_address\nSW-01,network-device,S-77,{TOLD}\n".encode()
    place = client.post("/cmdb/import/", {"file": SimpleUploadedFile("items.csv", text)})["Location"]
    client.post(place, {"then": "compare", "source": "sheet", "what": "items", "class": "network-device"})
    batch = ImportBatch.objects.latest("pk")
    assert any(cell["new"] == TOLD for row in batch.rows.all() for cell in row.cells)
    audit = audits.plan(title="x", kind="full", by=config_manager, at=MONDAY + 3 * HOUR)
    audit = audits.start(audit, by=config_manager, at=MONDAY + 3 * HOUR)
    row = audit.items.get()
    audits.count(row, result="found", found={"management_address": SEEN}, by=config_manager, at=MONDAY + 4 * HOUR)
    audits.close(audit, conclusion="x", by=config_manager, at=MONDAY + 5 * HOUR)
    corrections.report(marked, field="management_address", recorded=CANARY, found=SEEN, by=config_manager, at=MONDAY)
    number, kept = marked.number, Baseline.objects.get().pk
    start, moment = "2026-11-23T10:30", (MONDAY + HOUR).isoformat()[:16]
    return [
        f"/cmdb/cis/{number}/", f"/cmdb/cis/{number}/history/", f"/cmdb/cis/{number}/history/?at={moment}",
        f"/cmdb/cis/{number}/edit/", "/cmdb/cis/?as=csv", f"/cmdb/baselines/{kept}..now/", f"/cmdb/baselines/{kept}..now/?as=csv",
        f"/cmdb/baselines/compare/?start={start}", f"/cmdb/import/{batch.pk}/", f"/cmdb/audits/{audit.number}/",
        f"/cmdb/audits/{audit.number}/count/1/", "/cmdb/corrections/", "/cmdb/", f"/search/?q={CANARY}", f"/cmdb/cis/?q={CANARY}x",
        f"/api/v1/configuration-items/{number}", "/api/v1/configuration-items", f"/api/v1/configuration-items/{number}/versions",
        f"/api/v1/cmdb/baselines/{kept}/differences", f"/api/v1/cmdb/imports/{batch.pk}/rows", f"/api/v1/cmdb/audits/{audit.number}/items",
    ]  # fmt: skip


def test_nobody_meets_it_who_may_not(told: list[str], engineer: Person, client: Client) -> None:
    found = bodies(client, engineer, told)

    ours = {
        address: body for address, body in found.items() if "q=" not in address
    }  # the words that were asked stand there
    assert leaks(ours) == {}
    assert "SW-01" not in found[f"/search/?q={CANARY}"]


@pytest.mark.parametrize("role", ["config_manager", "auditor"])
def test_who_may_read_it_does(role: str, told: list[str], client: Client) -> None:
    found = bodies(client, make_person("reader", role), told)

    met = leaks(found)
    silent = [address for address in told if address not in met and "q=" not in address and address != "/cmdb/"]
    assert silent == []


def test_that_there_is_a_value_is_no_secret(told: list[str], engineer: Person, client: Client) -> None:
    found = bodies(client, engineer, told)

    number = ConfigurationItem.objects.get().number
    assert "•••" in found[f"/cmdb/cis/{number}/"]
    assert '"hidden_attributes":["management_address"]' in found[f"/api/v1/configuration-items/{number}"]


def test_no_journal_holds_a_value_written_after_it_was_marked(
    marked: ConfigurationItem, grounds: Grounds, config_manager: Person
) -> None:
    at = MONDAY + 3 * HOUR

    services.edit(marked, grounds=grounds, by=config_manager, at=at, given={"management_address": SEEN})

    last = Event.objects.filter(record=marked.pk, name="edit").latest("pk")
    assert last.facts["after"] == {"management_address": "•••"}


@pytest.mark.parametrize("interface", ["service", "api", "html"])
def test_who_does_not_read_it_neither_writes_nor_loses_it(
    interface: str, marked: ConfigurationItem, change: Any, engineer: Person, client: Client
) -> None:
    type(change).objects.filter(pk=change.pk).update(implementer=engineer)
    change = type(change).objects.get(pk=change.pk)
    client.force_login(engineer)
    edited = {"change": change.number, "title": "SW-02", "environment": "prod", "criticality": "3", "serial": "S-77"}

    if interface == "service":
        with pytest.raises(UnfitAttributes):
            services.edit(
                marked, grounds=Grounds("change", change=change), by=engineer, at=MONDAY + timedelta(hours=3),
                given={"management_address": CANARY},
            )  # fmt: skip
    elif interface == "api":
        answer = client.patch(
            f"/api/v1/configuration-items/{marked.number}",
            {"change": change.number, "attributes": {"management_address": ""}},
            content_type="application/json", headers={"If-Match": f'"{marked.version}"'},
        )  # fmt: skip
        assert answer.status_code == 422, answer.content
    else:
        answer = client.post(f"/cmdb/cis/{marked.number}/edit/", edited | {"own_management_address": "other.example"})
        assert answer.status_code in (302, 303), answer.content.decode()

    assert ConfigurationItem.objects.get(pk=marked.pk).attributes["management_address"] == CANARY


def test_who_counts_without_reading_it_leaves_it_unseen(marked: ConfigurationItem, engineer: Person) -> None:
    audit = audits.plan(title="x", kind="full", by=engineer, at=MONDAY + 3 * HOUR)
    audit = audits.start(audit, by=engineer, at=MONDAY + 3 * HOUR)
    row: AuditItem = audit.items.get()

    audits.count(row, result="found", by=engineer, at=MONDAY + 4 * HOUR)

    assert row.lines.get(field="management_address").result == "unseen"
    assert row.lines.get(field="title").result == "ok"
