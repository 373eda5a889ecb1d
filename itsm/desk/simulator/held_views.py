"""Pages: who held the clock, summed by service, team and supplier, and the cases behind each sum."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.desk.simulator import held_rows
from itsm.desk.simulator.access import for_readers
from itsm.desk.simulator.addresses import place_of
from itsm.desk.simulator.held_forms import MODELS, HeldFilter
from itsm.desk.simulator.held_rows import Behind
from itsm.desk.simulator.holders import bar
from itsm.desk.simulator.words import number, share
from itsm.people.requests import PersonRequest
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from itsm.ui.sheets import download
from sla.held.sums import by_group, in_all
from sla.held.sums import held as parts
from sla.simulation_models import Party


@require_safe
@for_readers
def held(request: PersonRequest) -> HttpResponse:
    """Show who held the clock of closed cases."""
    form = HeldFilter(request.GET)
    found = parts(form.chosen(), Ticket.objects.visible_to(request.user))
    sums = in_all(found)
    query = {name: str(value) for name, value in request.GET.items() if name in form.fields and value}
    groups = [_group(found, name, title, query) for name, title in _titles()]
    context = {
        "form": form,
        "whole": sums,
        "parties": _parties(sums, query),
        "groups": groups,
        "cases": number(sums["cases"]),
    }
    context["bar"] = bar(_parties(sums, query), ident="whole")
    return render(request, "simulator/held.html", context | {"total": span(sums["seconds"]), "all_url": _rows(query)})


@require_safe
@for_readers
def rows(request: PersonRequest) -> HttpResponse:
    """Show the cases behind a sum of held time, the longest first, and that they add up to it."""
    context = held_rows.page(request.GET, person=request.user, place=place_of(request.GET.get("page")))
    query = {name: str(value) for name, value in request.GET.items() if name != "page" and value}
    behind = {name: query[name] for name in Behind.forms() if name in query}
    return render(
        request,
        "simulator/held_rows.html",
        context | {"form": HeldFilter(request.GET), "query": urlencode(query), "behind": behind.items()},
    )


@require_safe
@for_readers
def rows_file(request: PersonRequest, form: str) -> HttpResponse:
    """Give the cases behind a sum as CSV or XLSX."""
    heads, lines = held_rows.sheet(request.GET, person=request.user)
    return download("held-time", form=form, header=heads, rows=lines)


def _titles() -> list[tuple[str, str]]:
    return [("service", _("By service")), ("team", _("By team")), ("supplier", _("By supplier"))]


def _rows(query: dict[str, str], **more: Any) -> str:
    return f"{reverse('simulator:held_rows')}?{urlencode(query | more)}"


def _parties(sums: dict[str, Any], query: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "code": party.value, "label": party.label, "seconds": sums[party.value], "time": span(sums[party.value]),
            "share": share(sums[party.value], sums["seconds"]), "url": _rows(query, party=party.value),
            "share_url": _rows(query, share=party.value),
        }
        for party in Party
    ]  # fmt: skip


def _group(found: Any, name: str, title: str, query: dict[str, str]) -> dict[str, Any]:
    rows = by_group(found, name)
    names = {row.pk: str(row) for row in MODELS[name].objects.filter(pk__in=[row["key"] for row in rows if row["key"]])}
    lines = []
    for row in rows:
        which = {name: row["key"]} if row["key"] else {"without": name}
        cells = [
            {
                "code": party, "seconds": row[party], "time": span(row[party]) if row[party] else "–",
                "share": share(row[party], row["seconds"]), "url": _rows(query, **which, party=party) if row[party] else "",
                "share_url": _rows(query, **which, share=party),
            }
            for party in Party.values
        ]  # fmt: skip
        lines.append(
            {
                "label": names.get(row["key"], _("none")),
                "cells": cells,
                "time": span(row["seconds"]),
                "url": _rows(query, **which),
            }
        )
    return {"name": name, "title": title, "lines": lines}
