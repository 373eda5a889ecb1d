"""Clocks speak Traditional Chinese too."""

from typing import Any

import pytest
from django.utils import timezone, translation

from sla import clocks
from sla.words import act_words, audiences, level_words
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def test_a_ledger_in_chinese_has_no_english_label(outage: Any, grade: Any) -> None:
    incident = grade(outage, at=MONDAY)

    with translation.override("zh-hant"), timezone.override("Asia/Taipei"):
        found = next(one for one in clocks.ledger(incident, at=MONDAY) if one.clock.metric == "resolution")
        words = [(line.label, line.text) for line in found.ledger]

    assert ("目標值", "16 小時 · P3 之目標") in words
    assert ("期限", "2026/11/25 (三) 10:00") in words
    assert not [label for label, _text in words if label.isascii()]


def test_levels_audiences_and_acts_have_words_in_both_languages() -> None:
    with translation.override("zh-hant"):
        assert (level_words(101), audiences(["assignee", "team_lead"])) == ("第 1 階，第 1 次重複", "承辦人、組長")
        assert act_words("auto_confirm") == "逾期未回覆即自動結案"
    with translation.override("en"):
        assert (level_words(2), audiences(["assignee", "team_lead"])) == ("Level 2", "assignee, team lead")
