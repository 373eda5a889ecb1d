"""What the page of a service transition shows beside what all records have."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from catalogue.transition import asks
from catalogue.transition.guards import parent_changes
from catalogue.transition.services import ANSWERS, CHECKING, SIGNS
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person


def page(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect plan, design, criteria, checklist and editions, and what ``person`` may sign or answer."""
    roles = roles_on(record, person=person)
    criteria = list(record.criteria.select_related("signed_by"))
    checks = list(record.checks.select_related("done_by"))
    for row in checks:
        row.transition = record
    return {
        "criteria": criteria, "signed": sum(bool(row.result) for row in criteria), "checks": [_check(row) for row in checks],
        "answered": sum(row.done_at is not None for row in checks),
        "may_sign": bool(roles & SIGNS) and record.state == "acceptance" and record.built_by_id != person.pk,
        "may_answer": bool(roles & ANSWERS) and record.state in CHECKING,
        "plan": _written(record, asks.PLAN), "design": _written(record, asks.DESIGN),
        "editions": list(record.editions.select_related("service", "approved_by")), "calls": len(parent_changes(record)),
        "kind_words": record.get_transition_kind_display() if record.transition_kind else "",
    }  # fmt: skip


def _written(record: Any, inputs: tuple[Any, ...]) -> list[tuple[str, str]]:
    return [(str(item.label), text) for item in inputs if (text := getattr(record, item.name))]


def _check(row: Any) -> dict[str, Any]:
    words = {code: str(words) for code, words in row.question.choices}
    return {"row": row, "words": str(row.words), "choice": words.get(row.choice, "")}
