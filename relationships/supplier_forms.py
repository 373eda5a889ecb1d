"""What keepers of the registers fill in: suppliers, contacts, contracts, evaluations, customers, reviews."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Service
from itsm.flow.roles import STAFF
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from relationships.models import Contract, Customer, CustomerContact, Supplier, SupplierContact
from relationships.supplier_guards import CONTENTS
from relationships.suppliers import MARKS


def day_box() -> forms.DateInput:
    """Give a box for a date."""
    box = forms.DateInput(format="%Y-%m-%d")
    box.input_type = "date"
    return box


def staff() -> Any:
    """List who works cases."""
    return Person.objects.active().filter(grants__role__in=STAFF).order_by("name", "pk").distinct()


class SupplierForm(forms.ModelForm[Supplier]):
    """A supplier of the register; the organisation is named, and made where it is new."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=120, required=False)

    class Meta:
        model = Supplier
        fields = ("tax_id", "owner", "tier", "lead_supplier", "criticality", "next_evaluation_on", "note")
        widgets = {"next_evaluation_on": day_box(), "note": forms.Textarea({"rows": 3})}

    field_order = ("code", "name_zh", "name_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """This will fill in the names of a supplier that is known."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = staff()
        fields["lead_supplier"].queryset = Supplier.objects.filter(tier="lead").exclude(pk=self.instance.pk)
        if self.instance.pk:
            firm = self.instance.organisation
            self.initial = {**self.initial, "code": firm.code, "name_zh": firm.name_zh, "name_en": firm.name_en}
            fields["code"].disabled = True

    def clean_code(self) -> str:
        """This will refuse a code that another organisation has."""
        code: str = self.cleaned_data["code"]
        if not self.instance.pk and Organisation.objects.filter(code=code).exists():
            raise forms.ValidationError(_("An organisation has this code already."))
        return code

    def clean(self) -> dict[str, Any]:
        """This will hold subcontractors to their lead."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("tier") == "sub" and given.get("lead_supplier") is None:
            self.add_error("lead_supplier", _("A subcontracted supplier works under a lead supplier."))
        if given.get("tier") == "lead" and given.get("lead_supplier") is not None:
            self.add_error("lead_supplier", _("A lead supplier works under nobody."))
        return given

    def save(self, commit: bool = True) -> Supplier:
        """This will write the organisation with the supplier."""
        given = self.cleaned_data
        names = {"name_zh": given["name_zh"], "name_en": given["name_en"]}
        if self.instance.pk:
            Organisation.objects.filter(pk=self.instance.organisation_id).update(**names)
        else:
            self.instance.organisation = Organisation.objects.create(code=given["code"], kind="supplier", **names)
        return super().save(commit)


class SupplierContactForm(forms.ModelForm[SupplierContact]):
    """Whom to ask at a supplier."""

    class Meta:
        model = SupplierContact
        fields = ("name", "role", "phone", "email")


class ContractForm(forms.ModelForm[Contract]):
    """A contract: period, hours, targets, and the eleven contents of the standard."""

    any_minutes = forms.IntegerField(
        label=gettext_lazy("Answer within (minutes)"), min_value=1, max_value=525_600, required=False
    )
    p1_minutes = forms.IntegerField(
        label=gettext_lazy("Answer within (minutes), P1"), min_value=1, max_value=525_600, required=False
    )

    class Meta:
        model = Contract
        fields = (
            "title", "services", "starts_on", "ends_on", "notice_days", "review_on", "hours", "value", *CONTENTS, "penalty_rule",
            "milestones",
        )  # fmt: skip
        widgets = {
            **{name: day_box() for name in ("starts_on", "ends_on", "review_on")},
            **{name: forms.Textarea({"rows": 2}) for name in (*CONTENTS, "penalty_rule", "milestones")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """This will fill in the targets of a contract that is known."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["hours"].queryset = Calendar.objects.order_by("code")
        fields["services"].queryset = Service.objects.order_by("code")
        if self.instance.pk:
            kept = {row.priority: row.minutes for row in self.instance.targets.all()}
            self.initial = {**self.initial, "any_minutes": kept.get(None), "p1_minutes": kept.get(1)}

    def clean(self) -> dict[str, Any]:
        """This will refuse an end before the beginning."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("A contract ends after it begins."))
        return given

    def targets(self) -> dict[int | None, int]:
        """This will give the minutes by priority."""
        given = self.cleaned_data
        kept = {row.priority: row.minutes for row in self.instance.targets.all()} if self.instance.pk else {}
        found = kept | {None: given.get("any_minutes"), 1: given.get("p1_minutes")}
        return {priority: minutes for priority, minutes in found.items() if minutes}


class EvaluationForm(forms.Form):
    """How a supplier did."""

    held_on = forms.DateField(label=gettext_lazy("Held on"), widget=day_box())
    quality = forms.TypedChoiceField(label=gettext_lazy("Quality"), coerce=int)
    timeliness = forms.TypedChoiceField(label=gettext_lazy("Timeliness"), coerce=int)
    cooperation = forms.TypedChoiceField(label=gettext_lazy("Cooperation"), coerce=int)
    price = forms.TypedChoiceField(label=gettext_lazy("Price"), coerce=int)
    minutes = forms.CharField(label=gettext_lazy("Minutes"), max_length=10_000, widget=forms.Textarea({"rows": 3}))
    next_on = forms.DateField(label=gettext_lazy("Next evaluation"), required=False, widget=day_box())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """This will offer the marks."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        for name in MARKS:
            fields[name].choices = [(mark, str(mark)) for mark in range(1, 6)]
            fields[name].initial = 3


class DisputeForm(forms.Form):
    """A disagreement with a supplier."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    claim = forms.CharField(label=gettext_lazy("What we claim"), max_length=10_000, widget=forms.Textarea({"rows": 3}))


class CustomerForm(forms.ModelForm[Customer]):
    """A customer of the register."""

    class Meta:
        model = Customer
        fields = ("organisation", "account_owner", "services", "needs", "next_review_on")
        widgets = {"next_review_on": day_box(), "needs": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """This will offer the organisations that are no customers yet."""
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["account_owner"].queryset = staff()
        fields["services"].queryset = Service.objects.order_by("code")
        free = Organisation.objects.filter(customer=None, is_active=True).exclude(kind="supplier").order_by("code")
        fields["organisation"].queryset = free
        if self.instance.pk:
            fields.pop("organisation")


class CustomerContactForm(forms.ModelForm[CustomerContact]):
    """Who speaks for a customer."""

    class Meta:
        model = CustomerContact
        fields = ("kind", "name", "role", "phone", "email")


class ReviewForm(forms.Form):
    """A service review to come."""

    title = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    planned_on = forms.DateField(label=gettext_lazy("Planned for"), widget=day_box())
    period_start = forms.DateField(label=gettext_lazy("Period from"), widget=day_box())
    period_end = forms.DateField(label=gettext_lazy("Period to"), widget=day_box())

    def clean(self) -> dict[str, Any]:
        """This will refuse a period that runs backwards."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = given.get("period_start"), given.get("period_end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.add_error("period_end", _("The period ends after it begins."))
        return given
