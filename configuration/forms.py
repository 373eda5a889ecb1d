"""The forms of an item: its fields and the attributes of its class, and what authorises the change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from configuration import authority, schema, sensitive
from configuration.authority import Grounds
from configuration.models import CiClass, ConfigurationItem, Correction, RelationType
from configuration.schema_models import CiAttribute
from itsm.flow import pick
from itsm.people.models import Organisation, Person, Site, Team

if TYPE_CHECKING:
    from itsm.people.models import Person as Someone

OWN = "own_"  # before the names of the class's attributes
WIDGETS: dict[str, Callable[[], forms.Widget]] = {
    "number": lambda: forms.TextInput({"inputmode": "decimal"}),
    "date": lambda: forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    "long_text": lambda: forms.Textarea({"rows": 3}),
    "url": lambda: forms.URLInput(),
}


class GroundsForm(forms.Form):
    """What authorises it: a change by its number, a verified correction, or nothing where the class is under light control."""

    change = forms.CharField(
        label=_("Change that authorises it"), required=False, max_length=32,
        help_text=_(
            "The number of a change that is scheduled or being carried out, such as CHG-202611-00001; or, to write down what "
            "its work did, of one in its review (a release too)."
        ),
    )  # fmt: skip
    correction = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *given: Any, person: Someone, ci_class: CiClass | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        self.person, self.ci_class = person, ci_class
        self.is_light = ci_class is not None and ci_class.control == CiClass.Control.LIGHT
        self.grounds: Grounds | None = None
        for field in self.fields.values():
            field.label = capfirst(str(field.label))

    def clean(self) -> dict[str, Any]:
        """Find the grounds; whether they hold is judged by the service."""
        cleaned = super().clean() or self.cleaned_data
        number, correction = cleaned.get("change", "").strip().upper(), cleaned.get("correction")
        if number:
            self.grounds = self._change(number)
        elif correction:
            found = Correction.objects.usable().filter(pk=correction).first()
            self.grounds = Grounds("correction", correction=found) if found else None
        elif self.is_light:
            self.grounds = Grounds("light")
        if self.grounds is None and not self.has_error("change"):
            self.add_error("change", gettext("CI data may change only through an authorised change."))
        return dict(cleaned)

    def _change(self, number: str) -> Grounds | None:
        found = authority.named(number, person=self.person)
        if found is None:
            self.add_error("change", gettext("There is no change with this number, or you may not see it."))
            return None
        return Grounds("change", change=found)


class ItemForm(GroundsForm):
    """Every field of an item with the attributes of its class."""

    title = forms.CharField(label=_("Name"), max_length=160)
    description = forms.CharField(
        label=_("description"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    environment = forms.ChoiceField(label=_("environment"), choices=ConfigurationItem.Environment.choices)
    criticality = forms.TypedChoiceField(
        label=_("criticality"),
        coerce=int,
        choices=[(1, _("1 highest")), (2, "2"), (3, "3"), (4, _("4 lowest"))],
        initial=3,
    )
    owner = forms.CharField(label=_("owner"), required=False, max_length=80, help_text=_("User name or full name."))
    team = forms.ModelChoiceField(Team.objects.none(), label=_("custodian team"), required=False)
    site = forms.ModelChoiceField(Site.objects.none(), label=_("site"), required=False)
    place = forms.CharField(label=_("place"), required=False, max_length=120)
    supplier = forms.ModelChoiceField(Organisation.objects.none(), label=_("supplier"), required=False)
    support_until = forms.DateField(
        label=_("supported until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    release_version = forms.CharField(label=_("version of the item"), required=False, max_length=60)
    serial = forms.CharField(label=_("serial number"), required=False, max_length=80)
    asset_no = forms.CharField(label=_("asset number"), required=False, max_length=40)
    hostname = forms.CharField(label=_("host name"), required=False, max_length=160)
    address = forms.GenericIPAddressField(label=_("IP address"), required=False)
    licence = forms.CharField(label=_("licence"), required=False, max_length=120)
    data_classification = forms.ChoiceField(
        label=_("data classification"), required=False, choices=[("", "—"), *ConfigurationItem.Classification.choices]
    )
    field_order = ("change", "correction", "title", "description")

    def __init__(self, *given: Any, ci_class: CiClass, item: ConfigurationItem | None = None, **named: Any) -> None:
        super().__init__(*given, ci_class=ci_class, **named)
        self.item = item
        for name, rows in _rows().items():
            chosen: Any = self.fields[name]
            chosen.queryset, chosen.empty_label = rows, "—"
            if item is not None:  # what stands may stay, also where it is not offered any more
                chosen.queryset = rows | rows.model._default_manager.filter(pk=getattr(item, f"{name}_id"))
        unread = sensitive.hidden(self.person, ci_class.pk) if item is not None else sensitive.NOTHING
        self.attributes = [row for row in schema.present().attributes(ci_class.pk) if row.code not in unread]
        for row in self.attributes:
            self.fields[OWN + row.code] = _field_of(row, item.attributes.get(row.code) if item is not None else None)
        if item is not None:
            self.initial = {**_recorded(item), **self.initial}

    def clean_owner(self) -> Person | None:
        """Find the owner.

        :raises ValidationError: if there is none or more than one
        """
        text = self.cleaned_data["owner"].strip()
        if not text:
            return None
        if self.item is not None and self.item.owner is not None and text == self.item.owner.username:
            standing: Person = self.item.owner
            return standing
        people = Person.objects.visible_to(self.person).active()
        found = list(people.filter(username=text)[:1] or people.filter(name=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(gettext("Nobody, or more than one person, has this name."))
        return found[0]

    def clean_title(self) -> str:
        """Take characters away that no database keeps."""
        return str(self.cleaned_data["title"]).replace("\x00", "")

    @property
    def given(self) -> dict[str, Any]:
        """What was written into the attributes of the class."""
        return {row.code: self.cleaned_data.get(OWN + row.code, "") for row in self.attributes}

    @property
    def written(self) -> dict[str, Any]:
        """What was written into the fields of every item."""
        names = [name for name in self.fields if not name.startswith(OWN) and name not in ("change", "correction")]
        return {name: self.cleaned_data.get(name) for name in names if name in self.cleaned_data} | {
            "address": self.cleaned_data.get("address") or None
        }

    def refuse(self, fields: Mapping[str, str]) -> None:
        """Lay the objections to attributes beside their fields."""
        for code, sentence in fields.items():
            self.add_error(OWN + code if OWN + code in self.fields else None, sentence)


def _rows() -> dict[str, Any]:
    suppliers = Organisation.objects.filter(kind=Organisation.Kind.SUPPLIER, is_active=True)
    return {
        "team": Team.objects.active().order_by("tier", "code"),
        "site": Site.objects.filter(is_active=True).order_by("code"),
        "supplier": suppliers.order_by("code"),
    }


def _field_of(row: CiAttribute, standing: Any = None) -> forms.Field:
    """Make the field of an attribute; what is written is judged by the class, as the interface does.

    A choice that is ``standing`` may stay, also where it is not offered any more.
    """
    label, wanted = row.name, row.mark != CiAttribute.Mark.OPTIONAL
    hint = row.get_mark_display() if wanted else ""
    if row.kind == CiAttribute.Kind.CHOICE:
        listed = [("", "—"), *((each["value"], pick(each.get("zh", ""), each.get("en", ""))) for each in row.choices)]
        if standing not in (None, *(value for value, _word in listed)):
            listed.append((standing, standing))
        return forms.ChoiceField(label=label, choices=listed, required=False, help_text=hint)
    if row.kind == CiAttribute.Kind.FLAG:
        listed = [("", "—"), ("true", gettext("Yes")), ("false", gettext("No"))]
        return forms.ChoiceField(label=label, choices=listed, required=False, help_text=hint)
    widget = WIDGETS.get(row.kind, forms.TextInput)()
    return forms.CharField(label=label, required=False, widget=widget, help_text=hint)


def _recorded(item: ConfigurationItem) -> dict[str, Any]:
    names = [name for name in ItemForm.base_fields if name not in ("change", "correction", "owner")]
    found = {name: getattr(item, name) for name in names}
    found["owner"] = item.owner.username if item.owner else ""
    values = {
        OWN + code: str(value).lower() if isinstance(value, bool) else value for code, value in item.attributes.items()
    }
    return found | values


class RelationForm(GroundsForm):
    """A relationship of an item with another, read from its side."""

    kind = forms.ChoiceField(label=_("Relationship"))
    other = forms.CharField(label=_("Other item"), max_length=160, help_text=_("Its number or its whole name."))
    weight = forms.IntegerField(label=_("weight in per cent"), min_value=0, max_value=100, initial=100)
    group = forms.CharField(
        label=_("redundancy group"), required=False, max_length=40,
        help_text=_("Relationships of one group stand in for each other."),
    )  # fmt: skip
    needs = forms.IntegerField(label=_("needs at least"), required=False, min_value=1, max_value=999)
    field_order = ("change", "correction", "kind", "other")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = [row for row in schema.present().types.values() if row.is_active]
        listed = [(f"{row.code}>", row.name) for row in rows] + [(f"{row.code}<", row.inverse) for row in rows]
        self.fields["kind"].choices = sorted(listed, key=lambda pair: pair[1])  # type: ignore[attr-defined]

    def clean_other(self) -> ConfigurationItem:
        """Find the other item.

        :raises ValidationError: if there is none, or more than one of that name
        """
        text = self.cleaned_data["other"].strip()
        seen = ConfigurationItem.objects.visible_to(self.person)
        found = list(seen.filter(number=text.upper())[:1] or seen.filter(title=text)[:2])
        if len(found) != 1:
            raise forms.ValidationError(gettext("No item, or more than one, has this number or name."))
        made: ConfigurationItem = found[0]
        return made

    @property
    def chosen(self) -> tuple[RelationType, bool]:
        """The kind, and whether it reads from this item to the other."""
        code = self.cleaned_data["kind"]
        found = schema.present().type_by_code(code[:-1])
        assert found is not None
        return found, code.endswith(">")


class WrongForm(forms.Form):
    """What somebody found to be wrong."""

    field = forms.CharField(
        label=_("attribute"),
        required=False,
        max_length=60,
        help_text=_("What is wrong: place, owner, a relationship …"),
    )
    found = forms.CharField(label=_("What is right"), max_length=2000, widget=forms.Textarea({"rows": 4}))
