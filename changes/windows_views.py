"""Freeze and maintenance windows: the list with what comes next, writing one, ending one, waiving a freeze."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changes import scope, windows
from changes.calendar_models import FreezeWindow, MaintenanceWindow
from changes.models import Change
from changes.windows_forms import EndForm, FreezeForm, MaintenanceForm, Refusable
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import dialog, done, is_htmx

#: How far the list looks back and ahead for the next openings.
PAST, AHEAD, OPENINGS = timedelta(days=60), timedelta(days=45), 3


def worker(request: HttpRequest) -> Any:
    """Give who asks, if they work cases.

    :raises PermissionDenied: if they do not
    """
    person: Any = request.user
    if not person.is_worker:
        raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
    return person


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List the freezes and the maintenance windows with what each is for and when it is open next."""
    person, at = worker(request), timezone.now()
    freezes = scope.with_scopes(FreezeWindow.objects.filter(ends_at__gt=at - PAST)).order_by("starts_at", "pk")
    maintained = scope.with_scopes(MaintenanceWindow.objects.exclude(until__lt=timezone.localdate(at))).order_by(
        "name_zh", "pk"
    )
    shown = [_freeze(row, at) for row in freezes.prefetch_related("services", "items", "ci_classes", "waivers__change")]
    context = {
        "freezes": shown, "overlapping": _overlapping(shown), "may_rule": windows.may_rule(person), "at": at,
        "maintained": [_maintained(row, at) for row in maintained.prefetch_related("services", "items", "ci_classes")],
    }  # fmt: skip
    return render(request, "calendar/windows.html", context)


def _for(row: Any) -> list[str]:
    names = [str(one) for one in row.services.all()] + [str(one) for one in row.ci_classes.all()]
    return names + [f"{one.number} {one.title}" for one in row.items.all()]


def _freeze(row: Any, at: Any) -> dict[str, Any]:
    state = "past" if row.ends_at <= at else "now" if row.starts_at <= at else "coming"
    return {
        "row": row,
        "for": _for(row),
        "state": state,
        "waivers": [waiver.change.number for waiver in row.waivers.all()],
    }


def _overlapping(shown: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    """List freezes that share a moment: a hint that one of them may be meant for the same."""
    rows = [one["row"] for one in shown if one["state"] != "past"]
    return [
        (one, other)
        for number, one in enumerate(rows)
        for other in rows[number + 1 :]
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ][:10]


def _maintained(row: Any, at: Any) -> dict[str, Any]:
    openings = list(row.recurrence().between(at, at + AHEAD))[:OPENINGS]
    return {"row": row, "for": _for(row), "openings": openings}


def asked(
    request: HttpRequest,
    form: Refusable,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    button: str = "",
) -> HttpResponse:
    """Show the form, or do what it asks; a refusal keeps what was typed."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return done(request, back, say=_("Saved."))
    context = {
        "form": form, "title": title, "button": button or _("Save"), "action": request.path, "htmx": is_htmx(request), "back": back,
    }  # fmt: skip
    return dialog(request, "calendar/ask.html", context, status=422 if form.is_bound else 200)


def _keeper(request: HttpRequest) -> Any:
    person = worker(request)
    if not windows.may_rule(person):
        raise PermissionDenied(_("The rules of the calendar are kept by the change manager."))
    return person


def sent(request: HttpRequest) -> Any:
    """Give what was sent, if anything was."""
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a freeze, or make one."""
    person = _keeper(request)
    row = get_object_or_404(FreezeWindow, pk=pk) if pk else None
    form = FreezeForm(sent(request), person=person, row=row)
    title = _("Change the freeze") if row else _("New freeze")
    return asked(
        request,
        form,
        lambda given: windows.keep_freeze(row, given, by=person),
        title=title,
        back=reverse("calendar:windows"),
    )


@require_http_methods(["GET", "POST"])
def end_freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """End a freeze early."""
    person = _keeper(request)
    row = get_object_or_404(FreezeWindow, pk=pk)
    form = EndForm(sent(request), person=person)
    return asked(
        request, form, lambda given: windows.end_freeze(row, reason=given["reason"], by=person, at=timezone.now()),
        title=_("End “%(freeze)s” early") % {"freeze": row.name}, back=reverse("calendar:windows"), button=_("End it"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def maintenance(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a maintenance window, or make one."""
    person = _keeper(request)
    row = get_object_or_404(MaintenanceWindow, pk=pk) if pk else None
    form = MaintenanceForm(sent(request), person=person, row=row)
    title = _("Change the maintenance window") if row else _("New maintenance window")
    return asked(
        request,
        form,
        lambda given: windows.keep_maintenance(row, given, by=person),
        title=title,
        back=reverse("calendar:windows"),
    )


@require_POST
def end_maintenance(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a maintenance window be open for the last time today."""
    person = _keeper(request)
    row = get_object_or_404(MaintenanceWindow, pk=pk)
    windows.end_maintenance(row, last=timezone.localdate(), by=person)
    return done(request, reverse("calendar:windows"), say=_("“%(window)s” ends today.") % {"window": row.name})


@require_http_methods(["GET", "POST"])
def waive(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let an emergency change through a freeze."""
    person = worker(request)
    change: Any = find_case(number, person=person)
    row = get_object_or_404(FreezeWindow, pk=pk)
    if not isinstance(change, Change) or not windows.may_waive(person):
        raise PermissionDenied(_("A freeze is waived by who authorises emergency changes."))
    form = EndForm(sent(request), person=person)
    return asked(
        request, form, lambda given: windows.waive(change, row, reason=given["reason"], by=person, at=timezone.now()),
        title=_("Let %(number)s through “%(freeze)s”") % {"number": number, "freeze": row.name}, back=page_of(change),
        button=_("Waive the freeze"),
    )  # fmt: skip
