"""The journal in words: one line for each event, as timelines, histories and the audit view show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Transition
from itsm.records import register
from itsm.records.models import Event, PlainRecord
from itsm.tickets.models import Channel, Task
from itsm.ui.moments import kept_text, span

LONGEST = 160


@dataclass(frozen=True)
class Line:
    """One event as people read it; ``body`` and ``details`` are empty for those who may not read them."""

    pk: int
    kind: str
    author: str
    at: datetime
    label: str
    glyph: str
    tone: str
    channel: str = ""
    body: str = ""
    details: tuple[tuple[str, str], ...] = ()
    internal: bool = True


class Happening(NamedTuple):
    """A row of the journal with the names of people in place of people."""

    pk: int
    kind: str
    name: str
    machine: str
    source: str
    target: str
    actor: str | None
    on_behalf_of: str | None
    channel: str
    at: datetime
    reason: str
    facts: dict[str, Any]
    is_public: bool


def happening_of(event: Event) -> Happening:
    """Take a row of the journal that was fetched with its people."""
    return Happening(
        event.pk, event.kind, event.name, event.machine, event.source, event.target,
        event.actor.name if event.actor else None, event.on_behalf_of.name if event.on_behalf_of else None,
        event.channel, event.at, event.reason, event.facts, event.is_public,
    )  # fmt: skip


def line_of(event: Happening, *, record: Any, facts: bool) -> Line:
    """Put an event into words; ``facts`` tells whether the reader may know reasons and details."""
    row = _row(event)
    words = LABELS | PLAIN if isinstance(record, PlainRecord) else LABELS
    label = str(row.label) if row else words.get(event.name, _other)(event)
    if row and event.target and event.target != event.source:
        label = f"{label} → {_state(event)}"
    glyph, tone = LOOKS.get(event.kind, ("dot", ""))
    return Line(
        pk=event.pk,
        kind=event.kind,
        author=_author(event),
        at=event.at,
        label=label,
        glyph=glyph,
        tone="danger" if row and row.danger else tone,
        channel=str(CHANNELS.get(event.channel, event.channel)),
        body=(event.reason or _note(event)) if facts else "",
        details=tuple(_details(event, record, row)) if facts else (),
        internal=not event.is_public,
    )


def _row(event: Happening) -> Transition | None:
    flow = register.flows().get(event.machine) if event.machine else None
    return flow.transitions.get(event.name) if flow else None


def _state(event: Happening) -> str:
    state = register.flows()[event.machine].states.get(event.target)
    return str(state.label) if state else event.target


def _author(event: Happening) -> str:
    if event.actor is None:
        return _("System")
    if event.on_behalf_of is None:
        return event.actor
    return _("%(deputy)s for %(absent)s") % {"deputy": event.actor, "absent": event.on_behalf_of}


def _note(event: Happening) -> str:
    note = event.facts.get("note", "")
    return note if event.kind == "move" and isinstance(note, str) else ""


# ---- labels of what is no transition --------------------------------------------------------
def _text(value: Any) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else str(value)


def _fact(event: Happening, name: str) -> str:
    return _text(event.facts.get(name, ""))


def _assigned(event: Happening) -> str:
    after = event.facts.get("after", {})
    named = " · ".join(part for part in (after.get("team", ""), after.get("assignee", "")) if part)
    return _("assigned to %(whom)s") % {"whom": named} if named else _("assigned to nobody")


def _task_ended(event: Happening) -> str:
    if event.facts.get("state") == Task.State.DONE:
        return _("did the task “%(title)s”") % {"title": _fact(event, "title")}
    return _("skipped the task “%(title)s”") % {"title": _fact(event, "title")}


def _child(event: Happening) -> str:
    if child := _fact(event, "child"):
        return _("attached the child %(number)s") % {"number": child}
    return _("made it a child of %(number)s") % {"number": _fact(event, "parent")}


def _merged(event: Happening) -> str:
    if into := _fact(event, "into"):
        return _("merged it into %(number)s") % {"number": into}
    return _("merged %(number)s into this case") % {"number": _fact(event, "merged")}


def _unmerged(event: Happening) -> str:
    if freed := _fact(event, "freed"):
        return _("took %(number)s out of this case") % {"number": freed}
    return _("took it out of %(number)s") % {"number": _fact(event, "out_of")}


def _worked(event: Happening) -> str:
    return span(60 * int(event.facts.get("minutes", 0)))


def _other(event: Happening) -> str:
    return str(KINDS.get(event.kind, event.kind))


KINDS = dict(Event.Kind.choices)

LABELS: dict[str, Callable[[Happening], str]] = {
    "open": lambda event: _("opened the case"),
    "edit": lambda event: _("edited the case"),
    "assign": _assigned,
    "reply": lambda event: _("replied"),
    "note": lambda event: _("wrote an internal note"),
    "publish_update": lambda event: _("published a status update"),
    "write_report": lambda event: _("wrote in the report"),
    "attach": lambda event: _("attached “%(name)s”") % {"name": _fact(event, "file")},
    "add_task": lambda event: _("added the task “%(title)s”") % {"title": _fact(event, "title")},
    "end_task": _task_ended,
    "enter_time": lambda event: _("worked %(time)s on it") % {"time": _worked(event)},
    "take_back_time": lambda event: _("took back %(time)s of work") % {"time": _worked(event)},
    "open_outage": lambda event: _("recorded an outage of %(service)s") % {"service": _fact(event, "service")},
    "end_outage": lambda event: _("%(service)s is up again") % {"service": _fact(event, "service")},
    "attach_child": _child,
    "detach_child": lambda event: _("let it stand alone again"),
    "link": lambda event: _("linked %(number)s") % {"number": _fact(event, "other")},
    "unlink": lambda event: _("removed the link to %(number)s") % {"number": _fact(event, "other")},
    "merge": _merged,
    "unmerge": _unmerged,
    "approval_expired": lambda event: (
        _("%(expired)s did not decide in time; %(asked)s is asked now")
        % {"expired": _fact(event, "expired"), "asked": _fact(event, "asked")}
    ),
    "occurrence": lambda event: _("the alarm came again: %(count)s times so far") % {"count": _fact(event, "count")},
    "alarm_cleared": lambda event: _("the alarm is over"),
}


def add_label(name: str, words: Callable[[Happening], str]) -> None:
    """Let a higher layer name its own events; the same name again replaces it."""
    LABELS[name] = words


#: What is said otherwise of a record that is no case.
PLAIN: dict[str, Callable[[Happening], str]] = {
    "open": lambda event: _("made the record"),
    "edit": lambda event: _("edited the record"),
}


CHANNELS = dict(Channel.choices) | {
    "web": gettext_lazy("web page"),
    "system": gettext_lazy("by itself"),
    "link": gettext_lazy("mail link"),
}

LOOKS = {
    "opened": ("inbox", "new"),
    "move": ("flow", "working"),
    "edited": ("pen", ""),
    "assigned": ("hand", "working"),
    "attached": ("clip", ""),
    "linked": ("link", ""),
    "task": ("check", ""),
    "approval": ("diamond", "decision"),
    "outage": ("bolt", "danger"),
    "clock": ("clock", "waiting"),
    "occurrence": ("bell", ""),
    "merged": ("link", ""),
}


#: What stands for a value that no journal tells.
MASK = "•••"


# ---- details --------------------------------------------------------------------------------
def _details(event: Happening, record: Any, row: Transition | None) -> Iterator[tuple[str, str]]:
    if event.name == "edit":
        before, after = event.facts.get("before", {}), event.facts.get("after", {})
        closed: frozenset[str] = getattr(record, "unspoken", frozenset())
        for name, value in after.items():
            pair = (
                MASK if name in closed and one else field_value(record, name, one) for one in (before.get(name), value)
            )
            yield field_label(record, name), " → ".join(pair)
        return
    if row is None:
        return
    for item in row.inputs:  # in the order in which they were asked; the database keeps none
        value = event.facts.get(item.name)
        if item.name != "note" and value not in (None, "", False):
            offered = {choice.value: str(choice.label) for choice in item.choices}
            yield str(item.label), offered.get(str(value), show(value))


def field_label(record: Any, name: str) -> str:
    """Name a field of the record."""
    try:
        return capfirst(str(record._meta.get_field(name).verbose_name))
    except FieldDoesNotExist:
        label: Callable[[str], str] | None = getattr(record, "field_label", None)
        return label(name) if label is not None else name


def field_value(record: Any, name: str, value: Any) -> str:
    """Say a value of a field of the record: the label of a choice, else as it is kept."""
    try:
        choices = getattr(record._meta.get_field(name), "flatchoices", None) or ()
    except FieldDoesNotExist:
        said: Callable[[str, Any], Any] | None = getattr(record, "field_value", None)
        return show(said(name, value) if said is not None and value not in (None, "", []) else value)
    return next((str(label) for code, label in choices if code == value and value != ""), show(value))


def show(value: Any) -> str:
    """Write a value of the journal for people, at most 160 characters."""
    if value in (None, "", []):
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = _text(value)
    if (said := kept_text(text)) != text:
        return said
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
