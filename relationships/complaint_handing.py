"""Handing a complaint around beside its moves: never to somebody who is part of the matter, on any page, list or interface."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records.refusals import Objected
from relationships.complaint_guards import involved


def register() -> None:
    """Register the step."""
    from itsm.records.register import steps

    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Object to a handler who is part of the matter (a step of every hand-over).

    :raises Objected: if the complaint would lie with who complains, is complained about, or had the case it is about
    """
    if record.kind != "complaint" or move.name != "assign" or record.assignee_id is None:
        return
    if record.assignee_id in involved(record):
        sentence = gettext("%(person)s is part of the matter: the handler of a complaint must be independent.")
        raise Objected(fields={"assignee": sentence % {"person": record.assignee}})
