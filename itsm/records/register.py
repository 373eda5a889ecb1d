"""The register of processes: how siblings meet by name without importing each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from itsm.flow import Flow, Move

if TYPE_CHECKING:
    from itsm.records.models import Record

Milestone = Callable[[Any], bool]


class Receiver(Protocol):
    """Opens a record of a process out of another record that was handed over."""

    def __call__(self, origin: Any, *, move: Move, why: str) -> Any:
        """Open it in the same transaction and return it."""


@dataclass(frozen=True)
class Process:
    """A process: its records, machines and what siblings may ask of it.

    Holders of one of ``workers`` edit its records, write on them and keep their tasks; holders of one of ``overseers``
    see and work on its confidential records too. ``page(record, person=, at=)`` gives what the page of its records shows
    beside what all have. ``words`` are the columns of its own table by which, beside the subject, records that are no
    cases are found.
    ``tabs(record, current)`` lists all pages of a record; ``places(record, person, current)`` those of a record that is no case.

    ``panel(record, transition)`` gives the address of a fragment that a dialog shows beside its fields, empty for none.
    ``seen_by(person)`` is a condition for cases that a person works on by their part in them, beyond the general rule.
    ``editable`` names columns that may be edited beside those of every case; ``edit_refuses(record, changes)`` gives a
    sentence that objects to an edit, or nothing. ``owed(records, person)`` leaves out of the records that wait for an
    office of ``person`` those for which this person has done their part.
    """

    key: str
    model: type[Any]
    flows: tuple[Flow, ...]
    section: str
    receive: Receiver | None = None
    workers: frozenset[str] = frozenset({"agent", "engineer", "incident_manager"})
    overseers: frozenset[str] = frozenset()
    milestones: dict[str, Milestone] = field(default_factory=dict)
    figures: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    evidence: dict[str, Callable[..., Any]] = field(default_factory=dict)
    page: Callable[..., dict[str, Any]] | None = None
    panel: Callable[[Any, str], str] | None = None
    words: tuple[str, ...] = ()
    tabs: Callable[[Any, str], list[dict[str, Any]]] | None = None
    places: Callable[[Any, Any, str], list[dict[str, Any]]] | None = None
    seen_by: Callable[[Any], Any] | None = None
    editable: frozenset[str] = frozenset()
    edit_refuses: Callable[[Any, Mapping[str, Any]], str] | None = None
    owed: Callable[[Any, Any], Any] | None = None

    @property
    def flow(self) -> Flow:
        """The machine of the record's state."""
        return self.flows[0]


class UnknownProcess(LookupError):
    """No process is registered under that name."""


_processes: dict[str, Process] = {}


def add(process: Process) -> None:
    """Register ``process`` under its key; the same key again replaces it."""
    _processes[process.key] = process


def process(key: str) -> Process:
    """Find the process ``key``.

    :raises UnknownProcess: if there is none
    """
    try:
        return _processes[key]
    except KeyError:
        raise UnknownProcess(key) from None


def processes() -> Iterable[Process]:
    """List all processes in the order in which they were registered."""
    return _processes.values()


def process_of(record: Record) -> Process:
    """Find the process of a record by its kind."""
    return process(record.kind)


def flows() -> dict[str, Flow]:
    """Collect every machine by its key."""
    return {flow.key: flow for process in processes() for flow in process.flows}


def load(record: Record) -> Any:
    """Fetch the whole record of the process that ``record`` belongs to."""
    return process_of(record).model.objects.get(pk=record.pk)


def workers(record: Record) -> frozenset[str]:
    """Name the roles that work on ``record`` beside its transitions."""
    return process_of(record).workers


def overseers(record: Record) -> frozenset[str]:
    """Name the roles that see and work on ``record`` even when it is confidential."""
    return process_of(record).overseers


# ---- the steps that higher layers add to every move -----------------------------------------
Before = Callable[[Any, Move], None]
During = Callable[[Any, Move], None]
After = Callable[[Any, Move, Any], None]
Opened = Callable[[Any, Move, Any], None]
Said = Callable[[Any, Move], None]
Roles = Callable[[Any, Any, set[str]], set[str]]


@dataclass
class Steps:
    """Functions that run inside the transaction of every move, in the order in which they were added."""

    settle: list[Before] = field(default_factory=list)
    during: list[During] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    journaled: list[After] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)  # after a reply or note is saved: may move the record on
    roles: list[Roles] = field(default_factory=list)


steps = Steps()


def reached(record: Record, milestone: str) -> bool:
    """Tell whether ``record`` is at the named milestone of its own process; an unknown milestone is not reached."""
    test = process_of(record).milestones.get(milestone)
    return bool(test and test(load(record)))
