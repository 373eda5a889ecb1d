"""Changes that a pipeline deployed come in by a mapping file alone, with who backed out whom and what they touched.

A whole real year is imported and compared with its raw figures by `tools.check_intake`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from changes.models import Change
from itsm.intake.faults import BadFile, BadMapping, Fault
from itsm.intake.figures import figures
from itsm.intake.mapping import checked, load
from itsm.intake.named_models import NamedItem
from itsm.people.models import Person
from itsm.records.models import Event, Link
from itsm.tickets.models import Ticket
from tests.intake.logs import SOURCE, bring_in

MAPPING = "wikimedia-changes"
HEADER = [
    "number", "gerrit_change_id", "author", "authored_at", "deployed_at", "subject", "tasks", "files", "components", "hosts",
    "backs_out", "backed_out_by",
]  # fmt: skip
NAMED = ["change", "ci", "how"]


def row(number: str, **given: str) -> dict[str, str]:
    """Give the row of a change."""
    plain = {"number": number, "author": "P1", "authored_at": "2023-03-01T09:00:00+01:00",
             "deployed_at": "2023-03-01T10:00:00+01:00", "subject": "Move the proxy"}  # fmt: skip
    return plain | given


def write(folder: Path, rows: Sequence[dict[str, str]], named: Sequence[Sequence[str]] = ()) -> Path:
    """Write the file of changes and, beside it, that of the items that they name."""
    for name, header, lines in (
        ("changes.csv", HEADER, [[one.get(key, "") for key in HEADER] for one in rows]),
        ("change_ci.csv.gz", NAMED, named),
    ):
        with (folder / name).open("w", newline="") as file:
            csv.writer(file).writerows([header, *lines])
    return folder / "changes.csv"


def counted() -> dict[str, Any]:
    """Give the figures."""
    return figures(Ticket.objects.filter(source=SOURCE))


BACKED_OUT = [
    row("C1", backed_out_by="C2"),
    row("C2", deployed_at="2023-03-01T12:30:00+02:00", backs_out="C1", author="P2"),
]


@pytest.mark.django_db
def test_a_deployed_change_is_closed_with_its_outcome_and_its_times(tmp_path: Path) -> None:
    counts = bring_in(write(tmp_path, BACKED_OUT), mapping=MAPPING)

    first, second = Change.objects.order_by("pk")
    assert (counts.created, counts.rejected) == (2, 0)
    assert (first.state, first.phase, first.outcome, second.outcome) == ("closed", "done", "backed_out", "successful")
    assert first.number == "CHG-202303-00001"
    assert first.title == "Move the proxy"
    assert (first.received_at, first.actual_end) == (
        datetime(2023, 3, 1, 8, tzinfo=UTC),
        datetime(2023, 3, 1, 9, tzinfo=UTC),
    )
    assert first.implementer == first.requester == Person.objects.get(username="old-desk:P1")
    assert not Event.objects.filter(imported=False).exists()


@pytest.mark.django_db
def test_who_was_backed_out_is_linked_to_who_did_it_and_the_hours_are_counted(tmp_path: Path) -> None:
    bring_in(write(tmp_path, BACKED_OUT), mapping=MAPPING)

    link = Link.objects.get()
    assert (link.source.number, link.kind, link.target.number) == (
        "CHG-202303-00001", "corrected_by", "CHG-202303-00002",
    )  # fmt: skip
    got = counted()["changes"]
    assert (got["executed"], got["backed_out"], got["failure_rate"]) == (2, 1, 0.5)
    assert got["hours_to_back_out"] == {"n": 1, "median": 1.5}


@pytest.mark.django_db
def test_a_link_to_a_change_outside_the_file_is_reported_and_keeps_nothing_out(tmp_path: Path) -> None:
    faults: list[Fault] = []
    counts = bring_in(write(tmp_path, [row("C1", backs_out="C9")]), mapping=MAPPING, faults=faults)

    assert (counts.created, counts.rejected) == (1, 0)
    assert [(bad.column, bad.value) for bad in faults] == [("backs_out", "C1 → C9")]
    assert Change.objects.get().facts["backs_out"] == "C9"


@pytest.mark.django_db
def test_a_link_that_the_source_no_longer_tells_goes(tmp_path: Path) -> None:
    bring_in(write(tmp_path, BACKED_OUT), mapping=MAPPING)
    bring_in(write(tmp_path, [row("C1"), row("C2", author="P2")]), mapping=MAPPING)

    assert not Link.objects.exists()
    assert set(Change.objects.values_list("outcome", flat=True)) == {"successful"}


@pytest.mark.django_db
def test_the_items_that_a_change_names_are_kept_by_name_and_lost_rows_are_told(tmp_path: Path) -> None:
    faults: list[Fault] = []
    named = [("C1", "db1138", "modified"), ("C1", "proxy", "added"), ("C9", "db1", "modified"), ("C2", "", "added")]
    bring_in(write(tmp_path, BACKED_OUT, named), mapping=MAPPING, faults=faults)
    bring_in(write(tmp_path, BACKED_OUT, [("C1", "db1138", "removed")]), mapping=MAPPING)

    assert [(bad.line, bad.column) for bad in faults] == [(4, "change"), (5, "ci")]
    assert list(NamedItem.objects.values_list("name", "how")) == [("db1138", "removed")]
    assert counted()["changes"]["item_links"] == 1


@pytest.mark.django_db
def test_the_second_file_must_be_there_before_anything_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, BACKED_OUT)
    (tmp_path / "change_ci.csv.gz").unlink()

    with pytest.raises(BadFile, match=r"change_ci\.csv\.gz"):
        bring_in(path, mapping=MAPPING)
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"links": {"nothing": "corrected_by"}}, "none of the facts"),
        ({"facts": {"other": "b"}, "links": {"other": "friend_of"}}, "no kind of link"),
        ({"named": {"file": "../b.csv", "number": "a", "name": "b"}}, "beside the first"),
        ({"named": {"file": "b.csv", "number": "a"}}, "beside the first"),
        ({"constants": {"component": "x"}}, "unknown key"),
        ({"values": {"outcome": {"x": "excellent"}}}, "cannot become"),
        ({"constants": {}}, "names no column"),
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused(odd: dict[str, Any], words: str) -> None:
    plain = {
        "process": "change",
        "columns": {"number": "n", "at": "t"},
        "constants": {"state": "x"},
        "values": {"state": {"x": "closed"}},
    }

    with pytest.raises(BadMapping, match=words):
        checked(plain | odd, name="odd")


@pytest.mark.django_db
def test_the_page_of_the_history_shows_the_back_outs(tmp_path: Path, agent: Person) -> None:
    bring_in(write(tmp_path, BACKED_OUT, [("C1", "db1138", "modified")]), mapping=MAPPING)
    client = Client()
    agent.language = "en"
    agent.save()
    client.force_login(agent)

    page = client.get(f"/reports/history/{SOURCE}/").content.decode()
    assert "changes backed out" in page
    assert "50.0 % of those carried out" in page
    assert "configuration items named" in page


def test_the_shipped_mapping_can_be_read() -> None:
    assert load(MAPPING).process.key == "change"
