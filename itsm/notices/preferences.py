"""The preference matrix of one person: every event, by mail and in the page."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from itsm.notices.models import Preference
from itsm.notices.templates import Happening, happenings

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Row:
    """One line of the matrix."""

    happening: Happening
    by_mail: bool
    in_app: bool


def matrix(person: Person) -> list[Row]:
    """List the events that concern ``person`` with what was chosen; both ways where nothing was."""
    chosen = {row.event: row for row in Preference.objects.filter(person=person)}
    rows = happenings(staff=person.is_worker)
    return [Row(row, *((one.by_mail, one.in_app) if (one := chosen.get(row.code)) else (True, True))) for row in rows]


@transaction.atomic
def save(person: Person, *, by_mail: Set[str], in_app: Set[str]) -> None:
    """Keep the choice: the events in ``by_mail`` and ``in_app`` are wanted that way, the others of the matrix not."""
    codes = {row.code for row in happenings(staff=person.is_worker)}
    Preference.objects.filter(person=person, event__in=codes).delete()
    Preference.objects.bulk_create(
        Preference(person=person, event=code, by_mail=code in by_mail, in_app=code in in_app)
        for code in sorted(codes - (by_mail & in_app))
    )
