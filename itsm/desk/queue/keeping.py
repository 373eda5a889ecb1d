"""The pages on which views are kept, starred and thrown away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.access import for_workers
from itsm.desk.queue import facets, saved
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.ui.answers import dialog, done, way_back


@require_http_methods(["GET", "POST"])
@for_workers
def new_view(request: HttpRequest) -> HttpResponse:
    """Ask for the name of a view and keep it."""
    person: Any = request.user
    query = saved.clean_query(
        QueryDict(request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode())
    )
    fields: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _keep(request, person, query)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            fields = refusal.fields or {"name": " ".join(refusal.reasons)}
        else:
            return done(
                request,
                reverse("desk:queue", args=[f"v{made.pk}"]),
                say=_("View “%(name)s” kept.") % {"name": made.name},
            )
    values, _odd = facets.read(QueryDict(query).dict())
    context = {
        "title": _("Keep this view"), "query": query, "words": facets.in_words(values),
        "teams": person.teams.active().order_by("tier", "code"),
        "may_share": saved.may_share(person), "typed": request.POST, "fields": fields,
        "back": way_back(request, reverse("desk:queue", args=["all"])), "views": saved.views_of(person),
    }  # fmt: skip
    return dialog(request, "desk/keep_view.html", context, status=422 if fields else 200)


def _keep(request: HttpRequest, person: Any, query: str) -> Any:
    whom = request.POST.get("for", "me")
    team = next((team for team in person.teams.active() if f"t{team.pk}" == whom), None)
    if whom not in ("me", "all") and team is None:
        raise Objected(fields={"for": _("Choose for whom the view is.")})
    return saved.keep(
        by=person,
        name=request.POST.get("name", ""),
        query=query,
        team=team,
        shared=whom == "all",
        star=request.POST.get("star") == "on",
    )


@require_POST
@for_workers
def change_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Star a view of one's own, take the star away, or throw it away."""
    person: Any = request.user
    row = get_object_or_404(saved.usable_by(person), pk=pk)
    back = way_back(request, reverse("desk:queue", args=["all"]))
    try:
        if act == "drop":
            saved.drop(row, by=person)
            return done(
                request, reverse("desk:queue", args=["all"]), say=_("View “%(name)s” thrown away.") % {"name": row.name}
            )
        saved.set_star(row, by=person, star=act == "star")
    except Refusal as refusal:
        return done(request, back, warn=" ".join(refusal.reasons))
    return done(request, back)
