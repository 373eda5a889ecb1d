"""What the figures of configuration management are called, and how they are computed in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from configuration import figures as of
from configuration.models import ConfigurationItem, Correction, VerificationAudit
from itsm.records.kpis import Kpi, add_subject, dictionary

FIGURES = dictionary(
    "config_manager",
    Kpi(of.accuracy, _("CMDB accuracy"), _("audited attributes that were right ÷ audited attributes"), "share", "closed", "up"),
    Kpi(of.strict_accuracy, _("CMDB accuracy, strict"), _("items right in everything ÷ audited items"), "share", "closed", "up"),
    Kpi(of.completeness, _("Required attributes filled"), _("required attributes filled ÷ required attributes"), "share", "now", "up"),
    Kpi(of.recommended_completeness, _("Recommended attributes filled"), _("recommended attributes filled ÷ recommended attributes"),
        "share", "now", "up"),
    Kpi(of.population_completeness, _("Found and registered"), _("found and registered ÷ found"), "share", "closed", "up"),
    Kpi(of.correctness_health, _("Correctness health"), _("1 − (duplicates, orphans or stale) ÷ items"), "share", "now", "up"),
    Kpi(of.relation_health, _("Relationship health"), _("relationships with both ends in use ÷ relationships"), "share", "now", "up"),
    Kpi(of.audits_on_time, _("Audits on time"), _("closed by the planned day ÷ planned for the period"), "share", "happened", "up"),
    Kpi(of.corrected_on_time, _("Corrected on time"), _("differences corrected within 10 working days ÷ differences found"), "share",
        "happened", "up"),
    Kpi(of.wrong_ci_data, _("Incidents due to wrong CI data"), _("resolved incidents tagged wrong_ci_data ÷ resolved incidents"),
        "share", "happened", "down"),
    Kpi(of.changed_without_change, _("Items changed without a change"), _("versions on another authority than a change ÷ versions"),
        "share", "happened", "down"),
)  # fmt: skip


def _reads(person: Any) -> bool:
    return ConfigurationItem.objects.visible_to(person).exists()


def tell_audits(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the audits for those who read configuration data."""
    rows = VerificationAudit.objects.filter(pk__in=keys if _reads(person) else [])
    return {row.pk: (f"{row.number} {row.title}", f"/cmdb/audits/{row.number}/") for row in rows}


def tell_corrections(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the corrections for those who read configuration data."""
    rows = Correction.objects.filter(pk__in=keys if _reads(person) else []).select_related("item")
    return {row.pk: (str(row), f"/cmdb/cis/{row.item.number}/" if row.item else "/cmdb/corrections/") for row in rows}


def register() -> None:
    """Register who tells of audits and corrections."""
    add_subject("audit", tell_audits)
    add_subject("correction", tell_corrections)
