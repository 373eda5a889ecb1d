"""``manage.py reporting_login``: a login for a program that reads the reporting views."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itsm.records.clock import database_now
from itsm.reporting.bi import logins


class Command(BaseCommand):
    """Makes a login, gives it a new password, or takes it away."""

    help = "Make a login bi_… for the reporting views and show its password once; --drop takes it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will take the name, how long it holds, and whether it is to go."""
        parser.add_argument("name")
        parser.add_argument("--days", type=int, default=365, help="valid for so many days")
        parser.add_argument("--drop", action="store_true", help="take the login away")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will do it."""
        try:
            if options["drop"]:
                logins.drop(options["name"])
                self.stdout.write("The login is gone.")
                return
            password = logins.make(options["name"], until=database_now() + timedelta(days=options["days"]))
        except logins.LoginRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"Login {options['name']}, password {password}; it is shown only now.")
