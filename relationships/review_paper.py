"""The minutes of a service review on paper, with its agenda and room to sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from itsm.draw.paper import Block, Facts, Grid, Heading, Prose, Signatures, document
from itsm.ui.moments import day_text, moment_text
from relationships.review_agenda import agenda

if TYPE_CHECKING:
    from itsm.people.models import Person


def minutes(review: Any, *, person: Person) -> bytes:
    """Set agenda, minutes, decisions and signatures of a review, in the active language."""
    found = agenda(review, person=person)
    subtitle = f"{review.number} · {review.customer}"
    return document(
        gettext("Service review"),
        list(_blocks(review, found)),
        subtitle=subtitle,
        foot=f"{review.number} {review.title}",
    )


def _blocks(review: Any, found: dict[str, Any]) -> Iterator[Block]:
    yield Facts([
        (gettext("Subject"), review.title), (gettext("Customer"), str(review.customer)),
        (gettext("Period"), f"{day_text(review.period_start)} – {day_text(review.period_end)}"),
        (gettext("Planned for"), day_text(review.planned_on)),
        (gettext("Services"), gettext(", ").join(str(row) for row in found["services"]) or "—"),
        (gettext("Attendees"), review.attendees or "—"),
    ])  # fmt: skip
    yield Heading(gettext("Agenda"))
    yield from _figures(found)
    if review.held_at:
        yield from _meeting(review)
    if found["actions"]:
        yield Heading(gettext("Actions"))
        rows = [[row.text, row.owner.name, day_text(row.due_on), row.result or "—"] for row in found["actions"]]
        head = [gettext("Action"), gettext("Who does it"), gettext("Until"), gettext("What came of it")]
        yield Grid(head, rows, (0.4, 0.18, 0.17, 0.25))
    account = review.customer.account_owner
    yield Signatures(
        [(gettext("For the customer"), review.signed_by), (gettext("Account owner"), account.name if account else "")]
    )


def _figures(found: dict[str, Any]) -> Iterator[Block]:
    names = {"incident": gettext("Incidents"), "service_request": gettext("Service requests")}
    rows = [
        [
            words,
            str(found["counted"].get(kind, {}).get("n", 0)),
            str(found["counted"].get(kind, {}).get("still_open", 0)),
        ]
        for kind, words in names.items()
    ]
    yield Grid([gettext("Cases"), gettext("Received"), gettext("still open")], rows, (0.6, 0.2, 0.2))
    if found["levels"]:
        levels = [[row["name"], f"{row['met']}/{row['judged']}", f"{row['rate']:g} %"] for row in found["levels"]]
        yield Grid([gettext("Service levels"), gettext("Targets met"), gettext("Share")], levels, (0.6, 0.2, 0.2))
    for title, key in ((gettext("Complaints"), "complaints"), (gettext("Changes"), "changes")):
        if found[key]:
            listed = [[one["record"].number, one["record"].title, str(one["state"].label)] for one in found[key]]
            yield Grid([title, gettext("Subject"), gettext("State")], listed, (0.25, 0.55, 0.2))


def _meeting(review: Any) -> Iterator[Block]:
    parts = (
        (gettext("Minutes"), review.minutes), (gettext("Decisions and actions"), review.decisions),
        (gettext("Changes in the customer's business"), review.business_changes),
        (gettext("New requirements"), review.new_requirements),
    )  # fmt: skip
    for title, text in parts:
        if text:
            yield Heading(title)
            yield Prose(text)
    if review.signed_at:
        yield Facts([(gettext("Signed"), f"{review.signed_by} · {moment_text(review.signed_at)}")])
