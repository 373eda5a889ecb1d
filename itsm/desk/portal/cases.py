"""The list of one's own cases, and for those who lead a unit that of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.desk.portal.cards import cards, own_cases, unit_cases, waiting_for_requester
from itsm.people.requests import PersonRequest
from itsm.tickets.querysets import TicketQuerySet

PAGE = 25
OPEN = ~Q(phase="done")
TABS = ("open", "waiting", "done")


@dataclass(frozen=True)
class Page:
    """One page of cards with the marks of its neighbours."""

    rows: list[Any]
    previous: str
    next: str
    total: int

    @property
    def shown(self) -> int:
        """This will count what is on the page."""
        return len(self.rows)


@require_safe
def cases(request: PersonRequest) -> HttpResponse:
    """Show cases by tab: open, waiting for me, done."""
    person, at = request.user, timezone.now()
    whose = "unit" if request.GET.get("whose") == "unit" and person.led_unit_ids else "own"
    tab = request.GET["tab"] if request.GET.get("tab") in TABS else "open"
    found = unit_cases(person) if whose == "unit" else own_cases(person)
    counts = found.aggregate(
        open=Count("pk", OPEN), waiting=Count("pk", OPEN & waiting_for_requester()), done=Count("pk", ~OPEN)
    )
    page = _page(found.filter(_of(tab)), request, counts[tab])
    context = {
        "tabs": _tabs(tab, whose, counts),
        "scopes": _scopes(whose) if person.led_unit_ids else [],
        "tab": tab,
        "page": page,
        "cards": cards(page.rows, person=person, at=at),
    }
    return render(request, "portal/cases.html", context)


def _of(tab: str) -> Q:
    return {"open": OPEN, "waiting": OPEN & waiting_for_requester(), "done": ~OPEN}[tab]


def _page(found: TicketQuerySet, request: PersonRequest, total: int) -> Page:
    """Read one page, newest first, after or before the row that the address names."""
    after, before = _mark(request, "after"), _mark(request, "before")
    rows = found.select_related("hold_reason", "requester")
    if before:
        kept = list(rows.filter(pk__gt=before).order_by("pk")[: PAGE + 1])
        more, kept = len(kept) > PAGE, kept[:PAGE][::-1]
        return Page(kept, str(kept[0].pk) if more else "", str(kept[-1].pk) if kept else "", total)
    kept = list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[: PAGE + 1])
    more, kept = len(kept) > PAGE, kept[:PAGE]
    return Page(kept, str(kept[0].pk) if after and kept else "", str(kept[-1].pk) if more else "", total)


def _mark(request: PersonRequest, name: str) -> int:
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) <= 18 else 0


def _tabs(tab: str, whose: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "open": _("Open"),
        "waiting": _("Waiting for me") if whose == "own" else _("Waiting for them"),
        "done": _("Done"),
    }
    return [
        {"label": labels[code], "url": f"?whose={whose}&tab={code}", "current": code == tab, "count": counts[code]}
        for code in TABS
    ]


def _scopes(whose: str) -> list[dict[str, Any]]:
    labels = {"own": _("My own"), "unit": _("My units")}
    return [
        {"label": label, "url": f"?whose={code}", "current": code == whose, "count": None}
        for code, label in labels.items()
    ]
