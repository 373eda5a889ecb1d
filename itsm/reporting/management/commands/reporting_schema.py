"""``manage.py reporting_schema``: the description of the reporting views, written from their definitions."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from itsm.reporting.bi.describing import described


class Command(BaseCommand):
    """Writes docs/reporting_schema.md."""

    help = "Write the description of the reporting views."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will offer another file."""
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "reporting_schema.md")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write it."""
        options["to"].write_text(described())
