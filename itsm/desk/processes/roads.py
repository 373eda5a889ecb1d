"""Which links lead from process to process, in which direction they are read, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.records import register
from itsm.records.finding import plain_processes
from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The processes on the map: column and row.
PLACES: dict[str, tuple[float, float]] = {
    "survey_campaign": (0, 0), "complaint": (1, 0), "known_error": (2, 0), "service_transition": (3, 0),
    "service_request": (0, 1.25), "incident": (1, 1.25), "problem": (2, 1.25), "change": (3, 1.25), "release": (4, 1.25),
    "supplier_case": (1, 2.4), "ci": (2.6, 2.4),
}  # fmt: skip


@dataclass(frozen=True)
class RoadKind:
    """One kind of link between two processes; ``turned`` when it is read from the link's target to its source.

    ``ends`` are the kinds of records at the link's source and target; the map draws the records of a survey at the survey.
    """

    name: str
    link: LinkKind
    ends: tuple[str, str]
    label: str | Promise
    turned: bool = False
    bend: float = 0.0
    at: float = 0.5
    stands_at: tuple[str, str] | None = None

    @property
    def way(self) -> tuple[str, str]:
        """Give the processes from which and to which it is read."""
        source, target = self.stands_at or self.ends
        return (target, source) if self.turned else (source, target)


ROADS = tuple(
    RoadKind(*row[:4], **(row[4] if len(row) > 4 else {}))
    for row in (
        ("request-incident", LinkKind.RECLASSIFIED_TO, ("service_request", "incident"), _("is an incident"), {"bend": -16}),
        ("incident-request", LinkKind.RECLASSIFIED_TO, ("incident", "service_request"), _("is a request"), {"bend": -16}),
        ("incident-problem", LinkKind.ESCALATED_TO_PROBLEM, ("incident", "problem"), _("has the cause"), {"bend": -16}),
        ("incident-is-problem", LinkKind.RECLASSIFIED_TO, ("incident", "problem"), _("is a problem"), {"bend": 18}),
        ("incident-known-error", LinkKind.HAS_KNOWN_ERROR, ("incident", "known_error"), _("known error"), {"bend": -10, "at": 0.84}),
        ("problem-change", LinkKind.FIXES_PROBLEM, ("change", "problem"), _("to be solved"), {"turned": True}),
        ("incident-change", LinkKind.FIXES_INCIDENT, ("change", "incident"), _("to be repaired"), {"turned": True, "bend": 74}),
        ("change-incident", LinkKind.CAUSED_BY_CHANGE, ("incident", "change"), _("has caused"), {"turned": True, "bend": 104}),
        ("request-change", LinkKind.REQUESTED_VIA, ("service_request", "change"), _("ordered"), {"bend": 150, "at": 0.17}),
        ("change-release", LinkKind.IMPLEMENTED_BY, ("change", "release"), _("implemented by"), {}),
        ("change-transition", LinkKind.DESIGNED_BY, ("change", "service_transition"), _("designed by"), {}),
        ("complaint-incident", LinkKind.HANDLES_COMPLAINT, ("complaint", "incident"), _("handled as"), {}),
        ("complaint-request", LinkKind.HANDLES_COMPLAINT, ("complaint", "service_request"), _("handled as"), {}),
        ("complaint-problem", LinkKind.HANDLES_COMPLAINT, ("complaint", "problem"), _("handled as"), {"bend": 12, "at": 0.2}),
        ("complaint-change", LinkKind.HANDLES_COMPLAINT, ("complaint", "change"), _("handled as"), {"bend": -46, "at": 0.62}),
        ("survey-complaint", LinkKind.FROM_SURVEY, ("complaint", "survey_response"), _("low score"),
         {"turned": True, "stands_at": ("complaint", "survey_campaign")}),
        ("incident-supplier", LinkKind.SUPPLIER_CASE, ("incident", "supplier_case"), _("waits for"), {}),
        ("problem-supplier", LinkKind.SUPPLIER_CASE, ("problem", "supplier_case"), _("waits for"), {"bend": 12}),
        ("incident-ci", LinkKind.AFFECTS, ("incident", "ci"), _("affects"), {"bend": 10, "at": 0.62}),
        ("problem-ci", LinkKind.AFFECTS, ("problem", "ci"), _("affects"), {}),
        ("change-ci", LinkKind.AFFECTS, ("change", "ci"), _("affects"), {}),
        ("release-ci", LinkKind.AFFECTS, ("release", "ci"), _("affects"), {"bend": -10}),
    )
)  # fmt: skip


def of_roads() -> list[RoadKind]:
    """List the roads whose both processes are registered."""
    known = {process.key for process in register.processes()}
    return [road for road in ROADS if set(road.ends) | set(road.way) <= known]


def links(person: Person) -> QuerySet[Link]:
    """Give the links of roads whose both ends ``person`` may know of."""
    sources, targets = ({road.ends[place] for road in ROADS} for place in (0, 1))
    return Link.objects.filter(_known("source", sources, person=person), _known("target", targets, person=person))


def _known(end: str, kinds: set[str], *, person: Person) -> Q:
    """Give the condition that ``person`` may know of this end of a link: a case, or another record of ``kinds``."""
    found = Q(**{f"{end}__in": Ticket.objects.visible_to(person).values("pk")})
    for process in plain_processes():
        if process.key in kinds:
            rows = process.model.objects.visible_to(person)
            some = Q(**{f"{end}__in": rows.values("pk")})  # where all may be known, the kind is enough and cheaper
            found |= some if rows.query.where else Q(**{f"{end}__kind": process.key})
    return found


def counted(person: Person) -> dict[tuple[str, str, str], Any]:
    """Count the links by (kind, source's kind, target's kind): all, and those of which a case is still open."""
    rows = links(person).values("kind", "source__kind", "target__kind").order_by()
    found = rows.annotate(all=Count("pk"), open=Count("pk", filter=STILL_OPEN))
    return {(row["kind"], row["source__kind"], row["target__kind"]): row for row in found}


OPEN = ("new", "working", "waiting")
#: What is still open on a way: links of which a case is.
STILL_OPEN = Q(source__ticket__phase__in=OPEN) | Q(target__ticket__phase__in=OPEN)


def named(name: str) -> RoadKind | None:
    """Find a road by its name in the address."""
    return next((road for road in of_roads() if road.name == name), None)


def pairs(road: RoadKind, *, person: Person, before: int | None, most: int, still_open: bool) -> list[Any]:
    """List the newest links of a road, or those before a key; all, or only those that are ``still_open``."""
    rows = links(person).filter(kind=road.link, source__kind=road.ends[0], target__kind=road.ends[1])
    if still_open:
        rows = rows.filter(STILL_OPEN)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("source", "target").order_by("-pk")[:most])
