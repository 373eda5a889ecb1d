"""The conditions of changes; the sentences are the specification's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

import itsm.tickets.guards  # noqa: F401  # separation of duties is registered there
from changes import classes, far
from changes.asks import ASSESSMENT, QUESTIONS
from itsm.flow import Move, guard
from itsm.records import register
from itsm.records.links import linked
from itsm.records.models import LinkKind

RFC = ("reason_kind", "justification", "impact_text", "plan", "test_plan", "backout_plan", "communication_plan",
       "window_start", "window_end")  # fmt: skip
ASSESSED = (
    "impact_text",
    "resources",
    "security_assessment",
    "capacity_assessment",
    "availability_assessment",
    "sla_assessment",
)
ASKED = tuple(item.name for item in ASSESSMENT)
REVIEWED = ("pir_met", "pir_incidents", "pir_sla", "lessons", "pir_next")
#: How long before and after its window a change may begin.
GRACE = timedelta(minutes=15)


def told(record: Any, move: Move, name: str) -> Any:
    """Give what is given now, or else what was kept before."""
    return move.given(name, getattr(record, name))


def _all(record: Any, move: Move, names: tuple[str, ...]) -> bool:
    return all(told(record, move, name) for name in names)


@guard("g_rfc_complete", "RFC form is incomplete.", "變更申請單填寫不完整。", asks=RFC)
def rfc_complete(record: Any, move: Move) -> bool:
    """Tell whether the request says all that it must, and what it is about."""
    return bool(record.description) and _all(record, move, RFC)


@guard("g_retro_complete", "Retrospective forms are incomplete.", "補填表單尚未完成。", asks=(*RFC, "test_result"))
def retro_complete(record: Any, move: Move) -> bool:
    """Tell whether everything that the emergency skipped is filled in, and who authorised it is known."""
    return _all(record, move, (*RFC, "test_result")) and record.authoriser_id is not None


@guard("g_ci_linked", "Link at least one affected CI.", "請至少連結一個受影響的組態項目。", asks=("no_ci_reason",))
def ci_linked(record: Any, move: Move) -> bool:
    """Tell whether an affected item is linked, or it is said why there is none."""
    return bool(told(record, move, "no_ci_reason")) or bool(far.answers.items(record))


@guard(
    "g_standard_template",
    "No valid standard-change template.",
    "無有效的標準變更範本。",
    asks=("template", "window_start", "window_end"),
)
def standard_template(record: Any, move: Move) -> bool:
    """Tell whether the template is approved, in force, not suspended, and long enough for the window."""
    from changes.models import StandardTemplate

    found = StandardTemplate.objects.filter(
        code=move.given("template", ""), suspended_at=None, approved_at__lte=move.at
    )
    template = found.filter(valid_until__gte=localdate(move.at)).first()
    start, end = move.given("window_start"), move.given("window_end")
    return bool(template and start and end and end - start <= timedelta(minutes=template.max_minutes))


@guard(
    "g_window_free", "Schedule conflicts with a blackout or another change.", "排程與凍結期或其他變更衝突。",
    asks=("window_start", "window_end", "implementer", "conflict_override"),
)  # fmt: skip
def window_free(record: Any, move: Move) -> bool:
    """Tell whether the window is set and free, or the conflict is accepted with a reason."""
    start, end = told(record, move, "window_start"), told(record, move, "window_end")
    if not start or not end:
        return False
    implementer = told(record, move, "implementer")
    if move.given("conflict_override"):
        return True
    return not far.answers.conflicts(record, start, end, implementer.pk if implementer else None)


@guard(
    "g_emergency_basis",
    "State the emergency basis.",
    "請說明緊急變更之事由。",
    asks=("emergency_basis", "justification"),
)
def emergency_basis(record: Any, move: Move) -> bool:
    """Tell whether the basis is given; an incident must be linked, and be of the highest priority."""
    if not move.given("justification"):
        return False
    if move.given("emergency_basis") != "incident":
        return bool(move.given("emergency_basis"))
    incidents = linked(record, kind=LinkKind.FIXES_INCIDENT).records
    return any(register.load(row).priority == 1 for row in incidents)


@guard("g_assessed", "Assessment is incomplete.", "變更評估尚未完成。", asks=ASKED)
def assessed(record: Any, move: Move) -> bool:
    """Tell whether every assessment and every answer of the risk is recorded."""
    return _all(record, move, ASSESSED) and all(move.given(code) for code in QUESTIONS)


@guard("g_is_major_change", "Not classified as major.", "未歸類為重大變更。", asks=ASKED)
def is_major(record: Any, move: Move) -> bool:
    """Tell whether the change may be major."""
    return classes.may_be(move, "major")


@guard("g_is_minor_change", "Not classified as minor.", "未歸類為次要變更。", asks=ASKED)
def is_minor(record: Any, move: Move) -> bool:
    """Tell whether the change may be minor."""
    return classes.may_be(move, "minor")


@guard("g_quorum_yes", "CAB quorum or majority not reached.", "委員會出席或同意票數不足。")
def quorum_yes(record: Any, move: Move) -> bool:
    """Tell whether the board has approved it."""
    return far.answers.board(record, move.at) == "approved"


@guard("g_quorum_no", "Record the CAB rejection.", "請登錄委員會駁回決議。")
def quorum_no(record: Any, move: Move) -> bool:
    """Tell whether the board has refused it."""
    return far.answers.board(record, move.at) == "rejected"


@guard("g_transition_accepted", "Service transition is not accepted yet.", "服務異動尚未驗收通過。")
def transition_accepted(record: Any, move: Move) -> bool:
    """Tell whether the service transition is linked and ready for live."""
    designs = linked(record, kind=LinkKind.DESIGNED_BY)
    return bool(designs) and designs.all_at("ready_for_live")


@guard("g_backout_ready", "Back-out plan missing.", "缺少回復計畫。", asks=("backout_plan", "backout_tested"))
def backout_ready(record: Any, move: Move) -> bool:
    """Tell whether there is a way back, tested where the change is major."""
    tested = record.change_class != "major" or told(record, move, "backout_tested")
    return bool(told(record, move, "backout_plan") and tested)


@guard("g_test_evidence", "Test evidence missing.", "缺少測試佐證。", asks=("test_result", "test_waiver"))
def test_evidence(record: Any, move: Move) -> bool:
    """Tell whether a test result is there, or why none is needed."""
    return bool(told(record, move, "test_result") or told(record, move, "test_waiver"))


@guard("g_in_window", "Outside the approved window.", "不在核准的變更時段內。")
def in_window(record: Any, move: Move) -> bool:
    """Tell whether the move falls into the window, with some grace."""
    if record.window_start is None or record.window_end is None:
        return False
    return bool(record.window_start - GRACE <= move.at <= record.window_end + GRACE)


@guard("g_baseline_taken", "Take the CI baseline first.", "請先建立組態基準。")
def baseline_taken(record: Any, move: Move) -> bool:
    """Tell whether the items are kept as they were before."""
    return far.answers.baseline(record)


@guard("g_release_ok", "Linked release is not ready.", "關聯的發行單尚未就緒。")
def release_ok(record: Any, move: Move) -> bool:
    """Tell whether every linked release is ready at the start, and over at the end."""
    wanted = "ended" if move.name == "close" else "ready"
    return linked(record, kind=LinkKind.IMPLEMENTED_BY).all_at(wanted)


@guard("g_deployments_done", "Deployments are still open.", "仍有未完成的部署。")
def deployments_done(record: Any, move: Move) -> bool:
    """Tell whether every linked release is past its deployments."""
    releases = linked(record, kind=LinkKind.IMPLEMENTED_BY)
    return releases.all_at("past_deployment") and releases.all_at("deployments_done")


@guard("g_pir_done", "Post review is incomplete.", "變更後審查尚未完成。", asks=REVIEWED)
def pir_done(record: Any, move: Move) -> bool:
    """Tell whether the review is filled in."""
    return _all(record, move, REVIEWED)


@guard("g_cmdb_updated", "CMDB is not updated.", "組態資料尚未更新。", asks=("cmdb_note",))
def cmdb_updated(record: Any, move: Move) -> bool:
    """Tell whether every affected item was answered for."""
    return far.answers.updated(record, told(record, move, "cmdb_note"))


# ---- further sentences, without a code in the specification ---------------------------------
def window_fits(record: Any, move: Move) -> str:
    """Object to a window that ends before it begins."""
    start, end = told(record, move, "window_start"), told(record, move, "window_end")
    return gettext("The window must end after it begins.") if start and end and end <= start else ""


def times_fit(record: Any, move: Move) -> str:
    """Object to work that ends before it began, or that lies in the future."""
    start, end = told(record, move, "actual_start"), move.given("actual_end")
    if start and end and end < start:
        return gettext("The work cannot end before it began.")
    if any(moment and moment > move.at for moment in (start, end)):
        return gettext("The work cannot lie in the future.")
    return ""


def implementer_apart(record: Any, move: Move) -> str:
    """Object to somebody who authorises what they carry out."""
    implementer = told(record, move, "implementer")
    if implementer and move.by and implementer.pk == move.by.pk:
        return gettext("Who authorises a change must not carry it out.")
    return ""


def authoriser_apart(record: Any, move: Move) -> str:
    """Object to an authoriser who asked for the change, carries it out, or has no such authority."""
    authoriser = move.given("authoriser")
    if authoriser is None:
        return ""
    if authoriser.pk in (record.requester_id, record.implementer_id):
        return gettext("Who authorises a change must not have asked for it or carry it out.")
    if not authoriser.holds("ecab", "change_manager", process="change"):
        return gettext("%(person)s may not authorise emergency changes.") % {"person": authoriser}
    return ""


def closer_apart(record: Any, move: Move) -> str:
    """Object to somebody who closes what they carried out."""
    if move.by is not None and move.by.pk == record.implementer_id:
        return gettext("Who carried a change out must not close it.")
    return ""
