"""Agreements in words of the active language: promises, what cannot be kept, and what differs between editions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from itsm.flow import pick
from itsm.flow.roles import ROLES
from sla.models import AgreementRow, Promise, Remedy
from sla.words import duration, metric_words

BY_TIME = ("response", "resolution", "fulfilment", "update", "acceptance", "handling")


def promise_words(promise: Promise) -> str:
    """This will say what is promised, as briefly as a column of the paper wants it."""
    if promise.words:
        return promise.words
    parts = [_amount(promise)]
    if promise.metric in BY_TIME and promise.goal_percent < 100:
        parts.append(_("in %(share)s %% of the cases") % {"share": percent(promise.goal_percent)})
    if promise.metric in ("availability", "downtime", "outages", "longest_outage"):
        parts.append(_("per %(period)s") % {"period": promise.get_period_display()})
    if promise.per == "item":
        parts.append(promise.get_combine_display())
    if promise.mode != Promise.Mode.DEDUCT.value:
        parts.append(str(Promise.Mode(promise.mode).label))
    return _(", ").join(str(part) for part in parts)


def report_words(row: AgreementRow) -> str:
    """This will say how often a report comes, how it is delivered, and which roles read it here; nothing where none is agreed."""
    if row.report_frequency == AgreementRow.Frequency.NONE:
        return ""
    said = [row.get_report_frequency_display(), row.get_report_delivery_display()]
    readers = [ROLES[code] for code in role_codes(row.report_roles) if code in ROLES]
    if readers:
        said.append(_("read by %(roles)s") % {"roles": _(", ").join(str(one) for one in readers)})
    return _(", ").join(str(one) for one in said)


def role_codes(text: str) -> list[str]:
    """Read the codes of roles that are written one after another, however they are parted."""
    return re.findall(r"\w+", text)


def _amount(promise: Promise) -> str:
    if promise.metric == "availability":
        return _("%(share)s %% or more") % {"share": percent(promise.value)}
    if promise.seconds is not None:
        return _("within %(time)s") % {"time": duration(promise.seconds)}
    if promise.value is None:
        return str(promise.get_metric_display())
    words = {"value": percent(promise.value)}
    return (_("at least %(value)s") if promise.bound == "ge" else _("at most %(value)s")) % words


def span_words(promise: Promise) -> str:
    """This will say from when to when a promise counts on a case; empty where it is judged by period."""
    if promise.metric in ("acceptance", "handling"):
        until = _("until accepted") if promise.metric == "acceptance" else _("until done or handed over")
        return _("%(start)s %(until)s") % {
            "start": _("from the assignment") if promise.metric == "acceptance" else _("from acceptance"),
            "until": until,
        }
    if promise.metric not in ("response", "resolution", "fulfilment"):
        return ""
    usual = (
        _("the first human act")
        if promise.metric == "response"
        else _("resolved")
        if promise.metric == "resolution"
        else _("fulfilled")
    )
    until = usual if promise.stops == "usual" else str(promise.get_stops_display())
    start = promise.get_starts_display()
    if promise.starts == "received" and promise.metric != "fulfilment":
        start = _("when the case is received")
    said = f"{start} → {until}"
    if promise.pauses == "by_reason":
        return said
    return _("%(span)s; stands still: %(when)s") % {"span": said, "when": promise.get_pauses_display()}


def percent(value: Any) -> str:
    """This will write an exact number without needless zeros."""
    return format(value.normalize(), "f")


def remedy_words(remedy: Remedy) -> str:
    """This will say what the customer gets when, how much at most, and by when it is claimed."""
    what, unit = str(Remedy.Kind(remedy.kind).label), ""
    if remedy.kind == Remedy.Kind.CREDIT:
        what, unit = _("credit"), "%"
    if remedy.amount is not None:
        what = f"{what} {percent(remedy.amount)}{unit}"
    if remedy.cap is not None:
        what = _("%(what)s, at most %(cap)s") % {"what": what, "cap": f"{percent(remedy.cap)}{unit}"}
    if remedy.claim_needed and remedy.claim_days:
        what = _("%(what)s, to be claimed within %(days)s days") % {"what": what, "days": remedy.claim_days}
    return _("%(when)s: %(what)s") % {"when": _owed_when(remedy), "what": what}


def _owed_when(remedy: Remedy) -> str:
    """Say when a remedy is owed: in the words of the parties, and by what the report decides it."""
    if remedy.basis == Remedy.Basis.WORDS:
        return remedy.trigger
    found = _band_words(remedy) if remedy.basis == Remedy.Basis.BAND else _missed_words(remedy)
    if remedy.service is not None:
        found = _("%(service)s, %(when)s") % {"service": remedy.service, "when": found}
    return _("%(words)s (%(when)s)") % {"words": remedy.trigger, "when": found} if remedy.trigger else found


def _missed_words(remedy: Remedy) -> str:
    if not remedy.metric:
        return _("any target missed")
    return _("%(measure)s: target missed") % {"measure": Promise.Metric(remedy.metric).label}


def _band_words(remedy: Remedy) -> str:
    said = {"measure": Promise.Metric(remedy.metric).label, "below": percent(remedy.band_below)}
    if not remedy.band_from:
        return _("%(measure)s below %(below)s%%") % said
    return _("%(measure)s from %(from)s%% to below %(below)s%%") % (said | {"from": percent(remedy.band_from)})


def fault_words(fault: Mapping[str, Any]) -> str:
    """This will say what cannot be kept, and why."""
    kinds = {"time": _time_words, "weaker": _weaker_words}
    said = kinds.get(fault["kind"], _availability_words)(fault)
    service = fault.get("service")
    if service:
        said = _("%(service)s: %(said)s") % {"service": _name(service), "said": said}
    return _("%(number)s: %(said)s") % {"number": fault["sla"], "said": said} if fault.get("sla") else said


def _time_words(fault: Mapping[str, Any]) -> str:
    what = metric_words(fault["metric"])
    if fault["priority"]:
        what = _("%(metric)s of P%(priority)s") % {"metric": what, "priority": fault["priority"]}
    words = {
        "what": what,
        "promised": duration(fault["promised"]),
        "needed": duration(fault["needed"]),
        "over": duration(fault["needed"] - fault["promised"]),
        "way": " → ".join(_leg(leg) for leg in fault["legs"]),
    }
    if sum(leg["seconds"] for leg in fault["legs"]) == fault["needed"]:
        return (
            _("%(what)s is promised in %(promised)s, but %(way)s take %(needed)s together: %(over)s too long.") % words
        )
    return (
        _("%(what)s is promised in %(promised)s, but in the hours of the promise %(way)s take up to %(needed)s: %(over)s too long.")
        % words
    )  # fmt: skip


def _leg(leg: Mapping[str, Any]) -> str:
    what = "" if leg["metric"] == "resolution" else f" {metric_words(leg['metric'])}"
    return f"{_name(leg['who'])}{what} {duration(leg['seconds'])} ({leg['number']})"


def _availability_words(fault: Mapping[str, Any]) -> str:
    single = [_part(part) for part in fault["single"]]
    groups = [
        _("%(needs)s of %(names)s: %(value)s")
        % {"needs": part["needs"], "names": _(", ").join(part["of"]), "value": part["value"]}
        for part in fault["groups"]
    ]
    words = {
        "promised": fault["promised"],
        "reached": fault["reached"],
        "parts": " × ".join([*single, *groups]),
    }
    said = _("%(promised)s is promised, but what it stands on reaches %(reached)s at most: %(parts)s.") % words
    return said + _short(fault["gap"]) if fault.get("gap") else said


def _part(part: Mapping[str, Any]) -> str:
    return f"{part['name']} {part['value']}" + (f" ({part['number']})" if part.get("number") else "")


def _short(gap: str) -> str:
    return " " + _("That is %(gap)s points too little.") % {"gap": gap.rstrip("%")}


def _weaker_words(fault: Mapping[str, Any]) -> str:
    measure, promised, given = fault["measure"], fault["promised"], fault["given"]
    who = {"who": f"{_name(fault['who'])} ({fault['number']})"}
    if measure == "availability":
        said = _("%(promised)s is promised, but %(who)s promises %(given)s only.")
        return said % (who | {"promised": f"{promised}%", "given": f"{given}%"}) + _short(fault["gap"])
    if measure == "notice":
        words = {"promised": promised, "given": given, "short": promised - given}
        return (
            _("Maintenance is announced %(promised)s days before, but by %(who)s %(given)s days before only: %(short)s days too late.")
            % (who | words)
        )  # fmt: skip
    times = {"promised": duration(promised), "given": duration(given), "over": duration(given - promised)}
    if measure == "rpo":
        return _("Data of at most %(promised)s may be lost, but %(who)s promises %(given)s: %(over)s too much.") % (
            who | times
        )
    return (
        _("The stand-by is promised within %(promised)s, but %(who)s starts it within %(given)s: %(over)s too late.")
        % (who | times)
    )  # fmt: skip


def _name(row: Mapping[str, str]) -> str:
    return pick(row.get("zh", ""), row.get("en", ""))
