"""The seal of an edition: a hash of everything that is signed, so that nobody signs other words than they read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sla import agreement_sheet
from sla.models import AgreementEdition

#: Set when the agreement comes in force or is reviewed, after it was signed.
SET_LATER = frozenset({"valid_from", "next_review_on"})
#: What later versions of the shape added, with what stood before: left out of the text that is sealed where it says no more,
#: so that the seals of earlier editions stay right.
ADDED: dict[str, dict[str, Any]] = {
    "remedies": {"basis": "words", "service": None, "metric": "", "band_from": None, "band_below": None},
    "rows": {name: "" for name in (*agreement_sheet.both(agreement_sheet.BESIDE), "procedure_url")},
}
ADDED_TO_PROMISES: dict[str, Any] = {"mode": "deduct"}
SIDES = ("provider", "provider_team", "consumer", "consumer_team")


def digest_of(edition: AgreementEdition, sheet: agreement_sheet.Sheet | None = None) -> str:
    """Give the SHA-256 of the canonical text of an edition: number, parties and contents (``sheet``, when they were read)."""
    agreement = edition.agreement
    read = sheet if sheet is not None else agreement_sheet.read(edition)
    contents = {name: value for name, value in read.items() if name not in SET_LATER}
    contents |= {name: [_without_unsaid(one, added) for one in contents[name]] for name, added in ADDED.items()}
    contents["rows"] = [
        row | {"promises": [_without_unsaid(one, ADDED_TO_PROMISES) for one in row["promises"]]}
        for row in contents["rows"]
    ]
    if not contents["documents"]:
        del contents["documents"]
    sides = {name: getattr(getattr(agreement, name), "code", None) for name in SIDES}
    told = {
        "number": agreement.number,
        "type": agreement.type,
        "edition": edition.number,
        **sides,
        "contents": contents,
    }
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def stands(edition: AgreementEdition, sheet: agreement_sheet.Sheet | None = None) -> bool:
    """Tell whether the contents are still those that were sealed."""
    return bool(edition.digest) and edition.digest == digest_of(edition, sheet)


def _without_unsaid(part: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in added or value != added[name]}
