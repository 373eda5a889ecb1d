"""The limits of the workload as they are filled in: one small form for each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.agreements.forms import MORE
from sla import agreement_sheet as sheet
from sla.workload import MEASURES, PER, Limit, limit_words

#: What is chosen where a measure is named in words.
OTHER = "other"
LARGEST = 2_147_483_647


class LimitForm(forms.Form):
    """A limit of the workload; one that nobody touched is left out."""

    metric = forms.ChoiceField(label=gettext_lazy("Measure"))
    words = forms.CharField(label=gettext_lazy("Measure in words"), max_length=60, required=False)
    most = forms.IntegerField(label=gettext_lazy("At most"), min_value=0, max_value=LARGEST)
    per = forms.ChoiceField(label=gettext_lazy("Per"))

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will offer what is usual, and what stands there already."""
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        fields["metric"].choices = [("", "---------"), *MEASURES.items(), (OTHER, _("other, in words"))]
        kept = str(self.initial.get("per", ""))
        own = [(kept, kept)] if kept and kept not in PER else []
        fields["per"].choices = [("", "---------"), *PER.items(), *own]
        fields["words"].help_text = _("Only with “other”: what is counted, such as courses held.")

    @property
    def heading(self) -> str:
        """What the limit is called when it is folded."""
        if not self.initial:
            return ""
        return limit_words({**self.initial, "metric": self.initial["words"] or self.initial["metric"]})

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields in the rows in which they are drawn."""
        return [[self["metric"], self["words"]], [self["most"], self["per"]]]

    def clean(self) -> dict[str, Any]:
        """This will take the words for the measure where another is chosen."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        words = given.get("words", "")
        if given.get("metric") == OTHER and not words:
            self.add_error("words", _("Say in words what is limited."))
        elif words and given.get("metric") not in (OTHER, None):
            self.add_error("words", _("Choose “other” where the measure is named in words, or leave this empty."))
        elif words:
            given["metric"] = words
        return given


def limit_forms(rows: Any, data: Any) -> Any:
    """Give the forms of the limits that are there, and a few empty ones."""
    made = forms.formset_factory(LimitForm, extra=MORE, can_delete=True, max_num=sheet.MOST_PARTS, absolute_max=100)
    return made(data, initial=[_initial(row) for row in rows or ()], prefix="workload")


def _initial(row: Limit) -> dict[str, Any]:
    metric = row.get("metric", "")
    known = metric in MEASURES
    return {
        "metric": metric if known else OTHER, "words": "" if known else metric, "most": row.get("most"), "per": row.get("per", ""),
    }  # fmt: skip
