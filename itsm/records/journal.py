"""Writing the journal: one row for everything that happens to a record."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models

from itsm.flow import Flow, Move
from itsm.records.models import Event

Plain = str | int | float | bool | None | list[Any] | dict[str, Any]


def plain(value: Any) -> Plain:
    """Turn an input into what JSON can hold: rows become their id and text, times ISO 8601."""
    if isinstance(value, models.Model):
        return {"id": value.pk, "text": str(value)}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, models.QuerySet)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def write(
    record: Any, *, kind: str, name: str, move: Move, reason: str = "", public: bool = False, **facts: Any
) -> Event:
    """Write one line of the journal of ``record`` about ``move``."""
    return Event.objects.create(
        record_id=record.pk,
        kind=kind,
        name=name,
        actor=move.by,
        on_behalf_of=move.on_behalf_of,
        channel=move.channel,
        at=move.at,
        reason=reason,
        facts=plain(facts),
        is_public=public,
    )


def write_move(record: Any, *, flow: Flow, move: Move) -> Event:
    """Write the line of a transition: from, to, what was given and why."""
    given = {name: value for name, value in move.inputs.items() if name != "reason" and value not in (None, "")}
    return Event.objects.create(
        record_id=record.pk,
        kind=Event.Kind.MOVE,
        name=move.name,
        machine=flow.key,
        source=move.source,
        target=move.target,
        actor=move.by,
        on_behalf_of=move.on_behalf_of,
        channel=move.channel,
        at=move.at,
        reason=str(move.given("reason", "")),
        facts=plain(given),
        is_public=True,
    )
