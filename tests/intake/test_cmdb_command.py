"""The mapping and the command by which configuration data come in."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from configuration.models import CiRelation, ConfigurationItem
from itsm.intake.cmdb import mapping, reading
from itsm.intake.faults import BadFile, BadMapping

DATA = settings.SHARED_DIR / "data"
PLAN = {"items": [{"class": "server", "name": "name", "fields": {"serial": "serial"}}]}


def write(path: Path, rows: Sequence[Sequence[str]], *, header: Sequence[str]) -> Path:
    """Write a table."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ([], "must be a list of keys"),
        ({"things": []}, "unknown key"),
        ({}, "neither items nor relationships"),
        ({"items": [{"class": "spaceship", "name": "n"}]}, "no class"),
        ({"items": [{"class": "server"}]}, "names no column"),
        ({"items": [{"class": "server", "name": "n", "fields": {"colour": "c"}}]}, "field or attribute"),
        ({"items": [{"class": {"column": "k"}, "name": "n"}]}, "table of values"),
        ({"relations": [{"type": "loves", "source": "a", "target": "b"}]}, "no type"),
        ({"items": [{"class": "server", "name": "n"}], "state": "retired"}, "no state"),
    ],
)
@pytest.mark.django_db
def test_a_mapping_that_cannot_be_followed_is_refused(plan: Any, words: str) -> None:
    with pytest.raises(BadMapping, match=words):
        mapping.checked(plan, name="odd")


@pytest.mark.django_db
def test_a_file_without_a_column_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="serial"):
        reading.read_all(
            write(tmp_path / "a.csv", [], header=["name", "kind", "ram", "env"]),
            mapping=mapping.checked(PLAN, name="x"),
        )


def run(*given: str) -> dict[str, Any]:
    """Run the command and read its counts."""
    out = StringIO()
    call_command("import_cmdb", *given, "--json", stdout=out, stderr=StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.django_db
def test_the_command_imports_a_folder_by_a_shipped_mapping(tmp_path: Path) -> None:
    header = ["name", "kind", "env", "datacenter", "eth0_ipv4_ip", "mem_size_mb", "num_cpus"]
    write(tmp_path / "cis.csv", [["vm1", "vm", "prod", "rdu3", "10.0.0.1", "1", "2"]], header=header)
    write(
        tmp_path / "relations.csv",
        [["vm1", "runs_on", "lost"], ["vm1", "member_of", "group:web"]],
        header=["source", "type", "target"],
    )
    dry = run(str(tmp_path), "--mapping", "fedora-hosts", "--source", "fed", "--dry-run")
    assert not ConfigurationItem.objects.exists()
    wet = run(str(tmp_path), "--mapping", "fedora-hosts", "--source", "fed")

    assert dry == wet
    assert (wet["items"], wet["relationships"], wet["dangling"]) == (2, 1, 1)
    out = StringIO()
    call_command("figures", "--source", "fed", "--json", stdout=out)
    got = json.loads(out.getvalue())["configuration"]
    assert (got["items_in_files"], got["items_from_relationships"], got["dangling"]) == (1, 1, ["lost"])
    assert got["relationships_told"] == {"runs_on": 1, "member_of": 1}


@pytest.mark.parametrize(
    "given",
    [
        ["nowhere", "--mapping", "fedora-hosts", "--source", "x"],
        [".", "--mapping", "rabobank-incidents", "--source", "x"],
        [".", "--mapping", "none", "--source", "x"],
        [".", "--mapping", "fedora-hosts", "--source", "a b"],
    ],
)
@pytest.mark.django_db
def test_the_command_refuses_with_a_sentence(given: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("import_cmdb", *given)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the real hosts are not here: set SHARED_DIR to their folder")
def test_real_hosts_come_in_with_all_their_relationships() -> None:
    counts = run(str(DATA / "cmdb_fedora"), "--mapping", "fedora-hosts", "--source", "fedora")

    assert counts["dangling"] == 2
    host = ConfigurationItem.objects.get(title="bvmhost-p10-01.rdu3.fedoraproject.org")
    assert CiRelation.objects.present().filter(cause=host, type__code="runs_on").count() == 32
