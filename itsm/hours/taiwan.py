"""The calendars that every installation starts with: Taiwan's office days of 2025 and 2026, service hours, 24 x 7."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.hours.special_days import Kind, special_day
from itsm.hours.windows import Windows, windows_of

ZONE = "Asia/Taipei"
OFFICE = [["09:00", "12:00"], ["13:00", "18:00"]]
STAFFED = [["08:00", "20:00"]]
H, S = Kind.HOLIDAY, Kind.SUBSTITUTE
DAYS_OFF: tuple[tuple[str, Kind, str, str], ...] = (
    ("2025-01-01", H, "中華民國開國紀念日", "Founding Day"),
    ("2025-01-27", H, "農曆春節調整放假", "Lunar New Year, moved day off"),
    ("2025-01-28", H, "農曆除夕", "Lunar New Year's Eve"),
    ("2025-01-29", H, "農曆春節", "Lunar New Year"),
    ("2025-01-30", H, "農曆春節", "Lunar New Year"),
    ("2025-01-31", H, "農曆春節", "Lunar New Year"),
    ("2025-02-28", H, "和平紀念日", "Peace Memorial Day"),
    ("2025-04-03", S, "兒童節補假", "Children's Day, substitute"),
    ("2025-04-04", H, "兒童節及清明節", "Children's Day and Tomb Sweeping Day"),
    ("2025-05-30", S, "端午節補假", "Dragon Boat Festival, substitute"),
    ("2025-09-29", S, "孔子誕辰紀念日補假", "Confucius' Birthday, substitute"),
    ("2025-10-06", H, "中秋節", "Mid-Autumn Festival"),
    ("2025-10-10", H, "國慶日", "National Day"),
    ("2025-10-24", S, "臺灣光復節補假", "Retrocession Day, substitute"),
    ("2025-12-25", H, "行憲紀念日", "Constitution Day"),
    ("2026-01-01", H, "中華民國開國紀念日", "Founding Day"),
    ("2026-02-16", H, "農曆除夕", "Lunar New Year's Eve"),
    ("2026-02-17", H, "農曆春節", "Lunar New Year"),
    ("2026-02-18", H, "農曆春節", "Lunar New Year"),
    ("2026-02-19", H, "農曆春節", "Lunar New Year"),
    ("2026-02-20", S, "小年夜補假", "Lunar New Year, substitute"),
    ("2026-02-27", S, "和平紀念日補假", "Peace Memorial Day, substitute"),
    ("2026-04-03", S, "兒童節補假", "Children's Day, substitute"),
    ("2026-04-06", S, "清明節補假", "Tomb Sweeping Day, substitute"),
    ("2026-05-01", H, "勞動節", "Labour Day"),
    ("2026-06-19", H, "端午節", "Dragon Boat Festival"),
    ("2026-09-25", H, "中秋節", "Mid-Autumn Festival"),
    ("2026-09-28", H, "孔子誕辰紀念日", "Confucius' Birthday"),
    ("2026-10-09", S, "國慶日補假", "National Day, substitute"),
    ("2026-10-26", S, "臺灣光復節補假", "Retrocession Day, substitute"),
    ("2026-12-25", H, "行憲紀念日", "Constitution Day"),
)
MAKE_UP = ("2025-02-08", "補行上班", "Make-up working day")


def weekly(pairs: list[list[str]]) -> dict[str, list[list[str]]]:
    """This will give Monday to Friday the same windows."""
    return {str(day): pairs for day in range(5)}


def exceptions(windows: Windows) -> dict[str, dict[str, Any]]:
    """This will list the days off, and the make-up Saturday with the windows of a working day."""
    days = {day: special_day((), kind=kind, name_zh=zh, name_en=en) for day, kind, zh, en in DAYS_OFF}
    day, name_zh, name_en = MAKE_UP
    days[day] = special_day(windows, kind=Kind.MAKEUP, name_zh=name_zh, name_en=name_en)
    return dict(sorted(days.items()))


def starting_calendars() -> dict[str, dict[str, Any]]:
    """This will describe the three calendars by code: names, whether always open, weekly hours and exceptions."""
    return {
        "taiwan-office": _hours("辦公時間（週一至週五 9-18）", "Office hours (Mon-Fri 9-18)", OFFICE),
        "service-hours": _hours("服務時間（週一至週五 8-20）", "Service hours (Mon-Fri 8-20)", STAFFED),
        "always": {
            "names": {"name_zh": "全年無休（7×24）", "name_en": "Around the clock (24x7)"},
            "always_on": True,
            "weekly": {},
            "exceptions": {},
        },
    }


def _hours(name_zh: str, name_en: str, pairs: list[list[str]]) -> dict[str, Any]:
    names = {"name_zh": name_zh, "name_en": name_en}
    return {
        "names": names,
        "always_on": False,
        "weekly": weekly(pairs),
        "exceptions": exceptions(windows_of(pairs)),
    }


def seed(calendars: Any, versions: Any, *, at: datetime) -> None:
    """This will create the three calendars that are missing, each with its first version; twice does no harm.

    Takes the two managers, so that a migration can hand over those of its own moment.
    """
    for code, hours in starting_calendars().items():
        own = {"zone": ZONE, "always_on": hours["always_on"]}
        calendar, _ = calendars.get_or_create(code=code, defaults=own | hours["names"])
        if calendar.current_id is None:
            stored = {"weekly": hours["weekly"], "exceptions": hours["exceptions"], "created_at": at}
            calendar.current, _ = versions.get_or_create(calendar=calendar, number=1, defaults=own | stored)
            calendar.save(update_fields=["current"])
