"""Who is told of the steps of agreements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience, links
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event
from itsm.tickets.lines import add_label

#: What the links are for by which somebody signs.
PURPOSE = "sign_agreement"
TEMPLATES = (
    ("agreement_sign", gettext_lazy("An agreement is negotiated: it will need your signature")),
    ("agreement_declined", gettext_lazy("An agreement was not signed: %(reason)s")),
    ("agreement_signature", gettext_lazy("%(actor)s has signed an agreement; the other side has not yet")),
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
    add_label(
        "signature_given", lambda event: _("signed version %(edition)s") % {"edition": event.facts.get("edition", "")}
    )
    add_label(
        "signature_declined",
        lambda event: _("did not sign version %(edition)s") % {"edition": event.facts.get("edition", "")},
    )
    add_template("agreement_link", headline=gettext_lazy("Please sign %(agreement)s %(title)s"), body="agreement")
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
    telling.to(audience.holders("management_rep", process="agreement"), "agreement_sign", "approval")


def _asked(telling: Telling) -> None:
    """Send everybody who is asked their own link; they may have no right to see agreements at all."""
    record, move = telling.record, telling.move
    for asked in record.editions.drafts().get().requests.filter(answer="open"):
        place = links.address(PURPOSE, record=record, person=asked.person, at=move.at)
        facts = {
            "agreement": record.number, "title": record.title, "edition": asked.edition.number, "address": place, "url": place,
            "actor": move.by.name if move.by else "",
        }  # fmt: skip
        telling.notices.append(
            Notice(
                dedupe_key=f"signature:{asked.pk}", event="approval", template="agreement_link", at=move.at, person_id=asked.person_id,
                facts=facts,
            )
        )  # fmt: skip


def answered(record: Any, move: Move, event: Event, *, edition: str) -> None:
    """Tell who answers for the agreement, and who keeps agreements, what one side has said."""
    if is_quiet():
        return
    template = "agreement_declined" if event.name == "signature_declined" else "agreement_signature"
    telling = Telling(record, move, event)
    people = audience.holders("slm", process="agreement") | {record.owner_id}
    telling.to(people, template, "progress", reason=event.reason, edition=edition)
    put_many(telling.notices)


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
    "ask_signatures": _asked,
    "sign": _owners("agreement_signed"),
    "activate": _owners("agreement_begun"),
    "terminate": _owners("agreement_ended"),
}
