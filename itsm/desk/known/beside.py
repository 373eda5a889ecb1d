"""What the page of a case shows of problems: on a problem its analysis, on an open incident what helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from itsm.desk.known.offered import workarounds
from problems.asks import RC_METHOD
from problems.models import AnalysisNote
from problems.workarounds import may_give

if TYPE_CHECKING:
    from itsm.people.models import Person


def of_case(case: Any, *, person: Person) -> dict[str, Any]:
    """Collect what the process of the case adds to its page."""
    collect = BY_KIND.get(case.kind)
    return collect(case, person) if collect else {}


def _incident(case: Any, person: Person) -> dict[str, Any]:
    return {"workarounds": workarounds(case, person=person) if case.is_open else []}


def _problem(case: Any, person: Person) -> dict[str, Any]:
    notes: dict[str, list[AnalysisNote]] = {}
    for note in case.analysis.all():
        notes.setdefault(note.kind, []).append(note)
    words = dict(AnalysisNote.Kind.choices)
    methods = {choice.value: choice.label for choice in RC_METHOD.choices}
    return {
        "whys": notes.pop("why", []),
        "bones": [{"label": words[kind], "notes": rows} for kind, rows in notes.items()],
        "rounds": list(case.rounds.select_related("by").order_by("-number")),
        "gives_workaround": may_give(case, person),
        "method": methods.get(case.rc_method, ""),
        "known_errors": [
            {"record": known, "state": known.flows[0].states[known.state]}
            for known in case.known_errors.visible_to(person).order_by("pk")
        ],
    }


BY_KIND: dict[str, Callable[[Any, Person], dict[str, Any]]] = {"incident": _incident, "problem": _problem}
