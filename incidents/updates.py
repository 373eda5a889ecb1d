"""Status updates of a major incident, its report, and the rules that propose one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from incidents.models import Incident, MajorIncidentReport, MajorUpdate
from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, perform, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

SIMILAR_COUNT, SIMILAR_WITHIN = 10, timedelta(minutes=30)
MANY_USERS = 500
CRITICAL_DOWN = timedelta(minutes=15)


def may_run(incident: Incident, person: Person) -> bool:
    """Tell whether ``person`` leads the incident, speaks for it, or is an incident manager."""
    named = person.pk in (incident.lead_id, incident.comms_owner_id)
    return named or "incident_manager" in roles_on(incident, person=person)


def publish(
    incident: Incident, *, text_zh: str, text_en: str, next_update_at: datetime | None, by: Person, to_everyone: bool = False,
    at: datetime | None = None,
) -> MajorUpdate:  # fmt: skip
    """Publish a status update and promise the next.

    :raises NotAllowed: if ``by`` does not run the incident
    :raises Objected: if both texts are empty, the incident is not declared, or the next update lies in the past
    """
    with transaction.atomic():
        locked: Incident = lock(incident)
        move = Move("publish_update", by, whole(at or database_now()), inputs={"next_update_at": next_update_at})
        if not may_run(locked, by):
            raise NotAllowed
        _refuse_update(locked, text_zh, text_en, next_update_at, move.at)
        for settle in register.steps.settle:
            settle(locked, move)
        update = MajorUpdate.objects.create(
            incident=locked,
            at=move.at,
            by=by,
            text_zh=text_zh.strip(),
            text_en=text_en.strip(),
            to_everyone=to_everyone,
        )
        with saving(locked):
            locked.next_update_at = next_update_at
            locked.version += 1
            locked.changed_at = move.at
            for during in register.steps.during:
                during(locked, move)
        event = journal.write(
            locked, kind=Event.Kind.COMMENT, name="publish_update", move=move, public=True, update=update.pk
        )
        for tell in register.steps.journaled:
            tell(locked, move, event)
    return update


def _refuse_update(
    incident: Incident, text_zh: str, text_en: str, next_update_at: datetime | None, at: datetime
) -> None:
    if incident.major_status not in ("declared", "restored"):
        raise Objected(gettext("Only a declared major incident has status updates."))
    if not text_zh.strip() and not text_en.strip():
        raise Objected(fields={"text_zh": gettext("Write the update in at least one language.")})
    if incident.major_status == "declared" and (next_update_at is None or next_update_at <= at):
        raise Objected(fields={"next_update_at": gettext("Promise the next update at a time that lies ahead.")})


def write_report(
    incident: Incident, values: Mapping[str, Any], *, by: Person, at: datetime | None = None
) -> MajorIncidentReport:
    """Write parts of the major incident report; it may be filled bit by bit.

    :raises NotAllowed: if ``by`` does not run the incident
    :raises Objected: if a part does not exist
    """
    allowed = {
        "impact",
        "users",
        "cause",
        "handling",
        "went_well",
        "went_badly",
        "actions",
        "lessons",
        "management_told_at",
        "management_told_how",
    }
    if odd := set(values) - allowed:
        raise Objected(fields={name: gettext("The report has no such part.") for name in odd})
    with transaction.atomic():
        locked: Incident = lock(incident)
        if not may_run(locked, by):
            raise NotAllowed
        move = Move("write_report", by, whole(at or database_now()))
        report, _new = MajorIncidentReport.objects.select_for_update().get_or_create(
            incident=locked, defaults={"changed_at": move.at}
        )
        for name, value in values.items():
            setattr(report, name, value)
        report.changed_at, report.changed_by = move.at, by
        report.save()
        journal.write(locked, kind=Event.Kind.EDITED, name="write_report", move=move, parts=sorted(values))
    return report


def criterion_met(incident: Incident, *, at: datetime) -> str:
    """Name the first rule of a major incident that ``incident`` meets at ``at``; empty when none (domain 5.4)."""
    since = at - CRITICAL_DOWN
    critical = incident.service is not None and incident.service.criticality == 1
    if critical and incident.outages.filter(ended_at=None, kind="unplanned", started_at__lte=since).exists():
        return "critical_down"
    if (incident.affected_users or 0) >= MANY_USERS:
        return "many_users"
    if incident.service_id:
        alike = Incident.objects.open().filter(
            service=incident.service_id, received_at__range=(at - SIMILAR_WITHIN, at)
        )
        if alike[:SIMILAR_COUNT].count() >= SIMILAR_COUNT:
            return "flood"
    if incident.priority == 1 and incident.received_at <= at - timedelta(minutes=120) and incident.phase == "working":
        return "overdue_p1"
    return ""


def propose_if_due(incident: Incident, *, at: datetime | None = None) -> bool:
    """Propose ``incident`` as major when a rule is met and nobody has judged it yet; tells whether it was proposed."""
    moment = whole(at or database_now())
    if incident.major_status != "none" or not incident.is_open or incident.phase == "new":
        return False
    criterion = criterion_met(incident, at=moment)
    if criterion:
        perform(incident, "propose_major", by=None, at=moment, channel="system", criterion=criterion)
    return bool(criterion)
