"""What was learnt from, kept beside the latest learning, so that its numbers open exactly these rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from itsm.records import rows
from sla.forecast.history import LOOKS, Judged, Past
from sla.forecast.traits import Traits
from sla.models import Clock
from sla.simulation_models import BreachModel, BreachSample

PIECE = 20_000
NO_TRAITS: dict[str, int | None] = dict.fromkeys(Traits._fields)
#: One row of each clock: that of its first look, or the one without a look.
FIRST = round(LOOKS[0] * 100)
ONE_EACH = Q(look=None) | Q(look=FIRST)


def keep(model: BreachModel, found: Past) -> None:
    """This will keep what ``model`` was learnt from, and drop what earlier ones were."""
    looks = (row for clock in found.clocks for row in _rows(model, clock))
    while piece := list(islice(looks, PIECE)):
        rows.insert(BreachSample, piece)
    BreachSample.objects.exclude(model=model).delete()


def _rows(model: BreachModel, clock: Judged) -> Iterator[dict[str, Any]]:
    same = {
        "model_id": model.pk, "record_id": clock.record, "metric": clock.metric, "cycle": clock.cycle, "missed": clock.missed,
    }  # fmt: skip
    if not clock.samples:
        yield same | NO_TRAITS | {"look": None}
    for look, (traits, _missed) in zip(LOOKS, clock.samples, strict=False):
        yield same | traits._asdict() | {"look": round(look * 100)}


def changed(found: QuerySet[BreachSample]) -> QuerySet[BreachSample]:
    """This will leave those whose clock is no longer judged as it was when it was learnt from."""
    same = {name: OuterRef(name) for name in ("record", "metric", "cycle")}
    late = ExpressionWrapper(Q(breached_at__isnull=False), output_field=BooleanField())
    judged = Clock.objects.counted().filter(state__in=("met", "missed")).annotate(late=late)
    return found.exclude(Exists(judged.filter(late=OuterRef("missed"), **same)))
