"""Claims of the same time: what one claim covers already is not claimed again; what it covers in part is said."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from itsm.records.refusals import Objected
from itsm.ui.moments import moment_text
from sla.models import ExclusionClaim

if TYPE_CHECKING:
    from catalogue.models import Service
    from sla.outage_models import ClaimQuerySet

#: Claims that count, or may yet: a rejected one and one taken back leave the time free.
STANDING = (ExclusionClaim.State.CLAIMED, ExclusionClaim.State.APPROVED)
#: How many overlapping claims are named; the list of claims has them all.
MOST = 10


class AlreadyClaimed(Objected):
    """The same time of the service is claimed under the same clause; ``first`` is the claim that covers it."""

    def __init__(self, first: ExclusionClaim) -> None:
        super().__init__(gettext("This time is claimed already: %s.") % told(first))
        self.first = first


def told(claim: ExclusionClaim) -> str:
    """Name a claim in words: its number, clause, time and state."""
    return gettext("exclusion %(number)s, %(clause)s, from %(start)s until %(end)s (%(state)s)") % {
        "number": claim.pk, "clause": claim.clause_words, "start": moment_text(claim.started_at),
        "end": moment_text(claim.ended_at), "state": claim.get_state_display(),
    }  # fmt: skip


def covering(service: Service, clause_code: str, started_at: datetime, ended_at: datetime) -> ExclusionClaim | None:
    """Find the first claim under a clause that covers the whole stretch and is neither rejected nor taken back."""
    rows = _standing(service.pk, clause_code).filter(started_at__lte=started_at, ended_at__gte=ended_at)
    return rows.order_by("pk").first()


def overlapping(claim: ExclusionClaim) -> list[ExclusionClaim]:
    """List the other claims under the same clause that share time with one; what two cover counts once."""
    if claim.state not in STANDING:
        return []
    rows = _standing(claim.service_id, claim.clause_code).within(claim.started_at, claim.ended_at)
    return list(rows.exclude(pk=claim.pk).order_by("pk")[:MOST])


def notice(found: list[ExclusionClaim]) -> str:
    """Say with which claims one shares time, or nothing."""
    if not found:
        return ""
    return gettext("Part of this time is claimed already and counts once: %s.") % "; ".join(map(told, found))


def claimed_until(service: int | None, *, at: datetime) -> datetime | None:
    """Tell up to when the time of a service is claimed not to count, of that at ``at``; None where it is not claimed."""
    rows = ExclusionClaim.objects.filter(service=service, state__in=STANDING, started_at__lte=at, ended_at__gt=at)
    return rows.order_by("-ended_at").values_list("ended_at", flat=True).first()


def _standing(service: int, clause_code: str) -> ClaimQuerySet:
    return ExclusionClaim.objects.filter(service=service, clause_code=clause_code, state__in=STANDING)
