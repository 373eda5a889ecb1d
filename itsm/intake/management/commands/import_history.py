"""`manage.py import_history FILE --mapping NAME_OR_PATH --source LABEL [--dry-run] [--json]`."""

import json
import re
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.intake.faults import Fault, Refused
from itsm.intake.importing import Counts, Watch, import_history
from itsm.intake.mapping import load
from itsm.intake.progress import ProgressBar

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Command(BaseCommand):
    """Imports the history of another service desk; started again after being killed, it goes on."""

    help = "Imports cases with their journal from a CSV, XES or XLSX file, plain or gzip, by a mapping file."
    requires_system_checks = ("models",)  # routes are not needed here and take a second to load

    def add_arguments(self, parser: CommandParser) -> None:
        """This will ask for the file, the mapping and the source's label."""
        parser.add_argument("file", help="CSV, XES or XLSX file, plain or gzip")
        parser.add_argument("--mapping", required=True, help="name of a shipped mapping, or the path of your own")
        parser.add_argument(
            "--source", required=True, help="label of the source; with a record's number it says which case it is"
        )
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")
        parser.add_argument("--json", action="store_true", help="print only the counts, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will import, report every refused cell on standard error and print the counts.

        :raises CommandError: if nothing could be imported at all
        """
        if not LABEL.fullmatch(options["source"]):
            raise CommandError(_("The source needs a label of 1 to 40 letters, digits, dots, dashes or underscores."))
        bar = ProgressBar(self.stderr, started=time.monotonic())
        self.stderr.style_func = None  # the bar is no error

        def refused(bad: Fault) -> None:
            bar.end_line()
            self.stderr.write(str(bad))

        try:
            counts = import_history(
                Path(options["file"]),
                mapping=load(options["mapping"]),
                source=options["source"],
                dry_run=options["dry_run"],
                at=timezone.now(),
                watch=Watch(refused=refused, progress=bar.show),
            )
        except Refused as bad:
            bar.end_line()
            raise CommandError(bad.said()) from bad
        bar.end_line()
        self.stdout.write(json.dumps(counts.as_json()) if options["json"] else self._told(counts, options["dry_run"]))

    def _told(self, counts: Counts, dry_run: bool) -> str:
        sentence = _(
            "%(records)s records in %(rows)s rows: %(created)s created, %(changed)s changed, %(unchanged)s unchanged, "
            "%(rejected)s rejected."
        )
        told = sentence % counts.as_json()
        return f"{told} {_('Dry run: nothing was written.')}" if dry_run else told
