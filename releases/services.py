"""What is done about a release beside its moves: contents, acceptance criteria and their signatures, targets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.flow.roles import STAFF
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from releases import configured, deploying, timers
from releases.effects import add_contents
from releases.lines import ENVIRONMENTS, LONGEST, Part, Target
from releases.models import Criterion, Deployment, Release

if TYPE_CHECKING:
    from itsm.people.models import Person

#: States in which the plan may still be written.
PLANNING = ("draft", "requested", "building", "implementation_review", "retro_documentation")
#: States in which targets may still be added.
TARGETING = ("draft", "requested", "building", "implementation_review", "approved", "deploying", "emergency_deploying")
#: States in which the items are kept as they were before.
BASELINING = ("implementation_review", "approved")
#: States in which the approved window may be made longer.
EXTENDING = ("approved", "deploying")
LONGEST_CRITERION = 300


def _admit(release: Any, by: Person, states: tuple[str, ...], sentence: str) -> Any:
    """Lock the release for a worker of it in one of ``states``."""
    locked = lock(release)
    if not roles_on(locked, person=by) & register.workers(locked):
        raise NotAllowed
    if locked.state not in states:
        raise Objected(sentence)
    return locked


def _noted(release: Any, name: str, by: Person, at: datetime | None, **facts: Any) -> Move:
    move = Move(name, by, whole(at or database_now()))
    journal.write(release, kind=Event.Kind.EDITED, name=name, move=move, **facts)
    return move


def _line(text: str, *, field: str, most: int) -> str:
    found = " ".join(text.replace("\x00", "").split())
    if not 0 < len(found) <= most:
        raise Objected(fields={field: gettext("Write 1 to %(most)s characters.") % {"most": most}})
    return found


def add_content(
    release: Any, *, name: str, old: str = "", new: str = "", storage_ref: str = "", checksum: str = "", by: Person,
    at: datetime | None = None,
) -> Any:  # fmt: skip
    """Add an item to the contents, or give one that is there its new versions.

    :raises NotAllowed: if ``by`` does not work on the release
    :raises Objected: if the plan is settled already, or the name is missing or too long
    """
    with transaction.atomic():
        locked = _admit(release, by, PLANNING, gettext("The contents are settled: send the release back first."))
        part = Part(_line(name, field="name", most=LONGEST), old.strip()[:60], new.strip()[:60])
        add_contents(locked, [part])
        row = locked.contents.get(name=part.name)
        row.storage_ref, row.checksum = storage_ref.strip()[:200], checksum.strip()[:128]
        row.save(update_fields=["storage_ref", "checksum"])
        _noted(locked, "content_added", by, at, content=part.name, version=part.new)
    return row


def remove_content(release: Any, key: int, *, by: Person, at: datetime | None = None) -> None:
    """Take an item out of the contents; one that is not there is passed over.

    :raises NotAllowed: if ``by`` does not work on the release
    :raises Objected: if the plan is settled already
    """
    with transaction.atomic():
        locked = _admit(release, by, PLANNING, gettext("The contents are settled: send the release back first."))
        row = locked.contents.filter(pk=key).first()
        if row is not None:
            row.delete()
            _noted(locked, "content_removed", by, at, content=row.name)


def add_criterion(release: Any, *, text: str, by: Person, at: datetime | None = None) -> Criterion:
    """Add an acceptance criterion.

    :raises NotAllowed: if ``by`` does not work on the release
    :raises Objected: if the plan is settled already, or the text is missing, too long or there already
    """
    with transaction.atomic():
        locked = _admit(release, by, PLANNING, gettext("The criteria are settled: send the release back first."))
        said = _line(text, field="text", most=LONGEST_CRITERION)
        if locked.criteria.filter(text=said).exists():
            raise Objected(fields={"text": gettext("This criterion is there already.")})
        row: Criterion = locked.criteria.create(text=said)
        _noted(locked, "criterion_added", by, at, criterion=said)
    return row


def sign(release: Any, key: int, *, result: str, evidence: str, by: Person, at: datetime | None = None) -> Criterion:
    """Sign what came of the test of a criterion; a later signature replaces an earlier one, both are in the journal.

    Interested parties sign: whoever works at the desk's screens, but not who carries the release out.

    :raises NotAllowed: if ``by`` may not
    :raises Objected: if the release is past its acceptance, or the result or its evidence is missing
    """
    with transaction.atomic():
        locked = lock(release)
        if not roles_on(locked, person=by) & STAFF:
            raise NotAllowed
        if locked.state not in PLANNING:
            raise Objected(gettext("The acceptance is over: send the release back first."))
        if by.pk == locked.implementer_id:
            raise Objected(gettext("Who carries a release out does not sign its acceptance."))
        if result not in ("passed", "failed"):
            raise Objected(fields={"result": gettext("Choose passed or failed.")})
        row: Criterion | None = locked.criteria.filter(pk=key).first()
        if row is None:
            raise Objected(gettext("There is no such criterion."))
        moment = whole(at or database_now())
        row.result, row.evidence = result, _line(evidence, field="evidence", most=LONGEST_CRITERION)
        row.signed_by, row.signed_at = by, moment
        row.save()
        _noted(locked, "criterion_signed", by, moment, criterion=row.text, result=result)
    return row


def take_baseline(release: Any, *, by: Person, at: datetime | None = None) -> None:
    """Keep how the items of the release are before it begins.

    :raises NotAllowed: if ``by`` does not work on the release
    :raises Objected: if it has begun, or holds no item of the configuration data
    """
    with transaction.atomic():
        locked = _admit(release, by, BASELINING, gettext("A baseline is taken before the release begins."))
        moment = whole(at or database_now())
        name = gettext("Before the release %(number)s") % {"number": locked.number}
        if not configured.keep_baseline(locked, name, by=by, at=moment):
            raise Objected(gettext("The release names no item of the configuration data."))
        _noted(locked, "baseline_taken", by, moment)


def add_target(
    release: Any, *, environment: str, target: str, wave: int, by: Person, start: datetime | None = None,
    end: datetime | None = None, at: datetime | None = None,
) -> Deployment:  # fmt: skip
    """Plan the deployment to one more target.

    :raises NotAllowed: if ``by`` does not work on the release
    :raises Objected: if the deployment is over, the target is planned already, or something is missing or odd
    """
    with transaction.atomic():
        locked: Release = _admit(release, by, TARGETING, gettext("The deployment is over."))
        name = _line(target, field="target", most=LONGEST)
        if environment not in set(ENVIRONMENTS.values()):
            raise Objected(fields={"environment": gettext("Choose an environment.")})
        if not 1 <= wave <= 99:
            raise Objected(fields={"wave": gettext("Write a whole number from 1 to 99.")})
        if start and end and end <= start:
            raise Objected(fields={"end": gettext("The window must end after it begins.")})
        move = Move("deployments_planned", by, whole(at or database_now()))
        made = deploying.plan(locked, [Target(environment, name, wave)], move=move)
        if not made:
            raise Objected(fields={"target": gettext("This target is planned already.")})
        row: Deployment = made[0]
        if start or end:
            Deployment.objects.filter(pk=row.pk).update(
                planned_start=start or row.planned_start, planned_end=end or row.planned_end
            )
    return row


def may_extend(release: Any, person: Person) -> bool:
    """Tell whether ``person`` may let the release take longer: its owner, unless they asked for it or carry it out."""
    if person.pk in (release.requester_id, release.implementer_id) or release.state not in EXTENDING:
        return False
    return "release_manager" in roles_on(release, person=person)


def extend(release: Any, *, until: datetime, reason: str, by: Person, at: datetime | None = None) -> Release:
    """Let an approved release begin or go on later than its window says.

    :raises NotAllowed: if ``by`` does not own the process, asked for the release or carries it out
    :raises Objected: if it is not approved, the reason is missing, or the new end is not later
    """
    with transaction.atomic():
        locked: Release = lock(release)
        if locked.state not in EXTENDING or locked.planned_end is None:
            raise Objected(gettext("Only the window of an approved release is extended."))
        if not may_extend(locked, by):
            raise NotAllowed
        said = " ".join(reason.replace("\x00", "").split())[:300]
        if not said:
            raise Objected(fields={"reason": gettext("Say why it takes longer.")})
        if until <= locked.planned_end:
            raise Objected(fields={"until": gettext("The new end must lie after the old one.")})
        before, end = locked.planned_end, whole(until)
        with saving(locked):
            locked.planned_end = end
            locked.version += 1
            locked.changed_at = whole(at or database_now())
        timers.set_anew(locked, locked.changed_at)
        _noted(locked, "extend_window", by, at, reason=said, before={"planned_end": before}, after={"planned_end": end})
    return locked
