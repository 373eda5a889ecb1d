"""``manage.py demo_logins``: who may be signed in as while the demo is loaded."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from itsm.demo.organisation import PASSWORD
from itsm.demo.personas import PERSONAS, may_switch
from itsm.people.models import Person


class Command(BaseCommand):
    """Prints the demo's user names and their password; nothing where the demo is not offered."""

    help = "Print the demo logins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line for each persona that is here."""
        if not may_switch():
            return
        here = set(Person.objects.active().filter(is_demo=True).values_list("username", flat=True))
        rows = [one for one in PERSONAS if one.username in here]
        if rows:
            self.stdout.write(f"Demo logins, all with the password {PASSWORD}")
        for one in rows:
            self.stdout.write(f"  {one.username:<10} {one.name} ({one.role})")
