"""The events of clocks in the journal, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from itsm.tickets.lines import add_label
from sla.words import audiences, metric_words

if TYPE_CHECKING:
    from itsm.tickets.lines import Happening


def register() -> None:
    """Name the events that the sweep writes."""
    add_label("clock_breach", missed)
    add_label("clock_escalation", escalated)
    add_label("clock_lifted", lifted)


def missed(event: Happening) -> str:
    """This will say which target was missed."""
    return _("the target was missed: %(metric)s") % {"metric": metric_words(event.facts["metric"])}


def lifted(event: Happening) -> str:
    """This will say the miss of which target counts no longer."""
    return _("the miss was lifted: %(metric)s") % {"metric": metric_words(event.facts["metric"])}


def escalated(event: Happening) -> str:
    """This will say at which level whom was told."""
    words = {
        "metric": metric_words(event.facts["metric"]),
        "level": event.facts["level"],
        "people": audiences(event.facts["notify"]),
    }
    return _("%(metric)s: level %(level)s, told: %(people)s") % words
