"""The words of the journal for what is done about transitions and forms beside moves."""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from catalogue.transition.models import AcceptanceCriterion
from itsm.tickets.lines import Happening, add_label

LONGEST_EVIDENCE = 400  # characters of a line of the journal


def fill() -> None:
    """Register them; called once when the app starts."""
    add_label("sign_criterion", _signed)
    add_label(
        "answer_check", lambda event: _("Checklist: %(question)s") % {"question": event.facts.get("question", "")}
    )
    add_label("fill_in_form", lambda event: _("filled in the form of the item"))


def _signed(event: Happening) -> str:
    """Tell the evidence too: signed anew, the criterion shows only the last."""
    results = dict(AcceptanceCriterion.Result.choices)
    words = {
        "criterion": event.facts.get("criterion", ""),
        "result": results.get(event.facts.get("result", ""), ""),
        "evidence": Truncator(event.facts.get("evidence", "")).chars(LONGEST_EVIDENCE),
    }
    if not words["evidence"]:
        return _("signed: %(criterion)s: %(result)s") % words
    return _("signed: %(criterion)s: %(result)s (%(evidence)s)") % words
