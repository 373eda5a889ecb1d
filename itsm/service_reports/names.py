"""What a number of a report is called, in words: a reader meets its name, never its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.service_reports.document import COMMENTARY
from itsm.service_reports.wording import Era, promise
from sla.workload import limit_words

Kept = dict[str, Any]
#: What stands in the place of the code of a service in the key of a number that is of no single one.
WHOLE = "all"


def name_of(one: Kept) -> str:
    """Name the service."""
    return pick(one["zh"], one["en"])


def names(kept: Kept, era: Era) -> dict[str, str]:
    """Name every figure that the document points to, by its key."""
    found = {key: label for name, key in kept["summary"].items() if (label := SUMMARY.get(name, lambda: "")())}
    for limit in kept.get("workload", ()):
        found |= {limit["figure"]: f"{limit['agreement']} · {limit_words(limit)}"} if limit["figure"] else {}
    for one in kept["services"]:
        found |= {key: f"{name_of(one)} · {label}" for key, label in _of_service(one, era)}
    return found


def lost_name(kept: Kept, key: str) -> str:
    """Name a figure that the document does not point to any more: its service and kind."""
    code, _dot, rest = key.partition(".")
    service = next((name_of(one) for one in kept["services"] if one["code"] == code), code)
    kind, _dot, _which = rest.partition(".")
    if code == WHOLE:
        return KINDS.get(kind, lambda: _("The whole report"))()
    if kind == COMMENTARY:
        return f"{service} · {_('Commentary')}"
    return f"{service} · {KINDS.get(kind, lambda: _('Promises'))()}"


def promised(kept: Kept, key: str) -> str:
    """Name a promise by its key: the code of its service and its own name."""
    code, _dot, own = key.partition(".")
    for one in kept["services"]:
        for line in one["lines"]:
            if (one["code"], line["name"]) == (code, own):
                return f"{name_of(one)} · {promise(line)}"
    return lost_name(kept, key)


def _of_service(one: Kept, era: Era) -> Iterator[tuple[str, str]]:
    for line in one["lines"]:
        for part, key in line["figures"].items():
            yield key, f"{promise(line)} · {PARTS.get(part, PARTS['result'])()}"
    for part, key in one["beside"].items():
        yield key, BESIDE[part]()
    for point in one["trend"]:
        if point["figure"]:
            yield point["figure"], f"{KINDS['trend']()} · {era.short(point['period'])}"
    for trend in one.get("trends", ()):
        named = ((point["figure"], era.short(point["period"])) for point in trend["points"] if point["figure"])
        yield from ((key, f"{promise(trend)} · {KINDS['trends']()} · {period}") for key, period in named)
    yield from _of_rows(one, era)


def _of_rows(one: Kept, era: Era) -> Iterator[tuple[str, str]]:
    for kind, rows in (("outage", "breaches"), ("claim", "exclusions"), ("planned", "planned")):
        known = (row for row in one[rows] if row["figure"])
        yield from ((row["figure"], f"{KINDS[kind]()} · {_which(row, era)}") for row in known)
    for plan in one["maintenance"]:
        yield plan["figure"], f"{KINDS['maintenance']()} · {pick(plan['subject_zh'], plan['subject_en'])}"


def _which(row: Kept, era: Era) -> str:
    return row.get("number") or era.moment(row["from"])


SUMMARY = {
    "services": lambda: _("Services"), "missed": lambda: _("Promises missed"), "breaches": lambda: _("Outages and late cases"),
    "complaints": lambda: _("Complaints"), "mark": lambda: _("Satisfaction (of 5)"), "answers": lambda: _("Answers"),
    "unplaced": lambda: _("Complaints about no service"),
}  # fmt: skip
PARTS = {
    "result": lambda: _("Result"), "raw": lambda: _("Raw value"), "deducted": lambda: _("Taken out"), "left": lambda: _("Left to lose"),
    "uses": lambda: _("Uses of the stand-by"), "on_time": lambda: _("Issued in time"), "late": lambda: _("Issued late"),
    "missing": lambda: _("Due and not issued"), "done": lambda: _("Done as planned"), "missed": lambda: _("Not done"),
    "here": lambda: _("In the reported period"), "moved": lambda: _("Done on another day"), "announced": lambda: _("Announced in time"),
}  # fmt: skip
BESIDE = {
    "received": lambda: _("Cases received"), "complaints": lambda: _("Complaints"), "csat": lambda: _("Satisfied (4 or 5 of 5)"),
    "mark": lambda: _("Mean mark (of 5)"), "answers": lambda: _("Answers (n)"), "reopened": lambda: _("Reopened"),
    "silent": lambda: _("Closed without an answer"),
}  # fmt: skip
KINDS = {
    "outage": lambda: _("Outages and late cases"), "over": lambda: _("Outages and late cases"), "claim": lambda: _("Excluded time"),
    "planned": lambda: _("Planned work"), "maintenance": lambda: _("Scheduled maintenance"),
    "trend": lambda: _("Availability over 13 periods"), "trends": lambda: _("Trend"),
    "workload": lambda: _("Workload"),
    "beside": lambda: _("Beside the results: what users lived"),
}  # fmt: skip
