"""Giving a case to a team and a person: every stay with a team is a row that is given, accepted and done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected, Stale
from itsm.records.roles import roles_on
from itsm.tickets.models import Assignment, Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person, Team

#: Who may hand a case around without moving it.
ASSIGNS = frozenset({"agent", "engineer", "incident_manager", "problem_manager", "problem_handler"})


def tier_asked(record: Any, move: Move) -> int:
    """Give the tier of the team that ``move`` asks for by the table; 1 where it asks for none."""
    rows = [flow.transitions[move.name] for flow in record.flows if move.name in flow.transitions]
    tiers: list[int] = [item.tier for row in rows for item in row.inputs if item.kind == "team" and item.tier]
    return tiers[0] if tiers else 1


def team_meant(record: Any, move: Move) -> Team | None:
    """Find the team that will have the case after ``move``: the one given, else the assignee's of the tier, else its own."""
    given: Team | None = move.given("team")
    if given is not None:
        return given
    tier, assignee = tier_asked(record, move), move.given("assignee")
    if assignee is not None:
        found: Team | None = assignee.teams.active().filter(tier=tier).order_by("pk").first()
        return found
    return record.team if record.team_id and record.team.tier == tier else None


def give(
    ticket: Ticket, *, team: Team | None, assignee: Person | None, by: Person | None, at: datetime, note: str = ""
) -> Assignment | None:
    """Lay ``ticket`` into a team's hands: end the stay with the former team, begin one with this.

    The same team keeps its stay and only the person changes; giving it to oneself accepts it. The ticket is changed in
    memory; the caller saves. Gives None when the case has no team.

    :raises Objected: if the case is kept from ``assignee``
    """
    _refuse_kept_from(ticket, assignee)
    ticket.team, ticket.assignee = team, assignee
    _mark(ticket)
    current = Assignment.objects.select_for_update(no_key=True).filter(ticket=ticket, done_at=None).first()
    if current and current.team_id != (team.pk if team else None):
        current.done_at = at
        current.save(update_fields=["done_at"])
        current = None
    if team is None:
        return None
    stay = current or Assignment(ticket_id=ticket.pk, team=team, assigned_at=at, assigned_by=by)
    stay.assignee, stay.note = assignee, note or stay.note
    if assignee is not None and by is not None and assignee.pk == by.pk and stay.accepted_at is None:
        stay.accepted_at = at
    stay.save()
    return stay


def accept(ticket: Ticket, *, by: Person, at: datetime) -> None:
    """Mark the current stay as accepted by somebody of the team; a second time changes nothing."""
    _mark(ticket)
    Assignment.objects.filter(ticket=ticket, done_at=None, accepted_at=None).update(accepted_at=at, assignee=by)


def end(ticket: Ticket, *, at: datetime) -> None:
    """End the current stay: the work is done."""
    _mark(ticket)
    Assignment.objects.filter(ticket=ticket, done_at=None).update(done_at=at)


def _mark(ticket: Ticket) -> None:
    ticket.__dict__["_stay_moved"] = True


def has_moved(ticket: Ticket) -> bool:
    """Tell whether a stay of the locked case began, was accepted or ended since this was last asked."""
    return bool(ticket.__dict__.pop("_stay_moved", False))


def assign(
    ticket: Ticket, *, by: Person, team: Team | None, assignee: Person | None, at: datetime | None = None,
    version: int | None = None, channel: str = "web",
) -> Ticket:  # fmt: skip
    """Hand an open case to a team and person without moving it in its flow, journaled.

    :raises NotAllowed: if ``by`` may not hand it around
    :raises Stale: if the case has another version than ``version``
    :raises Objected: if the case is done, or the person is not in the team
    """
    with transaction.atomic():
        locked: Ticket = lock(ticket)
        moment = whole(at or database_now())
        if not roles_on(locked, person=by) & ASSIGNS:
            raise NotAllowed
        if version is not None and version != locked.version:
            raise Stale
        _refuse_wrong(locked, team, assignee)
        before = {"team": str(locked.team or ""), "assignee": str(locked.assignee or "")}
        move = Move("assign", by, moment, channel)
        for settle in register.steps.settle:
            settle(locked, move)
        with saving(locked):
            give(locked, team=team, assignee=assignee, by=by, at=moment)
            locked.version += 1
            locked.changed_at = moment
            for during in register.steps.during:
                during(locked, move)
        event = journal.write(
            locked, kind=Event.Kind.ASSIGNED, name="assign", move=move, before=before,
            after={"team": str(team or ""), "assignee": str(assignee or ""), "assignee_id": assignee.pk if assignee else None},
        )  # fmt: skip
        for tell in register.steps.journaled:
            tell(locked, move, event)
        return locked


def take(ticket: Ticket, *, by: Person, at: datetime | None = None, version: int | None = None) -> Ticket:
    """Assign the case to oneself, with one's own team where the present one is not.

    :raises NotAllowed: if ``by`` may not hand it around
    :raises Objected: if the case is done
    """
    team = ticket.team if ticket.team_id in by.team_ids else by.teams.active().order_by("tier", "pk").first()
    return assign(ticket, by=by, team=team or ticket.team, assignee=by, at=at, version=version)


def _refuse_kept_from(ticket: Ticket, assignee: Person | None) -> None:
    if assignee is not None and assignee.pk == ticket.kept_from_id:
        raise Objected(fields={"assignee": gettext("This case is kept from %(person)s.") % {"person": assignee}})


def _refuse_wrong(ticket: Ticket, team: Team | None, assignee: Person | None) -> None:
    if not ticket.is_open:
        raise Objected(gettext("The case is closed; reopen it first."))
    _refuse_kept_from(ticket, assignee)
    if ticket.phase == "working" and team is None and not ticket.confidential:
        raise Objected(gettext("A case that is worked on needs a team."), fields={"team": gettext("Choose a team.")})
    if assignee and team and not team.members.filter(pk=assignee.pk).exists():
        text = gettext("%(person)s is not a member of %(team)s.") % {"person": assignee, "team": team}
        raise Objected(fields={"assignee": text})
    if team and ticket.state in TIER_OF_STATE and team.tier != TIER_OF_STATE[ticket.state]:
        raise Objected(gettext("Send it to the other line with its own step, so that a hand-over note is kept."))


#: States that belong to one tier; only a transition leads to the other.
TIER_OF_STATE = {"l1_processing": 1, "l2_processing": 2}
