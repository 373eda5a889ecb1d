"""Whom a survey may ask, and whom it asks: population by rule and date, quiet days, and the sample drawn of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.people.models import Organisation, Person
from itsm.tickets.models import Ticket
from relationships.sampling import Member, draw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from relationships.survey_models import SurveyCampaign


def frame(campaign: SurveyCampaign, population: str = "", *, at: datetime) -> list[Member]:
    """List whom the rule of the population lets ask now, with their units: who is here and was not asked lately."""
    from relationships.survey_models import Invitation

    people = _by_rule(campaign, population or campaign.population)
    if not campaign.in_portal:
        people = people.exclude(email="")
    since = at - timedelta(days=campaign.min_interval_days)
    lately = Invitation.objects.filter(due_at__gt=since, sent=True).exclude(campaign=campaign.pk)
    people = people.exclude(pk__in=lately.values("person")) if campaign.min_interval_days else people
    return list(people.order_by("pk").values_list("pk", "unit").distinct())


def _by_rule(campaign: SurveyCampaign, population: str) -> Any:
    people = Person.objects.active()
    if population == "units":
        return people.filter(unit__in=with_below(campaign.units.values_list("pk", flat=True)))
    if population in ("case_users", "service_users"):
        cases = Ticket.objects.filter(closed_at__gte=begins(campaign.population_from), kind__in=campaign.case_kinds)
        cases = cases.filter(closed_at__lt=ends(campaign.population_to))
        if population == "service_users":
            cases = cases.filter(service__in=campaign.services.values("pk"))
        return people.filter(pk__in=cases.values("requester"))
    return people


def with_below(units: Iterable[int]) -> set[int]:
    """Collect units and all below them."""
    found = layer = set(units)
    while layer:
        layer = set(Organisation.objects.filter(parent__in=layer).values_list("pk", flat=True)) - found
        found = found | layer
    return found


def begins(day: date | None) -> datetime:
    """Give the first instant of a day at the site; of no day, the first there is."""
    return datetime.combine(day or date(1970, 1, 1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def ends(day: date | None) -> datetime:
    """Give the instant at which a day at the site is over; of no day, the last there is."""
    return begins((day or date(9000, 1, 1)) + timedelta(days=1))


def choose(campaign: SurveyCampaign, *, at: datetime) -> list[int]:
    """Draw the sample by the campaign's method, size and seed, and note how big the population was."""
    members = frame(campaign, at=at)
    campaign.frame_size = len(members)
    if campaign.sample_seed is None:
        campaign.sample_seed = campaign.pk * 1_000_003 + int(at.timestamp())
    return draw(members, method=campaign.sampling, size=campaign.sample_size, seed=campaign.sample_seed)
