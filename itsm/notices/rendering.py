"""Turning a message into words when it is sent or shown, in its reader's language and time zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from itsm.notices import links
from itsm.notices.templates import happening_label, template_named
from itsm.records import register
from itsm.records.models import Record
from itsm.tickets.models import Comment, Ticket
from itsm.ui.moments import kept_text

if TYPE_CHECKING:
    from itsm.notices.models import Outbox
    from itsm.people.models import Person


class Unrenderable(Exception):
    """The words of a message cannot be made; trying again will not help."""


@dataclass(frozen=True)
class Letter:
    """A mail in words."""

    subject: str
    body: str


def one_line(text: str) -> str:
    """Fold a text to one line without control characters, fit for a mail header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def headline(template: str, *, facts: Mapping[str, Any], about: Any) -> str:
    """Say in one line what happened to the record ``about`` (None for none), in the active language.

    :raises Unrenderable: if the template is unknown or its words do not fit the facts
    """
    said: dict[str, Any] = defaultdict(str)
    said |= {"number": about.number or "" if about else "", "title": about.title if about else ""}
    said |= {name: in_words(value) for name, value in facts.items()}
    said["actor"] = said["actor"] or gettext("The service desk")
    try:
        return one_line(str(template_named(template).headline) % said)
    except (LookupError, TypeError, ValueError) as fault:
        raise Unrenderable(f"{template}: {fault}") from fault


def in_words(value: Any) -> str:
    """Show a fact: a row by its text, a pair of languages by the active one, a date or an instant as people write it."""
    if isinstance(value, Mapping):
        if "zh_hant" in value:
            chinese = (translation.get_language() or "").startswith("zh")
            return str((value["zh_hant"] if chinese else value.get("en")) or value.get("en") or value["zh_hant"])
        return str(value.get("text", ""))
    if value is None:
        return ""
    return kept_text(str(value))


def letter(row: Outbox) -> Letter:
    """Write the mail of an outbox row.

    The subject of a confidential case and everything said in it stay out of the mail; only its number and address go.

    :raises Unrenderable: if its words cannot be made
    """
    person = row.person
    ticket = Ticket.objects.filter(pk=row.record_id).select_related("service").first() if row.record_id else None
    about = ticket if ticket is not None and ticket.number else _plain(row.record)
    with (
        translation.override(person.language if person else row.language),
        timezone.override(person.time_zone if person else None),
    ):
        said = headline(row.template, facts=_open_facts(row.facts, ticket), about=about)
        body = render_to_string(f"mail/{template_named(row.template).body}.txt", _context(row, about, ticket, said))
        subject = _subject(said, about)
    return Letter(one_line(subject)[:250], body.strip() + "\n")


def _plain(record: Record | None) -> Any:
    """Load a record that is no case; one without a number has no page, so nothing names it."""
    return register.load(record) if record is not None and record.number else None


def _subject(said: str, about: Any) -> str:
    """Name the record before what happened and its subject after it, where the words do not name them already."""
    if about is None:
        return said
    title = _open_title(about)
    text = said if not title or title in said else gettext("%(said)s: %(title)s") % {"said": said, "title": title}
    if about.number in text and not isinstance(about, Ticket):
        return text
    return gettext("[%(number)s] %(said)s") % {"number": about.number, "said": text}


def _open_title(about: Any) -> str:
    """Give the subject of a record; none of a confidential case."""
    return "" if getattr(about, "confidential", False) else str(about.title)


def _open_facts(facts: dict[str, Any], ticket: Ticket | None) -> dict[str, Any]:
    """Leave out what people wrote when the case is confidential."""
    if ticket is None or not ticket.confidential:
        return facts
    return {name: value for name, value in facts.items() if name not in ("text", "reason", "resolution")}


def _context(row: Outbox, about: Any, ticket: Ticket | None, said: str) -> dict[str, Any]:
    facts, person = _open_facts(row.facts, ticket), row.person
    return {
        "headline": said,
        "name": person.name if person else "",
        "about": about,
        "ticket": ticket,
        "title": _open_title(about) if about else "",
        "facts": {name: in_words(value) for name, value in facts.items()},
        "said": _public_text(facts.get("comment"), ticket),
        "link": _link(row, person, ticket),
        "url": facts.get("url") or (f"{settings.SITE_URL}/t/{about.number}" if about else settings.SITE_URL),
        "site": settings.SITE_URL,
        "preferences_url": f"{settings.SITE_URL}/me/notifications/" if person else "",
        "why": str(happening_label(row.event)),
    }


def _public_text(comment: Any, ticket: Ticket | None) -> str:
    """Fetch the reply that the message tells of; only a public one ever leaves the house."""
    if not comment or ticket is None or ticket.confidential:
        return ""
    found = Comment.objects.public().filter(pk=comment, ticket=ticket.pk).values_list("body", flat=True).first()
    return found or ""


def _link(row: Outbox, person: Person | None, ticket: Ticket | None) -> str:
    purpose = row.facts.get("link")
    if not purpose or person is None or ticket is None:
        return ""
    return links.address(purpose, record=ticket, person=person, at=row.created_at)
