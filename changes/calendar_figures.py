"""The figures of the change calendar: freezes that were waived, and work asked for on short notice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from changes import classes
from changes.calendar_models import FreezeWaiver
from changes.models import Change
from itsm.records.figures import Count, Rows, Share, share


def freeze_waivers(*, start: datetime, end: datetime) -> Count:
    """Count the waivers that were given in the period: one for each change and freeze."""
    return Count(Rows(FreezeWaiver.objects.filter(at__gte=start, at__lt=end), "change"))


def short_notice(*, start: datetime, end: datetime) -> Share:
    """Count the changes whose window begins before the lead time of their class has passed among those with a window."""
    rows = Change.objects.filter(
        received_at__gte=start, received_at__lt=end, change_class__in=["minor", "major"], window_start__isnull=False
    )
    late = [
        pk
        for pk, code, asked, begins in rows.values_list("pk", "change_class", "received_at", "window_start")
        if begins < classes.earliest_start(code, at=asked)
    ]
    return share(Rows(rows.filter(pk__in=late)), Rows(rows))


def waivers(*, start: datetime, end: datetime) -> Any:
    """Give the waivers of the period with who gave them and why."""
    rows = FreezeWaiver.objects.filter(at__gte=start, at__lt=end)
    return rows.select_related("change", "freeze", "approved_by").order_by("at", "pk")
