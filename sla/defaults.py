"""What an empty installation promises and whom it tells (domain 5.1 and 5.3); administrators change the tables."""

from __future__ import annotations

from typing import Any

MINUTE, HOUR = 60, 3600
DAY = 8 * HOUR  # of business time
WEEK = 5 * DAY
ALWAYS, BUSINESS = "always", "taiwan-office"

#: priority: response, resolution, update, calendar (empty: the hours of the service)
BY_PRIORITY: dict[int, tuple[int, int, int, str]] = {
    1: (15 * MINUTE, 4 * HOUR, 30 * MINUTE, ALWAYS),
    2: (30 * MINUTE, 8 * HOUR, 2 * HOUR, ""),
    3: (2 * HOUR, 2 * DAY, DAY, BUSINESS),
    4: (4 * HOUR, 5 * DAY, 2 * DAY, BUSINESS),
    5: (DAY, 10 * DAY, WEEK, BUSINESS),
}
#: an item's own target goes before this one, which holds until the item is known
REQUEST_RESPONSE, REQUEST_FULFILMENT = 4 * HOUR, 5 * DAY

LADDER = {"code": "default", "name_zh": "預設層報機制", "name_en": "Default escalation ladder"}
FIRST, SECOND = ["assignee", "team"], ["team_lead"]
OWNERS = ["incident_manager", "service_owner", "requester"]  # the customer hears of it before the target is missed
MISSED = ["head", "slm", "requester"]
TOP = ["management_rep"]


def steps() -> list[dict[str, Any]]:
    """This will list the steps of the default ladder as fields of EscalationStep."""
    rows: list[dict[str, Any]] = []
    for minutes, level, notify in ((0, 0, FIRST), (30, 1, SECOND), (60, 2, OWNERS), (120, 3, MISSED), (240, 4, TOP)):
        rows.append(_step("resolution", [1], level, notify, at_seconds=minutes * MINUTE, around_the_clock=True))
    for minutes, level, notify in ((0, 0, FIRST), (60, 1, SECOND), (240, 2, OWNERS)):
        rows.append(_step("resolution", [2], level, notify, at_seconds=minutes * MINUTE))
    rows += [
        _step("resolution", [2], level, notify, at_percent=percent)
        for percent, level, notify in ((100, 3, MISSED), (150, 4, TOP))
    ]
    ladder = ((0, 0, FIRST), (50, 1, SECOND), (75, 2, OWNERS), (100, 3, MISSED), (150, 4, TOP))
    rows += [_step("resolution", [3, 4, 5], level, notify, at_percent=percent) for percent, level, notify in ladder]
    rows += [_step("fulfilment", [], level, notify, at_percent=percent) for percent, level, notify in ladder]
    rows.append(_step("response", [1], 1, SECOND, at_seconds=15 * MINUTE, around_the_clock=True))
    rows.append(_step("response", [2, 3, 4, 5], 1, FIRST, at_percent=75))
    rows.append(_step("response", [2, 3, 4, 5], 2, SECOND, at_percent=100))
    rows.append(_step("update", [], 1, ["assignee"], at_percent=75))
    rows.append(_step("update", [], 2, ["assignee", "team_lead"], at_percent=100))
    return rows


def _step(metric: str, priorities: list[int], level: int, notify: list[str], **when: Any) -> dict[str, Any]:
    return {"metric": metric, "priorities": priorities, "level": level, "notify": notify, **when}


def seed(apps: Any) -> None:
    """This will write targets and the ladder where nothing is yet; twice does no harm."""
    target, calendar = apps.get_model("sla", "Target"), apps.get_model("hours", "Calendar")
    calendars = {row.code: row for row in calendar.objects.filter(code__in=[ALWAYS, BUSINESS])} | {"": None}

    def promise(metric: str, process: str, priority: int | None, seconds: int, code: str) -> None:
        key = {"metric": metric, "process": process, "priority": priority, "service": None, "request_item": None}
        target.objects.get_or_create(**key, defaults={"seconds": seconds, "calendar": calendars[code]})

    for priority, (response, resolution, update, code) in BY_PRIORITY.items():
        promise("response", "incident", priority, response, code)
        promise("resolution", "incident", priority, resolution, code)
        promise("update", "incident", priority, update, code)
    promise("response", "service_request", None, REQUEST_RESPONSE, BUSINESS)
    promise("fulfilment", "service_request", None, REQUEST_FULFILMENT, BUSINESS)
    policy, new = apps.get_model("sla", "EscalationPolicy").objects.get_or_create(code=LADDER["code"], defaults=LADDER)
    if new:
        step = apps.get_model("sla", "EscalationStep")
        step.objects.bulk_create(step(policy=policy, **fields) for fields in steps())
