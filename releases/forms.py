"""The small forms of a release: a draft, a line of contents, a criterion, a signature, a target."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.records import register
from itsm.records.refusable import Refusable
from releases.lines import LONGEST
from releases.models import Criterion, Environment


class SmallForm(Refusable):
    """A form whose service has the last word."""

    error_css_class = "wrong"

    def __init__(self, data: Any = None, **more: Any) -> None:
        """This will tie labels to fields by ids of their own."""
        super().__init__(data, auto_id="id_release_%s", **more)


class DraftForm(SmallForm):
    """A new release."""

    title = forms.CharField(label=_("Subject"), max_length=160)
    description = forms.CharField(label=_("What it brings"), widget=forms.Textarea({"rows": 4}), max_length=50_000)
    changes = forms.CharField(
        label=_("Changes that it carries out"), max_length=400, help_text=_("Numbers of changes, with commas between.")
    )

    def __init__(self, data: Any = None, *, person: Any, **more: Any) -> None:
        """This will look changes up among those that ``person`` may see."""
        super().__init__(data, **more)
        self.person = person

    def clean_changes(self) -> list[Any]:
        """This will read the numbers.

        :raises ValidationError: naming each that is no open change that the person may see
        """
        wanted = [part for part in self.cleaned_data["changes"].replace(",", " ").replace("、", " ").split() if part]
        rows = register.process("change").model.objects.visible_to(self.person).open().filter(number__in=wanted)
        found = {row.number: row for row in rows}
        odd = [number for number in wanted if number not in found]
        if odd or not wanted:
            raise forms.ValidationError(_("%(numbers)s is no open change.") % {"numbers": ", ".join(odd)[:200] or "—"})
        return [found[number] for number in dict.fromkeys(wanted)]


class ContentForm(SmallForm):
    """A line of the contents."""

    name = forms.CharField(
        label=_("Item or name"),
        max_length=LONGEST,
        help_text=_("The number or name of a configuration item, or any name."),
    )
    old = forms.CharField(label=_("Version before"), max_length=60, required=False)
    new = forms.CharField(label=_("Version after"), max_length=60, required=False)
    storage_ref = forms.CharField(label=_("Where the medium lies"), max_length=200, required=False)
    checksum = forms.CharField(label=_("Checksum"), max_length=128, required=False)


class CriterionForm(SmallForm):
    """An acceptance criterion."""

    text = forms.CharField(label=_("Criterion"), max_length=300)


class SignForm(SmallForm):
    """What came of the test of a criterion."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[row for row in Criterion.Result.choices if row[0] != "open"],
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(label=_("Evidence"), max_length=300)


class ExtendForm(SmallForm):
    """A later end of the window."""

    until = forms.DateTimeField(
        label=_("New end"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea({"rows": 2}))


class TargetForm(SmallForm):
    """One more target of the deployment."""

    environment = forms.ChoiceField(label=_("Environment"), choices=Environment.choices)
    target = forms.CharField(
        label=pgettext_lazy("deployment", "Target"),
        max_length=LONGEST,
        help_text=_("The number or name of a configuration item, or any name."),
    )
    wave = forms.IntegerField(label=_("Wave"), min_value=1, max_value=99, initial=1)
    start = forms.DateTimeField(
        label=_("Planned start"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    end = forms.DateTimeField(
        label=_("Planned end"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
