"""Attributes that an administrator marked as sensitive: who reads their values, and what stands there for everybody else.

Every interface masks by these few functions. Journals and messages never hold such a value, for whoever reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from configuration import access, schema

if TYPE_CHECKING:
    from configuration.comparing import Difference
    from itsm.people.models import Person

MASK = "•••"
NOTHING: frozenset[str] = frozenset()
#: Roles that read sensitive values beside who keeps the configuration data.
READERS = frozenset({"auditor"})


def reads(person: Person | None) -> bool:
    """Tell whether the person reads sensitive values; None is the system itself."""
    return person is None or access.keeps(person) or bool(person.role_codes & READERS)


def codes(class_id: int | None = None) -> frozenset[str]:
    """List the sensitive attributes of a class; of all classes without one."""
    known = schema.present()
    classes = known.classes if class_id is None else (class_id,)
    return frozenset(row.code for key in classes for row in known.attributes(key) if row.is_sensitive)


def by_class(person: Person | None) -> dict[int, frozenset[str]]:
    """List for every class the attributes whose values the person does not read; one look at the schema."""
    known, all_read = schema.present(), reads(person)
    return {
        key: NOTHING if all_read else frozenset(row.code for row in known.attributes(key) if row.is_sensitive)
        for key in known.classes
    }


def hidden(person: Person | None, class_id: int | None = None) -> frozenset[str]:
    """List the attributes of a class, or of all, whose values the person does not read."""
    return NOTHING if reads(person) else codes(class_id)


def shown(text: Any, name: str, unread: Collection[str]) -> Any:
    """Give a value, or the mask where something stands that is not to be read."""
    return MASK if text and name in unread else text


def open_attributes(values: Mapping[str, Any], unread: Collection[str]) -> dict[str, Any]:
    """Leave the attributes out that are not to be read; never a mask, which somebody might write back."""
    return {name: value for name, value in values.items() if name not in unread}


def masked(values: Mapping[str, Any], class_id: int) -> dict[str, Any]:
    """Lay the mask over sensitive values before they are written where others read, as a journal is."""
    kept = codes(class_id)
    return {name: MASK if name in kept and value not in (None, "") else value for name, value in values.items()}


def differences(found: Iterable[Difference], person: Person | None) -> list[Difference]:
    """Lay the mask over the differences whose values the person does not read."""
    unread = hidden(person)
    told = ("old", "new", "was", "becomes")
    return [
        replace(one, **{name: shown(getattr(one, name), one.field, unread) for name in told})
        if one.field in unread
        else one
        for one in found
    ]


def corrections(rows: Iterable[Any], person: Person | None) -> list[Any]:
    """Lay the mask over what corrections say of attributes that the person does not read; nothing is saved."""
    unread = hidden(person)
    found = list(rows)
    for row in found:
        if row.field in unread:
            row.found, row.recorded = shown(row.found, row.field, unread), shown(row.recorded, row.field, unread)
    return found
