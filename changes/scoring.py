"""Where the points of a change's risk come from: who answered, and what the records suggest beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changes import classes, far
from changes.asks import QUESTIONS
from changes.models import Change
from itsm.records.models import Link, LinkKind

#: Days of history that say how recent changes of the same service or items went, and how many of them are looked at.
HISTORY, LOOKED_AT = timedelta(days=180), 5
LEVELS = (1, 3, 5)
Hint = tuple[int, str]


def recent(change: Any, *, at: datetime) -> list[Change]:
    """List the last changes on the same items or service that were carried out, the newest first."""
    items = far.answers.items(change) if change.pk else []
    same = Q(pk__in=Link.objects.filter(kind=LinkKind.AFFECTS, target_id__in=items).values("source_id"))
    if change.service_id:
        same |= Q(service=change.service_id)
    elif not items:
        return []
    done = Change.objects.filter(same, actual_end__gte=at - HISTORY, actual_end__lte=at).exclude(pk=change.pk)
    return list(done.exclude(outcome="").order_by("-actual_end", "-pk")[:LOOKED_AT])


def hints(change: Any, *, at: datetime) -> dict[str, Hint]:
    """Give for the questions that records can answer: the points that they suggest, and why."""
    return {
        "risk_effect": _of_service(change),
        "risk_history": _of_history(recent(change, at=at)),
        "risk_fan_out": _of_items(len(far.answers.items(change)) if change.pk else 0),
        "risk_backout": _of_backout(change),
        "risk_tests": _of_tests(change),
    }


def _of_service(change: Any) -> Hint:
    if not change.service_id:
        return 1, _("no service is named")
    grade = change.service.criticality
    return (5 if grade == 1 else 3 if grade == 2 else 1), _("%(service)s has criticality %(grade)s") % {
        "service": change.service, "grade": grade,
    }  # fmt: skip


def _of_history(rows: list[Change]) -> Hint:
    bad = sum(row.outcome in ("failed", "backed_out") for row in rows)
    text = ngettext(
        "%(bad)s of the last %(all)s change failed", "%(bad)s of the last %(all)s changes failed", len(rows)
    )
    return LEVELS[min(bad, 2)], text % {"bad": bad, "all": len(rows)}


def _of_items(count: int) -> Hint:
    points = 1 if count <= 1 else 3 if count <= 5 else 5
    return points, ngettext("%(count)s item is affected", "%(count)s items are affected", count) % {"count": count}


def _of_backout(change: Any) -> Hint:
    if change.backout_tested:
        return 1, _("the back-out was tested")
    return (3, _("there is a back-out plan")) if change.backout_plan else (5, _("no back-out plan is written"))


def _of_tests(change: Any) -> Hint:
    if change.test_result:
        return 1, _("a test result is there")
    return (3, _("there is a test plan")) if change.test_plan else (5, _("no test is planned"))


def rows(change: Any, points: Mapping[str, int], *, at: datetime) -> list[dict[str, Any]]:
    """Lay out each question with its points, who gave them, and what the records suggest."""
    suggested = hints(change, at=at)
    made = []
    for code, words in QUESTIONS.items():
        origin = change.risk_origins.get(code, {})
        hint = suggested.get(code)
        made.append({
            "code": code, "label": words, "points": points.get(code), "by": origin.get("by", ""),
            "at": parse_datetime(origin.get("at", "")), "hint": hint[0] if hint else None, "why": hint[1] if hint else "",
            "differs": bool(hint and points.get(code) and hint[0] > points[code]),
        })  # fmt: skip
    return made


def fired(basis: list[str]) -> list[str]:
    """Name the rules that made the class."""
    if not basis:
        return []
    words = classes.rule_names() | {
        "template": _("Standard change, approved in advance"),
        "incident": _("It ends a P1 or major incident"),
        "vulnerability": _("A vulnerability is being exploited"),
        "outage": _("An outage is imminent"),
        "breach": _("A breach of law or contract is imminent"),
    }
    return [words[code] for code in basis if code in words]


def band_words(score: int | None) -> str:
    """Name the band of a score in words."""
    return {"low": _("low"), "medium": _("medium"), "high": _("high")}.get(classes.band(score), "—")
