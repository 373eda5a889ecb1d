"""Finding a record that is no case by its number, for the person who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext

from itsm.records import register
from itsm.records.models import PlainRecord

if TYPE_CHECKING:
    from itsm.people.models import Person


def plain_processes() -> list[register.Process]:
    """List the processes whose records are no cases."""
    return [process for process in register.processes() if issubclass(process.model, PlainRecord)]


def plain_process_numbered(number: str) -> register.Process | None:
    """Tell the process of a number by its prefix; None where it is none of a record that is no case."""
    prefix = number.partition("-")[0]
    return next((row for row in plain_processes() if prefix and row.flow.prefix == prefix), None)


def find_plain(number: str, *, process: register.Process, person: Person) -> Any:
    """Find the record of ``process`` with that number as far as ``person`` may know of it.

    :raises Http404: if there is none, or the person may not know of it
    """
    for record in process.model.objects.visible_to(person).filter(number=number)[:1]:
        return record
    raise Http404(gettext("There is no record with this number."))
