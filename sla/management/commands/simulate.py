"""`manage.py simulate [DRAFT.json]`: walks past records under a draft of terms and prints what would have come out."""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from itsm.records.clock import database_now, whole
from sla.simulation import running
from sla.simulation.clock import UNMEASURED
from sla.simulation.draft import BadDraft
from sla.simulation_models import SimulationResult, SimulationRun

HEADER = (
    "number", "source_number", "metric", "cycle", "month", "priority", "base", "drafted", "base_used", "draft_used", "draft_target",
)  # fmt: skip


class Command(BaseCommand):
    """Runs a simulation here and now."""

    help = "Walk past records under a draft of terms; without a draft, under the terms in force. Prints the figures as JSON."
    requires_system_checks = ("models",)  # routes are not needed here

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the draft, a name, and where to write every result."""
        parser.add_argument("draft", nargs="?", help="file with the draft as JSON; - reads standard input")
        parser.add_argument("--title", default="", help="name of the run")
        parser.add_argument("--rows", help="file to write every result to, as CSV")
        parser.add_argument("--json", action="store_true", help="on one line, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it to its end.

        :raises CommandError: if the draft cannot be run
        """
        began = time.monotonic()
        run = self._run(options)
        if options["rows"]:
            self._write(run, Path(options["rows"]))
        found = {
            "run": run.pk,
            "records": run.total,
            "seconds": round(time.monotonic() - began, 2),
            "figures": run.figures,
        }
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=None if options["json"] else 1))

    def _run(self, options: dict[str, Any]) -> SimulationRun:
        at = whole(database_now())
        try:
            run = running.ask(title=options["title"], draft=self._draft(options["draft"]), by=None, at=at)
            done = running.finish(run, at=at)
        except (BadDraft, json.JSONDecodeError, OSError) as refused:
            raise CommandError(str(refused)) from refused
        if done.state != SimulationRun.State.FINISHED:
            raise CommandError(done.sentence or _("The simulation was cancelled."))
        return done

    def _draft(self, place: str | None) -> Any:
        if place is None:
            return {}
        return json.loads(sys.stdin.read() if place == "-" else Path(place).read_text())

    def _write(self, run: SimulationRun, path: Path) -> None:
        rows = SimulationResult.objects.filter(run=run).exclude(metric=UNMEASURED).order_by("record", "metric", "cycle")
        named = ["record__number", "record__ticket__source_number", *HEADER[2:]]
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(rows.values_list(*named).iterator(chunk_size=5000))
