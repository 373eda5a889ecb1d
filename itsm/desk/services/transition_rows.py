"""How a service transition is laid out over REST."""

from __future__ import annotations

from typing import Any

from catalogue.models import ServiceTransition
from catalogue.transition.asks import DESIGN, PLAN
from itsm.tickets.api import rows
from itsm.tickets.api.views import CaseDetail

WRITTEN = (*(item.name for item in PLAN), *(item.name for item in DESIGN))
PLAIN = (
    "number", "title", "phase", "version", "transition_kind", "transfer_direction", "customer", "need", "budget_source",
    "acceptance_round", "accepted_at", "live_on", "went_live", "achieved", "reported_to", "changed_at",
)  # fmt: skip
PEOPLE = ("requester", "owner", "built_by", "accepted_by")
COLUMNS = (*PLAIN, *WRITTEN, "kind", "state", *rows.named_columns("service"), *rows.person_columns(*PEOPLE))


class TransitionDetail(CaseDetail):
    """How a service transition is laid out."""

    model = ServiceTransition
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row with its criteria and checklist."""
        made = self.plain(row)
        record = ServiceTransition.objects.get(pk=row["pk"])
        made["criteria"] = [_criterion(one) for one in record.criteria.select_related("signed_by")]
        made["checklist"] = [_check(one, record) for one in record.checks.select_related("done_by")]
        return made

    def plain(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out what stands in the row itself."""
        made = {name: row[name] for name in (*PLAIN, *WRITTEN)} | {"state": rows.state(row)}
        return made | {"service": rows.named(row, "service")} | {name: rows.person(row, name) for name in PEOPLE}


def _criterion(one: Any) -> dict[str, Any]:
    made = {
        "position": one.position,
        "text": one.text,
        "method": one.method,
        "result": one.result,
        "evidence": one.evidence,
    }
    return made | {"signed_by": person_of(one.signed_by), "signed_at": one.signed_at}


def _check(one: Any, record: Any) -> dict[str, Any]:
    one.transition = record
    made = {"code": one.code, "question": str(one.words), "before_live": one.before_live, "choice": one.choice}
    made |= {"answer": one.answer, "happened_on": one.happened_on}
    return made | {"answered_by": person_of(one.done_by), "answered_at": one.done_at}


def person_of(person: Any) -> dict[str, str] | None:
    """Name a person as others see them."""
    return {"username": person.username, "name": person.name} if person is not None else None
