"""What was edited on a change since it was last voted on, in the words of those who read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalogue.models import Service
from changes import fingerprint, material
from changes.asks import KINDS, QUESTIONS
from changes.board_models import Ballot
from changes.models import StandardTemplate
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from itsm.ui.moments import moment_text

LONGEST = 200
#: How the keys of each kind of row are put into words.
ROWS: dict[str, Callable[[Person], QuerySet[Any]]] = {
    "items": lambda person: ConfigurationItem.objects.visible_to(person),
    "not_affected": lambda person: ConfigurationItem.objects.visible_to(person),
    "services": lambda person: Service.objects.visible_to(person),
    "service_id": lambda person: Service.objects.visible_to(person),
    "requester_id": lambda person: Person.objects.all(),
    "implementer_id": lambda person: Person.objects.all(),
    "template_id": lambda person: StandardTemplate.objects.all(),
}


def edits(change: Any, *, person: Person) -> list[dict[str, str]]:
    """List what was edited since the last round that it voided, with the words before and after."""
    last = change.ballots.filter(outcome=Ballot.Outcome.VOID).order_by("-round").first()
    return compared(change, last.read, material.words_of(change), person=person) if last is not None else []


def compared(change: Any, before: Mapping[str, Any], now: Mapping[str, Any], *, person: Person) -> list[dict[str, str]]:
    """Put each field that differs into words, as it was and as it is; ``person`` reads them."""
    return [
        {"label": capfirst(fingerprint.label(change, name)), **_pair(name, before.get(name), now.get(name), person)}
        for name in fingerprint.differing(dict(before), dict(now))
    ]


def _pair(name: str, before: Any, now: Any, person: Person) -> dict[str, str]:
    names: dict[int, str] = {}
    if name in ROWS:
        rows = ROWS[name](person).filter(pk__in={*_keys(before), *_keys(now)}).order_by("pk")
        names = {row.pk: _name(row) for row in rows}
    return {"before": said(name, before, names), "now": said(name, now, names)}


def _keys(value: Any) -> list[int]:
    return [value] if isinstance(value, int) else list(value or ())


def said(name: str, value: Any, names: Mapping[int, str]) -> str:
    """Put one value into words, at most 200 characters; ``names`` are those of the rows that it names."""
    if value in (None, "", [], {}):
        return "—"
    if name in ROWS:
        return _joined(names.get(key, _("(not shown)")) for key in _keys(value))
    if name == "risk_answers":
        return _joined(f"{QUESTIONS[code]} {points}" for code, points in sorted(value.items()) if code in QUESTIONS)
    if name == "reason_kind":
        return next((str(choice.label) for choice in KINDS if choice.value == value), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name.startswith("window_"):
        return moment_text(datetime.fromisoformat(value))
    return str(value)[:LONGEST]


def _joined(words: Any) -> str:
    return _(", ").join(str(word) for word in words)[:LONGEST]


def _name(row: Any) -> str:
    return f"{row.number} {row.title}" if isinstance(row, ConfigurationItem) else str(row)
