"""The part of a draft's form that is agreed: the promises of a drafted agreement, and those between teams."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext

from itsm.desk.settings.spans import SpanField
from sla.simulation.agreed_draft import DraftedAgreement, agreement_as_json

if TYPE_CHECKING:
    from itsm.desk.simulator.starting import Start
    from itsm.desk.simulator.words import Names

Choices = list[tuple[str, str]]


class AgreedTerms(forms.Form):
    """Fields for each promise of the drafted agreement and of the OLAs; an empty time leaves a promise out."""

    begun: Start
    names: Names

    def add_agreed(self, hours: Choices) -> None:
        """This will lay out the fields."""
        for place, (row, promise) in enumerate(self._promises()):
            self._pair(f"p{place}", f"pc{place}", self.names.promise(row, promise), promise, hours)
        for place, ola in enumerate(self.begun.olas):
            self._pair(f"o{place}", f"oc{place}", self.names.ola(ola), ola, hours)
        since, until = self.begun.dates
        if since is not None:
            words = {"since": date_format(since), "until": date_format(until) if until else ""}
            label = gettext("Only cases that came in while it is in force (%(since)s – %(until)s)") % words
            own = self.begun.agreement is not None and self.begun.agreement.since is not None
            self.fields["own_dates"] = forms.BooleanField(label=label, required=False, initial=own)

    def _promises(self) -> list[tuple[Any, Any]]:
        return list(self.begun.agreement.promises) if self.begun.agreement else []

    def _pair(self, time: str, hours_of: str, label: str, row: Any, hours: Choices) -> None:
        self.fields[time] = SpanField(label=label, initial=row.seconds, help_text="", required=False)
        self.fields[hours_of] = forms.ChoiceField(
            label=label, choices=hours, initial=row.calendar or "", required=False
        )
        for name in (time, hours_of):
            self.fields[name].widget.attrs["class"] = "simulator-term"

    # ---- how the page lays it out ----------------------------------------------------------
    def promises(self) -> list[dict[str, Any]]:
        """This will give the rows of the drafted agreement, as they are written there."""
        return [
            {
                "label": self.names.promise(row, promise), "seconds": self[f"p{place}"], "calendar": self[f"pc{place}"],
                "now": self.names.term(promise.seconds, promise.calendar),
            }
            for place, (row, promise) in enumerate(self._promises())
        ]  # fmt: skip

    def olas(self) -> list[dict[str, Any]]:
        """This will give the rows of what teams promise each other, each beside the one in force."""
        now = {row._replace(seconds=0, calendar=None): row for row in self.begun.present.olas}
        return [
            {
                "label": self.names.ola(row), "seconds": self[f"o{place}"], "calendar": self[f"oc{place}"],
                "now": self.names.term(same.seconds, same.calendar)
                if (same := now.get(row._replace(seconds=0, calendar=None)))
                else "–",
            }
            for place, row in enumerate(self.begun.olas)
        ]  # fmt: skip

    # ---- what was asked --------------------------------------------------------------------
    def agreed_draft(self, given: dict[str, Any]) -> dict[str, Any]:
        """This will give the agreed parts of a draft; what is as in force is left out."""
        made: dict[str, Any] = {}
        olas = [
            row._replace(seconds=given[f"o{place}"], calendar=given[f"oc{place}"] or None)
            for place, row in enumerate(self.begun.olas)
            if given[f"o{place}"]
        ]
        if set(olas) != set(self.begun.present.olas):
            made["ola"] = [row._asdict() for row in olas]
        if self.begun.agreement is not None:
            made["agreement"] = agreement_as_json(self._agreement(self.begun.agreement, given))
        return made

    def _agreement(self, begun: DraftedAgreement, given: dict[str, Any]) -> DraftedAgreement:
        rows, place = [], 0
        for row in begun.rows:
            kept = []
            for promise in row.promises:
                if given[f"p{place}"]:
                    calendar = given[f"pc{place}"] or None
                    kept.append(promise._replace(seconds=given[f"p{place}"], calendar=calendar))
                place += 1
            rows.append(row._replace(promises=tuple(kept)))
        since, until = self.begun.dates if given.get("own_dates") else (None, None)
        return replace(begun, rows=tuple(rows), since=since, until=until)

    def uses_hours(self, code: str, given: dict[str, Any]) -> bool:
        """Tell whether a promise is counted by these hours."""
        fields = [f"pc{place}" for place in range(len(self._promises()))]
        fields += [f"oc{place}" for place in range(len(self.begun.olas))]
        return any(given.get(name) == code for name in fields)
