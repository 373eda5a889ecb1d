"""``manage.py handbook``: the pages of docs/handbook, written from the flow tables."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from itsm.reporting import handbook as kpi_handbook

STATES = "\n| state | 狀態 | phase | clock |\n|---|---|---|---|\n"
MOVES = "\n| step | 步驟 | from | to | who | asks for | guards |\n|---|---|---|---|---|---|---|\n"


class Command(BaseCommand):
    """Writes one page for each process, so that the handbook says what the program does."""

    help = "Write the handbook's pages from the flow tables."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """This will offer another folder."""
        parser.add_argument("--to", type=Path, default=settings.BASE_DIR / "docs" / "handbook")

    def handle(self, *args: Any, **options: Any) -> None:
        """This will write the pages."""
        printed = StringIO()
        call_command("flows", "--json", stdout=printed)
        found = json.loads(printed.getvalue())
        folder: Path = options["to"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, machine in found["machines"].items():
            (folder / f"{name}.md").write_text("".join(page(machine, found["guards"])))
        (folder / "kpis.md").write_text(kpi_handbook.page())


def page(machine: dict[str, Any], guards: dict[str, Any]) -> Iterator[str]:
    """This will write one process: its states, its steps, and what refuses them."""
    title = machine["title"]
    yield f"# {title['en']} · {title['zh_hant']}\n\nWritten by `manage.py handbook` from the flow table; change that.\n"
    yield f"\nBegins at `{machine['initial']}`, ends at {marked(machine['final'])}.\n\n## States · 狀態\n{STATES}"
    for code, state in machine["states"].items():
        yield f"| {state['en']} (`{code}`) | {state['zh_hant']} | {state['phase']} | {state['clock']} |\n"
    yield f"\n## Steps · 步驟\n{MOVES}"
    for code, row in machine["transitions"].items():
        needed = [item["name"] for item in row["inputs"] if item["required"]]
        cells = [f"{row['en']} (`{code}`)", row["zh_hant"], marked(row["from"]), target(row["to"])]
        cells += [", ".join(row["roles"]), marked(needed), marked(row["guards"])]
        yield f"| {' | '.join(cells)} |\n"
    named = sorted({name for row in machine["transitions"].values() for name in row["guards"]})
    if named:
        yield "\n## Guards · 條件\n\n"
        yield from (f"- `{name}`: {words(guards.get(name, {}))}\n" for name in named)


def marked(names: list[str]) -> str:
    """This will write names as code."""
    return ", ".join(f"`{name}`" for name in names)


def target(to: Any) -> str:
    """This will write where a step leads; some lead back to where the case was held."""
    return f"`{to}`" if isinstance(to, str) else marked(list(to)) if to else "as before"


def words(guard: dict[str, Any]) -> str:
    """This will write in both languages what a guard says when it refuses."""
    refusal = guard.get("refusal", {})
    return f"{refusal.get('en', '')} {refusal.get('zh_hant', '')}".strip()
