"""The figures of a run, counted by the database from its rows: by month, priority and team, and what teams held."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, Count, Expression, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from sla.simulation.between_teams import INTERNAL
from sla.simulation.clock import MET, MISSED
from sla.simulation.draft import METRICS
from sla.simulation_models import HeldTime, Party, SimulationResult, SimulationRun

#: How the rows are gathered, and by which column.
GROUPS = {"month": "month", "priority": "priority", "team": "team_id"}
JUDGED = (MET, MISSED)
JUDGED_ON = {"base": Q(base__in=JUDGED), "draft": Q(drafted__in=JUDGED)}
WORSE = Q(drafted=MISSED) & ~Q(base=MISSED)
BETTER = Q(base=MISSED) & ~Q(drafted=MISSED)
VERDICTS = {
    "base_met": Count("pk", filter=Q(base=MET)),
    "base_missed": Count("pk", filter=Q(base=MISSED)),
    "draft_met": Count("pk", filter=Q(drafted=MET)),
    "draft_missed": Count("pk", filter=Q(drafted=MISSED)),
    "worse": Count("pk", filter=WORSE),
    "better": Count("pk", filter=BETTER),
}
#: What was missed by more than nothing: a miss that a later, longer target would forgive stays a miss.
OVER = {
    "base": Q(base=MISSED, base_used__gt=F("base_target")),
    "draft": Q(drafted=MISSED, draft_used__gt=F("draft_target")),
}


class Amount(NamedTuple):
    """What rows add to a figure that is no count: which rows, and how much each of them."""

    rows: Q
    adds: Expression | F


def _one_if(met: Q) -> Case:
    return Case(When(met, then=Value(1)), default=Value(0), output_field=IntegerField())


#: Shares are so many of the judged; times are seconds.
SHARES = {
    "base_share": Amount(JUDGED_ON["base"], _one_if(Q(base=MET))),
    "draft_share": Amount(JUDGED_ON["draft"], _one_if(Q(drafted=MET))),
}
TIMES = {
    "base_used": Amount(JUDGED_ON["base"], F("base_used")),
    "draft_used": Amount(JUDGED_ON["draft"], F("draft_used")),
    "base_over": Amount(OVER["base"], F("base_used") - F("base_target")),
    "draft_over": Amount(OVER["draft"], F("draft_used") - F("draft_target")),
}
AMOUNTS = SHARES | TIMES


def of_run(run: SimulationRun) -> dict[str, Any]:
    """This will count a run: for each metric as it is and under the draft, in all and by group."""
    results = SimulationResult.objects.filter(run=run, metric__in=METRICS)
    return {
        "all": _counted(results, []),
        **{name: _counted(results, [column]) for name, column in GROUPS.items()},
        "differing": results.filter(differs=True).values("record").distinct().count(),
        "untouched": results.filter(governed=False).values("record").distinct().count(),
        "ola": between_teams(run),
        "cost": cost(run),
    }


def between_teams(run: SimulationRun) -> list[dict[str, Any]]:
    """This will count how each team keeps its agreements: kept, broken, seconds used and seconds above the target."""
    rows = SimulationResult.objects.filter(run=run, metric__in=INTERNAL).values("team", "agreement", "metric")
    counted = rows.annotate(
        **VERDICTS,
        base_seconds=total("base_used"),
        draft_seconds=total("draft_used"),
        base_over=total("base_over"),
        draft_over=total("draft_over"),
    )
    return [dict(row) for row in counted.order_by("team", "agreement", "metric")]


def total(name: str) -> Coalesce:
    """This will add up what the rows of an amount add to it."""
    amount = AMOUNTS[name]
    return Coalesce(Sum(amount.adds, filter=amount.rows), 0)


def _counted(results: QuerySet[SimulationResult], by: list[str]) -> list[dict[str, Any]]:
    rows = results.values("metric", *by).annotate(**VERDICTS)
    ordered = rows.order_by("metric", *(F(column).asc(nulls_last=True) for column in by))
    return [{("group" if name in by else name): value for name, value in row.items()} for row in ordered]


def cost(run: SimulationRun) -> list[dict[str, Any]]:
    """This will say what teams held, in seconds around the clock: in all cases of the run, and in those that would miss."""
    missed = late_cases(run)
    all_of = SimulationResult.objects.filter(run=run).values("record")
    held = _held(all_of)
    late = {row["team"]: row for row in _held(missed)}
    nothing = {"cases": 0, "seconds": 0}
    return [
        row | {"late_cases": late.get(row["team"], nothing)["cases"], "late_seconds": late.get(row["team"], nothing)["seconds"]}
        for row in held
    ]  # fmt: skip


def late_cases(run: SimulationRun) -> Any:
    """This will give the keys of the cases that would miss their resolution or fulfilment under the draft."""
    late = SimulationResult.objects.filter(run=run, drafted=MISSED, metric__in=("resolution", "fulfilment"))
    return late.values("record")


def held_by(run: SimulationRun, *, team: int, late: bool) -> QuerySet[HeldTime]:
    """This will give what a team held of the cases of a run, or of those that would miss."""
    records = late_cases(run) if late else SimulationResult.objects.filter(run=run).values("record")
    return _by_teams(records).filter(team=team)


def _by_teams(records: Any) -> QuerySet[HeldTime]:
    return HeldTime.objects.filter(record__in=records, party__in=(Party.DESK, Party.SECOND_LINE), team__isnull=False)


def _held(records: Any) -> list[dict[str, Any]]:
    rows = _by_teams(records).values("team")
    counted: Any = rows.annotate(cases=Count("record", distinct=True), seconds=Sum("seconds"))
    return list(counted.order_by("-seconds", "team"))
