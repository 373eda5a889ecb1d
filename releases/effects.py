"""What the moves of a release alter beside its state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.links import link, linked, linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from itsm.tickets import assignments
from releases import asks, configured, deploying, fixing, lines

KEPT = tuple(item.name for item in asks.PLAN if item.name not in ("change", "contents", "criteria"))
REVIEW = tuple(item.name for item in asks.REVIEW)
GOOD = ("successful", "with_issues")


def _take(record: Any, move: Move, *names: str) -> None:
    """Keep what was given under the same names."""
    for name in names:
        setattr(record, name, move.given(name, getattr(record, name)))


def _keep_plan(record: Any, move: Move) -> None:
    _take(record, move, *KEPT)
    _link_change(record, move)
    fixing.link_fixed(record, move)
    add_contents(record, lines.parts(move.given("contents", "")))
    known = set(record.criteria.values_list("text", flat=True))
    for text in dict.fromkeys(line[:300] for line in lines.lines(move.given("criteria", ""))):
        if text not in known:
            record.criteria.create(text=text)
    configured.name_items(record, move)


def add_contents(record: Any, parts: Iterable[lines.Part]) -> None:
    """Add ``parts`` to the contents; a name that is there already gets its new versions."""
    for part in parts:
        item = configured.item_named(part.name)
        old = part.old or (configured.version_of(item.pk) if item else "")
        record.contents.update_or_create(
            name=part.name, defaults={"item": item, "old_version": old, "new_version": part.new}
        )


def _link_change(record: Any, move: Move) -> None:
    change = move.given("change")
    if change is not None:
        link(change, record, kind=LinkKind.IMPLEMENTED_BY, by=move.by, at=move.at)


def request(record: Any, move: Move) -> None:
    """Keep the plan."""
    _keep_plan(record, move)
    record.requested_at = record.requested_at or move.at


def start_build(record: Any, move: Move) -> None:
    """Keep where it is built and tested."""
    _take(record, move, "test_environment")


def submit(record: Any, move: Move) -> None:
    """Keep the record of the acceptance."""
    _take(record, move, "acceptance_record")


def approve(record: Any, move: Move) -> None:
    """Keep dates, deliverables and method, who approved them, and give it to whoever carries it out."""
    _take(record, move, *(item.name for item in asks.APPROVAL))
    record.approver, record.approved_at = move.by, move.at
    _give(record, move)
    deploying.plan_all(record, move)


def _give(record: Any, move: Move) -> None:
    implementer = record.implementer
    if implementer is not None:
        team = implementer.teams.active().order_by("-tier", "pk").first() or record.team
        assignments.give(record, team=team, assignee=implementer, by=move.by, at=move.at)


def reject(record: Any, move: Move) -> None:
    """End it as refused; the changes that it was to carry out get a line about it."""
    _end(record, move, "rejected")
    for change in linking(record, kind=LinkKind.IMPLEMENTED_BY).records:
        journal.write(change, kind=Event.Kind.LINKED, name="release_refused", move=move, release=record.number)


def start(record: Any, move: Move) -> None:
    """Keep when it began, and open the deployments that are not planned yet."""
    record.actual_start = move.at
    record.implementer = record.implementer or move.by
    deploying.plan_all(record, move)


def start_emergency(record: Any, move: Move) -> None:
    """Begin at once; the forms follow afterwards."""
    record.release_type, record.actual_start = "emergency", move.at
    record.implementer = record.implementer or move.by
    _take(record, move, "targets")
    _link_change(record, move)
    add_contents(record, lines.parts(move.given("contents", "")))
    _give(record, move)
    deploying.plan_all(record, move)


def complete(record: Any, move: Move) -> None:
    """Keep the outcome, begin the early-life support, and lay what was put into use into the definitive library."""
    _take(record, move, "outcome")
    record.actual_end = move.at
    if record.outcome in GOOD:
        record.early_life_until = move.at + timedelta(days=record.early_life_days)
        _put_into_use(record, move)
        configured.keep_baseline(
            record, gettext("After %(number)s") % {"number": record.number}, by=move.by, at=move.at
        )


def _put_into_use(record: Any, move: Move) -> None:
    from releases.models import DefinitiveMedium

    missed = configured.missed(record)
    for part in record.contents.exclude(new_version="").order_by("pk"):
        DefinitiveMedium.objects.get_or_create(
            name=part.name, version=part.new_version,
            defaults={"release": record, "storage_ref": part.storage_ref, "checksum": part.checksum, "kept_at": move.at},
        )  # fmt: skip
        if part.item_id is not None and part.item_id not in missed:
            configured.put(record, part.item_id, part.new_version, release=record, move=move)


def roll_back(record: Any, move: Move) -> None:
    """Give every target back what it had; what was not begun is skipped."""
    record.outcome, record.actual_end, record.early_life_until = "rolled_back", move.at, None
    reason = move.given("reason")
    for row in record.deployments.exclude(state__in=("skipped", "rolled_back")).order_by("-wave", "-pk"):
        name = "skip" if row.state == "planned" else "roll_back_target"
        perform(row, name, by=move.by, at=move.at, channel=move.channel, fired_by=move, reason=reason)


def fill_in(record: Any, move: Move) -> None:
    """Keep the forms that the emergency owed, and who approved it afterwards."""
    _keep_plan(record, move)
    _take(record, move, "rollback_tested", "approver")
    record.approved_at = move.at
    record.requested_at = record.requested_at or move.at
    if record.outcome in GOOD:
        _put_into_use(record, move)


def _end(record: Any, move: Move, code: str) -> None:
    record.closed_at, record.closure_code = move.at, code
    record.tasks.filter(state="open").update(state="skipped", ended_at=move.at)
    for row in record.deployments.filter(state="planned").order_by("pk"):
        perform(row, "skip", by=move.by, at=move.at, channel=move.channel, fired_by=move, reason=record.number)
    assignments.end(record, at=move.at)


def close(record: Any, move: Move) -> None:
    """End it with its review; known errors that it fixed are not in force any more."""
    _take(record, move, *REVIEW)
    record.closer, record.resolved_at = move.by, move.at
    _end(record, move, record.outcome)
    if record.outcome in GOOD:
        _settle_fixed(record, move)


def _settle_fixed(record: Any, move: Move) -> None:
    for row in linked(record, kind=LinkKind.FIXES_PROBLEM).records:
        fixed = register.load(row)
        step = fixed.flows[0].transitions.get("resolve_known_error")
        if step is not None and fixed.state in step.source:
            perform(
                fixed, "resolve_known_error", by=move.by, at=move.at, channel=move.channel, fired_by=move, fixed_in=record.number
            )  # fmt: skip
        else:
            journal.write(row, kind=Event.Kind.LINKED, name="release_closed", move=move, release=record.number)


def cancel(record: Any, move: Move) -> None:
    """End it before it is deployed."""
    record.approver, record.approved_at = None, None
    _end(record, move, "cancelled")
