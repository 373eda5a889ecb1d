"""What cannot be read is told with its place, and nothing half-written is left."""

import gzip
from pathlib import Path

import pytest

from incidents.models import Incident
from itsm.intake.faults import BadFile, BadMapping, Fault
from itsm.intake.importing import Counts
from itsm.intake.mapping import load
from itsm.intake.models import RejectedCell
from itsm.records.models import Event
from tests.intake.logs import HEADER, bring_in, row, usual, write


def refused(tmp_path: Path, **given: str) -> tuple[Counts, list[Fault]]:
    """Import one good case and one whose second row is wrong."""
    faults: list[Fault] = []
    counts = bring_in(
        write(tmp_path / "log.csv", [*usual("GOOD"), row(number="BAD"), row(number="BAD") | given]), faults=faults
    )
    return counts, faults


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("sys_updated_at", "31/2/2016 10:00", "no time"),
        ("sys_updated_at", "2016-03-07T10:00", "no time"),
        ("sys_updated_at", "?", "time is needed"),
        ("sys_updated_at", "1/1/1911 00:00", "year"),
        ("incident_state", "Dormant", "no such state"),
        ("priority", "9 - None", "no such value"),
        ("impact", "high", "no such value"),
        ("contact_type", "Pigeon", "no such value"),
        ("made_sla", "perhaps", "neither yes nor no"),
        ("caller_id", "x" * 121, "longer than"),
    ],
)
def test_a_wrong_cell_keeps_its_whole_record_out(tmp_path: Path, column: str, value: str, words: str) -> None:
    counts, faults = refused(tmp_path, **{column: value})

    assert (counts.created, counts.rejected, counts.records, counts.rows) == (1, 1, 2, 7)
    assert [(bad.line, bad.column, bad.value) for bad in faults] == [(8, column, value)]
    assert words in faults[0].sentence
    assert [case.source_number for case in Incident.objects.all()] == ["GOOD"]
    assert not Event.objects.exclude(record__ticket__source_number="GOOD").exists()


@pytest.mark.django_db
def test_every_wrong_cell_of_a_row_is_told_and_kept(tmp_path: Path) -> None:
    _, faults = refused(tmp_path, priority="?!", impact="?!")

    assert {bad.column for bad in faults} == {"priority", "impact"}
    assert set(RejectedCell.objects.values_list("line", "column", "value")) == {
        (8, "priority", "?!"),
        (8, "impact", "?!"),
    }


@pytest.mark.django_db
def test_a_row_without_a_number_is_told_and_the_rest_comes_in(tmp_path: Path) -> None:
    counts, faults = refused(tmp_path, number="?")

    assert (counts.created, counts.rejected) == (2, 1)
    assert (faults[0].line, faults[0].column) == (8, "number")


@pytest.mark.django_db
def test_a_row_with_too_few_cells_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", usual())
    path.write_text(path.read_text() + "INC9,New\n")
    faults: list[Fault] = []

    counts = bring_in(path, faults=faults)

    assert (counts.created, counts.rejected, faults[0].line) == (1, 1, 7)


@pytest.mark.django_db
def test_rows_of_a_record_that_stand_apart_are_brought_together_in_their_order(tmp_path: Path) -> None:
    one, other = usual("A"), usual("B")
    mixed = [line for pair in zip(one, other, strict=True) for line in pair]

    counts = bring_in(write(tmp_path / "log.csv", mixed))

    assert (counts.records, counts.rows, counts.created) == (2, 10, 2)
    assert set(Incident.objects.values_list("source_number", "state")) == {("A", "closed"), ("B", "closed")}
    rows = Event.objects.filter(record__ticket__source_number="B").moves().in_order()
    assert [event.facts["row"] for event in rows] == [2, 3, 4, 5]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: write(path, usual(), header=[name for name in HEADER if name != "priority"]), "lacks columns"),
        (lambda path: write(path, usual(), header=[*HEADER, "priority"]), "twice"),
        (lambda path: write(path, [row(caller_id="Müller")] * 900, encoding="latin-1"), "is not utf-8"),
        (lambda path: path.write_text(""), "empty"),
        (lambda path: path.write_bytes(gzip.compress(b"number,incident_state\n" * 9)[:-9]), "lacks columns|broken"),
        (lambda path: path.write_text(",".join(HEADER) + '\n"never closed\n'), "cannot be read"),
        (lambda path: path.write_text("x" * 1_100_000), "longer than a million"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_before_anything_is_written(
    tmp_path: Path, spoil: object, words: str
) -> None:
    path = tmp_path / "log.csv"
    spoil(path)  # type: ignore[operator]

    with pytest.raises(BadFile, match=words):
        bring_in(path)

    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_a_broken_archive_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv.gz", [line for number in range(800) for line in usual(f"I{number}")], packed=True)
    path.write_bytes(path.read_bytes()[:-200])

    with pytest.raises(BadFile, match="broken"):
        bring_in(path)

    assert not Incident.objects.exists()


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="cannot be opened"):
        bring_in(tmp_path / "nothing.csv")


SHIPPED = Path(__file__).resolve().parents[2] / "itsm/intake/mappings/servicenow-event-log.yaml"


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ("process: incident", "process: party", "cannot be imported"),
        ("zone: Etc/UTC              #", "zone: Mars/Olympus #", "not a time zone"),
        ("delimiter: \",\"", "delimiter: \";;\"", "one character"),
        ("encoding: utf-8-sig", "encoding: klingon", "encoding"),
        ("Closed: closed", "Closed: gone", "does not have"),
        ("  number: number\n", "", "names no column"),
        ("  team: assignment_group", "  squad: assignment_group", "unknown key"),
        ("\"3 - Low\": 3}\n  priority", "\"3 - Low\": 7}\n  priority", "cannot become"),
        ("1: 8,", "1: -8,", "targets"),
        ("clock: closure", "clock: response", "only clock"),
        ("[[\"06:00\", \"00:00\"]]", "[[\"09:00\", \"08:00\"]]", "does not end"),
        ("columns:", "columns: [", "cannot be read"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_followed_is_refused_with_a_sentence(
    tmp_path: Path, was: str, becomes: str, words: str
) -> None:
    text = SHIPPED.read_text()
    assert was in text
    (tmp_path / "own.yaml").write_text(text.replace(was, becomes, 1))

    with pytest.raises(BadMapping, match=words):
        load(str(tmp_path / "own.yaml"))


def test_an_unknown_mapping_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(BadMapping, match="servicenow-event-log"):
        load("no-such-thing")


@pytest.mark.django_db
def test_a_hold_reason_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(SHIPPED.read_text().replace("hold_reason: observing", "hold_reason: dreaming"))

    with pytest.raises(BadMapping, match="dreaming"):
        bring_in(write(tmp_path / "log.csv", usual()), mapping=str(tmp_path / "own.yaml"))
