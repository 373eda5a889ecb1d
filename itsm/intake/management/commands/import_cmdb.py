"""`manage.py import_cmdb FILE --mapping NAME_OR_PATH --source LABEL [--dry-run] [--by USER] [--json]`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from configuration.models import ImportBatch
from itsm.intake.cmdb import applying, mapping, reading, staging
from itsm.intake.cmdb.matching import match_named
from itsm.intake.faults import Refused
from itsm.intake.management.commands.import_history import LABEL
from itsm.intake.names import code_of
from itsm.people.models import Person


class Command(BaseCommand):
    """Imports configuration items and relationships; the same files again change nothing."""

    help = "Imports configuration items and their relationships from CSV or XLSX, plain or gzip, by a mapping file."
    requires_system_checks = ("models",)  # routes are not needed here and take a second to load

    def add_arguments(self, parser: CommandParser) -> None:
        """This will ask for the file or folder, the mapping and the source's label."""
        parser.add_argument(
            "file", help="CSV or XLSX file, plain or gzip, or the folder of the files that the mapping names"
        )
        parser.add_argument("--mapping", required=True, help="name of a shipped mapping, or the path of your own")
        parser.add_argument("--source", required=True, help="label of the source; it is kept with every value it wrote")
        parser.add_argument("--by", help="user name of who brings it in; without it, the source's own inactive account")
        parser.add_argument("--dry-run", action="store_true", help="read, compare and report, write nothing")
        parser.add_argument("--json", action="store_true", help="print only the counts, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will import, report on standard error what could not be brought in and print the counts.

        :raises CommandError: if nothing could be read at all
        """
        if not LABEL.fullmatch(options["source"]):
            raise CommandError(_("The source needs a label of 1 to 40 letters, digits, dots, dashes or underscores."))
        self.stderr.style_func = None
        try:
            batch = self._staged(options)
        except Refused as bad:
            raise CommandError(bad.said()) from bad
        if options["dry_run"]:
            applying.drop(batch)
        else:
            person = _who(options["by"], source=options["source"])
            applying.finish(applying.begin(batch, by=person, at=timezone.now()), at=timezone.now())
            match_named()
        self._report(batch, options)

    def _staged(self, options: dict[str, Any]) -> ImportBatch:
        path = Path(options["file"])
        if not path.exists():
            raise CommandError(_("There is no “%s”.") % path)
        plan = mapping.load(options["mapping"])
        content = reading.read_all(path, mapping=plan)
        return staging.stage(
            content, mapping=plan, plan={"name": plan.name, "state": plan.state}, source=options["source"],
            file_name=path.name, channel=ImportBatch.Channel.COMMAND, by=None, at=timezone.now(),
        )  # fmt: skip

    def _report(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        from itsm.intake.cmdb.shown import said

        for row in batch.rows.reported():
            place = {"file": row.file, "line": row.line, "name": row.name or row.value, "reason": said(row)}
            self.stderr.write(_("%(file)s, line %(line)s, “%(name)s”: %(reason)s") % place)
        counts = told(batch)
        sentence = _(
            "%(rows)s rows: %(created)s items and relationships new, %(changed)s changed, %(unchanged)s unchanged, %(reported)s reported."
        )
        text = json.dumps(counts) if options["json"] else sentence % counts
        if options["dry_run"] and not options["json"]:
            text = f"{text} {_('Dry run: nothing was written.')}"
        self.stdout.write(text)


def told(batch: ImportBatch) -> dict[str, int]:
    """This will count what a batch did, or in a dry run would do."""
    rows = batch.rows.counts()
    by_action: dict[str, int] = {}
    for (_kind, action), count in rows.items():
        by_action[action] = by_action.get(action, 0) + count
    return {
        "rows": batch.rows_read,
        "created": by_action.get("create", 0),
        "items": rows.get(("item", "create"), 0),
        "relationships": rows.get(("relation", "create"), 0),
        "changed": by_action.get("update", 0),
        "unchanged": batch.counts["same"],
        "dangling": by_action.get("dangling", 0),
        "reported": batch.rows.reported().count(),
    }


def _who(username: str | None, *, source: str) -> Person:
    if username:
        found = Person.objects.active().filter(username=username).first()
        if found is None:
            raise CommandError(_("There is nobody with the user name “%s”.") % username)
        return found
    code = code_of(source, "import", longest=80)
    made, is_new = Person.objects.get_or_create(username=code, defaults={"name": source, "is_active": False})
    if is_new:
        made.set_unusable_password()
        made.save(update_fields=["password"])
    return made
