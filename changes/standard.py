"""Standard changes: proposed, approved by somebody else, reviewed, and suspended by themselves when they fail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext

from changes.models import Change, StandardTemplate
from itsm.flow import Move
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Two failures in the last ten uses suspend a template; three successful changes prove that it may be one (domain 5.5).
FAILURES, WITHIN, PROVEN_BY = 2, 10, 3
LONGEST_VALID = timedelta(days=366)
APPROVERS, PROPOSERS = ("cab", "change_manager"), ("change_manager", "change_implementer", "change_requester", "cab")
FAILED = ("failed", "backed_out")
EXECUTED = ("successful", "with_issues", *FAILED)
NEEDED = ("name", "steps", "backout_plan", "max_minutes")
FIELDS = ("name", "service", "steps", "test_plan", "backout_plan", "max_minutes", "ci_classes", "earliest", "latest")


def may_approve(person: Person) -> bool:
    """Tell whether ``person`` may approve and review standard changes, beside who proposed them."""
    return person.holds(*APPROVERS, process="change")


def propose(
    *, code: str, by: Person, proof: Iterable[Change] = (), at: datetime | None = None, **fields: Any
) -> StandardTemplate:
    """Propose a standard change; ``proof`` names earlier changes of the kind that succeeded.

    :raises NotAllowed: if ``by`` does not work on changes
    :raises Objected: naming each field that is missing, or a code that is taken
    """
    if not by.is_worker:
        raise NotAllowed
    faults = {name: gettext("This is needed.") for name in NEEDED if not fields.get(name)}
    if StandardTemplate.objects.filter(code=code).exists():
        faults["code"] = gettext("There is a standard change with this code.")
    if faults:
        raise Objected(fields=faults)
    with transaction.atomic():
        made: StandardTemplate = StandardTemplate.objects.create(
            code=code, proposed_by=by, proposed_at=whole(at or database_now()),
            **{name: value for name, value in fields.items() if name in FIELDS},
        )  # fmt: skip
        made.proof.set(proof)
    return made


def approve(
    template: StandardTemplate, *, by: Person, valid_until: date, note: str = "", at: datetime | None = None
) -> None:
    """Put a standard change in force until ``valid_until``; also again, after it ran out or was suspended.

    :raises NotAllowed: if ``by`` is neither of the board nor the owner of the process
    :raises Objected: if ``by`` proposed it, it is not proven, the date is too far or past, or a renewal has no words
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        locked = StandardTemplate.objects.select_for_update().get(pk=template.pk)
        _refuse_approval(locked, by, valid_until, note, moment)
        locked.approved_by, locked.approved_at, locked.valid_until = by, moment, valid_until
        locked.reviewed_at, locked.review_note = moment, note.strip()
        locked.suspended_at, locked.suspended_reason, locked.suspended_uses = None, "", None
        locked.save()


def _refuse_approval(template: StandardTemplate, by: Person, valid_until: date, note: str, at: datetime) -> None:
    if not may_approve(by):
        raise NotAllowed
    today = localdate(at)
    said = [
        (template.proposed_by == by, gettext("Somebody else than its proposer approves a standard change.")),
        (template.retired_at is not None, gettext("A retired standard change is proposed anew.")),
        (not today < valid_until <= today + LONGEST_VALID, gettext("It is valid for at most twelve months from today.")),
        (template.approved_at is not None and not note.strip(), gettext("Say what the review found.")),
        (template.approved_at is None and _proofs(template) < PROVEN_BY, _not_proven()),
    ]  # fmt: skip
    reasons = [text for wrong, text in said if wrong]
    if reasons:
        raise Objected(*reasons)


def _not_proven() -> str:
    return gettext("Name %(count)s earlier changes of the kind that succeeded.") % {"count": PROVEN_BY}


def _proofs(template: StandardTemplate) -> int:
    return template.proof.filter(state="closed", outcome="successful").count()


def suspend(template: StandardTemplate, *, reason: str, by: Person, at: datetime | None = None) -> None:
    """Let nobody use it until it was reviewed.

    :raises NotAllowed: if ``by`` is neither of the board nor the owner of the process
    :raises Objected: if the reason is missing
    """
    if not may_approve(by):
        raise NotAllowed
    if not reason.strip():
        raise Objected(fields={"reason": gettext("Say why it is suspended.")})
    StandardTemplate.objects.filter(pk=template.pk, suspended_at=None).update(
        suspended_at=whole(at or database_now()), suspended_reason=reason.strip()
    )


def retire(template: StandardTemplate, *, by: Person, at: datetime | None = None) -> None:
    """Take it out of use for good.

    :raises NotAllowed: if ``by`` is neither of the board nor the owner of the process
    """
    if not may_approve(by):
        raise NotAllowed
    StandardTemplate.objects.filter(pk=template.pk, retired_at=None).update(retired_at=whole(at or database_now()))


def counted(rows: Any) -> Any:
    """Say of each template how often it was used, how often that failed, and when it was used last."""
    done = Q(uses__outcome__in=EXECUTED)
    return rows.annotate(
        use_count=Count("uses", filter=done, distinct=True),
        failure_count=Count("uses", filter=Q(uses__outcome__in=FAILED), distinct=True),
        last_used_at=Max("uses__actual_end", filter=done),
    )


def failures(template_id: int, *, since: datetime | None) -> int:
    """Count the failures among the last ten uses since it was approved last."""
    uses = Change.objects.filter(template=template_id, outcome__in=EXECUTED)
    if since is not None:
        uses = uses.filter(authorised_at__gte=since)
    last = list(uses.order_by("-actual_end", "-pk").values_list("outcome", flat=True)[:WITHIN])
    return sum(outcome in FAILED for outcome in last)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Suspend a template whose use failed once too often (a step of every move)."""
    if record.kind != "change" or record.template_id is None or record.outcome not in FAILED or event.imported:
        return
    if move.name not in ("complete_implementation", "back_out"):
        return
    template = StandardTemplate.objects.select_for_update().get(pk=record.template_id)
    count = failures(template.pk, since=template.approved_at)
    if count < FAILURES or template.suspended_at is not None:
        return
    template.suspended_at = move.at
    template.suspended_uses = {"count": count, "uses": WITHIN, "number": record.number}
    template.save(update_fields=["suspended_at", "suspended_uses"])
