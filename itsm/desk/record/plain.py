"""The page of a record that is no case: head and steps, what its process shows, neighbours, journal; and its flowchart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import select_template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.desk.access import for_workers
from itsm.desk.record import around, relations
from itsm.desk.record.flowing import chart_context
from itsm.desk.record.offered import choices_of
from itsm.desk.record.shown import rail
from itsm.records import register
from itsm.records.finding import find_plain, plain_process_numbered
from itsm.records.models import Event
from itsm.records.roles import roles_on
from itsm.tickets.finding import page_of
from itsm.tickets.lines import happening_of, line_of

#: Events of the journal on one page.
LINES = 50


def process_at(section: str, number: str) -> register.Process | None:
    """Tell which process keeps records that are no cases under that section and number; None if none does."""
    process = plain_process_numbered(number)
    return process if process is not None and process.section == section else None


def tabs(record: Any, current: str, *, person: Any) -> list[dict[str, Any]]:
    """List the pages of a record that ``person`` may open; none where it has but one."""
    process = register.process_of(record)
    if process.places is not None:
        return process.places(record, person, current)
    if process.flow.chart is None:
        return []
    rows = [
        ("page", _("Details"), page_of(record)),
        ("flow", _("Flow"), reverse("record:flow", args=[process.section, record.number])),
    ]
    return [{"name": name, "label": label, "url": url, "current": name == current} for name, label, url in rows]


def head(record: Any, *, tab: str, person: Any, at: datetime) -> dict[str, Any]:
    """Collect the head of each of its pages."""
    process = register.process_of(record)
    return {
        "record": record, "process": process, "here": f"/t/{record.number}", "state": process.flow.states[record.state],
        "tabs": tabs(record, tab, person=person), "choices": choices_of(record, person=person, at=at), "at": at,
        "case_page": page_of(record),
    }  # fmt: skip


@for_workers
def page(request: HttpRequest, process: register.Process, number: str) -> HttpResponse:
    """Show the record with what its process adds."""
    person: Any = request.user
    at = timezone.now()
    record = find_plain(number, process=process, person=person)
    record.moves_made, record.asked = _moves(record), request.GET
    context = head(record, tab="page", person=person, at=at)
    links = around.rows_of(record)
    near = [*around.cases(links, person=person), *around.plain_ones(links, person=person)]
    linked = [one for other in near for one in relations.linked_ones(links, other)]
    related = [*relations.owners(record, person=person), *linked, *relations.members(record, person=person)]
    context |= {
        "steps": rail(record, context["choices"], at=at),
        "related": related,
        "related_graph": relations.graph(record, related),
        "roles": roles_on(record, person=person),
        **_journal(record, before=request.GET.get("before", "")),
    }
    if process.page is not None:
        context |= process.page(record, person=person, at=at)
    template = select_template([f"{process.key}/page.html", "record/plain.html"])
    return render(request, template.template.name, context)


@for_workers
def flow(request: HttpRequest, process: register.Process, number: str) -> HttpResponse:
    """Show its flowchart with the path walked."""
    person: Any = request.user
    at = timezone.now()
    record = find_plain(number, process=process, person=person)
    context = head(record, tab="flow", person=person, at=at)
    context |= chart_context(record, context["choices"], at=at)
    return render(request, "record/plain_flow.html", context)


def _moves(record: Any) -> list[dict[str, Any]]:
    """Read its moves as the rail wants them."""
    rows = Event.objects.moves().filter(record=record.pk, machine=record.flows[0].key).in_order()
    return [
        {"name": name, "target": target, "at": at.isoformat()}
        for name, target, at in rows.values_list("name", "target", "at")
    ]


def _journal(record: Any, *, before: str) -> dict[str, Any]:
    """Read the newest lines of the journal, or those before an event."""
    rows = Event.objects.filter(record=record.pk).select_related("actor", "on_behalf_of").order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: LINES + 1])
    return {
        "lines": [line_of(happening_of(event), record=record, facts=True) for event in found[:LINES]],
        "older_lines": found[LINES - 1].pk if len(found) > LINES else None,
    }
