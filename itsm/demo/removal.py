"""Taking the demo out again; what real people made stays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import ProtectedError

from catalogue.models import Category, RequestItem, Service, ServiceTransition
from changes.board_models import Board
from changes.models import StandardTemplate
from incidents.models import Incident
from itsm.demo import (
    agreements,
    availability,
    board,
    calendar,
    calls,
    catalogue_data,
    catalogue_story,
    cmdb,
    cmdb_checks,
    judgements,
    people_data,
    relations,
    reporting,
    service_reports,
    simulation,
    surveys,
    time_worked,
)
from itsm.demo.loading import demo_cases
from itsm.notices.models import Announcement, LocalMail
from itsm.people.models import Absence, Organisation, Person, Site, Team
from itsm.records.models import Attachment, Event, Link, Record
from itsm.search.models import SearchEntry
from itsm.tickets.models import Merge, Ticket
from problems.models import KnownError, Proposal
from releases.models import DefinitiveMedium, Deployment

OPEN_THE_JOURNAL = "SELECT set_config('itsm.maintenance', 'demo removal', true)"
CLOSE_THE_JOURNAL = "SELECT set_config('itsm.maintenance', '', true)"


def remove() -> tuple[int, list[str]]:
    """Remove the demo in one transaction; gives how many cases went, and what stays because real cases name it.

    People who stay cannot sign in any more.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(OPEN_THE_JOURNAL)
        cmdb_checks.remove()
        availability.remove([str(row[0]) for row in (*catalogue_data.SERVICES, *catalogue_story.SERVICES)])
        service_reports.remove()
        gone = _cases()
        kept = _things()
        with connection.cursor() as cursor:
            cursor.execute(CLOSE_THE_JOURNAL)
    return gone, kept


def _cases() -> int:
    cases = demo_cases().values("pk")
    keys = list(demo_cases().values_list("pk", flat=True))
    keys += KnownError.objects.filter(problem__in=cases).values_list("pk", flat=True)
    keys += board.removable(keys)
    keys += cmdb.removable()
    keys += catalogue_story.removable()
    keys += relations.removable(keys)
    agreed = agreements.removable()
    simulation.drop()
    asked = surveys.keys()
    keys += Deployment.objects.filter(release__in=cases).values_list("pk", flat=True)
    DefinitiveMedium.objects.filter(release__in=cases).delete()
    Announcement.objects.filter(created_by__is_demo=True).delete()
    LocalMail.objects.filter(recipients__contains="@demo.example").delete()
    Ticket.objects.filter(merged_into__in=keys).update(merged_into=None)
    Incident.objects.filter(parent__in=keys).update(parent=None)
    for model, field in (
        (Event, "record"),
        (Link, "source"),
        (Link, "target"),
        (Attachment, "record"),
        (Merge, "survivor"),
    ):
        model.objects.filter(**{f"{field}__in": [*keys, *asked, *agreed]}).delete()
    SearchEntry.objects.filter(ticket__in=keys).delete()
    Proposal.objects.filter(evidence__in=keys).delete()
    judgements.drop(keys)
    KnownError.objects.filter(pk__in=keys).delete()
    ServiceTransition.objects.filter(pk__in=keys).delete()
    agreements.remove(agreed)
    relations.clear(keys)
    surveys.drop(asked)
    Deployment.objects.filter(pk__in=keys).delete()
    Record.objects.filter(pk__in=keys).delete()
    StandardTemplate.objects.filter(proposed_by__is_demo=True, uses=None).delete()
    return len(keys)


def _things() -> list[str]:
    """Remove the demo's people and things that nothing else names; the demo's own codes and names only."""
    people = Person.objects.filter(is_demo=True)
    calendar.remove()
    reporting.remove()
    calls.remove()
    time_worked.remove()
    Organisation.objects.filter(lead__in=people).update(lead=None)
    Absence.objects.filter(deputy__in=people).delete()
    relations.leave()
    items = [(row[0], row[2]) for row in catalogue_data.ITEMS]
    services = [(str(row[0]), str(row[1])) for row in (*catalogue_data.SERVICES, *catalogue_story.SERVICES)]
    kept = _named(RequestItem, items) + _named(Service, services)
    kept += _named(Category, [row[:2] for row in catalogue_data.CATEGORIES])
    kept += _named(Team, [row[:2] for row in people_data.TEAMS])
    kept += _named(Board, [(board.CODE, board.NAME)])
    kept += _deleted(people)
    people.update(is_active=False, is_staff=False, is_superuser=False, password="!")  # noqa: S106 - no password fits
    firms = [(row[0], row[1]) for row in reversed(relations.FIRMS)]
    kept += _named(Organisation, [*firms, *(row[:2] for row in reversed(people_data.UNITS))])
    return kept + _named(Site, [("main-campus", "校總區")])


def _named(model: type[Any], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Remove the rows that still have the demo's code and name; gives those that something else names."""
    kept: list[str] = []
    for code, name in rows:
        kept += _deleted(model.objects.filter(code=code, name_zh=name))
    return kept


def _deleted(rows: Iterable[Any]) -> list[str]:
    kept = []
    for row in rows:
        try:
            with transaction.atomic():
                row.delete()
        except ProtectedError:
            kept.append(str(row))
    return kept
