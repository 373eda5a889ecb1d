"""Running simulations piece by piece: each piece is a transaction, so a run may be left and gone on with by anybody."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.records import rows
from itsm.records.clock import database_now, whole
from itsm.tickets.models import Ticket
from sla.simulation import ending, figures, walking
from sla.simulation.collector import collector_aside
from sla.simulation.draft import BadDraft, Draft, Scope
from sla.simulation.reading import COLUMNS
from sla.simulation.terms import checked, in_force, kinds_known
from sla.simulation_models import SimulationResult, SimulationRun

PIECE = 2000
#: For how long a page shows the rows of a run; its figures stay.
ROWS_KEPT = timedelta(days=90)
#: How often the same piece is begun before the run is given up.
MOST_TRIES = 5
LOCK_SPACE = 0x51A0  # of advisory locks: one worker at a run


def ask(*, title: str, draft: dict[str, Any], by: Any, at: datetime) -> SimulationRun:
    """This will note that a draft is to be run; a worker takes it.

    :raises BadDraft: with the sentence that says what is wrong
    """
    checked(draft)
    name = title.strip()[:120] or timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
    return SimulationRun.objects.create(title=name, draft=draft, asked_by=by, asked_at=at)


def cancel(run: SimulationRun, *, at: datetime) -> bool:
    """This will end a run that is not through; what it found so far is dropped. Tells whether it was news.

    The piece that a worker is at is not waited for: the worker sees it at the end of the piece and keeps nothing.
    """
    with transaction.atomic():
        fresh = _locked(run)
        if not fresh.is_under_way:
            return False
        fresh.end(SimulationRun.State.CANCELLED, at=at)
        fresh.save(update_fields=["state", "finished_at", "sentence"])
        fresh.results.all().delete()
    return True


def restart(run: SimulationRun, *, at: datetime) -> bool:
    """This will run again, from the beginning, what ended without a result or stands still. Tells whether it was possible."""
    with transaction.atomic():
        fresh = _locked(run)
        if not may_restart(fresh, at=at):
            return False
        fresh.results.all().delete()
        fresh.state, fresh.asked_at, fresh.started_at, fresh.finished_at = SimulationRun.State.QUEUED, at, None, None
        fresh.moved_at, fresh.total, fresh.done, fresh.after_id, fresh.tries, fresh.sentence = None, 0, 0, 0, 0, ""
        fresh.figures = {}
        fresh.save()
    return True


def may_restart(run: SimulationRun, *, at: datetime) -> bool:
    """Tell whether a run can be started again: it was cancelled, refused or interrupted, or nobody goes on with it."""
    return run.is_stalled(at=at) or not (run.is_under_way or run.state == SimulationRun.State.FINISHED)


def _locked(run: SimulationRun) -> SimulationRun:
    """Lock the row, but leave the key to whoever is writing results."""
    return SimulationRun.objects.select_for_update(no_key=True).get(pk=run.pk)


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
    claimed = _claim(at=at, only=only)
    if claimed is None:
        return False
    with transaction.atomic(), collector_aside():
        if not _alone(claimed):
            return True
        run = SimulationRun.objects.get(pk=claimed.pk)
        try:
            _piece(run, at=at)
        except BadDraft as refused:
            run.end(SimulationRun.State.REFUSED, at=at, sentence=str(refused))
        _keep(run)
    return True


def _claim(*, at: datetime, only: int | None) -> SimulationRun | None:
    """Count the beginning of a piece, so that a run whose pieces never end is seen; such a run is ended."""
    with transaction.atomic():
        waiting = SimulationRun.objects.waiting()
        for run in waiting if only is None else waiting.filter(pk=only):
            if not _alone(run):
                continue
            fresh = _locked(run)
            if not fresh.is_under_way:
                continue
            if fresh.tries < MOST_TRIES:
                fresh.tries, fresh.moved_at = fresh.tries + 1, max(at, _now())
                fresh.save(update_fields=["tries", "moved_at"])
                return fresh
            fresh.end(
                SimulationRun.State.INTERRUPTED,
                at=at,
                sentence=_("The same cases were begun %(tries)s times and never ended; the log of the worker says why.")
                % {"tries": MOST_TRIES},
            )
            fresh.save(update_fields=["state", "finished_at", "sentence"])
            ending.tell(fresh, at=at)
    return None


def _alone(run: SimulationRun) -> bool:
    """Hold a run until the end of the transaction; False where another worker has it. Its row stays free meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, run.pk % 2**31])
        return bool(cursor.fetchone()[0])


def _keep(run: SimulationRun) -> None:
    """Keep what the piece found, unless the run was cancelled or begun anew meanwhile."""
    fresh = _locked(run)
    if not fresh.is_under_way or fresh.asked_at != run.asked_at:
        transaction.set_rollback(True)
        return
    run.tries, run.moved_at = 0, max(run.moved_at or run.asked_at, _now())
    run.save()
    if not run.is_under_way:
        ending.tell(run, at=run.finished_at or run.moved_at)


def _now() -> datetime:
    return whole(database_now())


def _piece(run: SimulationRun, *, at: datetime) -> None:
    draft = Draft.parse(run.draft)
    chosen = scoped(draft.scope)
    if run.state == SimulationRun.State.QUEUED:
        run.state, run.started_at, run.total = SimulationRun.State.RUNNING, at, chosen.count()
    found = list(chosen.filter(pk__gt=run.after_id).order_by("pk").values_list(*COLUMNS)[:PIECE])
    if found:
        rows.insert(SimulationResult, walking.walked(found, run=run.pk, draft=draft, present=in_force(at=run.asked_at)))
        run.after_id, run.done = found[-1][0], run.done + len(found)
    if len(found) < PIECE:
        run.figures = figures.of_run(run)
        run.end(SimulationRun.State.FINISHED, at=max(at, _now()))


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
