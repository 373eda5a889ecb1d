"""The rules of the classes: the page that lists them in their order, and the forms that change them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from changes import ruling
from changes.asks import TRIGGERS
from changes.rule_models import LONGEST_LEAD, ClassRule, LeadTime
from changes.windows_forms import Refusable
from changes.windows_views import asked, sent


class ClassRuleForm(Refusable):
    """One rule; the code is asked once, since decisions name it."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=40)
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=120, required=False)
    position = forms.IntegerField(
        label=gettext_lazy("Order"), min_value=1, max_value=30_000, initial=500,
        help_text=gettext_lazy("The first rule that holds decides; smaller numbers come first."),
    )  # fmt: skip
    fact = forms.ChoiceField(label=gettext_lazy("Fact"), choices=ClassRule.Fact.choices, required=False)
    operator = forms.ChoiceField(label=gettext_lazy("Comparison"), choices=ClassRule.Operator.choices)
    value = forms.IntegerField(label=gettext_lazy("Value"), min_value=0, max_value=2_147_483_647, initial=0)
    change_class = forms.ChoiceField(label=gettext_lazy("Class"), choices=ClassRule.Into.choices)
    may_be_overridden = forms.BooleanField(
        label=gettext_lazy("A reason may go against it"), required=False, initial=True,
        help_text=gettext_lazy("The reason is given by the change manager who classifies."),
    )  # fmt: skip
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)

    def __init__(self, data: Any = None, *, row: ClassRule | None = None) -> None:
        """This will fill the form from ``row``."""
        first = {name: getattr(row, name) for name in self.base_fields} if row is not None else None
        super().__init__(data, auto_id="id_rule_%s", initial=first)
        if row is not None:
            self.fields["code"].disabled = True


class LeadForm(Refusable):
    """The lead time of one class."""

    days = forms.IntegerField(label=gettext_lazy("Business days"), min_value=0, max_value=LONGEST_LEAD)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Show the rules in their order, and the lead times."""
    _keeper(request)
    rows = [{"row": row, "is_asked": row.code in TRIGGERS} for row in ClassRule.objects.all()]
    leads = {row.change_class: row.days for row in LeadTime.objects.all()}
    context = {
        "rows": rows,
        "leads": [(code, label, leads.get(code, 0)) for code, label in LeadTime.Of.choices],
    }
    return render(request, "changes/rules.html", context)


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a rule, or make one."""
    person = _keeper(request)
    row = get_object_or_404(ClassRule, code=code) if code else None
    form = ClassRuleForm(sent(request), row=row)
    title = _("Change the rule") if row else _("New rule")
    return asked(
        request, form, lambda given: ruling.keep_rule(row, given, by=person), title=title, back=reverse("changes:rules")
    )


@require_http_methods(["GET", "POST"])
def lead(request: HttpRequest, code: str) -> HttpResponse:
    """Write the lead time of a class."""
    person = _keeper(request)
    label = dict(LeadTime.Of.choices).get(code)
    if label is None:
        raise Http404
    days = LeadTime.objects.filter(change_class=code).values_list("days", flat=True).first() or 0
    form = LeadForm(sent(request), auto_id="id_lead_%s", initial={"days": days})
    title = _("Lead time: %(change_class)s") % {"change_class": label}
    return asked(
        request, form, lambda given: ruling.keep_lead(code, given["days"], by=person), title=title,
        back=reverse("changes:rules"),
    )  # fmt: skip


def _keeper(request: HttpRequest) -> Any:
    """Give who asks, if they keep the rules.

    :raises PermissionDenied: if they do not
    """
    person: Any = request.user
    if not ruling.may_keep(person):
        raise PermissionDenied(_("The rules of the classes are kept by the change manager and by administrators."))
    return person
