"""What the design of a service asks of agreements: drafts for a new service, and which ones a change of it concerns."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.links import link, linked
from itsm.records.models import Event, LinkKind
from sla import agreement_writing
from sla.models import ServiceAgreement

KIND, STEP = "service_transition", "finish_design"


def register() -> None:
    """Register the words and the step."""
    from itsm.records.register import steps

    add_template(
        "transition_agreements", headline=gettext_lazy("Agreements follow the design of a service: %(title)s"), body="agenda"
    )  # fmt: skip
    if designed not in steps.journaled:
        steps.journaled.append(designed)


def designed(record: Any, move: Move, event: Event) -> None:
    """Draft the agreements of a new service, or link those of another that its design concerns (a step of every move)."""
    if record.kind != KIND or event.name != STEP or event.imported or record.service_id is None:
        return
    found = _drafted(record, move) if record.is_new else _concerned(record.service)
    for agreement in found:
        link(record, agreement, kind=LinkKind.RELATED_TO, by=move.by, at=move.at, auto=True)
    if found and not is_quiet():
        _tell(record, move, event)


def _drafted(record: Any, move: Move) -> list[ServiceAgreement]:
    """Draft an SLA and the OLA of the operations team beneath it, once; a later design finds them there."""
    if any(row.kind == "agreement" for row in linked(record, kind=LinkKind.RELATED_TO).records):
        return []
    service = record.service
    sheet = {"hours": service.hours.code, "rows": [{"service": service.code}]}
    shared: dict[str, Any] = {"by": move.by, "at": move.at, "sheet": sheet, "level": "service", "owner": record.owner}
    promised = agreement_writing.drafted(title=_titled(gettext("SLA of %(service)s"), service), type="sla", **shared)
    beneath = agreement_writing.drafted(
        title=_titled(gettext("OLA of %(service)s"), service), type="ola", provider_team=service.support_team,
        underpins=[promised], **shared,
    )  # fmt: skip
    return [promised, beneath]


def _titled(words: str, service: Any) -> str:
    return (words % {"service": service.name})[: agreement_writing.LONGEST_TITLE]


def _concerned(service: Any) -> list[ServiceAgreement]:
    """List the agreements in force that promise something of the service; its change is what revises or ends them."""
    rows = ServiceAgreement.objects.running().filter(editions__ended_at=None, editions__rows__service=service)
    return list(rows.distinct().order_by("pk"))


def _tell(record: Any, move: Move, event: Event) -> None:
    telling = Telling(record, move, event)
    people = audience.holders("slm", process="agreement") | {record.owner_id}
    telling.to(
        people, "transition_agreements", "approval", title=record.title, url=f"{settings.SITE_URL}/t/{record.number}"
    )
    put_many(telling.notices)
