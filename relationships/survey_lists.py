"""The list of surveys and their plans."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.records.refusals import NotAllowed, Objected, Stale
from itsm.ui.answers import done
from relationships import survey_access as access
from relationships import survey_figures as figures
from relationships import survey_links as links
from relationships import survey_planning as planning
from relationships.survey_flow import SURVEY_CAMPAIGN
from relationships.survey_forms import PlanForm
from relationships.survey_models import Invitation, SurveyCampaign

PAGE = 50
View = Callable[..., HttpResponse]


def only(test: Callable[[Any], bool]) -> Callable[[View], View]:
    """Let only those in who pass ``test``; what a service refuses for want of a role is told in the same way (403)."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not test(request.user):
                raise PermissionDenied(_("Your role may not open this page."))
            try:
                return view(request, *args, **kwargs)
            except NotAllowed as refusal:
                raise PermissionDenied(str(refusal)) from refusal

        return guarded

    return guard


def knows(person: Any) -> bool:
    """Tell whether ``person`` sees that surveys are under way."""
    return bool(person.role_codes & access.KNOWS)


def campaign_of(request: HttpRequest, number: str) -> SurveyCampaign:
    """Find a survey that the person may know of.

    :raises Http404: if there is none
    """
    person: Any = request.user
    rows = SurveyCampaign.objects.visible_to(person).select_related("questionnaire__questionnaire", "owner")
    found: SurveyCampaign | None = rows.filter(number=number).first()
    if found is None:
        raise Http404(_("There is no record with this number."))
    return found


def tabs(person: Any, current: str) -> list[dict[str, Any]]:
    """List the pages around surveys that ``person`` may open."""
    rows = [("surveys", _("Surveys"), reverse("relationships:surveys"), True)]
    rows.append(
        ("questionnaires", _("Questionnaires"), reverse("relationships:questionnaires"), access.reads_results(person))
    )
    rows.append(("actions", _("Actions"), reverse("relationships:actions"), True))
    return [{"label": label, "url": url, "current": name == current} for name, label, url, shown in rows if shown]


@require_safe
@only(knows)
def surveys(request: HttpRequest) -> HttpResponse:
    """List surveys, the newest first, fifty at a time."""
    person: Any = request.user
    rows = (
        SurveyCampaign.objects.visible_to(person)
        .select_related("owner", "questionnaire__questionnaire")
        .order_by("-pk")
    )
    wanted = request.GET.get("state", "")
    if wanted in SURVEY_CAMPAIGN.states:
        rows = rows.filter(state=wanted)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(figures.with_counts(rows)[: PAGE + 1])
    shown = [{"record": row, "state": SURVEY_CAMPAIGN.states[row.state]} for row in found[:PAGE]]
    context = {
        "rows": shown, "older": found[PAGE - 1].pk if len(found) > PAGE else None, "plans": access.plans(person),
        "tabs": tabs(person, "surveys"), "states": SURVEY_CAMPAIGN.states.values(), "wanted": wanted,
    }  # fmt: skip
    return render(request, "surveys/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.plans)
def new(request: HttpRequest) -> HttpResponse:
    """Begin to plan a survey."""
    form = PlanForm(request.POST or None)
    person: Any = request.user
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.open_campaign(form.given(), by=person, at=timezone.now())
            return done(
                request, f"/surveys/{made.number}/", say=_("The survey is planned: launch it when it is complete.")
            )
        except Objected as refusal:
            form.refuse(refusal)
    context = {"form": form, "title": _("Plan a survey"), "back": reverse("relationships:surveys")}
    return render(request, "surveys/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.plans)
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Change the plan of a survey."""
    campaign = campaign_of(request, number)
    form, status = PlanForm(request.POST or None, instance=campaign), 200
    if request.method == "POST" and form.is_valid():
        try:
            return _planned(request, campaign, form)
        except Objected as refusal:
            form.refuse(refusal)
        except Stale as refusal:
            form.add_error(None, str(refusal))
    if form.errors:
        status = 422
    context = {
        "form": form,
        "title": _("Plan of %(number)s") % {"number": number},
        "back": f"/surveys/{number}/",
        "version": campaign.version,
    }
    return render(request, "surveys/plan.html", context, status=status)


def _planned(request: HttpRequest, campaign: SurveyCampaign, form: PlanForm) -> HttpResponse:
    sent = request.POST.get("version", "")
    version = int(sent) if sent.isdecimal() and len(sent) < 10 else None
    person: Any = request.user
    planning.edit_campaign(campaign, form.given(), by=person, at=timezone.now(), version=version)
    return done(request, f"/surveys/{campaign.number}/", say=_("Saved."))


def _title(invitation: Invitation) -> str:
    """Name the case about which is asked, unless it is confidential."""
    case: Any = getattr(invitation.case, "ticket", None)
    return "" if case is None or case.confidential else str(case.title)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the surveys that wait for one's own answer."""
    person: Any = request.user
    rows = Invitation.objects.filter(person=person, sent=True, used=False, campaign__state="running")
    found = rows.select_related("campaign__questionnaire__questionnaire", "case__ticket").order_by("-due_at", "-pk")[
        :PAGE
    ]
    waiting = [{"invitation": row, "url": links.path_of(row), "title": _title(row)} for row in found]
    base = "base.html" if person.is_worker else "portal_base.html"
    return render(request, "surveys/mine.html", {"waiting": waiting, "base": base})
