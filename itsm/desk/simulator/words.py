"""Drafts and their results in words of the active language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from catalogue.models import RequestItem, Service
from itsm.desk.settings.spans import written
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Team
from itsm.records import register
from itsm.tickets.models import HoldReason
from itsm.ui.moments import month_text
from sla.simulation.agreed_draft import DraftedPromise, DraftedRow
from sla.simulation.between_teams import OlaRow
from sla.simulation.draft import IN_FORCE, BadDraft, Draft
from sla.simulation.policy import AT_ANSWER, AT_CLOSING, Row
from sla.simulation.terms import InForce, in_force
from sla.words import duration, metric_words


@dataclass(frozen=True, slots=True)
class Tile:
    """One number with what it counts and where its rows are; beside it another number with its own."""

    number: str
    what: str
    url: str = ""
    why: str = ""
    why_url: str = ""


def number(value: float, decimals: int = 0) -> str:
    """This will write a number with groups of digits, as the reader's language does."""
    return str(number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def month_words(month: str) -> str:
    """This will write for people a month that results and addresses keep as 2026-11."""
    return month_text(date.fromisoformat(f"{month}-01"))


class Names:
    """Names of what drafts refer to by key or code, read once."""

    def __init__(self) -> None:
        """This will read the small tables."""
        self.services = {row.pk: str(row) for row in Service.objects.all()}
        self.items = {row.pk: str(row) for row in RequestItem.objects.all()}
        self.calendars = {row.code: row.name for row in Calendar.objects.all()} | {"draft": _("drafted hours")}
        self.teams = {row.pk: str(row) for row in Team.objects.all()}
        self.reasons = {row.code: row.name for row in HoldReason.objects.all()}

    def target(self, row: Row) -> str:
        """This will say for what a target is."""
        parts = [metric_words(row.metric)]
        if row.process:
            parts.append(str(register.process(row.process).flow.title))
        if row.priority:
            parts.append(f"P{row.priority}")
        if row.service:
            parts.append(self.services.get(row.service, "?"))
        if row.item:
            parts.append(self.items.get(row.item, "?"))
        return " · ".join(parts)

    def promise(self, row: DraftedRow, promise: DraftedPromise) -> str:
        """This will say for what a promise of a drafted agreement is."""
        as_target = Row(
            promise.metric, promise.process, promise.priority, row.service, promise.item, promise.seconds, None
        )
        offerings = ", ".join(self.items.get(key, "?") for key in row.offerings)
        return " · ".join(part for part in (self.target(as_target), offerings) if part)

    def ola(self, row: OlaRow) -> str:
        """This will say for what a team's promise is."""
        as_target = Row(row.metric, row.process, row.priority, row.service, row.item, row.seconds, None)
        return f"{self.teams.get(row.team, '?')} · {self.target(as_target)}"

    def hours(self, code: str | None) -> str:
        """This will name the hours of a target."""
        return self.calendars.get(code, code) if code else _("hours of the service")

    def term(self, seconds: int, calendar: str | None) -> str:
        """This will write a time as it is typed, with its hours."""
        return _("%(time)s, %(hours)s") % {"time": written(seconds), "hours": self.hours(calendar)}


def changes(draft: dict[str, Any]) -> list[str]:
    """This will list in words what a draft changes against what is in force now."""
    try:
        made = Draft.parse(draft)
    except BadDraft as refused:
        return [str(refused)]
    names, present = Names(), in_force()
    found = [*_of_agreement(made, names), *_of_targets(made, present, names), *_of_olas(made, present, names)]
    found += [*_of_matrix(made, present), *_of_pauses(made, present, names)]
    if not made.agreements:
        found.append(_("the agreements in force are left aside"))
    if "draft" in made.calendars:
        found.append(
            _("drafted hours: %(hours)s") % {"hours": week_words(draft["calendars"]["draft"].get("weekly") or {})}
        )
    for metric, measure in made.measures.items():
        if measure.stop == AT_CLOSING:
            found.append(_("%(measure)s counts until the case is closed") % {"measure": metric_words(metric)})
        elif measure.stop == AT_ANSWER:
            found.append(_("%(measure)s counts until the last answer") % {"measure": metric_words(metric)})
        if not measure.pauses:
            found.append(_("%(measure)s never stands still while a case waits") % {"measure": metric_words(metric)})
    return found or [_("Nothing: this walks the terms in force.")]


def _of_targets(draft: Draft, present: InForce, names: Names) -> list[str]:
    if draft.targets is None:
        return []
    now, then = {row[:5]: row for row in present.rows}, {row[:5]: row for row in draft.targets}
    found = []
    for key in now.keys() | then.keys():
        before, after = now.get(key), then.get(key)
        if before == after:
            continue
        what = names.target(after or before)  # type: ignore[arg-type]  # one of them is there
        words = {"what": what, "before": _span(before, names), "after": _span(after, names)}
        found.append(_("%(what)s: %(before)s → %(after)s") % words)
    return sorted(found)


def _of_agreement(draft: Draft, names: Names) -> list[str]:
    made = draft.agreement
    if made is None:
        return []
    customer = Organisation.objects.filter(pk=made.consumer).first() if made.consumer else None
    words = {
        "number": made.number, "edition": made.edition, "customer": str(customer) if customer else _("every customer"),
    }  # fmt: skip
    told = [_("%(number)s, version %(edition)s, is tried on the cases of %(customer)s that it would govern") % words]
    if made.since is not None:
        dates = {"since": date_format(made.since), "until": date_format(made.until) if made.until else ""}
        told.append(_("only cases that came in from %(since)s to %(until)s") % dates)
    return told + [f"{names.promise(row, one)}: {_span(one, names)}" for row, one in made.promises]


def _of_olas(draft: Draft, present: InForce, names: Names) -> list[str]:
    if draft.ola is None:
        return []
    now = {row._replace(seconds=0, calendar=None): row for row in present.olas}
    then = {row._replace(seconds=0, calendar=None): row for row in draft.ola}
    changed = [(row, now.get(row), then.get(row)) for row in now.keys() | then.keys() if now.get(row) != then.get(row)]
    words = _("%(what)s: %(before)s → %(after)s")
    return sorted(
        words % {"what": names.ola(row), "before": _span(before, names), "after": _span(after, names)}
        for row, before, after in changed
    )


def _span(row: Row | OlaRow | DraftedPromise | None, names: Names) -> str:
    if row is None:
        return _("none")
    return _("%(time)s (%(hours)s)") % {"time": duration(row.seconds), "hours": names.hours(row.calendar)}


def _of_matrix(draft: Draft, present: InForce) -> list[str]:
    if draft.matrix is None:
        return []
    cells = [(cell, now, draft.matrix.get(cell)) for cell, now in sorted(present.matrix.items(), key=str)]
    words = _("impact %(impact)s, urgency %(urgency)s: P%(before)s → P%(after)s")
    return [
        words % {"impact": cell[0], "urgency": cell[1], "before": now, "after": then}
        for cell, now, then in cells
        if then is not None and then != now
    ]


def _of_pauses(draft: Draft, present: InForce, names: Names) -> list[str]:
    if draft.pauses is None:
        return []
    stops = [
        _("%(reason)s stops the clock") % {"reason": names.reasons.get(code, code)}
        for code in sorted(draft.pauses - present.pauses)
    ]
    runs = [
        _("%(reason)s does not stop the clock") % {"reason": names.reasons.get(code, code)}
        for code in sorted(present.pauses - draft.pauses)
    ]
    return stops + runs


def week_words(weekly: dict[str, Any]) -> str:
    """This will write weekly hours on one line."""
    days = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
    return _("; ").join(
        f"{days[int(day)]} {', '.join('-'.join(pair) for pair in windows)}" for day, windows in sorted(weekly.items()) if windows
    )  # fmt: skip


def why(row: Any, names: Names) -> list[str]:
    """This will say why a result differs: what was measured otherwise."""
    told: dict[str, Any] = row.why
    found = []
    if "priority" in told:
        found.append(
            _("priority %(before)s → %(after)s") % _pair(told["priority"], lambda level: f"P{level}" if level else "–")
        )
    if "target" in told:
        found.append(
            _("target %(before)s → %(after)s")
            % _pair(told["target"], lambda seconds: duration(seconds) if seconds else "–")
        )
    if "calendar" in told:
        found.append(
            _("hours %(before)s → %(after)s") % _pair(told["calendar"], lambda code: names.hours(code) if code else "–")
        )
    if "paused" in told:
        found.append(_("stood still %(before)s → %(after)s") % _pair(told["paused"], duration))
    return found or [_("counted otherwise")]


def _pair(values: list[Any], say: Any) -> dict[str, str]:
    return {"before": say(values[0]), "after": say(values[1])}


def verdict(code: str) -> str:
    """This will say how a clock came out."""
    return {
        "met": _("met"), "missed": _("missed"), "open": _("open"), "cancelled": _("cancelled"), "none": _("no target"),
    }[code]  # fmt: skip


def share(part: int, whole: int) -> str:
    """This will write a share in per cent, cut and never rounded up; a dash where there is nothing to divide by."""
    return f"{number(part * 1000 // whole / 10, 1)} %" if whole else "-"


def against_words(draft: dict[str, Any]) -> str:
    """This will say with what a run compares its draft."""
    if draft.get("against", IN_FORCE) == IN_FORCE:
        return _("compared with the terms in force now")
    return _("compared with what was judged at the time")
