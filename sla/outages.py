"""Writing outages down, correcting them with a reason, striking them out, and hearing of them from monitoring systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext

from itsm.records.clock import database_now, whole
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Outage
from sla.models import OutageEdit

if TYPE_CHECKING:
    from catalogue.models import Service
    from configuration.models import ConfigurationItem
    from itsm.people.models import Person

#: Who writes an outage down, and who may alter what is written.
WRITERS = frozenset({"agent", "engineer", "incident_manager", "slm", "service_owner"})
CORRECTORS = frozenset({"incident_manager", "slm"})
CORRECTABLE = (
    "ci", "kind", "started_at", "ended_at", "standby_at", "affected_users", "weight_percent", "evidence", "planned_from", "planned_until",
    "announced_at",
)  # fmt: skip
SHORTEST_REASON = 2


def may_write(person: Person) -> bool:
    """Tell whether ``person`` may write an outage down."""
    return bool(person.role_codes & WRITERS)


def may_correct(person: Person, service: Service) -> bool:
    """Tell whether ``person`` may alter outages of ``service``: by role, or because the service is theirs."""
    return bool(person.role_codes & CORRECTORS) or service.owner_id == person.pk


def record(
    service: Service, *, started_at: datetime, by: Person, at: datetime, ended_at: datetime | None = None, **more: Any
) -> Outage:
    """Write down an outage of ``service`` that no case tells of.

    :raises NotAllowed: if ``by`` may not
    :raises Objected: with what is wrong
    """
    if not may_write(by):
        raise NotAllowed
    given = {name: whole(value) if isinstance(value, datetime) else value for name, value in more.items()}
    outage = Outage(
        service=service, source=Outage.Source.PERSON, started_at=whole(started_at),
        ended_at=whole(ended_at) if ended_at else None, **given,
    )  # fmt: skip
    _refuse(outage, at=at)
    outage.save()
    return outage


def correct(outage: Outage, changes: Mapping[str, Any], *, reason: str, by: Person, at: datetime) -> Outage:
    """Alter what is written of an outage; what was there before is kept with the reason.

    :raises NotAllowed: if ``by`` may not
    :raises Objected: if the reason is missing, nothing changes, or something is wrong
    """
    with transaction.atomic():
        fresh = _held(outage, by=by)
        _say_why(reason)
        before = {name: getattr(fresh, name) for name in CORRECTABLE}
        for name in CORRECTABLE:
            if name in changes:
                value = changes[name]
                setattr(fresh, name, whole(value) if isinstance(value, datetime) else value)
        if fresh.planned_from is not None and fresh.kind != Outage.Kind.PLANNED:
            fresh.planned_from = fresh.planned_until = None
        _refuse(fresh, at=at)
        changed = {name: value for name, value in before.items() if getattr(fresh, name) != value}
        if not changed:
            raise Objected(gettext("Nothing was changed."))
        fresh.save()
        _note(fresh, "correct", before=changed, reason=reason, by=by, at=at)
    return fresh


def strike_out(outage: Outage, *, reason: str, by: Person, at: datetime) -> Outage:
    """Take an outage out of the reckoning: it never was one. It stays readable with the reason.

    :raises NotAllowed: if ``by`` may not
    :raises Objected: if the reason is missing or it is struck out already
    """
    with transaction.atomic():
        fresh = _held(outage, by=by)
        _say_why(reason)
        before = {"struck_out_at": None, "ended_at": fresh.ended_at}
        fresh.struck_out_at, fresh.ended_at = whole(at), fresh.ended_at or max(whole(at), fresh.started_at)
        fresh.save()
        _note(fresh, "strike_out", before=before, reason=reason, by=by, at=at)
    return fresh


@dataclass(frozen=True, kw_only=True)
class Signal:
    """What a monitoring system says of a service: ``monitor`` and ``key`` together name the trouble."""

    monitor: str
    key: str
    service: Service | None
    is_down: bool
    kind: str = Outage.Kind.UNPLANNED
    ci: ConfigurationItem | None = None
    weight_percent: int = 0
    affected_users: int | None = None
    occurred_at: datetime | None = None
    note: str = ""


def hear(signal: Signal, *, at: datetime | None = None) -> tuple[str, Outage | None]:
    """Open, keep or end the outage that a monitoring system speaks of: any number of senders may say the same.

    Gives ``opened``, ``standing``, ``ended`` or ``ignored``, and the outage.

    :raises Objected: if a service is down that the signal does not name
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            key = f"outage {signal.monitor}\n{signal.key}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        now = whole(at or database_now())
        moment = min(whole(signal.occurred_at or now), now)
        standing = Outage.objects.open().filter(monitor=signal.monitor, monitor_key=signal.key).first()
        if signal.is_down:
            return ("standing", standing) if standing else ("opened", _opened(signal, moment))
        if standing is None:
            return "ignored", None
        standing.ended_at = max(moment, standing.started_at)
        standing.save(update_fields=["ended_at"])
        return "ended", standing


def _opened(signal: Signal, moment: datetime) -> Outage:
    if signal.service is None:
        raise Objected(fields={"service": gettext("Name the service that is down.")})
    return Outage.objects.create(
        service=signal.service, ci=signal.ci, kind=signal.kind, source=Outage.Source.MONITORING, monitor=signal.monitor,
        monitor_key=signal.key, started_at=moment, weight_percent=signal.weight_percent, affected_users=signal.affected_users,
        evidence=signal.note,
    )  # fmt: skip


def _held(outage: Outage, *, by: Person) -> Outage:
    """Lock the outage as it stands now.

    :raises NotAllowed: if ``by`` may not alter it
    :raises Objected: if it was struck out
    """
    fresh = Outage.objects.select_for_update(of=("self",)).select_related("service").get(pk=outage.pk)
    if not may_correct(by, fresh.service):
        raise NotAllowed
    if fresh.struck_out_at is not None:
        raise Objected(gettext("This outage was struck out already."))
    return fresh


def _say_why(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise Objected(fields={"reason": gettext("Say why; the correction is kept with its reason.")})


def _refuse(outage: Outage, *, at: datetime) -> None:
    """Raise every objection to what is written of an outage."""
    wrong: dict[str, str] = {}
    if outage.started_at > at:
        wrong["started_at"] = gettext("The outage cannot begin in the future.")
    if outage.ended_at is not None and not outage.started_at <= outage.ended_at <= at:
        wrong["ended_at"] = gettext("The service was restored between the start of the outage and now.")
    if outage.standby_at is not None and not outage.started_at <= outage.standby_at <= at:
        wrong["standby_at"] = gettext("The stand-by took over between the start of the outage and now.")
    if (outage.planned_from is None) != (outage.planned_until is None):
        wrong["planned_until"] = gettext("A plan has two ends: give both or neither.")
    elif outage.planned_from is not None and outage.planned_until <= outage.planned_from:  # type: ignore[operator]  # both are given
        wrong["planned_until"] = gettext("The plan ends before it starts.")
    if outage.weight_percent > 100:
        wrong["weight_percent"] = gettext("A share goes from 0 to 100 per cent.")
    if wrong:
        raise Objected(fields=wrong)


def _note(outage: Outage, name: str, *, before: dict[str, Any], reason: str, by: Person, at: datetime) -> None:
    after = {field: getattr(outage, field) for field in before}
    OutageEdit.objects.create(
        outage=outage, at=at, by=by, name=name, reason=reason.strip()[:500], before=_plain(before), after=_plain(after)
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _word(value) for name, value in values.items()}


def _word(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return getattr(value, "number", value)
