"""The form of a draft: every term beside the one in force; only what differs goes into the draft."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.models import Service
from itsm.desk.settings.spans import SpanField
from itsm.desk.simulator.agreed_forms import AgreedTerms
from itsm.desk.simulator.starting import DRAFTED_HOURS, Start
from itsm.desk.simulator.words import Names
from itsm.hours.models import Calendar
from itsm.records import register
from itsm.tickets.models import HoldReason
from sla.simulation.checking import period
from sla.simulation.draft import IN_FORCE, RECORDED, BadDraft
from sla.simulation.policy import AT_ANSWER, AT_CLOSING, BY_FLOW
from sla.simulation.terms import checked

LEVELS = (1, 2, 3)
DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
WINDOW = re.compile(r"(\d{1,2}:\d{2})\s*[-–~]\s*(\d{1,2}:\d{2})")
STOP_CHOICES = (
    (BY_FLOW, _("as the flow says")),
    (AT_ANSWER, _("at the last answer")),
    (AT_CLOSING, _("at the closing")),
)


class DraftForm(AgreedTerms):
    """Name and scope, targets, matrix, pause rules, drafted hours and measures."""

    title = forms.CharField(label=_("Name of the simulation"), max_length=120)
    since = forms.DateField(
        label=_("Cases closed from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Cases closed until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kinds = forms.MultipleChoiceField(
        label=_("Processes"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("None chosen: all.")
    )
    service = forms.ModelChoiceField(Service.objects.order_by("code"), label=_("Service"), required=False)
    against = forms.ChoiceField(
        label=_("Compare with"), widget=forms.RadioSelect, initial=IN_FORCE,
        choices=[(IN_FORCE, _("the terms in force now")), (RECORDED, _("what was judged at the time"))],
    )  # fmt: skip
    pauses = forms.MultipleChoiceField(
        label=_("Waiting that stops the clock"), required=False, widget=forms.CheckboxSelectMultiple
    )
    stop = forms.ChoiceField(label=_("Resolution and fulfilment end"), choices=STOP_CHOICES, initial=BY_FLOW)
    never_pauses = forms.BooleanField(label=_("No waiting stops them"), required=False)
    aside = forms.BooleanField(
        label=_("Leave the agreements in force aside: these targets count for every case"), required=False
    )
    base = forms.ChoiceField(
        label=_("Holidays as in"), required=False, help_text=_("Days off and working Saturdays of this calendar.")
    )

    def __init__(self, *given: Any, begun: Start, **named: Any) -> None:
        """This will lay out one field for each term of ``begun``."""
        super().__init__(*given, **named)
        self.begun, self.names = begun, Names()
        calendars = [(code, self.names.hours(code)) for code in sorted(begun.present.schedules)]
        self._choices(calendars)
        hours = [("", gettext("hours of the service")), *calendars, (DRAFTED_HOURS, gettext("drafted hours"))]
        for place, row in enumerate(begun.rows):
            label = self.names.target(row)
            self._term(f"t{place}", SpanField(label=label, initial=row.seconds, help_text="", required=False))
            chosen = row.calendar or ""
            self._term(f"c{place}", forms.ChoiceField(label=label, choices=hours, initial=chosen, required=False))
        self.add_agreed(hours)
        for impact, urgency in product(LEVELS, LEVELS):
            now = begun.matrix.get((impact, urgency, None), impact + urgency - 1)
            label = gettext("Impact %(impact)s, urgency %(urgency)s") % {"impact": impact, "urgency": urgency}
            levels = [(str(level), f"P{level}") for level in range(1, 6)]
            self.fields[f"m{impact}{urgency}"] = forms.ChoiceField(label=label, choices=levels, initial=str(now))
        weekly = (begun.draft.get("calendars") or {}).get(DRAFTED_HOURS, {}).get("weekly") or {}
        for day, name in enumerate(DAYS):
            text = ", ".join("-".join(pair) for pair in weekly.get(str(day), []))
            self.fields[f"h{day}"] = forms.CharField(label=name, required=False, max_length=120, initial=text)

    def _term(self, name: str, field: forms.Field) -> None:
        field.widget.attrs["class"] = "simulator-term"
        self.fields[name] = field

    def _choices(self, calendars: list[tuple[str, str]]) -> None:
        fields: dict[str, Any] = self.fields
        present = self.begun.present
        fields["kinds"].choices = [(kind, lazystr(register.process(kind).flow.title)) for kind in present.works]
        fields["base"].choices = [("", gettext("none")), *calendars]
        fields["base"].initial = "taiwan-office" if "taiwan-office" in present.schedules else ""
        fields["pauses"].choices = [(row.code, row.name) for row in HoldReason.objects.order_by("sort", "code")]
        fields["pauses"].initial = sorted(self.begun.pauses)
        fields["title"].initial = self.begun.title
        fields["aside"].initial = self.begun.aside
        fields["service"].initial = self.begun.services[0] if len(self.begun.services) == 1 else None
        measure = next(iter(self.begun.measures.values()), None)
        if measure is not None:
            fields["stop"].initial, fields["never_pauses"].initial = measure.stop, not measure.pauses

    # ---- how the page lays it out ----------------------------------------------------------
    def targets(self) -> list[dict[str, Any]]:
        """This will give the rows of the table of targets."""
        now = {row[:5]: row for row in self.begun.present.rows}
        return [
            {
                "label": self.names.target(row), "seconds": self[f"t{place}"], "calendar": self[f"c{place}"],
                "now": self.names.term(now[row[:5]].seconds, now[row[:5]].calendar) if row[:5] in now else "–",
            }
            for place, row in enumerate(self.begun.rows)
        ]  # fmt: skip

    def matrix(self) -> list[dict[str, Any]]:
        """This will give the matrix, a row for each impact."""
        return [{"impact": impact, "cells": [self[f"m{impact}{urgency}"] for urgency in LEVELS]} for impact in LEVELS]

    def days(self) -> list[Any]:
        """This will give the fields of the drafted hours."""
        return [self[f"h{day}"] for day in range(7)]

    # ---- what was asked --------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """This will make the draft and have it checked."""
        given = super().clean() or {}
        self._have_period_checked(given)
        if not self.errors:
            try:
                self.draft = self._draft(given)
                checked(self.draft)
            except BadDraft as refused:
                self.add_error(None, str(refused))
        return given

    def _have_period_checked(self, given: dict[str, Any]) -> None:
        """Say at its field what is wrong with the period, whatever else is wrong."""
        try:
            period(given.get("since"), given.get("until"))
        except BadDraft as refused:
            self.add_error("until", str(refused))

    def _draft(self, given: dict[str, Any]) -> dict[str, Any]:
        made: dict[str, Any] = {"scope": self._scope(given), "against": given["against"]}
        if given["aside"]:
            made["agreements"] = False
        rows = [
            row._replace(seconds=given[f"t{place}"], calendar=given[f"c{place}"] or None)
            for place, row in enumerate(self.begun.rows)
            if given[f"t{place}"]
        ]
        if set(rows) != set(self.begun.present.rows):
            made["targets"] = [row._asdict() for row in rows]
        made |= self.agreed_draft(given)
        if any(row.calendar == DRAFTED_HOURS for row in rows) or self.uses_hours(DRAFTED_HOURS, given):
            made["calendars"] = {DRAFTED_HOURS: self._hours(given)}
        elif any(given[f"h{day}"] for day in range(7)):
            raise BadDraft(
                gettext("No target counts by the drafted hours: choose them at a target, or leave the days empty.")
            )
        if matrix := self._matrix(given):
            made["matrix"] = matrix
        if set(given["pauses"]) != self.begun.present.pauses:
            made["pauses"] = sorted(given["pauses"])
        if given["stop"] != BY_FLOW or given["never_pauses"]:
            measure = {"stop": given["stop"], "pauses": not given["never_pauses"]}
            made["measures"] = {"resolution": measure, "fulfilment": measure}
        return made

    def _scope(self, given: dict[str, Any]) -> dict[str, Any]:
        return {
            "from": given["since"].isoformat() if given["since"] else None,
            "to": given["until"].isoformat() if given["until"] else None,
            "kinds": given["kinds"],
            "services": [given["service"].pk] if given["service"] else [],
        }

    def _matrix(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        now = self.begun.present.matrix
        cells = {
            (impact, urgency, None): int(given[f"m{impact}{urgency}"]) for impact, urgency in product(LEVELS, LEVELS)
        }
        if all(now.get(cell, cell[0] + cell[1] - 1) == level for cell, level in cells.items()):
            return []
        merged: dict[tuple[int, int, int | None], int] = dict(now) | dict(cells)
        return [
            {"impact": impact, "urgency": urgency, "service": service, "priority": level}
            for (impact, urgency, service), level in merged.items()
        ]

    def _hours(self, given: dict[str, Any]) -> dict[str, Any]:
        weekly = {str(day): self._windows(str(given[f"h{day}"])) for day in range(7)}
        weekly = {day: windows for day, windows in weekly.items() if windows}
        if not weekly:
            raise BadDraft(gettext("Write the drafted hours of at least one day."))
        found: dict[str, Any] = {"zone": "Asia/Taipei", "weekly": weekly}
        base = Calendar.objects.select_related("current").filter(code=given["base"]).first()
        if base is not None and base.current is not None:
            found |= {
                "zone": base.zone,
                "exceptions": {day: entry["windows"] for day, entry in base.current.exceptions.items()},
            }
        return found

    def _windows(self, text: str) -> list[list[str]]:
        pairs = [list(pair) for pair in WINDOW.findall(text)]
        if WINDOW.sub("", text).strip(" ,;、，"):
            raise BadDraft(gettext("“%(text)s” are no hours such as 09:00-12:00, 13:00-18:00.") % {"text": text})
        return [[edge.zfill(5) for edge in pair] for pair in pairs]
