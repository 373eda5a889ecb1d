"""The periods before: as they were issued to this customer, else as they are reckoned today; without data where there is none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.people.models import Organisation
from itsm.service_reports import uptime
from itsm.service_reports.amounts import Figure, figure_of
from itsm.service_reports.lines import Line
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import Span, label
from itsm.service_reports.promises import CAPS, OF_CASES
from itsm.service_reports.scope import Hours, Subject, editions_of_each, subjects
from sla.availability import Availability, Gathered, reckon
from sla.contract_years import ends_at
from sla.models import AgreementEdition

#: Promises that have a trend beside availability.
TRENDED = (*OF_CASES, *CAPS, "report", "maintenance")
#: A point: the period, its figure (None without data), and whether the target was met.
Point = tuple[str, Figure | None, bool | None]
#: By what a promise is known in another report: measure, priority, process, words.
Alike = tuple[Any, ...]


class Trend:
    """Earlier periods of one customer: what was agreed in each, and what was issued."""

    def __init__(
        self,
        customer: Organisation,
        spans: list[Span],
        *,
        kind: str,
        at: datetime,
        hours: Hours,
        known: dict[int, datetime],
        agreement: int | None = None,
    ) -> None:
        self.customer, self.spans, self.kind, self.at, self.hours, self.known = customer, spans, kind, at, hours, known
        #: Whose contract years the periods are.
        self.agreement = agreement
        self.gathered: Gathered | None = None
        self._reckoned: dict[tuple[int, int], Availability | None] = {}
        self.since = spans[0][0]
        self._of_editions: dict[tuple[tuple[int, ...], Span | None], dict[int, Subject]] = {}
        each = editions_of_each(customer, spans, at=at, agreement=agreement)
        self.agreed = [self._agreed(span, editions) for span, editions in zip(spans, each, strict=True)]
        self.issued: dict[datetime, dict[str, Point]] = {}
        #: The promises that have a trend and were judged over the period of their report, by service and what they promise.
        self.issued_lines: dict[datetime, dict[tuple[str, Alike], Point]] = {}
        self._read_issued()

    def issued_line(self, subject: Subject, line: Line, place: int) -> Point | None:
        """Give what was issued of a promise for one of the periods; None where nothing was."""
        lines = self.issued_lines.get(self.spans[place][0], {})
        return lines.get((subject.service.code, alike(line.as_json(""))))

    def point(self, span: Span, figure: Figure | None, met: bool | None) -> Point:
        """Name a period with what came of a promise in it; nothing where there is no data."""
        named = label(span[0], self.kind)
        return (named, figure, met) if figure is not None and figure.value is not None else (named, None, None)

    def _agreed(self, span: Span, editions: list[AgreementEdition]) -> dict[int, Subject]:
        """Give what was agreed at the end of a span; the same agreements are laid out once."""
        key = (tuple(one.pk for one in editions), span if any(_ended(one, span) for one in editions) else None)
        if key not in self._of_editions:
            found = subjects(self.customer, editions, span=span, at=self.at)
            self._of_editions[key] = {one.service.pk: one for one in found}
        return self._of_editions[key]

    def _read_issued(self) -> None:
        """Read the points of the reports that were issued to the customer."""
        rows = ReportIssue.objects.out().latest().filter(
            customer=self.customer, period=self.kind, agreement=self.agreement, starts_at__in=[start for start, _end in self.spans]
        )  # fmt: skip
        for start, kept in rows.values_list("starts_at", "figures"):
            points = {one["code"]: one["trend"][-1] for one in kept["services"]}
            self.issued[start] = {
                code: (point["period"], figure_of(kept["figures"][point["figure"]]), point["met"])
                for code, point in points.items()
                if point["figure"]
            }
            self.issued_lines[start] = _lines_of(kept, label(start, self.kind))

    def of(self, subject: Subject) -> list[Point]:
        """Give the points of a service, the oldest first."""
        return [self._point(subject, place, span) for place, span in enumerate(self.spans)]

    def _point(self, subject: Subject, place: int, span: Span) -> Point:
        issued = self.issued.get(span[0], {}).get(subject.service.code)
        if issued is not None:
            return issued
        found = self.reckoned(subject, place)
        figure = None if found is None else uptime.combined(found)
        if found is None or figure is None or figure.value is None:
            return label(span[0], self.kind), None, None
        return label(span[0], self.kind), figure, uptime.meets(figure, found.terms.target)

    def reckoned(self, subject: Subject, place: int) -> Availability | None:
        """Reckon the availability of a service in a span, once; None where nothing was agreed and nothing is known of it."""
        key = (subject.service.pk, place)
        if key not in self._reckoned:
            self._reckoned[key] = self._reckon(subject, place, self.spans[place])
        return self._reckoned[key]

    def _reckon(self, subject: Subject, place: int, span: Span) -> Availability | None:
        then = self.agreed[place].get(subject.service.pk)
        first = self.known.get(subject.service.pk)
        if then is None and (first is None or first >= span[1]):
            return None
        about = then or Subject(subject.service, None)
        terms = self.hours.terms(about, period=self.kind)
        return reckon(about.service, span[0], about.until(span[1]), at=self.at, terms=terms, known=self.gathered)


def _lines_of(kept: dict[str, Any], period: str) -> dict[tuple[str, Alike], Point]:
    """Read what an issued report says of promises that have a trend; not of two that cannot be told apart."""
    found: dict[tuple[str, Alike], list[Point]] = {}
    for one in kept["services"]:
        for line in one["lines"]:
            if line["metric"] in TRENDED and "own" not in line:
                figure = figure_of(kept["figures"][line["figures"]["result"]])
                point = (period, figure, line["met"]) if figure.value is not None else (period, None, None)
                found.setdefault((one["code"], alike(line)), []).append(point)
    return {key: points[0] for key, points in found.items() if len(points) == 1}


def alike(line: dict[str, Any]) -> Alike:
    """Tell by what a promise is known in another report of the customer."""
    return tuple(line[name] for name in ("metric", "priority", "kind", "words_zh", "words_en"))


def _ended(edition: AgreementEdition, span: Span) -> bool:
    """Tell whether an edition ended before the end of a span."""
    end = ends_at(edition)
    return end is not None and end < span[1]
