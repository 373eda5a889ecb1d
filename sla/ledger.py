"""A clock in words: started, counted, paused for whom and how long, due, met or missed and why, and who was told."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from itsm.draw import Part, clock_bar
from itsm.hours.instants import epoch_of, moment
from itsm.tickets.models import HoldReason
from itsm.ui.chips import clock_words
from itsm.ui.moments import iso, moment_text
from sla import reckoning
from sla.lifting import lifted_by
from sla.models import INTERNAL, Clock, ClockEvent, Escalation
from sla.settings_models import Metric
from sla.words import (
    act_words,
    audiences,
    breach_words,
    duration,
    hours_words,
    level_words,
    metric_words,
    pause_words,
    rule_words,
    why_words,
)

#: The agreed clocks of a record, written out: the page of a case asks for nothing more often.
AGREED = "SELECT * FROM sla_clock WHERE record_id = %s AND NOT is_deadline AND metric NOT IN ('acceptance', 'handling') ORDER BY cycle"
ORDER = {metric: place for place, metric in enumerate((*Metric.values, *INTERNAL))}


@dataclass(frozen=True)
class Line:
    """One row of the ledger; ``sum`` marks a result."""

    label: str
    text: str
    sum: bool = False


@dataclass(frozen=True)
class Ledger:
    """One clock as people read it: ``chip`` is for ``sla_chip``, ``bar`` is drawn, ``rows`` are the reckoning."""

    clock: Clock
    name: str
    look: str
    chip: dict[str, Any]
    used: int
    rows: tuple[Line, ...]
    steps: tuple[Line, ...]
    parts: tuple[Part, ...]

    @property
    def bar(self) -> str:
        """The clock drawn to scale."""
        return clock_bar(
            self.parts, target=self.clock.target_seconds or 0, ident=f"clock-{self.clock.pk}", title=self.name
        )

    @property
    def ledger(self) -> tuple[Line, ...]:
        """The rows, then the steps of the ladder."""
        return self.rows + self.steps

    @property
    def percent(self) -> int:
        """The share of the target that is used, cut to whole per cent."""
        return self.used * 100 // (self.clock.target_seconds or 1)


def ledger(record: Any, *, at: datetime, internal: bool = False) -> list[Ledger]:
    """This will put every clock of a record into words of the active language; of the news only the last cycle.

    ``internal`` adds what teams have promised each other.
    """
    every = Clock.objects.filter(is_deadline=False) if internal else Clock.objects.agreed()
    clocks = sorted(every.filter(record_id=record.pk), key=lambda clock: (ORDER[clock.metric], clock.cycle))
    last_news = max((clock.cycle for clock in clocks if clock.metric == Metric.UPDATE), default=0)
    shown = [clock for clock in clocks if clock.metric != Metric.UPDATE or clock.cycle == last_news]
    told: dict[int, list[Escalation]] = defaultdict(list)
    for row in (
        Escalation.objects.filter(record_id=record.pk).select_related("acknowledged_by").order_by("due_at", "level")
    ):
        told[row.clock_id].append(row)
    reasons = {reason.code: reason for reason in HoldReason.objects.all()}
    made = [_ledger(clock, told[clock.pk], reasons, at=at) for clock in shown]
    unpaused = _unpaused(record)
    return [replace(one, rows=one.rows + unpaused) if _works(one.clock) else one for one in made]


def _works(clock: Clock) -> bool:
    """Tell whether this is a running clock that a hold might have stopped."""
    return clock.state == "running" and clock.metric in (Metric.RESOLUTION, Metric.FULFILMENT)


def _unpaused(record: Any) -> tuple[Line, ...]:
    """Say why a hold leaves the clock running that a workaround would stop."""
    why = getattr(record, "hold_reason", None)
    if why is None or not why.workaround or why.pause_of(record.facts):
        return ()
    lacks = {
        HoldReason.Workaround.RESTORED: _("no workaround has restored the service"),
        HoldReason.Workaround.ACCEPTED: _("the requester has accepted no workaround"),
    }
    return (Line(_("Runs on · %(reason)s") % {"reason": why.name}, lacks[why.workaround]),)


def brief(record: Any, *, reasons: dict[str, HoldReason], at: datetime) -> list[Ledger]:
    """This will say how the clocks of the last cycles stand, drawn to scale but without their reckoning.

    ``reasons`` are the hold reasons by code as far as the caller has them at hand: one statement is made.
    """
    last = {clock.metric: clock for clock in Clock.objects.raw(AGREED, [record.pk])}
    return [_brief(last[metric], reasons, at=at) for metric in sorted(last, key=ORDER.__getitem__)]


def _brief(clock: Clock, reasons: dict[str, HoldReason], *, at: datetime) -> Ledger:
    used = reckoning.used(clock, at=at)
    chip = chip_of(clock, used=used, reasons=reasons, at=at)
    parts = tuple(_parts(clock, reasons, at=at))
    return Ledger(clock, metric_words(clock.metric), chip["look"], chip, used, (), (), parts)


def _ledger(clock: Clock, told: list[Escalation], reasons: dict[str, HoldReason], *, at: datetime) -> Ledger:
    used = reckoning.used(clock, at=at)
    name = metric_words(clock.metric)
    if clock.cycle > 1 and clock.metric != Metric.UPDATE:
        name = _("%(metric)s, cycle %(cycle)s") % {"metric": name, "cycle": clock.cycle}
    chip = chip_of(clock, used=used, reasons=reasons, at=at)
    return Ledger(
        clock=clock,
        name=name,
        look=chip["look"],
        chip=chip,
        used=used,
        rows=tuple(_rows(clock, used, reasons, at=at)),
        steps=tuple(_steps(clock, told)),
        parts=tuple(_parts(clock, reasons, at=at)),
    )


def chip_of(clock: Clock, *, used: int, reasons: dict[str, HoldReason], at: datetime) -> dict[str, Any]:
    """This will say in a few words how a clock stands, for ``sla_chip``."""
    if clock.state == "met":
        return {"look": "met", "text": clock_words("met", seconds=used)}
    if clock.state == "cancelled":
        return {"look": "missed" if clock.breached_at else "met", "text": _("Cancelled")}
    if clock.state == "lifted":
        return {"look": "met", "text": _("Miss lifted")}
    if clock.state == "missed":
        return {"look": "missed", "text": clock_words("missed", seconds=max(0, used - (clock.target_seconds or 0)))}
    if clock.state in ("paused", "soft"):
        return {
            "look": "paused",
            "text": clock_words("paused", seconds=0, reason=pause_words(clock.pause_reason, reasons)),
        }
    if clock.due_at is None:
        return {"look": "running", "text": _("No due time")}
    left = epoch_of(clock.due_at) - epoch_of(at)
    look = "missed" if left < 0 else "soon" if clock.warn_at is not None and clock.warn_at <= at else "running"
    return {
        "look": look,
        "text": clock_words(look, seconds=abs(left)),
        "due": iso(clock.due_at),
        "left": left,
        "ticking": True,
    }


def _rows(clock: Clock, used: int, reasons: dict[str, HoldReason], *, at: datetime) -> list[Line]:
    target = clock.target_seconds or 0
    rows = [
        Line(_("Target"), f"{duration(target)} · {why_words(clock.terms)}"),
        Line(_("Counted by"), hours_words(clock.terms)),
        *([Line(_("Agreed rule"), rule)] if (rule := rule_words(clock.terms)) else ()),
        Line(_("Started"), moment_text(clock.started_at)),
        Line(_("Counted"), duration(used)),
    ]
    rows += [_pause_row(clock, begin, end, reason, reasons) for begin, end, reason in clock.pauses]
    if clock.paused_since is not None:
        rows.append(_pause_row(clock, epoch_of(clock.paused_since), None, clock.pause_reason, reasons))
    if clock.due_at is not None:
        rows.append(Line(_("Due"), moment_text(clock.due_at), sum=True))
    return rows + _result(clock, used)


def _pause_row(clock: Clock, begin: int, end: int | None, reason: str, reasons: dict[str, HoldReason]) -> Line:
    label = _("Paused · %(reason)s") % {"reason": pause_words(reason, reasons)}
    if end is None:
        return Line(label, _("since %(moment)s") % {"moment": moment_text(moment(begin))})
    worked = duration(reckoning.hours(clock).between_epoch(begin, end))
    words = {"time": worked, "start": moment_text(moment(begin)), "end": moment_text(moment(end))}
    return Line(label, _("%(time)s (%(start)s – %(end)s)") % words)


def _result(clock: Clock, used: int) -> list[Line]:
    rows = []
    if clock.breached_at is not None:
        words = {"moment": moment_text(clock.breached_at), "why": breach_words(clock.breach_reason)}
        rows.append(Line(_("Missed"), _("%(moment)s: %(why)s") % words, sum=True))
    if clock.state == "met":
        rows.append(Line(_("Met"), _("%(used)s used") % {"used": duration(used)}, sum=True))
    if clock.lifted_at is not None:
        rows += [Line(_("Miss lifted"), _lifted_words(row), sum=True) for row in lifted_by([clock.pk]).values()]
    if clock.stopped_at is not None and clock.state != "cancelled":
        rows.append(Line(_("Stopped"), moment_text(clock.stopped_at)))
    if clock.state == "cancelled":
        rows.append(Line(_("Cancelled"), moment_text(clock.stopped_at) if clock.stopped_at else ""))
    if clock.carried_to_id is not None:
        rows.append(Line(_("Counted on"), str(clock.carried_to)))
    return rows


def _lifted_words(event: ClockEvent) -> str:
    words = {"moment": moment_text(event.at), "person": event.actor or "", "reason": event.facts["why"]}
    return _("%(moment)s, %(person)s: %(reason)s") % words


def _steps(clock: Clock, told: list[Escalation]) -> list[Line]:
    by_level = {rung.level: rung for rung in reckoning.rungs(clock)}
    rows = [
        Line(
            level_words(row.level),
            f"{moment_text(row.due_at)} · {audiences(by_level[row.level].notify)}"
            if row.level in by_level
            else moment_text(row.due_at),
        )
        for row in told
        if row.level != reckoning.BREACH
    ]
    following = _next_step(clock)
    return [*rows, following] if following else rows


def _next_step(clock: Clock) -> Line | None:
    """The next level that tells somebody, while the clock runs."""
    if clock.state != "running":
        return None
    telling = [found for found in reckoning.waiting(clock) if found[2].notify]
    if not telling:
        return None
    instant, _level, rung = telling[0]
    return Line(
        _("Next: %(level)s") % {"level": level_words(rung.level)},
        f"{moment_text(moment(instant))} · {audiences(rung.notify)}",
    )


def _parts(clock: Clock, reasons: dict[str, HoldReason], *, at: datetime) -> list[Part]:
    """Cut the life of the clock into stretches of working time, with those that came after the warning and the target."""
    by, here = reckoning.hours(clock), epoch_of(clock.started_at)
    end = epoch_of(clock.stopped_at or at)
    pauses = [*clock.pauses]
    if clock.paused_since is not None:
        pauses.append([epoch_of(clock.paused_since), end, clock.pause_reason])
    parts: list[Part] = []
    used = 0
    for begin, until, reason in pauses:
        parts += _counted(clock, used, by.between_epoch(here, begin))
        used += by.between_epoch(here, begin)
        parts.append(Part("paused", by.between_epoch(begin, until), pause_words(reason, reasons)))
        here = max(here, until)
    return [part for part in [*parts, *_counted(clock, used, by.between_epoch(here, end))] if part.seconds > 0]


def _counted(clock: Clock, before: int, seconds: int) -> list[Part]:
    target = clock.target_seconds or 0
    warn = -(-target * int(clock.terms.get("warn", 75)) // 100)
    edges = [(0, warn, "counted"), (warn, target, "soon"), (target, before + seconds + 1, "late")]
    return [
        Part(
            kind,
            min(before + seconds, high) - max(before, low),
            duration(min(before + seconds, high) - max(before, low)),
        )
        for low, high, kind in edges
        if min(before + seconds, high) > max(before, low)
    ]


def ahead(record: Any) -> list[Line]:
    """This will list what the system will do by itself on this record, and when: the next act of each open deadline."""
    rows = (
        Clock.objects.open()
        .filter(record_id=record.pk, is_deadline=True, next_fire_at__isnull=False)
        .order_by("next_fire_at")
    )
    return [
        Line(act_words(rung.action), moment_text(moment(rung.at)))
        for clock in rows
        for rung in reckoning.rungs(clock)
        if rung.at is not None and rung.level not in clock.fired
    ]
