"""What the page of an item shows beside what every record's page has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from configuration import access, far, field_values, impact, schema, sensitive, served, words
from configuration.models import Correction

if TYPE_CHECKING:
    from itsm.people.models import Person


def page(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect facts, relationships, impact, open corrections, and what the person may do."""
    known = schema.present()
    down, up = impact.walk(record.pk), impact.walk(record.pk, down=False)
    stale = record.last_verified_at is None or at - record.last_verified_at > timedelta(
        days=known.classes[record.ci_class_id].stale_days
    )
    return {
        "ci_class": known.classes[record.ci_class_id],
        "line": [known.classes[key].name for key in reversed(known.lines[record.ci_class_id])],
        "facts": words.facts(record, unread=sensitive.hidden(person, record.ci_class_id)),
        "beside": words.beside(record),
        "services": served.touched(down, person=person),
        "down": _summary(down),
        "up": _summary(up),
        "corrections": _in_words(sensitive.corrections(_corrections(record), person), record.ci_class_id),
        "stale": stale,
        "keeps": access.keeps(person),
        "change_address": far.change_address(record.number),
        "work": far.answers.work([record.pk], person, at),
    }


def _summary(found: impact.Impact) -> dict[str, Any]:
    counted: dict[str, int] = {"down": 0, "degraded": 0, "at_risk": 0}
    for row in found.others:
        counted[row.standing] += 1
    return {"count": len(found.others), "cut": found.cut, **counted}


def _in_words(rows: list[Correction], class_id: int) -> list[dict[str, Any]]:
    """Give each correction with the words of the field that it is about; empty where it names none."""
    return [
        {"row": row, "label": field_values.label_of(row.field, class_id=class_id) if row.field else ""} for row in rows
    ]


def _corrections(record: Any) -> list[Correction]:
    return list(Correction.objects.open().filter(item=record).select_related("raised_by").order_by("pk")[:20])
