"""What the moves of a change alter beside its state."""

from __future__ import annotations

from typing import Any

from changes import asks, classes, far, outages
from changes.hurt import open_incident
from changes.material import fingerprint
from itsm.flow import Move
from itsm.hours.models import schedule_of
from itsm.records import register
from itsm.records.links import link, linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.tickets import assignments

TASKS = (("風險評估", "Assess the risk"), ("資訊安全評估", "Assess security"), ("容量評估", "Assess capacity"),
         ("可用性評估", "Assess availability"), ("服務水準評估", "Assess service levels"))  # fmt: skip
#: Business days after an emergency in which its forms are filled in (domain 5.5).
FORMS_WITHIN = 1
RFC = tuple(item.name for item in asks.RFC)
REVIEW = tuple(item.name for item in asks.REVIEW)
ASSESSED = tuple(
    item.name for item in asks.ASSESSMENT if item.initial and not item.name.startswith(("risk_", "trigger_"))
)


def _take(record: Any, move: Move, *names: str) -> None:
    """Keep what was given under the same names."""
    for name in names:
        setattr(record, name, move.given(name, getattr(record, name)))


def submit(record: Any, move: Move) -> None:
    """Keep the request."""
    _take(record, move, *RFC)


def use_standard(record: Any, move: Move) -> None:
    """Schedule it as its template says: it is authorised in advance."""
    from changes.models import StandardTemplate

    template = StandardTemplate.objects.get(code=move.given("template"))
    _take(record, move, "window_start", "window_end", "implementer", "no_ci_reason")
    record.template, record.change_class, record.class_basis = template, "standard", ["template"]
    record.plan, record.backout_plan, record.authorised_at = template.steps, template.backout_plan, move.at
    record.test_plan = template.test_plan or record.test_plan
    _settle(record)


def submit_emergency(record: Any, move: Move) -> None:
    """Keep the basis; the forms follow afterwards."""
    _take(record, move, "justification", "emergency_basis", "impact_text", "backout_plan", "implementer")
    record.change_class, record.class_basis = "emergency", [record.emergency_basis]
    record.plan = record.plan or record.justification
    if (incident := move.given("incident")) is not None:
        link(record, incident, kind=LinkKind.FIXES_INCIDENT, by=move.by, at=move.at, auto=True)


def begin_assessment(record: Any, move: Move) -> None:
    """Give each assessment to the assessor as a task."""
    for zh, en in TASKS:
        record.tasks.create(title_zh=zh, title_en=en, assignee=move.given("assessor"), mandatory=False)


def classify(record: Any, move: Move) -> None:
    """Keep the assessment, the score with its points, and the class with the rules that made it."""
    _take(record, move, *ASSESSED)
    found = classes.classed(record, move)
    record.risk_origins = origins(record, found.answers, move)
    record.risk_score, record.risk_answers, record.class_basis = found.score, found.answers, found.basis
    record.change_class = "major" if move.name == "classify_major" else "minor"
    _assessing(record).update(state="done", ended_at=move.at)


def _assessing(record: Any) -> Any:
    """Find the tasks of the assessment that are open."""
    return record.tasks.filter(state="open", title_zh__in=[zh for zh, _en in TASKS])


def origins(record: Any, answers: dict[str, int], move: Move) -> dict[str, Any]:
    """Keep of each answer who gave it and when; what was answered before and stays keeps its own."""
    who = move.by.name if move.by else ""
    now = {"by": who, "at": move.at.isoformat()}
    kept = record.risk_origins
    return {
        code: kept[code] if code in kept and record.risk_answers.get(code) == value else now
        for code, value in answers.items()
    }


def _void(record: Any) -> None:
    """Take back whatever was authorised, with the outages that were planned for it."""
    record.authoriser, record.authorised_at, record.auth_channel, record.break_glass = None, None, "", False
    record.authorised_hash = ""
    outages.withdraw(record)


def _settle(record: Any) -> None:
    """Lay out what follows from being authorised: the steps, the planned outages, and what it is that was authorised."""
    from changes import plan

    plan.lay(record)
    outages.lay_out(record)
    record.authorised_hash = fingerprint(record)


def back_to_draft(record: Any, move: Move) -> None:
    """Void what was decided: the request is written anew, and assessed anew."""
    _void(record)
    _assessing(record).update(state="skipped", ended_at=move.at)
    record.change_class, record.class_basis, record.emergency_basis = "", [], ""


def back_to_review(record: Any, move: Move) -> None:
    """Free the window; it is authorised anew."""
    _void(record)
    record.change_class = "minor" if record.change_class == "standard" else record.change_class


def board_approves(record: Any, move: Move) -> str:
    """Keep the decision, and hand over to design and transition where it is needed."""
    _take(record, move, "conditions")
    for line in filter(None, (text.strip() for text in str(move.given("conditions", "")).splitlines())):
        record.tasks.create(title_zh=line[:160], title_en=line[:160], assignee=record.requester, mandatory=True)
    record.needs_transition = move.given("needs_transition") == "yes"
    if not record.needs_transition:
        return "implementation_review"
    receive = {process.key: process.receive for process in register.processes()}.get("service_transition")
    if receive is not None:
        made = receive(record, move=move, why="designed_by")
        link(record, made, kind=LinkKind.DESIGNED_BY, by=move.by, at=move.at, auto=True)
    return "service_transition"


def authorise(record: Any, move: Move) -> None:
    """Keep window, implementer and evidence, and who authorised them."""
    _take(record, move, *(item.name for item in asks.AUTHORISATION))
    record.authoriser, record.authorised_at = move.by, move.at
    _settle(record)


def authorise_emergency(record: Any, move: Move) -> None:
    """Keep who authorised it, by which way, and whether the duty manager did so alone."""
    from changes import plan

    _take(record, move, "authoriser", "auth_channel", "break_glass")
    record.authorised_at = move.given("authorised_at") or move.at
    plan.lay(record)


def start(record: Any, move: Move) -> None:
    """Keep when the work began."""
    _take(record, move, "actual_start")
    outages.begin(record, at=record.actual_start)


def finish(record: Any, move: Move) -> None:
    """Keep when the work ended and how; name what remains to be said of the configuration data."""
    _take(record, move, "actual_start", "actual_end", "outcome")
    outages.finish(record, at=record.actual_end)
    if move.name == "complete_emergency":
        record.forms_due_at = schedule_of(classes.HOURS.get()).add_days(record.actual_end, days=FORMS_WITHIN)
    if far.answers.items(record):
        record.tasks.create(title_zh="更新組態資料", title_en="Update the configuration data", mandatory=False)


def back_out(record: Any, move: Move) -> None:
    """Keep what was restored; what is being deployed for it is rolled back while the change still authorises that."""
    _take(record, move, "restored")
    record.actual_end, record.outcome = move.at, "backed_out"
    press(record, move, LinkKind.IMPLEMENTED_BY, "roll_back", reason=move.given("reason"))
    outages.finish(record, at=move.at)
    if move.given("hurt"):
        open_incident(record, move)


def fill_in(record: Any, move: Move) -> None:
    """Keep the forms that the emergency owed."""
    _take(record, move, *RFC, "test_result")


def _end(record: Any, move: Move, code: str) -> None:
    record.closed_at, record.closure_code = move.at, code
    record.tasks.filter(state="open").update(state="skipped", ended_at=move.at)
    assignments.end(record, at=move.at)


def end_refused(record: Any, move: Move) -> None:
    """End it as refused; a problem that it was to solve looks for a solution again."""
    _void(record)
    _end(record, move, "rejected")
    _tell_problems(record, move)


def close(record: Any, move: Move) -> None:
    """End it with its review; where it did not succeed, its problems look for a solution again."""
    _take(record, move, *REVIEW)
    record.closer, record.resolved_at = move.by, record.actual_end or move.at
    _end(record, move, record.outcome)
    if record.outcome in ("failed", "backed_out"):
        _tell_problems(record, move)
        _follow(record, move)


def withdraw(record: Any, move: Move) -> None:
    """End it as taken back, with the releases and the transition that hang on it."""
    _void(record)
    record.outcome = "cancelled"
    _end(record, move, "cancelled")
    press(record, move, LinkKind.IMPLEMENTED_BY, "cancel_release", reason=move.given("reason"))
    press(record, move, LinkKind.DESIGNED_BY, "cancel_transition", reason=move.given("reason"))
    _tell_problems(record, move)


def _tell_problems(record: Any, move: Move) -> None:
    reason = move.given("reason") or record.lessons or record.number
    press(record, move, LinkKind.FIXES_PROBLEM, "solution_failed", reason=reason)


def _follow(record: Any, move: Move) -> None:
    """Open what is to follow a change that did not succeed."""
    if record.follow_up not in ("change", "problem"):
        return
    receive = register.process(record.follow_up).receive
    if receive is not None:
        made = receive(record, move=move, why="related_to")
        link(record, made, kind=LinkKind.RELATED_TO, by=move.by, at=move.at, auto=True)


def press(record: Any, move: Move, kind: str, name: str, **inputs: Any) -> None:
    """Make the move ``name`` on what is linked by ``kind``, wherever it stands where that move begins."""
    for row in linked(record, kind=kind).records:
        far_side = register.load(row)
        step = far_side.flows[0].transitions.get(name)
        if step is not None and far_side.state in step.source:
            perform(far_side, name, by=move.by, at=move.at, channel=move.channel, fired_by=move, **inputs)
