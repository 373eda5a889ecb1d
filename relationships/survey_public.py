"""The page behind the link in the mail: answering without signing in, without scripts, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from itsm.flow import Words
from itsm.notices.links import BadLink
from relationships import survey_answering as answering
from relationships import survey_changes as changes
from relationships import survey_letters as letters
from relationships import survey_links as links
from relationships.questionnaire_models import SCALES, Question
from relationships.survey_models import Invitation, SurveyResponse
from relationships.survey_sheet import Given, Item, asked, faults, items_of, read

LANGUAGES = ("zh-hant", "en")
COOKIE_DAYS, COOKIE_BYTES = 60, 3500
YES_NO = {"1": Words("Yes", "是"), "0": Words("No", "否")}


@dataclass(frozen=True)
class Offered:
    """One answer that may be chosen."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One question as the page shows it."""

    item: Item
    given: Any
    error: str
    fresh: bool

    @property
    def is_scale(self) -> bool:
        """Tell whether it is answered on a scale."""
        return self.item.question.kind in SCALES

    def offered(self) -> list[Offered]:
        """List what may be chosen."""
        said = self.given if isinstance(self.given, list) else [self.given]
        return [Offered(value, words, value in said) for value, words in choices(self.item.question)]


def choices(question: Question) -> list[tuple[str, str]]:
    """List the answers of a question with their words in the active language."""
    if question.kind in SCALES:
        return [(str(value), str(letters.label(question.kind, value))) for value in letters.values(question.kind)]
    if question.kind == Question.Kind.YES_NO:
        return [(value, str(words)) for value, words in YES_NO.items()]
    return [(option.value, option.text) for option in question.options.all()]


def rows(
    items: Sequence[Item], given: Mapping[str, Any], *, wrong: Mapping[str, str], shown: Sequence[str] = ()
) -> list[Row]:
    """Lay out what is asked now; what was not on the page before is fresh."""
    return [
        Row(item, given.get(item.name, ""), wrong.get(item.name, ""), bool(shown) and item.name not in shown)
        for item in asked(items, given)
    ]


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questionnaire, or take what was answered."""
    wanted = request.GET.get("lang", "")
    chosen = wanted if wanted in LANGUAGES else ""
    with translation.override(chosen or translation.get_language()):
        try:
            invitation = links.find(token)
        except BadLink as fault:
            return _over(request, str(fault), status=404)
        if invitation is None:
            return _over(request, gettext("This link is not valid any more."), status=404)
    with translation.override(chosen or invitation.person.language):
        if changes.may_change(invitation, at=timezone.now()):
            return _again(request, invitation)
        if sentence := answering.why_not(invitation):
            return _too_late(request, invitation, sentence)
        return _sent(request, invitation) if request.method == "POST" else _first(request, invitation)


def _too_late(request: HttpRequest, invitation: Invitation, sentence: str) -> HttpResponse:
    """Say why nothing can be answered, and to who has just sent something that it was not kept."""
    if invitation.used:
        return _over(request, sentence)
    lost = request.method == "POST" and request.POST.get("act") != "decline"
    said = f"{sentence} " + gettext("What you sent just now was not kept.") if lost else sentence
    return _over(request, said, status=410)


def _again(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Show what was answered, or take what is changed of it."""
    items = _items(invitation)
    if request.method == "POST":
        try:
            return _answer(request, invitation, items, read(items, request.POST))
        except answering.Over as fault:
            return _over(request, str(fault), status=409)
    assert invitation.response is not None  # otherwise nothing may be changed
    return _show(request, invitation, items, changes.given_by(invitation.response))


def _items(invitation: Invitation) -> list[Item]:
    version = invitation.campaign.questionnaire
    return items_of(version, invitation.campaign.services.order_by("code")) if version else []


def _first(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Show it with what was kept, and with the answer that was clicked in the mail; nothing is written by looking."""
    items = _items(invitation)
    given = _kept(request, invitation)
    first = letters.opening(invitation.campaign)
    if first is not None and request.GET.get("first"):
        clicked = QueryDict(mutable=True)
        clicked[f"q{first.pk}"] = request.GET["first"]
        given |= read([item for item in items if item.question == first], clicked)
    return _show(request, invitation, items, given)


def _show(
    request: HttpRequest, invitation: Invitation, items: Sequence[Item], given: Given, *, wrong: Mapping[str, str] | None = None,
    say: str = "", status: int = 200, shown: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    context = {
        "campaign": invitation.campaign, "invitation": invitation, "rows": rows(items, given, wrong=wrong or {}, shown=shown),
        "wrong": wrong, "say": say, "case": getattr(invitation.case, "ticket", None), "complains": request.POST.get("complain"),
        "language": translation.get_language(), "until": changes.until(invitation),
    }  # fmt: skip
    return render(request, "surveys/answer.html", context, status=status)


def _sent(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    act, items = request.POST.get("act"), _items(invitation)
    given = read(items, request.POST)
    try:
        if act == "decline":
            answering.decline(invitation, at=timezone.now())
            return _over(request, gettext("Noted: you do not wish to answer. Thank you."), glyph="check")
        if act == "draft":
            return _keep(request, invitation, items, given)
        return _answer(request, invitation, items, given)
    except answering.Over as fault:
        return _over(request, str(fault), status=409)


def _answer(request: HttpRequest, invitation: Invitation, items: Sequence[Item], given: Given) -> HttpResponse:
    shown = request.POST.getlist("shown")
    if any(item.name not in shown for item in asked(items, given)):
        say = gettext("Your answer brought further questions: please look at them and send once more.")
        return _show(request, invitation, items, given, say=say, shown=shown)
    if wrong := faults(items, given):
        return _show(request, invitation, items, given, wrong=wrong, status=422)
    complains = bool(request.POST.get("complain"))
    keep = changes.change if invitation.used else answering.submit
    kept = keep(invitation, given, items, complains=complains, at=timezone.now())
    response = _over(request, _thanks(kept), glyph="check")
    response.delete_cookie(_cookie(invitation), path="/s/")
    return response


def _thanks(kept: SurveyResponse) -> str:
    """Say what becomes of the answers: only those that nobody has acted on can be changed."""
    sentence = gettext("Thank you. Your answers have arrived.")
    if kept.state == "complained":
        return f"{sentence} " + gettext("A complaint was opened for you; you will hear from us.")
    if not kept.anonymous and kept.state == "submitted":
        return f"{sentence} " + gettext("You can change them by the same link for seven days.")
    return sentence


def _keep(request: HttpRequest, invitation: Invitation, items: Sequence[Item], given: Given) -> HttpResponse:
    """Keep the draft: with the response, or of an anonymous survey only in the browser of who answers."""
    answering.keep_draft(invitation, given)
    say = gettext("Kept. Come back by the same link to go on.")
    text = json.dumps(given)
    if invitation.anonymous and len(text) > COOKIE_BYTES:
        return _show(
            request, invitation, items, given, say=gettext("This is too long to be kept in your browser: send it now.")
        )
    response = _show(request, invitation, items, given, say=say)
    if invitation.anonymous:
        response.set_signed_cookie(
            _cookie(invitation), text, max_age=COOKIE_DAYS * 86400, path="/s/", httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


def _kept(request: HttpRequest, invitation: Invitation) -> Given:
    if not invitation.anonymous:
        return dict(invitation.response.draft) if invitation.response else {}
    text = request.get_signed_cookie(_cookie(invitation), default="{}")
    found: Given = json.loads(text or "{}")
    return found


def _cookie(invitation: Invitation) -> str:
    return f"survey-{invitation.pk}"


def _over(request: HttpRequest, sentence: str, *, status: int = 200, glyph: str = "info") -> HttpResponse:
    return render(request, "surveys/over.html", {"sentence": sentence, "glyph": glyph}, status=status)
