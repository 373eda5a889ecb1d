"""How long the impact of an item takes: of items of every class, of the worst of them, and as the first walk of a process.

``python -m bench.reach KEY down|up`` is one such first walk, in a process that stands as a worker of the web server does.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

TARGET_MS = 150
#: Items of one class that are walked once (all of smaller classes), how many of the worst are walked again, and how often.
ASKED, WORST, AGAIN, FRESH = 1_000, 12, 9, 7
Spans = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Walked:
    """A walk: from where, whether down, how many items it reached, and its milliseconds."""

    key: int
    down: bool
    reached: int
    took: float


def impacts(spans: Spans) -> dict[str, float]:
    """Time walks with the services that they touch: of all classes both ways once, then the worst again, warm and first."""
    settle()
    walk(spans["service"][0], down=True)
    once = [walk(key, down=down) for key, down in asked(spans, Random(1))]
    worst = {(one.key, one.down) for one in [*_top(once, "took"), *_top(once, "reached")]}
    warm = {pair: [walk(*pair).took for _time in range(AGAIN)] for pair in sorted(worst)}
    slowest = max(warm, key=lambda pair: statistics.median(warm[pair]))
    largest = max(once, key=lambda one: one.reached)
    first = [fresh(largest.key, down=largest.down) for _time in range(FRESH)]
    took = sorted(one.took for one in once)
    return {
        "impact_walks": float(len(once)), "impact_ms_p50": round(statistics.median(took), 1),
        "impact_ms_p95": round(took[int(len(took) * 0.95)], 1), "impact_ms_slowest_single_walk": round(took[-1], 1),
        "impact_items_most": float(largest.reached),
        "worst_item_warm_ms_p50": round(statistics.median(warm[slowest]), 1),
        "worst_item_warm_ms_most": round(max(warm[slowest]), 1),
        "worst_item_first_walk_ms_p50": _middle(first, "ms"), "worst_item_first_walk_ms_most": max(one["ms"] for one in first),
        "worst_item_first_walk_cpu_ms": _middle(first, "cpu_ms"), "worst_item_warm_cpu_ms": _middle(first, "warm_cpu_ms"),
    }  # fmt: skip


def settle() -> None:
    """Keep the collector off the loaded program, as the web server does before its workers begin."""
    gc.collect()
    gc.freeze()


def asked(spans: Spans, random: Random) -> Iterator[tuple[int, bool]]:
    """Choose the items to walk from, each down and up."""
    for first, count in spans.values():
        keys: Iterable[int] = range(first, first + count)
        for key in random.sample(list(keys), min(count, ASKED)):
            yield key, True
            yield key, False


def walk(key: int, down: bool) -> Walked:
    """Walk once and time it."""
    from configuration import impact, served

    began = time.perf_counter()
    found = impact.walk(key, down=down)
    served.touched(found, person=None)
    return Walked(key, down, len(found.reached), (time.perf_counter() - began) * 1000)


def _top(found: list[Walked], by: str) -> list[Walked]:
    return sorted(found, key=lambda one: float(getattr(one, by)))[-WORST:]


def _middle(found: Sequence[dict[str, float]], name: str) -> float:
    return round(statistics.median(one[name] for one in found), 1)


def fresh(key: int, *, down: bool) -> dict[str, float]:
    """Let a new process walk from the item before anything else."""
    command = [sys.executable, "-m", "bench.reach", str(key), "down" if down else "up"]
    said = subprocess.run(command, check=True, capture_output=True, text=True)
    made: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return made


def main(key: int, *, down: bool) -> dict[str, float]:
    """Walk for the first time in this process and on a new connection, then again; gives wall and processor milliseconds."""
    import django

    django.setup()
    settle()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        spent = processor(int(cursor.fetchone()[0]))
    before = spent()
    ms = walk(key, down).took
    between = spent()
    walk(key, down)
    return {"ms": round(ms, 1), "cpu_ms": round(between - before, 1), "warm_cpu_ms": round(spent() - between, 1)}


def processor(backend: int) -> Callable[[], float]:
    """Give a question for the milliseconds of processor time that this process and its server process have used."""

    def spent() -> float:
        with open(f"/proc/{backend}/schedstat") as file:
            server = int(file.read().split()[0]) / 1e6
        return server + time.process_time() * 1000

    return spent


def judged(figures: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Give what is judged, with its figure and target."""
    names = {
        "impact_ms_p95": "impact of an item, 95 of 100, ms",
        "worst_item_warm_ms_p50": "impact of the worst item, warm, ms",
        "worst_item_first_walk_ms_p50": "impact of the largest item, first walk of a process, ms",
    }
    return [(words, figures[name], TARGET_MS) for name, words in names.items()]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), down=sys.argv[2] == "down")) + "\n")
