"""What imported sources said about their own agreements, for simulations to be compared with."""

from __future__ import annotations

from collections.abc import Sequence

from itsm.intake.models import ImportedCase
from sla.simulation.recorded import Said

METRIC = "resolution"


def of(keys: Sequence[int]) -> Said:
    """Give the source's own verdict of cases, with the seconds that its clock used here; those without one are left out."""
    rows = ImportedCase.objects.filter(pk__in=keys, source_met__isnull=False)
    told = rows.values_list("pk", "source_met", "elapsed_seconds", "target_seconds")
    return {pk: (METRIC, bool(met), used or 0, target or 0) for pk, met, used, target in told}
