"""The words of the journal for what is done about transitions and forms beside moves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalogue.transition.models import AcceptanceCriterion
from itsm.tickets.lines import Happening, add_label


def fill() -> None:
    """Register them; called once when the app starts."""
    add_label("sign_criterion", _signed)
    add_label(
        "answer_check", lambda event: _("Checklist: %(question)s") % {"question": event.facts.get("question", "")}
    )
    add_label("fill_in_form", lambda event: _("filled in the form of the item"))


def _signed(event: Happening) -> str:
    results = dict(AcceptanceCriterion.Result.choices)
    said = results.get(event.facts.get("result", ""), "")
    return _("signed: %(criterion)s: %(result)s") % {"criterion": event.facts.get("criterion", ""), "result": said}
