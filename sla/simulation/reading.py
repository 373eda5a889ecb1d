"""Reading lives out of the journal and the clocks' own events, so many records at a time; memory does not grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from itsm.hours.instants import epoch_of
from itsm.records import register
from itsm.tickets.models import HoldReason, Ticket
from sla.simulation import weaving
from sla.simulation.clock import CANCELLED, MET, MISSED, NONE, OPEN, Result
from sla.simulation.draft import METRICS
from sla.simulation.life import Life

#: What is asked of a case.
COLUMNS = (
    "pk", "kind", "priority", "impact", "urgency", "service_id", "team_id", "received_at", "first_response_at", "closed_at",
    "changed_at", "source", "state", "unit_id",
)  # fmt: skip
EVENTS = """
SELECT record_id, kind, machine, source, target, floor(extract(epoch FROM at))::bigint, imported,
       facts -> 'hold_reason' ->> 'id', facts ->> 'impact', facts ->> 'urgency', facts ->> 'priority',
       CASE WHEN imported THEN facts ->> 'state' END,
       CASE WHEN imported AND kind = 'edited' THEN facts -> 'before' END::text,
       CASE WHEN imported AND kind = 'edited' THEN facts -> 'after' END::text, name,
       facts ->> 'workaround' = 'true'
  FROM records_event WHERE record_id = ANY(%s) AND (imported OR kind IN ('opened', 'move')) ORDER BY record_id, id
"""
CLOCK_EVENTS = """
SELECT c.record_id, c.metric, c.cycle, e.kind, floor(extract(epoch FROM e.at))::bigint,
       e.facts -> 'terms' ->> 'key', (e.facts ->> 'since')::bigint,
       floor(extract(epoch FROM c.started_at))::bigint, e.reason
  FROM sla_clock c JOIN sla_clockevent e ON e.clock_id = c.id
 WHERE c.record_id = ANY(%s) AND NOT c.is_deadline AND c.metric = ANY(%s) AND e.kind IN ('start', 'retarget', 'rebase')
 ORDER BY c.record_id, e.id
"""
CLOCKS = """
SELECT record_id, metric, cycle, state, coalesce(elapsed_seconds, 0), paused_seconds, coalesce(target_seconds, 0),
       coalesce(terms -> 'calendar' ->> 'code', ''), (terms -> 'key' ->> 0)::int,
       floor(extract(epoch FROM stopped_at))::bigint, breached_at IS NOT NULL, carried_to_id IS NOT NULL
  FROM sla_clock WHERE record_id = ANY(%s) AND NOT is_deadline AND metric = ANY(%s)
"""


CARRIED = """
SELECT record_id, metric FROM sla_clock
 WHERE record_id = ANY(%s) AND NOT is_deadline AND metric = ANY(%s) AND carried_to_id IS NOT NULL
"""
FIRSTS = """
SELECT t.record_ptr_id,
       (SELECT min(floor(extract(epoch FROM c.at))::bigint) FROM tickets_comment c
         WHERE c.ticket_id = t.record_ptr_id AND c.kind = 'public' AND c.author_id <> t.requester_id
           AND c.author_id IS DISTINCT FROM t.requested_for_id),
       (SELECT min(floor(extract(epoch FROM a.assigned_at))::bigint) FROM tickets_assignment a
         WHERE a.ticket_id = t.record_ptr_id AND a.assignee_id IS NOT NULL)
  FROM tickets_ticket t WHERE t.record_ptr_id = ANY(%s)
"""


class Facts(NamedTuple):
    """The columns of a case, in the order of ``COLUMNS``."""

    pk: int
    kind: str
    priority: int | None
    impact: int | None
    urgency: int | None
    service: int | None
    team: int | None
    received_at: Any
    first_response_at: Any
    closed_at: Any
    changed_at: Any
    source: str
    state: str
    unit: int | None


@dataclass(slots=True)
class Told:
    """A record with its life, and what its clocks said at the time by metric and cycle."""

    facts: Facts
    life: Life
    recorded: dict[tuple[str, int], Result] = field(default_factory=dict)


class Reader:
    """Reads lives; holds what is the same for all of them."""

    def __init__(self, *, firsts: bool = False, judged: bool = True) -> None:
        """This will read the hold reasons and the machines once.

        ``firsts`` asks for first replies and assignments too, ``judged`` for what the clocks said at the time.
        """
        self.asks_firsts, self.asks_judged = firsts, judged
        self.reasons = {str(pk): code for pk, code in HoldReason.objects.values_list("pk", "code")}
        self.machines = {row.key: (row.flow.key, row.flow.initial) for row in register.processes()}

    def read(self, rows: Sequence[Sequence[Any]]) -> list[Told]:
        """This will tell the lives of cases, given as rows of ``COLUMNS``, in that order."""
        facts = [Facts(*row) for row in rows]
        keys = [one.pk for one in facts]
        events, clocks = _grouped(EVENTS, [keys]), _grouped(CLOCK_EVENTS, [keys, list(METRICS)])
        recorded = _grouped(CLOCKS, [keys, list(METRICS)]) if self.asks_judged else {}
        carried = _grouped(CARRIED, [keys, list(METRICS)])
        firsts = _grouped(FIRSTS, [keys]) if self.asks_firsts else {}
        told = []
        for one in facts:
            life = self._life(one, events[one.pk], clocks[one.pk], carried.get(one.pk, ()))
            if one.pk in firsts:
                _pk, life.replied, life.assigned = firsts[one.pk][0]
            told.append(Told(one, life, _recorded(recorded.get(one.pk, ()))))
        return told

    def _life(self, facts: Facts, events: list[Any], clocks: list[Any], carried: Iterable[Any]) -> Life:
        machine, initial = self.machines[facts.kind]
        woven = weaving.Weaving(facts, machine, initial, self.reasons)
        imported = any(row[6] for row in events)
        steps = woven.imported(events) if imported else woven.own(events, clocks)
        received = epoch_of(facts.received_at)
        answered = facts.first_response_at
        told = weaving.first_moved(steps) if imported and answered is None else answered and epoch_of(answered)
        return Life(
            record=facts.pk,
            kind=facts.kind,
            received=received,
            steps=steps,
            answered=told or None,
            owes_answer=not clocks or any(row[1] == "response" for row in clocks),
            since=weaving.starts(clocks),
            passed_on=frozenset(row[1] for row in carried),
            unit=facts.unit,
            granted=tuple(row[4] for row in clocks if row[3] == "rebase" and not row[8]),
        )


def _recorded(rows: Iterable[Any]) -> dict[tuple[str, int], Result]:
    found = {}
    for _record, metric, cycle, state, used, paused, target, calendar, priority, ended, broken, carried in rows:
        if not carried:
            verdict = {"met": MET, "missed": MISSED, "cancelled": CANCELLED, "lifted": CANCELLED}.get(state, OPEN)
            verdict = MISSED if broken else verdict
            found[metric, cycle] = Result(metric, cycle, verdict, used, paused, target, calendar, priority, ended)
    return found


def _grouped(statement: str, values: list[Any]) -> dict[int, list[Any]]:
    """Read rows through a cursor of the server, by their first column."""
    found: dict[int, list[Any]] = defaultdict(list)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        for row in _flow(cursor):
            found[row[0]].append(row)
    return found


def _flow(cursor: Any) -> Iterator[Any]:
    while rows := cursor.fetchmany(5000):
        yield from rows


def unrecorded(metric: str, cycle: int) -> Result:
    """This will give the result of a clock that was not there."""
    return Result(metric, cycle, NONE, 0, 0, 0, "", None, None)


def cases() -> Any:
    """This will give the closed cases as rows of ``COLUMNS``, in order of their keys."""
    return Ticket.objects.filter(phase="done").order_by("pk").values_list(*COLUMNS)
