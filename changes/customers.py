"""The customers whom a major change concerns: those with an agreement in force for a service that it touches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from changes.outages import services_of
from itsm.people.models import Organisation, Person
from sla.models import AgreementEdition
from sla.signers import representatives


def concerned(change: Any, *, at: datetime) -> list[Organisation]:
    """List the customers that are promised one of the services of ``change`` at ``at``, by code."""
    services = [service.pk for service in services_of(change)]
    editions = AgreementEdition.objects.in_force(at=at).filter(agreement__type="sla", rows__service__in=services)
    units = Organisation.objects.filter(pk__in=editions.values("agreement__consumer"))
    return list(units.select_related("customer").order_by("code"))


def speakers(change: Any, *, at: datetime) -> list[tuple[Organisation, list[Person]]]:
    """Give each of these customers with the people who speak for it; none where nobody is named."""
    return [(unit, representatives(unit)) for unit in concerned(change, at=at)]
