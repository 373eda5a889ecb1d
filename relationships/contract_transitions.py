"""Which contracts the design of a service concerns: linked with its transition, and told to who answers for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.links import link
from itsm.records.models import Event, LinkKind
from relationships.supplier_models import Contract

KIND, STEP = "service_transition", "finish_design"


def register() -> None:
    """Register the words and the step."""
    from itsm.records.register import steps

    add_template(
        "transition_contract", headline=gettext_lazy("A service under your contract is designed anew: %(title)s"), body="agenda"
    )  # fmt: skip
    if designed not in steps.journaled:
        steps.journaled.append(designed)


def designed(record: Any, move: Move, event: Event) -> None:
    """Link the contracts that name the service, and let who answers for them review them (a step of every move)."""
    if record.kind != KIND or event.name != STEP or event.imported or record.service_id is None:
        return
    rows = Contract.objects.filter(services=record.service_id).exclude(phase="done")
    telling = Telling(record, move, event)
    for contract in rows.order_by("pk"):
        link(record, contract, kind=LinkKind.RELATED_TO, by=move.by, at=move.at, auto=True)
        telling.to(
            {contract.owner_id},
            "transition_contract",
            "approval",
            title=record.title,
            url=f"{settings.SITE_URL}/t/{record.number}",
        )
    if telling.notices and not is_quiet():
        put_many(telling.notices)
