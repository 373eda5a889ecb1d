"""The search page and what the palette asks while somebody types."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from itsm.people.requests import PersonRequest
from itsm.search import plain, queries
from itsm.search.numbers import the_one
from itsm.search.shown import rows_html, state_of
from itsm.ui import navigation

PAGE = 20
LONGEST = 200


def _asked(request: PersonRequest) -> str:
    return request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST]


@require_GET
def results(request: PersonRequest) -> HttpResponse:
    """Show the cases that hold the words; a whole number leads straight to its case."""
    text, now = _asked(request), timezone.now()
    after = request.GET.get("after", "")
    if not after and (one := the_one(request.user, text, at=now)) is not None:
        return HttpResponseRedirect(f"/t/{one.number}")
    if not after and (number := plain.by_whole_number(request.user, text)):
        return HttpResponseRedirect(f"/t/{number}")
    found = queries.search(request.user, text, at=now, limit=PAGE, after=int(after[:18]) if after.isdecimal() else None)
    context = {
        "text": text, "rows": rows_html(found.tickets, asked=text, at=now), "total": found.count, "base": _base(request),
        "groups": [] if after else plain.find(request.user, text),
        "page": {"next": found.after or "", "shown": len(found.tickets), "total": found.count},
    }  # fmt: skip
    return render(request, "search/results.html", context)


@require_GET
def palette(request: PersonRequest) -> JsonResponse:
    """Answer a few letters with places to go and cases: label, hint, url, kind."""
    text = _asked(request)
    cases = queries.search(request.user, text, at=timezone.now(), limit=8).tickets[:8] if text else []
    others = [_plain(row) for group in plain.find(request.user, text) for row in group.rows[:3]]
    answers = [*_places(request, text), *(_case(case) for case in cases), *others]
    return JsonResponse({"query": text, "results": answers}, headers={"Cache-Control": "no-store"})


def _places(request: PersonRequest, text: str) -> list[dict[str, str]]:
    """Find the entries of the rail whose words begin with or hold the text; all when nothing is asked."""
    found: dict[str, dict[str, str]] = {}
    sections = ("desk", "processes", "management", "settings") if request.user.is_worker else ("portal",)
    person: Any = request.user
    for section in sections:
        for entry in navigation.entries_for(person, section=section):
            if text.lower() in str(entry.label).lower():
                found.setdefault(
                    entry.url(), {"label": str(entry.label), "hint": entry.key, "url": entry.url(), "kind": "place"}
                )
    return list(found.values())[:8]


def _case(case: Any) -> dict[str, str]:
    return {
        "label": f"{case.number} {case.title}",
        "hint": str(state_of(case).label),
        "url": f"/t/{case.number}",
        "kind": "case",
    }


def _plain(row: plain.PlainRow) -> dict[str, str]:
    return {"label": f"{row.number} {row.title}", "hint": str(row.state.label), "url": row.url, "kind": "record"}


def _base(request: PersonRequest) -> str:
    return "base.html" if request.user.is_worker else "portal_base.html"
