"""The conditions of changes; the sentences are the specification's."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext

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


@guard(
    "g_sod", "Separation of duties: you cannot approve your own record.", "職務區隔：不可核准自己的申請。", of="change"
)
def apart(record: Any, move: Move) -> bool:
    """Tell whether the actor neither asked for the change, nor gets it, nor carries it out."""
    involved = {record.requester_id, record.asked_by_id, record.requested_for_id, record.implementer_id}
    return move.by is not None and move.by.pk not in involved


def told(record: Any, move: Move, name: str) -> Any:
    """Give what is given now, or else what was kept before."""
    return move.given(name, getattr(record, name))


def _all(record: Any, move: Move, names: tuple[str, ...]) -> bool:
    return all(told(record, move, name) for name in names)


@guard("g_rfc_complete", "RFC form is incomplete.", "變更申請單填寫不完整。", asks=RFC)
def rfc_complete(record: Any, move: Move) -> bool:
    """Tell whether the request says all that it must, and what it is about."""
    return bool(record.description) and _all(record, move, RFC)


@guard(
    "g_retro_complete",
    "Retrospective forms are incomplete.",
    "補填表單尚未完成。",
    asks=(*RFC, "test_result"),
    of="change",
)
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
    """Tell whether the template is approved, in force, not suspended, and made for such items and such a window."""
    from changes.models import StandardTemplate

    template = StandardTemplate.objects.usable(at=move.at).filter(code=move.given("template", "")).first()
    start, end = move.given("window_start"), move.given("window_end")
    if template is None or not start or not end:
        return False
    fits_items = not template.ci_classes or far.answers.classes(record) <= set(template.ci_classes)
    return fits_items and inside_limits(template, start, end)


def inside_limits(template: Any, start: datetime, end: datetime) -> bool:
    """Tell whether the window is short enough, and lies in the hours of the template (which may pass midnight)."""
    if end - start > timedelta(minutes=template.max_minutes):
        return False
    if template.earliest is None or template.latest is None:
        return True
    begins = localtime(start)
    opens = begins.replace(hour=template.earliest.hour, minute=template.earliest.minute, second=0)
    if begins < opens:
        opens -= timedelta(days=1)
    length = _minutes(template.latest) - _minutes(template.earliest)
    return end <= opens + timedelta(minutes=length if length > 0 else length + 24 * 60)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


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
    if move.given("conflict_override"):  # a reason lets it pass others, never a freeze
        return not far.answers.frozen(record, start, end)
    return not far.answers.conflicts(record, start, end, implementer.pk if implementer else None)


@guard(
    "g_emergency_basis",
    "State the emergency basis.",
    "請說明緊急變更之事由。",
    asks=("emergency_basis", "justification", "incident"),
)
def emergency_basis(record: Any, move: Move) -> bool:
    """Tell whether the basis is given; an incident must be linked, and be of the highest priority."""
    if not move.given("justification"):
        return False
    if move.given("emergency_basis") != "incident":
        return bool(move.given("emergency_basis"))
    rows = [*linked(record, kind=LinkKind.FIXES_INCIDENT).records, *filter(None, [move.given("incident")])]
    return any(_urgent(register.load(row)) for row in rows)


def _urgent(incident: Any) -> bool:
    return incident.priority == 1 or getattr(incident, "major_status", "") in ("declared", "restored")


@guard("g_assessed", "Assessment is incomplete.", "變更評估尚未完成。", asks=ASKED)
def assessed(record: Any, move: Move) -> bool:
    """Tell whether every assessment and every answer of the risk is recorded."""
    return _all(record, move, ASSESSED) and all(move.given(code) for code in QUESTIONS)


@guard("g_is_major_change", "Not classified as major.", "未歸類為重大變更。", asks=ASKED)
def is_major(record: Any, move: Move) -> bool:
    """Tell whether the change may be major."""
    return classes.may_be(record, move, "major")


@guard("g_is_minor_change", "Not classified as minor.", "未歸類為次要變更。", asks=ASKED)
def is_minor(record: Any, move: Move) -> bool:
    """Tell whether the change may be minor."""
    return classes.may_be(record, move, "minor")


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


@guard(
    "g_backout_ready", "Back-out plan missing.", "缺少回復計畫。", asks=("backout_plan", "backout_tested"), of="change"
)
def backout_ready(record: Any, move: Move) -> bool:
    """Tell whether there is a way back, tested where the change is major."""
    tested = record.change_class != "major" or told(record, move, "backout_tested")
    return bool(told(record, move, "backout_plan") and tested)


@guard("g_test_evidence", "Test evidence missing.", "缺少測試佐證。", asks=("test_result", "test_waiver"))
def test_evidence(record: Any, move: Move) -> bool:
    """Tell whether a test result is there, or why none is needed."""
    return bool(told(record, move, "test_result") or told(record, move, "test_waiver"))


@guard("g_in_window", "Outside the approved window.", "不在核准的變更時段內。", of="change")
def in_window(record: Any, move: Move) -> bool:
    """Tell whether the move falls into the window, extended or not, with some grace."""
    if record.window_start is None or record.window_end is None:
        return False
    grace = settings.WINDOW_GRACE
    return bool(record.window_start - grace <= move.at <= record.window_end + grace)


@guard("g_baseline_taken", "Take the CI baseline first.", "請先建立組態基準。", of="change")
def baseline_taken(record: Any, move: Move) -> bool:
    """Tell whether the items are kept as they were before."""
    return far.answers.baseline(record)


@guard("g_release_ok", "Linked release is not ready.", "關聯的發行單尚未就緒。", of="change")
def release_ok(record: Any, move: Move) -> bool:
    """Tell whether every linked release is ready at the start, and over at the end."""
    wanted = "ended" if move.name == "close" else "ready"
    return linked(record, kind=LinkKind.IMPLEMENTED_BY).all_at(wanted)


@guard("g_deployments_done", "Deployments are still open.", "仍有未完成的部署。", of="change")
def deployments_done(record: Any, move: Move) -> bool:
    """Tell whether every linked release is past its deployments."""
    releases = linked(record, kind=LinkKind.IMPLEMENTED_BY)
    return releases.all_at("past_deployment") and releases.all_at("deployments_done")


@guard("g_pir_done", "Post review is incomplete.", "變更後審查尚未完成。", asks=REVIEWED, of="change")
def pir_done(record: Any, move: Move) -> bool:
    """Tell whether the review is filled in."""
    return _all(record, move, REVIEWED)


@guard("g_cmdb_updated", "CMDB is not updated.", "組態資料尚未更新。", asks=("cmdb_note",), of="change")
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


def decision_stands(record: Any, move: Move) -> str:
    """Object where the board approved something else than what would be done."""
    return far.answers.stands(record, move)
