"""The demo's announcements."""
# ruff: noqa: E501  (sentences read best on one line)

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from incidents.models import Incident
from itsm.demo.world import World
from itsm.notices.models import Announcement

DAY = timedelta(days=1)


def announce(world: World, *, at: datetime) -> None:
    """Say what everybody should know now, what comes, and what was."""
    major = Incident.objects.filter(major_status="declared", requester__is_demo=True).first()
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(hour=18, minute=0, second=0, microsecond=0)
    monday = local + DAY * (7 - local.weekday())
    level = Announcement.Level
    rows = [
        ("機房 UPS-02 電池更換中", "Battery of UPS-02 is being replaced", "目前服務未中斷，更新請見本頁。", "Services are up; updates follow here.",
         level.DANGER, at - timedelta(minutes=50), at + DAY, "machine-room"),
        ("公文系統例行維護：週一 18:00-20:00", "Document system: maintenance on Monday 18:00-20:00", "維護期間約一小時無法使用。", "It cannot be used for about one hour.",
         level.INFO, at - DAY, monday + timedelta(hours=2), "documents"),
        ("選課系統尖峰時段較慢", "Course selection is slow at peak times", "建議避開上午十點。", "Please avoid ten o'clock in the morning.",
         level.WARNING, at - 6 * DAY, at - 2 * DAY, "course-system"),
    ]  # fmt: skip
    for title_zh, title_en, body_zh, body_en, grave, starts, ends, service in rows:
        made = Announcement.objects.create(
            title_zh=title_zh, title_en=title_en, body_zh=body_zh, body_en=body_en, level=grave, starts_at=starts, ends_at=ends,
            record=major if grave == level.DANGER else None, created_by=world.people["huang"],
        )  # fmt: skip
        made.services.add(world.services[service])
