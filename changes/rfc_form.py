"""The form of a request for change: the same fields as the moves ask for, in sections that grow with the class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from catalogue.models import Service
from changes import asks
from changes.models import Change
from itsm.flow import Input, Words
from itsm.records import register
from itsm.records.models import Link, LinkKind
from itsm.records.refusable import Refusable
from itsm.tickets.choices import NotOffered
from itsm.tickets.forms import field_of, initial_of
from itsm.tickets.inputs import Unfit, read

if TYPE_CHECKING:
    from itsm.people.models import Person

TITLE = Input("title", Words("Subject", "主旨"), initial="title")
SERVICE = Input("service", Words("Service", "服務"), "service", required=False, initial="service")
DESCRIPTION = Input("description", Words("What is changed", "變更內容"), "text", required=False, initial="description")
COST = Input(
    "cost_estimate",
    Words("Cost estimate in NT$", "預估費用（新臺幣元）"),
    "number",
    required=False,
    initial="cost_estimate",
)
RELEASE = Input(
    "requires_release", Words("It needs a release", "需要發行"), "flag", required=False, initial="requires_release"
)
RESULT = Input("test_result", asks.TEST_RESULT.label, "text", required=False, initial="test_result")
TESTED = next(item for item in asks.AUTHORISATION if item.name == "backout_tested")
TEMPLATE_CODE = Input("template", asks.TEMPLATE.label, required=False)
RFC = {item.name: item for item in asks.RFC}
ASSESSMENT = {item.name: item for item in asks.ASSESSMENT}
SCORED = tuple(item for name, item in ASSESSMENT.items() if name.startswith("risk_"))
#: Asked by itself and in plain words, for it leads through design and transition.
SERVICE_CHANGE = replace(ASSESSMENT["trigger_service_change"], help=asks.BOUNDARY_TICK)
TICKED = tuple(item for name, item in ASSESSMENT.items() if name.startswith("trigger_") and name != SERVICE_CHANGE.name)
MAJOR = tuple(item for name, item in ASSESSMENT.items() if name.endswith("_assessment") or name == "resources")
Section = tuple[str, Words, tuple[Input, ...]]
#: The sections of an ordinary request; "major" is asked where the rules find it to be one.
NORMAL: tuple[Section, ...] = (
    ("what", Words("What and why", "內容與理由"), (TITLE, SERVICE, RFC["reason_kind"], DESCRIPTION, RFC["justification"], RFC["benefit"])),
    ("boundary", Words("Service change or ordinary change?", "服務異動或一般變更？"), (SERVICE_CHANGE, RFC["service_change_reason"])),
    ("scope", Words("Scope", "影響範圍"), (RFC["no_ci_reason"],)),
    ("impact", Words("Impact", "影響"), (RFC["impact_text"], asks.DOWNTIME, COST)),
    ("risk", Words("Risk: six questions", "風險：六項問題"), SCORED),
    ("rules", Words("What makes it major by itself", "逕列重大變更之情形"), TICKED),
    ("major", Words("Assessments that a major change needs", "重大變更所需之評估"), MAJOR),
    ("plans", Words("Plans", "計畫"),
     (RFC["plan"], RFC["test_plan"], RESULT, RFC["backout_plan"], TESTED, RFC["communication_plan"], RELEASE)),
    ("window", Words("Window and implementer", "時段與執行人"), (asks.WINDOW_START, asks.WINDOW_END, asks.IMPLEMENTER)),
)  # fmt: skip
STANDARD: tuple[Section, ...] = (
    ("what", Words("What and why", "內容與理由"), (TITLE, SERVICE, DESCRIPTION)),
    ("window", Words("Template, window and implementer", "範本、時段與執行人"),
     (TEMPLATE_CODE, asks.WINDOW_START, asks.WINDOW_END, asks.IMPLEMENTER, RFC["no_ci_reason"])),
)  # fmt: skip
EMERGENCY: tuple[Section, ...] = (
    ("what", Words("What, and why now", "變更內容與急迫理由"),
     (TITLE, SERVICE, asks.EMERGENCY[1], asks.EMERGENCY[2], asks.EMERGENCY[0])),
    ("impact", Words("Risk and way back, one line each", "風險與回復方式，各一行"),
     (RFC["impact_text"], RFC["backout_plan"], asks.IMPLEMENTER)),
)  # fmt: skip
KINDS: dict[str, tuple[Section, ...]] = {"normal": NORMAL, "standard": STANDARD, "emergency": EMERGENCY}
#: What submitting a request of the kind needs besides what its move asks for.
COMPLETES = {"normal": ("description",)}
FLAGS = frozenset({"requires_release", "backout_tested", SERVICE_CHANGE.name, *(item.name for item in TICKED)})
MOST_ITEMS = 200


class RfcForm(Refusable):
    """The request; every field may wait but the subject, for a draft is kept as far as it goes. ``given`` is what was read."""

    def __init__(self, change: Change, person: Person, kind: str, data: Mapping[str, Any] | None = None) -> None:
        """Make the fields of the kind, filled from ``change``."""
        super().__init__(data, auto_id="id_rfc_%s")
        self.change, self.person, self.kind = change, person, kind
        self.given: dict[str, Any] = {}
        self.items: list[Any] | None = None
        for item in self.inputs:
            self.fields[item.name] = field_of(item, record=change, person=person, filled=data is None)
            self.fields[item.name].required = item.name == "title"
            self.fields[item.name].needed = item.required or item.name in COMPLETES.get(kind, ())  # type: ignore[attr-defined]  # only the mark of the page
        if kind != "emergency":
            self._add_scope(data is None)
        if kind == "standard":
            self._offer_templates()

    @property
    def inputs(self) -> list[Input]:
        """List what is asked."""
        return [item for _code, _title, items in KINDS[self.kind] for item in items]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Lay the fields out by section."""
        made: list[dict[str, Any]] = [
            {"code": code, "title": title, "fields": [self[item.name] for item in items]}
            for code, title, items in KINDS[self.kind]
        ]
        scope = next((section for section in made if section["code"] in ("scope", "window")), None)
        if "items" in self.fields and scope is not None:
            scope["fields"] = (
                [self["services"], self["items"], *scope["fields"]]
                if self.kind == "normal"
                else [self["items"], *scope["fields"]]
            )
        return made

    def _add_scope(self, filled: bool) -> None:
        offered = [(row.code, str(row)) for row in Service.objects.visible_to(self.person).live().order_by("code")]
        if self.kind == "normal":
            self.fields["services"] = forms.MultipleChoiceField(
                label=_("Other services that it affects"), required=False, choices=offered, widget=forms.CheckboxSelectMultiple
            )  # fmt: skip
        self.fields["items"] = forms.CharField(
            label=_("Affected configuration items"), required=False, widget=forms.Textarea({"rows": 3}),
            help_text=_("One a line: number or name."),
        )  # fmt: skip
        if filled and self.change.pk:
            if self.kind == "normal":
                self.fields["services"].initial = list(self.change.affected_services.values_list("code", flat=True))
            self.fields["items"].initial = "\n".join(numbers_of(self.change))

    def _offer_templates(self) -> None:
        from django.utils import timezone

        from changes.models import StandardTemplate

        rows = StandardTemplate.objects.usable(at=timezone.now()).order_by("name")
        words = _("%(name)s (%(minutes)s min)")
        offered = ((row.code, words % {"name": row.name, "minutes": row.max_minutes}) for row in rows)
        choices = [("", _("Choose …")), *offered]
        self.fields["template"].widget = forms.Select(choices=choices)

    def clean(self) -> dict[str, Any]:
        """Read every field as the moves read them, and the items that the lines name."""
        for item in self.inputs:
            try:
                value = read(item, self.data.get(item.name), record=self.change, person=self.person)
            except (Unfit, NotOffered) as fault:
                self.add_error(item.name, str(fault))
                continue
            if item.name in FLAGS:
                value = bool(value)
            elif value is None and item.kind in ("text", "line", "choice"):
                value = ""
            self.given[item.name] = value
        self.items = self._items() if "items" in self.fields else None
        return self.given

    def _items(self) -> list[Any]:
        """Find the items that the lines name, by number or else by name."""
        rows = []
        lines = [line.strip() for line in str(self.data.get("items", "")).splitlines() if line.strip()]
        for line in lines[:MOST_ITEMS]:
            found = find_item(line, person=self.person)
            if found is None:
                self.add_error("items", _("There is no configuration item “%(name)s”.") % {"name": line[:80]})
            else:
                rows.append(found)
        return rows

    def services(self) -> list[Service]:
        """Give the further services that were ticked."""
        codes = self.cleaned_data.get("services") if hasattr(self, "cleaned_data") else []
        named = self.data.getlist("services") if hasattr(self.data, "getlist") else codes or []
        return list(Service.objects.visible_to(self.person).live().filter(code__in=named))

    def columns(self) -> dict[str, Any]:
        """Give the columns of the change that the form writes; answers of the risk are kept together."""
        from changes.panel import points_of, ticked

        names = {field.name for field in Change._meta.concrete_fields}
        made = {
            name: value
            for name, value in self.given.items()
            if name in names and name not in ("risk_score", "template")
        }
        if self.kind == "normal":
            made |= {"risk_answers": points_of(self.given), "class_basis": ticked(self.given)}
        return made


def find_item(text: str, *, person: Person) -> Any:
    """Find a configuration item by its number or its name; None where there is none."""
    try:
        rows = register.process("ci").model.objects.visible_to(person)
    except register.UnknownProcess:
        return None
    return rows.filter(number=text.split()[0]).first() or rows.filter(title=text).order_by("pk").first()


def numbers_of(change: Change) -> list[str]:
    """List the numbers of the items that the change affects."""
    rows = Link.objects.filter(source_id=change.pk, kind=LinkKind.AFFECTS, target__kind="ci").order_by("target__number")
    return [number for number in rows.values_list("target__number", flat=True) if number]


def base_of(form: RfcForm) -> dict[str, str]:
    """Give the values as the form shows them, to tell later what was altered on it."""
    return {item.name: str(initial_of(item, record=form.change, person=form.person) or "") for item in form.inputs}
