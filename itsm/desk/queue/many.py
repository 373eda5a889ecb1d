"""One step for several chosen cases: asked once, taken case by case under the rules of one, with what was refused said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from itsm.desk.access import for_workers
from itsm.desk.queue import acts
from itsm.desk.queue.acts import Outcome, Pick
from itsm.desk.record.answering import AskForm, with_finders
from itsm.flow import Move, Transition
from itsm.records.perform import Offer, admit, objections, offers, perform
from itsm.records.refusals import Refusal, Stale
from itsm.tickets.finding import find_case
from itsm.tickets.forms import initial_of
from itsm.tickets.inputs import clean_inputs
from itsm.ui.answers import dialog, is_htmx, way_back

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass
class Step:
    """A step that at least one of the chosen cases offers: for how many it is open, and what closes it for others."""

    offer: Offer
    open: int
    closed: dict[str, str]


class ManyForm(AskForm):
    """The inputs of a step for many: nothing is filled in, and what is left empty stays as each case has it."""

    def __init__(self, case: Any, row: Transition, person: Any, data: Any = None) -> None:
        """Make one empty field per input."""
        super().__init__(case, row.inputs, person, data, name="many")
        for item in row.inputs:
            field = self.fields[item.name]
            field.initial = None
            field.required = field.required and not item.initial

    def clean(self) -> dict[str, Any]:
        """Leave the reading to each case; what is wanted of all alike is asked for by the fields."""
        return self.cleaned_data


def found(chosen: list[Pick], person: Person) -> list[Any]:
    """Find the chosen cases that the person may see."""
    cases = []
    for pick in chosen:
        try:
            cases.append(find_case(pick.number, person=person))
        except Http404:
            continue
    return cases


def steps_of(cases: list[Any], *, person: Person) -> list[Step]:
    """List what any of the cases offers, as the flow has it."""
    at, made = timezone.now(), dict[str, Step]()
    for case in cases:
        for offer in offers(case, person=person, at=at):
            step = made.setdefault(offer.name, Step(offer, 0, {}))
            if offer.reasons:
                step.closed[str(case.number)] = offer.reason
            else:
                step.open += 1
    return list(made.values())


def choose(request: HttpRequest, chosen: list[Pick]) -> HttpResponse:
    """Ask which step all chosen cases take."""
    person: Any = request.user
    cases = found(chosen, person)
    if len({case.kind for case in cases}) > 1:
        return acts.refuse(request, _("One step for all needs cases of one process: choose fewer kinds."))
    back = way_back(request, reverse("desk:home"))
    context = {
        "title": _("Next step of %(count)s cases") % {"count": len(cases)}, "rows": steps_of(cases, person=person),
        "query": _query(chosen, back), "back": back, "htmx": is_htmx(request), "count": len(cases),
    }  # fmt: skip
    return dialog(request, "desk/steps_many.html", context)


def lead(request: HttpRequest, chosen: list[Pick], names: tuple[str, ...]) -> HttpResponse:
    """Lead to the one of the named steps that most of the chosen cases can take now."""
    person: Any = request.user
    listed = steps_of(found(chosen, person), person=person)
    open_now = {one.offer.name: one.open for one in listed if one.open and one.offer.name in names}
    if not open_now:
        return acts.refuse(request, _("None of these cases can take this step now, or not by you."))
    name = max(open_now, key=lambda name: (open_now[name], -names.index(name)))
    back = way_back(request, reverse("desk:home"))
    return HttpResponseRedirect(f"{reverse('desk:step_many', args=[name])}?{_query(chosen, back)}")


def _query(chosen: list[Pick], back: str) -> str:
    return urlencode([("pick", acts.written(pick)) for pick in chosen] + [("next", back)])


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def step(request: HttpRequest, name: str) -> HttpResponse:
    """Ask once what the step needs, or let each chosen case take it."""
    person: Any = request.user
    chosen = acts.picks(request)
    if not chosen:
        return acts.nothing_chosen(request)
    known = _first(chosen, name, person)
    if known is None:
        return acts.refuse(request, _("None of these cases can take this step now, or not by you."))
    first, row = known
    form = ManyForm(first, row, person, request.POST if request.method == "POST" else None)
    refused: dict[str, str] = {}
    if form.is_bound and form.is_valid():
        outcome = acts.each(chosen, lambda case, version: _take(case, name, version, request, person), person=person)
        if outcome.done:
            return acts.answer(request, outcome, _said(outcome, row))
        refused = outcome.refused
    return _ask(request, form, row, chosen, refused)


def _first(chosen: list[Pick], name: str, person: Person) -> tuple[Any, Transition] | None:
    """Give the first of the cases that can take the step, with the step; None where none can."""
    for case in found(chosen, person):
        try:
            return case, admit(case, name, by=person)
        except Refusal:
            continue
    return None


def _take(case: Any, name: str, version: int | None, request: HttpRequest, person: Person) -> None:
    """Let one case take the step, with what was typed, and else with what it holds.

    :raises Refusal: if it may not
    """
    row = admit(case, name, by=person)
    held = {item.name: initial_of(item, record=case, person=person) for item in row.inputs if item.initial}
    typed = {item.name: request.POST.get(item.name) for item in row.inputs}
    given = {key: value if value not in (None, "") else held.get(key) for key, value in typed.items()}
    perform(case, name, by=person, version=version, **clean_inputs(case, row, given, person))


def _said(outcome: Outcome, row: Transition) -> str:
    words = {"what": "".join(outcome.done[:1]), "count": len(outcome.done), "step": row.label}
    return ngettext("%(what)s: %(step)s.", "%(count)s cases: %(step)s.", len(outcome.done)) % words


def _judged(chosen: list[Pick], name: str, person: Person) -> tuple[int, dict[str, str]]:
    """Count the chosen cases for which the step is open, and give for each of the others the sentence that closes it."""
    at, open_now, closed = timezone.now(), 0, {}
    for pick in chosen:
        if sentence := _objection(pick, name, person, at):
            closed[pick.number] = sentence
        else:
            open_now += 1
    return open_now, closed


def _objection(pick: Pick, name: str, person: Person, at: datetime) -> str:
    """Say what would refuse the step to this case now; empty where nothing does before anything is typed."""
    try:
        case = find_case(pick.number, person=person)
        row = admit(case, name, by=person)
    except Http404:
        return _("There is no case with this number.")
    except Refusal as refusal:
        return " ".join(dict.fromkeys(refusal.reasons))
    if pick.version not in (None, case.version):
        return str(Stale())
    return " ".join(objections(case, row, move=Move(name, person, at), offering=True))


def _ask(
    request: HttpRequest, form: ManyForm, row: Transition, chosen: list[Pick], refused: dict[str, str]
) -> HttpResponse:
    person: Any = request.user
    with_finders(form, form.case)
    open_now, closed = _judged(chosen, row.name, person)
    context = {
        "title": row.label, "form": form, "picks": [acts.written(pick) for pick in chosen], "danger": row.danger,
        "next": way_back(request, reverse("desk:home")), "htmx": is_htmx(request), "open": open_now,
        "closed": refused or closed, "was_refused": bool(refused), "name": row.name,
    }  # fmt: skip
    return dialog(request, "desk/step_many.html", context, status=422 if form.is_bound else 200)
