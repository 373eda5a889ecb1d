"""What came of promises of cases and marks in the periods before: as it was issued to this customer, else as it is counted today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itsm.service_reports.lines import Line
from itsm.service_reports.periods import Span
from itsm.service_reports.promises import OF_CASES, of_cases
from itsm.service_reports.scope import Subject
from itsm.service_reports.sources import Past
from itsm.service_reports.trend import Point, Trend
from sla.models import Promise


@dataclass(frozen=True)
class CaseTrends:
    """The trends of one report; nothing is read for them that was not read for the report."""

    trend: Trend
    past: Past
    span: Span
    kind: str

    def of(self, subject: Subject, judged: Sequence[Line]) -> Iterator[tuple[Line, list[Point]]]:
        """Give each such promise of a service with its points, the oldest first; not one that nothing was ever counted for."""
        assert subject.row is not None  # only promised services are reported
        lines = {line.name: line for line in judged}
        for place, promise in enumerate(subject.row.promises.all(), 1):
            line = lines.get(f"{promise.metric}-{place}")
            if promise.metric not in OF_CASES or line is None:
                continue
            points = [self._earlier(subject, promise, line, at) for at in range(len(self.trend.spans))]
            points.append(self._now(line))
            if any(figure is not None for _period, figure, _met in points):
                yield replace(line, more={}), points

    def _now(self, line: Line) -> Point:
        """Give what came of the report's own period; a promise for another one is not judged by it."""
        figure = line.figures.get("here", line.figures["result"])
        return self.trend.point(self.span, figure, None if "own" in line.more else line.met)

    def _earlier(self, subject: Subject, promise: Promise, line: Line, place: int) -> Point:
        span = self.trend.spans[place]
        issued = self.trend.issued_line(subject, line, place)
        if issued is not None:
            return issued
        then = self.trend.agreed[place].get(subject.service.pk)
        same = _same(then, promise)
        within = span[0], then.until(span[1]) if then is not None else span[1]
        key = subject.service.pk
        found = of_cases(
            same or promise, line.name, judged=self.past.judged_in(key, *within), marks=self.past.marks_in(key, *within)
        )
        met = found.met if same is not None and same.period == self.kind else None
        return self.trend.point(span, found.figures["result"], met)


def _same(then: Subject | None, promise: Promise) -> Promise | None:
    """Find the promise of the same in what was agreed then."""
    rows = then.row.promises.all() if then is not None and then.row is not None else ()
    return next((one for one in rows if _key(one) == _key(promise)), None)


def _key(promise: Promise) -> tuple[Any, ...]:
    return promise.metric, promise.process, promise.priority, promise.request_item_id
