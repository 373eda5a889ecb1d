"""What the form of a request shows beside it while it is being written: class, risk, lead time, conflicts, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from changes import access, choosing, classes, scope, scoring
from changes.asks import TRIGGERS
from changes.flow import CHANGE
from changes.models import Change
from changes.scope import Subject
from itsm.flow import Move
from itsm.people.models import Person
from itsm.records.perform import objections

#: Who decides on a change of each class.
DECIDES = {"minor": ("change_manager",), "major": ("cab",), "emergency": access.EMERGENCY}


def imagine(change: Change | None, given: Mapping[str, Any], *, person: Person, at: datetime) -> Change:
    """Make the change as it would be with what was typed, without keeping it; a template is typed as its code."""
    made = change or Change(kind="change", requester=person, asked_by=person, state="draft", received_at=at)
    names = {field.name for field in Change._meta.concrete_fields}
    for name, value in given.items():
        if name in names and name not in ("state", "phase", "template"):
            setattr(made, name, value)
    return made


def points_of(given: Mapping[str, Any]) -> dict[str, int]:
    """Read the answers of the risk that were given."""
    return {name: int(value) for name, value in given.items() if name.startswith("risk_") and value}


def ticked(given: Mapping[str, Any]) -> list[str]:
    """Name the triggers that were ticked."""
    return [code for code in TRIGGERS if given.get(f"trigger_{code}")]


def subject_of(change: Change, *, items: Iterable[Any] | None, services: Iterable[Any] | None, kind: str) -> Subject:
    """Give what the request is about: the scope that is typed, or where none is, the one that is kept."""
    if items is None and services is None:
        return scope.subject_of(change)
    kept = scope.subject_of(change) if change.pk else Subject()
    named = [item.pk for item in items] if items is not None else kept.items
    touched = {row.pk for row in services} if services is not None else set(kept.services)
    own = {change.service_id} if change.service_id else set()
    return scope.named(change.pk or 0, items=named, services=touched | own, is_emergency=kind == "emergency")


def look(
    change: Change, given: Mapping[str, Any], *, kind: str, person: Person, at: datetime, subject: Subject | None = None
) -> dict[str, Any]:
    """Collect what the panel shows; ``kind`` is normal, standard or emergency, ``subject`` what the typed scope is about."""
    points = points_of(given) or change.risk_answers
    found = classes.judge(change, points, ticked(given), agreed=change.agreed_risk or 0)
    name = found.change_class if kind == "normal" else kind
    start, end = change.window_start, change.window_end
    earliest = classes.earliest_start(name, at=at)
    return {
        "change": change,
        "class_code": name,
        "class_label": Change.ChangeClass(name).label,
        "fired": scoring.fired(found.basis) if kind == "normal" else [],
        "score": found.score,
        "band": scoring.band_words(found.score),
        "agreed": change.agreed_risk,
        "rows": scoring.rows(change, points, at=at) if kind == "normal" else [],
        "lead_days": classes.lead_days(name),
        "earliest": earliest,
        "too_short": bool(start and start < earliest),
        "chosen": choosing.weigh(
            subject or scope.subject_of(change),
            start,
            end,
            implementer_id=change.implementer_id,
            after=max(at, earliest),
        ),
        "asks_window": kind != "emergency" and change.actual_start is None,
        "missing": _missing(change, given, kind=kind, person=person, at=at),
        "deciders": access.eligible(change, *DECIDES[name]) if name in DECIDES else [],
        "decides": name in DECIDES,
    }


def _missing(change: Change, given: Mapping[str, Any], *, kind: str, person: Person, at: datetime) -> list[str]:
    name = {"standard": "submit_standard", "emergency": "submit_emergency"}.get(kind, "submit")
    row = CHANGE.transitions[name]
    told = {item.name: given.get(item.name) for item in row.inputs if given.get(item.name) not in (None, "")}
    wanted = [
        str(item.label)
        for item in row.inputs
        if item.required and item.name not in told and not getattr(change, item.name, None)
    ]
    return wanted + objections(change, row, move=Move(name, person, at, inputs=told), offering=False)
