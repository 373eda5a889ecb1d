"""The clocks of a list's rows: the words of ``sla.clocks.chip``, looked up once for the list instead of once for a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext

from itsm.desk import tables
from itsm.hours.instants import epoch_of
from itsm.ui.chips import clock_words
from itsm.ui.moments import DAY, HOUR, MINUTE, day_text, english, iso
from sla.clocks import chip
from sla.words import metric_words

METRICS = ("response", "resolution", "fulfilment")


class RowClocks:
    """Says how the nearest clock of each row stands at ``at``, in the active language and zone."""

    def __init__(self, *, at: datetime) -> None:
        """Look the words up."""
        self.at, self.now = at, epoch_of(at)
        self.left, self.late = gettext("%(time)s left"), gettext("%(time)s late")
        self.days, self.hours = gettext("%(days)s d %(hours)s h"), gettext("%(hours)s h %(minutes)s min")
        self.minutes, self.moment = gettext("%(minutes)s min"), gettext("under 1 min")
        self.metrics = {metric: metric_words(metric) for metric in METRICS}
        self.zone, self.comma = get_current_timezone(), "," if english() else ""
        self.named_days: dict[Any, str] = {}
        self.still: dict[tuple[str, str, Any], dict[str, Any] | None] = {}

    def of(self, row: Any) -> dict[str, Any] | None:
        """Give the clock of one row for ``sla_chip``; None when it has none."""
        if row.clock_state != "running" or row.due_at is None or row.due_metric not in self.metrics:
            return self._standing(row)
        left = epoch_of(row.due_at) - self.now
        late, soon = left < 0, row.warn_at is not None and row.warn_at <= self.at
        local = row.due_at.astimezone(self.zone)
        title = f"{self.metrics[row.due_metric]}: {self._day(local)}{self.comma} {local.hour:02d}:{local.minute:02d}"
        return {
            "look": "missed" if late else "soon" if soon else "running",
            "text": (self.late if late else self.left) % {"time": self._span(abs(left))},
            "due": iso(row.due_at),
            "left": left,
            "ticking": True,
            "title": title,
        }

    def _span(self, seconds: int) -> str:
        if seconds >= DAY:
            return self.days % {"days": seconds // DAY, "hours": seconds % DAY // HOUR}
        if seconds >= HOUR:
            return self.hours % {"hours": seconds // HOUR, "minutes": seconds % HOUR // MINUTE}
        return self.minutes % {"minutes": seconds // MINUTE} if seconds >= MINUTE else self.moment

    def _day(self, local: datetime) -> str:
        day = local.date()
        if day not in self.named_days:
            self.named_days[day] = day_text(day)
        return self.named_days[day]

    def _standing(self, row: Any) -> dict[str, Any] | None:
        """Give a clock that does not run: the same for all rows that wait for the same."""
        key = (row.kind, row.clock_state, row.hold_reason_id)
        if row.due_at is not None and row.clock_state not in ("paused", "soft"):
            return chip(row, at=self.at)
        if key not in self.still:
            self.still[key] = self._stands(row)
        return self.still[key]

    def _stands(self, row: Any) -> dict[str, Any] | None:
        if row.hold_reason_id is None or row.clock_state not in ("paused", "soft"):
            return chip(row, at=self.at)
        reason = tables.hold_reasons().get(row.hold_reason_id)
        return {"look": "paused", "text": clock_words("paused", seconds=0, reason=reason.name if reason else "")}
