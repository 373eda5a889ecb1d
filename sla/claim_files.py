"""Evidence of an exclusion as files: taken in with the same checks as the files of cases, while the claim is undecided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from itsm.records import attachments
from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from sla.models import ClaimFile, ExclusionClaim
from sla.outages import may_write

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 20


def may_attach(claim: ExclusionClaim, *, by: Person) -> bool:
    """Tell whether ``by`` may add evidence: who writes outages down, while the claim waits to be decided."""
    return may_write(by) and claim.state == ExclusionClaim.State.CLAIMED


def attach(claim: ExclusionClaim, *, name: str, pieces: Iterable[bytes], by: Person, at: datetime) -> ClaimFile:
    """Keep a file of evidence under an honest name and the type that its content has.

    :raises NotAllowed: if ``by`` does not write outages down
    :raises TooLarge: if it exceeds the limit
    :raises Objected: if it is empty, the claim is decided already, or has many files
    """
    if not may_write(by):
        raise NotAllowed
    sha256, size = attachments.keep(pieces)
    if size == 0:
        raise Objected(fields={"file": gettext("The file is empty.")})
    with transaction.atomic():
        held = ExclusionClaim.objects.select_for_update().get(pk=claim.pk)
        if held.state != ExclusionClaim.State.CLAIMED:
            raise Objected(gettext("The claim is decided already."))
        if held.files.count() >= MOST:
            raise Objected(fields={"file": gettext("A claim has at most %(most)s files.") % {"most": MOST}})
        kind = attachments.media_type(attachments.path_of(sha256))
        return ClaimFile.objects.create(
            claim=held, name=attachments.honest_name(name), media_type=kind, size=size, sha256=sha256, added_by=by, added_at=whole(at)
        )  # fmt: skip


def visible_to(person: Person) -> QuerySet[ClaimFile]:
    """List the files of the claims that ``person`` may know of."""
    return ClaimFile.objects.filter(claim__in=ExclusionClaim.objects.visible_to(person).values("pk"))


def named(claim: ExclusionClaim) -> str:
    """Name the files of a claim, which stand as its evidence where nothing is written."""
    return "、".join(claim.files.order_by("pk").values_list("name", flat=True))
