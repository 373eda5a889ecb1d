"""What is asked on the pages of reports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Organisation
from itsm.service_reports import kinds
from itsm.service_reports.contract_years import Day
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue, ReportResult
from itsm.ui.moments import ROC
from sla.models import ServiceAgreement

MONTH = re.compile(r"(?:民國)?\s*(\d{2,4})\s*[-/年]\s*(\d{1,2})\s*月?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNREAD = _("Write the month as 2026-11; of a week a day in it, as 2026-11-23.")


def read_month(text: str) -> date | None:
    """Read ``2026-11``, or ``115-11`` in the Republic's years, as the first day of the month; None where it is none."""
    found = MONTH.fullmatch(text.strip())
    if found is None or not 1 <= int(found.group(2)) <= 12:
        return None
    written = int(found.group(1))
    year = written + ROC if written < 1000 else written
    return date(year, int(found.group(2)), 1) if 1990 <= year <= 2200 else None


def read_day(text: str, kind: str) -> Day | None:
    """Read a day, or a month where that tells which period of a kind is meant; None where it is neither."""
    if DAY.fullmatch(text.strip()):
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            return None
        return Day(day, is_month=False) if 1990 <= day.year <= 2200 else None
    month = None if kinds.kind_of(kind).asks_day else read_month(text)
    return None if month is None else Day(month, is_month=True)


class PrepareForm(forms.Form):
    """Whose report, of which period."""

    customer = forms.ModelChoiceField(Organisation.objects.none(), label=_("Customer"), to_field_name="code")
    kind = forms.ChoiceField(label=_("Kind of period"), choices=kinds.CHOICES, initial="month")
    month = forms.CharField(
        label=_("Month"),
        max_length=10,
        help_text=_("As 2026-11; of a quarter or year any month of it, of a week any day of it as 2026-11-23."),
    )
    agreement = forms.ModelChoiceField(
        ServiceAgreement.objects.none(), label=_("Agreement"), to_field_name="number", required=False, empty_label=_("the only one"),
        help_text=_("Of a year of the agreement: whose. It begins with the day on which that was first in force."),
    )  # fmt: skip
    years = forms.ChoiceField(label=_("Years on paper"), choices=ReportIssue.Years.choices, initial="gregorian")
    reason = forms.CharField(
        label=_("Reason for a new edition"), max_length=500, required=False,
        help_text=_("Only where the period was reported already: what was corrected, and why."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["customer"]
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in choices]).order_by("code")
        named: Any = self.fields["agreement"]
        named.queryset = (
            ServiceAgreement.objects.filter(type="sla", editions__applied_at__isnull=False).distinct().order_by("pk")
        )
        named.label_from_instance = lambda one: f"{one.number} {one.title}"

    def clean(self) -> dict[str, Any]:
        """Read the month or day."""
        given = super().clean() or {}
        if "month" in given and "kind" in given:
            given["day"] = read_day(given["month"], given["kind"])
            if given["day"] is None:
                self.add_error("month", UNREAD)
        return given


class SignForm(forms.Form):
    """Who signs for the customer."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    title = forms.CharField(label=_("Your title"), max_length=120, required=False)
    remark = forms.CharField(
        label=_("Remark"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you object to, or wish to be noted with your signature."),
    )  # fmt: skip


class ResultForm(forms.Form):
    """What a person found of a promise that nothing measures; what is missing is said when it is kept."""

    verdict = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("no result entered")), *ReportResult.Verdict.choices]
    )
    text = forms.CharField(
        label=_("What was found"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence = forms.URLField(label=_("Link to the evidence"), max_length=500, required=False, assume_scheme="https")


def result_form(line: dict[str, Any], data: Any = None) -> ResultForm:
    """Make the form of a line that a person judges: as it was sent, else as it was entered."""
    kept = line["entered"] or {}
    return ResultForm(data, prefix=line["name"], initial={name: kept.get(name, "") for name in ResultForm.base_fields})


def results_of(lines: Iterable[dict[str, Any]], data: Any) -> list[Result]:
    """Read what was sent of lines that a person judges."""
    return [
        Result(line["name"], *(data.get(f"{line['name']}-{field}", "") for field in ResultForm.base_fields)) for line in lines
    ]  # fmt: skip
