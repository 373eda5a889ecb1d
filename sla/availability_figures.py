"""The figures of a period as plain values in a fixed order: what REST gives, what is issued, and what is compared."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from itsm.hours.availability import Figure, shown
from itsm.hours.instants import moment
from sla import claims
from sla.availability import Availability, Followed, Row, users_of

#: The figures whose change makes a difference between two issues, in the order in which they are told.
COMPARED = (
    "agreed_s", "down_s", "raw_agreed_s", "raw_down_s", "shown", "raw_shown", "target", "met", "failures", "mtrs_s", "mtbf_s",
    "mttr_s", "degraded_s", "own", "outages", "claims",
)  # fmt: skip
#: Figures that are rows, and what names a row.
OF_ROWS: dict[str, tuple[str, ...]] = {"own": ("period", "start"), "outages": ("id",), "claims": ("id",)}


def figures(found: Availability) -> dict[str, Any]:
    """Lay out everything that an issue keeps: seconds are whole, ratios exact, percentages cut off."""
    left, target = found.budget, found.terms.target
    return {
        "service": found.service.code,
        "start": found.start.isoformat(),
        "end": found.end.isoformat(),
        "until": found.until.isoformat(),
        "mode": found.mode,
        "agreement": found.terms.agreement,
        "edition": found.terms.edition,
        "calendar": f"{found.terms.calendar.code}/{found.version.number}",
        **_figure(found.adjusted, ""),
        **_figure(found.raw, "raw_"),
        "judged": exact(found.ratio),
        "judged_shown": shown(found.ratio),
        "target": None if target is None else shown(target),
        "met": found.met,
        "budget_s": None if left is None else exact(left.allowed),
        "budget_left_s": None if left is None else exact(left.left),
        "planned_s": found.raw.agreed - found.adjusted.agreed if found.mode == "deduct" else None,
        "degraded_s": found.degraded_seconds,
        "weighted": exact(found.weighted),
        "weighted_shown": shown(found.weighted),
        "user_weighted_shown": shown(found.user_weighted(users=users_of(found.service))),
        **_means(found),
        "caps": {
            name: {"reached": cap.reached, "allowed": cap.allowed, "kept": cap.kept} for name, cap in found.caps.items()
        },
        "items": [
            {"name_zh": item.name_zh, "name_en": item.name_en, **_figure(figure, "")} for item, figure in found.items
        ],
        "own": [_own(one) for one in found.own],
        "promised": _promised(found),
        "provisional": found.reasons,
        "outages": [_row(row) for row in found.rows],
        "claims": [claims.facts(claim) for claim in (*found.claims, *found.undecided)],
    }


def _means(found: Availability) -> dict[str, Any]:
    means = found.reliability
    return {
        "failures": means.failures,
        "mttr_s": exact(means.mttr),
        "mtrs_s": exact(means.mtrs),
        "mtbf_s": exact(means.mtbf),
        "mtbsi_s": exact(means.mtbsi),
    }


def _own(one: Followed) -> dict[str, Any]:
    """Lay out what is promised for another period: that period as far as it is reckoned, and what came of it."""
    found, left, target = one.found, one.found.budget, one.found.terms.target
    return {
        "period": one.told.period, "start": one.told.start.isoformat(), "end": one.told.end.isoformat(),
        "until": found.until.isoformat(), "over": one.told.is_over, **_figure(found.adjusted, ""),
        "judged": exact(found.ratio), "judged_shown": shown(found.ratio), "target": None if target is None else shown(target),
        "met": one.met, "budget_s": None if left is None else exact(left.allowed),
        "budget_left_s": None if left is None else exact(left.left),
        "caps": {
            name: {"reached": cap.reached, "allowed": cap.allowed, "kept": kept} for name, (cap, kept) in one.caps.items()
        },
    }  # fmt: skip


def _promised(found: Availability) -> dict[str, Any]:
    """Add up what was judged with this period: its own target, and those of the periods that ended in it."""
    judged = [found, *(one.found for one in found.own if one.told.is_over)]
    verdicts = {one.met for one in judged} - {None}
    budgets = [(one.budget.allowed, one.adjusted.down) for one in judged if one.budget is not None]
    return {
        "met": False not in verdicts if verdicts else None,
        "allowed_s": exact(sum((allowed for allowed, _down in budgets), Fraction(0))) if budgets else None,
        "down_s": sum(down for _allowed, down in budgets),
    }


def exact(value: Fraction | None) -> str | None:
    """Write a fraction as ``numerator/denominator``, or as a whole number."""
    return None if value is None else str(value)


def canonical(values: dict[str, Any]) -> str:
    """Write figures so that equal figures are equal texts."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, Any]]:
    """List what two issues say differently: name, before, after; rows by what was added, taken away or altered."""
    found = []
    for name in COMPARED:
        if name in OF_ROWS:
            found += _rows_differ(name, old.get(name) or [], new.get(name) or [], key=OF_ROWS[name])
        elif old.get(name) != new.get(name):
            found.append({"name": name, "before": old.get(name), "after": new.get(name)})
    return found


def _rows_differ(
    name: str, old: list[dict[str, Any]], new: list[dict[str, Any]], *, key: tuple[str, ...]
) -> list[dict[str, Any]]:
    before, after = ({_key(row, key): row for row in rows} for rows in (old, new))
    return [
        {"name": name, "id": which, "before": before.get(which), "after": after.get(which)}
        for which in sorted(before.keys() | after.keys())
        if before.get(which) != after.get(which)
    ]


def _key(row: dict[str, Any], names: tuple[str, ...]) -> Any:
    return row[names[0]] if len(names) == 1 else " ".join(str(row[name]) for name in names)


def _figure(figure: Figure, prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}agreed_s": figure.agreed,
        f"{prefix}down_s": figure.down,
        f"{prefix}ratio": exact(figure.ratio),
        f"{prefix}shown": shown(figure.ratio),
    }


def _row(row: Row) -> dict[str, Any]:
    outage = row.outage
    return {
        "id": outage.pk,
        "kind": outage.kind,
        "source": outage.source,
        "started_at": outage.started_at.isoformat(),
        "ended_at": outage.ended_at.isoformat() if outage.ended_at else None,
        "planned": [[moment(start).isoformat(), moment(end).isoformat()] for start, end in row.planned],
        "charged_s": row.charged,
    }
