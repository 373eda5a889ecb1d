"""The words of clocks: measures, reasons, levels and acts, in the active language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Words, pick
from itsm.tickets.models import BY_WORKAROUND, HoldReason
from sla.reckoning import MOST_STEPS, REPEAT
from sla.settings_models import Audience, Metric

#: What teams promise each other.
BETWEEN_TEAMS = {"acceptance": gettext_lazy("Acceptance by the team"), "handling": gettext_lazy("Work of the team")}


def metric_words(metric: str) -> str:
    """This will name a measure."""
    return str(BETWEEN_TEAMS[metric] if metric in BETWEEN_TEAMS else Metric(metric).label)


def duration(seconds: int) -> str:
    """This will write working time in hours and minutes, never in days: a working day has not 24 hours."""
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    if hours and not minutes:
        return _("%(hours)s h") % {"hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes} if minutes else _("%(seconds)s s") % {"seconds": seconds}


def why_words(terms: dict[str, Any]) -> str:
    """This will say why a target applies."""
    why = terms.get("why", {})
    patterns = {
        "priority": _("the target of P%(priority)s"),
        "ungraded": _("not graded yet: counted as P%(priority)s"),
        "item": _("the target of “%(item)s”"),
        "promised": _("as promised in the last update"),
    }
    item = why.get("item") or {}
    said = patterns.get(why.get("rule", ""), _("the general target")) % {
        "priority": why.get("priority", ""),
        "item": _name(item),
    }
    if "service" in why:
        said = _("%(target)s, agreed for %(service)s") % {"target": said, "service": _name(why["service"])}
    return _with_agreement(said, terms) if "agreement" in terms else said


def _with_agreement(said: str, terms: dict[str, Any]) -> str:
    """Name the agreement whose promise it is, with whom it was made."""
    words = {"target": said, "number": terms["agreement"]["number"], "edition": terms["agreement"]["edition"]}
    return _("%(target)s (%(number)s %(edition)s with %(party)s)") % {**words, "party": _party(terms["why"])}


def _party(why: dict[str, Any]) -> str:
    return _name(why["team"]) if "team" in why else _name(why["customer"]) if "customer" in why else _("everybody")


def party_words(terms: dict[str, Any]) -> str:
    """This will say with whom the agreement of a clock is made, in which version, and for which service."""
    why = terms["why"]
    words = {"edition": terms["agreement"]["edition"], "party": _party(why)}
    words["service"] = _name(why["service"]) if "service" in why else _("every service")
    return _("Version %(edition)s with %(party)s for %(service)s") % words


def rule_words(terms: dict[str, Any]) -> str:
    """This will say at which events a clock starts, stops and stands still where that is not the usual."""
    said = {
        "starts": {"judged": _("starts when the case is judged"), "assigned": _("starts when somebody is assigned")},
        "stops": {
            "replied": _("stops with the first public reply"),
            "assigned": _("stops when somebody is assigned"),
            "judged": _("stops when the case is judged"),
            "restored": _("stops when the service is restored"),
            "closed": _("stops when the case is closed"),
        },
        "pauses": {"never": _("never stands still"), "any_hold": _("stands still during every hold")},
    }
    return _(", ").join(words[terms[name]] for name, words in said.items() if terms.get(name) in words)


def hours_words(terms: dict[str, Any]) -> str:
    """This will say by which hours a clock counts."""
    calendar = terms.get("calendar")
    return _name(calendar) if calendar else _("around the clock")


def breach_words(reason: str) -> str:
    """This will say why a target was missed."""
    if reason == "calendar":
        return _("the calendar was changed")
    if reason in ("regrade", "classify", "declare_major", "demote_major"):
        return _("it was graded anew, and the new target had passed already")
    return _("the time was used up")


def pause_words(reason: str, reasons: dict[str, HoldReason]) -> str:
    """This will say for whom a clock stood still."""
    if reason in reasons:
        return reasons[reason].name
    code, by_workaround, _rest = reason.partition(BY_WORKAROUND)
    if by_workaround and code in reasons:
        return _("%(reason)s (%(workaround)s)") % {
            "reason": reasons[code].name,
            "workaround": _("the requester has accepted a workaround")
            if reasons[code].workaround == HoldReason.Workaround.ACCEPTED
            else _("a workaround has restored the service"),
        }
    known = {
        "approval": _("approval"),
        "confirmation": _("confirmation by the requester"),
        "not_started": _("the event at which it starts"),
    }
    return known.get(reason, reason)


def level_words(level: int) -> str:
    """This will name a level of the ladder, and which repeat of it this is."""
    if level % REPEAT > MOST_STEPS:
        return _("Warning")
    words = {"level": level % REPEAT, "count": level // REPEAT}
    return (_("Level %(level)s, repeat %(count)s") if words["count"] else _("Level %(level)s")) % words


def audiences(notify: Iterable[str]) -> str:
    """This will list who is told."""
    return _(", ").join(str(Audience(code).label) for code in notify)


#: Words of acts that other processes have added.
_acts: dict[str, Words] = {}


def add_act(action: str, words: Words) -> None:
    """This will let a process name an act of its own; the same name again replaces it."""
    _acts[action] = words


def act_words(action: str) -> str:
    """This will say what the system does by itself."""
    if action in _acts:
        return str(_acts[action])
    return {
        "remind_confirm": _("The requester is reminded to confirm"),
        "auto_confirm": _("Closes by itself without an answer"),
        "remind_answer": _("The requester is reminded of the question"),
        "hold_follow_up": _("Whoever works on it is reminded"),
        "hold_resume": _("Goes on by itself"),
        "hold_propose": _("Goes on by itself; resolving is proposed"),
        "hold_overdue": _("The team lead is told"),
        "remind_approval": _("The approver is reminded"),
        "approval_expired": _("The approval expires; the lead above is asked"),
        "major_undecided": _("The management is told that nobody has decided"),
        "look_for_major": _("The rules of a major incident are looked at"),
        "propose_major": _("A major incident is proposed"),
    }.get(action, action)


def _name(row: dict[str, str]) -> str:
    return pick(row.get("zh", ""), row.get("en", ""))
