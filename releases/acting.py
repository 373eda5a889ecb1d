"""The small acts on a release: contents, criteria, signatures, targets; each a dialog that also works as a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import dialog, done, is_htmx
from releases import services
from releases.forms import ContentForm, CriterionForm, ExtendForm, SignForm, SmallForm, TargetForm
from releases.models import Release

Act = Callable[[SmallForm], Any]
Service = Callable[..., Any]


def _release(request: HttpRequest, number: str) -> Release:
    found = find_case(number, person=request.user)  # type: ignore[arg-type]  # signed in
    if not isinstance(found, Release) or not found.is_worked:
        raise Http404(_("There is no case with this number."))
    return found


def _asked(
    request: HttpRequest, release: Release, form: SmallForm, act: Act, *, title: str, anchor: str
) -> HttpResponse:
    """Show the form, or do what it asks and return to the release; a refusal keeps what was typed."""
    if form.is_bound and form.is_valid():
        try:
            act(form)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return done(request, page_of(release) + anchor, say=_("Saved."))
    context = {
        "form": form, "title": title, "button": _("Save"), "action": request.path, "htmx": is_htmx(request), "record": release,
        "back": page_of(release),
    }  # fmt: skip
    return dialog(request, "releases/ask.html", context, status=422 if form.is_bound else 200)


def _kept(
    request: HttpRequest, number: str, form: type[SmallForm], keep: Service, *, title: str, anchor: str = ""
) -> HttpResponse:
    """Show the form of a small act, or give what was filled in to its service."""
    release, person = _release(request, number), request.user
    return _asked(
        request, release, form(_sent(request)), lambda given: keep(release, by=person, **given.cleaned_data), title=title,
        anchor=anchor,
    )  # fmt: skip


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def add_content(request: HttpRequest, number: str) -> HttpResponse:
    """Add an item to the contents."""
    return _kept(request, number, ContentForm, services.add_content, title=_("Add to the contents"), anchor="#contents")


@require_POST
def remove_content(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Take an item out of the contents."""
    release = _release(request, number)
    try:
        services.remove_content(release, key, by=request.user)  # type: ignore[arg-type]  # signed in
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return done(request, page_of(release) + "#contents", warn=str(refusal))
    return done(request, page_of(release) + "#contents", say=_("Saved."))


@require_POST
def take_baseline(request: HttpRequest, number: str) -> HttpResponse:
    """Keep how the items of the release are before it begins."""
    release = _release(request, number)
    try:
        services.take_baseline(release, by=request.user)  # type: ignore[arg-type]  # signed in
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return done(request, page_of(release) + "#contents", warn=str(refusal))
    return done(request, page_of(release) + "#contents", say=_("The baseline is taken."))


@require_http_methods(["GET", "POST"])
def add_criterion(request: HttpRequest, number: str) -> HttpResponse:
    """Add an acceptance criterion."""
    return _kept(
        request,
        number,
        CriterionForm,
        services.add_criterion,
        title=_("Add an acceptance criterion"),
        anchor="#acceptance",
    )


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Sign what came of the test of a criterion."""
    release, person = _release(request, number), request.user
    row = release.criteria.filter(pk=key).first()
    if row is None:
        raise Http404(_("There is no such criterion."))
    form = SignForm(_sent(request))
    return _asked(
        request, release, form, lambda form: services.sign(release, key, by=person, **form.cleaned_data),  # type: ignore[arg-type]
        title=_("Sign: %(criterion)s") % {"criterion": row.text}, anchor="#acceptance",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def add_target(request: HttpRequest, number: str) -> HttpResponse:
    """Plan the deployment to one more target."""
    return _kept(request, number, TargetForm, services.add_target, title=_("Plan a target"), anchor="#deployments")


@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Let the release take longer."""
    return _kept(request, number, ExtendForm, services.extend, title=_("Extend the window"))
