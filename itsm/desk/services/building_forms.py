"""The forms of the builder: an item, the fields of its form, the tasks of its plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalogue.items import fields, plans
from catalogue.models import RequestItem
from itsm.flow import pick
from itsm.flow.roles import STAFF
from itsm.people.models import Organisation, Person

HOUR = 3600
KINDS = [(code, format_lazy("{}", words)) for code, words in fields.KINDS.items()]
CHECKS = [(code, format_lazy("{}", words)) for code, words in fields.CHECKS.items()]


class ItemForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """What is offered, how soon, to whom, and who must approve it."""

    hours = forms.DecimalField(
        label=_("Target in hours of service"), min_value=0, max_value=9999, max_digits=6, decimal_places=2
    )

    class Meta:
        model = RequestItem
        fields: ClassVar[list[str]] = [
            "name_zh", "name_en", "description_zh", "description_en", "hours", "keywords", "sort", "is_active", "audiences",
            "opens_change", "change_template", "approval", "approval_rule", "approval_needed", "approval_lead", "approval_owner",
            "approvers",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "audiences": forms.CheckboxSelectMultiple({"class": "pick-list"}),
            "approvers": forms.CheckboxSelectMultiple({"class": "pick-list"}),
            "description_zh": forms.Textarea({"rows": 3}), "description_en": forms.Textarea({"rows": 3}),
        }  # fmt: skip

    #: The parts in which the fields are drawn.
    PARTS: ClassVar[dict[str, tuple[tuple[str, ...], ...]]] = {
        "offer": (
            ("name_zh", "name_en"), ("description_zh", "description_en"), ("hours", "sort"), ("keywords",), ("is_active",),
            ("audiences",), ("opens_change", "change_template"),
        ),
        "approval": (("approval",), ("approval_rule", "approval_needed"), ("approval_lead", "approval_owner"), ("approvers",)),
    }  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["hours"].initial = self.instance.target_seconds / HOUR
        units = Organisation.objects.filter(is_active=True).exclude(kind="supplier").order_by("code")
        people = Person.objects.active().filter(grants__role__in=STAFF) | Person.objects.active().filter(
            leads_units__isnull=False
        )
        self.fields["audiences"].queryset = units  # type: ignore[attr-defined]  # chooses rows
        self.fields["approvers"].queryset = people.distinct().order_by("name", "pk")  # type: ignore[attr-defined]  # chooses rows

    def clean(self) -> dict[str, Any]:
        """A template belongs to an item that opens a change."""
        given = super().clean() or self.cleaned_data
        if given.get("change_template") and not given.get("opens_change"):
            self.add_error("change_template", gettext("Only for an item whose order opens a change."))
        return given

    @property
    def offer(self) -> list[list[forms.BoundField]]:
        """The fields of the offer in rows."""
        return [[self[name] for name in row] for row in self.PARTS["offer"]]

    @property
    def approving(self) -> list[list[forms.BoundField]]:
        """The fields of the approval in rows."""
        return [[self[name] for name in row] for row in self.PARTS["approval"]]


class BeginForm(forms.Form):
    """How an item begins."""

    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and hyphens; it stays as it is."),
        error_messages={"invalid": _("Only small letters, digits and hyphens.")},
    )  # fmt: skip
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    like = forms.ModelChoiceField(
        label=_("Begin like"), queryset=RequestItem.objects.order_by("service__code", "sort", "code"), required=False,
        empty_label=_("From nothing"), help_text=_("Its form, approval and plan are copied."),
    )  # fmt: skip


class FieldForm(forms.Form):
    """One field of the form; without a code it is dropped."""

    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=99, required=False)
    code = forms.CharField(
        label=_("Code"), max_length=30, required=False, help_text=_("Small letters; empty: the field is dropped.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    label_zh = forms.CharField(label=_("Question (Chinese)"), max_length=160, required=False)
    label_en = forms.CharField(label=_("Question (English)"), max_length=160, required=False)
    help_zh = forms.CharField(label=_("Help (Chinese)"), max_length=300, required=False)
    help_en = forms.CharField(label=_("Help (English)"), max_length=300, required=False)
    choices = forms.CharField(
        label=_("Values, one for each line"), max_length=8000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("value | Chinese | English"),
    )  # fmt: skip
    check = forms.ChoiceField(label=_("What may be written"), choices=CHECKS, required=False)
    longest = forms.IntegerField(label=_("Longest text"), min_value=1, max_value=fields.LONGEST, required=False)
    ahead_days = forms.IntegerField(label=_("Earliest day, days from now"), min_value=0, max_value=365, required=False)
    when_field = forms.CharField(label=_("Only where this field (code)"), max_length=30, required=False)
    when_values = forms.CharField(
        label=_("has one of these values"), max_length=400, required=False, help_text=_("Separated by commas.")
    )

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields in the rows in which they are drawn."""
        lines = (
            ("position", "code", "kind"), ("required",), ("label_zh", "label_en"), ("help_zh", "help_en"), ("choices",),
            ("check", "longest", "ahead_days"), ("when_field", "when_values"),
        )  # fmt: skip
        return [[self[name] for name in line] for line in lines]


class TaskForm(forms.Form):
    """One task of the plan; without a title it is dropped."""

    zh = forms.CharField(label=_("Title (Chinese)"), max_length=160, required=False)
    en = forms.CharField(label=_("Title (English)"), max_length=160, required=False)
    step = forms.IntegerField(label=_("Step"), min_value=1, max_value=plans.MOST_STEPS, required=False)
    hours = forms.DecimalField(
        label=_("Target (hours)"), min_value=0, max_value=9999, max_digits=6, decimal_places=2, required=False
    )
    optional = forms.BooleanField(label=_("Optional"), required=False)


Fields: Any = forms.formset_factory(FieldForm, extra=1, max_num=fields.MOST_FIELDS)
Tasks: Any = forms.formset_factory(TaskForm, extra=2, max_num=plans.MOST)


def field_rows(form: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the stored fields as the builder shows them."""
    return [_field_row(number, row) for number, row in enumerate(form, 1)]


def _field_row(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    when = row.get("when") or {}
    lines = [f"{one['value']} | {one.get('zh', '')} | {one.get('en', '')}" for one in row.get("choices", ())]
    words = fields.KINDS.get(str(row.get("kind", "")), "")
    title = pick(str(row.get("label_zh", "")), str(row.get("label_en", "")))
    more = {
        "position": number,
        "title": title,
        "kind_words": str(words),
        "choices": "\n".join(lines),
        "when_field": when.get("field", ""),
    }
    return {**row, **more, "when_values": ", ".join(when.get("is", ()))}


def fields_of(formset: Any) -> list[dict[str, Any]]:
    """Read the fields as they are stored, in the order of their places."""
    given = [form.cleaned_data for form in formset if form.cleaned_data.get("code")]
    return [_stored(row) for row in sorted(given, key=lambda row: row.get("position") or 99)]


def _stored(row: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("code", "kind", "required", "label_zh", "label_en", "help_zh", "help_en")}
    kept["kind"] = kept["kind"] or "text"
    if row["kind"] == "choice":
        kept["choices"] = _values(row["choices"])
    if row["kind"] == "text":
        kept |= {"check": row["check"], "longest": row["longest"] or 400}
    if row["kind"] == "date" and row["ahead_days"] is not None:
        kept["ahead_days"] = row["ahead_days"]
    if row["when_field"]:
        values = [value.strip() for value in row["when_values"].replace("，", ",").split(",") if value.strip()]
        kept["when"] = {"field": row["when_field"], "is": values}
    return kept


def _values(text: str) -> list[dict[str, str]]:
    lines = [
        [part.strip() for part in line.replace("｜", "|").split("|")] for line in text.splitlines() if line.strip()
    ]
    return [{"value": parts[0], "zh": (parts[1:2] or parts)[0], "en": (parts[2:3] or parts)[0]} for parts in lines]


def task_rows(plan: Iterable[plans.PlannedTask]) -> list[dict[str, Any]]:
    """Give the plan as the builder shows it."""
    return [
        {
            "zh": task.title_zh, "en": task.title_en, "step": task.step, "optional": not task.mandatory,
            "hours": task.target_seconds / HOUR if task.target_seconds else None,
        }
        for task in plan
    ]  # fmt: skip


def tasks_of(formset: Any) -> list[dict[str, Any]]:
    """Read the plan as it is stored."""
    given = [form.cleaned_data for form in formset if form.cleaned_data.get("zh")]
    return [
        {
            "zh": row["zh"], "en": row["en"], "step": row["step"] or 1, "mandatory": not row["optional"],
            "target_seconds": int(row["hours"] * HOUR) if row["hours"] else None,
        }
        for row in given
    ]  # fmt: skip
