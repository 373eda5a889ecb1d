"""Web, worker, beat and tick are killed at random while clocks run: nothing missing, nothing twice, nothing wrong."""

import os
import random
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from catalogue.models import Category, Service
from itsm.api import tokens
from itsm.api.scopes import Scope
from itsm.embedded.child import Child
from itsm.hours.models import Calendar
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.clock import database_now
from itsm.records.models import Event
from itsm.tickets.models import PriorityRule, Ticket
from sla.models import Clock, Escalation, EscalationPolicy, EscalationStep, Target
from sla.replay import drift
from sla.sweep import sweep
from tests.chaos.people import Worker
from tests.chaos.story import RESOLUTION, RESPONSE, TARGETS, UPDATE, Story

SECONDS = float(os.environ.get("CHAOS_SECONDS", "60"))
ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.chaos, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def promise_seconds() -> None:
    """Let targets be seconds around the clock, so that a minute is full of levels."""
    always = Calendar.objects.get(code="always")
    for priority in range(1, 6):
        for metric, seconds in zip(("response", "resolution", "update"), TARGETS[priority], strict=True):
            Target.objects.filter(process="incident", metric=metric, priority=priority).update(
                seconds=seconds, calendar=always
            )
    EscalationStep.objects.all().delete()
    policy = EscalationPolicy.objects.get(code="default")
    notify = {
        0: ["assignee", "team"],
        1: ["team_lead"],
        2: ["incident_manager"],
        3: ["requester"],
        4: ["management_rep"],
    }
    for metric, ladder in (("response", RESPONSE), ("resolution", RESOLUTION), ("update", UPDATE)):
        EscalationStep.objects.bulk_create(
            EscalationStep(policy=policy, metric=metric, level=level, at_percent=percent, notify=notify[level])
            for level, percent in ladder.items()
            if level in notify
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def children(folder: Path, port: int) -> list[Child]:
    """The processes of `make run`, on the test's own database, and a tick beside them."""
    name = connection.settings_dict["NAME"]
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    env = os.environ | {
        "DATABASE_URL": url,
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "VAR_DIR": str(folder),
        "CELERY_SKIP_CHECKS": "1",
    }
    celery = [sys.executable, "-m", "celery", "-A"]
    programs = {
        "web": [sys.executable, "-m", "gunicorn", "--config", "python:itsm.embedded.web", "itsm.wsgi:application"],
        "worker": [*celery, "itsm", "worker", "-P", "threads", "-c", "2", "--loglevel=WARNING"],
        "beat": [*celery, "itsm.beat", "beat", "--pidfile=", "--loglevel=WARNING", f"--schedule={folder / 'beat'}"],
        "tick": [sys.executable, "manage.py", "tick", "--loop", "--seconds", "1"],
    }
    return [Child(name, argv, folder / f"{name}.log", env, cwd=ROOT) for name, argv in programs.items()]


@contextmanager
def alive(processes: list[Child]) -> Iterator[None]:
    """Run them for the length of the block."""
    try:
        for child in processes:
            child.start()
        yield
    finally:
        for child in processes:
            child.stop()


def wreak(
    processes: list[Child], *, seconds: float, chance: random.Random, enough: Callable[[dict[str, int]], bool]
) -> dict[str, int]:
    """Kill one of them every few seconds and start it again; counts the kills.

    A slow machine goes on, up to four times as long, until enough has happened between the kills.
    """
    killed = {child.name: 0 for child in processes}
    begun = time.monotonic()
    while (past := time.monotonic() - begun) < seconds or (past < 4 * seconds and not enough(killed)):
        # no wait for something: the pause is the experiment, a kill at a moment that nobody chose
        time.sleep(chance.uniform(1.0, 4.0))
        child = chance.choice(processes)
        child.end_group()
        killed[child.name] += 1
        time.sleep(chance.uniform(0, 0.5))
        child.start()
    return killed


def is_enough(killed: dict[str, int]) -> bool:
    """Tell whether a minute was full of levels, and each process was killed."""
    return Escalation.objects.filter(action="").count() > SECONDS and (all(killed.values()) or SECONDS < 30)


def told(ticket: Ticket, *, until: int) -> Story:
    """Read the story of a case from its journal."""
    story = Story(int(ticket.received_at.timestamp()), ticket.requester_id)
    for event in Event.objects.filter(record=ticket.pk).order_by("pk"):
        story.tell(event)
    story.settle(until)
    return story


def differences(ticket: Ticket, story: Story) -> list[str]:
    """Name every level that is missing, too much, or has another instant than the story says."""
    found = list(story.faults)
    cycles = {("response", 1): story.response} | {
        ("resolution", n): line for n, line in enumerate(story.resolutions, 1)
    }
    cycles |= {("update", n): line for n, line in enumerate(story.updates, 1)}
    for clock in Clock.objects.filter(record=ticket.pk, is_deadline=False):
        line = cycles.pop((clock.metric, clock.cycle), None)
        rows = {
            level: int(due.timestamp())
            for level, due in Escalation.objects.filter(clock=clock).values_list("level", "due_at")
        }
        if line is None or rows != line.fired:
            found.append(
                f"{ticket.number} {clock}: fired {rows}, should have {line.fired if line else 'no such cycle'}"
            )
        elif line.result and (clock.state, clock.elapsed_seconds) != (line.result, line.used):
            found.append(
                f"{ticket.number} {clock}: {clock.state} {clock.elapsed_seconds}, should be {line.result} {line.used}"
            )
        found += [f"{ticket.number} {clock}: {name} drifted" for name in drift(clock)]
    return found + [f"{ticket.number}: {key} is missing" for key in cycles]


def unsaid() -> list[str]:
    """Name the levels that told nobody though they name people who want to know; a higher level may have said it too."""
    digests = Notification.objects.filter(template="escalation_digest").exists()
    keys = set(Notification.objects.filter(dedupe_key__startswith="sla:").values_list("dedupe_key", flat=True))
    missing = []
    rows = Escalation.objects.filter(action="").order_by("clock", "level")
    by_clock = {(row.clock_id, row.level): row for row in rows}
    for row in rows:
        together = [
            other.level for key, other in by_clock.items() if key[0] == row.clock_id and other.fired_at == row.fired_at
        ]
        for person in {note["person"] for note in row.notified if note["person"]}:
            if not digests and not any(
                f"sla:{row.clock_id}:{row.cycle}:{level}:{person}" in keys for level in together
            ):
                missing.append(f"{row} for {person}")
    return missing


def test_nothing_is_lost_doubled_or_wrong_while_everything_is_killed(
    tmp_path: Path, agent: Person, requester: Person, service: Service, category: Category, incident_manager: Person
) -> None:
    promise_seconds()
    now, expiry = database_now(), database_now() + timedelta(hours=1)
    keys = {
        who: tokens.issue(person, name="chaos", scopes=tuple(Scope), expires_at=expiry, at=now)[1]
        for who, person in (("agent", agent), ("asker", requester))
    }
    port, stop = free_port(), threading.Event()
    workers = [Worker(port=port, tokens=keys, stop=stop, seed=seed) for seed in range(3)]
    assert PriorityRule.objects.count() == 9

    processes = children(tmp_path, port)
    with alive(processes):
        for worker in workers:
            worker.start()
        killed = wreak(processes, seconds=SECONDS, chance=random.Random(), enough=is_enough)
        stop.set()
        for worker in workers:
            worker.join()
    until = database_now()
    while sweep(at=until) != sweep(at=until):
        pass

    cases: list[Any] = list(Ticket.objects.order_by("pk"))
    wrong = [text for ticket in cases for text in differences(ticket, told(ticket, until=int(until.timestamp())))]
    done = sum(worker.done for worker in workers)
    fired = Escalation.objects.filter(action="").count()
    print(f"{len(cases)} cases, {done} answers, {fired} levels, killed {killed}")  # noqa: T201  # said with -s
    assert wrong == []
    assert unsaid() == []
    assert (
        not Escalation.objects.filter(action_done_at=None)
        .exclude(action="")
        .filter(due_at__lte=until, action="hold_resume")
        .exists()
    )
    assert is_enough(killed)
