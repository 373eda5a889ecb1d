"""Questions about working time as lines of JSON, for checks from outside. No Django and no database here."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from itsm.hours.windows import BadHours
from itsm.hours.worktime import Schedule


class BadCase(ValueError):
    """The line asks nothing that can be answered."""


def answer(line: str) -> dict[str, Any]:
    """This will answer one case with its due time or its seconds, or with the sentence that refuses it."""
    return answered(line, _reckon)


def answered(line: str, reckon: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """This will read one case and let ``reckon`` answer it, or give the sentence that refuses it."""
    try:
        case = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "The line is not JSON."}
    if not isinstance(case, dict):
        return {"id": None, "error": "A case is a JSON object."}
    try:
        return {"id": case.get("id")} | reckon(case)
    except (BadHours, BadCase) as refusal:
        return {"id": case.get("id"), "error": str(refusal)}


def _reckon(case: dict[str, Any]) -> dict[str, Any]:
    operations: dict[object, Callable[[Schedule, dict[str, Any]], dict[str, Any]]] = {"add": _add, "between": _between}
    operation = case.get("op")
    if not isinstance(operation, str) or operation not in operations:
        raise BadCase("The operation (op) is add or between.")
    return operations[operation](schedule_in(case.get("calendar")), case)


def _add(schedule: Schedule, case: dict[str, Any]) -> dict[str, Any]:
    seconds = case.get("seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        raise BadCase("The seconds to add are a whole number, 0 or more.")
    return {"due": schedule.add(instant_in(case, "start"), seconds=seconds).isoformat()}


def _between(schedule: Schedule, case: dict[str, Any]) -> dict[str, Any]:
    return {"seconds": schedule.between(instant_in(case, "start"), instant_in(case, "end"))}


def schedule_in(calendar: object) -> Schedule:
    """This will read the calendar of a case.

    :raises BadCase: if it is no object or its hours are wrong
    """
    if not isinstance(calendar, dict):
        raise BadCase("The calendar is a JSON object with tz, always, weekly and exceptions.")
    always = calendar.get("always", False)
    if not isinstance(always, bool):
        raise BadCase("Whether the calendar is always open (always) is true or false.")
    return Schedule.parse(
        zone=calendar.get("tz"),
        weekly=calendar.get("weekly", {}),
        exceptions=calendar.get("exceptions", {}),
        always=always,
    )


def instant_in(case: dict[str, Any], name: str) -> datetime:
    """This will read an instant of a case: aware, whole seconds.

    :raises BadCase: if it is none
    """
    try:
        found = datetime.fromisoformat(case.get(name, ""))
    except (TypeError, ValueError):
        raise BadCase(f"The {name} is not an instant such as 2026-11-23T09:00:00+08:00.") from None
    if found.utcoffset() is None:
        raise BadCase(f"The {name} does not say its offset from UTC.")
    if found.microsecond:
        raise BadCase(f"The {name} is not a whole second.")
    return found
