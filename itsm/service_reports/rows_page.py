"""The rows behind one number of a report, with what they add up to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.people.models import Person
from itsm.service_reports.amounts import SECONDS, Figure, Row, figure_of
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.names import lost_name, name_of, names, promised
from itsm.service_reports.shown import era_of
from itsm.service_reports.views import base_of, find, minguo, reader
from itsm.service_reports.wording import Era, said, time_words
from itsm.tickets.models import Outage, Ticket
from itsm.ui.moments import day_text, moment_text
from sla.models import ExclusionClaim, MaintenanceTurn, Promise

#: What a row is called, and where it leads.
Told = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A row as it is shown."""

    label: str
    url: str
    amount: int
    text: str


@dataclass(frozen=True)
class Side:
    """One side of a figure with its sum."""

    name: str
    rows: list[Shown]
    total: int
    text: str


@require_safe
def rows(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """Show exactly the rows that make a number of the report."""
    issue = find(request, pk)
    kept = issue.figures.get("figures", {}).get(figure)
    if kept is None:
        raise Http404(_("The report has no such number."))
    one = figure_of(kept)
    shown = {
        "issue": issue,
        "name": names(issue.figures, era_of(issue, minguo(request))).get(figure) or lost_name(issue.figures, figure),
        "figure": one,
        "shown": said(kept),
        "sides": sides(one, issue, reader(request)),
        "sum": arithmetic(one),
    }
    return render(request, "service_reports/rows.html", shown | {"base": base_of(reader(request))})


def sides(figure: Figure, issue: ReportIssue, person: Person) -> list[Side]:
    """Lay out every side; costs one statement for each kind of row."""
    told = {what: TELLERS[what](_keys(figure, what), person) for what in _kinds(figure) if what in TELLERS}
    timed = figure.unit == SECONDS or figure.formula in ("kept", "left", "combined")
    found = []
    for name, given in figure.sides.items():
        total = figure.total(name)
        shown = [_row(row, told, issue, timed=timed) for row in given]
        found.append(Side(_side(name), shown, total, time_words(total) if timed else str(total)))
    return found


def _kinds(figure: Figure) -> set[str]:
    return {row[0] for given in figure.sides.values() for row in given}


def _keys(figure: Figure, what: str) -> list[int]:
    return sorted({int(row[1]) for given in figure.sides.values() for row in given if row[0] == what})


def _row(row: Row, told: dict[str, dict[int, Told]], issue: ReportIssue, *, timed: bool) -> Shown:
    what, which, amount = row
    label, url = (
        told[what].get(int(which), (_("hidden from you"), "")) if what in told else _plain(what, str(which), issue)
    )
    return Shown(label, url, amount, time_words(amount) if timed else str(amount))


def _plain(what: str, which: str, issue: ReportIssue) -> Told:
    """Name a row that is no record: a day of agreed time, a target, a promise, a late case, or what nobody prepared or raised."""
    forms = {
        "agreed": _("Agreed time on %s"), "deducted": _("Taken out as planned or excluded%s"), "target": _("Target: %s"),
        "service": _("Service %s"), "promise": _("Promise %s"), "breach": _("Outage or late case %s"),
        "unprepared": _("Report of %s: never prepared"), "unraised": _("Turn of %s: no ticket, no announcement"),
    }  # fmt: skip
    place = which.split(".")[0]
    url = f"{issue.get_absolute_url()}#service-{place}" if what in ("service", "promise", "breach") else ""
    return forms[what] % _called(what, which, issue), url


def _called(what: str, which: str, issue: ReportIssue) -> str:
    """Write what a row is about in words: the names of services and promises, the measure of a target."""
    kept = issue.figures
    if what == "promise":
        return promised(kept, which)
    if what == "target":
        return str(dict(Promise.Metric.choices).get(which, which))
    if what == "unprepared":
        return Era().short(which)
    if what == "agreed":
        return day_text(date.fromisoformat(which))
    code, _dot, place = which.partition(".")
    service = next((name_of(one) for one in kept["services"] if one["code"] == code), which)
    return f"{service} · {place}" if what == "breach" else service if what == "service" else which


def _records(keys: list[int], person: Person) -> dict[int, Told]:
    from itsm.records.models import Record

    seen = dict(Ticket.objects.visible_to(person).filter(pk__in=keys).values_list("pk", "title"))
    found = {}
    for pk, number in Record.objects.filter(pk__in=keys).values_list("pk", "number"):
        label = f"{number} {seen[pk]}" if pk in seen else f"{number}"
        found[pk] = (label, f"/t/{number}" if pk in seen else "")
    return found


def _outages(keys: list[int], person: Person) -> dict[int, Told]:
    found = {}
    for one in Outage.objects.filter(pk__in=keys).select_related("ticket"):
        until = moment_text(one.ended_at) if one.ended_at else _("not ended")
        label = f"{one.get_kind_display()} · {moment_text(one.started_at)} – {until}"
        number = one.ticket.number if one.ticket else ""
        found[one.pk] = (f"{number} {label}".strip(), f"/t/{number}" if number and person.is_worker else "")
    return found


def _claims(keys: list[int], person: Person) -> dict[int, Told]:
    rows = ExclusionClaim.objects.filter(pk__in=keys)
    return {
        one.pk: (f"{one.clause_words} · {moment_text(one.started_at)} – {moment_text(one.ended_at)}", "")
        for one in rows
    }


def _turns(keys: list[int], person: Person) -> dict[int, Told]:
    """Tell turns of maintenance by subject and day; each leads to its ticket."""
    rows: list[Any] = list(MaintenanceTurn.objects.filter(pk__in=keys).with_evidence())
    numbers = [one.ticket_number for one in rows if one.ticket_number]
    seen = set(Ticket.objects.visible_to(person).filter(number__in=numbers).values_list("number", flat=True))
    found = {}
    for one in rows:
        label = " ".join(part for part in (one.ticket_number, one.subject, one.planned_on.isoformat()) if part)
        found[one.pk] = (label, f"/t/{one.ticket_number}" if one.ticket_number in seen else "")
    return found


def _reports(keys: list[int], person: Person) -> dict[int, Told]:
    """Tell the reports that the person may read."""
    rows = ReportIssue.objects.visible_to(person).without_figures().filter(pk__in=keys).select_related("customer")
    return {row.pk: (f"{row} {row.get_state_display()}", row.get_absolute_url()) for row in rows}


TELLERS: dict[str, Callable[[list[int], Person], dict[int, Told]]] = {
    "record": _records, "outage": _outages, "claim": _claims, "maintenance": _turns, "report": _reports,
}  # fmt: skip


def _side(name: str) -> str:
    first, _blank, place = name.partition(" ")
    said = {"part": _("Counted"), "whole": _("Out of"), "lost": _("Taken from it")}
    return f"{said[first]} {place}".strip()


def arithmetic(figure: Figure) -> str:
    """Write how the number is made of the sums."""
    sums: dict[str, Any] = {name: figure.total(name) for name in figure.sides}
    forms = {
        "sum": "{part}", "share": "{part} ÷ {whole}", "kept": "({whole} − {lost}) ÷ {whole}", "over": "{whole} − {lost}",
        "left": "{whole} × (1 − {target}) − {lost}",
    }  # fmt: skip
    if figure.formula == "mean":
        return f"{sums['part']} ÷ {len(figure.sides['part'])}"
    form = forms.get(figure.formula, "")
    text = form.format(**sums, **figure.facts)
    return _("%(seconds)s s") % {"seconds": text} if text and figure.unit == SECONDS else text
