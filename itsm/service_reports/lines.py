"""A promise on a report: its words, the figures that it is judged by, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from itsm.service_reports.amounts import Figure
from sla.models import Promise
from sla.settings_models import Metric

#: Promises measured on each case, in the order in which they are shown.
BY_CASE = tuple(Metric.values)


@dataclass
class Line:
    """One promise: its words, the figure that it is judged by, those beside it, and the verdict."""

    name: str
    metric: str
    target: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    met: bool | None = None
    item: tuple[str, str] = ("", "")
    words: tuple[str, str] = ("", "")
    priority: int | None = None
    kind: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self, prefix: str) -> dict[str, Any]:
        """Lay it out, figures by their keys."""
        keys = {name: f"{prefix}.{self.name}.{name}" for name in self.figures}
        return {
            "name": self.name, "metric": self.metric, "target": self.target, "figures": keys, "met": self.met,
            "item_zh": self.item[0], "item_en": self.item[1], "words_zh": self.words[0], "words_en": self.words[1],
            "priority": self.priority, "kind": self.kind,
            **self.more,
        }  # fmt: skip


def target_of(promise: Promise) -> dict[str, Any]:
    """Lay out what was promised."""
    made: dict[str, Any] = {"op": promise.bound}
    if promise.seconds is not None:
        made["seconds"] = promise.seconds
    if promise.value is not None:
        made["value"] = plain(promise.value)
    if promise.metric in BY_CASE:
        made["goal"] = plain(promise.goal_percent)
    return made


def plain(value: Decimal) -> str:
    """Write a number without idle zeros."""
    return f"{value.normalize():f}"
