"""What came of limits, of the delivery of reports and of maintenance in the periods before: as issued, else as it is counted today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itsm.service_reports import evidence
from itsm.service_reports.lines import Line
from itsm.service_reports.periodic import delivery, upkeep
from itsm.service_reports.periods import Span, days_of
from itsm.service_reports.promises import CAPS, cap
from itsm.service_reports.scope import Subject
from itsm.service_reports.sources import Found
from itsm.service_reports.trend import Point, Trend
from sla.availability import Availability
from sla.models import AgreementRow, Promise

TURNS = ("report", "maintenance")


@dataclass(frozen=True)
class PeriodTrends:
    """The trends of one report; reports that were owed and turns of maintenance were read with those of the report."""

    trend: Trend
    facts: Found
    span: Span
    kind: str
    code: str

    def of(self, subject: Subject, judged: Sequence[Line], found: Availability) -> Iterator[tuple[Line, list[Point]]]:
        """Give each such promise of a service with its points, the oldest first; ``found`` is reckoned for the report's period."""
        assert subject.row is not None  # only promised services are reported
        lines = {line.name: line for line in judged}
        for place, promise in enumerate(subject.row.promises.all(), 1):
            line = lines.get(f"{promise.metric}-{place}")
            if promise.metric not in (*CAPS, *TURNS) or line is None:
                continue
            points = [self._earlier(subject, promise, line, at) for at in range(len(self.trend.spans))]
            points.append(self._now(line, found))
            if any(figure is not None for _period, figure, _met in points):
                yield replace(line, more={}), points

    def _now(self, line: Line, found: Availability) -> Point:
        """Give what came of the report's own period; a limit for another one is not judged by it."""
        if "own" in line.more:
            return self.trend.point(self.span, CAPS[line.metric](found), None)
        return self.trend.point(self.span, line.figures["result"], line.met)

    def _earlier(self, subject: Subject, promise: Promise, line: Line, place: int) -> Point:
        span = self.trend.spans[place]
        issued = self.trend.issued_line(subject, line, place)
        if issued is not None:
            return issued
        then = self.trend.agreed[place].get(subject.service.pk)
        same = _same(then, promise)
        made = self._judged(subject, then, same or promise, place)
        if made is None:
            return self.trend.point(span, None, None)
        judged = same is not None and (same.metric in TURNS or same.period == self.kind)
        return self.trend.point(span, made.figures["result"], made.met if judged else None)

    def _judged(self, subject: Subject, then: Subject | None, promise: Promise, place: int) -> Line | None:
        """Judge a promise over an earlier period; None where nothing is known of it."""
        if promise.metric in CAPS:
            found = self.trend.reckoned(subject, place)
            return None if found is None else cap(promise, promise.metric, found)
        if then is None or then.row is None:
            return None
        if promise.metric == "report":
            return self._delivered(then.row, promise, self.trend.spans[place])
        return self._kept(then, then.row, promise, self.trend.spans[place])

    def _delivered(self, row: AgreementRow, promise: Promise, span: Span) -> Line:
        owed = [one for one in self.facts.owed_before if span[0] <= one.due_at < span[1]]
        usual: dict[str, Any] = {"code": self.code, "days": self.facts.report_days}
        return delivery(row, owed, at=self.trend.at, promise=promise, name=promise.metric, **usual)

    def _kept(self, then: Subject, row: AgreementRow, promise: Promise, span: Span) -> Line:
        within = span[0], then.until(span[1])
        days = days_of(span)
        turns = [one for one in self.facts.turns_before[then.service.pk] if days[0] <= one.planned_on <= days[1]]
        plans = evidence.plans(row, turns, span=within, at=self.trend.at)
        return upkeep([plan for plan, _done in plans], promise=promise, name=promise.metric)


def _same(then: Subject | None, promise: Promise) -> Promise | None:
    """Find the promise of the same in what was agreed then."""
    rows = then.row.promises.all() if then is not None and then.row is not None else ()
    return next((one for one in rows if (one.metric, one.period) == (promise.metric, promise.period)), None)
