"""The forms of the calendar's rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalogue.models import Service
from changes.calendar_models import A_WEEK, MaintenanceWindow
from configuration.models import CiClass, ConfigurationItem
from itsm.records import refusable

WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
]  # fmt: skip
LOCAL = "%Y-%m-%dT%H:%M"


class Refusable(refusable.Refusable):
    """A form whose service has the last word."""

    error_css_class = "wrong"


class RuleForm(Refusable):
    """What freezes and maintenance windows have in common."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)

    def __init__(self, data: Any = None, *, person: Any, row: Any = None) -> None:
        """This will fill the form from ``row`` and offer what ``person`` may see."""
        super().__init__(data, auto_id="id_rule_%s", initial=_initial(row) if row is not None else None)
        self.person = person
        self._scopes()

    def _scopes(self) -> None:
        """This will add what the rule is for, at the end."""
        several: dict[str, Any] = {"required": False}
        self.fields["services"] = forms.ModelMultipleChoiceField(
            Service.objects.visible_to(self.person).order_by("code"), label=_("Only for these services"),
            widget=forms.SelectMultiple({"size": 5}),
            help_text=_("Without a service, a class or an item it is for everything."), **several,
        )  # fmt: skip
        self.fields["ci_classes"] = forms.ModelMultipleChoiceField(
            CiClass.objects.filter(is_active=True).order_by("layer", "code"), label=_("Only for these CI classes"),
            widget=forms.SelectMultiple({"size": 5}), **several,
        )  # fmt: skip
        self.fields["items"] = forms.CharField(
            label=_("Only for these configuration items"),
            max_length=2000,
            help_text=_("Numbers, with commas between."),
            **several,
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"), widget=forms.Textarea({"rows": 2}), max_length=2000, **several
        )

    def clean_items(self) -> list[Any]:
        """This will read the numbers of items.

        :raises ValidationError: naming each that there is not
        """
        wanted = [part for part in self.cleaned_data["items"].replace(",", " ").replace("、", " ").split() if part]
        found = {row.number: row for row in ConfigurationItem.objects.visible_to(self.person).filter(number__in=wanted)}
        odd = [number for number in wanted if number not in found]
        if odd:
            raise forms.ValidationError(_("There is no item %(numbers)s.") % {"numbers": ", ".join(odd)[:200]})
        return [found[number] for number in dict.fromkeys(wanted)]


def _initial(row: Any) -> dict[str, Any]:
    """Give what the rule holds."""
    found = {name: getattr(row, name, None) for name in (*PLAIN, "exceptions", "is_hard", "starts_at", "ends_at")}
    return found | {
        "services": list(row.services.all()), "ci_classes": list(row.ci_classes.all()),
        "items": ", ".join(row.items.order_by("pk").values_list("number", flat=True)),
    }  # fmt: skip


class MoveForm(Refusable):
    """Another time for a change; what its mover has to agree to is asked beneath."""

    window_start = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL))
    window_end = forms.DateTimeField(label=_("Up to"), widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def ask(self, questions: list[str]) -> None:
        """This will ask for a yes to all of ``questions``."""
        self.fields["agreed"] = forms.BooleanField(
            label=_("Move it all the same"), help_text=" ".join(questions), required=False
        )


PLAIN = (
    "name_zh",
    "name_en",
    "note",
    "weekdays",
    "opens",
    "minutes",
    "zone",
    "since",
    "until",
    "weeks",
    "week_of_month",
)


class FreezeForm(RuleForm):
    """A freeze."""

    starts_at = forms.DateTimeField(label=_("From"), widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL))
    ends_at = forms.DateTimeField(label=_("Up to"), widget=forms.DateTimeInput({"type": "datetime-local"}, LOCAL))
    is_hard = forms.BooleanField(label=_("It stops changes; otherwise it only warns"), required=False, initial=True)
    exceptions = forms.CharField(label=_("Exceptions, and who may allow them"), max_length=300, required=False)


class MaintenanceForm(RuleForm):
    """A maintenance window."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    opens = forms.TimeField(label=_("Opens at"), widget=forms.TimeInput({"type": "time"}, "%H:%M"))
    minutes = forms.IntegerField(label=_("Minutes it lasts"), min_value=1, max_value=A_WEEK)
    zone = forms.CharField(label=_("Time zone"), max_length=60, initial="Asia/Taipei")
    since = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(
        label=_("Last day of the window"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"), required=False
    )
    weeks = forms.IntegerField(label=_("Every how many weeks"), min_value=1, max_value=52, initial=1)
    week_of_month = forms.TypedChoiceField(
        label=_("Week of the month"), required=False, coerce=int, empty_value=None,
        choices=[("", _("every week")), *MaintenanceWindow._meta.get_field("week_of_month").choices],  # type: ignore[misc]  # it has choices
    )  # fmt: skip


class EndForm(RuleForm):
    """Why a freeze ends early."""

    name_zh = None  # type: ignore[assignment]  # nothing of a rule is asked
    name_en = None  # type: ignore[assignment]
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def _scopes(self) -> None:
        """This will ask nothing more."""
