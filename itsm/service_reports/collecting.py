"""Calculating a report: one document of plain values in which every number stands with its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from itsm.hours.instants import epoch_of
from itsm.people.models import Organisation
from itsm.service_reports import evidence, limits, owed, remedies, uptime
from itsm.service_reports.amounts import MARK, Figure, Row, counted, shared
from itsm.service_reports.contract_years import begun, cut, whose
from itsm.service_reports.lines import Line
from itsm.service_reports.own_periods import OwnPeriods
from itsm.service_reports.periodic import Periodic
from itsm.service_reports.periods import Span, earlier, label
from itsm.service_reports.promise_trends import PromiseTrends
from itsm.service_reports.promises import OF_CASES, lines
from itsm.service_reports.scope import Hours, Subject, editions_of, subjects
from itsm.service_reports.sources import NO_SERVICE, Found, read
from itsm.service_reports.trend import Trend
from itsm.tickets.settings_models import house_rules
from relationships.survey_figures import SATISFIED
from sla.availability import RUNNING, Availability, Gathered, gather, reckon
from sla.models import AgreementEdition, Remedy

#: The shape of the document and the edition of its definitions (docs/service_reports.md); both stand on the paper.
SCHEMA, DEFINITIONS = 4, "01.08"
CELLS = ("availability", "response", "reporting", "continuity", "maintenance", "remarks")
Progress = Callable[[int, int], None]


@dataclass
class Sheet:
    """The document while it is made."""

    customer: Organisation
    span: Span
    kind: str
    at: datetime
    figures: dict[str, Figure] = field(default_factory=dict)
    reasons: set[str] = field(default_factory=set)
    missed: list[Row] = field(default_factory=list)
    hours: Hours = field(default_factory=Hours)
    gathered: Gathered | None = None
    own: OwnPeriods | None = None
    remedies: dict[int, list[Remedy]] = field(default_factory=dict)

    def put(self, key: str, figure: Figure) -> str:
        """Keep a figure and give its key."""
        self.figures[key] = figure
        return key


def collect(
    customer: Organisation, span: Span, *, at: datetime, kind: str = "month", agreement: int | None = None,
    told: Progress = lambda done, of: None,
) -> dict[str, Any]:  # fmt: skip
    """Calculate the report of a customer for a period as it is known at ``at``; ``told`` hears how far it is.

    A contract year is that of one ``agreement``, and only what that promises is in the report.
    """
    sheet = Sheet(customer, span, kind, at)
    editions = editions_of(customer, span, at=at, agreement=agreement)
    first_day = begun(agreement)
    about = cut(subjects(customer, editions, span=span, at=at), span, first_day=first_day)
    sheet.remedies = remedies.agreed(editions)
    sheet.own = OwnPeriods(about, span, kind=kind, at=at, hours=sheet.hours)
    past = earlier(span, kind, first_day=first_day)
    since = sheet.own.since(past[0][0])
    facts = _facts(sheet, about, since=since, trend_since=past[0][0])
    trend = Trend(customer, past, kind=kind, at=at, hours=sheet.hours, known=facts.first_known, agreement=agreement)
    sheet.gathered = gather([one.service for one in about], since, span[1])
    trend.gathered = sheet.gathered
    services = list(_services(sheet, about, facts, trend, told=told))
    if at < span[1]:
        sheet.reasons.add(RUNNING)
    summary = _summary(sheet, services, facts)
    workload, found = limits.compared(customer, editions, about, span, at=at)
    sheet.figures |= found
    figures = {key: figure.as_json() for key, figure in sorted(sheet.figures.items())}
    return {
        "schema": SCHEMA, "definitions": DEFINITIONS,
        "customer": {"code": customer.code, "zh": customer.name_zh, "en": customer.name_en},
        "period": {
            "kind": kind, "label": label(span[0], kind), "start": span[0].isoformat(), "end": span[1].isoformat(),
            "until": min(span[1], max(span[0], at)).isoformat(), "agreement": whose(editions) if agreement else "",
        },
        "provisional": sorted(sheet.reasons), "agreements": [_agreement(one) for one in editions],
        "summary": summary, "workload": workload, "services": [remedies.lay(one, figures) for one in services], "figures": figures,
    }  # fmt: skip


def _services(
    sheet: Sheet, about: list[Subject], facts: Found, trend: Trend, *, told: Progress
) -> Iterator[dict[str, Any]]:
    """Judge each service; ``told`` hears how far it is."""
    for place, subject in enumerate(about):
        told(place, len(about))
        yield _service(sheet, subject, facts, trend)
    told(len(about), len(about))


def _facts(sheet: Sheet, about: list[Subject], *, since: datetime, trend_since: datetime) -> Found:
    """Read what is counted: turns of maintenance and owed reports from ``trend_since`` on where they are promised."""
    metrics = {promise.metric for one in about if one.row is not None for promise in one.row.promises.all()}
    turns_since = trend_since if "maintenance" in metrics else None
    start, end = sheet.span
    facts = read(sheet.customer, [one.service.pk for one in about], start, end, since=since, turns_since=turns_since)
    facts.report_days = house_rules().report_days
    every = owed.due_within(trend_since if "report" in metrics else start, end, customer=sheet.customer)
    facts.owed = [one for one in every if one.due_at >= start]
    facts.owed_before = [one for one in every if one.due_at < start]
    return facts


def _agreement(edition: AgreementEdition) -> dict[str, Any]:
    agreement = edition.agreement
    return {
        "number": agreement.number, "edition": edition.number, "title": agreement.title,
        "signed_at": edition.signed_at.isoformat() if edition.signed_at else None,
        "valid_from": edition.valid_from.isoformat() if edition.valid_from else None,
    }  # fmt: skip


def _service(sheet: Sheet, subject: Subject, facts: Found, trend: Trend) -> dict[str, Any]:
    service, row = subject.service, subject.row
    assert row is not None  # only promised services are reported
    span = (sheet.span[0], subject.until(sheet.span[1]))
    terms = sheet.hours.terms(subject, period=sheet.kind)
    found = reckon(service, *span, at=sheet.at, terms=terms, known=sheet.gathered)
    sheet.reasons.update(found.reasons)
    whole = [(epoch_of(start), epoch_of(end)) for start, end in found.version.schedule().spans(*span)]
    plans = evidence.maintenance(sheet.put, row, found, facts, span=span, at=sheet.at)
    periodic = Periodic(sheet.customer.code, facts.owed, plans, sheet.at, facts.report_days)
    judged = [
        *lines(subject, found, whole, facts, periodic, kind=sheet.kind),
        *_over_own_periods(sheet, subject, facts),
    ]
    for line in judged:
        for name, figure in line.figures.items():
            sheet.put(f"{service.code}.{line.name}.{name}", figure)
    sheet.missed += [("promise", f"{service.code}.{line.name}", 1) for line in judged if line.met is False]
    return {
        "code": service.code, "zh": service.name_zh, "en": service.name_en, "owner": service.owner.name if service.owner else "",
        "agreement": found.terms.agreement, "edition": found.terms.edition,
        "calendar": f"{found.terms.calendar.code}/{found.version.number}", "calendar_zh": found.terms.calendar.name_zh,
        "calendar_en": found.terms.calendar.name_en, "mode": found.mode, "cells": _cells(subject),
        "lines": [line.as_json(service.code) for line in judged], "missed": any(line.met is False for line in judged),
        "remedies": remedies.terms_of(row, service.pk, sheet.remedies),
        "trend": _trend(sheet, subject, found, judged, trend), "beside": _beside(sheet, subject, facts),
        "trends": _trends(sheet, subject, facts, judged, trend, found),
        "breaches": evidence.breaches(sheet.put, found, facts), "exclusions": evidence.exclusions(sheet.put, found, facts),
        "maintenance": plans, "planned": evidence.planned(sheet.put, found), "comment": None,
    }  # fmt: skip


def _over_own_periods(sheet: Sheet, subject: Subject, facts: Found) -> Iterator[Line]:
    """Judge what is promised for another period than the report's; what makes it provisional makes the report so."""
    assert sheet.own is not None  # made before the services
    for line, found in sheet.own.lines(subject, known=sheet.gathered, past=facts.past):
        if line.metric not in OF_CASES:
            sheet.reasons.update(found.reasons)
        yield line


def _cells(subject: Subject) -> dict[str, Any]:
    """Copy the row of the agreement's table in both languages."""
    row = subject.row
    assert row is not None  # only promised services are reported
    items = list(row.items.all())
    made: dict[str, Any] = {
        "items_zh": [one.name_zh for one in items], "items_en": [one.name_en or one.name_zh for one in items],
        "frequency": row.report_frequency, "delivery": row.report_delivery, "rto": row.rto_seconds, "rpo": row.rpo_seconds,
    }  # fmt: skip
    for name in CELLS:
        made |= {f"{name}_{tongue}": row.said(name, tongue) for tongue in ("zh", "en")}
    return made


def _trend(
    sheet: Sheet, subject: Subject, found: Availability, judged: list[Line], trend: Trend
) -> list[dict[str, Any]]:
    """Give the trend of the service's availability: earlier periods, then this one."""
    points = trend.of(subject)
    now = uptime.combined(found)
    points.append((label(sheet.span[0], sheet.kind), now, uptime.meets(now, found.terms.target)))
    made = []
    for name, figure, met in points:
        key = sheet.put(f"{subject.service.code}.trend.{name}", figure) if figure is not None else None
        made.append({"period": name, "figure": key, "met": met})
    return made


def _trends(
    sheet: Sheet, subject: Subject, facts: Found, judged: list[Line], trend: Trend, found: Availability
) -> list[dict[str, Any]]:
    """Give the trend of each promise of cases and marks, then of limits, reports and maintenance."""
    code, made = subject.service.code, []
    trends = PromiseTrends(trend, facts, sheet.span, sheet.kind, sheet.customer.code)
    for line, points in trends.of(subject, judged, found):
        told = [
            {
                "period": name, "met": met,
                "figure": sheet.put(f"{code}.trends.{line.name}.{name}", figure) if figure is not None else None,
            }
            for name, figure, met in points
        ]  # fmt: skip
        made.append(line.as_json(code) | {"figures": {}, "met": None, "points": told})
    return made


def _beside(sheet: Sheet, subject: Subject, facts: Found) -> dict[str, str]:
    """Give what users lived beside every result: complaints, satisfaction, cases opened again or closed in silence."""
    key, code = subject.service.pk, subject.service.code
    marks = facts.marks[key]
    pleased: list[Row] = [(what, which, 1) for what, which, mark in marks if mark >= SATISFIED]
    asked: list[Row] = [(what, which, 1) for what, which, _mark in marks]
    found = {
        "received": counted(facts.received[key]), "complaints": counted(facts.complaints[key]), "csat": shared(pleased, asked),
        "answers": counted(asked), "mark": Figure("mean", MARK, {"part": marks}),
        "reopened": shared(facts.reopened[key], facts.closed[key]), "silent": shared(facts.silent[key], facts.closed[key]),
    }  # fmt: skip
    return {name: sheet.put(f"{code}.beside.{name}", figure) for name, figure in found.items()}


def _summary(sheet: Sheet, services: list[dict[str, Any]], facts: Found) -> dict[str, str]:
    """Give the numbers that stand over the whole report."""
    late = [
        ("breach", f"{one['code']}.{place}", 1) for one in services for place, _row in enumerate(one["breaches"], 1)
    ]
    marks = [row for rows in facts.marks.values() for row in rows]
    found = {
        "services": counted([("service", one["code"], 1) for one in services]), "missed": counted(sheet.missed),
        "breaches": counted(late), "complaints": counted([row for rows in facts.complaints.values() for row in rows]),
        "mark": Figure("mean", MARK, {"part": marks}), "answers": counted([(what, which, 1) for what, which, _mark in marks]),
        "unplaced": counted(facts.complaints[NO_SERVICE]),
    }  # fmt: skip
    return {name: sheet.put(f"all.{name}", figure) for name, figure in found.items()}
