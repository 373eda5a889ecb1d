"""What the list and the room of major incidents show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import updates
from incidents.inputs import CRITERION
from incidents.major_flow import MAJOR_INCIDENT
from incidents.models import Incident, MajorIncidentReport
from itsm.records import register
from itsm.records.links import linked
from itsm.records.models import Event, LinkKind
from itsm.records.perform import offers
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES
from itsm.tickets.finding import page_of
from itsm.tickets.lines import happening_of, line_of
from itsm.tickets.models import Task, Ticket
from itsm.ui.chips import clock_words
from itsm.ui.moments import iso, span

if TYPE_CHECKING:
    from itsm.people.models import Person

RELATED = ("service", "team", "assignee", "requester", "lead", "comms_owner", "hold_reason", "parent")
RUNNING, RECENT = ("declared", "restored"), ("reviewed", "demoted")
LOOKS_BACK, MOST, LINES = timedelta(days=90), 50, 100
#: A promised update is near this long before it is due.
NEAR = timedelta(minutes=5)


def lists(person: Person, *, at: datetime) -> dict[str, Any]:
    """Read what is proposed, what runs and what ended lately, as far as ``person`` works on or oversees it."""
    seen = Incident.objects.worked_by(person).select_related("service", "lead")
    counted = seen.annotate(followers=Count("children", distinct=True), told_at=Max("updates__at"))
    recent = counted.filter(major_status__in=RECENT, received_at__gte=at - LOOKS_BACK).exclude(
        major_status="demoted", major_declared_at=None
    )
    return {
        "proposed": [_row(row, at=at) for row in counted.filter(major_status="proposed").order_by("pk")[:MOST]],
        "running": [_row(row, at=at) for row in counted.filter(major_status__in=RUNNING).order_by("pk")[:MOST]],
        "recent": [_row(row, at=at) for row in recent.order_by("-major_declared_at", "-pk")[:MOST]],
    }


def _row(incident: Any, *, at: datetime) -> dict[str, Any]:
    return {
        "record": incident, "status": MAJOR_INCIDENT.states[incident.major_status], "lasted": lasted(incident, at=at),
        "next": next_update(incident, at=at), "followers": incident.followers,
        "told_at": incident.told_at, "criterion": criterion(incident),
    }  # fmt: skip


def lasted(incident: Any, *, at: datetime) -> str:
    """Say how long it lasts, or lasted until the service was restored."""
    begun = incident.major_declared_at or incident.received_at
    return span(((incident.restored_at or at) - begun).total_seconds())


def next_update(incident: Any, *, at: datetime) -> dict[str, Any] | None:
    """Say when the next update is due, as a chip that counts down."""
    due = incident.next_update_at
    if due is None or incident.major_status != "declared":
        return None
    left = int((due - at).total_seconds())
    look = "missed" if left < 0 else "soon" if left <= NEAR.total_seconds() else "running"
    return {"look": look, "text": clock_words(look, seconds=abs(left)), "due": iso(due), "left": left, "ticking": True}


def criterion(incident: Any) -> str:
    """Name the criterion that it met."""
    words = {choice.value: str(choice.label) for choice in CRITERION.choices}
    return words.get(incident.major_criterion, str(incident.major_criterion))


def heading(incident: Any, *, tab: str, at: datetime) -> dict[str, Any]:
    """Give the head of the room: state, how long it lasts, next update, tabs."""
    rows = (
        ("room", _("Room"), reverse("incidents:room", args=[incident.number])),
        ("report", _("Report"), reverse("incidents:report", args=[incident.number])),
    )
    return {
        "record": incident,
        "state": incident.flows[0].states[incident.state],
        "status": MAJOR_INCIDENT.states[incident.major_status],
        "lasted": lasted(incident, at=at),
        "since": iso(incident.major_declared_at or incident.received_at),
        "next": next_update(incident, at=at),
        "criterion": criterion(incident),
        "case_page": page_of(incident),
        "tabs": [{"label": label, "url": url, "current": name == tab} for name, label, url in rows]
        + [{"label": _("Case"), "url": page_of(incident), "current": False}],
    }


def room(incident: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect everything of the room."""
    runs = updates.may_run(incident, person)
    offered = offers(incident, person=person, at=at)
    tasks = list(incident.tasks.select_related("assignee").order_by("pk"))
    return heading(incident, tab="room", at=at) | timeline(incident) | {
        "may_run": runs,
        "may_publish": runs and incident.major_status in RUNNING,
        "may_note": bool(roles_on(incident, person=person) & (register.workers(incident) | NOTES)),
        "offers": [offer for offer in offered if offer.flow is MAJOR_INCIDENT or offer.name in ("resolve", "complete_major_review")],
        "outages": list(incident.outages.select_related("service").order_by("started_at", "pk")),
        "children": _children(incident, person),
        "tasks": tasks,
        "tasks_ended": sum(task.state != Task.State.OPEN for task in tasks),
        "updates": list(incident.updates.select_related("by").order_by("-at", "-pk")),
        "owed": owed(incident),
        "reach": Ticket.objects.open().filter(incident__parent=incident.pk).values("requester").distinct().count(),
    }  # fmt: skip


def _children(incident: Any, person: Person) -> list[dict[str, Any]]:
    seen = (
        Incident.objects.visible_to(person).filter(parent=incident.pk).select_related("requester").order_by("pk")[:MOST]
    )
    return [{"record": child, "state": child.flows[0].states[child.state], "url": page_of(child)} for child in seen]


def timeline(incident: Any) -> dict[str, Any]:
    """Read the journal of the incident, the newest first; the text of notes for those who read them."""
    rows = Event.objects.filter(record=incident.pk).select_related("actor", "on_behalf_of").order_by("-at", "-pk")
    if not incident.shows_notes:
        rows = rows.filter(is_public=True)
    events = list(rows[:LINES])
    said = {comment.pk: comment.body for comment in incident.comments.filter(pk__in=_facts(events, "comment"))}
    told = {update.pk: update.text for update in incident.updates.filter(pk__in=_facts(events, "update"))}
    lines = [
        {
            "line": line_of(happening_of(event), record=incident, facts=incident.shows_notes),
            "said": said.get(event.facts.get("comment"), "") or told.get(event.facts.get("update"), ""),
        }
        for event in events
    ]
    return {"lines": lines, "last": max((event.pk for event in events), default=0)}


def _facts(events: list[Event], name: str) -> list[int]:
    return [event.facts[name] for event in events if isinstance(event.facts.get(name), int)]


def owed(incident: Any) -> list[dict[str, Any]]:
    """List what is still owed before it can be closed: the report, the word to the top, the problem."""
    report = MajorIncidentReport.objects.filter(incident=incident.pk).first()
    problem = linked(incident, kind=LinkKind.ESCALATED_TO_PROBLEM)
    return [
        {"label": _("Top management told"), "done": bool(report and report.management_told_at)},
        {"label": _("Service restored"), "done": incident.restored_at is not None},
        {
            "label": _("Report filled"),
            "done": bool(report and all(getattr(report, name).strip() for name in report.OWED)),
        },
        {"label": _("Problem linked"), "done": bool(problem)},
        {"label": _("Review held"), "done": bool(report and report.reviewed_on)},
    ]
