"""``manage.py reindex``: read every case anew into the index of words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.models import Max

from itsm.tickets.models import Ticket


class Command(BaseCommand):
    """Rebuilds the words of all cases, a batch at a time; the desk may work meanwhile."""

    help = "Read every case anew into the index of words."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch."""
        parser.add_argument("--batch", type=int, default=2000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the cases by their keys."""
        last = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
        read = 0
        for start in range(0, last + 1, options["batch"]):
            keys = list(
                Ticket.objects.filter(pk__gte=start, pk__lt=start + options["batch"]).values_list("pk", flat=True)
            )
            refresh(keys)
            read += len(keys)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_entry")
        self.stdout.write(f"{read} cases read.")


def refresh(keys: list[int]) -> None:
    """Read some cases anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_refresh(%s)", [keys])
