"""What a keeper fills in: the head of an agreement, one row of its table, and the parts of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.forms.models import model_to_dict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import RequestItem, Service
from configuration.models import ConfigurationItem
from itsm.flow.roles import STAFF
from itsm.people.models import Organisation, Person, Team
from itsm.records import register
from itsm.tickets.models import Ticket
from itsm.ui.moments import UnreadableDate, read_span
from sla import agreement_sheet as sheet
from sla import agreement_writing
from sla.models import (
    AgreementDocument,
    AgreementEdition,
    AgreementItem,
    AgreementRow,
    ExclusionClause,
    MaintenancePlan,
    Promise,
    Remedy,
    ServiceAgreement,
)

#: Empty forms offered after those that are there.
MORE = 2


def time_box() -> forms.TimeInput:
    """Give a box for a time of the day."""
    box = forms.TimeInput(format="%H:%M")
    box.input_type = "time"
    return box


def number_list(label: Any, named: Iterable[tuple[int, Any]], *, empty: Any) -> forms.TypedChoiceField:
    """Give a list box of numbers by their names, of which none may be chosen."""
    choices = [("", empty), *((str(number), name) for number, name in named)]
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False)


def day_box() -> forms.DateInput:
    """Give a box for a date."""
    box = forms.DateInput(format="%Y-%m-%d")
    box.input_type = "date"
    return box


class SpanField(forms.CharField):
    """A time such as ``4h``, ``30 min`` or ``2 d``; whole seconds."""

    def prepare_value(self, value: Any) -> Any:
        """This will write seconds as people do."""
        if not isinstance(value, int):
            return value
        hours, minutes = divmod(value // 60, 60)
        return f"{hours}h {minutes}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"

    def clean(self, value: Any) -> Any:
        """This will read a time.

        :raises ValidationError: if it is none
        """
        text = super().clean(value)
        if not text:
            return None
        try:
            return int(read_span(text).total_seconds())
        except (UnreadableDate, OverflowError) as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class AddressField(forms.URLField):
    """An address in the web; one without a scheme is one of https."""

    def __init__(self, **named: Any) -> None:
        """This will complete an address."""
        super().__init__(assume_scheme="https", **named)


class PartForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A part of an agreement; one that nobody touched is left out."""

    #: In which rows the fields are drawn.
    LINES: ClassVar[tuple[tuple[str, ...], ...]] = ()

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will offer only what may be chosen."""
        super().__init__(*given, **named)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = offered(name, field.queryset)

    @property
    def heading(self) -> str:
        """What the part is called when it is folded."""
        names = ("name_zh", "subject_zh", "text_zh", "trigger_zh")
        return next((str(self.initial[name]) for name in names if self.initial.get(name)), "")

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The fields in the rows in which they are drawn."""
        lines = self.LINES or (tuple(name for name in self.fields if name != "DELETE"),)
        return [[self[name] for name in line if name in self.fields] for line in lines]


def offered(name: str, rows: Any) -> Any:
    """Limit what a list box offers."""
    if name == "owner":
        return Person.objects.active().filter(grants__role__in=STAFF).order_by("name", "pk").distinct()
    if rows.model is ConfigurationItem:
        return rows.exclude(state__in=("retired", "disposed")).order_by("title", "pk")[:2000].all()
    if rows.model is Organisation:
        return rows.filter(is_active=True).order_by("kind", "code")
    if rows.model in (Service, RequestItem, Team):
        return rows.filter(is_active=True).order_by("code")
    return rows.order_by("pk")


class HeadForm(PartForm):
    """Subject, type and parties."""

    LINES = (
        ("title",), ("type", "level"), ("provider", "provider_team"), ("consumer", "consumer_team"), ("owner", "under"), ("underpins",),
    )  # fmt: skip

    class Meta:
        model = ServiceAgreement
        fields = (
            "title", "type", "level", "provider", "provider_team", "consumer", "consumer_team", "owner", "under", "underpins",
        )  # fmt: skip

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        """This will offer contracts and agreements that the person may see."""
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        fields["under"].queryset = register.process("contract").model.objects.visible_to(person).order_by("-pk")
        above = ServiceAgreement.objects.visible_to(person).filter(type="sla").exclude(pk=self.instance.pk)
        fields["underpins"].queryset = above.order_by("-pk")
        fields["underpins"].help_text = _("Empty: every SLA with a row for the same services.")
        fields["consumer"].help_text = _("Empty: everybody.")
        if self.instance.pk and self.instance.editions.filter(signed_at__isnull=False).exists():
            fixed = [name for name in agreement_writing.PARTIES if name != "owner"]
            for name in fixed:
                fields[name].disabled = True
            fields["type"].help_text = _("Type and parties stay as they were signed.")

    def clean(self) -> dict[str, Any]:
        """This will hold the parties to the type."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("type") == "ola" and not given.get("provider_team"):
            self.add_error("provider_team", _("An OLA names the team that provides."))
        if given.get("under") is not None and given.get("type") != "uc":
            self.add_error("under", _("Only an underpinning contract points to a contract."))
        return given


class EditionForm(PartForm):
    """Validity, hours and clauses of an edition."""

    LINES = (
        ("valid_from", "valid_to"), ("review_every_months", "next_review_on", "hours"),
        *((f"{name}_zh", f"{name}_en") for name in sheet.CLAUSES), ("reason",),
    )  # fmt: skip

    class Meta:
        model = AgreementEdition
        fields = tuple(name for name in sheet.EDITION if name != "workload")
        widgets: ClassVar[dict[str, Any]] = {
            **{name: day_box() for name in ("valid_from", "valid_to", "next_review_on")},
            **{name: forms.Textarea({"rows": 2}) for name in (*sheet.both(sheet.CLAUSES), "reason")},
        }


class RowForm(PartForm):
    """One line of the paper's table."""

    rto_seconds = SpanField(label=gettext_lazy("Recovery time objective"), required=False, max_length=40)
    rpo_seconds = SpanField(label=gettext_lazy("Recovery point objective"), required=False, max_length=40)
    LINES = (
        ("service", "offerings"), *((f"{name}_zh", f"{name}_en") for name in sheet.COLUMNS),
        *((f"{name}_zh", f"{name}_en") for name in sheet.BESIDE), ("procedure_url",), ("escalation_policy",),
        ("report_frequency", "report_delivery", "report_roles"), ("rto_seconds", "rpo_seconds"),
    )  # fmt: skip

    class Meta:
        model = AgreementRow
        fields = (*sheet.ROW, "offerings")
        field_classes: ClassVar[dict[str, Any]] = {"procedure_url": AddressField}
        widgets: ClassVar[dict[str, Any]] = {
            **{name: forms.Textarea({"rows": 2}) for name in sheet.both((*sheet.COLUMNS, *sheet.BESIDE[:2]))},
            "offerings": forms.SelectMultiple({"size": 4}),
        }

    def clean(self) -> dict[str, Any]:
        """This will ask how a report is delivered, and hold offerings to the service."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("report_frequency") not in ("none", None) and not given.get("report_delivery"):
            self.add_error("report_delivery", _("Say how the report is delivered."))
        service = given.get("service")
        if any(service is None or one.service_id != service.pk for one in given.get("offerings") or ()):
            self.add_error("offerings", _("An offering belongs to the service of its row."))
        return given


class ItemForm(PartForm):
    """A service item with its resource."""

    class Meta:
        model = AgreementItem
        fields = sheet.PARTS["items"][1]


class PromiseForm(PartForm):
    """One promise."""

    seconds = SpanField(
        label=gettext_lazy("Time"), required=False, max_length=40, help_text=gettext_lazy("Such as 4h, 30m or 1.5h.")
    )
    warn_at = forms.CharField(label=gettext_lazy("Warn at per cent"), required=False, max_length=60)
    priority = number_list(
        gettext_lazy("Priority"), [(level, f"P{level}") for level in range(1, 6)], empty=gettext_lazy("every priority")
    )
    process = forms.ChoiceField(label=gettext_lazy("Process"), required=False)
    LINES = (
        ("metric", "op"), ("seconds", "value"), ("priority", "process", "request_item"), ("calendar", "goal_percent", "warn_at"),
        ("starts", "stops", "pauses"), ("period", "per", "combine"), ("mode",), ("words_zh", "words_en"),
    )  # fmt: skip

    class Meta:
        model = Promise
        fields = sheet.PARTS["promises"][1]

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will write the warnings as a list with commas."""
        super().__init__(*given, **named)
        fields: dict[str, Any] = self.fields
        fields["process"].choices = [("", _("every process")), *_measured()]
        fields["mode"].required = False
        fields["op"].help_text = _(
            "Only for reports and other measures: a time is always at most, an availability at least."
        )
        shares = self.initial.get("warn_at")
        if isinstance(shares, list):
            self.initial["warn_at"] = ", ".join(str(share) for share in shares)

    @property
    def heading(self) -> str:
        """What is promised for which priority."""
        metric, priority = self.initial.get("metric", ""), self.initial.get("priority")
        label = str(dict(Promise.Metric.choices).get(metric, metric))
        return f"{label} P{priority}" if priority else label

    def clean_mode(self) -> str:
        """This will take the usual way where none is chosen."""
        return str(self.cleaned_data["mode"] or Promise.Mode.DEDUCT.value)

    def clean_warn_at(self) -> list[int]:
        """This will read the shares at which is warned.

        :raises ValidationError: if one is no share below the whole
        """
        parts = [
            part.strip() for part in str(self.cleaned_data["warn_at"]).replace("、", ",").split(",") if part.strip()
        ]
        if not all(part.isascii() and part.isdecimal() and 0 < int(part) < 100 for part in parts) or len(parts) > 8:
            raise forms.ValidationError(_("Write up to eight shares from 1 to 99 with commas between."))
        return sorted({int(part) for part in parts})


def _measured() -> list[tuple[str, str]]:
    """List the processes whose cases have clocks."""
    return [(one.key, str(one.flow.title)) for one in register.processes() if issubclass(one.model, Ticket)]


class PlanForm(PartForm):
    """Maintenance that comes again."""

    weekday = number_list(gettext_lazy("Preferred day of the week"), WEEKDAYS.items(), empty=gettext_lazy("any day"))

    LINES = (
        ("subject_zh", "subject_en"), ("interval", "first_on", "duration_minutes"), ("weekday", "window_start", "window_end"),
        ("notice_days", "interrupts"), ("ci", "team"),
    )  # fmt: skip

    class Meta:
        model = MaintenancePlan
        fields = sheet.PARTS["maintenance_plans"][1]
        widgets: ClassVar[dict[str, Any]] = {
            "first_on": day_box(),
            "window_start": time_box(),
            "window_end": time_box(),
        }


class ExclusionForm(PartForm):
    """A circumstance that does not count."""

    class Meta:
        model = ExclusionClause
        fields = sheet.CLOSING["exclusions"][1]


class RemedyForm(PartForm):
    """What the customer gets when a promise was not kept."""

    LINES = (
        ("basis", "service", "metric"), ("band_from", "band_below"), ("trigger_zh", "trigger_en"), ("kind", "amount", "cap"),
        ("claim_needed", "claim_days"),
    )  # fmt: skip

    class Meta:
        model = Remedy
        fields = sheet.CLOSING["remedies"][1]


class DocumentForm(PartForm):
    """A document that belongs to the agreement."""

    class Meta:
        model = AgreementDocument
        fields = sheet.CLOSING["documents"][1]
        field_classes: ClassVar[dict[str, Any]] = {"url": AddressField}


def several(form: type[PartForm], rows: Iterable[models.Model], data: Any, prefix: str) -> Any:
    """Give the forms of the parts that are there, and a few empty ones."""
    made = forms.formset_factory(form, extra=MORE, can_delete=True, max_num=sheet.MOST_PARTS, absolute_max=100)
    names = [str(name) for name in form._meta.fields or ()]
    initial = [{name: _initial(row, name) for name in names} for row in rows]
    return made(data, initial=initial, prefix=prefix)


def _initial(row: models.Model, name: str) -> Any:
    return model_to_dict(row, [name])[name]


def plain(form: forms.ModelForm, names: Sequence[str]) -> dict[str, Any]:  # type: ignore[type-arg]  # generic only in the stubs
    """Give what was filled in as the sheet wants it."""
    return {name: sheet.plain(form.cleaned_data.get(name), name) for name in names}


def parts_of(several_forms: Any, names: Sequence[str]) -> list[dict[str, Any]]:
    """Give the parts that were filled in and not deleted."""
    return [
        plain(form, names)
        for form in several_forms
        if form.cleaned_data and not form.cleaned_data.get("DELETE") and (form.has_changed() or form.initial)
    ]


def lay(form: Any, faults: Mapping[str, Any]) -> None:
    """Lay refusals on the fields they name, others on the whole form."""
    for name, text in faults.items():
        form.add_error(name if name in form.fields else None, str(text))
