"""Items in use that a new one may already be: by the identification rules of its class, and by a name that is nearly the same.

Asked while somebody types, so that each question reads an index; marks that differ in more than blanks at their ends and
in their case are found by the nightly look at duplicates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q
from django.utils.translation import gettext

from configuration import field_values, schema, sensitive
from configuration.flow import CI
from configuration.models import ConfigurationItem
from configuration.reconciling import IGNORED, said
from configuration.services import FIELDS

if TYPE_CHECKING:
    from itsm.flow import State
    from itsm.people.models import Person

#: How many are named; how many names are looked at; how short a name tells nothing; from where on two are nearly the same.
MOST, LOOKED_AT, SHORTEST, NEAR = 5, 200, 3, 0.85
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Alike:
    """An item that may be meant, and why."""

    item: ConfigurationItem
    why: str

    @property
    def state(self) -> State:
        """Its state, as lists draw it."""
        return CI.states[self.item.state]


def alike(class_id: int, values: Values, *, person: Person) -> list[Alike]:
    """List the items of the class's kin that the rules take for the same, in the order of the rules, then those of a close name.

    ``values`` are fields and attributes as they would be written. A rule over what the person does not read is left out.
    """
    unread = sensitive.hidden(person, class_id)
    known = schema.present()
    seen = ConfigurationItem.objects.visible_to(person).in_use().filter(ci_class__in=known.kin(class_id))
    found: dict[int, Alike] = {}
    for rule in known.identity(class_id):
        if unread.isdisjoint(rule) and (asked := _same(rule, values)) is not None:
            why = gettext("the same %(marks)s") % {"marks": _words(rule, class_id)}
            _add(found, seen.filter(asked).order_by("pk")[:MOST], why)
    title = said(values.get("title"))
    if len(title) >= SHORTEST and len(found) < MOST:
        _add(found, _close(seen, title), gettext("nearly the same name"))
    return list(found.values())[:MOST]


def _add(found: dict[int, Alike], rows: Iterable[ConfigurationItem], why: str) -> None:
    for item in rows:
        found.setdefault(item.pk, Alike(item, why))


def _words(rule: Iterable[str], class_id: int) -> str:
    return gettext(", ").join(field_values.label_of(name, class_id=class_id) for name in rule)


def _same(rule: Iterable[str], values: Values) -> Q | None:
    """Ask for items that agree in every part of a rule; None when a part is missing or says nothing."""
    asked = Q()
    for name in rule:
        value = values.get(name)
        if said(value) in IGNORED:
            return None
        asked &= _part(name, value)
    return asked


def _part(name: str, value: Any) -> Q:
    if isinstance(value, Model):
        return Q((name, value))
    if name not in FIELDS:
        return Q(("attributes__contains", {name: value}))
    text = str(value).strip()
    return Q((f"{name}__in", sorted({text, text.lower(), text.upper()})))


def _close(seen: Any, title: str) -> list[ConfigurationItem]:
    """Find names that differ in no number and in little else: of a row of machines each is its own."""
    begin = title[: max(SHORTEST, len(title) // 2)]
    starts = Q()
    for text in {begin, begin.upper(), begin.capitalize()}:
        starts |= Q(title__startswith=text)
    rows = seen.filter(starts).order_by("title", "pk")[:LOOKED_AT]
    scored = [(_nearness(title, said(row.title)), row) for row in rows]
    near = sorted((one for one in scored if one[0] >= NEAR), key=lambda one: (-one[0], one[1].pk))
    return [row for _score, row in near[:MOST]]


def _nearness(one: str, other: str) -> float:
    """Tell from 0 to 1 how near two names are to each other; 0 where their numbers differ."""
    numbers = [[int(part) for part in re.findall(r"[0-9]+", text)] for text in (one, other)]
    if numbers[0] != numbers[1]:
        return 0.0
    letters = [re.sub(r"[\W_]+", "", text) for text in (one, other)]
    return SequenceMatcher(None, letters[0], letters[1]).ratio()
