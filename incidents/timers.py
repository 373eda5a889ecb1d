"""What of incidents and service requests is measured, and the deadlines that their states set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sla.plans import Plan, add


def promised_update(record: Any) -> datetime | None:
    """Give the time that was promised for the next update of a declared major incident."""
    due: datetime | None = record.next_update_at if record.major_status == "declared" else None
    return due


def granted_at(record: Any) -> datetime | None:
    """Give the time from which the work on a request counts: when its approval was given."""
    granted: datetime | None = record.approval_granted_at
    return granted


def owes_answer(record: Any) -> bool:
    """Tell whether a first response is owed: not for an order from the catalogue, which has its own target."""
    return record.request_item_id is None


def register() -> None:
    """Register the plans of both processes."""
    add(Plan("incident", "resolution", updates=True, update_due=promised_update))
    add(Plan("service_request", "fulfilment", answers=owes_answer, granted_at=granted_at))
