"""Figures that belong to no process of records: the desk at this moment, and promises of all cases together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from itsm.people.models import Person
from itsm.records.figures import Count, Rows, Share, per_head, share
from itsm.records.kpis import Kpi, add_area, dictionary
from itsm.tickets.models import Assignment, Ticket
from sla import attained


def _open() -> Any:
    return Ticket.objects.open().standing()


def late(*, start: datetime, end: datetime) -> Count:
    """Count the open cases past their due time."""
    return Count(Rows(_open().late(at=end)))


def at_risk(*, start: datetime, end: datetime) -> Count:
    """Count the open cases past their warning time and not yet late."""
    return Count(Rows(_open().at_risk(at=end)))


def unassigned(*, start: datetime, end: datetime) -> Count:
    """Count the open cases without anybody."""
    return Count(Rows(_open().unassigned()))


def undecided(*, start: datetime, end: datetime) -> Count:
    """Count the cases that nobody has judged yet."""
    return Count(Rows(_open().undecided()))


def closed_per_agent(*, start: datetime, end: datetime) -> Share:
    """Count the cases closed against the people of the first line."""
    rows = Ticket.objects.filter(closed_at__gte=start, closed_at__lt=end, kind__in=("incident", "service_request"))
    return per_head(Rows(rows), Person.objects.active().filter(grants__role="agent").distinct().count())


def accepted_in_time(*, start: datetime, end: datetime) -> Share:
    """Count the hand-overs that a team accepted before it passed them on or ended them, of those that ended in the period."""
    rows = Assignment.objects.filter(done_at__gte=start, done_at__lt=end)
    return share(Rows(rows.exclude(accepted_at=None), "ticket", team="team"), Rows(rows, "ticket", team="team"))


def response(*, start: datetime, end: datetime) -> Share:
    """Count the first responses in time, of all cases closed in the period."""
    return attained.attainment("response", start=start, end=end)


def resolution(*, start: datetime, end: datetime) -> Share:
    """Count the resolutions in time, of all cases closed in the period."""
    return attained.attainment("resolution", start=start, end=end)


def fulfilment(*, start: datetime, end: datetime) -> Share:
    """Count the fulfilments in time, of all cases closed in the period."""
    return attained.attainment("fulfilment", start=start, end=end)


def acceptance(*, start: datetime, end: datetime) -> Share:
    """Count the hand-overs that teams accepted in the time they promise each other."""
    return attained.between_teams("acceptance", start=start, end=end)


def handling(*, start: datetime, end: datetime) -> Share:
    """Count the stays with teams that ended in the time they promise each other."""
    return attained.between_teams("handling", start=start, end=end)


DESK = dictionary(
    "incident_manager",
    Kpi(late, _("Late"), _("open and past the due time"), "count", "now", "down"),
    Kpi(at_risk, _("At risk"), _("open, past the warning time and not late"), "count", "now", "down"),
    Kpi(unassigned, _("Unassigned"), _("open and given to nobody"), "count", "now", "down"),
    Kpi(undecided, _("Not judged"), _("received and not judged yet"), "count", "now", "down"),
    Kpi(closed_per_agent, _("Closed for 100 agents"), _("incidents and requests closed ÷ people of the first line × 100"), "per_100",
        "closed", "up"),
    Kpi(accepted_in_time, _("Hand-overs accepted"), _("stays with a team that it accepted ÷ stays that ended"), "share", "happened", "up"),
)  # fmt: skip
LEVELS = dictionary(
    "slm",
    Kpi(response, _("First responses in time"), _("within target ÷ (within + missed), all cases"), "share", "closed", "up"),
    Kpi(resolution, _("Resolutions in time"), _("within target ÷ (within + missed), all cases"), "share", "closed", "up"),
    Kpi(fulfilment, _("Fulfilments in time"), _("within target ÷ (within + missed), all cases"), "share", "closed", "up"),
    Kpi(acceptance, _("Hand-overs accepted in time (OLA)"), _("accepted within target ÷ (within + missed)"), "share", "happened", "up"),
    Kpi(handling, _("Work of teams in time (OLA)"), _("stays within target ÷ (within + missed)"), "share", "happened", "up"),
)  # fmt: skip


def register() -> None:
    """Register them."""
    add_area("desk", DESK)
    add_area("sla", LEVELS)
