"""The history of an item: its versions with what changed, and how it and its relationships were at any moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from configuration import sensitive, words
from configuration.editing import address, find
from configuration.flow import CI
from configuration.models import CiRelation, CiVersion
from configuration.version_words import VersionWords
from configuration.views import for_workers

VERSIONS = 100


def read_moment(text: str) -> datetime | None:
    """Read a moment of a form in the person's zone; None when it is empty or unreadable."""
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    try:
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (OverflowError, ValueError):
        return None


@require_safe
@for_workers
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Show every version with what it changed; with ``?at=`` how the item was at that moment."""
    item = find(request, number)
    asked = request.GET.get("at", "")
    moment = read_moment(asked) if asked else None
    unread = sensitive.hidden(request.user, item.ci_class_id)  # type: ignore[arg-type]  # behind the sign-in it is a person
    context = {
        "item": item, "back": address(item), "asked": asked, "moment": moment, "then": _then(item, moment, unread),
        "unread": _("This moment cannot be read: write it as 2026-11-23 10:00.") if asked and moment is None else "",
        "versions": _versions(item, unread), "ended": _ended(item),
    }  # fmt: skip
    return render(request, "configuration/history.html", context)


def _then(item: Any, moment: datetime | None, unread: frozenset[str]) -> dict[str, Any] | None:
    if moment is None:
        return None
    version = CiVersion.objects.as_of(moment).filter(item=item).first()
    if version is None:
        return {}
    return {
        "title": version.data["title"], "state": CI.states[version.data["state"]], "version": version,
        "facts": words.past_facts(item, version.data, unread=unread), "beside": words.beside(item, at=moment),
    }  # fmt: skip


def _versions(item: Any, unread: frozenset[str]) -> list[dict[str, Any]]:
    rows = CiVersion.objects.filter(item=item).select_related(
        "authority__by", "authority__record", "authority__correction"
    )
    rows = rows.order_by("-sequence")[: VERSIONS + 1]
    found = list(rows)
    earlier = [*found[1:], None]
    told = VersionWords(row.data for row in found)
    return [
        {
            "version": row,
            "changes": list(
                words.changed(before.data if before else None, row.data, item.ci_class_id, unread=unread, words=told)
            ),
        }
        for row, before in zip(found, earlier, strict=True)
    ][:VERSIONS]


def _ended(item: Any) -> list[Any]:
    rows = CiRelation.objects.touching(item).exclude(valid_to=None).select_related("source", "target", "type")
    return list(rows.order_by("-valid_to", "-pk")[:VERSIONS])
