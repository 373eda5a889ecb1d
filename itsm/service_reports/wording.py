"""The words of a report in the active language: dates in either era, targets, verdicts, causes, definitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.records.models import LinkKind
from itsm.service_reports.amounts import SECONDS
from itsm.service_reports.kinds import kind_of, part_of
from itsm.service_reports.periods import days_of, local
from itsm.service_reports.sheet import Part
from itsm.ui.moments import english
from sla.models import Promise, Remedy

ROC = 1911


@dataclass(frozen=True)
class Era:
    """How years are written."""

    minguo: bool = False

    def year(self, year: int) -> str:
        """Write a year."""
        if not self.minguo:
            return str(year)
        return f"ROC {year - ROC}" if english() else f"民國 {year - ROC}"

    def day(self, day: date) -> str:
        """Write a date in figures: 2026/11/23, or 115/11/23 in the Republic's years."""
        return f"{day.year - (ROC if self.minguo else 0)}/{day.month:02}/{day.day:02}"

    def moment(self, text: str | None) -> str:
        """Write an instant that is kept as text."""
        if not text:
            return "—"
        at = local(datetime.fromisoformat(text))
        return f"{self.day(at)} {at:%H:%M}"

    def period(self, kind: str, start: str, end: str) -> str:
        """Name a period by its first instant and that after it."""
        first, last = days_of((datetime.fromisoformat(start), datetime.fromisoformat(end)))
        return kind_of(kind).words(first, last, self.year)

    def short(self, label: str) -> str:
        """Name the period of a label: ``2026 年 11 月`` or ``Nov 2026``."""
        year, part = self._parts(label)
        if english():
            return f"{part} {self.year(year)}".strip()
        return f"{self.year(year)} 年 {part}".strip()

    def brief(self, label: str) -> tuple[str, str]:
        """Name the period where there is little room: its part of the year, and the year in figures."""
        year, part = self._parts(label)
        written = str(year - ROC if self.minguo else year)
        return (part, written) if part else (written, "")

    def _parts(self, label: str) -> tuple[int, str]:
        year, _dash, rest = label.partition("-")
        return int(year), part_of(rest)


def verdict(met: bool | None) -> Part:
    """Say whether a promise was kept; nothing measured is no verdict."""
    if met is None:
        return Part("—")
    return Part("○ " + _("met"), tone="done") if met else Part("× " + _("missed"), tone="danger")


def target(line: dict[str, Any]) -> str:
    """Write what was promised."""
    found = line["target"]
    if not found or found.keys() <= {"combine"}:
        return "—"
    if "ratio" in found:
        return _least(percent(found["ratio"]))
    if "notice" in found:
        return _notice(found)
    bound = _bound(found)
    if "goal" in found:
        return _("%(goal)s%% within %(time)s") % {"goal": found["goal"], "time": bound}
    if not bound:
        return "—"
    return _least(bound) if found["op"] == "ge" else _("at most %s") % bound


def time_words(seconds: Fraction | int) -> str:
    """Write seconds in words, cut off, to the second: ``1 小時 5 分``, ``2 h 59 min 57 s``; below zero with a minus."""
    whole = int(abs(Fraction(seconds)))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    said = [
        _("%(hours)s h") % {"hours": hours} if hours else "", _("%(minutes)s min") % {"minutes": minutes} if minutes else "",
        _("%(seconds)s s") % {"seconds": rest} if rest else "",
    ]  # fmt: skip
    text = " ".join(part for part in said if part) or _("%(minutes)s min") % {"minutes": 0}
    return f"-{text}" if seconds < 0 and whole else text


CLOCK = re.compile(r"(-?)(\d+):(\d\d):(\d\d)")


def clock_words(text: str) -> str:
    """Write a time that is kept as ``1:05:00`` in words; any other text stays."""
    found = CLOCK.fullmatch(text)
    if found is None:
        return text
    hours, minutes, seconds = (int(part) for part in found.groups()[1:])
    return found[1] + time_words(3600 * hours + 60 * minutes + seconds)


def said(kept: dict[str, Any]) -> str:
    """Write a figure as it is read: times in words, everything else as it stands in the document."""
    if kept["unit"] != SECONDS or kept["value"] is None:
        return str(kept["shown"])
    return time_words(Fraction(kept["value"]))


def _bound(found: dict[str, Any]) -> str:
    """Write the time, the working days or the number that was promised."""
    if "seconds" in found:
        return time_words(int(found["seconds"]))
    return _("%d working days") % found["days"] if "days" in found else str(found.get("value", ""))


def _notice(found: dict[str, Any]) -> str:
    """Write what is promised of maintenance: the share of its turns, and how many days before they are announced."""
    days = "–".join(str(day) for day in found["notice"]) or "0"
    return _("%(goal)s%% of turns, announced %(days)s days before") % {"goal": found["goal"], "days": days}


def _least(text: str) -> str:
    return _("at least %s") % text


def percent(text: str) -> str:
    """Leave idle zeros out of a target: 99.900% is 99.9%."""
    return text.rstrip("%").rstrip("0").rstrip(".") + "%"


def promise(line: dict[str, Any]) -> str:
    """Name a promise: its measure, item, priority and process."""
    name = line["metric"]
    said = pick(line["words_zh"], line["words_en"]) or str(Promise.Metric(name).label)
    item = pick(line["item_zh"], line["item_en"])
    made = f"{item} · {said}" if item else said
    if line["priority"]:
        made += f" P{line['priority']}"
    if own := line.get("own"):
        made = over_own_period(made, own)
    return made + " " + _("(the house's own target)") if line["kind"] == "house" else made


def calculated(lines: Sequence[dict[str, Any]]) -> str:
    """Say how availability was calculated, of each promise where they differ; a report of an earlier schema does not say."""
    told = [line for line in lines if line.get("mode")]
    said = {
        "deduct": _("calculated as (agreed time - planned and excluded time - downtime) / (agreed time - planned and excluded time)"),
        "numerator": _("calculated as (agreed time - downtime) / agreed time, planned and excluded time being no downtime"),
    }  # fmt: skip
    if len({line["mode"] for line in told}) == 1:
        return str(_("Availability: %s.") % said[told[0]["mode"]])
    return " ".join(_("%(promise)s: %(how)s.") % {"promise": promise(line), "how": said[line["mode"]]} for line in told)


def over_own_period(name: str, own: dict[str, Any]) -> str:
    """Say over which period a promise is judged that is for another one than the report's."""
    said = {"promise": name, "period": Promise.Period(own["period"]).label}
    if own["of"] > 1:
        return _("%(promise)s, worst %(period)s") % said
    return (_("%(promise)s, whole %(period)s") if own["over"] else _("%(promise)s, %(period)s so far")) % said


def cause(row: dict[str, Any]) -> Sequence[str]:
    """Say why something was missed: what is noted, the records behind it, and what kind of cause it is."""
    kinds = dict(LinkKind.choices)
    links = [f"{kinds[kind]} {number}" for kind, number in (one.split(" ", 1) for one in row["links"])]
    if row["what"] == "outage":
        sources = {
            "incident": _("found by an incident"), "change": _("work of a change"), "monitoring": _("found by monitoring"),
            "person": _("written down by a person"),
        }  # fmt: skip
        return [row["note"] or sources.get(row["cause"], row["cause"]), *links]
    reasons = {
        "elapsed": _("the time was used up"), "retarget": _("the target became shorter"), "regraded": _("the target became shorter"),
    }  # fmt: skip
    return [row["note"] or reasons.get(row["cause"], _("the time was used up")), *links]


def definitions(edition: str) -> list[tuple[str, str]]:
    """Give the definitions of an edition; a change of them is a new edition, and reports keep that of their day."""
    known = [
        (_("Availability"), _(
            "(agreed time less downtime) / agreed time, in whole seconds. Downtime is the union of outages within agreed time. "
            "Maintenance announced in time and approved exclusions leave both; what overruns its plan counts."
        )),
        (_("Raw value"), _("The same with nothing taken out.")),
        (_("Left to lose"), _("Agreed time of the whole period x (1 - target) - downtime; below zero it is overdrawn.")),
        (_("Response, resolution, fulfilment"), _(
            "Kept promises / promises judged, of cases closed in the period; exactly the target is kept. A miss is never erased."
        )),
        (_("Volume and complaints"), _("Cases received in the period.")),
        (_("Satisfaction"), _("Answers of 4 or 5 of 5 / answers that came in the period; fewer than 30 are marked as few.")),
        (_("Reopened"), _("Reopenings in the period / closings in it.")),
        (_("Judging and writing"), _(
            "A promise is judged by the exact value; what is written is cut off, never rounded up. Without data there is no value."
        )),
    ]  # fmt: skip
    if edition == "01.00":
        return known
    added = {
        "01.01": _since_01_01,
        "01.02": _since_01_02,
        "01.03": _since_01_03,
        "01.04": _since_01_04,
        "01.05": _since_01_05,
        "01.06": _since_01_06,
        "01.07": _since_01_07,
        "01.08": _since_01_08,
    }
    return [*known, *(one for since, made in added.items() if since <= edition for one in made())]


def _since_01_01() -> list[tuple[str, str]]:
    return [
        (_("Start of the stand-by"), _(
            "From the start of an outage to the moment at which the stand-by ran, the slowest of the period, approved exclusions left "
            "out. It was called upon where it ran, and where a service stayed down for longer than agreed."
        )),
        (_("Scheduled maintenance"), _(
            "Done is what was noted as done or whose ticket's work was; not done is what nothing shows a day after its planned end."
        )),
    ]  # fmt: skip


def _since_01_02() -> list[tuple[str, str]]:
    return [
        (_("Delivery of reports"), _(
            "Reports issued when due / reports owed that fell due in the period. What is owed follows from the agreement's frequency "
            "and dates, prepared or not; due is ten working days after the reported period, or as promised."
        )),
        (_("Maintenance kept"), _(
            "Turns done before the next one fell due and announced as many days before as agreed / turns that fell due in the period."
        )),
        (_("Other measures"), _("As a person entered them, with words and evidence; without that there is no result.")),
    ]  # fmt: skip


def _since_01_03() -> list[tuple[str, str]]:
    return [
        (_("Promises for another period"), _(
            "A promise of availability for another period than the report's is judged over its own: a longer one from its first day to "
            "the end of the report, and when it is over or cannot be kept any more; of several shorter ones the worst is shown."
        )),
    ]  # fmt: skip


def _since_01_04() -> list[tuple[str, str]]:
    return [
        (_("Cases and marks of another period"), _(
            "Promises of response, resolution, fulfilment and satisfaction count the cases closed and the answers that came in their own "
            "period; they are judged when it is over."
        )),
    ]  # fmt: skip


def _since_01_05() -> list[tuple[str, str]]:
    return [
        (_("Remedies"), _(
            "A remedy is owed where its target was missed or the result lies in its band, the lower bound included; for a promise over "
            "its own period when that is over. Days for claiming count from the day on which this report was issued."
        )),
    ]  # fmt: skip


def _since_01_06() -> list[tuple[str, str]]:
    return [
        (_("Lifted misses"), _(
            "A miss that the service level manager has lifted with a reason counts neither as kept nor as missed; it stands among what was "
            "excluded."
        )),
        (_("Usual days of reports"), _(
            "Where an agreement names no time for a report, it is due after as many working days as its target says: those that the house "
            "has set."
        )),
    ]  # fmt: skip


def _since_01_07() -> list[tuple[str, str]]:
    return [
        (_("Contract year"), _(
            "Begins each year with the day on which the agreement was first in force, and ends sooner where the agreement does; such a "
            "report tells only what that agreement promises."
        )),
    ]  # fmt: skip


def _since_01_08() -> list[tuple[str, str]]:
    return [
        (_("Workload"), _(
            "Cases (incidents and service requests), service requests or changes of the customer for services of the agreement, received "
            "in a period of the limit that ended in the report's, else in the one that runs; of several the one in which most came."
        )),
    ]  # fmt: skip


def entered(result: dict[str, Any] | None) -> list[Part]:
    """Say what a person found of a promise that nothing measures, and who; without it that nobody entered a result."""
    if result is None:
        return [Part(_("no result entered"))]
    said = [Part(result["text"]), Part(_("entered by %s") % result["by"])]
    return [*said, Part(result["evidence"], link=result["evidence"])] if result["evidence"] else said


def remedied(remedy: dict[str, Any], until: str) -> Part:
    """Say what is owed, how much at most, and by when it is claimed: ``until`` is that day in words, empty while it is unknown."""
    credit = remedy["kind"] == Remedy.Kind.CREDIT
    what, unit = (_("credit"), "%") if credit else (str(Remedy.Kind(remedy["kind"]).label), "")
    if remedy["amount"] is not None:
        what = f"{what} {remedy['amount']}{unit}"
    if remedy["cap"] is not None:
        what = _("%(what)s, at most %(cap)s") % {"what": what, "cap": f"{remedy['cap']}{unit}"}
    if remedy["claim_needed"]:
        what = _("%(what)s, %(claim)s") % {"what": what, "claim": _claimed(remedy["claim_days"], until)}
    return Part(_("Remedy: %(what)s") % {"what": what})


def _claimed(days: int | None, until: str) -> str:
    if until:
        return _("to be claimed by %(day)s") % {"day": until}
    if days is None:
        return _("to be claimed")
    return _("to be claimed within %(days)s days of the issue of this report") % {"days": days}


def commented(comment: dict[str, Any]) -> str:
    """Say whose commentary it is, and from which edition where it was taken over."""
    earlier = comment.get("taken_from")
    if earlier is None:
        return str(comment["by"])
    return _("%(name)s, taken over from edition %(edition)02d") % {"name": comment["by"], "edition": earlier}


def delivered(state: str) -> str:
    """Say what came of a report that is owed."""
    said = {
        "on_time": "○ " + _("issued in time"), "late": "× " + _("issued late"), "missing": "× " + _("not issued"), "ahead": _("ahead"),
    }  # fmt: skip
    return said[state]


def reasons(names: list[str]) -> str:
    """Say why a report is provisional."""
    said = {
        "running": _("the period is still running"), "still_down": _("an outage is still open"),
        "undecided": _("an exclusion is not decided yet"),
    }  # fmt: skip
    return "、".join(said[name] for name in names)
