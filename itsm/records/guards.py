"""Conditions that several processes share and that ask only what a record and its links say."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move, guard
from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import LinkKind, Record

#: By which links a change hangs above the records that carry it out.
BELOW_A_CHANGE = (LinkKind.IMPLEMENTED_BY, LinkKind.DESIGNED_BY)


def parent_changes(record: Any) -> list[Record]:
    """List the changes that ``record`` carries out or designs, in the order of their links."""
    return [row for kind in BELOW_A_CHANGE for row in linking(record, kind=kind).records if row.kind == "change"]


@guard("g_change_approved", "Parent change is not authorised.", "上層變更尚未核准。")
def change_approved(record: Any, move: Move) -> bool:
    """Tell whether every change above is authorised or being carried out."""
    return all(register.reached(change, "authorised") for change in parent_changes(record))


@guard("g_acceptance_passed", "Acceptance test is not passed.", "驗收測試未通過。")
def acceptance_passed(record: Any, move: Move) -> bool:
    """Tell whether the record's own ``acceptance_is_passed`` says so: every criterion met, proved and signed."""
    return bool(record.acceptance_is_passed())
