"""Runs clocks and outbox without a broker: once, or in a loop."""

from __future__ import annotations

import gc
import signal
import threading
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections

from itsm.notices.delivery import deliver
from itsm.records.clock import database_now
from sla import rounds
from sla.sweep import sweep


class Command(BaseCommand):
    """Fires what is due, proposes problems and sends what waits."""

    help = "Fire clocks and deadlines that are due and send messages; the same work that Celery does, with no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the loop and its pause."""
        parser.add_argument("--loop", action="store_true", help="go on until stopped")
        parser.add_argument("--seconds", type=float, default=5.0, help="pause between two rounds (default 5)")

    def handle(self, *args: Any, loop: bool, seconds: float, **options: Any) -> None:
        """Do one round, or rounds until SIGTERM or Ctrl-C."""
        if not loop:
            self.round()
            return
        gc.collect()
        gc.freeze()  # the collector need not search the loaded program again and again
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        while not stopping.is_set():
            self.patient_round()
            stopping.wait(seconds)

    def patient_round(self) -> None:
        """Do one round; a database that is away is waited for."""
        try:
            close_old_connections()
            self.round()
        except (OperationalError, InterfaceError) as gone:
            self.stderr.write(f"The database does not answer: {gone}".strip())

    def round(self) -> None:
        """Sweep the clocks, do the rounds that are due, then deliver."""
        swept = sweep()
        made = rounds.run_due(at=database_now())
        sent = deliver()
        if swept.fired or swept.done or made or sent.total:
            self.stdout.write(
                f"fired {swept.fired}, done {swept.done}, messages {sent.total}, rounds {made}, lag {swept.lag}"
            )
