"""What a decision about a change rests on: when any of it is altered, the decision was about something else."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.db.models import Value

from changes import far

#: The columns that a decision rests on: what and why, risk, scope, plans, window, people.
FIELDS = (
    "title", "description", "service_id", "requester_id", "implementer_id", "reason_kind", "justification", "impact_text",
    "risk_answers", "risk_score", "agreed_risk", "no_ci_reason", "cost_estimate", "expected_downtime_min", "plan", "test_plan",
    "backout_plan", "window_start", "window_end", "requires_release", "template_id",
)  # fmt: skip


def words_of(change: Any) -> dict[str, Any]:
    """Collect everything that a decision about ``change`` rests on as plain values.

    Beside the columns of FIELDS that is which items and services it affects, and which items it was said not to affect. Reads
    two statements.
    """
    said: dict[str, Any] = {name: _plain(getattr(change, name)) for name in FIELDS}
    said["items"] = sorted(far.answers.items(change))
    services, spared = _services_and_spared(change)
    said["services"] = services
    if spared:  # without any, the hash is what it was before there were such marks
        said["not_affected"] = spared
    return said


def _services_and_spared(change: Any) -> tuple[list[int], list[int]]:
    """List the keys of the services that it affects and of the items that it was said not to affect; one statement."""
    through = change.affected_services.through.objects.filter(change=change.pk)
    services = through.order_by().values_list(Value("service"), "service_id")
    spared = change.not_affected.order_by().values_list(Value("item"), "item_id")
    rows = list(services.union(spared, all=True))
    return sorted(key for kind, key in rows if kind == "service"), sorted(key for kind, key in rows if kind == "item")


def hash_of(words: dict[str, Any]) -> str:
    """Give the hash (64 hexadecimal digits) of plain values."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def fingerprint(change: Any) -> str:
    """Give the hash of everything that a decision about ``change`` rests on."""
    return hash_of(words_of(change))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
