"""The queues that everybody has: a name, an address and what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.desk.queue.facets import OPEN_PHASES

READERS = frozenset({
    "agent", "engineer", "incident_manager", "problem_manager", "problem_handler", "change_manager", "release_manager",
    "config_manager", "slm",
    "service_owner", "brm", "auditor", "management_rep",
})  # fmt: skip
#: Who is given cases of one process or another, and acts on many at once.
WORKERS = frozenset({
    "agent", "engineer", "incident_manager", "problem_manager", "problem_handler", "change_manager", "change_implementer",
    "release_manager", "release_implementer", "brm",
})  # fmt: skip
DESK = frozenset({"agent", "incident_manager"})
#: Processes whose new cases the desk judges.
JUDGED = ("incident", "service_request")


@dataclass(frozen=True)
class Place:
    """A queue of the product: ``values`` are facets that hold while the address does not say otherwise."""

    slug: str
    title: str | Promise
    values: Mapping[str, str] = field(default_factory=dict)
    icon: str = "queue"
    key: str = ""
    roles: frozenset[str] = READERS
    section: str = "desk"
    order: int = 50
    counted: bool = False
    done: str | Promise = ""
    tier: int = 0
    kinds: tuple[str, ...] = ()
    sort: str = ""

    @property
    def phase(self) -> str:
        """The phase that holds unless the address names one."""
        return self.values.get("phase", "open")


PLACES: dict[str, Place] = {
    place.slug: place
    for place in (
        Place(
            "mine", _("My cases"), {"assignee": "me"}, "person", "g q", WORKERS, order=20, counted=True,
            done=_("You have no open case."),
        ),
        Place(
            "unassigned", _("Unassigned"), {"assignee": "none"}, "inbox", "g u", order=30, counted=True,
            done=_("Every case has somebody."),
        ),
        Place("team", _("My teams"), {"team": "mine"}, "people", "g t", WORKERS, order=40, counted=True),
        Place("second-line", _("Second line"), {}, "flow", "g 2", order=50, counted=True, tier=2),
        Place("at-risk", _("At risk"), {"clock": "risk"}, "triangle", order=60, counted=True, done=_("No clock is near its end.")),
        Place("late", _("Late"), {"clock": "late"}, "bang", order=65, counted=True, done=_("No case is late.")),
        Place("waiting", _("Waiting"), {"phase": "waiting"}, "pause", order=70),
        Place("undecided", _("To judge"), {"phase": "new"}, "diamond", roles=frozenset(), section="", kinds=JUDGED),
        Place("all", _("All open cases"), {}, "queue", "g a", order=80),
        Place("done", _("Done"), {"phase": "done"}, "check", roles=frozenset(), section=""),
        Place("incidents", _("Incidents"), {"kind": "incident"}, "bolt", "g i", section="processes", order=10),
        Place("requests", _("Service requests"), {"kind": "service_request"}, "hand", "g r", section="processes", order=20),
        Place("problems", _("Problems"), {"kind": "problem"}, "bug", section="", roles=frozenset()),
    )
}  # fmt: skip
assert all(place.phase in (*OPEN_PHASES, "open", "done") for place in PLACES.values())
