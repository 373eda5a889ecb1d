"""`manage.py figures --source LABEL [--json]`: the figures of an imported history, from what is stored."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from configuration.models import ImportBatch
from itsm.intake.cmdb.figures import figures as of_items
from itsm.intake.figures import figures
from itsm.tickets.models import Ticket


class Command(BaseCommand):
    """Prints counts, hours, reopenings, reassignments and the source's clock as JSON."""

    help = "Prints the figures of an imported history as JSON."
    requires_system_checks = ("models",)  # routes are not needed here and take a second to load

    def add_arguments(self, parser: CommandParser) -> None:
        """This will ask for the source's label."""
        parser.add_argument("--source", required=True, help="label that the history was imported under")
        parser.add_argument("--json", action="store_true", help="on one line, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will print the figures.

        :raises CommandError: if nothing was imported under that label
        """
        found: dict[str, Any] = {}
        cases = Ticket.objects.filter(source=options["source"], imported__isnull=False)
        if cases.exists():
            found |= figures(cases)
        if ImportBatch.objects.applied().filter(source=options["source"]).exists():
            found["configuration"] = of_items(options["source"])
        if not found:
            raise CommandError(_("Nothing was imported under “%s”.") % options["source"])
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=None if options["json"] else 1))
