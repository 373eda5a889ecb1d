"""Times, periods, calendars and figures are told in words of the reader's language, never as codes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from itsm.service_reports.names import names
from itsm.service_reports.shown import sheet
from itsm.service_reports.wording import Era, clock_words, time_words


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "0 分", "0 min"), (59, "59 秒", "59 s"), (3900, "1 小時 5 分", "1 h 5 min"), (3600, "1 小時", "1 h"),
        (10797, "2 小時 59 分 57 秒", "2 h 59 min 57 s"), (3605, "1 小時 5 秒", "1 h 5 s"), (-61, "-1 分 1 秒", "-1 min 1 s"),
        (Fraction(7199, 2), "59 分 59 秒", "59 min 59 s"), (360_000, "100 小時", "100 h"),
    ],
)  # fmt: skip
def test_times_are_words_to_the_second(seconds: Any, zh: str, en: str) -> None:
    with override("zh-hant"):
        assert time_words(seconds) == zh
    with override("en"):
        assert time_words(seconds) == en


def test_times_of_the_document_are_read_as_words_and_other_texts_stay() -> None:
    with override("en"):
        assert [clock_words(text) for text in ("1:05:00", "-0:01:01", "99.860%", "-", "4.50")] == [
            "1 h 5 min", "-1 min 1 s", "99.860%", "-", "4.50",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "minguo", "label", "words", "brief"),
    [
        ("zh-hant", False, "2026-11", "2026 年 11 月", ("11 月", "2026")),
        ("zh-hant", True, "2026-11", "民國 115 年 11 月", ("11 月", "115")),
        ("en", False, "2026-11", "Nov 2026", ("Nov", "2026")),
        ("en", True, "2026-01", "Jan ROC 115", ("Jan", "115")),
        ("zh-hant", False, "2026-Q4", "2026 年 第 4 季", ("第 4 季", "2026")),
        ("en", False, "2026-Q4", "Q4 2026", ("Q4", "2026")),
        ("zh-hant", True, "2026", "民國 115 年", ("115", "")),
        ("en", False, "2026", "2026", ("2026", "")),
    ],
)
def test_periods_of_the_trend_are_named(
    language: str, minguo: bool, label: str, words: str, brief: tuple[str, str]
) -> None:
    with override(language):
        assert (Era(minguo).short(label), Era(minguo).brief(label)) == (words, brief)


@pytest.mark.django_db
@pytest.mark.usefixtures("november")
@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_a_report_shows_no_codes(calculated: Any, service: Any, language: str) -> None:
    issue = calculated()
    with override(language):
        shown = sheet(issue)

    part = shown.services[0]
    assert "always" not in part.source
    assert part.source.endswith("（第 1 版）" if language == "zh-hant" else "(version 1)")
    assert part.trend.rows[-1][0].text == ("2026 年 11 月" if language == "zh-hant" else "Nov 2026")
    texts = [cell.text for table in shown.tables() for row in table.rows for cell in row]
    assert [text for text in texts if f"{service.code}." in text or ":00:00" in text] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("november")
def test_every_figure_has_a_name_and_its_rows_carry_it(calculated: Any, slm: Any, client: Client) -> None:
    issue = calculated()
    with override("en"):
        known = names(issue.figures, Era())
    assert issue.figures["figures"].keys() <= known.keys()
    slm.language = "en"
    slm.save()
    client.force_login(slm)

    for key, name in known.items():
        page = client.get(f"{issue.get_absolute_url()}rows/{key}/").content.decode()
        assert name.split(" · ")[-1].replace("(", "") in page.replace("(", "")
        assert f">{key}<" not in page
