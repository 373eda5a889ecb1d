"""``manage.py backup FILE``: database and attachments in one file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext

from itsm.desk import backup


class Command(BaseCommand):
    """Writes a backup."""

    help = "Write the database and all attachments to one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will ask for the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write it, while everything may go on."""
        try:
            manifest = backup.write(options["file"], at=timezone.now())
        except backup.BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            gettext("Written: %(records)s records, %(people)s people, %(files)s files.")
            % {"records": manifest["records"], "people": manifest["people"], "files": len(manifest["files"])}
        )
