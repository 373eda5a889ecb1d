"""Keeping how an item is when it goes live: a baseline of its own, to compare with later."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records.models import Event

#: How such a baseline says what it is of.
SCOPE = {"of": "live"}


def register() -> None:
    """Register the step."""
    from itsm.records.register import steps

    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Take the baseline of an item that was put live (a step of every move); its version stands by then."""
    if record.kind != "ci" or event.name != "put_live" or event.imported:
        return
    from configuration import baselines

    present = record.versions.get(valid_to=None)
    name = gettext("Live: %(item)s") % {"item": record}
    baselines.take([record.pk], name=name, by=move.by, at=max(move.at, present.valid_from), scope=SCOPE)
