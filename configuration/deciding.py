"""What becomes of a difference that nothing authorised: it is let stand with a reason, or a correction sets it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from configuration import field_values
from configuration.attributes import Unfit
from configuration.models import AcceptedDifference, CiVersion, ConfigurationItem, Correction

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST_REASON = 300


class Refused(Exception):
    """The difference cannot be decided so; carries the sentence."""


def let_stand(version: CiVersion, *, reason: str, by: Person, at: datetime) -> AcceptedDifference:
    """Let what a version brought stand; who let it stand before stays named.

    :raises Refused: without a reason
    """
    said = reason.replace("\x00", "").strip()
    if not said:
        raise Refused(_("Give the reason why it may stay."))
    stamp = {"by": by, "at": at, "reason": said[:LONGEST_REASON]}
    found: AcceptedDifference = AcceptedDifference.objects.get_or_create(item_version=version, defaults=stamp)[0]
    return found


def set_back(version: CiVersion, *, field: str, old: str, new: str, by: Person, at: datetime) -> Correction:
    """Raise a correction that sets a field from ``new`` back to ``old``; a second person must verify it.

    :raises Refused: if the item has no such field, or the value does not fit
    """
    if wrong := _unfit(version.item, field, old):
        raise Refused(wrong)
    return Correction.objects.create(
        item=version.item, field=field, recorded=new, found=old or _("(empty)"), raised_by=by, raised_at=at,
        reason=_("Set back to the baseline."),
    )  # fmt: skip


def _unfit(item: ConfigurationItem, field: str, value: str) -> str:
    """Say why the field cannot be set back to that value; empty when it can."""
    if not field_values.known(field, class_id=item.ci_class_id):
        return _("%(item)s has no field “%(field)s”, so nothing was raised.") % {
            "item": item.number,
            "field": field[:60],
        }
    try:
        field_values.read(field, value, class_id=item.ci_class_id)
    except Unfit as refusal:
        return str(refusal)
    return ""


def step_words() -> dict[str, str]:
    """Say for each kind of difference what brings everything back."""
    return {
        "added": _("retire"), "gone": _("bring in again"), "changed": _("set back"), "joined": _("end"), "parted": _("join again"),
    }  # fmt: skip
