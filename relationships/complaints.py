"""Raising complaints, and what is noted on them that is no transition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.notices.outbox import Notice, put_many
from itsm.people.models import Person, Team
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, LinkKind, Record
from itsm.records.perform import lock, open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from relationships.models import Complaint, ContactAttempt, Feedback
from relationships.querysets import READERS

if TYPE_CHECKING:
    from catalogue.models import Service

#: The channel of the case by how the complaint reached us.
CHANNELS = {"portal": "portal", "phone": "phone", "letter": "mail", "meeting": "walk_in", "survey": "portal"}
LONGEST_TITLE = 160


def raise_complaint(
    *, by: Person | None, complainant: Person, at: datetime, source: str, title: str, description: str,
    service: Service | None = None, about: Record | None = None, response: Record | None = None,
    about_person: Person | None = None, about_desk: bool = False, restricted: bool = False, nature: str = "",
    severity: int | None = None, wish: str = "", facts: dict[str, Any] | None = None,
) -> Complaint:  # fmt: skip
    """Open a complaint of ``complainant``; ``source`` is portal, phone, letter, meeting or survey.

    ``by`` None is the system. ``about`` is the case it is about, ``response`` the answer of a survey that it came from.
    One about a person is kept from that person and goes to the relationship manager, as does any that is ``restricted``;
    one from a survey is registered at once where its service is known.

    :raises Objected: if the subject is missing or too long, or somebody complains about oneself
    """
    subject = " ".join(title.replace("\x00", "").split())
    _refuse_wrong(subject, complainant, about_person)
    restricted = restricted or about_person is not None
    with transaction.atomic():
        made: Complaint = open_record(
            Complaint, by=by, at=at, channel=CHANNELS[source], origin=source, title=subject,
            description=description.replace("\x00", ""), wish=wish.replace("\x00", ""), requester=complainant,
            unit_id=complainant.unit_id, service=service, received_at=whole(at), nature=nature, severity=severity,
            kept_from=about_person, confidential=restricted or bool(getattr(about, "confidential", False)),
            about_desk=about_desk, facts=facts or {}, team=None if restricted else desk(),
        )  # fmt: skip
        for other, kind in ((about, LinkKind.ABOUT), (response, LinkKind.FROM_SURVEY)):
            if other is not None:
                link(made, other, kind=kind, by=by, at=made.created_at, auto=True)
        if source == "survey" and service is not None:
            return _register(made, by=by, at=at)
    return made


def colleague_named(named: str) -> Person | None:
    """Find who is complained about by user name or full name, where one colleague alone has it.

    Otherwise the relationship manager finds out who is meant.
    """
    workers = Person.objects.active().filter(grants__isnull=False)
    rows = list(workers.filter(Q(username=named) | Q(name=named)).distinct()[:2]) if named else []
    return rows[0] if len(rows) == 1 else None


def with_name(text: str, named: str) -> str:
    """Say below the words of a complaint about whom it is."""
    return f"{text}\n\n{gettext('About')}: {named}".strip() if named else text


def _refuse_wrong(subject: str, complainant: Person, about_person: Person | None) -> None:
    if not 0 < len(subject) <= LONGEST_TITLE:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    if about_person is not None and about_person.pk == complainant.pk:
        raise Objected(fields={"about_person": gettext("Nobody complains about oneself.")})


def desk() -> Team | None:
    """Give the desk's team, which takes complaints; those about a person belong to no team."""
    return Team.objects.active().filter(tier=1).order_by("pk").first()


def _register(made: Complaint, *, by: Person | None, at: datetime) -> Complaint:
    """Register what a survey brought: the system itself acknowledges it."""
    outer = Move("raise_complaint", by, whole(at), "system")
    registered: Complaint = perform(
        made, "register", by=None, at=at, channel="system", fired_by=outer, nature=made.nature or "quality",
        severity=str(made.severity or 2),
    )  # fmt: skip
    return registered


def give_feedback(
    *, kind: str, by: Person, title: str, text: str, at: datetime, service: Service | None = None
) -> Feedback:  # fmt: skip
    """Keep a suggestion or compliment of ``by``.

    :raises Objected: if the subject is missing or too long
    """
    subject = " ".join(title.replace("\x00", "").split())
    _refuse_wrong(subject, by, None)
    made: Feedback = Feedback.objects.create(
        kind=Feedback.Kind(kind), title=subject, text=text.replace("\x00", ""), by=by, service=service, at=whole(at)
    )
    return made


def answer_feedback(feedback: Feedback, *, by: Person, answer: str, at: datetime) -> None:
    """Answer a suggestion or compliment; who gave it is told.

    :raises NotAllowed: if ``by`` does not read them
    :raises Objected: if there is no text
    """
    if not by.role_codes & READERS:
        raise NotAllowed
    if not answer.strip():
        raise Objected(fields={"answer": gettext("Write an answer.")})
    feedback.answer, feedback.answered_by, feedback.answered_at = answer.replace("\x00", "").strip(), by, whole(at)
    with transaction.atomic():
        feedback.save(update_fields=["answer", "answered_by", "answered_at"])
        put_many([
            Notice(
                dedupe_key=f"feedback:{feedback.pk}:{int(at.timestamp())}", event="reply", template="feedback_answered", at=whole(at),
                person_id=feedback.by_id, facts={"reason": feedback.answer},
            )
        ])  # fmt: skip


def note_attempt(
    complaint: Any, *, by: Person, way: str, note: str, at: datetime | None = None
) -> ContactAttempt:  # fmt: skip
    """Note that somebody tried to reach the complainant, journaled.

    :raises NotAllowed: if ``by`` does not handle complaints
    :raises Objected: if the complaint is closed, or way or note are missing
    """
    with transaction.atomic():
        locked = lock(complaint)
        if not roles_on(locked, person=by) & register.workers(locked):
            raise NotAllowed
        text = " ".join(note.replace("\x00", "").split())[:200]
        if not locked.is_open:
            raise Objected(gettext("The case is closed; reopen it first."))
        if way not in ContactAttempt.Way.values or not text:
            raise Objected(gettext("Say how you tried to reach the complainant, and what came of it."))
        move = Move("contact_attempt", by, whole(at or database_now()))
        made = ContactAttempt.objects.create(complaint=locked, at=move.at, by=by, way=way, note=text)
        journal.write(locked, kind=Event.Kind.EDITED, name=move.name, move=move, way=way, note=text)
    return made
