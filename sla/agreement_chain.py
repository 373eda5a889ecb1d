"""Whether what is promised can be kept by what it stands on."""

from __future__ import annotations

from typing import Any

from sla.models import AgreementEdition


def faults(edition: AgreementEdition) -> list[dict[str, Any]]:
    """List what cannot be kept."""
    return []
