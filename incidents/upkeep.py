"""Raising maintenance that falls due: its ticket, its announcement and its notices, once each; and telling what was missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from incidents.services import raise_request
from itsm.notices import audience
from itsm.notices.models import Announcement
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.templates import add_template
from itsm.tickets.models import Outage, Ticket
from sla import maintenance
from sla.maintenance import AHEAD, GRACE, Slot
from sla.maintenance_models import worked
from sla.models import MaintenancePlan, MaintenanceTurn

#: How a request ends whose work was done.
FULFILLED = ("done", "delivered", "fulfilled")


def tend(at: datetime) -> int:
    """Raise what is to be announced, mark what its ticket says is done, and what was missed; twice does no harm."""
    return _raise_due(at) + _mark_done(at) + _mark_missed(at)


def due_plans(at: datetime) -> Iterator[tuple[MaintenancePlan, Slot]]:
    """Give the turns whose announcement is due: so many days before as the plan says, and a few more."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    for plan in maintenance.plans_in_force(at=at):
        until = today + timedelta(days=plan.notice_days) + AHEAD
        for slot in maintenance.slots(plan, start=today, end=until) if plan.row.service_id else ():
            yield plan, slot


def _raise_due(at: datetime) -> int:
    found = [(plan, slot) for plan, slot in due_plans(at) if slot.starts_at > at]
    known = set(MaintenanceTurn.objects.filter(starts_at__gt=at).values_list("service_id", "subject_zh", "planned_on"))
    fresh = [(p, s) for p, s in found if (p.row.service_id, p.subject_zh, s.day) not in known]
    return sum(raise_turn(plan, slot, at=at) for plan, slot in fresh)


def raise_turn(plan: MaintenancePlan, slot: Slot, *, at: datetime) -> int:
    """Raise one turn with its ticket, announcement and notices; tells how many were raised: none if it was already."""
    service = plan.row.service
    assert service is not None  # plans of rows for every service are no work on one
    words = {
        "subject_zh": plan.subject_zh,
        "subject_en": plan.subject_en,
        "interrupts": plan.interrupts,
        "announced_at": at,
    }
    times = {"starts_at": slot.starts_at, "ends_at": slot.ends_at}
    with transaction.atomic():
        turn, is_new = MaintenanceTurn.objects.get_or_create(
            service=service, subject_zh=plan.subject_zh, planned_on=slot.day, defaults={"plan": plan, **words, **times}
        )
        if not is_new:
            return 0
        ticket = _ticket(plan, slot, at=at)
        turn.record_id = ticket.pk
        turn.outage = _forecast(turn, plan, ticket, at=at) if plan.interrupts else None
        turn.save(update_fields=["record", "outage"])
        _announce(turn, at=at)
        _tell(turn, ticket, "maintenance_raised", at=at, people=_doers(ticket, service))
    return 1


def _ticket(plan: MaintenancePlan, slot: Slot, *, at: datetime) -> Any:
    service: Any = plan.row.service
    begins = slot.starts_at.strftime("%Y/%m/%d %H:%M")
    ticket = raise_request(
        by=None, requester=service.owner, title=f"定期維護：{plan.subject_zh} {begins}"[:160], service=service, channel="api", at=at,
        description=f"{plan.subject_zh} / {plan.subject_en}: {begins}, {plan.duration_minutes} min",
    )  # fmt: skip
    if plan.team_id:
        Ticket.objects.filter(pk=ticket.pk).update(team=plan.team_id)
        ticket.team_id = plan.team_id
    return ticket


def _forecast(turn: MaintenanceTurn, plan: MaintenancePlan, ticket: Any, *, at: datetime) -> Outage:
    made: Outage = Outage.objects.create(
        ticket_id=ticket.pk, service=turn.service, ci_id=plan.ci_id, kind=Outage.Kind.PLANNED, source=Outage.Source.MAINTENANCE,
        started_at=turn.starts_at, ended_at=turn.ends_at, planned_from=turn.starts_at, planned_until=turn.ends_at,
        announced_at=at, is_forecast=True,
    )  # fmt: skip
    return made


def _announce(turn: MaintenanceTurn, *, at: datetime) -> None:
    """Tell everybody at the head of their pages of what interrupts a service."""
    if not turn.interrupts or is_quiet():
        return
    zone = ZoneInfo(settings.TIME_ZONE)
    times = f"{turn.starts_at.astimezone(zone):%Y/%m/%d %H:%M}–{turn.ends_at.astimezone(zone):%H:%M}"
    made = Announcement.objects.create(
        title_zh=f"{turn.service.name_zh}：{turn.subject_zh}，{times} 服務中斷"[:160],
        title_en=f"{turn.service.name_en or turn.service.name_zh}: {turn.subject_en or turn.subject_zh}, {times}"[:160],
        starts_at=at, ends_at=turn.ends_at, record_id=turn.record_id,
    )  # fmt: skip
    made.services.add(turn.service)


def _doers(ticket: Any, service: Any) -> set[int]:
    return audience.members(ticket.team_id) | {service.owner_id}


def _tell(turn: MaintenanceTurn, ticket: Any, template: str, *, at: datetime, people: set[int]) -> None:
    facts = {"subject": {"zh_hant": turn.subject_zh, "en": turn.subject_en}, "day": turn.planned_on.isoformat()}
    put_many(
        Notice(
            dedupe_key=f"maintenance:{turn.pk}:{template}:{pk}", event="team", template=template, at=at, person_id=pk,
            record_id=ticket.pk if ticket is not None else None, facts=facts,
        )
        for pk in sorted(people)
    )  # fmt: skip


def _mark_done(at: datetime) -> int:
    """Take as done, when its work was, what its ticket says is fulfilled; what interrupts a service waits for its times."""
    closed = Ticket.objects.filter(phase="done", closure_code__in=FULFILLED).values("pk")
    turns = MaintenanceTurn.objects.filter(done_at=None, outage=None, record__in=closed)
    done_at = worked().filter(pk=OuterRef("record_id")).values("resolved_at")[:1]
    return turns.update(done_at=Coalesce(Subquery(done_at), Value(at)))


def _mark_missed(at: datetime) -> int:
    """Mark what is not done a day after its end; work that only waits to be confirmed is not missed."""
    rows = MaintenanceTurn.objects.waiting().filter(ends_at__lt=at - GRACE)
    rows = rows.exclude(outage=None, record__in=worked().values("pk"))
    managers, missed = audience.holders("slm", process="agreement"), list(rows.select_related("service"))
    for turn in missed:
        with transaction.atomic():
            if MaintenanceTurn.objects.waiting().filter(pk=turn.pk).update(missed_at=at):
                ticket = Ticket.objects.filter(pk=turn.record_id or 0).first()
                _tell(turn, ticket, "maintenance_missed", at=at, people=managers | {turn.service.owner_id})
    return len(missed)


def register() -> None:
    """Register the words of the notices and the round."""
    from sla import rounds

    add_template("maintenance_raised", headline=gettext_lazy("Planned maintenance: %(subject)s on %(day)s"))
    add_template("maintenance_missed", headline=gettext_lazy("Planned maintenance was missed: %(subject)s on %(day)s"))
    rounds.add(rounds.Round("maintenance", timedelta(hours=1), tend))
