"""The same file twice, a longer file, a mapping that reads it otherwise, and a run that was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from incidents.models import Incident
from itsm.intake import importing
from itsm.intake.faults import Fault, Running
from itsm.intake.models import ImportRun
from itsm.people.models import Person
from itsm.records.models import Event, Record
from itsm.tickets.comments import note
from tests.intake.logs import SOURCE, bring_in, row, usual, write


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", [*usual("A"), *usual("B")])
    bring_in(path)
    before = list(Event.objects.values_list("pk", flat=True))

    counts = bring_in(path)

    assert (counts.created, counts.changed, counts.unchanged) == (0, 0, 2)
    assert list(Event.objects.values_list("pk", flat=True)) == before


@pytest.mark.django_db
def test_the_same_content_in_another_spelling_is_the_same(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))
    respelled = [
        line
        | {
            "opened_at": "07-03-2016 09:00",
            "made_sla": "TRUE",
            "sys_updated_at": line["sys_updated_at"].replace("7/3/2016", "07-03-2016"),
        }
        for line in usual()
    ]

    counts = bring_in(write(tmp_path / "sheet.csv.gz", respelled, packed=True))

    assert counts.unchanged == 1


@pytest.mark.django_db
def test_a_longer_history_replaces_the_shorter_one_under_the_same_number(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()[:2]))
    number = Incident.objects.get().number

    counts = bring_in(write(tmp_path / "log.csv", usual()))

    case = Incident.objects.get()
    assert (counts.created, counts.changed) == (0, 1)
    assert (case.number, case.state) == (number, "closed")
    assert [event.facts["row"] for event in Event.objects.moves().in_order()] == [2, 3, 4, 5]


@pytest.mark.django_db
def test_a_case_that_was_worked_on_here_is_left_alone(tmp_path: Path, incident_manager: Person) -> None:
    bring_in(write(tmp_path / "log.csv", usual()[:2]))
    note(Incident.objects.get(), body="Called the requester.", by=incident_manager)
    faults: list[Fault] = []

    counts = bring_in(write(tmp_path / "log.csv", usual()), faults=faults)

    assert (counts.changed, counts.rejected) == (0, 1)
    assert "worked on here" in faults[0].sentence
    assert Incident.objects.get().state == "l2_processing"


@pytest.mark.django_db
def test_a_dry_run_tells_all_and_writes_nothing(tmp_path: Path) -> None:
    counts = bring_in(
        write(tmp_path / "log.csv", [*usual("A"), *usual("B"), row(number="C", priority="9 - None")]), dry_run=True
    )

    assert counts.as_json() == {"records": 3, "rows": 11, "created": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    assert not Record.objects.exists()
    assert not Person.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_source_do_not_meet(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", usual())
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [importing.LOCK_SPACE, SOURCE])
        with pytest.raises(Running):
            bring_in(path)
    other.close()

    assert bring_in(path).created == 1


@pytest.mark.django_db(transaction=True)
def test_an_error_in_a_batch_leaves_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(importing, "_count", fail)
    with pytest.raises(RuntimeError):
        bring_in(write(tmp_path / "log.csv", usual()))

    assert not Record.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", [line for number in range(3000) for line in usual(f"INC{number}")])
    with started(path) as killed:
        while Incident.objects.count() == 0 and killed.poll() is None:
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
    half = Incident.objects.count()

    with started(path) as again:
        out, _ = again.communicate(timeout=120)

    assert 0 < half < 3000
    assert f'"created": {3000 - half}' in out
    assert f'"unchanged": {half}' in out
    assert Incident.objects.count() == 3000
    assert Event.objects.filter(kind="opened").count() == 3000
    assert list(ImportRun.objects.order_by("pk").values_list("state", flat=True)) == ["interrupted", "finished"]
    numbers = list(Record.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [f"INC-201603-{number:05d}" for number in range(1, 3001)]


def started(path: Path) -> "subprocess.Popen[str]":
    """Start the command against the test's own database."""
    host, name = connection.settings_dict["HOST"], connection.settings_dict["NAME"]
    user = connection.settings_dict["USER"]
    url = (
        f"postgresql://{user}@/{name}?host={host}"
        if str(host).startswith("/")
        else os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    )
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_history", str(path), "--mapping", "servicenow-event-log", "--source", SOURCE, "--json"],
        cwd=settings.BASE_DIR, env=os.environ | {"DATABASE_URL": url}, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
