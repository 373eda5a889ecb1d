"""The forms of the committee: a vote, a decision, a remark, a further meeting."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from changes.asks import NEEDS_TRANSITION
from changes.board_models import Board, CabItem, CabVote
from itsm.records.refusable import Refusable

LOCAL = "%Y-%m-%dT%H:%M"
LONGEST = 4000
YES_NO = (("no", _("no")), ("yes", _("yes")))


class LocalTime(forms.DateTimeInput):
    """A date and time in the zone of whoever writes it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        """Write it as the browser wants it."""
        super().__init__(format=LOCAL)


class Day(forms.DateInput):
    """A date."""

    input_type = "date"


def _text(label: Any, *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=LONGEST, widget=forms.Textarea({"rows": 2}))


class KeyedRadios(forms.RadioSelect):
    """Radio buttons that are chosen by a key; nothing is sent by one."""

    keys: ClassVar[dict[str, str]] = {
        "yes": "1",
        "condition": "2",
        "no": "3",
        "defer": "4",
        "abstain": "5",
        "recused": "0",
    }

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Give each its key."""
        made: dict[str, Any] = super().create_option(name, value, label, *args, **kwargs)
        made["attrs"] |= {"data-key": self.keys[str(value)], "data-key-label": str(label)}
        return made


class VoteForm(Refusable):
    """How somebody votes; ``paper`` is the hash of what they read."""

    vote = forms.ChoiceField(label=_("Your vote"), choices=CabVote.Vote.choices, widget=KeyedRadios)
    condition = _text(_("Condition"))
    reason = _text(_("Comment"))
    paper = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class DecideForm(Refusable):
    """What the meeting decides on an item."""

    decision = forms.ChoiceField(label=_("Decision"), choices=CabItem.Decision.choices)
    reason = _text(_("Reason"))
    conditions = _text(_("Conditions, one in a line"))
    needs_transition = forms.ChoiceField(
        label=_("Is design and transition needed?"), choices=YES_NO, required=False, initial="no"
    )
    next_meeting = forms.DateField(label=_("Deferred to the meeting on"), required=False, widget=Day())

    def __init__(self, data: Any = None, *, item: Any, following: Any = None) -> None:
        """Offer what may be decided on ``item``."""
        super().__init__(data, auto_id="id_decide_%s")
        wanted = {"noted"} if item.purpose == "hear" else {"approve", "reject", "defer"}
        choices = [row for row in CabItem.Decision.choices if row[0] in wanted]
        self.fields["decision"] = forms.ChoiceField(label=_("Decision"), choices=choices)
        if item.purpose != "decide":
            for name in ("conditions", "needs_transition", "next_meeting"):
                del self.fields[name]
            return
        self.fields["needs_transition"].help_text = str(NEEDS_TRANSITION.help)
        if following is not None:
            self.fields["next_meeting"].initial = localdate(following.starts_at)


class RemarkForm(Refusable):
    """A line of the minutes."""

    text = _text(_("Remark for the minutes"), required=True)


class MeetingForm(Refusable):
    """A meeting beside the recurrence."""

    board = forms.ModelChoiceField(label=_("Board"), queryset=Board.objects.none())
    starts_at = forms.DateTimeField(label=_("Begins"), widget=LocalTime())
    ends_at = forms.DateTimeField(label=_("Ends"), widget=LocalTime())

    def __init__(self, data: Any = None) -> None:
        """Offer the active boards."""
        super().__init__(data, auto_id="id_meeting_%s")
        self.fields["board"].queryset = Board.objects.active()  # type: ignore[attr-defined]  # a field of rows
