"""How suppliers do, from the clocks of their cases and from the evaluations (domain 4.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from relationships.models import SupplierCase, SupplierEvaluation
from sla.models import Clock

LIFTED = Q(lifted_at__isnull=False)
MET, MISSED = Q(state="met"), Q(state="missed") | Q(breached_at__isnull=False)
#: What is counted of the clocks of their cases; a lifted miss counts neither as met nor as missed.
COUNTED = {"met": MET, "missed": MISSED, "lifted": LIFTED}


@dataclass(frozen=True)
class Score:
    """What is known of one supplier: cases asked, met, missed and lifted, seconds that it held them, and its last evaluation."""

    cases: int = 0
    still_open: int = 0
    met: int = 0
    missed: int = 0
    held_seconds: int = 0
    lifted: int = 0
    mark: float | None = None

    @property
    def attainment(self) -> float | None:
        """The share of cases that were answered within the contract's time; None without any that were judged."""
        judged = self.met + self.missed
        return self.met / judged if judged else None


def scores(supplier_ids: Iterable[int]) -> dict[int, Score]:
    """Read the scores of these suppliers in three statements."""
    keys = list(supplier_ids)
    facts: dict[int, dict[str, Any]] = defaultdict(dict)
    cases = SupplierCase.objects.filter(under__supplier__in=keys).exclude(sent_at=None)
    counted = cases.values("under__supplier").annotate(
        cases=Count("pk"), still_open=Count("pk", filter=Q(phase__in=["new", "working"]))
    )
    for row in counted:
        facts[row["under__supplier"]] |= {"cases": row["cases"], "still_open": row["still_open"]}
    for key, found in _clocks(keys).items():
        facts[key] |= found
    for evaluation in SupplierEvaluation.objects.filter(supplier__in=keys).order_by("supplier", "-held_on", "-pk"):
        facts[evaluation.supplier_id].setdefault("mark", evaluation.score)
    return {key: Score(**facts.get(key, {})) for key in keys}


def _clocks(keys: list[int]) -> dict[int, dict[str, int]]:
    """Sum the judged clocks of their cases by supplier."""
    supplier_of = dict(SupplierCase.objects.filter(under__supplier__in=keys).values_list("pk", "under__supplier"))
    rows: Any = (
        Clock.objects.counted()
        .filter(record_id__in=supplier_of)
        .values("record_id")
        .annotate(**{name: Count("pk", filter=which) for name, which in COUNTED.items()}, held=Sum("elapsed_seconds"))
    )
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys((*COUNTED, "held_seconds"), 0))
    for row in rows:
        sums = found[supplier_of[row["record_id"]]]
        for name in COUNTED:
            sums[name] += row[name]
        sums["held_seconds"] += row["held"] or 0
    return found
