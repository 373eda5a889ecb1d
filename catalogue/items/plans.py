"""The plan of an item's tasks: steps one after another, tasks of one step beside each other, each with its target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

MOST, LONGEST, MOST_STEPS = 60, 160, 20


@dataclass(frozen=True)
class PlannedTask:
    """One task; those of the same step run beside each other, the next step waits for all of them."""

    title_zh: str
    title_en: str
    step: int = 1
    target_seconds: int | None = None
    mandatory: bool = True


def read(rows: Iterable[Any]) -> tuple[PlannedTask, ...]:
    """Read a plan as it is stored: objects, or pairs of titles that all run beside each other."""
    return tuple(_task(row) for row in rows)


def _task(row: Any) -> PlannedTask:
    if isinstance(row, (list, tuple)):
        return PlannedTask(str(row[0]), str(row[1]) if len(row) > 1 else "")
    return PlannedTask(
        str(row["zh"]), str(row.get("en", "")), int(row.get("step") or 1), row.get("target_seconds"), bool(row.get("mandatory", True))
    )  # fmt: skip


def first_step(tasks: Sequence[PlannedTask]) -> int:
    """Tell with which step the work begins."""
    return min((task.step for task in tasks), default=1)


def faults(tasks: Sequence[PlannedTask]) -> list[str]:
    """List what is wrong with a plan."""
    said = []
    if len(tasks) > MOST:
        said.append(gettext("A plan has at most %(most)s tasks.") % {"most": MOST})
    for number, task in enumerate(tasks, 1):
        if not task.title_zh.strip() or max(len(task.title_zh), len(task.title_en)) > LONGEST:
            said.append(gettext("Task %(number)s: the title has 1 to 160 characters.") % {"number": number})
        if not 1 <= task.step <= MOST_STEPS:
            said.append(gettext("Task %(number)s: the step lies between 1 and 20.") % {"number": number})
        if task.target_seconds is not None and task.target_seconds <= 0:
            said.append(gettext("Task %(number)s: the target is more than nothing.") % {"number": number})
    return said
