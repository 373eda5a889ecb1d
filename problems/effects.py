"""What the moves of a problem change beside its state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import F

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.links import link, linking
from itsm.records.models import Event, Link, LinkKind, Record
from itsm.records.perform import open_record, perform
from itsm.tickets import assignments
from itsm.tickets.grading import grade
from problems import notes
from problems.guards import RAISED

#: How long a solution is observed before its problem may close; longer where a major incident was behind it.
OBSERVED, OBSERVED_MAJOR = timedelta(days=14), timedelta(days=30)
WORKAROUND = ("workaround", "workaround_applies", "workaround_risk", "workaround_tested_by")


def _take(record: Any, move: Move, *names: str) -> None:
    """Keep what was given under the same names."""
    for name in names:
        setattr(record, name, move.given(name, getattr(record, name)))


def incidents_of(record: Any) -> list[Record]:
    """List the records that hang on the problem as its incidents, the first linked first."""
    return [row for kind in RAISED for row in linking(record, kind=kind).records]


def _tell_incidents(record: Any, move: Move, name: str) -> None:
    """Write a line about the problem into the journal of each of its incidents."""
    for incident in incidents_of(record):
        journal.write(incident, kind=Event.Kind.LINKED, name=name, move=move, problem=record.number)


def _end(record: Any, move: Move, code: str) -> None:
    record.closed_at, record.closure_code = move.at, code
    record.tasks.filter(state="open").update(state="skipped", ended_at=move.at)
    assignments.end(record, at=move.at)


def reject(record: Any, move: Move) -> None:
    """End it as no problem; its incidents keep a line about it."""
    record.outcome = "not_problem"
    _end(record, move, "not_problem")
    _tell_incidents(record, move, "problem_rejected")


def withdraw(record: Any, move: Move) -> None:
    """End it because whoever reported it takes it back."""
    _end(record, move, "withdrawn")


def classify(record: Any, move: Move) -> None:
    """Grade it, give it to its lead, and keep the dates that are aimed at."""
    record.category = move.given("category")
    grade(record, move)
    _take(record, move, "cause_due_on", "solution_due_on")
    lead = move.given("assignee")
    assignments.give(record, team=assignments.team_meant(record, move), assignee=lead, by=move.by, at=move.at)
    assignments.accept(record, by=lead, at=move.at)


def log_round(record: Any, move: Move) -> None:
    """Keep a round of analysis that found no cause."""
    record.analysis_rounds += 1
    record.rounds.create(
        number=record.analysis_rounds, at=move.at, by=move.by, hypotheses=move.given("hypotheses"),
        next_step=move.given("next_step"),
    )  # fmt: skip
    notes.keep(record, whys=move.given("whys", ""), fishbone=move.given("fishbone", ""))


def propose_cause(record: Any, move: Move) -> None:
    """Keep the root cause with its evidence."""
    _take(record, move, "root_cause", "rc_method", "rc_evidence", "causal_component")
    notes.keep(record, whys=move.given("whys", ""), fishbone=move.given("fishbone", ""))


def keep_workaround(record: Any, move: Move) -> None:
    """Keep the workaround here and on the known errors; the incidents get a line about it."""
    _take(record, move, *WORKAROUND)
    record.workaround_at = move.at
    for known in record.known_errors.filter(state__in=("draft", "published")).order_by("pk"):
        _alter_known(known, move, workaround=record.workaround, workaround_risk=record.workaround_risk)
    _tell_incidents(record, move, "workaround_known")


def _alter_known(known: Any, move: Move, **wanted: str) -> None:
    """Write what the problem says now on its known error, journaled with what it was."""
    before = {name: getattr(known, name) for name in wanted}
    after = {name: text for name, text in wanted.items() if text != before[name]}
    if not after:
        return
    type(known).objects.filter(pk=known.pk).update(**after, changed_at=move.at, version=F("version") + 1)
    old = {name: before[name] for name in after}
    journal.write(known, kind=Event.Kind.EDITED, name="edit", move=move, before=old, after=after)


def register_known_error(record: Any, move: Move) -> None:
    """Draft the known error; a problem that was opened again goes on with the one it has, which learns the new cause."""
    from problems.models import KnownError

    record.resolved_at = None
    known = list(record.known_errors.exclude(state="retired").order_by("pk"))
    for row in known:
        _alter_known(row, move, cause=record.root_cause, component=record.causal_component)
    if known:
        return
    open_record(
        KnownError, by=move.by, at=move.at, fired_by=move, problem=record, title=record.title,
        symptoms=record.description or record.title, cause=record.root_cause, workaround=record.workaround,
        workaround_risk=record.workaround_risk, service=record.service, category=record.category,
        component=record.causal_component,
    )  # fmt: skip


def _move_known(record: Any, move: Move, name: str, state: str, **inputs: Any) -> None:
    for known in record.known_errors.filter(state=state).order_by("pk"):
        perform(known, name, by=move.by, at=move.at, channel=move.channel, fired_by=move, **inputs)


def publish_known_errors(record: Any, move: Move) -> None:
    """Let the desk find what is known."""
    _move_known(record, move, "publish", "draft")


def look_again(record: Any, move: Move) -> None:
    """Keep when it is looked at again."""
    _take(record, move, "review_on")


def adopt(record: Any, move: Move) -> None:
    """Keep the solution; where a change is needed and changes are kept here, draft it."""
    _take(record, move, "solution", "solution_value", "change_needed")
    receiver = {process.key: process.receive for process in register.processes()}.get("change")
    if record.change_needed == "yes" and receiver is not None:
        made = receiver(record, move=move, why="fixes_problem")
        link(made, record, kind=LinkKind.FIXES_PROBLEM, by=move.by, at=move.at, auto=True)


def accept(record: Any, move: Move) -> None:
    """Live with it: somebody owns the risk, and it is looked at again."""
    _take(record, move, "risk_owner", "review_on")
    record.outcome, record.acceptance_reason = "accepted", move.given("reason", "")


def observe(record: Any, move: Move) -> None:
    """Begin the time in which the incident must not come back."""
    _take(record, move, "solution_evidence")
    window = OBSERVED_MAJOR if record.origin == "major_incident" else OBSERVED
    record.observed_from, record.observed_until, record.outcome = move.at, move.at + window, ""


def go_on(record: Any, move: Move) -> None:
    """Look for a solution again: nothing is observed or accepted any more."""
    record.observed_from = record.observed_until = None
    record.outcome = ""


def close(record: Any, move: Move) -> None:
    """End it; a known error that is fixed is not in force any more."""
    record.outcome, record.effectiveness_note = move.given("closure_code"), move.given("effectiveness_note", "")
    record.resolved_at = move.at
    _end(record, move, record.outcome)
    if record.outcome == "fixed":
        changes = linking(record, kind=LinkKind.FIXES_PROBLEM).records
        by = ", ".join(str(row) for row in changes if register.reached(row, "succeeded"))
        _move_known(record, move, "resolve_known_error", "published", fixed_in=by or record.number)
    _tell_incidents(record, move, "problem_closed")


def merge(record: Any, move: Move) -> None:
    """Give its incidents to the problem that it is merged into."""
    parent = move.given("parent")
    for row in Link.objects.filter(target_id=record.pk, kind__in=RAISED).select_related("source").order_by("pk"):
        link(  # it hangs on the matter since it was linked: it does not come back by being merged
            row.source, parent, kind=LinkKind.ESCALATED_TO_PROBLEM, by=row.created_by, at=row.created_at, auto=row.auto
        )
        row.delete()
    link(record, parent, kind=LinkKind.DUPLICATE_OF, by=move.by, at=move.at, auto=True)
    record.merged_into_id = parent.pk
    _end(record, move, "duplicate")


def reopen(record: Any, move: Move) -> None:
    """Analyse anew because it came back; what was fixed is in force again."""
    link(move.given("incident"), record, kind=LinkKind.ESCALATED_TO_PROBLEM, by=move.by, at=move.at)
    go_on(record, move)
    record.reopen_count += 1
    record.closed_at = record.resolved_at = None
    record.closure_code = ""
    assignments.give(record, team=record.team, assignee=record.assignee, by=move.by, at=move.at)
    _move_known(record, move, "republish", "resolved", reason=move.given("reason", ""))
