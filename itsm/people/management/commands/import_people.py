"""`manage.py import_people FILE [--dry-run] [--json] [--partial] [--many-leavers]`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from itsm.people.intake import Plan, import_people


class Command(BaseCommand):
    """Brings people, or units, in line with a CSV file; leavers are deactivated, nobody is deleted."""

    help = "Imports people (username,name,...) or units (code,name_zh,...) from a CSV file in UTF-8."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will ask for the file and for what it may do."""
        parser.add_argument("file", help="CSV file in UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="show what would change, write nothing")
        parser.add_argument("--partial", action="store_true", help="the file does not list everybody: nobody leaves")
        parser.add_argument("--many-leavers", action="store_true", help="allow that more than half leave at once")
        parser.add_argument("--json", action="store_true", help="print only the counts, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will import the file, or say why not.

        :raises CommandError: if the file cannot be read or a cell is wrong; nothing was written then
        """
        plan = import_people(
            _lines_of(options["file"]),
            complete=not options["partial"],
            dry_run=options["dry_run"],
            many_leavers=options["many_leavers"],
        )
        for bad in plan.errors:
            self.stderr.write(str(bad))
        self.stdout.write(json.dumps(plan.as_json()) if options["json"] else self._told(plan))
        if plan.errors:
            raise CommandError(_("Nothing was imported: correct these lines first."))

    def _told(self, plan: Plan) -> str:
        for change in plan.shown():
            self.stdout.write(f"{change.what:<9} {change.key}  {change.name}")
        told = _(
            "%(rows)s rows: %(created)s created, %(changed)s changed, %(unchanged)s unchanged, %(left)s deactivated."
        ) % {
            "rows": plan.rows,
            "created": plan.count("created"),
            "changed": plan.count("changed", "returned"),
            "unchanged": plan.count("unchanged"),
            "left": plan.count("left"),
        }
        return told if plan.written else f"{told} {_('Nothing was written.')}"


def _lines_of(path: str) -> list[str]:
    """This will read the lines of a file.

    :raises CommandError: if it cannot be read as text
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return file.readlines()
    except (OSError, UnicodeDecodeError) as trouble:
        raise CommandError(_("The file cannot be read: %s") % trouble) from trouble
