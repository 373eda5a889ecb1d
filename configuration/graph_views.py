"""The page of the graph explorer, and its drawing as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from configuration import graph, schema, served
from configuration.editing import address
from configuration.models import ConfigurationItem
from configuration.past import read_moment
from configuration.views import for_workers

#: How the drawing looks outside the site.
PLAIN = (
    "<style>.shape{fill:white;stroke:black}.ci-line{fill:none;stroke:gray}.hit{stroke:black;stroke-width:2.5}"
    "text{font:12px sans-serif;text-anchor:middle;dominant-baseline:central}.kind{font-size:10px;text-anchor:start}</style>"
)


@require_safe
@for_workers
def explorer(request: HttpRequest) -> HttpResponse:
    """Show what hangs together with an item: drawing, list, and the services that its failure touches."""
    person: Any = request.user
    text = request.GET.get("ci", "").replace("\x00", " ").strip()[:160]
    items = _found(person, text)
    if len(items) != 1:
        blank = {"text": text, "items": items, "modes": _modes("down")}
        return render(request, "configuration/graph.html", blank, status=404 if text and not items else 200)
    asked = _asked(request, items[0])
    found = graph.collect(asked)
    svg, heaped = graph.drawn(asked, found)
    if request.GET.get("as") == "svg":
        return _file(svg)
    context: dict[str, Any] = {
        "text": text, "item": asked.item, "asked": asked, "graph": found, "drawing": svg, "heaped": heaped,
        "clusters": graph.clusters(found) if heaped else [], "modes": _modes(asked.mode), "kinds": _kinds(asked),
        "address": address(asked.item),
        "depths": range(1, graph.DEEPEST + 1), "at_text": request.GET.get("at", ""),
        "services": served.touched(found.walked, person=person) if found.walked and asked.mode == "down" else None,
    }  # fmt: skip
    context |= graph.listed(found, at=asked.at, place=request.GET.get("from", ""))
    return render(request, "configuration/graph.html", context)


def _file(svg: str) -> HttpResponse:
    """Give the drawing as a file of black lines, since it stands without the site's style."""
    head, rest = svg.split(">", 1)
    headers = {"Content-Disposition": 'attachment; filename="graph.svg"'}
    return HttpResponse(f"{head}>{PLAIN}{rest}", content_type="image/svg+xml", headers=headers)


def _found(person: Any, text: str) -> list[ConfigurationItem]:
    """Find the item by its number, or those whose names begin so."""
    if not text:
        return []
    seen = ConfigurationItem.objects.visible_to(person)
    exact = list(seen.filter(number=text.upper())[:1] or seen.filter(title=text)[:2])
    return exact or list(seen.filter(title__startswith=text).order_by("title", "pk")[:20])


def _asked(request: HttpRequest, item: ConfigurationItem) -> graph.Asked:
    given = request.GET
    depth = given.get("depth", "")
    known = schema.present()
    chosen = {kind.pk for code in given.getlist("kind") if (kind := known.type_by_code(code[:40]))}
    return graph.Asked(
        item=item, mode=given.get("mode", "") if given.get("mode", "") in graph.MODES else "down",
        depth=min(int(depth), graph.DEEPEST) if depth.isascii() and depth.isdecimal() and int(depth[:4]) > 0 else graph.DEEPEST,
        kinds=frozenset(chosen) or None, at=read_moment(given.get("at", "")),
    )  # fmt: skip


def _modes(chosen: str) -> list[dict[str, Any]]:
    words = {"down": _("What fails with it"), "up": _("What it stands on"), "near": _("Everything near it")}
    return [{"value": name, "word": words[name], "chosen": name == chosen} for name in graph.MODES]


def _kinds(asked: graph.Asked) -> list[dict[str, Any]]:
    rows = schema.present().types.values()
    return [
        {"value": row.code, "word": row.name, "chosen": asked.kinds is not None and row.pk in asked.kinds}
        for row in rows
        if row.is_active
    ]
