"""Pages that judge a change: its risk and impact, who decided on it, and the review after it was carried out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changes import (
    access,
    asks,
    blast,
    budgets,
    conflicts,
    customers,
    far,
    outages,
    reviewing,
    scoring,
    services,
    sparing_shown,
    tabs,
)
from changes.board_models import Ballot, CabVote
from changes.conflicts import Conflict
from changes.flow import CHANGE
from changes.material import fingerprint
from changes.models import Change
from changes.seats import conflict_words
from changes.sparing_shown import SparingForm
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import offers
from itsm.records.refusals import Objected, Refusal
from itsm.tickets.edits import edit
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.forms import field_of
from itsm.tickets.inputs import Unfit, read
from itsm.ui.answers import done

#: Moves that decide something, as the page of approvals lists them.
DECISIONS = (
    "submit", "submit_standard", "submit_emergency", "classify_minor", "classify_major", "cab_approve", "cab_defer", "cab_reject",
    "transition_accepted", "transition_rejected", "approve_implementation", "reject_implementation", "reschedule",
    "return_to_requester", "authorize_emergency", "decline_emergency", "extend_window", "close", "withdraw",
)  # fmt: skip
#: Who may decide in each state.
DECIDES = {
    "submitted": ("change_manager",), "assessing": ("change_manager",), "cab_review": ("cab",),
    "implementation_review": ("change_manager",), "emergency_authorization": access.EMERGENCY, "post_review": ("change_manager",),
}  # fmt: skip


@require_safe
def impact(request: HttpRequest, number: str) -> HttpResponse:
    """Show the risk with the origin of each point, and what is affected."""
    return draw_impact(request, tabs.load(number, person=request.user))  # type: ignore[arg-type]  # signed in


def draw_impact(request: HttpRequest, change: Any, *, form: SparingForm | None = None) -> HttpResponse:
    """Draw the page of risk and impact; ``form`` is what was sent and refused."""
    person: Any = request.user
    at = timezone.now()
    found, items = scoring.recent(change, at=at), items_of(change, person)
    touched = outages.services_of(change)
    sparing = sparing_shown.shown(change, person, request.GET.get("spare", ""), form)
    reach = blast.look(items, request.GET.dict(), person=person, spared=sparing["spared"])
    context = tabs.head(change, tab="impact", at=at) | reach | sparing | {
        "rows": scoring.rows(change, change.risk_answers, at=at), "fired": scoring.fired(change.class_basis),
        "band": scoring.band_words(change.risk_score), "agreed_band": scoring.band_words(change.agreed_risk),
        "services": touched, "items": items, "budgets": budgets.left_for(change, touched, at=at),
        "conflicts": stands_against(change), "recent": [{"record": row, "url": page_of(row)} for row in found],
        "may_write": change.is_open,
    }  # fmt: skip
    return render(request, "changes/impact.html", context, status=422 if form is not None and form.errors else 200)


def items_of(change: Change, person: Person) -> list[Any]:
    """List the affected configuration items that ``person`` may know of."""
    keys = far.answers.items(change)
    if not keys:
        return []
    from itsm.records import register

    return list(register.process("ci").model.objects.visible_to(person).filter(pk__in=keys).order_by("number")[:200])


def stands_against(change: Change) -> list[Conflict]:
    """List what stands against the window of an open change, what stops it first."""
    start, end = change.window_start, change.window_end
    if not change.is_open or not start or not end or end <= start:
        return []
    return conflicts.of_change(change, start, end, change.implementer_id)


@require_safe
def approvals(request: HttpRequest, number: str) -> HttpResponse:
    """Show who decided what on the change, who may decide now, and whether it is still what was authorised."""
    person: Any = request.user
    at = timezone.now()
    change = tabs.load(number, person=person)
    rows = Event.objects.filter(record=change.pk, name__in=DECISIONS).select_related("actor").order_by("-at", "-pk")
    roles = DECIDES.get(change.state, ())
    context = tabs.head(change, tab="approvals", at=at) | {
        "decisions": [_decision(row, change) for row in rows[:60]],
        "altered": bool(change.authorised_hash) and fingerprint(change) != change.authorised_hash,
        "hash": change.authorised_hash[:12],
        "roles": roles, "eligible": _eligible(change, roles),
        "conditions": list(change.tasks.filter(mandatory=True).order_by("pk")) if change.conditions else [],
        "speakers": customers.speakers(change, at=at) if change.change_class == "major" else [],
        "votes": votes_of(change), "round": Ballot.objects.visible_to(person).open().filter(change=change.pk).first(),
        "offers": [offer for offer in offers(change, person=person, at=at) if offer.name in DECISIONS],
    }  # fmt: skip
    return render(request, "changes/approvals.html", context)


def _eligible(change: Change, roles: tuple[str, ...]) -> list[Person]:
    """List who may decide now; whom the board has recused in the open round may not."""
    if not roles:
        return []
    recused = CabVote.objects.filter(ballot__change=change.pk, ballot__ended_at=None, vote="recused")
    apart = set(recused.values_list("member", flat=True))
    return [person for person in access.eligible(change, *roles) if person.pk not in apart]


def votes_of(change: Change) -> list[CabVote]:
    """List the votes of every round, the last round first; why a conflict recuses is said in words."""
    rows = CabVote.objects.filter(ballot__change=change.pk).select_related("member", "cast_by", "ballot")
    found = list(rows.order_by("-ballot__round", "pk")[:100])
    for row in found:
        row.reason = conflict_words(row.reason) if row.vote == "recused" else row.reason
    return found


def _decision(row: Event, change: Change) -> dict[str, Any]:
    step = CHANGE.transitions.get(row.name)
    label = str(step.label) if step else _("Window extended")
    return {
        "label": label,
        "by": row.actor,
        "at": row.at,
        "reason": row.reason,
        "target": CHANGE.states.get(row.target),
    }


# ---- the review -----------------------------------------------------------------------------
class ReviewForm(forms.Form):
    """The review, filled with what the facts say until somebody writes it."""

    def __init__(self, change: Any, person: Any, said: dict[str, str], data: Any = None) -> None:
        """Make the fields that closing asks for."""
        super().__init__(data, auto_id="id_review_%s")
        self.change, self.person = change, person
        self.given: dict[str, Any] = {}
        for item in asks.REVIEW:
            field = field_of(item, record=change, person=person, filled=data is None)
            field.needed, field.required = item.required, False  # type: ignore[attr-defined]  # only the mark of the page
            field.initial = field.initial or said.get(item.name)
            self.fields[item.name] = field

    def clean(self) -> dict[str, Any]:
        """Read them as the move reads them."""
        for item in asks.REVIEW:
            try:
                self.given[item.name] = (
                    read(item, self.data.get(item.name), record=self.change, person=self.person) or ""
                )
            except Unfit as fault:
                self.add_error(item.name, str(fault))
        return self.given


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show the facts, and keep the review as it is written; closing takes it from here."""
    person: Any = request.user
    at = timezone.now()
    change = tabs.load(number, person=person)
    counted, found = reviewing.facts(change, at=at), reviewing.incidents(change, person=person)
    form = ReviewForm(change, person, reviewing.proposed(change, counted, found), request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            altered = {name: value for name, value in form.given.items() if getattr(change, name) != value}
            edit(change, altered, by=person)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, reverse("changes:review", args=[number]), say=_("The review was saved."))
    return _draw_review(request, change, form, counted | found, at=at)


def _draw_review(
    request: HttpRequest, change: Any, form: ReviewForm, known: dict[str, Any], *, at: datetime
) -> HttpResponse:
    person: Any = request.user
    offered = [offer for offer in offers(change, person=person, at=at) if offer.name == "close"]
    context = tabs.head(change, tab="review", at=at) | {
        "form": form, "facts": known, "close": offered[0] if offered else None, "writes": change.state == "post_review",
        "steps": [step for step in change.steps.in_order() if step.path == "plan"],
        "written": [(field.label, getattr(change, name)) for name, field in form.fields.items()],
        "open_items": [row for row in items_of(change, person) if row.pk in set(far.unanswered_items(change))],
        "standing": change.actual_end is not None,
    }  # fmt: skip
    return render(request, "changes/review.html", context, status=422 if form.errors else 200)


@require_POST
def unchanged(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the change left the data of an item as they were."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    here = reverse("changes:review", args=[number])
    item = next((row for row in items_of(change, person) if row.number == request.POST.get("item", "")), None)
    try:
        if item is None:
            raise Objected(
                _("There is no configuration item “%(name)s”.") % {"name": request.POST.get("item", "")[:80]}
            )
        services.answer_item(change, item, by=person)
    except Refusal as refusal:
        return done(request, here, warn=str(refusal) or _("You may not do this here."))
    return done(request, here, say=_("%(number)s: no attribute change.") % {"number": item.number})


@require_POST
def blame(request: HttpRequest, number: str) -> HttpResponse:
    """Note that the change caused an incident."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    incident = find_case(request.POST.get("incident", ""), person=person)
    here = reverse("changes:review", args=[number])
    try:
        services.blame(incident, change, by=person)
    except Refusal as refusal:
        return done(request, here, warn=str(refusal) or _("You may not do this here."))
    return done(request, here, say=_("%(number)s counts as caused by this change.") % {"number": incident.number})
