"""The figures of a run, counted by the database from its rows: by month, priority and team, and what teams held."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from sla.simulation.clock import MET, MISSED
from sla.simulation_models import Party, SimulationResult, SimulationRun

#: How the rows are gathered, and by which column.
GROUPS = {"month": "month", "priority": "priority", "team": "team_id"}
JUDGED = (MET, MISSED)


def of_run(run: SimulationRun) -> dict[str, Any]:
    """This will count a run: for each metric as it is and under the draft, in all and by group."""
    results = SimulationResult.objects.filter(run=run)
    return {
        "all": _counted(results, []),
        **{name: _counted(results, [column]) for name, column in GROUPS.items()},
        "differing": results.filter(differs=True).values("record").distinct().count(),
        "cost": cost(run),
    }


def _counted(results: QuerySet[SimulationResult], by: list[str]) -> list[dict[str, Any]]:
    rows = results.values("metric", *by).annotate(
        base_met=Count("pk", filter=Q(base=MET)),
        base_missed=Count("pk", filter=Q(base=MISSED)),
        draft_met=Count("pk", filter=Q(drafted=MET)),
        draft_missed=Count("pk", filter=Q(drafted=MISSED)),
        worse=Count("pk", filter=Q(drafted=MISSED) & ~Q(base=MISSED)),
        better=Count("pk", filter=Q(base=MISSED) & ~Q(drafted=MISSED)),
    )
    ordered = rows.order_by("metric", *(F(column).asc(nulls_last=True) for column in by))
    return [{("group" if name in by else name): value for name, value in row.items()} for row in ordered]


def cost(run: SimulationRun) -> list[dict[str, Any]]:
    """This will say what teams held, in seconds around the clock: in all cases of the run, and in those that would miss."""
    missed = SimulationResult.objects.filter(run=run, drafted=MISSED).exclude(metric="response").values("record")
    all_of = SimulationResult.objects.filter(run=run).values("record")
    held = _held(all_of)
    late = {row["team"]: row for row in _held(missed)}
    nothing = {"cases": 0, "seconds": 0}
    return [
        row | {"late_cases": late.get(row["team"], nothing)["cases"], "late_seconds": late.get(row["team"], nothing)["seconds"]}
        for row in held
    ]  # fmt: skip


def _held(records: Any) -> list[dict[str, Any]]:
    from sla.simulation_models import HeldTime

    rows = HeldTime.objects.filter(record__in=records, party__in=(Party.DESK, Party.SECOND_LINE), team__isnull=False)
    counted: Any = rows.values("team").annotate(cases=Count("record", distinct=True), seconds=Sum("seconds"))
    return list(counted.order_by("-seconds", "team"))
