"""The forms of outages and exclusions; the services behind them have the last word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalogue.models import Service
from changes.windows_forms import Refusable
from configuration.models import ConfigurationItem
from itsm.tickets.models import Outage
from sla.claims import Clause

LOCAL = "%Y-%m-%dT%H:%M:%S"
MOST_USERS = 10_000_000


def moment_field(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateTimeField:
    """Give a field for an instant in the person's zone, to the second."""
    widget = forms.DateTimeInput({"type": "datetime-local", "step": "1"}, format=LOCAL)
    formats = [LOCAL, "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(
        label=label, required=required, widget=widget, input_formats=formats, help_text=help_text
    )


class OutageForm(Refusable):
    """An outage as a person writes or corrects it."""

    service: Any = forms.ModelChoiceField(
        Service.objects.none(), label=_("Service"), to_field_name="code", empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Outage.Kind.choices)
    started_at = moment_field(_("Down since"), required=True)
    ended_at = moment_field(_("Up again"), help_text=_("Empty while it is still down."))
    standby_at = moment_field(
        _("Stand-by running since"), help_text=_("When the stand-by took over; empty where it was not called upon.")
    )
    ci = forms.CharField(
        label=_("Configuration item"),
        max_length=32,
        required=False,
        help_text=_("Its number, such as CI-202611-00012."),
    )
    affected_users = forms.IntegerField(label=_("Users affected"), min_value=0, max_value=MOST_USERS, required=False)
    weight_percent = forms.IntegerField(
        label=_("Share lost while degraded (per cent)"), min_value=0, max_value=100, required=False,
        help_text=_("Only for degraded service; 0 is reported apart."),
    )  # fmt: skip
    planned_from = moment_field(_("Planned from"), help_text=_("Only for planned work."))
    planned_until = moment_field(_("Planned until"))
    announced_at = moment_field(_("Announced"), help_text=_("When users were told of it."))
    evidence = forms.CharField(label=_("Evidence"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *given: Any, outage: Outage | None = None, **named: Any) -> None:
        if outage is not None:
            named["initial"] = _initial(outage) | named.get("initial", {})
        super().__init__(*given, **named)
        if outage is None:
            self.fields["service"].queryset = Service.objects.live().order_by("code")  # type: ignore[attr-defined]  # a model field
        else:
            del self.fields["service"]
            self.fields["reason"] = forms.CharField(
                label=_("Reason of the correction"), max_length=500, widget=forms.Textarea({"rows": 2})
            )

    def clean_ci(self) -> ConfigurationItem | None:
        """Find the item by its number.

        :raises ValidationError: if there is none
        """
        number = self.cleaned_data["ci"].strip()
        if not number:
            return None
        found: ConfigurationItem | None = ConfigurationItem.objects.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no configuration item with this number."))
        return found

    def clean_weight_percent(self) -> int:
        """Read an empty share as none."""
        return int(self.cleaned_data["weight_percent"] or 0)


def _initial(outage: Outage) -> dict[str, Any]:
    names = ("kind", "affected_users", "weight_percent", "evidence")
    times = ("started_at", "ended_at", "standby_at", "planned_from", "planned_until", "announced_at")
    return {name: getattr(outage, name) for name in names} | {
        "ci": outage.ci.number if outage.ci is not None else "",
        **{name: _local(getattr(outage, name)) for name in times},
    }


def _local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment is not None else None


class StrikeForm(Refusable):
    """Why an outage is struck out."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))


class ClaimForm(Refusable):
    """What does not count, under which clause, and what proves it."""

    clause = forms.ChoiceField(label=_("Clause"))
    started_at = moment_field(_("Excluded from"), required=True)
    ended_at = moment_field(_("Excluded until"), required=True)
    reason = forms.CharField(label=_("What happened"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Notice, measurement, letter of the carrier, with date and where it is kept. Needed for approval."),
    )  # fmt: skip

    def __init__(self, *given: Any, clauses: list[Clause], **named: Any) -> None:
        super().__init__(*given, **named)
        self.clauses = {one.code: one for one in clauses}
        self.fields["clause"].choices = [(one.code, one.text) for one in clauses]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> Clause:
        """Give the clause that was chosen."""
        return self.clauses[self.cleaned_data["clause"]]


class DecisionForm(Refusable):
    """Approve or reject."""

    note = forms.CharField(
        label=_("Reason of the decision"), max_length=4000, required=False, widget=forms.Textarea({"rows": 2})
    )
    evidence = forms.CharField(
        label=_("Further evidence"), max_length=4000, required=False, widget=forms.Textarea({"rows": 2})
    )


class ObjectionForm(Refusable):
    """What the customer holds against an exclusion."""

    objection = forms.CharField(
        label=_("Objection of the customer"), max_length=4000, widget=forms.Textarea({"rows": 2})
    )
