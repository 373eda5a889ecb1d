"""Acts on rows of a list without leaving it: take, assign, grade, next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk import tables
from itsm.desk.access import for_workers
from itsm.desk.queue.answers import tell
from itsm.desk.queue.counts import forget_counts
from itsm.desk.record.offered import choices_of
from itsm.people.models import Person as People
from itsm.people.models import Team
from itsm.records.refusals import Refusal
from itsm.tickets import assignments
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import dialog, done, is_htmx, way_back

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 100
GRADES = ("regrade", "classify", "judge_as_request")
#: Refusals that are said in one line; more of them are listed.
MOST_IN_A_LINE = 5


@dataclass(frozen=True)
class Pick:
    """A row that was ticked or in focus: its number and the version that was seen; None accepts any."""

    number: str
    version: int | None = None


def written(pick: Pick) -> str:
    """Write a pick as the boxes of a list do."""
    return f"{pick.number}:{'' if pick.version is None else pick.version}"


@dataclass
class Outcome:
    """What became of each row."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def picks(request: HttpRequest) -> list[Pick]:
    """Read the chosen rows, at most a hundred."""
    source = request.POST if request.method == "POST" else request.GET
    found = []
    for raw in source.getlist("pick")[:MOST]:
        number, _colon, version = raw.partition(":")
        if number:
            found.append(
                Pick(
                    number[:32],
                    int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None,
                )
            )
    return found


def each(chosen: list[Pick], act: Callable[[Any, int | None], Any], *, person: Person) -> Outcome:
    """Do ``act`` to each chosen case in a transaction of its own; what is refused is kept with its sentence."""
    outcome = Outcome()
    for pick in chosen:
        try:
            act(find_case(pick.number, person=person, related=("team",)), pick.version)
        except Http404:
            outcome.refused[pick.number] = _("There is no case with this number.")
        except Refusal as refusal:
            outcome.refused[pick.number] = " ".join(dict.fromkeys(refusal.reasons))
        else:
            outcome.done.append(pick.number)
    return outcome


@require_POST
@for_workers
def take(request: HttpRequest) -> HttpResponse:
    """Assign the chosen cases to whoever asks."""
    from itsm.desk.queue import undoing

    person: Any = request.user
    chosen = picks(request)
    if not chosen:
        return nothing_chosen(request)
    outcome, undo = undoing.hand_over(
        chosen, lambda case, version: assignments.take(case, by=person, version=version), person=person
    )
    say = ngettext("%(what)s is yours now.", "%(count)s cases are yours now.", len(outcome.done))
    return answer(request, outcome, say % {"what": "".join(outcome.done[:1]), "count": len(outcome.done)}, undo=undo)


@require_http_methods(["GET", "POST"])
@for_workers
def assign(request: HttpRequest) -> HttpResponse:
    """Choose a team, or a team and somebody of it, for the chosen cases."""
    from itsm.desk.queue import undoing

    person: Any = request.user
    chosen = picks(request)
    if not chosen:
        return nothing_chosen(request)
    to = read_holder(request.POST.get("to", "")) if request.method == "POST" else None
    if to is None:
        return _ask_holder(request, chosen, wrong=request.method == "POST")
    team, assignee = to
    outcome, undo = undoing.hand_over(
        chosen,
        lambda case, version: assignments.assign(case, by=person, team=team, assignee=assignee, version=version),
        person=person,
    )
    whom = " · ".join(str(part) for part in to if part)
    say = ngettext("%(what)s goes to %(whom)s.", "%(count)s cases go to %(whom)s.", len(outcome.done))
    return answer(
        request, outcome, say % {"what": "".join(outcome.done[:1]), "count": len(outcome.done), "whom": whom}, undo=undo
    )


def read_holder(raw: str) -> tuple[Team, People | None] | None:
    """Read ``team`` or ``team.person``; None when it names nobody who may be chosen."""
    team_key, _dot, person_key = raw.partition(".")
    listed = {str(pk): {str(member) for member in tables.members().get(pk, [])} for pk in tables.teams()}
    if team_key not in listed or (person_key and person_key not in listed[team_key]):
        return None
    team = Team.objects.active().filter(pk=int(team_key)).first()
    assignee = People.objects.active().filter(pk=int(person_key)).first() if person_key else None
    return (team, assignee) if team is not None else None


def holders() -> list[dict[str, Any]]:
    """List every team with its members, for the one list box that says who gets a case."""
    staff = tables.staff()
    return [
        {
            "pk": team.pk,
            "name": team.name,
            "tier": team.tier,
            "people": [staff[pk] for pk in tables.members().get(team.pk, []) if pk in staff],
        }
        for team in tables.teams().values()
    ]


def _ask_holder(request: HttpRequest, chosen: list[Pick], *, wrong: bool) -> HttpResponse:
    context = {
        "title": _("Assign"), "picks": [written(pick) for pick in chosen],
        "numbers": [pick.number for pick in chosen], "holders": holders(), "wrong": wrong, "next": way_back(request, reverse("desk:home")),
        "htmx": is_htmx(request),
    }  # fmt: skip
    return dialog(request, "desk/assign.html", context, status=422 if wrong else 200)


@require_safe
@for_workers
def grade(request: HttpRequest) -> HttpResponse:
    """Lead to the step that grades the chosen case in its present state; of several, to the one that most of them offer."""
    from itsm.desk.queue import many

    chosen = picks(request)
    return many.lead(request, chosen, GRADES) if len(chosen) > 1 else _to_step(request, GRADES)


@require_safe
@for_workers
def steps(request: HttpRequest) -> HttpResponse:
    """List the next steps of the chosen case, closed ones with the reason; of several, those that any of them offers."""
    from itsm.desk.queue import many

    person: Any = request.user
    chosen = picks(request)
    if not chosen:
        return nothing_chosen(request)
    if len(chosen) > 1:
        return many.choose(request, chosen)
    case = find_case(chosen[0].number, person=person)
    context = {
        "title": _("Next step"), "record": case, "back": way_back(request, page_of(case)), "next": way_back(request, page_of(case)),
        "choices": choices_of(case, person=person, at=timezone.now()), "htmx": is_htmx(request),
    }  # fmt: skip
    return dialog(request, "desk/steps.html", context)


def _to_step(request: HttpRequest, names: tuple[str, ...]) -> HttpResponse:
    person: Any = request.user
    chosen = picks(request)
    if not chosen:
        return nothing_chosen(request)
    case = find_case(chosen[0].number, person=person)
    offered = {offer.name for offer in choices_of(case, person=person, at=timezone.now()).all}
    name = next((name for name in names if name in offered), "")
    if not name:
        return refuse(request, _("%(number)s cannot be graded now, or not by you.") % {"number": case.number})
    back = way_back(request, page_of(case))
    return HttpResponseRedirect(reverse("record:transition", args=[case.number, name]) + f"?next={back}")


def nothing_chosen(request: HttpRequest) -> HttpResponse:
    """Say that a row must be chosen first."""
    return refuse(request, _("Choose a case first: move to it with j and k, or tick it."))


def refuse(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say why nothing was done, and stay."""
    if is_htmx(request):
        return tell(HttpResponse(status=204), sentence, tone="danger")
    return done(request, way_back(request, reverse("desk:home")), warn=sentence)


def answer(request: HttpRequest, outcome: Outcome, say: str, *, undo: str = "") -> HttpResponse:
    """Say what became of the rows, and let the list fetch them anew; many refusals are a list of their own.

    ``undo`` is the address that takes back what was done; it leads back to the list, filtered as it was.
    """
    person: Any = request.user
    forget_counts(person)
    if undo:
        undo = f"{undo}&{urlencode({'next': way_back(request, reverse('desk:home'))})}"
    if len(outcome.refused) > MOST_IN_A_LINE:
        return _list_refused(request, outcome, say, undo)
    refused = " ".join(f"{number}: {sentence}" for number, sentence in outcome.refused.items())
    if not is_htmx(request):
        told = format_html('{} <a href="{}">{}</a>', say, undo, _("Undo")) if undo else say
        return done(request, way_back(request, reverse("desk:home")), say=told if outcome.done else "", warn=refused)
    text = " ".join(part for part in (say if outcome.done else "", refused) if part)
    tone = "danger" if refused else "done"
    return tell(HttpResponse(status=204), text, tone=tone, rows=True, peek=True, undo=undo)


def _list_refused(request: HttpRequest, outcome: Outcome, say: str, undo: str) -> HttpResponse:
    """Show every case that stayed, each with its sentence, and what was done to the others."""
    count = len(outcome.refused)
    context = {
        "title": ngettext("%(count)s case stays as it was", "%(count)s cases stay as they were", count) % {"count": count},
        "say": say if outcome.done else "", "refused": outcome.refused, "htmx": is_htmx(request),
        "next": way_back(request, reverse("desk:home")), "undo": undo,
    }  # fmt: skip
    listed = dialog(request, "desk/many_refused.html", context)
    listed.headers["HX-Retarget"], listed.headers["HX-Reswap"] = (
        "#dialogs",
        "innerHTML",
    )  # a button of the list swaps nothing by itself
    return tell(listed, "", rows=True, peek=True)
