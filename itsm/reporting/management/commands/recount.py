"""``manage.py recount``: prove the roll-ups of reports right against the tables, or make them anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itsm.records.clock import database_now, whole
from itsm.reporting.recounting import recount


class Command(BaseCommand):
    """Counts everything anew and compares."""

    help = "Recount the roll-ups of reports; with --check only compare, and fail where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will offer to compare only."""
        parser.add_argument("--check", action="store_true", help="change nothing; fail when something differs")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will recount, and say what differed."""
        found = recount(at=whole(database_now()), repair=not options["check"])
        for place, measures in found.drift.items():
            for measure, (cells, amount) in measures.items():
                self.stdout.write(f"{place}: {measure}: {cells} cells differ, by {amount} together")
        if found.drift and options["check"]:
            raise CommandError("The roll-ups differ from the tables; run recount without --check.")
        word = "made anew" if found.repaired else "right"
        self.stdout.write(f"{found.facts} facts recounted in {found.seconds:.1f} s; the roll-ups are {word}.")
