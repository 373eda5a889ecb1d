"""The conditions of releases; the sentences are the specification's."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext

import itsm.tickets.guards  # noqa: F401  # separation of duties is registered there
from itsm.flow import Move, guard
from itsm.records.links import linking
from itsm.records.models import LinkKind
from releases import asks, configured
from releases.lines import odd_line

PLAN = ("release_type", "label", "targets", "planned_at", "planned_end", "method", "rollback_plan", "fixes")
PLANNED = tuple(item.name for item in asks.PLAN)
REVIEWED = ("success", "incidents_note", "customer_effect", "lessons", "pir_next")


def told(record: Any, move: Move, name: str) -> Any:
    """Give what is given now, or else what was kept before."""
    return move.given(name, getattr(record, name))


def _all(record: Any, move: Move, names: tuple[str, ...]) -> bool:
    return all(told(record, move, name) for name in names)


def parents(record: Any) -> Any:
    """Collect the changes that the release carries out."""
    return linking(record, kind=LinkKind.IMPLEMENTED_BY)


def _has_parent(record: Any, move: Move) -> bool:
    return bool(move.given("change") or parents(record))


@guard("g_release_plan", "Release plan is incomplete.", "發行計畫不完整。", asks=PLANNED, of="release")
def release_plan(record: Any, move: Move) -> bool:
    """Tell whether the plan says all that it must: also contents, criteria, and the change that it carries out."""
    contents = bool(move.given("contents")) or record.contents.exists()
    criteria = bool(move.given("criteria")) or record.criteria.exists()
    return _all(record, move, PLAN) and contents and criteria and _has_parent(record, move)


@guard("g_acceptance_passed", "Acceptance test is not passed.", "驗收測試未通過。", of="release")
def acceptance_passed(record: Any, move: Move) -> bool:
    """Tell whether every criterion is passed and signed, in a known test environment unless nothing is built."""
    results = set(record.criteria.values_list("result", flat=True))
    return results == {"passed"} and bool(record.test_environment or record.only_configuration)


@guard("g_change_approved", "Parent change is not authorised.", "上層變更尚未核准。", of="release")
def change_approved(record: Any, move: Move) -> bool:
    """Tell whether every change that it carries out is authorised."""
    changes = parents(record)
    return bool(changes) and changes.all_at("authorised")


@guard(
    "g_change_running", "The parent change has not started.", "上層變更尚未開始執行。", asks=("change",), of="release"
)
def change_running(record: Any, move: Move) -> bool:
    """Tell whether every change that it carries out, and one that is named now, is being carried out."""
    changes, named = parents(record), move.given("change")
    if named is not None and not _reached(named, "running"):
        return False
    return bool(changes or named) and changes.all_at("running")


def _reached(change: Any, milestone: str) -> bool:
    from itsm.records import register

    return register.reached(change, milestone)


@guard(
    "g_backout_ready",
    "Back-out plan missing.",
    "缺少回復計畫。",
    asks=("rollback_plan", "rollback_tested"),
    of="release",
)
def rollback_ready(record: Any, move: Move) -> bool:
    """Tell whether there is a way back, tested where the release is major."""
    tested = record.release_type != "major" or told(record, move, "rollback_tested")
    return bool(told(record, move, "rollback_plan") and tested)


@guard("g_baseline_taken", "Take the CI baseline first.", "請先建立組態基準。", of="release")
def baseline_taken(record: Any, move: Move) -> bool:
    """Tell whether the items are kept as they were before."""
    return configured.has_baseline(record)


@guard("g_in_window", "Outside the approved window.", "不在核准的變更時段內。", of="release")
def in_window(record: Any, move: Move) -> bool:
    """Tell whether the move falls into the approved window, extended or not, with some grace."""
    if record.planned_at is None or record.planned_end is None:
        return False
    grace = settings.WINDOW_GRACE
    return bool(record.planned_at - grace <= move.at <= record.planned_end + grace)


@guard("g_targets_done", "Some targets are not finished.", "仍有未完成的部署目標。", of="release")
def targets_done(record: Any, move: Move) -> bool:
    """Tell whether no target is planned or in progress."""
    return not record.deployments.filter(state__in=("planned", "in_progress")).exists()


@guard(
    "g_retro_complete", "Retrospective forms are incomplete.", "補填表單尚未完成。", asks=(*PLANNED, "approver"), of="release"
)  # fmt: skip
def retro_complete(record: Any, move: Move) -> bool:
    """Tell whether everything that the emergency skipped is filled in, and who approved it afterwards is known."""
    return _all(record, move, PLAN) and told(record, move, "approver") is not None


@guard("g_pir_done", "Post review is incomplete.", "變更後審查尚未完成。", asks=REVIEWED, of="release")
def pir_done(record: Any, move: Move) -> bool:
    """Tell whether the review is filled in."""
    return _all(record, move, REVIEWED)


@guard("g_early_life_over", "Early-life observation period not over.", "觀察期尚未結束。", of="release")
def early_life_over(record: Any, move: Move) -> bool:
    """Tell whether the early-life support has ended; what was rolled back has none."""
    return record.early_life_until is None or move.at >= record.early_life_until


@guard("g_cmdb_updated", "CMDB is not updated.", "組態資料尚未更新。", asks=("cmdb_note",), of="release")
def cmdb_updated(record: Any, move: Move) -> bool:
    """Tell whether every item was answered for."""
    return configured.updated(record)


# ---- further sentences, without a code in the specification ---------------------------------
def plan_fits(record: Any, move: Move) -> str:
    """Object to a window that ends before it begins."""
    start, end = told(record, move, "planned_at"), told(record, move, "planned_end")
    return gettext("The window must end after it begins.") if start and end and end <= start else ""


def targets_readable(record: Any, move: Move) -> str:
    """Object to a line of the targets that names no environment or no target."""
    odd = odd_line(str(move.given("targets", "")))
    if odd:
        return gettext("“%(line)s” does not name an environment, a colon and a target.") % {"line": odd[:60]}
    return ""


def may_skip_building(record: Any, move: Move) -> str:
    """Object to a release that is reviewed without a build though it holds more than configuration."""
    if record.state == "requested" and not record.only_configuration:
        return gettext("Only a release of nothing but configuration may skip building and testing.")
    return ""


def is_emergency(record: Any, move: Move) -> str:
    """Object to an emergency release of a change that is none."""
    named = move.given("change")
    if (named is not None and not _reached(named, "emergency")) or not parents(record).all_at("emergency"):
        return gettext("Only an emergency change is carried out by an emergency release.")
    return ""


def implementer_apart(record: Any, move: Move) -> str:
    """Object to somebody who approves what they carry out."""
    implementer = told(record, move, "implementer")
    if implementer and move.by and implementer.pk == move.by.pk:
        return gettext("Who approves a release must not carry it out.")
    return ""


def implementer_able(record: Any, move: Move) -> str:
    """Object to an implementer who has not that role."""
    implementer = move.given("implementer")
    if implementer is not None and not implementer.holds("release_implementer", process="release"):
        return gettext("%(person)s does not carry out releases: give them the role first.") % {"person": implementer}
    return ""


def carried_out(record: Any, person: Any) -> bool:
    """Tell whether ``person`` carries the release out, or has deployed any of its targets."""
    return bool(person.pk == record.implementer_id or record.deployments.filter(implementer=person.pk).exists())


def retro_approver_apart(record: Any, move: Move) -> str:
    """Object to an approver who asked for the release, carried it out, or owns no releases."""
    approver = move.given("approver")
    if approver is None:
        return ""
    if approver.pk == record.requester_id or carried_out(record, approver):
        return gettext("Who approves a release must not have asked for it or carry it out.")
    if not approver.holds("release_manager", process="release"):
        return gettext("%(person)s may not approve releases.") % {"person": approver}
    return ""


def closer_apart(record: Any, move: Move) -> str:
    """Object to somebody who closes what they carried out."""
    if move.by is not None and carried_out(record, move.by):
        return gettext("Who carried a release out must not close it.")
    return ""
