"""`manage.py import_calendar CODE FILE`: holidays of a year from a CSV or iCalendar file, as the next version."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.hours.intake import import_days, read_file
from itsm.hours.models import Calendar
from itsm.hours.services import spoken
from itsm.hours.windows import BadHours


class Command(BaseCommand):
    """Publishes a calendar with the days of a file, or only tells what is wrong with the file."""

    help = "Imports special days (CSV: date,windows,kind,name_zh,name_en[,county]; or iCalendar) as the next version."

    def add_arguments(self, parser: CommandParser) -> None:
        """This will ask for the calendar's code and the file."""
        parser.add_argument("code", help="code of the calendar, for example taiwan-office")
        parser.add_argument("file", help="CSV or iCalendar file in UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="read and report, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will read the file, report every wrong line, and publish when none is wrong.

        :raises CommandError: if the calendar or the file is missing, or a line is wrong
        """
        calendar = Calendar.objects.with_current().filter(code=options["code"]).first()
        if calendar is None:
            raise CommandError(_("There is no calendar “%s”.") % options["code"])
        text = _text_of(options["file"])
        found = read_file(text, calendar=calendar)
        for error in found.errors:
            self.stderr.write(str(error))
        if found.errors:
            raise CommandError(_("Nothing was imported: correct these lines first."))
        if options["dry_run"]:
            self.stdout.write(_("%s days read, nothing written.") % len(found.days))
            return
        try:
            version = import_days(calendar, text=text, by_name="", at=timezone.now(), reason=_("import of days"))
        except BadHours as bad:
            raise CommandError(spoken(bad)) from bad
        self.stdout.write(
            _("%(count)s days read; version %(number)s is in force.")
            % {"count": len(found.days), "number": version.number}
        )


def _text_of(path: str) -> str:
    """This will read the text of a file.

    :raises CommandError: if it cannot be read as text
    """
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as trouble:
        raise CommandError(_("The file cannot be read: %s") % trouble) from trouble
