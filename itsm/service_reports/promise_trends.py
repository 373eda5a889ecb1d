"""What came of promises in the periods before: as it was issued to this customer, else as it is counted today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from itsm.service_reports import evidence
from itsm.service_reports.lines import BY_CASE, Line
from itsm.service_reports.periodic import delivery, upkeep
from itsm.service_reports.periods import Span, days_of
from itsm.service_reports.promises import CAPS, OF_CASES, cap, governed, of_cases
from itsm.service_reports.scope import Subject
from itsm.service_reports.sources import Found
from itsm.service_reports.trend import TRENDED, Point, Trend
from sla.availability import Availability
from sla.models import AgreementRow, Promise

#: What falls due in a period whatever period it is promised for.
TURNS = ("report", "maintenance")


@dataclass(frozen=True)
class PromiseTrends:
    """The trends of one report; nothing is read for them that was not read for the report."""

    trend: Trend
    facts: Found
    span: Span
    kind: str
    code: str

    def of(self, subject: Subject, judged: Sequence[Line], found: Availability) -> Iterator[tuple[Line, list[Point]]]:
        """Give each promise of a service that has a trend with its points, the oldest first; those of cases and marks go before.

        Not one that nothing was ever counted for. ``found`` is reckoned for the report's period.
        """
        assert subject.row is not None  # only promised services are reported
        lines = {line.name: line for line in judged}
        promised = [
            (one, lines.get(f"{one.metric}-{place}")) for place, one in enumerate(subject.row.promises.all(), 1)
        ]
        for promise, line in sorted(promised, key=lambda one: one[0].metric not in OF_CASES):
            if promise.metric not in TRENDED or line is None:
                continue
            points = [self._earlier(subject, promise, line, at) for at in range(len(self.trend.spans))]
            points.append(self._now(line, found))
            if any(figure is not None for _period, figure, _met in points):
                yield replace(line, more={}), points

    def _now(self, line: Line, found: Availability) -> Point:
        """Give what came of the report's own period; a promise for another one is not judged by it."""
        apart = "own" in line.more
        counted = CAPS[line.metric](found) if apart and line.metric in CAPS else line.figures["result"]
        return self.trend.point(self.span, line.figures.get("here", counted), None if apart else line.met)

    def _earlier(self, subject: Subject, promise: Promise, line: Line, place: int) -> Point:
        """Give what came of an earlier period; it has a verdict where the same was promised then, and for such a period."""
        then = self.trend.agreed[place].get(subject.service.pk)
        same = _same(then, promise)
        is_judged = same is not None and (same.metric in TURNS or same.period == self.kind)
        issued = self.trend.issued_line(subject, line, place)
        if issued is not None:
            period, figure, met = issued
            return period, figure, met if is_judged else None
        made = self._counted(subject, then, same or promise, place)
        if made is None:
            return self.trend.point(self.trend.spans[place], None, None)
        return self.trend.point(self.trend.spans[place], made.figures["result"], made.met if is_judged else None)

    def _counted(self, subject: Subject, then: Subject | None, promise: Promise, place: int) -> Line | None:
        """Judge a promise over an earlier period; None where nothing is known of it."""
        if promise.metric in OF_CASES:
            return self._of_cases(subject, then, promise, self.trend.spans[place])
        if promise.metric in CAPS:
            found = self.trend.reckoned(subject, place)
            return None if found is None else cap(promise, promise.metric, found)
        if then is None or then.row is None:
            return None
        if promise.metric == "report":
            return self._delivered(then.row, promise, self.trend.spans[place])
        return self._kept(then, then.row, promise, self.trend.spans[place])

    def _of_cases(self, subject: Subject, then: Subject | None, promise: Promise, span: Span) -> Line:
        key, past = subject.service.pk, self.facts.past
        within = span[0], span[1] if then is None else then.until(span[1])
        of = then if then is not None and then.row == promise.row else subject
        cases = governed(of, promise.row, past.judged_in(key, *within))
        return of_cases(promise, promise.metric, judged=cases, marks=past.marks_in(key, *within))

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
    return next((one for one in rows if _key(one) == _key(promise)), None)


def _key(promise: Promise) -> tuple[Any, ...]:
    """Tell by what a promise is the same in another edition: one of cases is made once, others may be made for several periods."""
    period = "" if promise.metric in BY_CASE else promise.period
    return promise.metric, promise.process, promise.priority, promise.request_item_id, period
