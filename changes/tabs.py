"""The pages of one change, and the head that they share."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from changes.flow import CHANGE
from itsm.tickets.finding import find_case, page_of, process_numbered
from sla.clocks import chip

if TYPE_CHECKING:
    from itsm.people.models import Person

RELATED = (
    "requester",
    "requested_for",
    "service",
    "team",
    "assignee",
    "hold_reason",
    "implementer",
    "authoriser",
    "template",
)


def load(number: str, *, person: Person) -> Any:
    """Find a change for one of its further pages, which are for those who work on it.

    :raises Http404: if there is none, or ``person`` may not know of it or only asked for it at the portal
    """
    nothing = _("There is no case with this number.")
    if process_numbered(number).key != "change":
        raise Http404(nothing)
    change = find_case(number, person=person, related=RELATED)
    if not change.is_worked:
        raise Http404(nothing)
    return change


def tabs(change: Any, current: str) -> list[dict[str, Any]]:
    """List the pages of a change."""
    number = change.number
    rows = [
        ("talk", _("Request"), page_of(change)),
        ("impact", _("Risk and impact"), reverse("changes:impact", args=[number])),
        ("approvals", _("Approvals"), reverse("changes:approvals", args=[number])),
        ("run", _("Plan"), reverse("changes:run", args=[number])),
        ("review", _("Review"), reverse("changes:review", args=[number])),
        ("flow", _("Flow"), reverse("record:flow", args=["changes", number])),
        ("clocks", _("Clocks"), reverse("record:clocks", args=[number])),
        ("history", _("History"), reverse("record:history", args=[number])),
    ]
    return [
        {"name": name, "label": label, "url": url, "count": None, "current": name == current}
        for name, label, url in rows
    ]


def head(change: Any, *, tab: str, at: datetime) -> dict[str, Any]:
    """Give what the head of each page of a change shows."""
    return {
        "record": change,
        "state": CHANGE.states[change.state],
        "majority": None,
        "clock": chip(change, at=at),
        "tabs": tabs(change, tab),
        "case_page": page_of(change),
        "at": at,
    }
