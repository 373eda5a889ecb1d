"""Who is told of the steps of a complaint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event
from itsm.tickets.lines import Happening, add_label
from relationships.complaint_timers import owners

TEMPLATES = (
    ("complaint_given", gettext_lazy("A complaint is yours to handle"), "plain"),
    ("complaint_raised", gettext_lazy("A complaint about a person came in: only you see it"), "plain"),
    (
        "complaint_registered",
        gettext_lazy("Your complaint is registered; we answer within five business days"),
        "plain",
    ),
    ("complaint_answered", gettext_lazy("The answer to your complaint: do you agree to close it?"), "complaint"),
    ("complaint_remind", gettext_lazy("Reminder: do you agree with the answer to your complaint?"), "complaint"),
    ("complaint_disagreed", gettext_lazy("The complainant does not agree"), "reason"),
    ("complaint_escalated", gettext_lazy("A complaint was escalated to you"), "reason"),
    ("complaint_higher", gettext_lazy("Your complaint was escalated"), "plain"),
    ("complaint_closed", gettext_lazy("The complaint is closed"), "closed"),
    ("complaint_returned", gettext_lazy("The other process has ended: answer the complainant"), "plain"),
    ("complaint_unacknowledged", gettext_lazy("A complaint is not registered after one business day"), "plain"),
    ("complaint_overdue", gettext_lazy("A complaint is not answered in time"), "plain"),
    ("complaint_silent", gettext_lazy("The complainant does not answer: make contact and log it"), "plain"),
    ("feedback_answered", gettext_lazy("Your suggestion or praise was answered"), "reason"),
    ("complaint_unheard", gettext_lazy("The complainant does not answer at all"), "plain"),
)


def register() -> None:
    """Register the words and the steps that tell."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for name, words in LABELS.items():
        add_label(name, words)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)
        steps.opened.append(opened)


def opened(record: Any, move: Move, event: Event) -> None:
    """Tell the relationship manager of a complaint about a person, which no team sees."""
    if record.kind != "complaint" or not _is_restricted(record) or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    telling.to(owners(record), "complaint_raised", "assigned")
    put_many(telling.notices)


def _is_restricted(record: Any) -> bool:
    return bool(record.confidential and record.team_id is None)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a complaint's step (registered as a step of every move)."""
    tell = TELLERS.get(event.name)
    if tell is None or record.kind != "complaint" or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def _registered(telling: Telling) -> None:
    telling.to({telling.record.assignee_id}, "complaint_given", "assigned")
    telling.to(audience.askers(telling.record), "complaint_registered", "progress")


def _answered(telling: Telling) -> None:
    answer = telling.record.answer
    telling.to(audience.askers(telling.record), "complaint_answered", "resolved", resolution=answer, link="consent")


def _disagreed(telling: Telling) -> None:
    telling.to({telling.record.assignee_id}, "complaint_disagreed", "assigned", reason=telling.event.reason)


def _escalated(telling: Telling) -> None:
    telling.to({telling.record.assignee_id}, "complaint_escalated", "escalation", reason=telling.event.reason)
    telling.to(audience.askers(telling.record), "complaint_higher", "progress")


def _closed(telling: Telling) -> None:
    record = telling.record
    people = audience.askers(record) | audience.watchers(record) | {record.assignee_id or 0}
    telling.to(people - {record.kept_from_id}, "complaint_closed", "closed")


def _returned(telling: Telling) -> None:
    telling.to({telling.record.assignee_id}, "complaint_returned", "assigned")


TELLERS: dict[str, Callable[[Telling], None]] = {
    "register": _registered,
    "report_result": _answered,
    "disagree": _disagreed,
    "escalate": _escalated,
    "escalate_higher": _escalated,
    "agree_to_close": _closed,
    "close_by_decision": _closed,
    "process_returned": _returned,
}
WAYS: dict[str, Any] = {
    "phone": gettext_lazy("by phone"),
    "mail": gettext_lazy("by e-mail"),
    "visit": gettext_lazy("by a visit"),
    "other": gettext_lazy("in another way"),
}
LABELS: dict[str, Callable[[Happening], str]] = {
    "contact_attempt": lambda event: (
        _("tried to reach the complainant %(way)s: %(note)s")
        % {"way": WAYS.get(str(event.facts.get("way")), ""), "note": event.facts.get("note", "")}
    ),
}
