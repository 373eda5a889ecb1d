"""``manage.py flows``: prints the machines in the specification's shape, or draws one."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from itsm.flow import GUARDS
from itsm.flow.roles import ROLES
from itsm.records import register


class Command(BaseCommand):
    """Print or draw the state machines; needs no database."""

    help = "Print the state machines as JSON (--json) or draw one as SVG (--svg NAME)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --json and --svg."""
        parser.add_argument("--json", action="store_true", help="all machines, guards and roles as JSON")
        parser.add_argument("--svg", metavar="NAME", help="draw the flowchart of one machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write to standard output.

        :raises CommandError: if the machine is unknown or has no chart
        """
        if options["svg"]:
            flow = register.flows().get(options["svg"])
            if flow is None or flow.chart is None:
                drawn = ", ".join(key for key, each in register.flows().items() if each.chart)
                raise CommandError(f"There is no chart called {options['svg']!r}; there are: {drawn}.")
            from itsm.draw import swimlane

            self.stdout.write(swimlane(flow.chart))
            return
        self.stdout.write(json.dumps(as_json(), ensure_ascii=False, indent=2))


def as_json() -> dict[str, Any]:
    """Collect roles, guards and machines in the shape of the specification."""
    return {
        "roles": {code: words.as_json() for code, words in ROLES.items()},
        "guards": {code: {"refusal": guard.refusal.as_json()} for code, guard in GUARDS.items()},
        "machines": {key: flow.as_json() for key, flow in register.flows().items()},
    }
