"""Bringing an approved edition into force: the catalogue says from now on what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from catalogue.editions.content import LANGUAGES, TEXTS
from catalogue.editions.models import ServiceEdition
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records.refusals import Objected


def put_in_force(edition: ServiceEdition, *, at: datetime) -> None:
    """Write the edition into its service and end the one before. Call it in a transaction, with the edition locked.

    :raises Objected: if something that it names is not there any more
    """
    service = type(edition.service).objects.select_for_update(no_key=True).get(pk=edition.service_id)
    end_current(service, at=at)
    edition.applied_at = at
    edition.effective_on = edition.effective_on or localdate(at)
    edition.save(update_fields=["applied_at", "effective_on"])
    _write(service, edition.content)


def end_current(service: Any, *, at: datetime) -> None:
    """End what is in force."""
    service.editions.in_force().update(ended_at=at)


def drop_waiting(transition: Any, *, at: datetime) -> None:
    """Drop what a transition has prepared and never brought into force."""
    transition.editions.drafts().delete()
    transition.editions.filter(applied_at=None, ended_at=None).update(ended_at=at)


def _write(service: Any, content: dict[str, Any]) -> None:
    for name in TEXTS:
        for tongue in LANGUAGES:
            setattr(service, f"{name}_{tongue}", content.get(f"{name}_{tongue}", ""))
    for name in ("kind", "criticality", "price"):
        setattr(service, name, content.get(name))
    service.hours = _named(Calendar, "code", content.get("hours"))
    service.support_team = _named(Team, "code", content.get("support_team"))
    service.owner = _named(Person, "username", content.get("owner"))
    second = content.get("second_line_team")
    service.second_line_team = _named(Team, "code", second) if second else None
    service.save()
    service.audiences.set(Organisation.objects.filter(code__in=content.get("audiences") or []))


def _named(model: type[Any], column: str, value: Any) -> Any:
    found = model.objects.filter(**{column: value}).first()
    if found is None:
        raise Objected(gettext("“%(value)s” is not there any more.") % {"value": value})
    return found
