"""How long the change calendar takes with 10,000 planned changes: its week, month and list, and a private feed."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from typing import Any

from bench import load, pages, statements
from bench.load import Sample
from bench.serving import serving

#: Milliseconds that a page of the calendar may take, at the 95th of 100; a week of them shows about 190 changes.
TARGET_MS = 500
ROUNDS, SECONDS, WARM_UP = 2, 2.0, 4
VIEWS = {"week": "?view=week", "month": "?view=month", "list": "?view=list"}


def measure(at: datetime) -> dict[str, Any]:
    """Ask the production server for the pages; the database of ``bench.conflicts`` is there already."""
    from django.core.management import call_command
    from django.db import connections

    from changes import feeds
    from itsm.people.models import Person, RoleGrant

    person = Person.objects.get(username="bench")
    RoleGrant.objects.create(person=person, role="change_manager")
    _feed, secret = feeds.make(person, name="bench", at=at)
    cookie = {"Cookie": f"sessionid={pages.session(person)}"}
    calls = {name: load.Call(f"/changes/calendar/{query}", headers=cookie) for name, query in VIEWS.items()}
    calls["feed"] = load.Call(f"/changes/calendar/feeds/{secret}.ics")
    call_command("collectstatic", verbosity=0, interactive=False)
    counted = {f"{name}_statements": statements.count([call] * 3) for name, call in calls.items()}
    connections.close_all()
    return {f"calendar_{key}": value for key, value in (_asked(calls) | counted).items()} | {
        "calendar_target_p95_ms": TARGET_MS
    }


def _asked(calls: dict[str, load.Call]) -> dict[str, float]:
    samples = {name: Sample() for name in calls}
    with ExitStack() as stack:
        port = stack.enter_context(serving("itsm.settings"))
        for name, call in [*calls.items()] * ROUNDS:
            load.run(port, [[call] * WARM_UP], seconds=60, once=True)
            samples[name].add(load.run(port, [[call]], seconds=SECONDS, once=False))
    figures = {name: sample.figures() for name, sample in samples.items()}
    return {f"{name}_{key}": one[key] for name, one in figures.items() for key in ("p50_ms", "p95_ms", "bytes")}


def missed(found: dict[str, Any]) -> list[str]:
    """Say what missed its target."""
    late = {name: found[f"calendar_{name}_p95_ms"] for name in VIEWS}
    return [
        f"the calendar's {name} with {found['scheduled']:,} planned changes: {took} ms, target {TARGET_MS}"
        for name, took in late.items()
        if took > TARGET_MS
    ]
