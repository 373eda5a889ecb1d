"""Satisfaction by the service of the case that an answer is about; small groups stay hidden."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from itsm.records import kpis
from itsm.records.figures import PART, WHOLE
from itsm.reporting import shown
from itsm.reporting.asked import Asked
from relationships.survey_figures import SMALL


@dataclass(frozen=True)
class Satisfied:
    """How many of how many answers were good; ``hidden`` where too few answered to show it."""

    good: int = 0
    count: int = 0

    @property
    def hidden(self) -> bool:
        """Tell whether so few answered that somebody might be found out."""
        return 0 < self.count < SMALL

    @property
    def few(self) -> bool:
        """Tell whether it rests on few answers."""
        return 0 < self.count < kpis.FEW


def overall(asked: Asked) -> Satisfied:
    """Count the answers of the period, narrowed as asked."""
    kpi = kpis.find("survey_campaign.csat")
    assert kpi is not None  # registered by relationships
    value = shown.compute(kpi, asked)
    return Satisfied(value.part, value.whole)


def by_service(asked: Asked) -> dict[int, Satisfied]:
    """Count the answers by the service of their cases."""
    kpi = kpis.find("survey_campaign.csat")
    assert kpi is not None  # registered by relationships
    value = kpi(start=asked.start, end=asked.end)
    found = {}
    for side in (PART, WHOLE):
        rows = value.sides[side].found.exclude(response__service=None).order_by().values_list("response__service")
        found[side] = dict(rows.annotate(n=Count("pk")))
    return {service: Satisfied(found[PART].get(service, 0), count) for service, count in found[WHOLE].items()}
