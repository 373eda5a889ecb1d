"""What the style guide shows: one of everything, in every state. Nothing here comes from the database."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.ui import chips
from itsm.ui.moments import iso


class SpecimenForm(forms.Form):
    """A form with one field of each kind."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), help_text=gettext_lazy("One sentence: what does not work?"), max_length=80
    )
    impact = forms.ChoiceField(
        label=gettext_lazy("Impact"),
        choices=[("1", gettext_lazy("High")), ("2", gettext_lazy("Medium")), ("3", gettext_lazy("Low"))],
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        choices=[("p", gettext_lazy("Phone")), ("w", gettext_lazy("Walk-in"))],
        widget=forms.RadioSelect,
        required=False,
    )
    details = forms.CharField(label=gettext_lazy("Details"), widget=forms.Textarea, required=False)
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential"), help_text=gettext_lazy("Only the assigned team sees it."), required=False
    )


def _clock(look: str, seconds: int, *, at: datetime, reason: str = "", ticking: bool = False) -> dict[str, Any]:
    left = -seconds if look == "missed" else seconds
    return {
        "look": look,
        "text": chips.clock_words(look, seconds=seconds, reason=reason),
        "due": iso(at + timedelta(seconds=left)),
        "left": left,
        "ticking": ticking,
    }


def _clocks(at: datetime) -> dict[str, dict[str, Any]]:
    return {
        "running": _clock("running", 13_200, at=at, ticking=True),
        "soon": _clock("soon", 1_080, at=at, ticking=True),
        "missed": _clock("missed", 2_520, at=at, ticking=True),
        "paused": _clock("paused", 0, at=at, reason=_("waiting for the requester")),
        "met": _clock("met", 360, at=at),
    }


SUBJECTS = (
    ("INC-202611-00481", 1, "電子公文系統登入後出現 502 錯誤", "working", "soon", "林怡君"),
    ("INC-202611-00480", 1, "機房 UPS-02 電池告警（自動通報）", "working", "missed", "陳柏宇"),
    ("SR-202611-00479", 3, "研究生 VPN 帳號無法連線", "waiting", "paused", ""),
    (
        "INC-202611-00478",
        2,
        "校園無線網路 eduroam 圖書館 3F 訊號弱，下午起多位讀者反映無法連線",
        "decision",
        "running",
        "黃志明",
    ),
    ("SR-202611-00477", 4, "申請虛擬主機 2 vCPU / 8 GB", "new", "running", ""),
    ("INC-202611-00476", 5, "Printer on floor 2 shows E-04", "done", "met", "Anna Schmidt"),
    ("INC-202611-00475", None, "空調 CRAC-1 溫度偏高 27.4 °C", "closed", "met", "林怡君"),
)


def state_words() -> dict[str, str]:
    """This will name the seven tones as the style guide labels them."""
    return {
        "new": _("New"),
        "working": _("In progress"),
        "waiting": _("Waiting"),
        "decision": _("Awaiting approval"),
        "done": _("Resolved"),
        "closed": _("Closed"),
        "danger": _("Overdue"),
    }


def _rows(at: datetime) -> list[dict[str, Any]]:
    clocks, words = _clocks(at), state_words()
    return [
        {
            "number": number,
            "level": level,
            "subject": subject,
            "state": SimpleNamespace(label=words[tone], tone=tone),
            "clock": clocks[look],
            "assignee": person,
            "updated_at": at - timedelta(minutes=7 * index + 1),
            "chosen": index == 1,
        }
        for index, (number, level, subject, tone, look, person) in enumerate(SUBJECTS)
    ]


def _timeline(at: datetime) -> list[dict[str, Any]]:
    """A conversation: a message, two events, a note and a reply."""
    body = "UPS-02 battery impedance **12.4 mΩ**, threshold `10 mΩ`.\n\n- rack 3\n- https://monitor.example.org/ups-02"
    return [
        {"kind": "message", "author": "監控系統", "at": at - timedelta(hours=2), "body": body},
        {
            "kind": "event",
            "author": "林怡君",
            "at": at - timedelta(minutes=115),
            "label": _("graded P1"),
            "glyph": "bolt",
        },
        {
            "kind": "event",
            "author": "林怡君",
            "at": at - timedelta(minutes=112),
            "label": _("handed over to second line"),
            "body": "機電組：請確認電池批次。",
            "glyph": "right",
        },
        {
            "kind": "note",
            "author": "陳柏宇",
            "at": at - timedelta(minutes=80),
            "body": "已派員至機房，備援電池 2026-03 批次可用。",
        },
        {
            "kind": "reply",
            "author": "陳柏宇",
            "at": at - timedelta(minutes=9),
            "body": "您好，已切換至 UPS-01，服務不受影響。",
            "unread": True,
            "attachments": [{"name": "ups-02.pdf", "url": "#", "size_text": "184 KB"}],
        },
    ]


def specimens(*, at: datetime) -> dict[str, Any]:
    """This will gather everything the style guide needs, as if it were ``at``."""
    wrong = SpecimenForm({"impact": "9", "channel": "p"}, prefix="wrong")
    wrong.is_valid()
    return {
        "tones": [SimpleNamespace(label=word, tone=tone) for tone, word in state_words().items()],
        "levels": [1, 2, 3, 4, 5, None],
        "clocks": list(_clocks(at).values()),
        "rows": _rows(at),
        "timeline": _timeline(at),
        "form": SpecimenForm(initial={"subject": "電子公文系統登入後出現 502 錯誤"}, prefix="right"),
        "wrong": wrong,
        "now": at,
        "recipients": "王小明 <wang@example.org>",
        "people": ["林怡君", "陳柏宇", "Anna Schmidt", ""],
        "page": SimpleNamespace(previous="x", next="y", shown=50, total=812),
        "tabs": [
            SimpleNamespace(label=_("Conversation"), url="#", current=True, count=12),
            SimpleNamespace(label=_("Tasks"), url="#", current=False, count=2),
            SimpleNamespace(label=_("History"), url="#", current=False, count=None),
        ],
        "path": [("walked", "check", _("Received")), ("now", "dot", _("In progress")), ("open", "ring", _("Closed"))],
        "icons": re.findall(r'id="(\w+)"', (Path(settings.BASE_DIR) / "static/img/icons.svg").read_text("utf-8")),
    }
