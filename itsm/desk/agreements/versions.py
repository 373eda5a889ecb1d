"""The versions of an agreement, and what each changed against the one before."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from itsm.desk.access import for_workers
from itsm.desk.agreements.finding import agreement_at
from itsm.people.requests import PersonRequest
from itsm.tickets.finding import page_of
from sla import agreement_seal, agreement_sheet
from sla.agreement_differences import Names, differences
from sla.models import AgreementEdition

#: As many versions are laid out, the newest first.
MOST = 20


@require_safe
@for_workers
def versions(request: PersonRequest, number: str) -> HttpResponse:
    """List the versions with their differences."""
    record = agreement_at(request, number)
    editions = list(
        record.editions.select_related(
            "change", *(f"agreement__{side}" for side in agreement_seal.SIDES)
        ).prefetch_related("signatories")[: MOST + 1]
    )
    sheets = [agreement_sheet.read(edition) for edition in editions]
    names = Names()
    rows = [
        _row(edition, sheets[place], sheets[place + 1] if place + 1 < len(sheets) else None, names)
        for place, edition in enumerate(editions[:MOST])
    ]
    return render(request, "agreement/versions.html", {"record": record, "rows": rows, "case_page": page_of(record)})


def _row(
    edition: AgreementEdition, sheet: dict[str, Any], before: dict[str, Any] | None, names: Names
) -> dict[str, Any]:
    return {
        "edition": edition, "signatories": list(edition.signatories.all()),
        "sealed": agreement_seal.stands(edition, sheet) if edition.digest else None,
        "differences": differences(before, sheet, names=names) if before is not None else None,
    }  # fmt: skip
