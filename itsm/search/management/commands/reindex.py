"""``manage.py reindex``: read every case anew into the index of words."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.models import Max

from itsm.search.indexing import refresh
from itsm.search.models import SearchEntry
from itsm.tickets.models import Ticket


class Command(BaseCommand):
    """Rebuilds the words of all cases, a batch at a time; the desk may work meanwhile."""

    help = "Read every case anew into the index of words."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of a batch, and whether searching may stand still meanwhile."""
        parser.add_argument("--batch", type=int, default=2000)
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="Drop the indexes first: faster for many cases, but nothing is found fast meanwhile.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the cases by their keys."""
        if options["rebuild"]:
            _indexes(present=False)
        read = self._read(options["batch"])
        if options["rebuild"]:
            _indexes(present=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_entry")
        self.stdout.write(f"{read} cases read.")

    def _read(self, batch: int) -> int:
        last = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0
        read = 0
        for start in range(0, last + 1, batch):
            keys = list(Ticket.objects.filter(pk__gte=start, pk__lt=start + batch).values_list("pk", flat=True))
            refresh(keys)
            read += len(keys)
        return read


def _indexes(*, present: bool) -> None:
    """Make or drop the two indexes of words."""
    with connection.schema_editor(atomic=False) as editor:
        for index in SearchEntry._meta.indexes:
            if present:
                editor.add_index(SearchEntry, index)
            else:
                editor.remove_index(SearchEntry, index)
