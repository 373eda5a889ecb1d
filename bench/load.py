"""Clients that keep their connection and ask one call after another, each in a process of its own."""

from __future__ import annotations

import http.client
import multiprocessing
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Call:
    """One request; ``good`` is the status that counts as answered."""

    path: str
    method: str = "GET"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    good: int = 200


@dataclass
class Sample:
    """What some clients have measured: milliseconds and sizes of answers, and how long all of it took."""

    took_ms: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Sample) -> None:
        """Lay another round beside."""
        self.took_ms += other.took_ms
        self.sizes += other.sizes
        self.seconds += other.seconds

    def figures(self) -> dict[str, float]:
        """Sum up."""
        ordered = sorted(self.took_ms)
        return {
            "p50_ms": round(statistics.median(ordered), 1),
            "p95_ms": round(ordered[int(len(ordered) * 0.95)], 1),
            "per_second": round(len(ordered) / self.seconds, 1),
            "bytes": round(statistics.median(self.sizes)),
            "requests": len(ordered),
        }


class WrongAnswer(Exception):
    """An answer was not the expected one, so its time means nothing."""


def ask(connection: http.client.HTTPConnection, call: Call) -> tuple[float, int]:
    """Send one call; gives milliseconds and bytes.

    :raises WrongAnswer: if the status is another than the call expects
    """
    began = time.perf_counter()
    connection.request(call.method, call.path, call.body or None, call.headers)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - began) * 1000
    if answer.status != call.good:
        raise WrongAnswer(f"{call.method} {call.path}: {answer.status} {body[:600]!r}")
    return took, len(body)


def client(port: int, calls: Sequence[Call], seconds: float, once: bool) -> Sample:
    """Ask for ``seconds``, beginning again at the first call unless each may be asked only ``once``."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    sample, began, number = Sample(), time.perf_counter(), 0
    while time.perf_counter() - began < seconds and not (once and number >= len(calls)):
        took, size = ask(connection, calls[number % len(calls)])
        sample.took_ms.append(took)
        sample.sizes.append(size)
        number += 1
    sample.seconds = time.perf_counter() - began
    connection.close()
    return sample


def run(port: int, shares: Sequence[Sequence[Call]], *, seconds: float, once: bool) -> Sample:
    """Let one client for each share ask at the same time."""
    if len(shares) == 1:
        return client(port, shares[0], seconds, once)
    with multiprocessing.get_context("spawn").Pool(len(shares)) as pool:
        samples = pool.starmap(client, [(port, share, seconds, once) for share in shares])
    whole = Sample(seconds=max(sample.seconds for sample in samples))
    for sample in samples:
        whole.took_ms += sample.took_ms
        whole.sizes += sample.sizes
    return whole
