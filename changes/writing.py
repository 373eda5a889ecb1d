"""Writing a request for change: the new one, the draft, and the live panel beside it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from changes import editing, panel, services, tabs
from changes.effects import origins
from changes.models import Change, StandardTemplate
from changes.rfc_form import FLAGS, KINDS, RfcForm, base_of
from changes.views import worker
from itsm.flow import Move
from itsm.records.perform import perform
from itsm.records.refusals import Objected, Refusal
from itsm.tickets.earlier import TO_CHANGE, sentence
from itsm.tickets.edits import edit
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import done

SUBMITS = {"normal": "submit", "standard": "submit_standard", "emergency": "submit_emergency"}


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new request, also out of another record (``from``) or like an earlier change (``like``)."""
    person = worker(request)
    kind = _kind(request)
    origin, similar = _case(request, "from"), _change(request, "like")
    seed = _seed(origin, similar, person)
    form = RfcForm(seed, person, kind, _sent(request))
    form.initial.update(_chosen(request, origin))
    if _only_looks(request):
        form.is_valid()
    elif form.is_bound and form.is_valid():
        try:
            columns = form.columns()
            made = services.draft(title=columns.pop("title"), by=person, origin=origin, similar=similar, **columns)
            _scope(made, form)
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return _after(request, made, form)
    return _draw(request, form, origin=origin, similar=similar, status=_status(request, form))


@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Alter a request as long as it may be altered."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    kind = _kind(request, change)
    form = RfcForm(change, person, kind, _sent(request))
    if _only_looks(request):
        form.is_valid()
    elif form.is_bound and form.is_valid():
        try:
            saved = _save(request, change, form)
        except Refusal as refusal:
            _show_refusal(form, refusal)
        else:
            return _after(request, saved, form)
    return _draw(request, form, change=change, status=_status(request, form))


def _sent(request: HttpRequest) -> QueryDict | None:
    """Give what was sent; a proposed time that was pressed takes the place of what was typed."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    slot = str(sent.get("slot", ""))
    if "/" in slot:
        sent["window_start"], sent["window_end"] = slot.split("/", 1)
    return sent


def _only_looks(request: HttpRequest) -> bool:
    """Tell whether the form was sent to be judged, not to be kept."""
    return request.method == "POST" and (request.POST.get("then") == "look" or "slot" in request.POST)


def _status(request: HttpRequest, form: RfcForm) -> int:
    return 422 if form.is_bound and not _only_looks(request) else 200


@require_POST
def look(request: HttpRequest, number: str = "") -> HttpResponse:
    """Draw the panel for what is typed now."""
    person: Any = request.user if number else worker(request)
    change = (
        tabs.load(number, person=person)
        if number
        else Change(kind="change", requester=person, asked_by=person, state="draft")
    )
    form = RfcForm(change, person, _kind(request), request.POST)
    form.is_valid()
    return render(request, "changes/panel.html", {"panel": _panel(form, person)})


def _panel(form: RfcForm, person: Any) -> dict[str, Any]:
    at = timezone.now()
    imagined = panel.imagine(form.change, form.given, person=person, at=at)
    services = form.services() if form.is_bound and form.kind == "normal" else None
    subject = panel.subject_of(imagined, items=form.items, services=services, kind=form.kind)
    return panel.look(imagined, form.given, kind=form.kind, person=person, at=at, subject=subject)


def _save(request: HttpRequest, change: Any, form: RfcForm) -> Any:
    """Write what was altered on the form; what was answered about the risk only while nobody has assessed it."""
    columns = form.columns()
    altered = {name: value for name, value in columns.items() if _altered(request, name, change, value)}
    if change.state not in ("draft", "submitted"):
        altered = {name: value for name, value in altered.items() if name not in editing.DRAFTED}
    elif "risk_answers" in altered:
        altered["risk_origins"] = origins(change, altered["risk_answers"], Move("edit", form.person, timezone.now()))
    version = request.POST.get("version", "")
    seen = {name: getattr(change, name) for name in altered}
    saved = edit(change, altered, by=form.person, base=seen, version=int(version) if version.isdecimal() else None)
    _scope(saved, form)
    return saved


def _altered(request: HttpRequest, name: str, change: Any, value: Any) -> bool:
    """Tell whether the field differs from what the person saw, so that another's edit is not undone."""
    base = request.POST.get(f"base_{name}")
    if base is not None and name not in FLAGS:
        return _lines(base) != _lines(str(request.POST.get(name, "")))
    return bool(getattr(change, name) != value)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _scope(change: Any, form: RfcForm) -> None:
    if form.kind == "emergency" or change.state not in editing.WRITTEN:
        return
    services.set_scope(
        change, by=form.person, services=form.services() if form.kind == "normal" else None, items=form.items
    )  # fmt: skip


def _after(request: HttpRequest, change: Any, form: RfcForm) -> HttpResponse:
    """Submit what was kept, where that was asked for; what objects is shown on the draft."""
    if request.POST.get("then") != "submit" or change.state != "draft":
        return done(request, page_of(change), say=_("%(number)s was saved.") % {"number": change.number})
    name = SUBMITS[form.kind]
    row = change.flows[0].transitions[name]
    asked = {item.name for item in row.inputs}
    given = {key: value for key, value in form.given.items() if key in asked and value not in (None, "")}
    try:
        moved = perform(change, name, by=form.person, **given)
    except Refusal as refusal:
        _show_refusal(form, refusal)
        form.change = Change.objects.get(pk=change.pk)
        return _draw(request, form, change=form.change, status=422)
    say = _("%(number)s: %(step)s.") % {"number": moved.number, "step": row.label}
    return done(request, page_of(moved), say=say)


def _show_refusal(form: RfcForm, refusal: Refusal) -> None:
    if isinstance(refusal, Objected):
        form.refuse(refusal)
    else:
        form.add_error(None, str(refusal))


def _draw(
    request: HttpRequest,
    form: RfcForm,
    *,
    change: Any = None,
    origin: Any = None,
    similar: Any = None,
    status: int = 200,
) -> HttpResponse:
    person: Any = request.user
    if not form.is_bound:
        form.given = {item.name: getattr(form.change, item.name, None) for item in form.inputs}
    number = change.number if change is not None else ""
    context = {
        "form": form, "change": change, "kind": form.kind, "origin": origin, "similar": similar, "panel": _panel(form, person),
        "action": reverse("changes:write", args=[number]) if number else request.get_full_path(),
        "look": reverse("changes:look_at", args=[number]) if number else reverse("changes:look"),
        "bases": base_of(form), "kinds": [] if number and change.state != "draft" else _kinds(form.kind, request, number),
        "earlier": _earlier(origin, person), "may_submit": change is None or change.state == "draft",
        "likes": _likes(form.change, person) if change is None and similar is None else [],
    }  # fmt: skip
    return render(request, "changes/write.html", context, status=status)


def _earlier(origin: Any, person: Any) -> str:
    """Name the changes that were asked for out of the same record before."""
    way = TO_CHANGE.get(origin.kind) if origin is not None else None
    return sentence(origin, way, person=person) if way else ""


def _kinds(current: str, request: HttpRequest, number: str) -> list[dict[str, Any]]:
    words = {"normal": _("Ordinary change"), "standard": _("Standard change"), "emergency": _("Emergency change")}
    rows = []
    for code, label in words.items():
        query = request.GET.copy()
        query["kind"] = code
        rows.append({"code": code, "label": label, "url": f"?{query.urlencode()}", "current": code == current})
    return rows


def _likes(change: Change, person: Any) -> list[Change]:
    """List the last changes of the same service that succeeded, to be copied."""
    rows = Change.objects.worked_by(person).filter(state="closed", outcome="successful")
    if change.service_id:
        rows = rows.filter(service=change.service_id)
    return list(rows.order_by("-closed_at", "-pk")[:6])


def _kind(request: HttpRequest, change: Any = None) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind", "")
    if asked in KINDS and (change is None or change.state == "draft"):
        return asked
    waiting = change is not None and change.state == "emergency_authorization"
    return "emergency" if waiting else "normal"


def _case(request: HttpRequest, name: str) -> Any:
    number = request.GET.get(name, "")
    return find_case(number, person=request.user, related=("service",)) if number else None  # type: ignore[arg-type]  # signed in


def _change(request: HttpRequest, name: str) -> Any:
    found = _case(request, name)
    if found is not None and found.kind != "change":
        raise Http404(_("There is no case with this number."))
    return found


def _chosen(request: HttpRequest, origin: Any) -> dict[str, str]:
    """Give what the address chooses: a template with its name, or the incident that an emergency ends."""
    template = StandardTemplate.objects.usable(at=timezone.now()).filter(code=request.GET.get("template", "")).first()
    if template is not None:
        return {
            "template": template.code,
            "title": template.name,
            "service": template.service.code if template.service else "",
        }
    if item := request.GET.get("ci", "")[:40]:
        return {"items": item}
    if origin is not None and origin.kind == "incident":
        return {"incident": origin.number, "emergency_basis": "incident" if origin.priority == 1 else ""}
    return {}


def _seed(origin: Any, similar: Any, person: Any) -> Change:
    """Give a change that is not kept yet, with what is known already."""
    seed = Change(kind="change", requester=person, asked_by=person, state="draft", received_at=timezone.now())
    if similar is not None:
        for name in ("title", *services.SIMILAR):
            setattr(seed, name, getattr(similar, name))
    if origin is not None:
        known = services.known_of(origin)
        seed.title, seed.description, seed.service = known["title"], known["description"], origin.service
        seed.justification = f"{origin.number} {origin.title}"
    return seed
