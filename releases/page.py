"""What the pages of a release and of a deployment show beside what all records have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from itsm.flow.roles import STAFF
from itsm.records import register
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.roles import roles_on
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from releases import configured, reading, services
from releases.deployment_flow import DEPLOYMENT


def release_page(record: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Collect changes, contents, acceptance, deployments by wave, gates, early life and what differs."""
    roles = roles_on(record, person=person)
    works = bool(roles & register.workers(record))
    read = reading.waves(record)
    stops = reading.stops(record, read)
    first = next((row for wave in read for row in wave.rows), None)
    acting = roles_on(first, person=person) if first is not None else set()
    waves = [(wave, [_target(row, acting, stops) for row in wave.rows]) for wave in read]
    rows = [row for _wave, targets in waves for row in targets]
    gates = reading.gates_of(record)
    return {
        "changes": [_linked(change) for change in reading.changes_of([record]).get(record.pk, [])],
        "fixed": [_linked(register.load(row)) for row in linked(record, kind=LinkKind.FIXES_PROBLEM).records],
        "contents": list(record.contents.select_related("item").order_by("pk")),
        "criteria": list(record.criteria.select_related("signed_by").order_by("pk")),
        "gates": gates,
        "gates_open": sum(gate.is_open for gate in gates),
        "waves": waves,
        "targets_all": len(rows),
        "targets_done": sum(row["record"].phase == "done" for row in rows),
        "targets_failed": [row["record"].target_name for row in rows if row["record"].state == "failed"],
        "caused": _incidents(record, person),
        "differences": configured.differences(record, person=person) if record.actual_start else [],
        "unwritten": configured.unwritten(record) if record.state == "post_review" else [],
        "watched": record.early_life_until is not None and at < record.early_life_until,
        "media": list(record.media.order_by("pk")),
        "baselines": list(record.baselines.order_by("pk")),
        "may_baseline": works and record.state in services.BASELINING and bool(configured.items_of(record)),
        "may_extend": services.may_extend(record, person),
        "may_plan": works and record.state in services.PLANNING,
        "may_target": works and record.state in services.TARGETING,
        "may_sign": bool(roles & STAFF) and record.state in services.PLANNING and person.pk != record.implementer_id,
    }  # fmt: skip


def _target(row: Any, roles: Collection[str] = (), stops: Mapping[int, str] | None = None) -> dict[str, Any]:
    """Lay one deployment out with the moves of who looks; one that may not begin says why, without asking for each row."""
    moves = [move for move in DEPLOYMENT.leaving(row.state) if set(move.roles) & set(roles)]
    why = (stops or {}).get(row.pk, "")
    return {
        "record": row,
        "url": page_of(row),
        "state": DEPLOYMENT.states[row.state],
        "here": f"/t/{row.number}",
        "moves": [{"move": move, "why": why if move.name in ("begin", "retry") else ""} for move in moves],
    }


def _linked(record: Any) -> dict[str, Any]:
    return {"record": record, "url": page_of(record), "state": register.process_of(record).flow.states[record.state]}


def _incidents(record: Any, person: Any) -> list[dict[str, Any]]:
    keys = list(reading.incidents_after(record).values_list("pk", flat=True)[:50])
    rows = Ticket.objects.visible_to(person).filter(pk__in=keys).order_by("received_at", "pk")
    return [_linked(row) for row in rows]


def deployment_page(record: Any, *, person: Any, at: datetime) -> dict[str, Any]:
    """Collect the release that the deployment belongs to, and the others of its wave."""
    release = record.release
    beside = release.deployments.filter(wave=record.wave).exclude(pk=record.pk).order_by("pk")[:20]
    return {
        "release": _linked(release),
        "beside": [_target(row) for row in beside],
        "item": record.target if record.target_id else None,
    }
