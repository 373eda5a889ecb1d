"""What the change calendar registers at start-up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: The steps in whose dialogs a time is chosen.
CHOOSING = ("submit", "submit_standard", "approve_implementation")


def panel(record: Any, name: str) -> str:
    """Give the address of what stands against the time that a dialog asks for."""
    return f"{reverse('calendar:slots', args=[record.number])}?fill=1" if name in CHOOSING else ""


def register() -> None:
    """Answer for conflicts, say what is planned, and stand in the navigation."""
    from changes import conflicts, crossing, far, in_time, planned
    from configuration import far as asked_by_configuration
    from itsm.flow.roles import STAFF
    from itsm.records import planned as plans
    from itsm.records import register as records
    from itsm.tickets.lines import add_label
    from itsm.ui import navigation

    far.answers.conflicts = conflicts.sentences
    far.answers.frozen = conflicts.frozen
    far.answers.conflicts_of = crossing.counts
    asked_by_configuration.answers.in_time = in_time.in_time
    records.add(replace(records.process("change"), panel=panel))
    plans.add("change", planned.planned)
    add_label(
        "freeze_waived",
        lambda event: _("let it through the freeze “%(name)s”") % {"name": event.facts.get("freeze", "")},
    )
    navigation.register(
        navigation.Entry(
            gettext_lazy("Change calendar"),
            "calendar:calendar",
            "calendar",
            key="g v",
            roles=STAFF,
            section="processes",
            order=45,
        )
    )
