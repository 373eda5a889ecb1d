"""Running simulations piece by piece: each piece is a transaction, so a run may be left and gone on with by anybody."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from itsm.hours.instants import moment
from itsm.records import rows
from itsm.tickets.models import Ticket
from sla.simulation import figures, recorded
from sla.simulation.clock import MET, MISSED, Result
from sla.simulation.collector import collector_aside
from sla.simulation.draft import RECORDED, BadDraft, Draft, Scope
from sla.simulation.judging import judge
from sla.simulation.reading import COLUMNS, Reader, Told, unrecorded
from sla.simulation.terms import InForce, in_force, kinds_known
from sla.simulation_models import SimulationResult, SimulationRun

PIECE = 2000
#: For how long a page shows the rows of a run; its figures stay.
ROWS_KEPT = timedelta(days=90)


def ask(*, title: str, draft: dict[str, Any], by: Any, at: datetime) -> SimulationRun:
    """This will note that a draft is to be run; a worker takes it.

    :raises BadDraft: with the sentence that says what is wrong
    """
    from sla.simulation.terms import checked

    checked(draft)
    name = title.strip()[:120] or timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return SimulationRun.objects.create(title=name, draft=draft, asked_by=by, asked_at=at)


def cancel(run: SimulationRun, *, at: datetime) -> bool:
    """This will end a run that is not through; what it found so far is dropped. Tells whether it was news."""
    with transaction.atomic():
        fresh = SimulationRun.objects.select_for_update().get(pk=run.pk)
        if not fresh.is_under_way:
            return False
        fresh.end(SimulationRun.State.CANCELLED, at=at)
        fresh.save(update_fields=["state", "finished_at", "sentence"])
        fresh.results.all().delete()
    return True


def go_on(*, at: datetime, seconds: float) -> int:
    """This will do pieces of runs that wait until ``seconds`` have passed or none is left; gives how many it did."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and piece(at=at):
        done += 1
    return done


def finish(run: SimulationRun, *, at: datetime) -> SimulationRun:
    """This will run one simulation to its end, here and now."""
    while piece(at=at, only=run.pk):
        pass
    run.refresh_from_db()
    return run


def piece(*, at: datetime, only: int | None = None) -> bool:
    """This will walk the next cases of the oldest run that nobody else is at; tells whether there was one."""
    with transaction.atomic(), collector_aside():
        waiting = SimulationRun.objects.waiting().select_for_update(skip_locked=True)
        run = (waiting if only is None else waiting.filter(pk=only)).first()
        if run is None:
            return False
        try:
            _piece(run, at=at)
        except BadDraft as refused:
            run.end(SimulationRun.State.REFUSED, at=at, sentence=str(refused))
        run.save()
    return True


def _piece(run: SimulationRun, *, at: datetime) -> None:
    draft = Draft.parse(run.draft)
    chosen = scoped(draft.scope)
    if run.state == SimulationRun.State.QUEUED:
        run.state, run.started_at, run.total = SimulationRun.State.RUNNING, at, chosen.count()
    found = list(chosen.filter(pk__gt=run.after_id).order_by("pk").values_list(*COLUMNS)[:PIECE])
    if found:
        rows.insert(SimulationResult, walked(found, run=run.pk, draft=draft, present=in_force()))
        run.after_id, run.done = found[-1][0], run.done + len(found)
    if len(found) < PIECE:
        run.figures = figures.of_run(run)
        run.end(SimulationRun.State.FINISHED, at=max(at, timezone.now().replace(microsecond=0)))


def scoped(scope: Scope) -> Any:
    """This will give the closed cases that a run walks."""
    zone = ZoneInfo(settings.TIME_ZONE)
    found = Ticket.objects.filter(phase="done", kind__in=scope.kinds or kinds_known())
    if scope.services:
        found = found.filter(service__in=scope.services)
    if scope.source:
        found = found.filter(source=scope.source)
    if scope.since:
        found = found.filter(closed_at__gte=datetime.combine(scope.since, datetime.min.time(), tzinfo=zone))
    if scope.until:
        end = scope.until + timedelta(days=1)
        found = found.filter(closed_at__lt=datetime.combine(end, datetime.min.time(), tzinfo=zone))
    return found


def walked(found: Sequence[Any], *, run: int, draft: Draft, present: InForce) -> list[dict[str, Any]]:
    """This will judge cases, given as rows of ``COLUMNS``, twice, and give the results as rows of the run."""
    drafted, base = present.policy(draft), present.policy()
    told = Reader(firsts=base.agreed is not None, judged=draft.against == RECORDED).read(found)
    said = recorded.of([one.facts.pk for one in told]) if draft.against == RECORDED else {}
    made: list[dict[str, Any]] = []
    for one in told:
        results = {(row.metric, row.cycle): row for row in judge(one.life, drafted)}
        if draft.against == RECORDED:
            before = one.recorded or _said(one, said, results)
        else:
            before = {(row.metric, row.cycle): row for row in judge(one.life, base)}
        made += [_row(run, one, key, before, results) for key in sorted(before.keys() | results.keys())]
    return made


def _said(
    one: Told, said: dict[int, tuple[str, bool, int, int]], results: dict[tuple[str, int], Result]
) -> dict[tuple[str, int], Result]:
    """Take the verdict of the source for a case that had no clocks here."""
    if one.facts.pk not in said:
        return {}
    metric, met, used, target = said[one.facts.pk]
    verdict = MET if met else MISSED
    return {(metric, 1): Result(metric, 1, verdict, used, 0, target, "", one.facts.priority, None)}


def _row(
    run: int,
    one: Told,
    key: tuple[str, int],
    before: dict[tuple[str, int], Result],
    results: dict[tuple[str, int], Result],
) -> dict[str, Any]:
    base, drafted = before.get(key) or unrecorded(*key), results.get(key) or unrecorded(*key)
    return {
        "run_id": run, "record_id": one.facts.pk, "metric": key[0], "cycle": key[1], "month": _month(_ended(one)),
        "priority": one.facts.priority, "team_id": one.facts.team, "base": base.verdict, "drafted": drafted.verdict,
        "base_used": base.used, "draft_used": drafted.used, "base_target": base.target, "draft_target": drafted.target,
        "differs": base.verdict != drafted.verdict, "why": why(base, drafted),
    }  # fmt: skip


def why(base: Result, drafted: Result) -> dict[str, Any]:
    """This will name what is measured otherwise, as (as it is, under the draft)."""
    found = {
        name: [getattr(base, name), getattr(drafted, name)]
        for name in ("target", "calendar", "priority", "paused", "used")
        if getattr(base, name) != getattr(drafted, name)
    }
    return found if base.verdict != drafted.verdict else {}


def _ended(one: Told) -> int:
    closed = one.facts.closed_at or one.facts.changed_at
    return int(closed.timestamp()) // 900


@lru_cache(maxsize=20_000)
def _month(quarter: int) -> str:
    return moment(quarter * 900).astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m")


def are_gone(run: SimulationRun) -> bool:
    """Tell whether the rows of a finished run were dropped."""
    return run.state == SimulationRun.State.FINISHED and run.total > 0 and not run.results.exists()


def forget(*, at: datetime) -> int:
    """This will drop the rows of runs that are long over; gives how many runs."""
    old = SimulationRun.objects.filter(finished_at__lt=at - ROWS_KEPT, results__isnull=False).distinct()
    done = 0
    for run in old.iterator():
        run.results.all().delete()
        done += 1
    return done
