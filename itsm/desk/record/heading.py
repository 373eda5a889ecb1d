"""The head of a case and its tabs, the same on each of its pages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.flow import Flow
from itsm.records import register
from itsm.tickets.finding import find_case, page_of
from sla.clocks import chip

if TYPE_CHECKING:
    from itsm.people.models import Person

RELATED = ("requester", "service", "team", "assignee", "hold_reason", "merged_into")


def load(number: str, *, person: Person) -> Any:
    """Find the case for one of its further pages, which are for those who work on it.

    :raises Http404: if there is none, or ``person`` may not know of it
    """
    return find_case(number, person=person, related=RELATED)


def context(case: Any, *, tab: str, at: datetime) -> dict[str, Any]:
    """Give the head: state, clock, tabs."""
    process = register.process_of(case)
    return {
        "record": case,
        "process": process,
        "state": process.flow.states[case.state],
        "majority": majority(case),
        "graded": graded(process.flow),
        "clock": chip(case, at=at),
        "tabs": tabs(case, tab),
        "case_page": page_of(case),
    }


def graded(flow: Flow) -> bool:
    """Tell whether the machine grades its records by urgency; others have no priority to show."""
    return any(item.name == "urgency" for step in flow.transitions.values() for item in step.inputs)


def majority(case: Any) -> Any:
    """Give the state of the major incident when it is or was proposed as one."""
    status = getattr(case, "major_status", "none")
    return case.flows[1].states[status] if status not in ("none", "demoted") else None


def tabs(case: Any, current: str, *, talk: int | None = None) -> list[dict[str, Any]]:
    """List the pages of a case."""
    process = register.process_of(case)
    if process.tabs is not None:
        return process.tabs(case, current)
    rows = [("talk", _("Conversation"), page_of(case), talk)]
    if process.flow.chart is not None:
        rows.append(("flow", _("Flow"), reverse("record:flow", args=[process.section, case.number]), None))
    rows.append(("clocks", _("Clocks"), reverse("record:clocks", args=[case.number]), None))
    rows.append(("history", _("History"), reverse("record:history", args=[case.number]), None))
    return [
        {"name": name, "label": label, "url": url, "count": count, "current": name == current}
        for name, label, url, count in rows
    ]
