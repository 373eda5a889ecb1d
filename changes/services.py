"""What is done about changes that is no transition: opening them, their scope, extending a window, causes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes import causes, far, timers
from changes.editing import WRITTEN
from changes.guards import apart
from changes.material import fingerprint
from changes.models import Change
from changes.receive import COPIED, connect
from configuration import baselines
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import lock, open_record, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from catalogue.models import Service
    from itsm.people.models import Person

WRITERS = frozenset({"change_requester", "change_implementer", "change_manager"})
#: What "copy from similar" takes along: everything that is not about that one time.
SIMILAR = (
    "description", "service", "category", "reason_kind", "justification", "benefit", "impact_text", "no_ci_reason",
    "risk_answers", "class_basis", "resources", "cost_estimate", "plan", "test_plan", "backout_plan",
    "communication_plan", "expected_downtime_min", "requires_release", "implementer",
)  # fmt: skip


def draft(
    *, title: str, by: Person, description: str = "", origin: Any = None, similar: Change | None = None,
    at: datetime | None = None, channel: str = "portal", **fields: Any,
) -> Change:  # fmt: skip
    """Draft a request that ``by`` asks for; from ``origin`` (an incident, a problem, a request) or like ``similar``.

    :raises NotAllowed: if ``by`` works no cases
    :raises Objected: if the subject is missing or too long, or the window ends before it begins
    """
    if not by.is_worker:
        raise NotAllowed
    subject = " ".join(title.replace("\x00", "").split())
    if not 0 < len(subject) <= 160:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    moment = whole(at or database_now())
    known: dict[str, Any] = {"unit_id": by.unit_id}
    if similar is not None:
        known |= {name: getattr(similar, name) for name in SIMILAR}
    if description or similar is None:
        known["description"] = description.replace("\x00", "")
    if origin is not None:
        known |= {name: getattr(origin, name) for name in COPIED if name not in ("title", "description")}
        known["justification"] = f"{origin.number} {origin.title}"
    known |= {name: value for name, value in fields.items() if value is not None}
    _check_window(known.get("window_start"), known.get("window_end"))
    with transaction.atomic():
        made: Change = open_record(
            Change, by=by, at=moment, channel=channel, requester=by, received_at=moment, title=subject, **known
        )
        _bring(made, origin, similar, Move("draft_change", by, moment))
    return made


def known_of(origin: Any) -> dict[str, str]:
    """Give the words of a request that comes of ``origin``: its subject, and its solution or else its description."""
    return {"title": origin.title, "description": getattr(origin, "solution", "") or origin.description}


def _check_window(start: datetime | None, end: datetime | None) -> None:
    if start and end and end <= start:
        raise Objected(fields={"window_end": gettext("The window must end after it begins.")})


def _bring(made: Change, origin: Any, similar: Change | None, move: Move) -> None:
    """Connect a draft with what it came of, and give it the scope of the one it is like."""
    if origin is not None:
        connect(made, origin, move=move)
        journal.write(origin, kind=Event.Kind.LINKED, name="link", move=move, other=made.number)
    if similar is not None:
        made.affected_services.set(similar.affected_services.all())
        rows = Link.objects.filter(source_id=similar.pk, kind=LinkKind.AFFECTS).values_list("target_id", flat=True)
        Link.objects.bulk_create(
            Link(source_id=made.pk, target_id=pk, kind=LinkKind.AFFECTS, created_by=move.by, created_at=move.at)
            for pk in rows
        )


def report_unauthorised(
    *, title: str, description: str, found_how: str, by: Person, actual_start: datetime | None = None,
    service: Service | None = None, implementer: Person | None = None, at: datetime | None = None, channel: str = "portal",
) -> Change:  # fmt: skip
    """Record a change that somebody made without authorisation; it then takes the way of any request.

    :raises NotAllowed: if ``by`` works no cases
    :raises Objected: if subject, description or how it was found is missing
    """
    empty = {"description": description, "found_how": found_how}
    faults = {name: gettext("This is needed.") for name, text in empty.items() if not text.strip()}
    if faults:
        raise Objected(fields=faults)
    with transaction.atomic():
        made = draft(
            title=title, by=by, description=description, service=service, at=at, is_unauthorised=True, implementer=implementer,
            found_how=found_how.replace("\x00", "").strip(), actual_start=whole(actual_start) if actual_start else None,
            change_class="", channel=channel,
        )  # fmt: skip
        move = Move("unauthorised", by, made.created_at)
        journal.write(made, kind=Event.Kind.OCCURRENCE, name=move.name, move=move, reason=found_how)
    return made


def set_scope(
    change: Change, *, by: Person, services: Iterable[Service] | None = None, items: Iterable[Any] | None = None,
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Say which services and configuration items the change affects; None leaves them as they are.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if the change is authorised as it is
    """
    with transaction.atomic():
        locked = admit_to_scope(change, by=by)
        before = fingerprint(locked)
        move = Move("set_scope", by, whole(at or database_now()))
        if services is not None:
            locked.affected_services.set(services)
        if items is not None:
            _link_items(locked, items, move)
        if fingerprint(locked) == before:
            return
        journal.write(locked, kind=Event.Kind.EDITED, name=move.name, move=move)
        with saving(locked):
            locked.version += 1
            locked.changed_at = move.at


def admit_to_scope(change: Change, *, by: Person) -> Any:
    """Lock the change for somebody who alters what it affects; inside a transaction.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if the change is authorised as it is, or the board has decided
    """
    locked = lock(change)
    if not roles_on(locked, person=by) & WRITERS:
        raise NotAllowed
    if not _scope_open(locked):
        raise Objected(gettext("The scope was decided on as it is: return the change before you alter it."))
    return locked


def may_scope(change: Change, person: Person) -> bool:
    """Tell whether ``person`` may alter now what the change affects."""
    return _scope_open(change) and bool(roles_on(change, person=person) & WRITERS)


def is_judged(change: Any) -> bool:
    """Tell whether the board has decided on the change as it reads, and nobody has authorised it yet."""
    in_review = change.state == "implementation_review" and change.change_class == "major"
    return bool(in_review or change.state == "service_transition")


def _scope_open(change: Any) -> bool:
    return change.state in WRITTEN and not is_judged(change)


def _link_items(change: Any, items: Iterable[Any], move: Move) -> None:
    wanted = {item.pk: item for item in items}
    there = Link.objects.filter(source_id=change.pk, kind=LinkKind.AFFECTS, target__kind="ci")
    there.exclude(target_id__in=wanted).delete()
    change.not_affected.filter(item__in=wanted).delete()  # named anew
    for item in wanted.values():
        link(change, item, kind=LinkKind.AFFECTS, by=move.by, at=move.at)


def take_baseline(change: Change, *, by: Person, at: datetime | None = None) -> None:
    """Keep how the affected items are, before the work begins.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if there is no item to keep, or the work has begun
    """
    with transaction.atomic():
        locked = lock(change)
        if not roles_on(locked, person=by) & WRITERS:
            raise NotAllowed
        if locked.state not in ("scheduled", "implementation_review", "emergency_authorization"):
            raise Objected(gettext("A baseline is taken before the work begins."))
        moment = whole(at or database_now())
        try:
            made = baselines.take_for(locked, by=by, at=moment)
        except baselines.NothingToKeep as fault:
            raise Objected(str(fault)) from fault
        move = Move("take_baseline", by, moment)
        journal.write(locked, kind=Event.Kind.LINKED, name=move.name, move=move, count=made.count)


def answer_item(change: Change, item: Any, *, by: Person, at: datetime | None = None) -> None:
    """Say that the change left the data of one of its items as they were.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if the item is none of its own, the work has not ended, or the change is closed
    """
    with transaction.atomic():
        locked = lock(change)
        if not roles_on(locked, person=by) & WRITERS:
            raise NotAllowed
        if item.pk not in far.answers.items(locked):
            raise Objected(gettext("Only items of a change that was carried out are answered for."))
        move = Move("item_unchanged", by, whole(at or database_now()))
        try:
            baselines.say_no_change(locked, item, by=by, at=move.at)
        except baselines.NotToAnswer as fault:
            raise Objected(str(fault)) from fault
        journal.write(locked, kind=Event.Kind.LINKED, name=move.name, move=move, other=item.number)


def extend(change: Change, *, until: datetime, reason: str, by: Person, at: datetime | None = None) -> Change:
    """Let an authorised change take longer; whoever allows it authorises the change as it then is.

    :raises NotAllowed: if ``by`` is not the owner of the process, asked for the change or carries it out
    :raises Objected: if it is not authorised, the reason is missing, or the longer window is not free
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        locked: Change = lock(change)
        if "change_manager" not in roles_on(locked, person=by) or not apart(locked, Move("extend_window", by, moment)):
            raise NotAllowed
        _refuse_extension(locked, until, reason)
        move = Move("extend_window", by, moment, inputs={"until": until})
        before = locked.window_end
        with saving(locked):
            locked.window_end, locked.authoriser, locked.authorised_at = whole(until), by, moment
            locked.authorised_hash = fingerprint(locked)
            locked.version += 1
            locked.changed_at = moment
        timers.set_anew(locked, move)
        journal.write(
            locked, kind=Event.Kind.EDITED, name=move.name, move=move, reason=reason, before={"window_end": before},
            after={"window_end": until},
        )  # fmt: skip
    return locked


def _refuse_extension(change: Change, until: datetime, reason: str) -> None:
    if change.state not in ("scheduled", "implementing") or change.window_end is None:
        raise Objected(gettext("Only the window of an authorised change is extended."))
    if not reason.strip():
        raise Objected(fields={"reason": gettext("Say why it takes longer.")})
    if until <= change.window_end:
        raise Objected(fields={"until": gettext("The new end must lie after the old one.")})
    others = far.answers.conflicts(change, change.window_end, until, change.implementer_id)
    if others:
        raise Objected(gettext("The longer window is not free: %(others)s.") % {"others": ", ".join(map(str, others))})


def blame(incident: Any, change: Change, *, by: Person, at: datetime | None = None) -> None:
    """Note that a change has caused an incident; a second time changes nothing.

    :raises NotAllowed: if ``by`` has no part in the change and does not work on the incident
    :raises Objected: if it is no incident, or the change was not carried out before it
    """
    with transaction.atomic():
        if not roles_on(change, person=by) & (WRITERS | {"incident_manager", "agent"}):
            raise NotAllowed
        if incident.kind != "incident":
            raise Objected(gettext("Only an incident is caused by a change."))
        note_cause(incident, change, by=by, at=whole(at or database_now()))


def note_cause(incident: Any, change: Change, *, by: Person, at: datetime) -> None:
    """Link an incident with the change that caused it, and with its releases; journaled once. Inside a transaction.

    :raises Objected: if the change was not carried out
    """
    if change.actual_start is None:
        raise Objected(gettext("This change was not carried out."))
    move = Move("caused", by, at)
    made = link(incident, change, kind=LinkKind.CAUSED_BY_CHANGE, by=by, at=move.at)
    causes.blame_releases(incident, change, by=by, at=move.at, auto=False)
    if made.created_at == move.at:
        journal.write(incident, kind=Event.Kind.LINKED, name=move.name, move=move, change=change.number)
