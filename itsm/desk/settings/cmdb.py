"""The schema of the configuration data: classes with their attributes, kinds of relationships, allowed pairs."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from configuration import schema
from configuration.models import AllowedPair, CiAttribute, CiClass, CiRelation, ConfigurationItem, RelationType
from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.people.requests import PersonRequest
from itsm.ui.answers import done

METHODS = ["GET", "HEAD", "POST"]
LAYERS = [(1, _("1 services, at the top")), *((n, str(n)) for n in range(2, 9)), (9, _("9 places, at the bottom"))]


class ClassForm(SettingForm):
    """One class; the identification rules are written a line each."""

    fixed = ("code",)
    layer = forms.TypedChoiceField(label=_("Layer in drawings"), coerce=int, choices=LAYERS)
    identity = forms.CharField(
        label=_("Identification rules"), required=False, max_length=600, widget=forms.Textarea({"rows": 3}),
        help_text=_("A line for each rule, the most trusted first: fields that together tell two items apart, with commas."),
    )  # fmt: skip

    class Meta:
        model = CiClass
        fields: ClassVar[list[str]] = [
            "code", "name_zh", "name_en", "parent", "control", "layer", "identity", "stale_days", "audit_every_days", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.initial["identity"] = "\n".join(", ".join(rule) for rule in self.instance.identity)
        below = schema.present().below(self.instance.pk) if self.instance.pk else []
        self.fields["parent"].queryset = CiClass.objects.exclude(pk__in=below)  # type: ignore[attr-defined]

    def clean_identity(self) -> list[list[str]]:
        """Read the rules."""
        lines = self.cleaned_data["identity"].replace("、", ",").splitlines()
        rules = [[part.strip() for part in line.split(",") if part.strip()] for line in lines]
        return [rule for rule in rules if rule]


class AttributeForm(SettingForm):
    """One attribute; the choices are written a line each."""

    fixed = ("code", "kind")
    broken = {"ci_attribute_once": _("This class has an attribute of that code already.")}
    choices = forms.CharField(
        label=_("choices"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("A line for each: the value, the Chinese and the English word, with | between."),
    )  # fmt: skip

    class Meta:
        model = CiAttribute
        fields: ClassVar[list[str]] = [
            "code",
            "name_zh",
            "name_en",
            "kind",
            "choices",
            "mark",
            "is_sensitive",
            "sort",
            "is_active",
        ]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = self.instance.choices
        self.initial["choices"] = "\n".join(
            f"{row['value']} | {row.get('zh', '')} | {row.get('en', '')}" for row in rows
        )

    def clean_choices(self) -> list[dict[str, str]]:
        """Read the choices."""
        found = []
        for line in self.cleaned_data["choices"].replace("｜", "|").splitlines():
            parts = [part.strip() for part in line.split("|")]
            if parts[0]:
                zh = parts[1] if len(parts) > 1 and parts[1] else parts[0]
                found.append({"value": parts[0][:80], "zh": zh, "en": parts[2] if len(parts) > 2 else zh})
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for choices where one is to be made."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == CiAttribute.Kind.CHOICE and not cleaned.get("choices"):
            self.add_error("choices", gettext("Write at least one choice."))
        return dict(cleaned)


class KindForm(SettingForm):
    """One kind of relationship; where a failure goes on is fixed once it is used."""

    fixed = ("code",)

    class Meta:
        model = RelationType
        fields: ClassVar[list[str]] = [
            "code", "name_zh", "name_en", "inverse_zh", "inverse_en", "impact", "is_acyclic", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        used = self.instance.pk is not None and CiRelation.objects.filter(type=self.instance).exists()
        self.fields["impact"].disabled = used


class PairForm(SettingForm):
    """Two classes that the kind may join."""

    broken = {"allowed_pair_once": _("This pair is allowed already.")}

    class Meta:
        model = AllowedPair
        fields: ClassVar[list[str]] = ["source_class", "target_class"]


@require_safe
@for_administrators
def home(request: PersonRequest) -> HttpResponse:
    """List every class with what it holds, and every kind of relationship."""
    known = schema.present()
    counted = schema.counts()
    classes = [
        {
            "row": known.classes[key], "level": range(len(known.lines[key]) - 1), "items": counted.get(key, 0),
            "attributes": len(known.attributes(key)),
        }
        for key in schema.in_order(known)
    ]  # fmt: skip
    return render(request, "settings/cmdb.html", {"classes": classes, "kinds": known.types.values()})


@require_http_methods(METHODS)
@for_administrators
def ci_class(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a class or change one; its attributes stand below."""
    row = get_object_or_404(CiClass, pk=pk) if pk else None
    form = ClassForm(request.POST or None, instance=row)
    known = schema.present()
    more: dict[str, Any] = {"row": row}
    if row is not None:
        count = ConfigurationItem.objects.filter(ci_class__in=known.below(row.pk)).count()
        more |= {
            "attributes": known.attributes(row.pk), "own": row.pk,
            "hint": gettext("%(count)d items are of this class or of one below it.") % {"count": count},
        }  # fmt: skip
    title = row.name if row else gettext("New class")
    return edit(
        request, form, title=title, back=reverse("settings:cmdb"), template="settings/cmdb_class.html", more=more
    )


@require_http_methods(METHODS)
@for_administrators
def attribute(request: PersonRequest, class_pk: int, pk: int | None = None) -> HttpResponse:
    """Add an attribute to a class, or change one; says how many items lack it."""
    owner = get_object_or_404(CiClass, pk=class_pk)
    row = get_object_or_404(CiAttribute, pk=pk, ci_class=owner) if pk else None
    form = AttributeForm(request.POST or None, instance=row or CiAttribute(ci_class=owner))
    items = ConfigurationItem.objects.filter(ci_class__in=schema.present().below(owner.pk))
    lacking = items.exclude(attributes__has_key=row.code).count() if row else items.count()
    said = gettext("%(lacking)d of %(count)d items have no value here; a required one keeps those from going live.")
    title = f"{owner.name} · {row.name}" if row else gettext("New attribute of %(name)s") % {"name": owner.name}
    back = reverse("settings:cmdb_class", args=[owner.pk])
    return edit(
        request, form, title=title, back=back, more={"hint": said % {"lacking": lacking, "count": items.count()}}
    )


@require_http_methods(METHODS)
@for_administrators
def kind(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a kind of relationship or change one; its allowed pairs stand below."""
    row = get_object_or_404(RelationType, pk=pk) if pk else None
    form = KindForm(request.POST or None, instance=row)
    pairs = row.pairs.select_related("source_class", "target_class").order_by("pk") if row else []
    title = row.name if row else gettext("New kind of relationship")
    more = {"row": row, "pairs": pairs}
    return edit(
        request, form, title=title, back=reverse("settings:cmdb"), template="settings/cmdb_kind.html", more=more
    )


@require_http_methods(METHODS)
@for_administrators
def pair(request: PersonRequest, kind_pk: int) -> HttpResponse:
    """Allow a kind of relationship between two classes more."""
    owner = get_object_or_404(RelationType, pk=kind_pk)
    form = PairForm(request.POST or None, instance=AllowedPair(type=owner))
    title = gettext("Allow a pair for “%(name)s”") % {"name": owner.name}
    return edit(request, form, title=title, back=reverse("settings:cmdb_kind", args=[owner.pk]))


@require_POST
@for_administrators
def drop_pair(request: PersonRequest, kind_pk: int, pk: int) -> HttpResponse:
    """Allow a pair no longer; relationships that exist stay."""
    get_object_or_404(AllowedPair, pk=pk, type=kind_pk).delete()
    return done(request, reverse("settings:cmdb_kind", args=[kind_pk]), say=gettext("Saved."))
