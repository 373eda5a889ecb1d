"""The designer of questionnaires, with its preview in both languages and as on a phone."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.refusals import Objected
from itsm.ui.answers import done
from relationships import survey_access as access
from relationships import survey_design as design
from relationships.questionnaire_models import Question, Questionnaire, QuestionnaireVersion
from relationships.survey_forms import IntroForm, QuestionForm, QuestionnaireForm, initial_of
from relationships.survey_lists import only, tabs
from relationships.survey_public import LANGUAGES, rows
from relationships.survey_sheet import items_of

NAMES = (("zh-hant", "中文"), ("en", "English"))


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.reads_results)
def questionnaires(request: HttpRequest) -> HttpResponse:
    """List questionnaires with their versions, and begin one."""
    person: Any = request.user
    form = QuestionnaireForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = design.begin(by=person, at=timezone.now(), **form.cleaned_data)
        return done(request, page_of(made), say=_("The questionnaire is begun: write its questions."))
    found = Questionnaire.objects.annotate(
        newest=Max("versions__number"), fixed=Count("versions", filter=Q(versions__published_at__isnull=False), distinct=True)
    ).prefetch_related("versions")  # fmt: skip
    context = {
        "rows": found.order_by("-pk")[:100], "form": form, "plans": access.plans(person), "tabs": tabs(person, "questionnaires"),
    }  # fmt: skip
    return render(request, "surveys/questionnaires.html", context, status=422 if form.errors else 200)


def page_of(version: QuestionnaireVersion) -> str:
    """Give the address of a version's page."""
    return reverse("relationships:questionnaire", args=[version.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@only(access.reads_results)
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a version; write a question of a draft."""
    version = _version(pk)
    edited = version.questions.filter(pk=_number(request.GET.get("question", ""))).first()
    if request.method == "GET" or request.method == "HEAD":
        form = QuestionForm(initial=initial_of(edited), version=version) if edited else _blank_form(version)
        return _show(request, version, form, edited)
    form = QuestionForm(request.POST, version=version)
    if form.is_valid():
        try:
            person: Any = request.user
            design.write_question(version, form.fields_given(), form.answers_given(), by=person, question=edited)
            return done(request, page_of(version), say=_("Saved."))
        except Objected as refusal:
            form.refuse(refusal)
    return _show(request, version, form, edited)


def _show(
    request: HttpRequest, version: QuestionnaireVersion, form: QuestionForm, edited: Question | None, *,
    intro: IntroForm | None = None,
) -> HttpResponse:  # fmt: skip
    person: Any = request.user
    found = version.questions.prefetch_related("options").select_related("asked_if")
    context = {
        "version": version, "questions": found, "form": form, "edited": edited, "gaps": design.gaps(version),
        "complete": design.completeness(version), "writes": access.plans(person) and not version.is_published,
        "plans": access.plans(person), "versions": version.questionnaire.versions.order_by("-number"), "languages": NAMES,
        "intro": intro or IntroForm(version=version),
        "tabs": tabs(person, "questionnaires"),
    }  # fmt: skip
    wrong = form.errors or (intro and intro.errors)
    return render(request, "surveys/questionnaire.html", context, status=422 if wrong else 200)


def _version(pk: int) -> QuestionnaireVersion:
    return get_object_or_404(QuestionnaireVersion.objects.select_related("questionnaire", "published_by"), pk=pk)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


@require_safe
@only(access.reads_results)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the questionnaire as who is asked sees it, every question of it, in a language, wide or as on a phone."""
    from catalogue.models import Service

    version = _version(pk)
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in LANGUAGES else translation.get_language()
    items = items_of(version, Service.objects.live().order_by("code")[:2])
    every = {f"q{item.question.asked_if_id}": _opening(item.question) for item in items if item.question.asked_if_id}
    campaign = {"questionnaire": version, "anonymous": False}
    with translation.override(language):
        context = {
            "campaign": campaign, "rows": rows(items, every, wrong={}), "preview": True, "phone": request.GET.get("phone"),
            "language": language, "languages": NAMES, "back": page_of(version),
        }  # fmt: skip
        return render(request, "surveys/answer.html", context)


def _opening(question: Question) -> Any:
    """Give an answer that lets a branch be seen."""
    return [str(value) for value in question.asked_when]


@require_POST
@only(access.plans)
def intro(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the title and the words above the questions."""
    version = _version(pk)
    form = IntroForm(request.POST, version=version)
    if not form.is_valid():
        return _show(request, version, _blank_form(version), None, intro=form)

    def write(person: Any) -> None:
        given = form.cleaned_data
        if "title_zh" in given:
            design.write_title(version, title_zh=given["title_zh"], title_en=given["title_en"], by=person)
        design.write_intro(version, intro_zh=given["intro_zh"], intro_en=given["intro_en"], by=person)

    return _do(request, version, write)


def _blank_form(version: QuestionnaireVersion) -> QuestionForm:
    return QuestionForm(initial={"kind": "scale"}, version=version)


@require_POST
@only(access.plans)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Fix a version for ever."""
    version = _version(pk)
    say = _("Published: this version does not change any more.")
    return _do(request, version, lambda person: design.publish(version, by=person, at=timezone.now()), say=say)


@require_POST
@only(access.plans)
def next_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version as a copy."""
    person: Any = request.user
    made = design.next_version(_version(pk), by=person)
    return done(request, page_of(made), say=_("Version %(number)s is begun as a copy.") % {"number": made.number})


@require_POST
@only(access.plans)
def change_question(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Move a question up or down, or take it out."""
    if act not in ("up", "down", "remove"):
        raise Http404
    found = get_object_or_404(Question.objects.select_related("version"), pk=pk)

    def change(person: Any) -> None:
        if act == "remove":
            design.remove(found, by=person)
        else:
            design.move(found, up=act == "up", by=person)

    return _do(request, found.version, change)


def _do(request: HttpRequest, version: QuestionnaireVersion, change: Any, *, say: str = "") -> HttpResponse:
    """Do something about a version and come back to it; what objects is shown there."""
    try:
        change(request.user)
    except Objected as refusal:
        return done(request, page_of(version), warn=" ".join(refusal.reasons or refusal.fields.values()))
    return done(request, page_of(version), say=say or _("Saved."))
