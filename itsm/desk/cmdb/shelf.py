"""Views of the list of items that people keep: the same rows and rules as the kept queues."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from configuration import listing
from itsm.desk.access import for_workers
from itsm.desk.queue import saved
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets.models import SavedView
from itsm.ui.answers import dialog, done

if TYPE_CHECKING:
    from itsm.people.models import Person

ITEMS = SavedView.Of.ITEMS
ACTS = ("star", "unstar", "drop")


def views_of(person: Person) -> list[dict[str, Any]]:
    """List the views of items that the person may use, starred ones first; remembered for a minute."""
    key = f"desk:shelf:{person.pk}"
    found: list[dict[str, Any]] | None = cache.get(key)
    if found is None:
        rows = saved.usable_by(person, of=ITEMS).select_related("team").order_by("sort", "name", "pk")
        found = [_view(row, person) for row in rows]
        cache.set(key, found, saved.SECONDS)
    return found


def _view(row: SavedView, person: Person) -> dict[str, Any]:
    whom = _("everyone") if row.is_shared else str(row.team) if row.team_id else _("me")
    return {
        "pk": row.pk, "name": row.name, "query": row.query, "url": f"{reverse('configuration:list')}?{row.query}",
        "mine": row.owner_id == person.pk, "starred": row.sort == saved.STARRED, "for_whom": whom,
    }  # fmt: skip


def clean_query(params: QueryDict, *, at: datetime) -> str:
    """Keep of an address what a view of items consists of: good filters, words and the sort."""
    asked = listing.ask({name: str(value) for name, value in params.items()}, at=at)
    kept = dict(asked.values) | ({"q": asked.text} if asked.text else {}) | {"sort": asked.sort}
    return urlencode(kept)


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def new_view(request: HttpRequest) -> HttpResponse:
    """Ask for the name of a view of items and keep it; below stand those that there are."""
    person: Any = request.user
    given = QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET
    query = clean_query(given, at=timezone.now())
    fields: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _keep(request, person, query)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            fields = refusal.fields or {"name": " ".join(refusal.reasons)}
        else:
            say = _("View “%(name)s” kept.") % {"name": made.name}
            return done(request, f"{reverse('configuration:list')}?{made.query}", say=say)
    context = {
        "title": _("Keep this view"), "query": query, "words": _in_words(query), "views": views_of(person),
        "teams": person.teams.active().order_by("tier", "code"), "typed": request.POST, "fields": fields,
        "may_share": saved.may_share(person, of=ITEMS),
    }  # fmt: skip
    return dialog(request, "configuration/keep_view.html", context, status=422 if fields else 200)


def _in_words(query: str) -> list[dict[str, Any]]:
    asked = listing.ask(QueryDict(query).dict(), at=timezone.now())
    words = [
        {"label": listing.FACETS[name].label, "word": str(asked.choices[name][value]).strip()}
        for name, value in asked.values.items()
    ]
    if asked.text:
        words.append({"label": _("Words"), "word": asked.text})
    return [*words, {"label": _("Sort"), "word": listing.SORTS[asked.sort][2]}]


def _keep(request: HttpRequest, person: Any, query: str) -> SavedView:
    whom = request.POST.get("for", "me")
    team = next((team for team in person.teams.active() if f"t{team.pk}" == whom), None)
    if whom not in ("me", "all") and team is None:
        raise Objected(fields={"for": _("Choose for whom the view is.")})
    star = request.POST.get("star") == "on"
    return saved.keep(
        by=person, name=request.POST.get("name", ""), query=query, team=team, shared=whom == "all", star=star, of=ITEMS
    )


@require_POST
@for_workers
def change_view(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Star a view of one's own, take the star away, or throw it away."""
    person: Any = request.user
    row = get_object_or_404(saved.usable_by(person, of=ITEMS), pk=pk)
    if act not in ACTS:
        raise Http404
    back = reverse("configuration:list")
    try:
        if act == "drop":
            saved.drop(row, by=person)
            return done(request, back, say=_("View “%(name)s” thrown away.") % {"name": row.name})
        saved.set_star(row, by=person, star=act == "star")
    except Refusal as refusal:
        return done(request, back, warn=" ".join(refusal.reasons))
    return done(request, f"{back}?{row.query}")
