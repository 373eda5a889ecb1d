"""The quality of agents' work: complaints and survey answers about their cases, and what came back to them.

Only cases and complaints that the reader may see are counted, so every number has just the rows that the reader can open.
A case belongs to who has it now, or had it last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Person, Team
from itsm.records import kpis
from itsm.records.figures import Rows
from itsm.records.models import Event, Link, LinkKind
from itsm.reporting.asked import NONE, NOTHING, Asked
from itsm.tickets.models import Ticket
from relationships import survey_access
from relationships.survey_figures import SATISFIED, SMALL
from relationships.survey_models import Answer, SurveyResponse
from relationships.survey_querysets import ANSWERED

#: Who looks after the work of all: the owner of the desk's process, the relationship manager, the management representative.
LEADS_ALL = frozenset({"incident_manager", "brm", "management_rep"})
#: What can be listed, by its name in addresses.
MEASURES = {
    "resolved": _("Resolved"),
    "complaints": _("Complaints"),
    "answers": _("Survey answers"),
    "marks": _("Marks"),
    "satisfied": _("Satisfied"),
    "reopened": _("Reopened"),
    "rejected": _("Solution rejected"),
}
#: Of these the rows tell what single people answered.
TELLS = frozenset({"marks", "satisfied"})
#: The moves by which an incident or a request came back.
CAME_BACK = {"reopened": ("reopen",), "rejected": ("reject_resolution", "confirm_not_done")}
CASES = ("incident", "service_request")


def leads(person: Person) -> bool:
    """Tell whether ``person`` sees the quality of somebody's work: of all, or of the teams that the person leads."""
    return bool(person.role_codes & LEADS_ALL) or (person.is_worker and person.leads_a_team)


def led_teams(person: Person) -> Any:
    """Give the teams whose lead the person is."""
    return Team.objects.active().filter(lead=person.pk)


def reads_marks(person: Person) -> bool:
    """Tell whether ``person`` may know what single people answered."""
    return survey_access.reads_answers(person)


@dataclass(frozen=True)
class Quality:
    """What came of somebody's cases. ``marks`` counts the answers on the scale, ``points`` adds them up."""

    resolved: int = 0
    complaints: int = 0
    answers: int = 0
    marks: int = 0
    points: int = 0
    satisfied: int = 0
    reopened: int = 0
    rejected: int = 0

    def __add__(self, other: Quality) -> Quality:
        """Take both together."""
        return Quality(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Quality)))

    @property
    def few(self) -> bool:
        """Tell whether the marks are few samples."""
        return 0 < self.marks < kpis.FEW

    def hides_marks(self, person: Person) -> bool:
        """Tell whether so few answered that a mean would say what single people answered."""
        return 0 < self.answers < SMALL and not reads_marks(person)


@dataclass(frozen=True)
class Look:
    """Whose work is looked at, over which time and by whom.

    ``agent`` None is everybody's, NOTHING that of nobody; ``username`` is how an address says it.
    """

    person: Person
    asked: Asked
    agent: int | None = None
    username: str = ""
    name: str = ""

    def rows(self, measure: str) -> Rows:
        """Give the rows behind a number of ``MEASURES``."""
        if measure in CAME_BACK:
            return self._came_back(*CAME_BACK[measure])
        if measure == "satisfied":
            return self._marks(least=SATISFIED)
        found: Rows = {
            "resolved": self._resolved, "complaints": self._complaints, "answers": self._answers, "marks": self._marks,
        }[measure]()  # fmt: skip
        return found

    def cases(self) -> Any:
        """Give the cases whose quality the person may look at, narrowed as asked."""
        rows = Ticket.objects.visible_to(self.person)
        if not self.person.role_codes & LEADS_ALL:
            rows = rows.filter(team__in=led_teams(self.person).values("pk"))
        for column, one in (("service", self.asked.service), ("team", self.asked.team)):
            rows = rows.filter(**{column: one.pk or None}) if one else rows
        if self.asked.priority:
            rows = rows.filter(priority=None if self.asked.priority == NOTHING else self.asked.priority)
        if self.agent is not None:
            rows = rows.filter(assignee=None if self.agent == NOTHING else self.agent)
        return rows.order_by().values("pk")

    def _resolved(self) -> Rows:
        rows = Ticket.objects.filter(kind__in=CASES, resolved_at__gte=self.asked.start, resolved_at__lt=self.asked.end)
        return _ticket_rows(rows.filter(pk__in=self.cases()), "pk")

    def _complaints(self) -> Rows:
        received = Q(source__ticket__received_at__gte=self.asked.start, source__ticket__received_at__lt=self.asked.end)
        seen = Ticket.objects.visible_to(self.person).filter(kind="complaint").exclude(state="withdrawn")
        rows = Link.objects.filter(received, kind=LinkKind.ABOUT, source__in=seen.values("pk"), target__in=self.cases())
        return _ticket_rows(rows, "target", listed="source")

    def _answers(self) -> Rows:
        rows = SurveyResponse.objects.filter(self._about(""), self._came_in(""))
        return _ticket_rows(rows, "links_out__target")

    def _marks(self, *, least: int = 0) -> Rows:
        given = Q(question__kind="scale", value__gte=least)
        rows = Answer.objects.filter(given, self._about("response__"), self._came_in("response__"))
        return _ticket_rows(rows, "response__links_out__target", amount="value")

    def _about(self, path: str) -> Q:
        return Q(**{f"{path}links_out__kind": LinkKind.ABOUT, f"{path}links_out__target__in": self.cases()})

    def _came_in(self, path: str) -> Q:
        """Choose answers of the period; an anonymous one belongs to no case, whatever a link says."""
        since, until = localdate(self.asked.start), self.asked.until
        return Q(**{
            f"{path}state__in": ANSWERED, f"{path}anonymous": False, f"{path}submitted_on__gte": since,
            f"{path}submitted_on__lt": until,
        })  # fmt: skip

    def _came_back(self, *names: str) -> Rows:
        rows = Event.objects.moves().filter(
            name__in=names, record__kind__in=CASES, at__gte=self.asked.start, at__lt=self.asked.end,
            record__in=self.cases(),
        )  # fmt: skip
        return _ticket_rows(rows, "record")


def _ticket_rows(rows: Any, case: str, *, listed: str = "", amount: str = "") -> Rows:
    """Name in each row its case with who has it, and what is listed of it: the case unless ``listed`` says otherwise."""
    whose = "" if case == "pk" else f"{case}__ticket__"
    found = rows.annotate(
        its_case=F(listed or case), its_agent=F(f"{whose}assignee"), its_team=F(f"{whose}team"),
    )  # fmt: skip
    return Rows(found, "its_case", amount, kind="ticket")


#: The quality by agent and team; 0 is nobody, and no team.
Found = dict[tuple[int, int], Quality]


def collect(look: Look) -> Found:
    """Count everything by agent and team, one statement for each measure."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for measure in MEASURES:
        rows = look.rows(measure)
        sums: dict[str, Any] = {measure: Count("pk")}
        if measure == "marks":
            sums["points"] = Sum("value")
        for row in rows.found.order_by().values("its_agent", "its_team").annotate(**sums):
            place = (row.pop("its_agent") or 0, row.pop("its_team") or 0)
            found.setdefault(place, {}).update(row)
    return {place: Quality(**numbers) for place, numbers in found.items()}


def together(found: Iterable[Quality]) -> Quality:
    """Add up."""
    return sum(found, Quality())


def read(given: Mapping[str, str], asked: Asked, *, person: Person) -> Look:
    """Read from an address whose work is looked at.

    :raises Http404: if there is no such agent
    """
    username = given.get("agent", "").replace("\x00", "").strip()[:80]
    if not username:
        return Look(person, asked)
    if username == NONE:
        return Look(person, asked, NOTHING, NONE, gettext("Nobody"))
    found = Person.objects.filter(username=username).values_list("pk", "name").first()
    if found is None:
        raise Http404(gettext("There is no such agent."))
    return Look(person, asked, found[0], username, found[1])


def open_to(person: Person, measure: str) -> str:
    """Name the rows that ``person`` may open in place of ``measure``: without knowing marks, the cases answered about."""
    return "answers" if measure in TELLS and not reads_marks(person) else measure
