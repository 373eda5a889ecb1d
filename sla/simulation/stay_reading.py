"""Reading the stays of cases with their teams, what their clocks said at the time, and which OLAs are in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from sla.models import AgreementEdition
from sla.simulation.between_teams import INTERNAL, OlaRow
from sla.simulation.clock import CANCELLED, MET, MISSED, OPEN, Result
from sla.simulation.stays import Stay

STAYS = """
SELECT ticket_id, id, team_id, floor(extract(epoch FROM assigned_at))::bigint,
       floor(extract(epoch FROM accepted_at))::bigint, floor(extract(epoch FROM done_at))::bigint
  FROM tickets_assignment WHERE ticket_id = ANY(%s) ORDER BY ticket_id, assigned_at, id
"""
JUDGED = """
SELECT (terms ->> 'stay')::bigint, metric, state, coalesce(elapsed_seconds, 0), paused_seconds, coalesce(target_seconds, 0),
       coalesce(terms -> 'calendar' ->> 'code', ''), (terms -> 'key' ->> 0)::int,
       floor(extract(epoch FROM stopped_at))::bigint, breached_at IS NOT NULL,
       coalesce(terms -> 'agreement' ->> 'number', '')
  FROM sla_clock WHERE record_id = ANY(%s) AND NOT is_deadline AND metric = ANY(%s)
"""


def stays_of(keys: Sequence[int]) -> dict[int, list[Stay]]:
    """This will give the stays of cases, in their order."""
    found: dict[int, list[Stay]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STAYS, [list(keys)])
        for ticket, *stay in cursor.fetchall():
            found[ticket].append(Stay(*stay))
    return found


def judged(keys: Sequence[int]) -> dict[tuple[int, str], tuple[str, Result]]:
    """This will give what the clocks of stays said, by stay and metric: the agreement's number and the result."""
    found: dict[tuple[int, str], tuple[str, Result]] = {}
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, [list(keys), list(INTERNAL)])
        for stay, metric, state, used, paused, target, calendar, priority, ended, broken, number in cursor.fetchall():
            verdict = {"met": MET, "missed": MISSED, "cancelled": CANCELLED, "lifted": CANCELLED}.get(state, OPEN)
            verdict = MISSED if broken else verdict
            found[stay, metric] = number, Result(metric, 1, verdict, used, paused, target, calendar, priority, ended)
    return found


def olas_in_force(editions: Iterable[AgreementEdition], *, at: datetime) -> tuple[OlaRow, ...]:
    """This will flatten the OLAs that are in force at ``at``; later editions and earlier rows go first, as for clocks."""
    on = localdate(at)
    rows = [
        row
        for edition in editions
        if edition.agreement.type == "ola" and edition.in_force(at=at, on=on)
        for row in edition.rows.all()
    ]
    rows.sort(key=lambda row: (row.edition_id, -row.position))
    return tuple(made for place, row in enumerate(rows) for made in rows_of(row, place=place))


def rows_of(row: Any, *, place: int) -> list[OlaRow]:
    """This will give the promises of one row of an OLA."""
    agreement = row.edition.agreement
    return [
        OlaRow(
            promise.metric, agreement.provider_team_id, row.service_id, promise.process, promise.priority,
            promise.request_item_id, promise.seconds or 0, promise.calendar.code if promise.calendar else None,
            promise.pauses, str(agreement.number), place,
        )
        for promise in row.promises.all()
        if promise.metric in INTERNAL and promise.seconds
    ]  # fmt: skip
