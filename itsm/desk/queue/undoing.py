"""Giving cases back to whoever held them before they were taken or assigned from a list: within half an hour, unless they moved on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from itsm.desk.access import for_workers
from itsm.desk.queue import acts
from itsm.desk.queue.acts import Outcome, Pick
from itsm.people.models import Person as People
from itsm.people.models import Team
from itsm.records.undoing import LASTS
from itsm.tickets import assignments
from itsm.ui.answers import dialog, is_htmx, way_back

if TYPE_CHECKING:
    from itsm.people.models import Person

SALT = "desk.queue.undo"


@dataclass(frozen=True)
class Former:
    """Who held a case before, and the version that the hand-over made."""

    number: str
    version: int
    team: int | None
    assignee: int | None


def hand_over(chosen: list[Pick], give: Callable[[Any, int | None], Any], *, person: Person) -> tuple[Outcome, str]:
    """Hand each chosen case over; gives what became of each, and the address that takes it back (none if nothing was done)."""
    former: list[Former] = []

    def once(case: Any, version: int | None) -> None:
        held = (case.version, case.team_id, case.assignee_id)
        made = give(case, version)
        if made.version == held[0] + 1:  # nobody came between reading and handing over
            former.append(Former(case.number, made.version, *held[1:]))

    outcome = acts.each(chosen, once, person=person)
    return outcome, _address(former, person) if former else ""


def _address(former: list[Former], person: Person) -> str:
    what = signing.dumps({"by": person.pk, "rows": [astuple(row) for row in former]}, salt=SALT, compress=True)
    return f"{reverse('desk:undo')}?{urlencode({'what': what})}"


def read(what: str, person: Person) -> list[Former]:
    """Read what is to be taken back; nothing where it is too late, altered, or another's."""
    try:
        kept = signing.loads(what, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return []
    return [Former(*row) for row in kept["rows"]] if kept["by"] == person.pk else []


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def undo(request: HttpRequest) -> HttpResponse:
    """Ask whether the cases go back, or give them back; one that moved on since stays, with its sentence."""
    person: Any = request.user
    what = str((request.POST if request.method == "POST" else request.GET).get("what", ""))
    rows = read(what, person)
    if not rows:
        return acts.refuse(
            request, _("This cannot be undone any more: half an hour has passed, or it was not your act.")
        )
    if request.method != "POST":
        context = {
            "title": _("Undo"), "numbers": [row.number for row in rows], "what": what, "htmx": is_htmx(request),
            "next": way_back(request, reverse("desk:home")),
        }  # fmt: skip
        return dialog(request, "desk/undo.html", context)
    outcome = _give_back(rows, person)
    say = ngettext("%(what)s is back where it was.", "%(count)s cases are back where they were.", len(outcome.done))
    return acts.answer(request, outcome, say % {"what": "".join(outcome.done[:1]), "count": len(outcome.done)})


def _give_back(rows: list[Former], person: Person) -> Outcome:
    known = {row.number: row for row in rows}
    teams = Team.objects.active().in_bulk([row.team for row in rows if row.team])
    people = People.objects.active().in_bulk([row.assignee for row in rows if row.assignee])

    def back(case: Any, version: int | None) -> None:
        row = known[case.number]
        team, assignee = teams.get(row.team or 0), people.get(row.assignee or 0)
        assignments.assign(case, by=person, team=team, assignee=assignee, version=version)

    return acts.each([Pick(row.number, row.version) for row in rows], back, person=person)
