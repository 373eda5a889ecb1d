"""Who is told of the steps of agreements."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event

TEMPLATES = (
    ("agreement_sign", gettext_lazy("Your signature is asked for an agreement")),
    ("agreement_signed", gettext_lazy("An agreement was signed")),
    ("agreement_begun", gettext_lazy("An agreement is in force")),
    ("agreement_look", gettext_lazy("An agreement is due for its review")),
    ("agreement_ends", gettext_lazy("An agreement ends soon")),
    ("agreement_over", gettext_lazy("An agreement has expired")),
    ("agreement_ended", gettext_lazy("An agreement was terminated")),
)


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    for name, headline in TEMPLATES:
        add_template(name, headline=headline)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: object, move: Move, event: Event) -> None:
    """Put out the notices of a step (registered as a step of every move)."""
    tell = TELLERS.get(event.name) if event.machine == "agreement" else None
    if tell is None or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def _signature(telling: Telling) -> None:
    """Ask those who sign for us."""
    telling.to(audience.holders("management_rep", process="agreement"), "agreement_sign", "assigned")


def _owners(template: str) -> Callable[[Telling], None]:
    def tell(telling: Telling) -> None:
        record = telling.record
        people = audience.holders("slm", process="agreement") | {record.owner_id}
        services = record.editions.first().rows.filter(service__isnull=False)
        people |= set(services.values_list("service__owner", flat=True))
        telling.to(people, template, "progress")

    return tell


TELLERS: dict[str, Callable[[Telling], None]] = {
    "open_negotiation": _signature,
    "revise": _signature,
    "sign": _owners("agreement_signed"),
    "activate": _owners("agreement_begun"),
    "terminate": _owners("agreement_ended"),
}
