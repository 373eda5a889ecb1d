"""How availability is shown: the bar of a month, durations, and what a row of the overview says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.availability.months import Month
from itsm.draw.burndown import Day, burndown
from itsm.draw.days import Stretch, month
from itsm.hours.availability import Budget, shown
from itsm.hours.instants import epoch_of, moment
from itsm.hours.intervals import Interval, complement, intersection
from itsm.tickets.models import Outage
from itsm.ui.moments import moment_text, span
from sla.availability import Availability, Followed
from sla.models import Promise

#: Why figures may still change, in words.
REASONS = {
    "running": gettext_lazy("The period is still running."),
    "still_down": gettext_lazy("An outage has not ended."),
    "undecided": gettext_lazy("An exclusion waits to be decided."),
}


@dataclass(frozen=True)
class Verdict:
    """Whether a target is met, as a chip shows it."""

    label: str
    tone: str
    glyph: str


def verdict(met: bool | None) -> Verdict:
    """Say whether it is met; without a target or agreed time nothing is judged."""
    if met is None:
        return Verdict(_("no target"), "closed", "ring")
    return Verdict(_("met"), "done", "check") if met else Verdict(_("missed"), "danger", "bang")


def bar(found: Availability, of: Month, *, ident: str) -> SafeString:
    """Draw the month of a service: when it was down, planned, excluded or degraded."""
    first, last = epoch_of(of.start), epoch_of(of.end)
    drawn = [_stretch(kind, span_, words, first, last) for kind, span_, words in _spans(found)]
    if found.until < found.end:
        drawn.append(_stretch("ahead", (epoch_of(found.until), last), "", first, last))
    shut = intersection(complement(found.agreed), [(first, epoch_of(found.until))])
    closed = [((a - first) / (last - first), (b - first) / (last - first)) for a, b in shut]
    title = _("%(service)s in %(month)s: %(shown)s") % {
        "service": found.service, "month": of.text, "shown": shown(found.ratio),
    }  # fmt: skip
    return month(drawn, days=of.days, closed=closed, title=title, ident=ident)


def _spans(found: Availability) -> list[tuple[str, Interval, str]]:
    """List what the bar shows; what is deducted is drawn over what was lost."""
    made: list[tuple[str, Interval, str]] = []
    for row in found.rows:
        kind = "degraded" if row.outage.kind == Outage.Kind.DEGRADED else "down"
        made.append((kind, row.span, _words(row.outage, row.span)))
        made += [("planned", part, _("planned: %s") % _between(part)) for part in row.planned]
    lost = [row.span for row in found.rows]
    made += [("excluded", part, _("excluded: %s") % _between(part)) for part in intersection(found.excluded, lost)]
    return made


def _stretch(kind: str, part: Interval, words: str, first: int, last: int) -> Stretch:
    return Stretch(kind, (part[0] - first) / (last - first), (part[1] - first) / (last - first), words)


def _words(outage: Outage, part: Interval) -> str:
    return f"{outage.get_kind_display()}: {_between(part)} ({span(part[1] - part[0])})"


def _between(part: Interval) -> str:
    return f"{moment_text(timezone.localtime(moment(part[0])))} – {moment_text(timezone.localtime(moment(part[1])))}"


def lasting(value: Fraction | int | None) -> str:
    """Write a duration; a dash where there is none, 0 where nothing was lost, a minus where it is overdrawn."""
    if not value:
        return "-" if value is None else "0"
    return f"−{span(float(-value))}" if value < 0 else span(float(value))


def line(found: Availability, *, issued: Any = None) -> dict[str, Any]:
    """Lay out one service of the overview."""
    left = found.budget
    return {
        "service": found.service,
        "found": found,
        "raw": shown(found.raw.ratio),
        "adjusted": shown(found.ratio),
        "target": shown(found.terms.target),
        "verdict": verdict(found.met),
        "down": lasting(found.adjusted.down),
        "left": lasting(left.left if left else None),
        "failures": len(found.found.failures),
        "issued": issued,
        "reasons": [str(REASONS[reason]) for reason in found.reasons],
        "own": [followed(one) for one in found.own],
        "is_judged": found.terms.target is not None,
    }


def followed(one: Followed) -> dict[str, Any]:
    """Lay out what is promised for another period: how far it is, target and result, what is left, and its limits."""
    left, said = one.found.budget, {"period": Promise.Period(one.told.period).label}
    return {
        "period": _("whole %(period)s") % said if one.told.is_over else _("%(period)s so far") % said,
        "start": one.told.start, "until": one.found.until, "shown": shown(one.found.ratio), "target": shown(one.found.terms.target),
        "is_ratio": one.found.terms.target is not None, "verdict": _open_verdict(one.met), "left": lasting(left.left if left else None),
        "caps": [
            (cap_words(name), cap_text(name, cap.reached), cap_text(name, cap.allowed), _open_verdict(kept))
            for name, (cap, kept) in one.caps.items()
        ],
    }  # fmt: skip


def _open_verdict(met: bool | None) -> Verdict:
    """Say whether it is met; while its period runs it may be open."""
    return verdict(met) if met is not None else Verdict(_("not judged yet"), "new", "ring")


def cap_words(name: str) -> str:
    """Name a limit beside the ratio."""
    words = {
        "downtime": _("Most downtime"),
        "longest_outage": _("Longest single outage"),
        "outages": _("Number of outages"),
    }
    return words[name]


def cap_text(name: str, value: int) -> str:
    """Write what a limit counts."""
    return str(value) if name == "outages" else lasting(value)


def budget_shown(found: Availability, of: Month) -> dict[str, Any]:
    """Lay out how the error budget of a month was used up: the drawing, and its days as a table."""
    spans, budget = of.spans(until=found.until), found.budget
    burnt = found.burnt([(epoch_of(start), epoch_of(end)) for _day, start, end in spans])
    if budget is None or not burnt:
        return {"burn": "", "burn_days": []}
    days = [
        Day(str(day.day), float(left), lasting(left))
        for (day, *_edges), (_lost, left) in zip(spans, burnt, strict=True)
    ]
    title = _("Error budget of %(service)s in %(month)s") % {"service": found.service, "month": of.text}
    allowed = _("allowed: %s") % lasting(budget.allowed)
    drawing = burndown(days, allowed=float(budget.allowed), of=of.days, title=title, ident="burn", allowed_text=allowed)
    rows = [
        {"day": day, "lost": lasting(lost), "left": lasting(left), "overdrawn": left < 0, "used": shown(_used(budget, left), decimals=1)}
        for (day, *_edges), (lost, left) in zip(spans, burnt, strict=True)
    ]  # fmt: skip
    return {"burn": drawing, "burn_days": rows}


def _used(budget: Budget, left: Fraction) -> Fraction | None:
    return Budget(budget.allowed, left).used
