"""The figures of availability in the dictionary: of issued months, outages, maintenance, exclusions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, Func, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from itsm.records.figures import Count, Rows, Share, share
from itsm.records.kpis import Kpi, add_area, add_subject, dictionary
from itsm.tickets.models import Outage
from sla.models import AvailabilityIssue, ExclusionClaim, MaintenanceTurn


def _issued(start: datetime, end: datetime) -> Any:
    """List the newest issues of the months that begin in the period, with the seconds that they say."""
    rows = AvailabilityIssue.objects.latest().filter(starts_at__gte=start, starts_at__lt=end)
    agreed, down = (Cast(KeyTextTransform(name, "figures"), BigIntegerField()) for name in ("agreed_s", "down_s"))
    return rows.annotate(
        agreed_s=agreed, up_s=agreed - down, met=_promised("met"), allowed=_promised("allowed_s", "budget_s"),
        allowed_s=_whole("allowed"), spent_s=Cast(_promised("down_s"), BigIntegerField()),
    )  # fmt: skip


def _promised(name: str, before: str = "") -> Any:
    """Read what was judged with the month; issues from before promises had periods of their own say it of the month alone."""
    return Coalesce(
        KeyTextTransform(name, KeyTransform("promised", "figures")), KeyTextTransform(before or name, "figures")
    )


def _whole(name: str) -> Any:
    """Read a fraction, kept as ``numerator/denominator``, as whole seconds."""
    ends = [
        Cast(Func(Concat(F(name), Value("/1")), Value("/"), Value(at), function="split_part"), BigIntegerField())
        for at in (1, 2)
    ]  # fmt: skip
    return ExpressionWrapper(ends[0] / ends[1], output_field=BigIntegerField())


def availability(*, start: datetime, end: datetime) -> Share:
    """Add up the agreed seconds in which services were up, out of all, of the issued months that begin in the period."""
    rows = _issued(start, end)
    return share(*(Rows(rows, amount=name, of="availability", service="service") for name in ("up_s", "agreed_s")))


def error_budget_used(*, start: datetime, end: datetime) -> Share:
    """Add up the downtime out of what the targets allow (in whole seconds), of the same months where there is a target.

    A target for longer counts with the month in which its period ended, for the whole of it.
    """
    rows = _issued(start, end).filter(allowed__isnull=False)
    return share(*(Rows(rows, amount=name, of="availability", service="service") for name in ("spent_s", "allowed_s")))


def availability_met(*, start: datetime, end: datetime) -> Share:
    """Count the issued months that begin in the period and met their target, among those with a target.

    A target for longer is judged with the month in which its period ended.
    """
    judged = _issued(start, end).filter(met__isnull=False)
    return share(
        Rows(judged.filter(met="true"), of="availability", service="service"),
        Rows(judged, of="availability", service="service"),
    )


def outages(*, start: datetime, end: datetime) -> Count:
    """Count the unplanned outages that began in the period."""
    rows = Outage.objects.counted().filter(kind=Outage.Kind.UNPLANNED, started_at__gte=start, started_at__lt=end)
    return Count(Rows(rows, of="outage", service="service"))


def maintenance_done(*, start: datetime, end: datetime) -> Share:
    """Count the turns planned in the period that were done, not later than a day after their end, among those now over."""
    turns = MaintenanceTurn.objects.planned_within(start, end)
    done = turns.filter(done_at__isnull=False, missed_at=None)
    return share(
        Rows(done, of="maintenance", service="service"),
        Rows(done | turns.filter(missed_at__isnull=False), of="maintenance", service="service"),
    )


def exclusions_approved(*, start: datetime, end: datetime) -> Share:
    """Count the approved exclusions among those that begin in the period and are decided."""
    decided = ExclusionClaim.objects.filter(started_at__gte=start, started_at__lt=end, decided_at__isnull=False)
    return share(
        Rows(decided.filter(state="approved"), of="exclusion", service="service"),
        Rows(decided, of="exclusion", service="service"),
    )


FIGURES = dictionary(
    "slm",
    Kpi(availability, _("Availability"), _("agreed time up ÷ agreed time, issued months"), "share", "happened", "up", adds="seconds"),
    Kpi(error_budget_used, _("Error budget used"), _("downtime ÷ ((1 − target) × agreed time), issued months with a target"), "share",
        "happened", "down", adds="seconds"),
    Kpi(availability_met, _("Availability promises met"), _("issued months that met their target ÷ issued months with one"), "share",
        "happened", "up"),
    Kpi(outages, _("Unplanned outages"), _("unplanned outages that began in the period"), "count", "happened", "down"),
    Kpi(maintenance_done, _("Maintenance done as planned"), _("turns done by a day after their end ÷ turns now over"), "share",
        "happened", "up"),
    Kpi(exclusions_approved, _("Exclusions approved"), _("claims approved ÷ claims decided"), "share", "happened"),
)  # fmt: skip

Told = dict[int, tuple[str, str]]


def _tell_issues(keys: list[int], person: Any) -> Told:
    rows = AvailabilityIssue.objects.visible_to(person).filter(pk__in=keys).select_related("service")
    return {row.pk: (f"{row.service} {row.figures['start'][:7]}", _page(row)) for row in rows}


def _page(row: AvailabilityIssue) -> str:
    return f"/reports/availability/{row.service.code}/?month={row.figures['start'][:7]}"


def _tell_outages(keys: list[int], person: Any) -> Told:
    rows = Outage.objects.visible_to(person).filter(pk__in=keys).select_related("service")
    return {row.pk: (str(row), f"/reports/outages/{row.pk}/") for row in rows}


def _tell_turns(keys: list[int], person: Any) -> Told:
    rows = MaintenanceTurn.objects.visible_to(person).filter(pk__in=keys).select_related("service")
    return {row.pk: (f"{row.service}: {row.subject} {row.planned_on}", "/reports/maintenance/") for row in rows}


def _tell_claims(keys: list[int], person: Any) -> Told:
    rows = ExclusionClaim.objects.visible_to(person).filter(pk__in=keys).select_related("service")
    return {row.pk: (str(row), f"/reports/exclusions/{row.pk}/") for row in rows}


def register() -> None:
    """Register the figures, and who tells of their rows."""
    add_area("sla", FIGURES)
    tellers = {
        "availability": _tell_issues, "outage": _tell_outages, "maintenance": _tell_turns, "exclusion": _tell_claims,
    }  # fmt: skip
    for of, teller in tellers.items():
        add_subject(of, teller)
