"""Who is told of configuration data that somebody found wrong: who keeps the data, then whoever reported it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from configuration.models import Correction
from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_happening, add_template
from itsm.people.models import Person
from itsm.records.models import Event

HAPPENING = "ci_data"
TEMPLATES = (
    ("ci_wrong", gettext_lazy("Configuration data of %(what)s is reported as wrong: %(found)s"), "plain"),
    ("ci_report_verified", gettext_lazy("What you reported as wrong of %(what)s is confirmed"), "plain"),
    ("ci_report_refused", gettext_lazy("What you reported as wrong of %(what)s stays as it is"), "reason"),
    ("ci_report_settled", gettext_lazy("What you reported as wrong of %(what)s is corrected"), "plain"),
)
ANSWERS = {name: f"ci_{name}" for name in ("report_verified", "report_refused", "report_settled")}


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    add_happening(HAPPENING, label=gettext_lazy("Configuration data is reported as wrong"), staff_only=True)
    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a report and of what became of it (registered as a step of every line)."""
    if event.name != "reported_wrong" and event.name not in ANSWERS:
        return
    key = event.facts.get("correction")
    if key is None or is_quiet() or event.imported:
        return
    telling, said = Telling(record, move, event), str(event.facts.get("note", ""))
    if event.name == "reported_wrong":
        people = Person.objects.holding("config_manager", process="ci")
        keepers = [person.pk for person in people if audience.may_read(record, person, internal=False)]
        telling.to(keepers, "ci_wrong", HAPPENING, found=said, what=_what(record))
    else:
        raised = Correction.objects.filter(pk=key).values_list("raised_by", flat=True)
        telling.to(raised, ANSWERS[event.name], HAPPENING, reason=said, what=_what(record))
    put_many(telling.notices)


def _what(record: Any) -> str:
    return f"{record.number} {record.title}"
