"""Writing told cases: tickets in their last state with their journal, one batch whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from itsm.intake.mapping import SourceMapping
from itsm.intake.models import ImportedCase, ImportRun
from itsm.intake.names import Names
from itsm.intake.processes import Imported
from itsm.intake.telling import Case, Entry
from itsm.records.clock import site_month
from itsm.records.insertion import insert, insert_whole, keys_for
from itsm.records.models import Event, Record
from itsm.records.numbers import take

CHANNEL = "import"
MAINTENANCE = "SELECT set_config('itsm.maintenance', 'import', true)"


def create(cases: Sequence[Case], *, run: ImportRun, names: Names, mapping: SourceMapping) -> None:
    """This will write new cases; call it inside a transaction."""
    tickets = [
        mapping.process.model(**fields_of(case, source=run.source, names=names, mapping=mapping), **given)
        for case, given in zip(cases, _given(cases, process=mapping.process), strict=True)
    ]
    insert_whole(tickets)
    keys = [ticket.pk for ticket in tickets]
    _write_events(cases, keys=keys, names=names)
    insert(ImportedCase, [origin(case, key=key, run=run) for case, key in zip(cases, keys, strict=True)])


def change(cases: Sequence[Case], *, keys: Sequence[int], run: ImportRun, names: Names, mapping: SourceMapping) -> None:
    """This will write cases anew that the source tells otherwise than before; call it inside a transaction.

    Their imported journal is replaced; callers make sure that nobody has worked on them here.
    """
    with connection.cursor() as cursor:
        cursor.execute(MAINTENANCE)
        Event.objects.filter(record__in=keys, imported=True).delete()
        for case, key in zip(cases, keys, strict=True):
            fields = fields_of(case, source=run.source, names=names, mapping=mapping)
            mapping.process.model.objects.filter(pk=key).update(**fields)
        _write_events(cases, keys=keys, names=names)
        ImportedCase.objects.filter(pk__in=keys).delete()
        insert(ImportedCase, [origin(case, key=key, run=run) for case, key in zip(cases, keys, strict=True)])
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")


def fields_of(case: Case, *, source: str, names: Names, mapping: SourceMapping) -> dict[str, Any]:
    """This will give the columns of a case as the source left it, key and number aside."""
    last, first, process = case.last, case.lines[0], mapping.process
    reason = names.reasons.get(last.state.hold_reason) if case.state == "on_hold" else None
    return {
        "title": (last.title or case.number)[:160],
        "state": case.state,
        "phase": process.flow.states[case.state].phase,
        "version": len(case.lines),
        "requester_id": names.people[last.requester or mapping.unknown_requester],
        "category_id": names.categories.get((last.category, last.subcategory)),
        "channel": last.channel or "phone",
        "impact": last.impact,
        "urgency": last.urgency,
        "priority": last.priority,
        "team_id": names.teams.get(last.team),
        "assignee_id": names.people.get(last.assignee),
        "held_from": case.held_from,
        "hold_reason_id": reason.pk if reason else None,
        "created_at": first.opened_at,
        "received_at": first.opened_at,
        "resolved_at": case.resolved_at,
        "closed_at": case.closed_at,
        "changed_at": last.at,
        "bounce_count": case.moves(*process.sent_back),
        "reopen_count": case.moves(process.flow.final, process.worked),
        "rejection_count": case.moves((process.answered,), process.worked),
        "source": source,
        "source_number": case.number,
        "facts": last.facts | last.last_facts,
        **process.own(last, names),
    }


def origin(case: Case, *, key: int, run: ImportRun) -> ImportedCase:
    """This will give the row that remembers where a case came from and how its clock was judged."""
    verdict = case.verdict
    return ImportedCase(
        ticket_id=key,
        run=run,
        fingerprint=case.fingerprint,
        rows=len(case.lines),
        elapsed_seconds=verdict.elapsed if verdict else None,
        target_seconds=verdict.target if verdict else None,
        met=verdict.met if verdict else None,
        source_met=case.last.met,
    )


def _given(cases: Sequence[Case], *, process: Imported) -> list[dict[str, Any]]:
    """Give each case its key and its number, by the month in which it was opened; months in order, to lock in order."""
    keys = keys_for(Record, count=len(cases))
    months: dict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        months[site_month(case.lines[0].opened_at)].append(place)
    numbers: dict[int, str] = {}
    for _, places in sorted(months.items()):
        at: datetime = cases[places[0]].lines[0].opened_at
        numbers |= dict(zip(places, take(process.flow.prefix, at=at, count=len(places)), strict=True))
    return [
        {"id": key, "record_ptr_id": key, "ticket_ptr_id": key, "kind": process.key, "number": numbers[place]}
        for place, key in enumerate(keys)
    ]


def _write_events(cases: Iterable[Case], *, keys: Iterable[int], names: Names) -> None:
    Event.objects.bulk_create(
        (event for case, key in zip(cases, keys, strict=True) for event in _events(case, key=key, names=names)),
        batch_size=1000,
    )


def _events(case: Case, *, key: int, names: Names) -> Iterator[Event]:
    for entry in case.entries:
        is_move = entry.kind == Event.Kind.MOVE
        yield Event(
            record_id=key,
            kind=entry.kind,
            name=entry.name,
            machine=case.process.key if is_move else "",
            source=entry.source,
            target=entry.state if is_move else "",
            actor_id=names.people.get(entry.by),
            channel=CHANNEL,
            at=entry.at,
            facts=_facts(entry, names=names),
            is_public=entry.kind in (Event.Kind.MOVE, Event.Kind.OPENED),
            imported=True,
        )


def _facts(entry: Entry, *, names: Names) -> dict[str, Any]:
    """Write what changed as the journal of a case made here does, and beside it the row of the source."""
    facts: dict[str, Any] = {"row": entry.row, "state": entry.state}
    if entry.kind == Event.Kind.MOVE:
        reason = names.reasons.get((entry.after or {}).get("hold_reason", ""))
        return facts | ({"hold_reason": {"id": reason.pk, "text": str(reason)}} if reason else {})
    if entry.before or entry.after:
        facts |= {"before": entry.before, "after": entry.after}
    return facts
