"""The forms of audits: the plan, and the count sheet of one item."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from configuration.models import AuditFind, AuditItem, AuditLine, CiClass, VerificationAudit
from itsm.people.models import Person

RIGHT, WRONG, UNSEEN = "ok", "wrong", "unseen"


class PlanForm(forms.ModelForm[VerificationAudit]):
    """What is audited, how, by whom and when."""

    precision = forms.IntegerField(label=_("wanted precision in percentage points"), min_value=1, max_value=50)
    confidence = forms.IntegerField(label=_("confidence in per cent"), min_value=50, max_value=99)

    class Meta:
        model = VerificationAudit
        fields = ("title", "kind", "ci_class", "precision", "confidence", "auditor", "planned_on", "seed")
        widgets = {"planned_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will offer active people and classes, and let the seed be made."""
        super().__init__(*given, **named)
        self.fields["seed"].required = False
        self.fields["seed"].help_text = _("Left empty, one is made and recorded.")
        self.fields["precision"].help_text = _("The sample is as large as this and the number of items ask for.")
        auditor: Any = self.fields["auditor"]
        auditor.queryset = Person.objects.holding("auditor", "config_manager", "engineer").order_by("name")
        classes: Any = self.fields["ci_class"]
        classes.queryset = CiClass.objects.filter(is_active=True).order_by("layer", "code")
        classes.empty_label = _("all classes")


class FindForm(forms.ModelForm[AuditFind]):
    """Something that is there and not on the sheet."""

    class Meta:
        model = AuditFind
        fields = ("kind", "name", "place", "remark")


def sheet_of(data: Any, lines: list[AuditLine]) -> tuple[str, dict[str, str | None]]:
    """This will read a posted count sheet: whether the item was found, and what is wrong or unseen of it.

    A field that is said to be wrong without a value is kept as empty at the thing itself.
    """
    if "all_right" in data:
        return AuditItem.Result.FOUND, {}
    if "missing" in data:
        return AuditItem.Result.MISSING, {}
    found: dict[str, str | None] = {}
    for line in lines:
        answer = data.get(f"line-{line.pk}", RIGHT)
        if answer == WRONG:
            found[line.field] = str(data.get(f"found-{line.pk}", "")).replace("\x00", "")
        elif answer == UNSEEN:
            found[line.field] = None
    return AuditItem.Result.FOUND, found
