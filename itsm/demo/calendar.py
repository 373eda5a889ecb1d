"""The calendar of the demo: the freeze of course selection with a change that falls into it, and maintenance windows."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from changes.calendar_models import FreezeWindow, MaintenanceWindow
from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.demo.world import World
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NAMES = ("選課凍結期", "年終結算凍結", "公文系統維護時段", "網路設備維護時段")


def tell(world: World, *, at: datetime) -> None:
    """Make the rules, and ask for a change in the middle of the freeze."""
    start = _morning(at + 3 * DAY)
    freeze = FreezeWindow.objects.create(
        name_zh=NAMES[0], name_en="Course selection", starts_at=start, ends_at=start + 4 * DAY, made_by=world.people["gao"],
        exceptions="教務長核准之緊急變更",
    )  # fmt: skip
    FreezeWindow.objects.create(
        name_zh=NAMES[1], name_en="Year-end closing", starts_at=start + 28 * DAY, ends_at=start + 35 * DAY, is_hard=False,
        made_by=world.people["gao"], exceptions="主計室同意者",
    )  # fmt: skip
    since = at.date() - 60 * DAY
    documents = MaintenanceWindow.objects.create(
        name_zh=NAMES[2], name_en="Documents maintenance", weekdays=[1, 3], opens=time(18), minutes=180, since=since
    )
    documents.services.add(world.services["documents"])
    network = MaintenanceWindow.objects.create(
        name_zh=NAMES[3], name_en="Network maintenance", weekdays=[5], opens=time(8), minutes=240, since=since
    )
    network.services.add(world.services["vpn"])
    _inside(world, freeze, at)


def _morning(at: datetime) -> datetime:
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(hour=8, minute=0, second=0, microsecond=0)


def _inside(world: World, freeze: FreezeWindow, at: datetime) -> None:
    """A change whose window was wanted before anybody thought of the freeze."""
    asker = world.people["kuo"]
    start = freeze.starts_at + DAY + 12 * HOUR
    change = open_record(
        Change, by=asker, at=at - DAY, channel="portal", title="選課資料庫索引重整", description="查詢變慢，擬重建索引。",
        requester=asker, unit_id=asker.unit_id, service=world.services["course-system"], received_at=at - DAY,
    )  # fmt: skip
    items = list(ConfigurationItem.objects.filter(title="選課資料庫"))
    for item in items:
        link(change, item, kind=LinkKind.AFFECTS, by=asker, at=at - DAY)
    perform(
        change, "submit", by=asker, at=at - DAY + HOUR, reason_kind="improve", justification="查詢時間過長。",
        impact_text="重整期間查詢變慢。",
        plan="離峰重建索引。", test_plan="測試環境演練。", backout_plan="停止重建。", communication_plan="公告。", window_start=start,
        window_end=start + 2 * HOUR, no_ci_reason="" if items else "僅資料庫索引。",
    )  # fmt: skip


def remove() -> None:
    """Take the rules out again."""
    FreezeWindow.objects.filter(name_zh__in=NAMES).delete()
    MaintenanceWindow.objects.filter(name_zh__in=NAMES).delete()
