"""Cases as JSON: which columns are fetched in one query, and how a row of them is laid out."""

from __future__ import annotations

from typing import Any

from itsm.flow import pick
from itsm.records import register

NAMED = ("unit", "service", "category", "team")
PEOPLE = ("requester", "requested_for", "assignee")
PLAIN = (
    "number", "kind", "title", "phase", "version", "priority", "impact", "urgency", "channel", "confidential", "received_at",
    "first_response_at", "resolved_at", "closed_at", "changed_at", "due_at", "due_metric", "clock_state",
)  # fmt: skip
MORE = ("description", "follow_up_at", "closure_code", "confirmation", "reopen_count")


def named_columns(*prefixes: str) -> tuple[str, ...]:
    """Name the columns of rows that have a code and two names."""
    return tuple(f"{prefix}__{column}" for prefix in prefixes for column in ("code", "name_zh", "name_en"))


def person_columns(*prefixes: str) -> tuple[str, ...]:
    """Name the columns of people."""
    return tuple(f"{prefix}__{column}" for prefix in prefixes for column in ("username", "name"))


COLUMNS = (*PLAIN, "state", *named_columns(*NAMED), *person_columns(*PEOPLE))
DETAIL_COLUMNS = (*COLUMNS, *MORE, *named_columns("hold_reason"), "merged_into__number")


def named(row: dict[str, Any], prefix: str) -> dict[str, str] | None:
    """Lay out something with a code and a name; None where there is none."""
    code = row[f"{prefix}__code"]
    if code is None:
        return None
    return {"code": code, "name": pick(row[f"{prefix}__name_zh"], row[f"{prefix}__name_en"])}


def person(row: dict[str, Any], prefix: str) -> dict[str, str] | None:
    """Lay out a person; None where there is none."""
    username = row[f"{prefix}__username"]
    return None if username is None else {"username": username, "name": row[f"{prefix}__name"]}


def state(row: dict[str, Any]) -> dict[str, str]:
    """Lay out the state with its label in the caller's language."""
    code = row["state"]
    return {"code": code, "label": str(register.process(row["kind"]).flow.states[code].label)}


def case(row: dict[str, Any], *, for_worker: bool) -> dict[str, Any]:
    """Lay out a case for a list. Who asked for it does not see which team and person of the desk has it."""
    made: dict[str, Any] = {name: row[name] for name in PLAIN}
    made["state"] = state(row)
    made |= {name: named(row, name) for name in NAMED} | {name: person(row, name) for name in PEOPLE}
    if not for_worker:
        made["team"] = made["assignee"] = None
    return made


def whole_case(row: dict[str, Any], *, for_worker: bool) -> dict[str, Any]:
    """Lay out a case with everything that its page shows."""
    made = case(row, for_worker=for_worker) | {name: row[name] for name in MORE}
    made["hold_reason"] = named(row, "hold_reason")
    made["merged_into"] = row["merged_into__number"] if for_worker else None
    return made
