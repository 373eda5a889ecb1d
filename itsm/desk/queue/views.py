"""The pages of queues."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from itsm.desk.access import for_workers
from itsm.desk.queue import facets, saved
from itsm.desk.queue.counts import counts_for, total_of
from itsm.desk.queue.listing import MOST, Asked, ask, count_text, page
from itsm.desk.queue.paging import sort_choices
from itsm.desk.queue.places import PLACES, WORKERS, Place
from itsm.desk.queue.preview import preview
from itsm.desk.queue.rows import heads_html, rows_html, tag_of, tools_html
from itsm.ui.answers import dialog

KEPT = (*facets.FACETS, "sort", "after", "before")


def place_for(person: Any, view: str) -> Place:
    """Find the queue that an address names: one of the product or a saved view.

    :raises Http404: if there is none, or it is not the person's
    """
    if view in PLACES:
        return PLACES[view]
    found = next((each for each in saved.views_of(person) if each.slug == view), None)
    if found is None:
        raise Http404
    return found.place


def address_of(request: HttpRequest) -> str:
    """Give the query string that keeps the list as it is, without what is chosen in it."""
    return urlencode({name: request.GET[name] for name in KEPT if request.GET.get(name)})


@require_safe
@for_workers
def queue(request: HttpRequest, view: str) -> HttpResponse:
    """Show one page of a queue beside the preview of the case that ``?sel=`` names."""
    person: Any = request.user
    place, now = place_for(person, view), timezone.now()
    asked = ask(place, request.GET.dict(), at=now)
    found = page(asked, person=person)
    total = len(found.rows) if not (found.previous or found.next) else total_of(asked, person=person)
    chosen = request.GET.get("sel", "")[:32]
    context = {
        "place": place, "asked": asked, "page": found, "total": count_text(total), "shown": len(found.rows),
        "more": total > MOST, "rows": rows_html(found.rows, chosen=chosen, address=address_of(request), at=now),
        "tag": tag_of(found.rows, at=now), "address": address_of(request), "heads": heads_html(asked, address=address_of(request)),
        "chips": chips_of(asked, request), "url": url_of(place), "views": view_tabs(person, place), "now": now,
        "tools": tools_html() if person.role_codes & WORKERS else "", "filtered": bool(set(request.GET) & set(facets.FACETS)),
        **(preview(chosen, person=person, at=now) if chosen else {}),
    }  # fmt: skip
    return render(request, "desk/queue.html", context)


@require_safe
@for_workers
def rows(request: HttpRequest, view: str) -> HttpResponse:
    """Give the rows alone, or 304 when what they show has not changed."""
    person: Any = request.user
    now = timezone.now()
    found = page(ask(place_for(person, view), request.GET.dict(), at=now), person=person)
    tag = tag_of(found.rows, at=now)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:  # compressing makes a tag weak
        return HttpResponse(status=304, headers=headers)
    html = rows_html(found.rows, chosen="", address=address_of(request), at=now)
    return HttpResponse(html, headers=headers)


@require_safe
@for_workers
def filters(request: HttpRequest, view: str) -> HttpResponse:
    """Show every filter with its values: a dialog, or a page without JavaScript."""
    person: Any = request.user
    place = place_for(person, view)
    asked = ask(place, request.GET.dict(), at=timezone.now())
    context = {
        "title": place.title,
        "place": place,
        "facets": facets.forms(asked.values),
        "url": url_of(place),
        "asked": asked,
        "sorts": sort_choices(),
    }
    return dialog(request, "desk/filters.html", context)


def url_of(place: Place) -> str:
    """Give the address of a queue."""
    return reverse("desk:queue", args=[place.slug])


def chips_of(asked: Asked, request: HttpRequest) -> list[dict[str, str]]:
    """Give the filters in force as chips; those that the queue itself consists of cannot be taken away."""
    given = {name: request.GET[name] for name in KEPT if request.GET.get(name) and name not in ("after", "before")}
    found = []
    for chosen in facets.in_words(asked.values):
        own = asked.place.values.get(chosen.name) == chosen.value or (chosen.name == "phase" and "phase" not in given)
        rest = {name: value for name, value in given.items() if name != chosen.name}
        found.append({"word": chosen.word, "label": chosen.label, "without": "" if own else "?" + urlencode(rest)})
    return found


def view_tabs(person: Any, place: Place) -> list[dict[str, Any]]:
    """Give the starred views with their counts, and the one that is shown."""
    counts = counts_for(person)
    shown = [view for view in saved.views_of(person) if view.starred or view.slug == place.slug]
    return [
        {
            "slug": view.slug,
            "name": view.name,
            "starred": view.starred,
            "count": count_text(counts[view.slug]) if view.slug in counts else "",
        }
        for view in shown[: saved.MOST_STARRED + 1]
    ]
