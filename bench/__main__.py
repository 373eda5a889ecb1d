"""`make bench`: fills throw-away servers, measures the production server, and prints figures beside their targets.

``--tickets 1000000`` for a million; ``--only pages`` (or clocks, worktime, memory, cmdb, conflicts, dashboards, reports) for a part.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from bench import (
    clocks,
    cmdb,
    conflicts,
    dashboards,
    load,
    memory,
    pages,
    report,
    reports,
    simulator,
    statements,
    worktime,
)
from bench.load import Sample
from bench.serving import ROOT, serving

PARTS = ("pages", "clocks", "worktime", "memory", "cmdb", "conflicts", "dashboards", "simulator", "reports")
CLIENTS, ROUNDS = (1, 8), 2
WARM_UP, WARM_UP_ONCE, MOST_WRITES = 6, 4, 400
OWN = {"SITE_URL": "http://127.0.0.1", "SECRET_KEY": "bench" * 12, "LOG_LEVEL": "ERROR", "DEMO_MODE": "0"}


def main(arguments: list[str]) -> int:
    """Measure what was asked for; gives 1 when a target is missed."""
    asked = parser().parse_args(arguments)
    parts = asked.only or PARTS
    found: dict[str, Any] = {
        "tickets": asked.tickets,
        "machine": machine(),
        "at": datetime.now(UTC).isoformat("T", "seconds"),
    }
    for part in parts:
        say(f"Measuring: {part}")
        found[part] = MEASURE[part](asked)
    sys.stdout.write(report.text(found))
    keep(found)
    return int(bool(report.missed(found)))


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("--tickets", type=int, default=100_000)
    made.add_argument("--seconds", type=float, default=2.0, help="of every page, round and number of clients")
    made.add_argument("--only", action="append", choices=PARTS)
    return made


def all_pages(asked: argparse.Namespace) -> dict[str, Any]:
    """Fill the database and measure the pages on it."""
    from itsm.embedded.services import throwaway

    with throwaway() as servers:
        os.environ |= servers | OWN | {"DJANGO_SETTINGS_MODULE": "itsm.settings"}
        seconds = prepare(asked.tickets)
        known = pages.known()
        counts = {page.name: statements.count((page.calls(known, 3) * 3)[:3]) for page in pages.PAGES}
        from django.db import connections

        connections.close_all()
        found = measure(known, asked.seconds)
        for name, figures in found.items():
            figures["statements"] = counts.get(name, 3)
        return {"fill_seconds": seconds, "open": open_of(asked.tickets), "figures": found}


def prepare(tickets: int, *, words: bool = True) -> float:
    """Bring an empty database to what is measured, without ``words`` not to be searched; gives the seconds that filling took."""
    import django
    from django.core.management import call_command

    subprocess.run([sys.executable, "-m", "tools.messages"], cwd=ROOT, check=True)
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from bench import filling

    began = time.monotonic()
    say(f"Making {tickets:,} cases")
    filling.fill(
        tickets=tickets,
        open_tickets=open_of(tickets),
        at=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=65),
        words=words,
    )
    catch_up()
    return round(time.monotonic() - began, 1)


def catch_up() -> None:
    """Fire what has fallen due in the filled cases, as worker and beat would have: else the first act on each case does."""
    from itsm.notices.outbox import quiet
    from sla.sweep import sweep

    with quiet():
        while sweep(at=datetime.now(UTC)).fired:
            pass


def open_of(tickets: int) -> int:
    """Say how many of the cases are open."""
    return min(10_000, tickets // 5)


def measure(known: pages.Known, seconds: float) -> dict[str, dict[str, Any]]:
    """Measure all pages in rounds, so that a busy moment of the machine falls on all of them and on the floor."""
    samples: dict[tuple[str, int], Sample] = {}
    with ExitStack() as stack:
        ports = {
            True: stack.enter_context(serving("bench.floor_settings")),
            False: stack.enter_context(serving("itsm.settings")),
        }
        for number in range(ROUNDS):
            say(f"Round {number + 1} of {ROUNDS}")
            for page, clients in product((pages.FLOOR, *pages.PAGES), CLIENTS):
                sample = one(page, ports[page is pages.FLOOR], clients, known, seconds)
                samples.setdefault((page.name, clients), Sample()).add(sample)
    names = dict.fromkeys(name for name, _clients in samples)
    return {name: {str(clients): samples[name, clients].figures() for clients in CLIENTS} for name in names}


def one(page: pages.Page, port: int, clients: int, known: pages.Known, seconds: float) -> Sample:
    """Warm up and measure one page for so many clients."""
    if page.once:
        load.run(port, [page.calls(known, WARM_UP_ONCE)], seconds=60, once=True)
        shares = [page.calls(known, MOST_WRITES // clients) for _client in range(clients)]
    else:
        load.run(port, [page.calls(known, 0)[:WARM_UP] * 2], seconds=60, once=True)
        shares = [page.calls(known, 0)] * clients
    return load.run(port, shares, seconds=seconds, once=page.once)


def machine() -> str:
    """Name what it runs on."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} before the run"


def keep(found: dict[str, Any]) -> None:
    """Write the figures down."""
    folder = ROOT / "bench" / "results"
    folder.mkdir(exist_ok=True)
    path: Path = folder / f"{found['at'][:16].replace(':', '')}-{found['tickets']}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    say(f"Written to {path.relative_to(ROOT)}")


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, file=sys.stderr, flush=True)


MEASURE: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "pages": all_pages,
    "clocks": lambda asked: clocks.run(),
    "worktime": lambda asked: worktime.run(),
    "memory": lambda asked: memory.run(),
    "cmdb": lambda asked: cmdb.run(prepare, one),
    "conflicts": lambda asked: conflicts.run(),
    "simulator": lambda asked: simulator.run(),
    "dashboards": lambda asked: dashboards.run(asked.tickets, prepare, one),
    "reports": lambda asked: reports.run(),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
