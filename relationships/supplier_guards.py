"""The conditions of supplier cases, contracts and reviews."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move, guard

#: What a contract must say before it is in force (clause 7.2): eleven contents.
CONTENTS = (
    "scope", "dependencies", "requirements", "targets_text", "interfaces", "workload", "exceptions", "authorities", "reporting",
    "charges", "ending",
)  # fmt: skip


@guard("g_agreement_complete", "Agreement is incomplete.", "協議內容不完整。", of="contract")
def contract_complete(record: Any, move: Move) -> bool:
    """Tell whether all eleven contents, the period, the hours, the review date and a target are there."""
    dated = record.starts_on and record.ends_on and record.review_on
    return bool(dated and record.hours_id and not missing(record) and record.targets.all())


def missing(record: Any) -> list[str]:
    """Name the contents that are empty."""
    return [name for name in CONTENTS if not getattr(record, name)]


def somebody_named(record: Any, move: Move) -> str:
    """Object to sending without the supplier's reference or a contact."""
    if move.given("reference", record.reference) or move.given("contact", record.contact):
        return ""
    return gettext("Give the supplier's reference or a contact.")


def review_ahead(record: Any, move: Move) -> str:
    """Object to a next review, or an end, that has passed."""
    today = localdate(move.at)
    if any((day := move.given(name)) and day <= today for name in ("review_on", "ends_on", "next_on")):
        return gettext("The date must lie in the future.")
    return ""


def end_after_start(record: Any, move: Move) -> str:
    """Object to an end before the contract begins."""
    end = move.given("ends_on")
    if end and record.starts_on and end < record.starts_on:
        return gettext("A contract ends after it begins.")
    return ""
