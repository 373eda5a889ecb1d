"""Who is told of the steps of supplier cases, disputes and contracts."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_happening, add_template
from itsm.records.models import Event
from relationships.supplier_clock import promised, waiting_for
from relationships.supplier_letters import reference_of

TEMPLATES = (
    ("supplier_answered", gettext_lazy("The supplier has answered: %(other)s"), "plain"),
    ("supplier_wrote", gettext_lazy("The supplier has written by e-mail: %(number)s"), "plain"),
    ("supplier_silent", gettext_lazy("The supplier has not answered within the contract's time"), "plain"),
    ("contract_ends", gettext_lazy("A contract ends soon: %(number)s %(title)s"), "agenda"),
    ("contract_notice", gettext_lazy("Notice of a contract must be given now: %(number)s %(title)s"), "agenda"),
    ("contract_over", gettext_lazy("A contract has expired: %(number)s %(title)s"), "agenda"),
    ("contract_look", gettext_lazy("A contract is due for its review: %(number)s %(title)s"), "agenda"),
    ("supplier_question", gettext_lazy("A question of our service desk: %(key)s"), "supplier_question"),
    ("dispute_escalated", gettext_lazy("A dispute with a supplier was escalated to you"), "reason"),
)


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    add_happening("supplier", label=gettext_lazy("Questions to suppliers"), locked=True)
    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: object, move: Move, event: Event) -> None:
    """Put out the notices of a step (registered as a step of every move)."""
    tell = TELLERS.get(event.name)
    if tell is None or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def _answered(telling: Telling) -> None:
    record = telling.record
    for case in waiting_for(record):
        people = {case.assignee_id} if case.assignee_id else audience.members(case.team_id)
        telling.to(people, "supplier_answered", "assigned", about=case.pk, other=record.number)


def _higher(telling: Telling) -> None:
    people = audience.holders("management_rep", process="supplier_dispute")
    telling.to(people, "dispute_escalated", "escalation", reason=telling.event.reason)


def _asked(telling: Telling) -> None:
    """Mail the last question to the supplier, where its contact has an address."""
    record = telling.record
    last = record.exchanges.order_by("-number").first()
    if last is None or not last.mailed_to:
        return
    facts = {
        "number": record.number,
        "key": reference_of(record),
        "question": last.question,
        "reference": record.reference,
        "again": last.number > 1,
    }
    until = promised(record, sent=telling.move.at) if last.number == 1 else None
    telling.to_address(
        last.mailed_to, "supplier_question", "supplier", until=until, contract=record.under.title, **facts
    )


TELLERS: dict[str, Callable[[Telling], None]] = {
    "record_answer": _answered, "take_higher": _higher, "send": _asked, "ask_again": _asked,
}  # fmt: skip
