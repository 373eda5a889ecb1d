"""Configuration data come in from files: compared first, applied as one authorised batch, undone without erasing."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from configuration import services
from configuration.models import CiRelation, CiVersion, ConfigurationItem, ImportBatch, SourceOrder
from itsm.intake.cmdb import applying, mapping, reading, staging, undoing
from itsm.people.models import Person
from itsm.records.models import Event
from tests.fixtures import make_person
from tests.loading import loaded

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PLAN: dict[str, Any] = {
    "items": [
        {
            "class": {"column": "kind", "values": {"vm": "virtual-machine", "*": "server"}},
            "name": "name",
            "fields": {"hostname": "name", "memory_mb": "ram", "serial": "serial", "environment": "env"},
            "values": {"environment": {"prod": "prod", "stg": "test"}},
            "identity": [["serial"], ["hostname"]],
        }
    ]
}
EDGES = {"relations": [{"type": "runs_on", "source": "from", "target": "to"}]}
HEADER = ["name", "kind", "ram", "serial", "env"]


@pytest.fixture
def config_manager(db: None) -> Person:
    """Who keeps the configuration data."""
    return make_person("keeper", "config_manager", name="蔡組態")


@pytest.fixture
def second(db: None) -> Person:
    """Another keeper, who looks at what the first one read."""
    return make_person("second", "config_manager", name="林組態")


def write(path: Path, rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER) -> Path:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def read_in(
    path: Path, rows: Sequence[Sequence[str]], *, by: Person | None, plan: dict[str, Any] = PLAN, source: str = "scan", at: datetime = AT,
    header: Sequence[str] = HEADER,
) -> ImportBatch:  # fmt: skip
    """Read a table and compare it."""
    checked = mapping.checked(plan, name="test")
    content = reading.read_all(write(path / "items.csv", rows, header=header), mapping=checked)
    return staging.stage(
        content, mapping=checked, plan={"state": checked.state}, source=source, file_name="items.csv", channel="web", by=by, at=at
    )  # fmt: skip


def applied(batch: ImportBatch, *, by: Person, at: datetime = AT) -> ImportBatch:
    """Let a second person agree, and apply it."""
    applying.authorise(batch, by=by, at=at)
    return applying.finish(applying.begin(batch, by=by, at=at), at=at)


def actions(batch: ImportBatch) -> list[tuple[str, str]]:
    """List what is to become of each row."""
    return list(batch.rows.values_list("name", "action"))


TWO = [["web1", "vm", "2048", "S1", "prod"], ["host1", "hv", "", "S2", "stg"]]


@pytest.mark.django_db
def test_a_dry_run_writes_nothing_and_shows_every_cell(tmp_path: Path, config_manager: Person, second: Person) -> None:
    batch = read_in(tmp_path, TWO, by=config_manager)

    assert not ConfigurationItem.objects.exists()
    assert actions(batch) == [("web1", "create"), ("host1", "create")]
    cells = {cell["field"]: cell["new"] for cell in batch.rows.get(place=1).cells}
    assert cells == {
        "title": "web1",
        "hostname": "web1",
        "memory_mb": "2048",
        "serial": "S1",
        "environment": "prod",
    }


@pytest.mark.django_db
def test_an_applied_batch_makes_items_with_their_source_and_history(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    batch = applied(read_in(tmp_path, TWO, by=config_manager), by=second)

    web = ConfigurationItem.objects.get(title="web1")
    assert (batch.state, web.state, web.attributes, web.environment) == ("applied", "live", {"memory_mb": 2048}, "prod")
    assert (web.ci_class.code, web.number) == ("virtual-machine", "CI-202611-00001")
    assert web.provenance["memory_mb"] == {"source": "scan", "at": AT.isoformat()}
    version = CiVersion.objects.get(item=web)
    assert version.authority is not None
    assert (version.authority.kind, version.authority.by) == ("import", second)
    assert Event.objects.get(record=web).facts["batch"] == batch.pk


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_but_is_seen(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    later = AT + timedelta(days=3)
    again = applied(read_in(tmp_path, TWO, by=config_manager, at=later), by=second, at=later)

    assert not again.rows.exists()
    assert again.counts["same"] == 2
    assert CiVersion.objects.count() == 2
    assert set(ConfigurationItem.objects.values_list("last_seen_at", "last_seen_source")) == {(later, "scan")}


@pytest.mark.django_db
def test_a_difference_is_told_cell_by_cell_and_silence_empties_nothing(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    batch = read_in(tmp_path, [["web01", "vm", "4096", "s1", ""]], by=config_manager)

    row = batch.rows.get()
    assert row.action == "update"
    assert sorted((cell["field"], cell["old"], cell["new"]) for cell in row.cells) == [
        ("hostname", "web1", "web01"),
        ("memory_mb", "2048", "4096"),
        ("title", "web1", "web01"),
    ]
    applied(batch, by=second, at=AT + timedelta(hours=1))
    web = ConfigurationItem.objects.get(serial="S1")
    assert (web.title, web.attributes, web.environment, web.version) == ("web01", {"memory_mb": 4096}, "prod", 2)


@pytest.mark.django_db
def test_a_weaker_source_does_not_write_over_a_person_until_that_is_old(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    batch = applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    web = ConfigurationItem.objects.get(title="web1")
    services.edit(web, grounds=loaded(), by=config_manager, at=AT + timedelta(hours=1), given={"memory_mb": 8192})
    soon = read_in(tmp_path, [["web1", "vm", "2048", "S1", "prod"]], by=config_manager, at=AT + timedelta(days=59))
    late = read_in(tmp_path, [["web1", "vm", "2048", "S1", "prod"]], by=config_manager, at=AT + timedelta(days=62))

    assert batch.state == "applied"
    assert [(row.action, row.cells[0]["kept"]) for row in (soon.rows.get(), late.rows.get())] == [
        ("kept", True),
        ("update", False),
    ]


@pytest.mark.django_db
def test_an_order_kept_here_decides_for_its_field(tmp_path: Path, config_manager: Person, second: Person) -> None:
    SourceOrder.objects.create(field="memory_mb", sources=["discovery", "scan"])
    applied(read_in(tmp_path, TWO, by=config_manager, source="discovery"), by=second)
    batch = read_in(tmp_path, [["web1", "vm", "1", "S1", "stg"]], by=config_manager, source="scan")

    assert {cell["field"]: cell["kept"] for cell in batch.rows.get().cells} == {"memory_mb": True, "environment": False}


@pytest.mark.django_db
def test_doubtful_rows_are_reported_and_never_dropped(tmp_path: Path, config_manager: Person, second: Person) -> None:
    applied(read_in(tmp_path, [["a", "vm", "", "", ""], ["b", "vm", "", "", ""]], by=config_manager), by=second)
    for title in ("a", "b"):
        item = ConfigurationItem.objects.get(title=title)
        services.edit(item, grounds=loaded(), by=second, at=AT, serial="SAME")
    batch = read_in(
        tmp_path,
        [
            ["c", "vm", "", "SAME", ""], ["d", "vm", "much", "", ""], ["e", "vm", "", "S9", "moon"], ["f", "vm", "1", "S8", ""],
            ["g", "vm", "2", "S8", ""], ["", "vm", "", "", ""], ["h", "vm"],
        ],
        by=config_manager,
    )  # fmt: skip

    told = {(row.line, row.action, row.column) for row in batch.rows.all()}
    assert told == {
        (2, "ambiguous", ""), (3, "refused", "ram"), (4, "refused", "env"), (5, "create", ""), (6, "repeated", ""), (7, "refused", "name"),
        (8, "refused", ""),
    }  # fmt: skip
    assert batch.rows.reported().count() == 6
    assert batch.rows_read == 7


@pytest.mark.django_db
def test_marks_that_say_nothing_join_nothing(tmp_path: Path, config_manager: Person, second: Person) -> None:
    rows = [["a", "vm", "", "To be filled by O.E.M.", ""], ["b", "vm", "", "To be filled by O.E.M.", ""]]
    batch = read_in(tmp_path, rows, by=config_manager)

    assert actions(batch) == [("a", "create"), ("b", "create")]


@pytest.mark.django_db
def test_relationships_without_an_end_or_of_wrong_classes_are_reported(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    batch = read_in(
        tmp_path, [["web1", "host1"], ["web1", "ghost"], ["host1", "web1"], ["web1", "web1"]], by=config_manager, plan=EDGES,
        header=["from", "to"],
    )  # fmt: skip

    assert [row.action for row in batch.rows.all()] == ["create", "dangling", "refused", "refused"]
    applied(batch, by=second)
    relation = CiRelation.objects.get()
    assert (relation.source.title, relation.cause_id) == ("web1", relation.target_id)
    again = read_in(tmp_path, [["web1", "host1"]], by=config_manager, plan=EDGES, header=["from", "to"])
    assert again.counts["same"] == 1


@pytest.mark.django_db
def test_a_circle_is_found_before_anything_is_written(tmp_path: Path, config_manager: Person, second: Person) -> None:
    plan = {
        "relations": [
            {"type": "child_of", "source": "from", "target": "to", "make": {"prefix": "g:", "class": "group"}}
        ]
    }
    batch = read_in(
        tmp_path,
        [["g:a", "g:b"], ["g:b", "g:c"], ["g:c", "g:a"]],
        by=config_manager,
        plan=plan,
        header=["from", "to"],
    )

    assert [row.action for row in batch.rows.filter(kind="relation")] == ["create", "create", "refused"]
    applied(batch, by=second)
    assert (ConfigurationItem.objects.count(), CiRelation.objects.count()) == (3, 2)


@pytest.mark.django_db
def test_who_read_the_file_does_not_authorise_it(tmp_path: Path, config_manager: Person, second: Person) -> None:
    batch = read_in(tmp_path, TWO, by=config_manager)

    with pytest.raises(applying.Unauthorised):
        applying.authorise(batch, by=config_manager, at=AT)
    with pytest.raises(applying.Unauthorised):
        applying.begin(batch, by=config_manager, at=AT)
    assert not ConfigurationItem.objects.exists()


@pytest.mark.django_db
def test_the_database_holds_an_unauthorised_batch_back(tmp_path: Path, config_manager: Person, second: Person) -> None:
    batch = read_in(tmp_path, TWO, by=config_manager)

    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(applied_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(verified_by=config_manager)


@pytest.mark.django_db
def test_what_changed_since_the_comparison_is_left_alone(
    tmp_path: Path, config_manager: Person, second: Person
) -> None:
    applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    batch = read_in(tmp_path, [["web1", "vm", "4096", "S1", "prod"]], by=config_manager)
    web = ConfigurationItem.objects.get(title="web1")
    services.edit(web, grounds=loaded(), by=second, at=AT, given={"memory_mb": 1})
    applied(batch, by=second)

    row = batch.rows.get()
    assert (row.applied_at, bool(row.remark)) == (None, True)
    assert ConfigurationItem.objects.get(pk=web.pk).attributes == {"memory_mb": 1}


@pytest.mark.django_db
def test_an_import_is_undone_without_erasing(tmp_path: Path, config_manager: Person, second: Person) -> None:
    first = applied(read_in(tmp_path, TWO, by=config_manager), by=second)
    edges = applied(
        read_in(tmp_path, [["web1", "host1"]], by=config_manager, plan=EDGES, header=["from", "to"]), by=second
    )
    change = applied(
        read_in(tmp_path, [["web1", "vm", "4096", "S1", "stg"]], by=config_manager),
        by=second,
        at=AT + timedelta(hours=1),
    )
    web = ConfigurationItem.objects.get(title="web1")
    services.edit(web, grounds=loaded(), by=second, at=AT + timedelta(hours=2), environment="dr")
    later = AT + timedelta(hours=3)
    undoing.finish(undoing.begin(change, by=config_manager, at=later), at=later)

    web.refresh_from_db(fields=["attributes", "environment"])
    assert (web.attributes, web.environment) == ({"memory_mb": 2048}, "dr")
    assert "environment" in change.rows.get().remark or "環境" in change.rows.get().remark
    for batch in (edges, first):
        undoing.finish(undoing.begin(batch, by=config_manager, at=later), at=later)
    assert set(ConfigurationItem.objects.values_list("state", flat=True)) == {"retired"}
    assert CiRelation.objects.get().valid_to == later
    assert CiVersion.objects.filter(item=web.pk).count() == 5


@pytest.mark.django_db
def test_a_long_one_can_be_stopped_and_goes_on(
    tmp_path: Path, config_manager: Person, second: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "PIECE", 1)
    batch = read_in(tmp_path, TWO, by=config_manager)
    applying.authorise(batch, by=second, at=AT)
    applying.begin(batch, by=second, at=AT)
    assert applying.piece(batch.pk, at=AT)
    applying.stop(batch)
    assert not applying.piece(batch.pk, at=AT)

    batch.refresh_from_db()
    assert (batch.state, ConfigurationItem.objects.count()) == ("stopped", 1)
    done = applying.finish(applying.begin(batch, by=second, at=AT), at=AT)
    assert (done.state, ConfigurationItem.objects.count()) == ("applied", 2)
