"""The figures of a period as plain values in a fixed order: what REST gives, what is issued, and what is compared."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from itsm.hours.availability import Figure, shown
from itsm.hours.instants import moment
from sla import claims
from sla.availability import Availability, Row, users_of

#: The figures whose change makes a difference between two issues, in the order in which they are told.
COMPARED = (
    "agreed_s", "down_s", "raw_agreed_s", "raw_down_s", "shown", "raw_shown", "target", "met", "failures", "mtrs_s", "mtbf_s",
    "mttr_s", "degraded_s", "outages", "claims",
)  # fmt: skip


def figures(found: Availability) -> dict[str, Any]:
    """Lay out everything that an issue keeps: seconds are whole, ratios exact, percentages cut off."""
    means, left, target = found.reliability, found.budget, found.terms.target
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
        "failures": means.failures,
        "mttr_s": exact(means.mttr),
        "mtrs_s": exact(means.mtrs),
        "mtbf_s": exact(means.mtbf),
        "mtbsi_s": exact(means.mtbsi),
        "caps": {
            name: {"reached": cap.reached, "allowed": cap.allowed, "kept": cap.kept} for name, cap in found.caps.items()
        },
        "items": [
            {"name_zh": item.name_zh, "name_en": item.name_en, **_figure(figure, "")} for item, figure in found.items
        ],
        "provisional": found.reasons,
        "outages": [_row(row) for row in found.rows],
        "claims": [claims.facts(claim) for claim in (*found.claims, *found.undecided)],
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
        if old.get(name) == new.get(name):
            continue
        if name in ("outages", "claims"):
            found += _rows_differ(name, old.get(name) or [], new.get(name) or [])
        else:
            found.append({"name": name, "before": old.get(name), "after": new.get(name)})
    return found


def _rows_differ(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    before, after = ({row["id"]: row for row in rows} for rows in (old, new))
    return [
        {"name": name, "id": key, "before": before.get(key), "after": after.get(key)}
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


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
