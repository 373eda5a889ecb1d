"""Time worked on the cases of the demo, and what an hour of each role costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from itsm.demo.world import World
from itsm.records import register
from itsm.records.models import Event
from itsm.tickets import time_worked
from itsm.tickets.models import RoleRate, Ticket, WorkEntry

SEED = 1150827
#: NT$ per hour, first and since half a year ago. The manager of incidents has none yet: what that time cost is unknown.
RATES = {
    "agent": (420, 450), "engineer": (680, 720), "problem_handler": (720, 760),
    "problem_manager": (900, 950), "change_manager": (900, 950), "change_implementer": (700, 740), "change_requester": (650, 680),
    "release_manager": (900, 950), "release_implementer": (700, 740), "release_requester": (650, 680), "config_manager": (760, 800),
    "slm": (880, 920), "cab": (1000, 1050),
}  # fmt: skip
FIRST, RAISED = 800, 180
#: Minutes of one stretch of work, by process: from, to.
MINUTES = {
    "incident": (5, 50), "service_request": (5, 40), "problem": (45, 240), "change": (30, 180), "release": (30, 180), "complaint": (20, 90),
    "supplier_case": (10, 40),
}  # fmt: skip
#: How much longer an engineer works on a case of the desk.
LONGER = {("incident", "engineer"): 3, ("service_request", "engineer"): 3}
BATCH = 1000
#: Nobody of the demo works longer on one day: the minutes beyond it are left out.
LONGEST_DAY = 600


def tell(world: World, *, at: datetime) -> None:
    """Let everybody who moved a case have entered the time that it took; one entry was made on the wrong case."""
    _rates(at)
    workers = {person.pk: person for person in world.people.values() if person.is_worker}
    rates = _Rates()
    entries: list[WorkEntry] = []
    for kind, moves in _moved(workers):
        entries += [_entry(kind, row, workers[row[1]], rates) for row in moves]
    entries = list(_within_days(entries))
    WorkEntry.objects.bulk_create(entries, batch_size=BATCH)
    Event.objects.bulk_create((_event(one) for one in entries), batch_size=BATCH)
    _mistake(world, at)


def remove() -> None:
    """Take the rates out that are the demo's."""
    for role, rates in RATES.items():
        RoleRate.objects.filter(role=role, rate__in=rates).delete()


def _rates(at: datetime) -> None:
    """Set the rates of roles that have none."""
    today, known = timezone.localdate(at), set(RoleRate.objects.values_list("role", flat=True))
    RoleRate.objects.bulk_create(
        RoleRate(role=role, since=today - timedelta(days=days), rate=rate)
        for role, rates in RATES.items() if role not in known
        for days, rate in zip((FIRST, RAISED), rates, strict=True)
    )  # fmt: skip


class _Rates:
    """The rates, read once."""

    def __init__(self) -> None:
        self.rows = list(RoleRate.objects.order_by("-since").values_list("role", "since", "rate"))

    def of(self, role: str, day: Any) -> Decimal | None:
        """Give the rate of a role on a day."""
        return next((rate for name, since, rate in self.rows if name == role and since <= day), None)


#: Case, person, when the case came and when the person moved it last.
Moved = tuple[int, int, datetime, datetime]


def _moved(workers: dict[int, Any]) -> Iterator[tuple[str, list[Moved]]]:
    """Give for each process who moved which of its cases, and when for the last time."""
    for kind in MINUTES:
        received = dict(Ticket.objects.filter(kind=kind, requester__is_demo=True).values_list("pk", "received_at"))
        moves = Event.objects.moves().filter(record__kind=kind, actor__in=list(workers), record__in=list(received))
        last = {(record, actor): at for record, actor, at in moves.in_order().values_list("record", "actor", "at")}
        yield kind, [(record, actor, received[record], at) for (record, actor), at in last.items()]


def _entry(kind: str, row: Moved, person: Any, rates: _Rates) -> WorkEntry:
    record, _actor, received, at = row
    chance = Random(SEED + record * 1000 + person.pk)  # noqa: S311 - made-up minutes, the same each time
    role = time_worked.in_order(person.role_codes, process=register.process(kind))[0]
    minutes = 5 * round(chance.triangular(*MINUTES[kind]) * LONGER.get((kind, role), 1) / 5)
    day = timezone.localdate(max(at, received))
    return WorkEntry(
        ticket_id=record, person=person, role=role, minutes=minutes, worked_on=day, rate=rates.of(role, day), entered_by=person,
        entered_at=at,
    )  # fmt: skip


def _within_days(entries: Iterable[WorkEntry]) -> Iterator[WorkEntry]:
    """Leave out what does not fit into the day of whom it is."""
    days: Counter[tuple[int, Any]] = Counter()
    for one in entries:
        place = (one.person.pk, one.worked_on)
        if days[place] + one.minutes <= LONGEST_DAY:
            days[place] += one.minutes
            yield one


def _event(entry: Any) -> Event:
    facts = {"entry": entry.pk, "minutes": entry.minutes, "day": entry.worked_on.isoformat(), "role": entry.role}
    facts["person"] = {"id": entry.person.pk, "text": str(entry.person)}
    return Event(
        record_id=entry.ticket_id, kind=Event.Kind.TASK, name="enter_time", actor=entry.person, channel="web", at=entry.entered_at,
        facts=facts,
    )  # fmt: skip


def _mistake(world: World, at: datetime) -> None:
    """Let time be taken back that was entered on the wrong case."""
    case: Any = (
        Ticket.objects.open().filter(kind="incident", assignee__in=list(world.people.values())).order_by("-pk").first()
    )
    if case is None or case.received_at > at - timedelta(minutes=2):
        return
    by, moment = case.assignee, at - timedelta(minutes=1)
    entry = time_worked.enter(case, minutes=45, by=by, note="電話協助投影機設定", at=moment)
    time_worked.take_back(case, entry, reason="登錄到錯誤的案件", by=by, at=at)
