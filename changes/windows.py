"""Keeping the rules of the calendar: freezes, maintenance windows, waivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext

from changes.calendar_models import FreezeWaiver, FreezeWindow, MaintenanceWindow
from itsm.flow import Move
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

SCOPES = ("services", "items", "ci_classes")


def may_rule(person: Person) -> bool:
    """Tell whether ``person`` keeps the rules of the calendar."""
    return person.holds("change_manager", process="change")


def may_waive(person: Person) -> bool:
    """Tell whether ``person`` may let an emergency change through a freeze."""
    return person.holds("ecab", "change_manager", process="change")


def keep_freeze(freeze: FreezeWindow | None, given: Mapping[str, Any], *, by: Person) -> FreezeWindow:
    """Write a freeze, or make one where ``freeze`` is None.

    :raises NotAllowed: if ``by`` does not keep the rules
    :raises Objected: if it ends before it begins
    """
    _admit(by)
    start, end = given["starts_at"], given["ends_at"]
    if end <= start:
        raise Objected(fields={"ends_at": gettext("The window must end after it begins.")})
    made: FreezeWindow = _write(freeze or FreezeWindow(made_by=by), given)
    return made


def keep_maintenance(window: MaintenanceWindow | None, given: Mapping[str, Any], *, by: Person) -> MaintenanceWindow:
    """Write a maintenance window, or make one where ``window`` is None.

    :raises NotAllowed: if ``by`` does not keep the rules
    :raises Objected: if its days, length or zone do not fit
    """
    _admit(by)
    faults = {}
    if not given["weekdays"] or not set(given["weekdays"]) <= set(range(7)):
        faults["weekdays"] = gettext("Choose at least one weekday.")
    if given.get("until") and given["until"] < given["since"]:
        faults["until"] = gettext("The last day must not come before the first.")
    try:
        ZoneInfo(given["zone"])
    except (ZoneInfoNotFoundError, ValueError):
        faults["zone"] = gettext("There is no time zone of that name.")
    if faults:
        raise Objected(fields=faults)
    cleaned = {**given, "weekdays": sorted(set(given["weekdays"]))}
    made: MaintenanceWindow = _write(window or MaintenanceWindow(), cleaned)
    return made


def end_freeze(freeze: FreezeWindow, *, reason: str, by: Person, at: datetime) -> FreezeWindow:
    """End a freeze now; one that has not begun yet is taken away, and its history keeps it.

    :raises NotAllowed: if ``by`` does not keep the rules
    :raises Objected: if it is over, or no reason is given
    """
    _admit(by)
    said = " ".join(reason.replace("\x00", "").split())[:300]
    with transaction.atomic():
        locked = FreezeWindow.objects.select_for_update().get(pk=freeze.pk)
        if locked.ends_at <= at:
            raise Objected(gettext("The freeze is over already."))
        if not said:
            raise Objected(fields={"reason": gettext("Say why it ends early.")})
        locked.ended_early = said
        if locked.starts_at >= at and not locked.waivers.exists():
            locked.save(update_fields=["ended_early"])
            locked.delete()
            return locked
        locked.ends_at = max(at, locked.starts_at + timedelta(minutes=1))
        locked.save(update_fields=["ended_early", "ends_at"])
    return locked


def end_maintenance(window: MaintenanceWindow, *, last: date, by: Person) -> MaintenanceWindow:
    """Let a maintenance window be open for the last time on ``last``.

    :raises NotAllowed: if ``by`` does not keep the rules
    """
    _admit(by)
    MaintenanceWindow.objects.filter(pk=window.pk).update(until=max(last, window.since))
    kept: MaintenanceWindow = MaintenanceWindow.objects.get(pk=window.pk)
    return kept


def waive(change: Any, freeze: FreezeWindow, *, reason: str, by: Person, at: datetime) -> FreezeWaiver:
    """Let an emergency change through a freeze, journaled.

    :raises NotAllowed: if ``by`` may not
    :raises Objected: if it is no emergency, ``by`` asked for it or carries it out, or no reason is given
    """
    if not may_waive(by):
        raise NotAllowed
    said = " ".join(reason.replace("\x00", "").split())[:300]
    with transaction.atomic():
        locked = lock(change)
        if locked.change_class != "emergency":
            raise Objected(gettext("A freeze is waived for an emergency change only; find another time."))
        if by.pk in (locked.requester_id, locked.asked_by_id, locked.implementer_id):
            raise Objected(gettext("Who waives a freeze must not have asked for the change or carry it out."))
        if not said:
            raise Objected(fields={"reason": gettext("Say why it cannot wait.")})
        made: FreezeWaiver
        made, new = FreezeWaiver.objects.get_or_create(
            change=locked, freeze=freeze, defaults={"reason": said, "approved_by": by, "at": at}
        )
        if new:
            move = Move("freeze_waived", by, at)
            journal.write(
                locked, kind=Event.Kind.EDITED, name="freeze_waived", move=move, reason=said, freeze=freeze.name_zh
            )
    return made


def _admit(by: Person) -> None:
    if not may_rule(by):
        raise NotAllowed


def _write(row: Any, given: Mapping[str, Any]) -> Any:
    with transaction.atomic():
        for name, value in given.items():
            if name not in SCOPES:
                setattr(row, name, value)
        row.save()
        for name in SCOPES:
            if name in given:
                getattr(row, name).set(_rows(given[name]))
    return row


def _rows(rows: Iterable[Any] | None) -> list[Any]:
    return list(rows or ())
