"""The entry of one service: what the catalogue says, the draft of its next edition, and the editions before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.editions import services as editions
from catalogue.editions.access import may_approve, may_edit
from catalogue.editions.content import EIGHT, LANGUAGES, changed, content_of, gaps
from catalogue.models import Service, ServiceEdition
from itsm.desk.access import for_workers
from itsm.desk.record.answering import status_of
from itsm.desk.services.forms import ApprovalForm, EditionForm, ReasonForm
from itsm.desk.services.listing import TONES
from itsm.people.models import Team
from itsm.people.requests import PersonRequest
from itsm.records.models import Record
from itsm.records.refusable import refuse
from itsm.records.refusals import Objected, Refusal
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from sla.coverage import covers, of_item, of_service


def service_at(code: str) -> Any:
    """Find the service of an address.

    :raises Http404: if there is none
    """
    found = (
        Service.objects.select_related("owner", "hours", "support_team", "second_line_team").filter(code=code).first()
    )
    if found is None:
        raise Http404(_("There is no such service."))
    return found


def _draft_of(service: Any) -> ServiceEdition | None:
    found: ServiceEdition | None = service.editions.drafts().select_related("transition").first()
    return found


@require_safe
@for_workers
def entry(request: PersonRequest, code: str) -> HttpResponse:
    """Show the entry."""
    return _show(request, service_at(code))


def _show(request: PersonRequest, service: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    person, draft = request.user, _draft_of(service)
    current = content_of(service)
    agreed = of_service(covers(person=person, at=timezone.now()), service.pk)
    context: dict[str, Any] = {
        "items": [(one, of_item(agreed, service.pk, one.pk)) for one in service.items.order_by("sort", "code")], "agreed": agreed,
        "service": service, "tone": TONES[service.lifecycle], "fields": table(current), "draft": draft,
        "may_edit": may_edit(person, service), "may_approve": draft is not None and may_approve(person, draft),
        "gaps": [str(gap) for gap in gaps(current)], "history": _history(service), "today": timezone.localdate(),
        "approval": ApprovalForm(initial={"effective_on": timezone.localdate()}), "back": ReasonForm(auto_id="back_%s"),
    }  # fmt: skip
    if draft is not None:
        context |= {
            "draft_gaps": [str(gap) for gap in draft.gaps],
            "differs": table(draft.content, changed(current, draft.content)),
        }
    return render(request, "catalogue/entry.html", context | more, status=status)


def table(content: dict[str, Any], only: list[str] | None = None) -> list[dict[str, Any]]:
    """Lay the eight fields out, each in both languages; ``only`` marks what differs."""
    rows = []
    for field in EIGHT:
        said = {tongue: _said(field.code, field.texts, content, tongue) for tongue in LANGUAGES}
        names = {f"{text}_{tongue}" for text in field.texts for tongue in LANGUAGES} | set(field.chosen)
        names |= {"audiences"} if field.code == "audience" else set()
        rows.append({"words": field.words, **said, "differs": bool(names & set(only or ()))})
    return rows


def _said(code: str, texts: tuple[str, ...], content: dict[str, Any], tongue: str) -> str:
    if code == "price":
        return price_words(content, tongue)
    if code == "team":
        return _team_words(content, tongue)
    return "\n".join(str(content.get(f"{text}_{tongue}", "")) for text in texts)


def _team_words(content: dict[str, Any], tongue: str) -> str:
    found = Team.objects.filter(code=content.get("support_team", "")).first()
    return str(getattr(found, f"name_{tongue}", "") or found or "")


def price_words(content: dict[str, Any], tongue: str) -> str:
    """Say a price in a language."""
    price = content.get("price")
    if price is None:
        return ""
    if price == 0:
        return "免費" if tongue == "zh" else "Free of charge"
    unit = content.get(f"price_unit_{tongue}", "")
    return f"NT${price:,} / {unit}" if unit else f"NT${price:,}"


def _history(service: Any) -> list[ServiceEdition]:
    rows = service.editions.exclude(approved_at=None).select_related(
        "approved_by", "drafted_by", "transition", "change"
    )
    return list(rows.order_by("-number"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def draft(request: PersonRequest, code: str) -> HttpResponse:
    """Write the draft of the next edition; the first time it begins with what the catalogue says now."""
    service = service_at(code)
    found = _draft_of(service)
    if not may_edit(request.user, service):
        return _show(request, service, status=403, said=_("You do not keep this entry."))
    if found is None:
        if request.method != "POST":
            return _show(request, service)
        found = editions.begin_draft(service, by=request.user)
        return done(request, reverse("services:draft", args=[code]))
    was_submitted = found.submitted_at is not None
    form = EditionForm(
        request.POST if request.method == "POST" else None,
        content=found.content,
        initial={"reason": found.reason, "version": found.version},
    )
    if form.is_bound and form.is_valid():
        try:
            editions.write_draft(
                found,
                form.content(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                version=form.cleaned_data["version"],
            )
            back = _("Draft saved: it must be submitted again.") if was_submitted else _("Draft saved.")
            return done(request, reverse("services:entry", args=[code]), say=back)
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"service": service, "draft": found, "form": form, "gaps": [str(gap) for gap in found.gaps]}
    return render(request, "catalogue/draft.html", context, status=422 if form.errors else 200)


@require_POST
@for_workers
def act(request: PersonRequest, code: str, name: str) -> HttpResponse:
    """Submit, approve, return or discard the draft."""
    service = service_at(code)
    found = _draft_of(service)
    if found is None or name not in ACTS:
        raise Http404(_("There is no draft."))
    form_class, make = ACTS[name]
    form = form_class(request.POST, auto_id="back_%s" if name == "return" else "id_%s")
    if form.is_valid():
        try:
            said = make(found, form.cleaned_data, request)
            return done(request, reverse("services:entry", args=[code]), say=said)
        except Refusal as refusal:
            refuse(form, refusal)
            status = status_of(refusal)
            return _show(
                request,
                service,
                status=status,
                wrong=form,
                **({"back": form} if name == "return" else {"approval": form}),
            )
    return _show(
        request, service, status=422, wrong=form, **({"back": form} if name == "return" else {"approval": form})
    )


def _submit(found: ServiceEdition, given: dict[str, Any], request: PersonRequest) -> str:
    editions.submit_draft(found, by=request.user)
    return _("Sent to be approved by another person.")


def _approve(found: ServiceEdition, given: dict[str, Any], request: PersonRequest) -> str:
    editions.approve_edition(
        found,
        by=request.user,
        effective_on=given["effective_on"],
        change=approved_change(given["change"], request.user),
    )
    return _("Edition %(number)s is approved.") % {"number": found.number}


def approved_change(number: str, person: Any) -> Record | None:
    """Find the change that is named, where one is.

    :raises Objected: if the person may see none with this number
    """
    if not number.strip():
        return None
    found = Ticket.objects.visible_to(person).filter(number=number.strip(), kind="change").first()
    if found is None:
        raise Objected(fields={"change": _("There is no change with this number.")})
    seen: Record = found
    return seen


def _return(found: ServiceEdition, given: dict[str, Any], request: PersonRequest) -> str:
    editions.return_draft(found, reason=given["reason"], by=request.user)
    return _("Returned to its authors.")


def _discard(found: ServiceEdition, given: dict[str, Any], request: PersonRequest) -> str:
    editions.discard_draft(found, by=request.user)
    return _("Draft thrown away.")


ACTS: dict[str, tuple[type[forms.Form], Any]] = {
    "submit": (forms.Form, _submit), "approve": (ApprovalForm, _approve), "return": (ReasonForm, _return),
    "discard": (forms.Form, _discard),
}  # fmt: skip
