"""The figures agree with what was imported; on the real log with what was computed from the raw file."""

import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from itsm.intake.figures import figures
from itsm.tickets.models import Ticket
from tests.intake.logs import SOURCE, bring_in, row, usual, write

pytestmark = pytest.mark.django_db
LOG = settings.SHARED_DIR / "data" / "uci_incident"


def counted() -> dict[str, Any]:
    return figures(Ticket.objects.filter(source=SOURCE))


def steps(number: str, *given: tuple[str, str, str]) -> list[dict[str, str]]:
    """Give rows of one case: state, time on 7 March, group."""
    return [
        row(number=number, incident_state=state, sys_updated_at=f"7/3/2016 {at}", assignment_group=group)
        for state, at, group in given
    ]


def test_records_rows_priorities_and_hours(tmp_path: Path) -> None:
    other = [
        line | {"priority": "1 - Critical"} for line in steps("B", ("New", "10:00", "?"), ("Closed", "11:00", "?"))
    ]
    bring_in(write(tmp_path / "log.csv", [*usual("A"), *other]))

    got = counted()
    assert (got["records"], got["history_rows"], got["by_priority"]) == (2, 7, {"1": 1, "3": 1})
    assert got["resolution_hours"] == {name: {"n": 1, "median": 3.0, "mean": 3.0, "p90": 3.0} for name in ("all", "3")}
    assert got["closure_hours"]["all"] == {"n": 2, "median": 5.5, "mean": 5.5, "p90": 8.3}


def test_resolution_ends_with_the_last_row_in_resolved(tmp_path: Path) -> None:
    bring_in(
        write(
            tmp_path / "log.csv",
            steps("A", ("Resolved", "10:00", "?"), ("Resolved", "11:00", "?"), ("Active", "12:00", "?")),
        )
    )

    assert counted()["resolution_hours"]["all"]["median"] == 2.0
    assert counted()["closure_hours"]["all"] == {"n": 0, "median": None, "mean": None, "p90": None}


def test_nobodys_hands_count_as_a_change_but_not_as_a_team(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", [
        *steps("A", ("New", "10:00", "?"), ("New", "11:00", "Group 1"), ("New", "12:00", "?"), ("New", "13:00", "Group 1")),
        *steps("B", ("New", "10:00", "Group 1"), ("New", "11:00", "Group 2"), ("New", "12:00", "?"), ("New", "13:00", "Group 1")),
        *steps("C", ("New", "10:00", "Group 1"), ("New", "11:00", "Group 2"), ("New", "12:00", "Group 3")),
    ]))  # fmt: skip

    got = counted()
    assert (got["reassignments"], got["multi_group_records"], got["ping_pong_records"]) == (8, 2, 1)
    assert got["top_groups"] == {"Group 1": 2, "Group 3": 1}


def test_leaving_resolved_or_closed_is_a_reopening(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", [
        *steps("A", ("Resolved", "10:00", "?"), ("Active", "11:00", "?"), ("Resolved", "12:00", "?"), ("Closed", "13:00", "?")),
        *steps("A", ("New", "14:00", "?")),
        *steps("B", ("Resolved", "10:00", "?"), ("Closed", "13:00", "?")),
    ]))  # fmt: skip

    assert counted()["reopened"] == {"records": 1, "times": 2}


def test_only_the_last_verdict_of_the_source_counts(tmp_path: Path) -> None:
    rows = usual()
    rows[-1]["made_sla"] = "false"
    bring_in(write(tmp_path / "log.csv", rows))

    assert counted()["sla"] == {"met": 1, "missed": 0, "agree_with_source": 0}


def test_the_figures_are_of_the_source_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", usual())
    bring_in(path)
    bring_in(path, source="other")

    out = StringIO()
    call_command("figures", source="other", json=True, stdout=out)
    assert json.loads(out.getvalue())["records"] == 1


def test_figures_of_an_unknown_source_are_refused() -> None:
    with pytest.raises(CommandError, match="nowhere"):
        call_command("figures", source="nowhere")


def differences(path: str, want: Any, got: Any) -> Iterator[str]:
    if isinstance(want, dict):
        for key, value in want.items():
            yield from differences(f"{path}.{key}", value, got.get(key))
    elif (isinstance(want, float) and abs(got - want) > 0.00011) or (not isinstance(want, float) and want != got):
        yield f"{path}: {got} should be {want}"


@pytest.mark.slow
@pytest.mark.skipif(not LOG.exists(), reason="the real log is not here: set SHARED_DIR to its folder")
def test_a_real_log_of_101045_rows_reports_the_right_figures_in_time() -> None:
    began = time.monotonic()
    first = bring_in(LOG / "incidents_event_log.csv.gz")
    imported = time.monotonic()
    second = bring_in(LOG / "incidents_event_log.csv.gz")
    again = time.monotonic()

    assert first.as_json() == {
        "records": 17136,
        "rows": 101045,
        "created": 17136,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
    }
    assert second.as_json() == first.as_json() | {"created": 0, "unchanged": 17136}
    assert list(differences("", json.loads((LOG / "expected.json").read_text()), counted())) == []
    assert imported - began < 180
    assert again - imported < 20


@pytest.mark.slow
@pytest.mark.skipif(not LOG.exists(), reason="the real log is not here: set SHARED_DIR to its folder")
def test_the_log_saved_from_a_spreadsheet_reads_the_same() -> None:
    counts = bring_in(LOG / "variant_excel_5998.csv.gz")

    assert (counts.rows, counts.rejected, counts.created) == (5998, 0, counts.records)
