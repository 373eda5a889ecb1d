"""Finding the agreement that an address names, for who asks."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from itsm.people.requests import PersonRequest
from sla.models import ServiceAgreement


def agreement_at(request: PersonRequest, number: str) -> ServiceAgreement:
    """Find an agreement that the person may see.

    :raises Http404: if there is none
    """
    rows = ServiceAgreement.objects.visible_to(request.user).select_related(
        "provider", "provider_team", "consumer", "consumer_team", "owner"
    )
    found: ServiceAgreement | None = rows.filter(number=number.replace("\x00", "")).first()
    if found is None:
        raise Http404(_("There is no agreement with this number."))
    return found
