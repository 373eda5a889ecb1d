"""`manage.py availability`: questions about availability on standard input, answers on standard output, no database."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from itsm.hours.availability_cases import answer


class Command(BaseCommand):
    """Answers one JSON case a line with agreed seconds, seconds down, and the exact ratio."""

    help = "Answers availability cases: one JSON object a line on standard input, one answer a line on standard output."
    requires_system_checks = ()  # nothing here needs the database or the routes

    def handle(self, *args: Any, **options: Any) -> None:
        """This will answer every line that is not blank, in the order asked."""
        for line in sys.stdin:
            if line.strip():
                self.stdout.write(json.dumps(answer(line)))
