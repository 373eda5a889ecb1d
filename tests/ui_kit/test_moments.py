"""Dates, durations and people in words."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from itsm.ui import moments
from itsm.ui.chips import initials

NINE = datetime(2026, 11, 23, 1, 5, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def taipei() -> Iterator[None]:
    with timezone.override("Asia/Taipei"):
        yield


@pytest.mark.parametrize(("language", "text"), [("zh-hant", "2026/11/23 (一) 09:05"), ("en", "Mon 23 Nov 2026, 09:05")])
def test_a_moment_is_written_with_its_weekday(language: str, text: str) -> None:
    with translation.override(language):
        assert moments.moment_text(NINE) == text


@pytest.mark.parametrize(("language", "text"), [("zh-hant", "2026/11/24 (二)"), ("en", "Tue 24 Nov 2026")])
def test_the_day_of_a_moment_is_the_one_where_the_reader_is(language: str, text: str) -> None:
    """At 23:22 in UTC it is the next morning in Taipei."""
    moment = datetime(2026, 11, 23, 23, 22, tzinfo=UTC)
    with translation.override(language):
        assert moments.day_text(moment) == text
    assert moments.minguo_text(moment) == "民國115年11月24日"


def test_a_moment_carries_its_machine_form_and_its_absolute_form() -> None:
    with translation.override("en"):
        html = moments.when(NINE, now=NINE + timedelta(minutes=18))

    assert html == '<time datetime="2026-11-23T01:05:30Z" title="Mon 23 Nov 2026, 09:05">18 minutes ago</time>'


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (13_240, "3 h 40 min", "3 小時 40 分"),
        (1_080, "18 min", "18 分"),
        (59, "under 1 min", "不到 1 分"),
        (93_600, "1 d 2 h", "1 天 2 小時"),
    ],
)
def test_a_duration_is_written_in_words(seconds: int, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert moments.span(seconds) == english
    with translation.override("zh-hant"):
        assert moments.span(seconds) == chinese


@pytest.mark.parametrize(
    "text",
    ["2026/8/3", "2026-08-03", "20260803", "115/8/3", "1150803", "民國115年8月3日", "2026年8月3日", " 115.08.03 "],
)
def test_a_date_may_be_typed_in_many_ways(text: str) -> None:
    assert moments.read_date(text) == date(2026, 8, 3)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026/13/1", "115/2/30", "12345"])
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(moments.UnreadableDate):
        moments.read_date(text)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 11, 23), "民國115年11月23日"),
        (date(1912, 1, 1), "民國1年1月1日"),
        (date(1911, 12, 31), "民國前1年12月31日"),
    ],
)
def test_a_date_has_its_year_of_the_republic(day: date, text: str) -> None:
    assert moments.minguo_text(day) == text


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("2h 30m", 150), ("2 小時 30 分", 150), ("1.5h", 90), ("90", 90), ("1 天", 1440), ("45 分鐘", 45)],
)
def test_a_duration_may_be_typed_in_many_ways(text: str, minutes: int) -> None:
    assert moments.read_span(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["soon", "", "3 fortnights"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(moments.UnreadableDate):
        moments.read_span(text)


@pytest.mark.parametrize(("name", "short"), [("林怡君", "林"), ("Anna Schmidt", "AS"), ("root", "R"), ("", "?")])
def test_a_name_has_initials(name: str, short: str) -> None:
    assert initials(name) == short


@pytest.mark.parametrize(
    ("kept", "text"),
    [
        ("2026-11-23", "2026/11/23 (一)"),
        ("2026-11-23T01:05:30+00:00", "2026/11/23 (一) 09:05"),
        ("2026-11-23T01:05:30", "2026-11-23T01:05:30"),
        ("2026-13-45", "2026-13-45"),
        ("2026-11-23 was a Monday", "2026-11-23 was a Monday"),
        ("", ""),
    ],
)
def test_what_is_kept_for_machines_is_written_for_people_and_other_text_stays(kept: str, text: str) -> None:
    with translation.override("zh-hant"):
        assert moments.kept_text(kept) == text


@pytest.mark.parametrize(("language", "text"), [("zh-hant", "2026 年 11 月"), ("en", "Nov 2026")])
def test_a_month_is_written_for_people(language: str, text: str) -> None:
    with translation.override(language):
        assert moments.month_text(date(2026, 11, 30)) == text
