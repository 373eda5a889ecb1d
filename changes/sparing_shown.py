"""What the page of risk and impact shows of items that are not affected, and the form that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes import services
from changes.rfc_form import find_item
from changes.sparing import LONGEST
from changes.sparing_models import NotAffected
from configuration.models import ConfigurationItem
from itsm.records.refusable import Refusable

if TYPE_CHECKING:
    from itsm.people.models import Person


class SparingForm(Refusable):
    """An item, and why it is not affected."""

    item = forms.CharField(label=_("Configuration item"), max_length=160, help_text=_("Its number or its whole name."))
    reason = forms.CharField(
        label=_("Why it is not affected"), max_length=LONGEST, widget=forms.Textarea({"rows": 2}),
        help_text=_("It then counts for no conflict and needs no answer at the close; until the change is authorised this may be undone."),
    )  # fmt: skip

    def __init__(self, *given: Any, person: Person, **named: Any) -> None:
        super().__init__(*given, **({"auto_id": "id_spare_%s"} | named))
        self.person = person

    def clean_item(self) -> ConfigurationItem:
        """Find the item.

        :raises ValidationError: if there is none
        """
        found = find_item(self.cleaned_data["item"], person=self.person)
        if found is None:
            raise forms.ValidationError(
                _("There is no configuration item “%(name)s”.") % {"name": self.cleaned_data["item"][:80]}
            )
        made: ConfigurationItem = found
        return made


def shown(change: Any, person: Person, wanted: str, form: SparingForm | None) -> dict[str, Any]:
    """Give the items that are not affected, as far as ``person`` may see them, and the form where they may use it."""
    seen = ConfigurationItem.objects.visible_to(person)
    rows = list(NotAffected.objects.filter(change=change.pk, item__in=seen).select_related("item", "by"))
    may = services.may_scope(change, person)
    return {
        "spared_rows": rows, "spared": {row.item_id for row in rows}, "spares": may,
        "spare_form": form or SparingForm(person=person, initial={"item": wanted[:32]}),
    }  # fmt: skip
