"""What is filled in of budgets and invoices."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.records.refusable import Refusable
from relationships.spending import LONGEST_NOTE, LONGEST_NUMBER, LONGEST_REASON
from relationships.spending_models import MOST, SupplierInvoice
from relationships.supplier_forms import day_box


def _note() -> forms.CharField:
    return forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)


class BudgetForm(Refusable):
    """What a contract may cost from one day to another."""

    starts_on = forms.DateField(label=pgettext_lazy("budget", "From"), widget=day_box())
    ends_on = forms.DateField(label=pgettext_lazy("budget", "Until"), widget=day_box())
    amount = forms.IntegerField(label=_("Budget (NT$)"), min_value=1, max_value=MOST)
    note = _note()


class InvoiceForm(Refusable):
    """An invoice or a credit note, as it stands on the paper."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SupplierInvoice.Kind.choices)
    number = forms.CharField(label=_("Number of the invoice"), max_length=LONGEST_NUMBER)
    issued_on = forms.DateField(label=_("Dated"), widget=day_box())
    received_on = forms.DateField(label=pgettext_lazy("invoice", "Received on"), widget=day_box())
    amount = forms.IntegerField(
        label=_("Amount (NT$)"), min_value=1, max_value=MOST, help_text=_("Of a credit note too as it is printed, above zero.")
    )  # fmt: skip
    note = _note()


class DecisionForm(Refusable):
    """What is decided on an invoice."""

    decision = forms.ChoiceField(
        label=pgettext_lazy("invoice", "Decision"),
        choices=(("approve", _("Approve")), ("refuse", _("Refuse"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed to refuse it."),
    )  # fmt: skip
