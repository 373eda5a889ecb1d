"""What was said on a case, for whoever asked for it: messages, answers that were given before, and what they wrote with an act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.desk.portal.acts import MOVES
from itsm.records.models import Event
from itsm.tickets.models import Comment

#: What the processes call that which was done.
RESULTS = ("resolution_note", "fulfilment_note", "answer")
MOST_SAID = 500


@dataclass(frozen=True)
class Said:
    """One public message."""

    author: str
    body: str
    at: datetime
    kind: str
    is_resolution: bool


def said(case: Any, *, shown: str) -> list[Said]:
    """This will read the first words and everything public, oldest first; internal notes never.

    ``shown`` is the answer that the page shows above: it is not said twice.
    """
    askers = {case.requester_id, case.requested_for_id}
    rows = Comment.objects.public().filter(ticket=case.pk).select_related("author").order_by("at", "pk")[:MOST_SAID]
    first = Said(case.requester.name, case.description or case.title, case.received_at, "message", False)
    spoken = [*(_message(row, askers) for row in rows), *_with_moves(case, askers, shown=shown)]
    return [first, *sorted(spoken, key=lambda one: one.at)]


def _message(row: Any, askers: set[int | None]) -> Said:
    author = row.author.name if row.author else _("System")
    return Said(author, row.body, row.at, "message" if row.author_id in askers else "reply", row.is_resolution)


def _with_moves(case: Any, askers: set[int | None], *, shown: str) -> list[Said]:
    """Read the answers that were given with a move, and the reasons that those who asked gave with theirs."""
    own = Q(actor__in=[pk for pk in askers if pk], name__in=MOVES.get(case.kind, {}).values()) & ~Q(reason="")
    rows = Event.objects.moves().filter(own | Q(facts__has_any_keys=RESULTS), record=case.pk).select_related("actor")
    found = []
    for row in rows.order_by("at", "pk")[:MOST_SAID]:
        author = row.actor.name if row.actor else _("System")
        answered = next((str(row.facts[name]) for name in RESULTS if row.facts.get(name)), "")
        if answered:
            found.append(Said(author, answered, row.at, "reply", True))
        elif row.reason:
            found.append(Said(author, row.reason, row.at, "message", False))
    return _without_shown(found, shown)


def _without_shown(found: list[Said], shown: str) -> list[Said]:
    """Leave out the last answer where the page shows it already."""
    last = next((one for one in reversed(found) if one.is_resolution), None)
    return [one for one in found if one is not last or one.body != shown]
