"""Availability of all services in a month, and of one service."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import Service
from itsm.desk.access import for_workers
from itsm.desk.availability import months
from itsm.desk.availability.months import Month
from itsm.desk.availability.shown import REASONS, bar, budget_shown, cap_text, cap_words, lasting, line, verdict
from itsm.draw.figures import Bar, bars
from itsm.hours.availability import Cap, shown
from itsm.hours.intervals import length
from itsm.records.clock import database_now
from itsm.records.refusals import NotAllowed, Objected
from itsm.ui.answers import done
from itsm.ui.moments import moment_text
from sla import issuing, outages
from sla.availability import Availability, reckon, reckon_all, users_of
from sla.availability_figures import differences, figures
from sla.models import AvailabilityIssue, ExclusionClaim, Promise

TREND = 13  # months


@require_safe
@for_workers
def overview(request: HttpRequest) -> HttpResponse:
    """Show every live service in a month: target and result, raw and adjusted, and what is left to lose."""
    at, month = timezone.now(), _month(request)
    services = list(Service.objects.live().select_related("hours__current").order_by("criticality", "code"))
    found = reckon_all(services, [(month.start, month.end)], at=at)
    issued = {
        one.service_id: one
        for one in AvailabilityIssue.objects.latest().filter(starts_at=month.start, ends_at=month.end)
    }
    rows = [line(found[service.pk][0], issued=issued.get(service.pk)) for service in services]
    context = {
        "month": month, "rows": rows, "waiting": ExclusionClaim.objects.undecided().count(),
        "freezes_at": issuing.freezes_at(month.end), "tabs": tabs("overview"), "is_over": month.end <= at,
    }  # fmt: skip
    return render(request, "availability/overview.html", context)


@require_safe
@for_workers
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Show one service in a month: the bar, every outage with what it cost, the budget, exclusions, and the trend."""
    at, month, found_service = timezone.now(), _month(request), service_at(code)
    spans = months.back_from(month, count=TREND)
    trend = reckon_all([found_service], [(one.start, one.end) for one in spans], at=at)[found_service.pk]
    found = reckon(found_service, month.start, month.end, at=at)
    issue = issuing.standing(found_service, month.start, month.end)
    context = _figures(found, month) | {
        "service": found_service, "month": month, "tabs": tabs("overview"), "at": at,
        **budget_shown(found, month),
        "trend": _trend(spans, trend), "trend_rows": list(zip(spans, map(line, trend), strict=True)),
        "issue": issue, "issues": _issues(found_service, month),
        "differs": _told(differences(issue.figures, figures(_by_issue(issue, month, at)))) if issue else [],
        "may_issue": issuing.ISSUER in request.user.role_codes and month.end <= at,  # type: ignore[union-attr]  # signed in
        "may_write": outages.may_write(request.user),  # type: ignore[arg-type]  # signed in
    }  # fmt: skip
    return render(request, "availability/service.html", context)


@require_POST
@for_workers
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the figures of a month, or issue them anew with a reason."""
    month, found = _month(request), service_at(code)
    back = f"{reverse('availability:service', args=[code])}?month={month.word}"
    reason = request.POST.get("reason", "").replace("\x00", "")
    try:
        made = issuing.issue(found, month.start, month.end, at=database_now(), by=request.user, reason=reason)  # type: ignore[arg-type]  # signed in
    except NotAllowed:
        return done(request, back, warn=_("The service level manager issues figures."))
    except Objected as refusal:
        return done(request, back, warn=" ".join(map(str, refusal.reasons)))
    return done(request, back, say=_("Issue %s is frozen.") % made.number)


def service_at(code: str) -> Service:
    """Find a service by its code, with its hours.

    :raises Http404: if there is none
    """
    found = Service.objects.select_related("hours__current", "owner").filter(code=code).first()
    if found is None:
        raise Http404(_("There is no such service."))
    return found


def tabs(current: str) -> list[dict[str, Any]]:
    """List the pages that belong together."""
    pages = (
        ("overview", _("Availability"), "availability:overview"),
        ("outages", _("Outages"), "availability:outages"),
        ("claims", _("Excluded time"), "availability:claims"),
        ("maintenance", _("Maintenance plan"), "availability:maintenance"),
    )
    return [{"label": label, "url": reverse(name), "current": key == current} for key, label, name in pages]


def _month(request: HttpRequest) -> Month:
    asked = request.POST if request.method == "POST" else request.GET
    return months.read(asked.get("month", ""), today=timezone.localdate())


def _figures(found: Availability, month: Month) -> dict[str, Any]:
    means, left = found.reliability, found.budget
    return {
        "found": found, "line": line(found), "bar": bar(found, month, ident="month"),
        "rows": [{"row": row, "charged": lasting(row.charged), "planned": lasting(length(row.planned))} for row in found.rows],
        "reasons": [REASONS[reason] for reason in found.reasons],
        "agreed": lasting(found.adjusted.agreed), "raw_down": lasting(found.raw.down), "down": lasting(found.adjusted.down),
        "allowed": lasting(left.allowed if left else None), "left": lasting(left.left if left else None),
        "used": shown(left.used if left else None, decimals=1), "overdrawn": left is not None and left.left < 0,
        "degraded": lasting(found.degraded_seconds or None), "weighted": shown(found.weighted),
        "user_weighted": shown(found.user_weighted(users=users_of(found.service))),
        "means": [
            ("MTTR", _("mean time to repair"), lasting(means.mttr)), ("MTRS", _("mean time to restore service"), lasting(means.mtrs)),
            ("MTBF", _("mean time between failures"), lasting(means.mtbf)),
            ("MTBSI", _("mean time between service incidents"), lasting(means.mtbsi)),
        ],
        "caps": [_cap_line(name, cap) for name, cap in found.caps.items()],
        "items": [(item, shown(figure.ratio), lasting(figure.down)) for item, figure in found.items],
    }  # fmt: skip


def _cap_line(name: str, cap: Cap) -> tuple[str, str, str, Any]:
    return cap_words(name), cap_text(name, cap.reached), cap_text(name, cap.allowed), verdict(cap.kept)


def _trend(spans: list[Month], found: list[Availability]) -> Any:
    """Draw the downtime of the months, which says more than lines near one hundred per cent."""
    series = [
        Bar(month.text, one.adjusted.down, f"{shown(one.ratio)} · {lasting(one.adjusted.down)}", one.met is False)
        for month, one in zip(spans, found, strict=True)
    ]
    return bars(series, title=_("Downtime of the last %s months") % len(spans), ident="trend")


def _issues(found: Service, month: Month) -> list[dict[str, Any]]:
    rows = AvailabilityIssue.objects.filter(service=found, starts_at=month.start, ends_at=month.end)
    return [
        {"issue": row, "told": _told(row.differences)} for row in rows.select_related("issued_by").order_by("-number")
    ]


def _by_issue(issue: AvailabilityIssue, month: Month, at: Any) -> Availability:
    version = issue.calendar_version
    return reckon(issue.service, month.start, month.end, at=at, version=version)


NAMES = {
    "agreed_s": gettext_lazy("agreed time"),
    "down_s": gettext_lazy("downtime"),
    "raw_agreed_s": gettext_lazy("agreed time, raw"),
    "raw_down_s": gettext_lazy("downtime, raw"),
    "shown": gettext_lazy("availability"),
    "raw_shown": gettext_lazy("availability, raw"),
    "target": gettext_lazy("target"),
    "met": gettext_lazy("met"),
    "failures": gettext_lazy("failures"),
    "mtrs_s": "MTRS",
    "mtbf_s": "MTBF",
    "mttr_s": "MTTR",
    "degraded_s": gettext_lazy("degraded time"),
    "own": gettext_lazy("promise for"),
    "outages": gettext_lazy("outage"),
    "claims": gettext_lazy("exclusion claim"),
}


def _told(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Say what differs: the figure, before and after; of a row what of it differs."""
    return [(_name(one), _value(one["name"], one["before"]), _value(one["name"], one["after"])) for one in found]


def _name(one: dict[str, Any]) -> str:
    name = str(NAMES.get(one["name"], one["name"]))
    if one["name"] == "own":
        period, _space, start = str(one["id"]).partition(" ")
        return f"{name} {Promise.Period(period).label} {start[:10]}"
    return f"{name} {one['id']}" if "id" in one else name


def _value(name: str, value: Any) -> str:
    if value is None:
        return "-"
    if name == "own":
        return " · ".join(
            filter(None, [value["judged_shown"], {True: _("met"), False: _("missed")}.get(value["met"], "")])
        )
    if isinstance(value, dict):
        return (
            f"{_instant(value.get('started_at'))} – {_instant(value.get('ended_at'))} {value.get('state', '')}".strip()
        )
    if name == "met":
        return _("met") if value else _("missed")
    return lasting(Fraction(value)) if name.endswith("_s") else str(value)


def _instant(value: str | None) -> str:
    return moment_text(timezone.localtime(datetime.fromisoformat(value))) if value else _("still down")
