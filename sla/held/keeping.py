"""Parting the lives of closed cases and keeping the parts; those of one case can be parted at any moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from itsm.hours.instants import epoch_of, moment
from itsm.people.models import Team
from itsm.records import register, rows
from itsm.tickets.models import Assignment, HoldReason, Ticket
from sla.held import errands
from sla.held.parting import NOBODY, REQUESTER, WAITS_FOR, Hands, Rules, Stretch, part
from sla.simulation.collector import collector_aside
from sla.simulation.reading import COLUMNS, Reader, Told
from sla.simulation.terms import kinds_known
from sla.simulation_models import HeldLife, HeldTime

PIECE = 2000
HANDED = """
SELECT record_id, floor(extract(epoch FROM at))::bigint, facts -> 'after' ->> 'team', facts -> 'after' ->> 'assignee'
  FROM records_event WHERE record_id = ANY(%s) AND kind = 'assigned' AND imported ORDER BY record_id, id
"""


@dataclass
class Parted:
    """A case with its stretches."""

    told: Told
    began: int
    ended: int
    stretches: list[Stretch]


def work(at: datetime) -> int:
    """This will part closed cases that are not parted, or have changed since, a piece at a time; gives how many."""
    done = last = 0
    while keys := _piece(after=last):
        done, last = done + len(keys), keys[-1]
    return done


def _piece(*, after: int) -> list[int]:
    """Part the next cases whose keys are greater than ``after``; gives their keys."""
    with transaction.atomic(), collector_aside():
        stale = Q(held_life=None) | Q(held_life__as_of__lt=F("changed_at"))
        chosen = Ticket.objects.filter(stale, pk__gt=after, phase="done", kind__in=kinds_known()).order_by("pk")
        found = list(chosen.values_list(*COLUMNS)[:PIECE])
        keys = [row[0] for row in found]
        if not keys:
            return keys
        with connection.cursor() as cursor:  # nobody else parts the same at the same time
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('held'))")
        HeldTime.objects.filter(record__in=keys).delete()
        HeldLife.objects.filter(pk__in=keys).delete()
        _keep(parted(found, at=None))
    return keys


def _keep(found: Sequence[Parted]) -> None:
    rows.insert(HeldTime, (row for one in found for row in _sums(one)))
    lives = (
        {"record_id": one.told.facts.pk, "began_at": moment(one.began), "ended_at": moment(one.ended), "as_of": one.told.facts.changed_at}
        for one in found
    )  # fmt: skip
    rows.insert(HeldLife, lives)


def _sums(one: Parted) -> list[dict[str, Any]]:
    total: dict[Any, int] = defaultdict(int)
    for stretch in one.stretches:
        total[stretch.holder] += stretch.seconds
    return [
        {"record_id": one.told.facts.pk, "party": who.party, "team_id": who.team, "supplier_id": who.supplier, "seconds": seconds}
        for who, seconds in total.items()
        if seconds
    ]  # fmt: skip


def of_case(record: Any, *, at: datetime) -> Parted | None:
    """This will part the life of one case until it was closed, or until ``at``; None for kinds without clocks."""
    if record.kind not in kinds_known():
        return None
    row = Ticket.objects.filter(pk=record.pk).values_list(*COLUMNS).get()
    return parted([row], at=at)[0]


def parted(found: Sequence[Any], *, at: datetime | None) -> list[Parted]:
    """This will part the lives of cases, given as rows of ``COLUMNS``; open ones until ``at``."""
    told = Reader(judged=False).read(found)
    keys = [one.facts.pk for one in told]
    hands, asked, tiers = _hands(keys), errands.of(keys), dict(Team.objects.values_list("pk", "tier"))
    rules = {kind: _rules(kind, tiers) for kind in {one.facts.kind for one in told}}
    return [_parted(one, hands[one.facts.pk], asked.get(one.facts.pk, []), rules[one.facts.kind], at) for one in told]


def _parted(one: Told, hands: list[Hands], asked: list[Any], rules: Rules, at: datetime | None) -> Parted:
    facts = one.facts
    began = epoch_of(facts.received_at)
    ended = facts.closed_at or (facts.changed_at if at is None else at)
    until = max(began, epoch_of(ended))
    if not hands and facts.team:
        hands = [Hands(began, facts.team, True)]
    stretches = part(_in_order(one.life.steps), hands, asked, rules=rules, began=began, ended=until)
    return Parted(one, began, until, stretches)


def _in_order(steps: list[Any]) -> list[Any]:
    """Let no step lie before the one before it: logs sometimes run backwards, and their order is the truth."""
    found: list[Any] = []
    for step in steps:
        found.append(step._replace(at=max(step.at, found[-1].at)) if found else step)
    return found


def _rules(kind: str, tiers: dict[int, int]) -> Rules:
    modes = {code: state.clock for code, state in register.process(kind).flow.states.items()}
    asked = {row.code: REQUESTER if row.asks_requester else NOBODY for row in HoldReason.objects.all()}
    return Rules(modes, tiers, asked | WAITS_FOR)


def _hands(keys: list[int]) -> dict[int, list[Hands]]:
    found: dict[int, list[Hands]] = defaultdict(list)
    stays = Assignment.objects.filter(ticket__in=keys).order_by("assigned_at", "pk")
    for row in stays.values_list("ticket", "team", "assignee", "assigned_at", "accepted_at", "done_at"):
        found[row[0]] += _stay(*row[1:])
    names = {name: pk for pk, name in Team.objects.values_list("pk", "name_zh")}
    with connection.cursor() as cursor:
        cursor.execute(HANDED, [keys])
        for record, at, team, assignee in cursor.fetchall():
            found[record].append(Hands(at, names.get(team), bool(assignee)))
    return found


def _stay(
    team: int, assignee: int | None, given: datetime, accepted: datetime | None, done: datetime | None
) -> list[Hands]:
    waits = accepted is not None or assignee is None
    made = [Hands(epoch_of(given), team, not waits)]
    if accepted is not None:
        made.append(Hands(epoch_of(accepted), team, True))
    if done is not None:
        made.append(Hands(epoch_of(done), team, False))
    return made
