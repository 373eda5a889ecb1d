"""Results, the registration of feedback, the report and the committee's review."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.links import linking
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import Objected, Refusal
from itsm.ui.answers import done
from itsm.ui.sheets import download
from relationships import survey_access as access
from relationships import survey_months as months
from relationships import survey_paper as paper
from relationships import survey_report as reports
from relationships import survey_review as reviewing
from relationships import survey_shown as shown
from relationships.survey_flow import SURVEY_CAMPAIGN
from relationships.survey_forms import DecisionForm, FeedbackForm, MinutesForm, ReportForm
from relationships.survey_lists import campaign_of, only
from relationships.survey_models import RelationshipReport, SurveyCampaign, SurveyResponse

PAGE = 50


def around(request: HttpRequest, campaign: SurveyCampaign, current: str) -> dict[str, Any]:
    """Collect the head that all pages of a survey have."""
    person: Any = request.user
    return {
        "record": campaign, "state": SURVEY_CAMPAIGN.states[campaign.state], "tabs": shown.tabs(campaign, person, current),
        "here": f"/t/{campaign.number}",
    }  # fmt: skip


@require_safe
@only(access.reads_results)
def results(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a survey found."""
    campaign = campaign_of(request, number)
    person: Any = request.user
    context = around(request, campaign, "results") | shown.results(campaign)
    if access.reads_answers(person):
        context |= shown.single(campaign, before=request.GET.get("before", ""))
    return render(request, "surveys/results.html", context)


@require_safe
@only(access.reads_results)
def results_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Take the figures along."""
    campaign = campaign_of(request, number)
    header = [_("Question"), _("Answer"), _("Number")]
    return download(str(campaign.number), form="csv", header=header, rows=shown.table(campaign))


@require_safe
@only(lambda person: access.registers(person) or access.reads_answers(person))
def feedback(request: HttpRequest, number: str) -> HttpResponse:
    """Show the feedback that waits for a look, and what was registered last."""
    return _feedback(request, campaign_of(request, number))


def _feedback(
    request: HttpRequest, campaign: SurveyCampaign, *, wrong: int = 0, form: FeedbackForm | None = None, status: int = 200
) -> HttpResponse:  # fmt: skip
    person: Any = request.user
    context = around(request, campaign, "feedback") | shown.waiting(campaign, most=PAGE)
    context |= {"registers": access.registers(person), "wrong": wrong, "form": form, "fresh": FeedbackForm()}
    if not access.reads_answers(person):
        context["registered"] = []  # what is registered is for those who may read answers
    return render(request, "surveys/feedback.html", context, status=status)


@require_POST
@only(access.registers)
def register(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Register one piece of feedback."""
    campaign = campaign_of(request, number)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        return _feedback(request, campaign, wrong=pk, form=form, status=422)
    return _perform(request, campaign, pk, "register_feedback", say=_("Registered."), form=form, **form.cleaned_data)


@require_POST
@only(access.registers)
def complain(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Make one piece of feedback a complaint."""
    campaign = campaign_of(request, number)
    return _perform(
        request, campaign, pk, "make_complaint", say=_("A complaint was made of it."), form=FeedbackForm({})
    )


def _perform(
    request: HttpRequest, campaign: SurveyCampaign, pk: int, name: str, *, say: str, form: FeedbackForm, **inputs: Any
) -> HttpResponse:  # fmt: skip
    person: Any = request.user
    found = get_object_or_404(SurveyResponse.objects.visible_to(person), pk=pk, campaign=campaign.pk)
    try:
        moved = perform(found, name, by=person, **inputs)
    except Objected as refusal:
        form.is_valid()
        form.refuse(refusal)
        return _feedback(request, campaign, wrong=pk, form=form, status=422)
    except Refusal as refusal:
        return done(request, f"/surveys/{campaign.number}/feedback/", warn=str(refusal))
    made = next(iter(linking(moved, kind=LinkKind.FROM_SURVEY).records), None)
    return done(request, f"/surveys/{campaign.number}/feedback/", say=f"{say} {made.number}" if made else say)


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.reads_results)
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Show the report; write it while it is being drafted."""
    campaign = campaign_of(request, number)
    found = _report(campaign)
    person: Any = request.user
    form = ReportForm(request.POST or None, report=found)
    if request.method == "POST" and form.is_valid():
        try:
            return _written(request, campaign, form)
        except Objected as refusal:
            form.refuse(refusal)
    writes = access.plans(person) and campaign.state == "reporting"
    context = around(request, campaign, "report") | shown.report(campaign, found) | {"form": form, "writes": writes}
    return render(request, "surveys/report.html", context, status=422 if form.errors else 200)


def _written(request: HttpRequest, campaign: SurveyCampaign, form: ReportForm) -> HttpResponse:
    person: Any = request.user
    reports.write(campaign, form.cleaned_data, by=person)
    if request.POST.get("act") == "refresh":
        reports.refresh(campaign, by=person, at=timezone.now())
    return done(request, f"/surveys/{campaign.number}/report/", say=_("Saved."))


def _report(campaign: SurveyCampaign) -> RelationshipReport:
    found = RelationshipReport.objects.filter(campaign=campaign.pk).first()
    if found is None:
        raise Http404(_("There is no report yet."))
    return found


@require_safe
@only(access.reads_results)
def report_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Take the report along as PDF."""
    campaign = campaign_of(request, number)
    answer = HttpResponse(paper.report(campaign, _report(campaign)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{campaign.number}.pdf"'
    return answer


@require_safe
@only(access.reads_results)
def month_pdf(request: HttpRequest, number: str, month: str) -> HttpResponse:
    """Take the report of a month of a standing survey along as PDF."""
    campaign = campaign_of(request, number)
    one = months.month_named(campaign, month) if campaign.is_standing else None
    if one is None:
        raise Http404(_("There is no report yet."))
    answer = HttpResponse(months.paper(campaign, one), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{campaign.number}-{one.code}.pdf"'
    return answer


@require_safe
@only(access.reads_results)
def report_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Take the figures of the report along."""
    campaign = campaign_of(request, number)
    rows = shown.report_rows(_report(campaign))
    return download(f"{campaign.number}-report", form="csv", header=[_("Section"), _("Figure"), _("Value")], rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.reads_results)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show the committee's review; write minutes and decisions while it lasts."""
    campaign = campaign_of(request, number)
    found = _report(campaign)
    act = request.POST.get("act", "")
    initial = {"met_on": found.met_on, "attendees": found.attendees, "minutes": found.minutes}
    minutes = MinutesForm(request.POST if act == "minutes" else None, initial=initial)
    decision = DecisionForm(request.POST if act == "decision" else None)
    for form, write in ((minutes, _minutes), (decision, _decision)):
        if form.is_bound and form.is_valid():
            try:
                return write(request, campaign, form.cleaned_data)
            except Objected as refusal:
                form.refuse(refusal)
    return _review(request, campaign, found, minutes, decision)


def _review(
    request: HttpRequest, campaign: SurveyCampaign, found: RelationshipReport, minutes: MinutesForm, decision: DecisionForm
) -> HttpResponse:  # fmt: skip
    person: Any = request.user
    context = around(request, campaign, "review") | shown.report(campaign, found) | {
        "minutes": minutes, "decision": decision, "decisions": found.decisions.select_related("owner").order_by("pk"),
        "writes": reviewing.may_write(person) and campaign.state == "under_review",
        "actions": campaign.improvement_actions.select_related("owner").order_by("due_on", "pk"),
    }  # fmt: skip
    return render(request, "surveys/review.html", context, status=422 if minutes.errors or decision.errors else 200)


def _minutes(request: HttpRequest, campaign: SurveyCampaign, given: dict[str, Any]) -> HttpResponse:
    person: Any = request.user
    reviewing.write_minutes(campaign, by=person, at=timezone.now(), **given)
    return done(request, f"/surveys/{campaign.number}/review/", say=_("Saved."))


def _decision(request: HttpRequest, campaign: SurveyCampaign, given: dict[str, Any]) -> HttpResponse:
    person: Any = request.user
    reviewing.decide(campaign, by=person, at=timezone.now(), **given)
    return done(request, f"/surveys/{campaign.number}/review/", say=_("The decision is noted."))


@require_POST
@only(reviewing.may_write)
def strike(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Strike a decision out."""
    campaign = campaign_of(request, number)
    person: Any = request.user
    try:
        reviewing.strike(pk, campaign, by=person)
    except Objected as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    return done(request, f"/surveys/{campaign.number}/review/", say=_("The decision was struck out."))
