"""Recomputes clocks from their events and reports every difference to what is stored; there must be none."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sla.models import Clock
from sla.replay import drift


class Command(BaseCommand):
    """Checks clocks for drift."""

    help = "Recompute every open clock from its events and report drift; exits with an error when there is any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whether judged clocks are checked too."""
        parser.add_argument("--all", action="store_true", help="also clocks that are judged already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check them one by one.

        :raises CommandError: if a stored clock differs from its events
        """
        clocks = Clock.objects.order_by("pk") if options["all"] else Clock.objects.open().order_by("pk")
        checked = drifted = 0
        for clock in clocks.iterator(chunk_size=500):
            checked += 1
            for name, (stored, replayed) in drift(clock).items():
                drifted += 1
                self.stderr.write(
                    f"clock {clock.pk} of record {clock.record_id}: {name} is {stored}, its events say {replayed}"
                )
        self.stdout.write(f"{checked} clocks checked, drift {drifted}")
        if drifted:
            raise CommandError("Stored clocks differ from their events.")
