"""The history of problems comes in from an XES event log, by a mapping file alone."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from itsm.intake.faults import BadFile, Fault
from itsm.intake.figures import figures
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.tickets.models import Ticket
from problems.models import Problem
from tests.intake.logs import SOURCE, bring_in

MAPPING = "vinst-problems-xes"
DATA = settings.SHARED_DIR / "data"
Step = tuple[str, str, str]  # status, time, team

LOG = '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">{traces}</log>'
TRACE = '<trace><string key="concept:name" value="{number}"/>{events}</trace>'
EVENT = """<event>
<string key="org:group" value="Line C"/><string key="org:resource" value="Ada"/><string key="org:role" value="UNKNOWN"/>
<string key="organization country" value="se"/><string key="organization involved" value="{team}"/>
<string key="concept:name" value="Accepted"/><string key="impact" value="{impact}"/><string key="product" value="PROD1"/>
<string key="lifecycle:transition" value="{status}"/><date key="time:timestamp" value="{at}"/>
</event>"""
USUAL: Sequence[Step] = (
    ("Awaiting Assignment", "2012-03-25T01:30:00+01:00", "J1 2nd"),
    ("In Progress", "2012-03-25T03:30:00+02:00", "J2 3rd"),
    ("Closed", "2012-03-26T03:30:00+02:00", "J1 2nd"),
)


def trace(number: str, steps: Sequence[Step], *, impact: str = "High") -> str:
    """Give one problem as XES."""
    events = [EVENT.format(status=status, at=at, team=team, impact=impact) for status, at, team in steps]
    return TRACE.format(number=number, events="".join(events))


def write(path: Path, *traces: str) -> Path:
    """Write a log."""
    path.write_text(LOG.format(traces="".join(traces)), encoding="utf-8")
    return path


@pytest.mark.django_db
def test_a_problem_stands_in_its_last_state_and_opens_with_its_first_event(tmp_path: Path) -> None:
    counts = bring_in(write(tmp_path / "log.xes", trace("1-1", USUAL)), mapping=MAPPING)

    problem = Problem.objects.get()
    assert counts.as_json() == {"records": 1, "rows": 3, "created": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    assert (problem.kind, problem.state, problem.phase) == ("problem", "closed", "done")
    assert (problem.impact, problem.priority, problem.title) == (1, 2, "PROD1")
    assert (problem.received_at, problem.closed_at) == (
        datetime(2012, 3, 25, 0, 30, tzinfo=UTC),
        datetime(2012, 3, 26, 1, 30, tzinfo=UTC),
    )
    assert (problem.number, problem.source_number) == ("PRB-201203-00001", "1-1")
    assert problem.facts == {
        "status": "Accepted",
        "detail": "Closed",
        "impact": "High",
        "line": "Line C",
        "country": "se",
    }


@pytest.mark.django_db
def test_the_journal_of_a_problem_names_the_steps_of_its_own_machine(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.xes", trace("1-1", USUAL)), mapping=MAPPING)

    moves = Event.objects.moves().in_order()
    assert [(move.machine, move.name, move.source, move.target) for move in moves] == [
        ("problem", "confirm_problem", "registered", "confirmed"),
        ("problem", "classify", "confirmed", "analysing"),
        ("problem", "close", "analysing", "closed"),
    ]
    assert not Event.objects.filter(imported=False).exists()


@pytest.mark.django_db
def test_the_same_log_again_writes_nothing_and_a_longer_one_adds(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.xes", trace("1-1", USUAL)), mapping=MAPPING)
    again = bring_in(tmp_path / "log.xes", mapping=MAPPING)
    reopened = [*USUAL, ("In Progress", "2012-04-01T09:00:00+02:00", "J1 2nd")]
    longer = bring_in(write(tmp_path / "log.xes", trace("1-1", reopened)), mapping=MAPPING)

    problem = Problem.objects.get()
    assert (again.created, again.changed, again.unchanged) == (0, 0, 1)
    assert (longer.created, longer.changed) == (0, 1)
    assert (problem.state, problem.closed_at, problem.reopen_count) == ("analysing", None, 1)


@pytest.mark.django_db
def test_figures_of_problems_count_reopenings_and_the_way_between_teams(tmp_path: Path) -> None:
    other = [("Cancelled", "2012-03-25T09:00:00+02:00", "J1 2nd"), ("Wait", "2012-03-25T10:00:00+02:00", "J1 2nd")]
    bring_in(write(tmp_path / "log.xes", trace("1-1", USUAL), trace("1-2", other, impact="Low")), mapping=MAPPING)

    got = figures(Ticket.objects.filter(source=SOURCE))
    assert (got["records"], got["history_rows"], got["by_priority"]) == (2, 5, {"2": 1, "4": 1})
    assert got["reopened"] == {"records": 1, "times": 1}
    assert (got["ping_pong_records"], got["multi_group_records"]) == (1, 1)
    assert got["closure_hours"]["all"] == {"n": 1, "median": 25.0, "mean": 25.0, "p90": 25.0}


@pytest.mark.django_db
def test_the_page_of_an_imported_problem_is_as_that_of_any_other(tmp_path: Path, problem_manager: Person) -> None:
    bring_in(write(tmp_path / "log.xes", trace("1-1", USUAL)), mapping=MAPPING)
    client = Client()
    client.force_login(problem_manager)

    page = client.get(f"/problems/{Problem.objects.get().number}/", follow=True)
    assert page.status_code == 200
    assert "PROD1" in page.content.decode()


@pytest.mark.django_db
def test_a_status_that_the_mapping_does_not_know_is_told_with_its_line(tmp_path: Path) -> None:
    faults: list[Fault] = []
    odd = [("Dormant", "2012-03-25T09:00:00+02:00", "J1 2nd")]
    counts = bring_in(write(tmp_path / "log.xes", trace("1-1", odd)), mapping=MAPPING, faults=faults)

    assert (counts.created, counts.rejected) == (0, 1)
    assert [(bad.line, bad.column, bad.value) for bad in faults] == [(2, "lifecycle:transition", "Dormant")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<log><trace><event></log>", "Line 1 cannot be read"),
        ('<!DOCTYPE log [<!ENTITY a "a">]><log/>', "must not declare"),
        ("<a>" * 50, "nested too deep"),
        (LOG.format(traces='<trace><event><string key="x" value="y"/></event></trace>'), "No event has"),
        ("<log/>", "empty"),
        ("", "Line 1 cannot be read"),
    ],
)
def test_a_log_that_cannot_be_read_is_refused_whole(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "log.xes").write_text(text)

    with pytest.raises(BadFile, match=words):
        bring_in(tmp_path / "log.xes", mapping=MAPPING)
    assert not Problem.objects.exists()


@pytest.mark.django_db
def test_a_log_may_stand_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "log.xes").write_text(LOG.format(traces=trace("1-1", USUAL)).replace("\n", " "))

    counts = bring_in(tmp_path / "log.xes", mapping=MAPPING)
    assert (counts.created, counts.rows, counts.rejected) == (1, 3, 0)


@pytest.mark.django_db
def test_a_packed_log_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "log.xes.gz"
    path.write_bytes(gzip.compress(LOG.format(traces=trace("1-1", USUAL)).encode()))

    assert bring_in(path, mapping=MAPPING).created == 1


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the real log is not here: set SHARED_DIR to its folder")
def test_a_real_log_of_1487_problems_reports_the_right_figures() -> None:
    expected = json.loads((DATA / "figures.json").read_text())["bpi13_closed_problems"]
    log = DATA / "bpi2013" / "closed_problems.xes.gz"
    first, second = bring_in(log, mapping=MAPPING), bring_in(log, mapping=MAPPING)

    got = figures(Ticket.objects.filter(source=SOURCE))
    assert (first.records, first.rows, first.created, first.rejected) == (1487, 6660, 1487, 0)
    assert (second.created, second.changed, second.unchanged) == (0, 0, 1487)
    assert (got["records"], got["history_rows"]) == (expected["cases"], expected["events"])
    assert got["ping_pong_records"] == expected["pingpong_cases(A-B-A)"]
    assert got["reopened"]["records"] == expected["reopened_cases"]
    assert got["closure_hours"]["all"]["median"] == pytest.approx(expected["throughput_hours"]["median"], abs=1e-4)
