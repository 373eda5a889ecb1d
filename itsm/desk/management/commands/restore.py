"""``manage.py restore FILE``: puts a backup in the place of what is here."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext

from itsm.desk import backup


class Command(BaseCommand):
    """Restores a backup."""

    help = "Replace the database and the attachments by those of a backup; stop web, worker and beat before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will ask for the file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--force", action="store_true", help="although there are cases or people already")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will restore it, and bring an older backup to the tables of today."""
        try:
            manifest = backup.restore(options["file"], force=options["force"])
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(
            gettext("Restored: %(records)s records, %(people)s people, %(files)s files.")
            % {"records": manifest["records"], "people": manifest["people"], "files": len(manifest["files"])}
        )
