"""Time worked on a case: entered with the rate of its role, taken back with a reason, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.flow.roles import ROLES, STAFF
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import comments
from itsm.tickets.inputs import LONGEST_LINE, tidy
from itsm.tickets.models import Comment
from itsm.tickets.work_models import LOCK, MOST_MINUTES, WorkEntry, rate_of
from itsm.ui.moments import span

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST = LONGEST_LINE
#: Which roles come first on the second line.
SECOND_LINE = ("engineer", "agent")
#: Who takes back what others entered, beside who oversees the process.
CORRECTS = frozenset({"incident_manager"})


@dataclass(frozen=True)
class Together:
    """What was worked on a case: minutes, what those with a rate cost (NT$), and the minutes without a rate."""

    entries: int
    minutes: int
    cost: Decimal
    unpriced: int


def may_enter(ticket: Any, *, by: Person) -> bool:
    """Tell whether the person may enter time: whoever may write an internal note."""
    return comments.allows(ticket, kind=Comment.Kind.INTERNAL, by=by)


def corrector(ticket: Any, *, by: Person) -> Callable[[Any], bool]:
    """Give what tells which entries the person may take back: who worked or entered them, or answers for the process."""
    if not may_enter(ticket, by=by):
        return lambda _entry: False
    every = bool(roles_on(ticket, person=by) & (CORRECTS | register.overseers(ticket)))
    return lambda entry: every or by.pk in (entry.person_id, entry.entered_by_id)


def roles_of(ticket: Any, *, person: Person) -> list[str]:
    """List the roles under which the person may have worked on the case, the likeliest first."""
    tier = ticket.team.tier if ticket.team_id else 1
    return in_order(roles_on(ticket, person=person) & STAFF, process=register.process_of(ticket), tier=tier)


def in_order(roles: Iterable[str], *, process: register.Process, tier: int = 1) -> list[str]:
    """Put roles in the order in which somebody is likely to have worked in them.

    Those that work on the process come before the others, on the second line the engineer before the desk, the manager
    of incidents after who oversees another process; then whoever does the work before who answers for it.
    """
    order = [*(SECOND_LINE if tier > 1 else ()), *ROLES]

    def place(role: str) -> tuple[bool, bool, int]:
        return role not in process.workers, role in CORRECTS and bool(process.overseers), order.index(role)

    return sorted(roles, key=place)


def enter(
    ticket: Any, *, minutes: int, by: Person, worked_on: date | None = None, role: str = "", note: str = "",
    person: Person | None = None, at: datetime | None = None, channel: str = "web",
) -> WorkEntry:  # fmt: skip
    """Enter minutes that ``person`` (who enters, if left out) worked on a day, today if left out.

    The rate of the role on that day is kept with them; where there is none, what they cost is unknown.

    :raises NotAllowed: if ``by`` may not write notes on the case
    :raises Objected: if minutes, day, role or note will not do, or the person's day would have more than 24 hours
    """
    move = Move("enter_time", by, whole(at or database_now()), channel)
    text = tidy(note)
    with transaction.atomic():
        locked, worker = lock(ticket), person or by
        if not may_enter(locked, by=by):
            raise NotAllowed
        today = timezone.localdate(move.at)
        day = worked_on or today
        roles = roles_of(locked, person=worker)
        faults = _faults(locked, minutes=minutes, day=day, today=today, note=text) | _role_faults(role, roles, worker)
        faults = faults or _day_faults(worker, day=day, minutes=minutes)
        if faults:
            raise Objected(fields=faults)
        role = role or roles[0]
        entry: WorkEntry = WorkEntry.objects.create(
            ticket_id=locked.pk, person=worker, role=role, minutes=minutes, worked_on=day, rate=rate_of(role, on=day),
            note=text, entered_by=by, entered_at=move.at,
        )  # fmt: skip
        _say(locked, move, entry=entry.pk, minutes=minutes, day=day, role=role, person=worker)
    return entry


def _faults(locked: Any, *, minutes: int, day: date, today: date, note: str) -> dict[str, str]:
    """Say what is wrong with minutes, day and note, by field."""
    found = {}
    received = timezone.localdate(locked.received_at)
    if not 1 <= minutes <= MOST_MINUTES:
        found["minutes"] = gettext("Write the minutes, from 1 to %(most)s.") % {"most": MOST_MINUTES}
    if day > today:
        found["worked_on"] = gettext("The day lies ahead.")
    elif day < received:
        found["worked_on"] = gettext("The case came on %(day)s: nobody worked on it before.") % {"day": received}
    if len(note) > LONGEST:
        found["note"] = gettext("The text is longer than %(most)s characters.") % {"most": LONGEST}
    return found


def _day_faults(worker: Person, *, day: date, minutes: int) -> dict[str, str]:
    """Say whether the person's day would have more than 24 hours over all cases; who enters their time meanwhile waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{LOCK}{worker.pk}"])
    known = WorkEntry.objects.of_day(worker, day).aggregate(all_minutes=Sum("minutes"))["all_minutes"] or 0
    if known + minutes <= MOST_MINUTES:
        return {}
    words = gettext("%(name)s has %(time)s on %(day)s already, over all cases: together no more than 24 hours.")
    return {"minutes": words % {"name": worker.name, "time": span(60 * known), "day": day}}


def _role_faults(role: str, roles: Sequence[str], worker: Person) -> dict[str, str]:
    if not roles:
        return {"person": gettext("%(name)s has no role on this case.") % {"name": worker.name}}
    if role and role not in roles:
        return {"role": gettext("%(name)s does not have this role on this case.") % {"name": worker.name}}
    return {}


def take_back(
    ticket: Any, entry: WorkEntry, *, reason: str, by: Person, at: datetime | None = None, channel: str = "web"
) -> WorkEntry:
    """Take an entry back; it stays with the reason and counts no longer.

    :raises NotAllowed: if ``by`` neither worked nor entered it, nor answers for the process
    :raises Objected: if the reason lacks or is too long, or it was taken back already
    """
    move = Move("take_back_time", by, whole(at or database_now()), channel)
    text = tidy(reason)
    with transaction.atomic():
        locked = lock(ticket)
        fresh = WorkEntry.objects.select_for_update().get(pk=entry.pk, ticket=locked.pk)
        if not corrector(locked, by=by)(fresh):
            raise NotAllowed
        if fresh.taken_back_at is not None:
            raise Objected(gettext("This time was taken back already."))
        if not 0 < len(text) <= LONGEST:
            raise Objected(fields={"reason": gettext("Say why, in at most %(most)s characters.") % {"most": LONGEST}})
        fresh.taken_back_at, fresh.taken_back_by, fresh.taken_back_because = move.at, by, text
        fresh.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_because"])
        _say(locked, move, reason=text, entry=fresh.pk, minutes=fresh.minutes)
    return fresh


def together(ticket: Any) -> Together:
    """Add up what stands of a case, by one statement."""
    standing = WorkEntry.objects.standing().filter(ticket=ticket.pk)
    made = standing.aggregate(
        n=Count("pk"), all_minutes=Sum("minutes"), all_cost=Sum("cost"), without=Sum("minutes", filter=Q(rate=None))
    )
    return Together(made["n"], made["all_minutes"] or 0, made["all_cost"] or Decimal(0), made["without"] or 0)


def _say(locked: Any, move: Move, *, reason: str = "", **facts: Any) -> None:
    """Write it into the journal, for the desk alone."""
    journal.write(locked, kind=Event.Kind.TASK, name=move.name, move=move, reason=reason, **facts)
    with saving(locked):
        locked.changed_at = move.at
