"""Who is told of the steps of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.access import EMERGENCY, eligible
from changes.customers import speakers
from changes.outages import services_of
from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.links import linked, linking
from itsm.records.models import Event, LinkKind
from itsm.tickets.lines import Happening, add_label
from itsm.tickets.models import Ticket

TEMPLATES = (
    ("change_submitted", gettext_lazy("A request for change waits to be assessed"), "plain"),
    ("emergency_asked", gettext_lazy("EMERGENCY: authorise or decline within 15 minutes"), "plain"),
    ("no_authoriser", gettext_lazy("Nobody may authorise this change: who could asked for it or carries it out"), "plain"),
    ("assessment_given", gettext_lazy("You are to assess a change"), "plain"),
    ("change_returned", gettext_lazy("The change came back to you to be completed"), "reason"),
    ("change_to_board", gettext_lazy("A major change that concerns your service goes to the board"), "plain"),
    ("change_heard", gettext_lazy("A major change of what you get goes to the board, which wants to hear you: %(said)s"), "plain"),
    ("change_scheduled", gettext_lazy("The change is authorised and scheduled"), "plain"),
    ("change_rescheduled", gettext_lazy("The change is taken out of the schedule"), "reason"),
    ("change_withdrawn", gettext_lazy("The change was withdrawn"), "reason"),
    ("change_refused", gettext_lazy("The change was refused"), "reason"),
    ("fix_refused", gettext_lazy("The change that was to help here was refused: %(change)s"), "reason"),
    ("change_closed", gettext_lazy("The change is closed"), "plain"),
    ("emergency_authorised", gettext_lazy("The emergency is authorised: begin"), "plain"),
    ("break_glass_used", gettext_lazy("An emergency change was authorised by one person alone"), "reason"),
    ("change_carried_out", gettext_lazy("The change was carried out: review it"), "plain"),
    ("change_backed_out", gettext_lazy("The change was backed out"), "reason"),
    ("forms_owed", gettext_lazy("The forms of the emergency are owed within one business day"), "plain"),
    ("fix_done", gettext_lazy("The change that solves the problem has ended: %(change)s"), "plain"),
    ("repair_done", gettext_lazy("The change that repairs the incident has ended: %(change)s"), "plain"),
    ("asked_change_done", gettext_lazy("The change that was asked for has ended: %(change)s"), "plain"),
    ("change_waits", gettext_lazy("A request for change is not taken up"), "plain"),
    ("emergency_unanswered", gettext_lazy("EMERGENCY: nobody has answered for 15 minutes"), "plain"),
    ("emergency_to_management", gettext_lazy("An emergency change is not answered"), "plain"),
    ("window_near", gettext_lazy("Your change begins within the hour"), "plain"),
    ("window_missed", gettext_lazy("The window of a change has passed unused"), "plain"),
    ("window_over", gettext_lazy("The window is over and the change is still being carried out"), "plain"),
    ("forms_late", gettext_lazy("The forms of an emergency change are overdue"), "plain"),
    ("forms_to_management", gettext_lazy("Forms of an emergency change are still owed"), "plain"),
    ("review_late", gettext_lazy("The review of a change is overdue"), "plain"),
)  # fmt: skip
#: What waits for a change, by how it is linked, and what is said when the change has helped.
WAITING: dict[str, str] = {
    LinkKind.FIXES_PROBLEM: "fix_done",
    LinkKind.FIXES_INCIDENT: "repair_done",
    LinkKind.REQUESTED_VIA: "asked_change_done",
}
#: States in which the owners of its services have been told of it.
KNOWN_TO_OWNERS = frozenset({"cab_review", "service_transition", "implementation_review", "scheduled"})


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for name, words in LABELS.items():
        add_label(name, words)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a change's step (registered as a step of every move)."""
    tell = TELLERS.get(event.name)
    if tell is None or record.kind != "change" or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def managers() -> set[int]:
    """Collect the owners of the process."""
    return audience.holders("change_manager", process="change")


def owners(record: Any) -> set[int]:
    """Collect the owners of the services that the change touches."""
    return {service.owner_id for service in services_of(record)}


def own(record: Any) -> set[int | None]:
    """Collect who asked for it and who carries it out."""
    return {record.requester_id, record.implementer_id}


def _nobody_left(telling: Telling, *roles: str) -> None:
    """Tell the management when nobody is left who may decide: it stays blocked until somebody is."""
    if not eligible(telling.record, *roles):
        telling.to(audience.holders("management_rep", process="change"), "no_authoriser", "escalation")


def _submitted(telling: Telling) -> None:
    telling.to(managers(), "change_submitted", "team")
    _nobody_left(telling, "change_manager")


def _emergency(telling: Telling) -> None:
    telling.to(managers() | audience.holders("ecab", process="change"), "emergency_asked", "escalation")
    _nobody_left(telling, *EMERGENCY)


def _assessing(telling: Telling) -> None:
    assessor = telling.move.given("assessor")
    telling.to([assessor.pk if assessor else None], "assessment_given", "assigned")


def _returned(telling: Telling) -> None:
    telling.to([telling.record.requester_id], "change_returned", "assigned", reason=telling.event.reason)


def _to_board(telling: Telling) -> None:
    telling.to(owners(telling.record), "change_to_board", "approval")
    if not telling.record.confidential:
        _invite_customers(telling)


def _invite_customers(telling: Telling) -> None:
    """Tell who speaks for a customer of the service; without a way to the record, which is not theirs to read."""
    record = telling.record
    people = {person.pk for _unit, found in speakers(record, at=telling.move.at) for person in found}
    for pk in audience.without(people - owners(record), actor=telling.move.by):
        telling.notices.append(
            Notice(
                dedupe_key=f"event:{telling.event.pk}:change_heard:{pk}", event="approval", template="change_heard",
                at=telling.move.at, person_id=pk, facts={"said": f"{record.number} {record.title}"},
            )
        )  # fmt: skip


def _scheduled(telling: Telling) -> None:
    telling.to(own(telling.record) | owners(telling.record), "change_scheduled", "progress")


def _unscheduled(telling: Telling) -> None:
    people = own(telling.record) | managers() | owners(telling.record)
    telling.to(people, "change_rescheduled", "progress", reason=telling.event.reason)


def _withdrawn(telling: Telling) -> None:
    """Tell those who knew of it beside its requester and watchers, who are told of every case that is withdrawn."""
    record, source = telling.record, telling.event.source
    told = audience.askers(record) | audience.watchers(record) | {record.assignee_id}
    knew: set[int | None] = {record.implementer_id} | (managers() if source != "draft" else set())
    if source in KNOWN_TO_OWNERS:
        knew |= owners(record)
    telling.to(knew - told, "change_withdrawn", "closed", reason=telling.event.reason)


def _refused(telling: Telling) -> None:
    reason = telling.event.reason
    telling.to([telling.record.requester_id], "change_refused", "closed", reason=reason)
    _tell_waiting(telling, dict.fromkeys(WAITING, "fix_refused"), reason=reason)


def _authorised(telling: Telling) -> None:
    telling.to(own(telling.record), "emergency_authorised", "escalation")
    if telling.record.break_glass:
        people = audience.holders("cab", "management_rep", process="change") | managers()
        telling.to(people - own(telling.record), "break_glass_used", "escalation", reason=telling.event.reason)


def _carried_out(telling: Telling) -> None:
    telling.to(managers() | {telling.record.requester_id}, "change_carried_out", "progress")


def _backed_out(telling: Telling) -> None:
    people = managers() | own(telling.record) | owners(telling.record)
    telling.to(people, "change_backed_out", "progress", reason=telling.event.reason)


def _owed(telling: Telling) -> None:
    telling.to(own(telling.record), "forms_owed", "assigned", even_actor=True)


def _closed(telling: Telling) -> None:
    record = telling.record
    telling.to(own(record), "change_closed", "closed")
    if record.outcome in ("successful", "with_issues"):
        _tell_waiting(telling, WAITING)


def _tell_waiting(telling: Telling, templates: Mapping[str, str], **facts: Any) -> None:
    """Tell those who work on the open cases that wait for the change."""
    record = telling.record
    for kind, template in templates.items():
        find = linking if kind == LinkKind.REQUESTED_VIA else linked
        rows = [row.pk for row in find(record, kind=kind).records]
        for case in Ticket.objects.open().filter(pk__in=rows).order_by("pk"):
            people = {case.assignee_id} if case.assignee_id else audience.members(case.team_id)
            telling.to(people, template, "assigned", about=case.pk, change=record.number, **facts)


TELLERS: dict[str, Callable[[Telling], None]] = {
    "submit": _submitted,
    "submit_standard": _scheduled,
    "submit_emergency": _emergency,
    "begin_assessment": _assessing,
    "return_to_requester": _returned,
    "decline_emergency": _returned,
    "classify_major": _to_board,
    "approve_implementation": _scheduled,
    "reschedule": _unscheduled,
    "withdraw": _withdrawn,
    "cab_reject": _refused,
    "transition_rejected": _refused,
    "reject_implementation": _refused,
    "authorize_emergency": _authorised,
    "complete_implementation": _carried_out,
    "back_out": _backed_out,
    "complete_emergency": _owed,
    "complete_retro_forms": _carried_out,
    "close": _closed,
}


LABELS: dict[str, Callable[[Happening], str]] = {
    "add_step": lambda event: _("step %(step)s written: %(title)s") % _step(event),
    "remove_step": lambda event: _("step %(step)s taken out: %(title)s") % _step(event),
    "mark_step": lambda event: _("step %(step)s %(state)s: %(title)s") % _step(event),
    "extend_window": lambda event: _("window extended"),
    "unauthorised": lambda event: _("found as carried out without authorisation"),
    "caused": lambda event: _("caused by the change %(number)s") % {"number": event.facts.get("change", "")},
    "take_baseline": lambda event: _("baseline taken"),
    "item_unchanged": lambda event: _("%(number)s: no attribute change") % {"number": event.facts.get("other", "")},
    "set_scope": lambda event: _("scope altered"),
    "not_affected": lambda event: _("%(number)s is not affected") % {"number": event.facts.get("other", "")},
    "affected_after_all": lambda event: (
        _("%(number)s is affected after all") % {"number": event.facts.get("other", "")}
    ),
}


def _step(event: Happening) -> dict[str, Any]:
    from changes.models import Step

    state = event.facts.get("state", "")
    words = {code: str(label) for code, label in Step.State.choices}
    return {
        "step": event.facts.get("step", ""),
        "title": event.facts.get("title", ""),
        "state": words.get(state, state),
    }
