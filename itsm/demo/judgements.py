"""The sample of last week's judgements: drawn, and its first cases looked at by who answers for incidents."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from incidents import judgements
from incidents.models import JudgementCheck, JudgementSample
from itsm.demo.world import World

#: What was found of the first cases that another person judged; the third was on offer in the catalogue.
FOUND = (("", ""), ("", ""), ("service_request", "是目錄裡可申請的項目，不是故障。"), ("", ""))


def tell(world: World, *, at: datetime) -> None:
    """Draw the sample and check some of it."""
    judgements.draw(at)
    manager = world.people["huang"]
    if not judgements.may_check(manager):
        return
    lines = JudgementCheck.objects.filter(judged="incident").exclude(judged_by=manager).order_by("pk")
    for line, (found, note) in zip(lines, FOUND, strict=False):
        judgements.check(line, found=found or line.judged, note=note, by=manager, at=at)


def drop(keys: Collection[int]) -> None:
    """Take these cases out of the samples, and samples that are empty then."""
    JudgementCheck.objects.filter(ticket__in=keys).delete()
    JudgementSample.objects.filter(checks=None).delete()
