"""Small logs in the shape of the shipped mapping, for tests."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from itsm.intake.faults import Fault
from itsm.intake.importing import Counts, Watch, import_history
from itsm.intake.mapping import load

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOURCE = "old-desk"
HEADER = [
    "number", "incident_state", "active", "made_sla", "caller_id", "opened_by", "opened_at", "sys_updated_by", "sys_updated_at",
    "contact_type", "location", "category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency", "priority",
    "assignment_group", "assigned_to", "problem_id", "rfc", "vendor", "caused_by", "closed_code", "resolved_at", "closed_at",
]  # fmt: skip
PLAIN = {
    "number": "INC1", "incident_state": "New", "active": "true", "made_sla": "true", "caller_id": "Caller 1", "opened_by": "Opened by  1",
    "opened_at": "7/3/2016 09:00", "sys_updated_by": "Updated by 1", "sys_updated_at": "7/3/2016 09:05", "contact_type": "Phone",
    "location": "Location 1", "category": "Category 1", "subcategory": "Subcategory 1", "u_symptom": "?", "cmdb_ci": "?",
    "impact": "2 - Medium", "urgency": "2 - Medium", "priority": "3 - Moderate", "assignment_group": "Group 70", "assigned_to": "?",
    "problem_id": "?", "rfc": "?", "vendor": "?", "caused_by": "?", "closed_code": "code 6", "resolved_at": "1/1/2030 00:00",
    "closed_at": "1/1/2030 00:00",
}  # fmt: skip


def row(**given: str) -> dict[str, str]:
    """Give a row; what is not given is a plain case that was just reported."""
    return PLAIN | given


def usual(number: str = "INC1") -> list[dict[str, str]]:
    """Give the rows of a case that goes from the desk to second line, waits, is resolved and closed."""
    second_line = {"assignment_group": "Group 24", "assigned_to": "Resolver 1"}
    return [
        row(number=number),
        row(number=number, incident_state="Active", sys_updated_at="7/3/2016 09:30", **second_line),
        row(number=number, incident_state="Awaiting User Info", sys_updated_at="7/3/2016 10:00", **second_line),
        row(number=number, incident_state="Resolved", sys_updated_at="7/3/2016 12:00", **second_line),
        row(number=number, incident_state="Closed", sys_updated_at="7/3/2016 18:00", **second_line),
    ]


def write(
    path: Path,
    rows: Sequence[Mapping[str, str]],
    *,
    header: Sequence[str] = HEADER,
    packed: bool = False,
    encoding: str = "utf-8",
) -> Path:
    """Write a log, plain or gzip."""
    opened: Callable[..., IO[str]] = gzip.open if packed else open
    with opened(path, "wt", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def bring_in(
    path: Path,
    *,
    dry_run: bool = False,
    faults: list[Fault] | None = None,
    mapping: str = "servicenow-event-log",
    source: str = SOURCE,
) -> Counts:
    """Import a log and collect the refused cells."""
    watch = Watch(refused=(faults if faults is not None else []).append, progress=lambda done, total: None)
    return import_history(path, mapping=load(mapping), source=source, dry_run=dry_run, at=AT, watch=watch)
