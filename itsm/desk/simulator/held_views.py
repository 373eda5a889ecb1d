"""Pages: who held the clock, summed by service, team and supplier, and the cases behind each sum."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalogue.models import Service
from itsm.desk.simulator.access import for_readers
from itsm.desk.simulator.holders import bar
from itsm.desk.simulator.words import number, share
from itsm.people.models import Organisation, Team
from itsm.people.requests import PersonRequest
from itsm.records import register
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from sla.held.sums import GROUPS, Chosen, by_group, cases, in_all, whole
from sla.held.sums import held as parts
from sla.simulation.terms import kinds_known
from sla.simulation_models import Party

PAGE = 100
MODELS: dict[str, Any] = {"service": Service, "team": Team, "supplier": Organisation}


class HeldFilter(forms.Form):
    """Which held time is shown; everything stands in the address."""

    since = forms.DateField(
        label=gettext_lazy("Cases closed from"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Cases closed until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Process"), required=False)
    service = forms.ModelChoiceField(Service.objects.order_by("code"), label=gettext_lazy("Service"), required=False)
    team = forms.ModelChoiceField(Team.objects.order_by("code"), label=gettext_lazy("Team"), required=False)
    supplier = forms.ModelChoiceField(
        Organisation.objects.filter(supplier__isnull=False).order_by("code"),
        label=gettext_lazy("Supplier"),
        required=False,
    )
    party = forms.ChoiceField(
        label=gettext_lazy("Held by"), required=False, choices=[("", gettext_lazy("everybody")), *Party.choices]
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will offer the processes in the reader's language."""
        super().__init__(*given, **named)
        kinds = [(kind, lazystr(register.process(kind).flow.title)) for kind in kinds_known()]
        self.fields["kind"].choices = [("", _("every process")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        """This will give what the address asks for; what cannot be read asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        keys = {name: row.pk for name in MODELS if (row := given.get(name)) is not None}
        return Chosen(
            since=_day(given.get("since")), until=_day(given.get("until")), kind=given.get("kind") or "",
            party=given.get("party") or "", **keys,
        )  # fmt: skip


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None


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
    form = HeldFilter(request.GET)
    found = _narrowed(parts(form.chosen(), Ticket.objects.visible_to(request.user)), request)
    of = request.GET.get("share", "")
    of = of if of in Party.values else ""
    told, page = whole(found, share=of), _number(request.GET.get("page"))
    shown = list(cases(found, share=of)[(page - 1) * PAGE : page * PAGE])
    context = {
        "form": form, "lines": _lines(shown), "total": span(told["seconds"]), "seconds": told["seconds"],
        "count": number(told["cases"]), "page": page, "share": _share(told, of) if of else None,
    }  # fmt: skip
    more = page + 1 if told["cases"] > page * PAGE else None
    return render(request, "simulator/held_rows.html", context | {"next": more})


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    tickets = Ticket.objects.in_bulk([row["case"] for row in rows])
    return [
        {
            "case": tickets[row["case"]], "url": page_of(tickets[row["case"]]), "seconds": row["seconds"],
            "time": span(row["seconds"]), "part_seconds": row["part"], "part": span(row["part"]) if row["part"] else "-",
        }
        for row in rows
    ]  # fmt: skip


def _share(told: dict[str, int], party: str) -> dict[str, Any]:
    """Lay out the share that one party held of the whole."""
    return {
        "party": Party(party).label, "part": span(told["part"]) if told["part"] else "-", "part_seconds": told["part"],
        "text": share(told["part"], told["seconds"]),
    }  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and 0 < len(text) < 6 and int(text) else 1


def _narrowed(found: Any, request: PersonRequest) -> Any:
    """Leave what has no service, team or supplier, where the address asks for that."""
    without = request.GET.get("without", "")
    return found.filter(**{f"{GROUPS[without]}__isnull": True}) if without in GROUPS else found


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
