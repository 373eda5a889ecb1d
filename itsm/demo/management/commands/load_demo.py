"""``manage.py load_demo``: the fictitious university with its people, services, cases and announcements."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from itsm.demo.loading import load
from itsm.records.clock import database_now


class Command(BaseCommand):
    """Loads the demo organisation; a second time changes nothing."""

    help = "Load the demo organisation: people, services, thirteen months of cases. remove_demo takes it out again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer a small history."""
        parser.add_argument("--small", action="store_true", help="few cases, for tests")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how much."""
        made = load(at=database_now(), small=options["small"], say=self.stdout.write)
        self.stdout.write(f"{made} cases made." if made else "The demo was loaded already.")
