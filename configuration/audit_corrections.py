"""What follows from a wrong line: a second person verifies what was found, and the item is corrected."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from configuration import attributes, authority, field_values, services
from configuration.audits import Refused
from configuration.models import AuditLine, ConfigurationItem, Correction

if TYPE_CHECKING:
    from itsm.people.models import Person


def correct(line: AuditLine, *, by: Person, at: datetime) -> None:
    """Verify the correction of a line as a second person, and carry it out.

    :raises Refused: if there is none, the same person counted it, it was judged, or the value found does not fit
    """
    correction = line.correction
    if correction is None or correction.applied_at is not None or correction.refused_at is not None:
        raise Refused(gettext("There is no open correction for this line."))
    if correction.raised_by_id == by.pk:
        raise Refused(gettext("Somebody else than who counted it must verify it."))
    item = line.audit_item.item
    with transaction.atomic():
        Correction.objects.filter(pk=correction.pk, verified_at=None).update(verified_by=by, verified_at=at)
        correction.refresh_from_db()
        _carry_out(item, line, correction, by=by, at=at)


def _carry_out(item: ConfigurationItem, line: AuditLine, correction: Correction, *, by: Person, at: datetime) -> None:
    grounds = authority.Grounds("correction", correction=correction)
    try:
        value = field_values.read(line.field, line.found, class_id=item.ci_class_id)
        if line.field in services.FIELDS:
            services.edit(item, grounds=grounds, by=by, at=at, source="audit", **{line.field: value})
        else:
            services.edit(item, grounds=grounds, by=by, at=at, source="audit", given={line.field: value})
    except services.NothingToChange:
        services.used(grounds, at=at)
    except (attributes.Unfit, services.Unauthorised, attributes.UnfitAttributes) as refusal:
        raise Refused(str(refusal)) from refusal
