"""What the figures of the catalogue are called, and how they are computed in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue import figures as of
from catalogue.models import Service
from itsm.records.kpis import Kpi, add_subject, dictionary

FIGURES = dictionary(
    "transition_manager",
    Kpi(of.accepted_at_once, _("Transitions accepted at once"), _("passed in the first round ÷ accepted"), "share", "happened", "up",
        name="transitions_accepted_at_once"),
    Kpi(of.went_live, _("Transitions that went live"), _("went live ÷ ended going live"), "share", "happened", "up",
        name="transitions_went_live"),
    Kpi(of.time_to_live, _("Time to live"), _("live − proposed"), "duration", "happened", "down"),
    Kpi(of.complete_entries, _("Complete catalogue entries"), _("live services with all eight fields in both languages ÷ live services"),
        "share", "now", "up", owner="slm"),
    Kpi(of.editions_published, _("Catalogue editions published"), _("editions that came into force"), "count", "happened", owner="slm"),
)  # fmt: skip


def tell_services(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the services that the person may see, with their pages."""
    rows = Service.objects.visible_to(person).filter(pk__in=keys)
    return {row.pk: (str(row), f"/services/{row.code}/") for row in rows}


def register() -> None:
    """Register who tells of services."""
    add_subject("service", tell_services)
