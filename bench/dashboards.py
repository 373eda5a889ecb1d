"""The dashboards at their size: how long filling the roll-ups takes, how long a change waits, and the pages beside their target."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import pages
from bench.load import Sample
from bench.serving import serving

TARGET_MS = 500
SECONDS, CHANGED = 4.0, 1000
#: Cases as they are elsewhere: on all services, teams and priorities, some too late, some closed by the timer.
SPREAD = (
    """UPDATE tickets_ticket SET service_id = (%(services)s::bigint[])[1 + mod(record_ptr_id * 7919, %(service_count)s)],
       team_id = CASE WHEN team_id IS NULL THEN NULL ELSE (%(teams)s::bigint[])[1 + mod(record_ptr_id * 104729, %(team_count)s)] END,
       priority = 1 + mod(record_ptr_id * 31, 5), confirmation = CASE WHEN mod(record_ptr_id, 9) = 0 AND confirmation <> '' THEN 'timer'
       ELSE confirmation END""",
    "UPDATE sla_clock SET state = 'missed', breached_at = stopped_at WHERE state = 'met' AND mod(id, 13) = 0",
)


def run(tickets: int, prepare: Callable[..., float], one: Callable[..., Sample]) -> dict[str, float]:
    """Fill throw-away servers and measure; ``prepare`` makes the cases, ``one`` measures a page."""
    from itsm.embedded.services import throwaway

    with throwaway() as servers:
        os.environ |= servers | {
            "DJANGO_SETTINGS_MODULE": "itsm.settings", "SECRET_KEY": "bench" * 12, "LOG_LEVEL": "ERROR",
            "SITE_URL": "http://127.0.0.1", "DEMO_MODE": "0",
        }  # fmt: skip
        figures = {"cases": float(tickets), "fill_s": prepare(tickets, words=False)}
        spread()
        figures |= counted() | fed() | usual()
        figures |= shown(one)
        from django.db import connections

        connections.close_all()
    return figures


def spread() -> None:
    """Spread the copies over services, teams and priorities."""
    from django.db import connection, transaction

    from catalogue.models import Service
    from itsm.people.models import Team

    services, teams = (list(model.objects.values_list("pk", flat=True)) for model in (Service, Team))
    given: dict[str, Any] = {
        "services": services,
        "service_count": len(services),
        "teams": teams,
        "team_count": len(teams),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(SPREAD[0], given)
        cursor.execute(SPREAD[1])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def counted() -> dict[str, float]:
    """Count everything for the first time, and once more to prove it."""
    from django.db import connection

    from itsm.reporting.models import DayCell, HourCell, Stale
    from itsm.reporting.recounting import recount

    Stale.objects.all().delete()
    first = recount(at=datetime.now(UTC), repair=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    again = recount(at=datetime.now(UTC), repair=False)
    assert not again.drift, again.drift
    return {
        "facts": float(first.facts), "day_cells": float(DayCell.objects.count()), "hour_cells": float(HourCell.objects.count()),
        "first_count_s": first.seconds, "recount_s": again.seconds,
    }  # fmt: skip


def fed() -> dict[str, float]:
    """Let many cases change, and count them."""
    from django.db.models import F

    from itsm.reporting.feed import feed
    from itsm.tickets.models import Ticket

    keys = list(Ticket.objects.order_by("-pk").values_list("pk", flat=True)[:CHANGED])
    began = time.perf_counter()
    Ticket.objects.filter(pk__in=keys).update(priority=F("priority") % 5 + 1)
    noted = time.perf_counter()
    assert feed() == len(keys)
    return {
        "update_1000_s": round(noted - began, 2),
        "feed_1000_changes_s": round(time.perf_counter() - noted, 2),
    }


def usual() -> dict[str, float]:
    """Let the worker count every figure for the usual periods, as it does at night."""
    from itsm.reporting import snapshots

    began, done = time.perf_counter(), 0
    snapshots.tend(datetime.now(UTC))
    while counted := snapshots.count_wanted(datetime.now(UTC)):
        done += counted
    return {"usual_figures": float(done), "usual_figures_s": round(time.perf_counter() - began, 1)}


def shown(one: Callable[..., Sample]) -> dict[str, float]:
    """Measure the dashboards: of a month, of a year, of one service, of processes; and pages of rows."""
    from catalogue.models import Service

    known, today = pages.known(), datetime.now(UTC).date()
    year = f"?from={today - timedelta(days=364)}&to={today}"
    service = Service.objects.order_by("pk")[0].code
    measured = {
        "desk_month": "/reports/desk/", "desk_year": f"/reports/desk/{year}", "desk_service": f"/reports/desk/?service={service}",
        "management_month": "/reports/management/", "management_year": f"/reports/management/{year}",
        "process_incident": "/reports/process/incident/", "process_request": "/reports/process/service_request/",
        "process_sla": "/reports/process/sla/", "process_change": "/reports/process/change/", "rows_month": "/reports/rows/received/",
        **of_figures(year),
    }  # fmt: skip
    found: dict[str, float] = {}
    with serving("itsm.settings") as port:
        warm = pages.Page("warm", lambda known, count: pages.reading(known, [*measured.values()][:5]), 0)
        one(warm, port, 4, known, SECONDS)  # every process of the server has drawn its first page
        for name, path in measured.items():
            page = pages.Page(name, lambda known, count, path=path: pages.reading(known, [path]), 0)  # type: ignore[misc]  # bound now
            sample = one(page, port, 1, known, SECONDS).figures()
            found |= {f"{name}_ms_p50": sample["p50_ms"], f"{name}_ms_p95": sample["p95_ms"]}
    return found


def of_figures(year: str) -> dict[str, str]:
    """Name the pages of single figures and of their rows: of a share, of one that only Python counts, and of what is asked for first."""
    share, by_hand = "incident.resolution_attainment", "incident.mean_hops"
    return {
        "figure_share": f"/reports/kpis/{share}/", "figure_by_hand": f"/reports/kpis/{by_hand}/",
        "figure_year": f"/reports/kpis/{share}/{year}", "rows_clocks": f"/reports/figures/{share}/",
        "rows_by_hand": f"/reports/figures/{by_hand}/", "rows_year": f"/reports/figures/{share}/{year}",
        "rows_received_year": f"/reports/rows/received/{year}",
    }  # fmt: skip


def missed(figures: dict[str, Any]) -> list[str]:
    """List the dashboards, figures and rows that take longer than they may."""
    return [
        f"dashboard {name.removesuffix('_ms_p95')}: {took} ms (p95), target {TARGET_MS}"
        for name, took in figures.items()
        if name.endswith("_ms_p95") and took > TARGET_MS
    ]
