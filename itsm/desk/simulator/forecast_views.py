"""The page of the prediction: what was learnt, how often it was right week by week, and the open cases most at risk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from itsm.desk.simulator import forecast_rows, learnt_rows
from itsm.desk.simulator.access import for_readers
from itsm.desk.simulator.addresses import key_of
from itsm.desk.simulator.forecast_rows import Guessed, shown_weeks
from itsm.desk.simulator.learnt_rows import LearntFrom
from itsm.desk.simulator.words import number, share
from itsm.draw import Bar, bars
from itsm.people.requests import PersonRequest
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.sheets import download
from sla.forecast.learning import STARTS, Learnt
from sla.forecast.telling import STALE, model, percent, reason_words, too_little, trait_words
from sla.forecast.traits import SIZES, Traits
from sla.simulation_models import BreachGuess, BreachModel, BreachRisk, BreachWeek

MOST = 20


@require_safe
@for_readers
def accuracy(request: PersonRequest) -> HttpResponse:
    """Show how misses are predicted, and how good that was."""
    at = timezone.now()
    weeks = list(shown_weeks())
    kept_rows = set(
        BreachGuess.objects.filter(week__in=[one.pk for one in weeks]).values_list("week", flat=True).distinct()
    )
    kept = model()
    opens = kept is not None and kept.learnt_from.exists()
    context = {
        "model": kept,
        "opens": opens,
        "learnt": _learnt(kept, opens=opens) if kept else None,
        "too_little": too_little(),
        "weeks": [_week(one, opens=one.pk in kept_rows) for one in weeks],
        "calibration": _calibration(weeks, opens=all(one.pk in kept_rows for one in weeks)),
        "weights": _weights(kept, opens=opens) if kept is not None and kept.weights else [],
        "cases": _cases(request, at),
    }
    return render(request, "simulator/forecast.html", context)


@require_safe
@for_readers
def rows(request: PersonRequest) -> HttpResponse:
    """Show the predictions behind a figure of the page."""
    after = key_of(request.GET.get("after"))
    context = forecast_rows.page(Guessed.read(request.GET), person=request.user, after=after)
    return render(request, "simulator/forecast_rows.html", context)


@require_safe
@for_readers
def learnt(request: PersonRequest) -> HttpResponse:
    """Show what the prediction was learnt from."""
    after = key_of(request.GET.get("after"))
    context = learnt_rows.page(LearntFrom.read(request.GET), person=request.user, after=after)
    return render(request, "simulator/learnt_rows.html", context)


@require_safe
@for_readers
def rows_file(request: PersonRequest, form: str) -> HttpResponse:
    """Give the predictions behind a figure as CSV or XLSX: those of cases that the reader may see."""
    heads, lines = forecast_rows.sheet(Guessed.read(request.GET), person=request.user)
    return download("predictions", form=form, header=heads, rows=lines)


@require_safe
@for_readers
def learnt_file(request: PersonRequest, form: str) -> HttpResponse:
    """Give what the prediction was learnt from as CSV or XLSX: cases that the reader may see."""
    heads, lines = learnt_rows.sheet(LearntFrom.read(request.GET), person=request.user)
    return download("learnt-from", form=form, header=heads, rows=lines)


def _learnt(kept: BreachModel, *, opens: bool) -> dict[str, dict[str, str]]:
    """Lay out from how many cases was learnt, and how often they were looked at."""
    told = {
        "cases": ngettext("%(count)s judged case", "%(count)s judged cases", kept.cases)
        % {"count": number(kept.cases)},
        "samples": ngettext("%(count)s look", "%(count)s looks", kept.samples) % {"count": number(kept.samples)},
    }
    return {
        name: _figure(text, LearntFrom(str(kept.pk), name), opens=opens and getattr(kept, name) > 0)
        for name, text in told.items()
    }


def _figure(text: str, asked: Guessed | LearntFrom, *, opens: bool) -> dict[str, str]:
    """Lay out a number with the address of its rows; weeks that were judged before rows were kept open none."""
    return {"text": text, "url": asked.url() if opens else ""}


def _week(one: BreachWeek, *, opens: bool) -> dict[str, Any]:
    told = {
        "cases": number(one.cases), "samples": number(one.samples), "brier": number(one.brier, 3),
        "usual": number(one.plain_brier, 3),
    }  # fmt: skip
    cells = [_figure(text, Guessed(one.week.isoformat(), sum=name), opens=opens) for name, text in told.items()]
    return {"week": one.week, "cells": cells, "better": one.brier < one.plain_brier}


def _calibration(weeks: list[BreachWeek], *, opens: bool) -> dict[str, Any]:
    """Add the weeks up: of the cases of which so much was said, so many came to miss."""
    rows: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for week in weeks:
        for one in week.table:
            row = rows[one["from"]]
            row[0] += one["samples"]
            row[1] += one["said"] * one["samples"]
            row[2] += one["came"] * one["samples"]
    lines: list[dict[str, Any]] = [
        {
            "range": f"{round(low * 100)}–{round(low * 100) + 20} %", "value": came / n, "came": share(round(came), round(n)),
            "cells": [
                _figure(text, Guessed(fifth=str(round(low * 5)), sum=name), opens=opens)
                for name, text in (
                    ("samples", number(n)), ("said", f"{number(said / n * 100, 1)} %"), ("came", share(round(came), round(n))),
                )
            ],
        }
        for low, (n, said, came) in sorted(rows.items())
    ]  # fmt: skip
    title = _("Of the predictions in each class, how many came to miss")
    series = [Bar(line["range"], line["value"], line["came"]) for line in lines]
    return {"lines": lines, "title": title, "drawing": bars(series, title=title, ident="calibration") if lines else ""}


def _weights(kept: BreachModel, *, opens: bool) -> list[dict[str, Any]]:
    """List the classes that move a prediction the most, each with how often it was seen."""
    learnt = Learnt.read(kept.weights)
    found = [
        (learnt.weights[start + kind], place, kind, round(learnt.seen[start + kind] * kept.samples))
        for place, (start, size) in enumerate(zip(STARTS, SIZES, strict=True))
        for kind in range(size)
        if learnt.seen[start + kind] > 0
    ]
    return [
        {
            "words": trait_words(place, kind),
            "cells": [
                _figure(text, LearntFrom(str(kept.pk), trait=f"{Traits._fields[place]}-{kind}"), opens=opens)
                for text in (number(seen), f"{weight:+.2f}")
            ],
        }
        for weight, place, kind, seen in sorted(found, key=lambda row: -abs(row[0]))[:10]
    ]  # fmt: skip


def _cases(request: PersonRequest, at: Any) -> list[dict[str, Any]]:
    seen = Ticket.objects.visible_to(request.user).open().values("pk")
    found = list(BreachRisk.objects.filter(record__in=seen, at__gte=at - STALE).order_by("-chance", "pk")[:MOST])
    cases = Ticket.objects.in_bulk([one.pk for one in found])
    return [
        {
            "case": cases[one.pk], "url": page_of(cases[one.pk]), "percent": percent(one.chance),
            "clocks_url": reverse("record:clocks", args=[cases[one.pk].number]),
            "reasons": [reason_words(*reason) for reason in one.reasons],
        }
        for one in found
    ]  # fmt: skip
