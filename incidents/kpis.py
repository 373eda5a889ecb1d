"""What the figures of incidents and service requests are called, and how they are computed in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from incidents import figures as of
from incidents import request_figures as req
from itsm.records.kpis import Kpi, dictionary
from itsm.tickets.work_figures import cost_per_case

INCIDENT = dictionary(
    "incident_manager",
    Kpi(of.volume, _("Incidents received"), _("received in the period"), "count", "received"),
    Kpi(of.rate_per_100, _("Incidents per 100 people"), _("received ÷ active people × 100"), "per_100", "received", "down"),
    Kpi(of.response_attainment, _("Answered in time"), _("response within target ÷ (within + missed)"), "share", "closed", "up"),
    Kpi(of.resolution_attainment, _("Resolved in time"), _("resolution within target ÷ (within + missed)"), "share", "closed", "up"),
    Kpi(of.time_to_acknowledge, _("Time to acknowledge (MTTA)"), _("first answer − received, agreed hours"), "duration", "happened",
        "down"),
    Kpi(of.time_to_resolve, _("Time to resolve (MTTR)"), _("resolved − received, agreed hours without pauses"), "duration", "happened",
        "down"),
    Kpi(of.time_to_resolve_calendar, _("Time to resolve around the clock"), _("resolved − received, calendar time"), "duration", "happened",
        "down"),
    Kpi(of.time_to_restore, _("Time to restore the service (MTRS)"), _("restored − occurred, of those with an outage"), "duration",
        "happened", "down"),
    Kpi(of.first_contact_resolution, _("Resolved at first contact"),
        _("solved by the first line in one stay, never waiting, not reopened in 7 days ÷ resolved that came by phone, chat or walk-in, or "
          "whose category may be solved at first contact"),
        "share", "happened", "up"),
    Kpi(of.first_line_resolution, _("Resolved by the first line"), _("resolved by the first line ÷ resolved"), "share", "happened", "up"),
    Kpi(of.reopen_rate, _("Reopen rate"), _("reopenings in the period ÷ closings in the period"), "share", "happened", "down"),
    Kpi(of.rejection_rate, _("Solutions refused"), _("refusals ÷ solutions given"), "share", "happened", "down"),
    Kpi(of.bounce_rate, _("Came back between teams"), _("came back at least once ÷ resolved"), "share", "happened", "down"),
    Kpi(of.mean_hops, _("Hand-overs per incident"), _("hand-overs ÷ resolved"), "mean", "happened", "down"),
    Kpi(of.judged_wrongly, _("Incidents that were something else"), _("reclassified ÷ received"), "share", "received", "down"),
    Kpi(of.misclassified, _("Misclassified, by direction"),
        _("incidents and requests received in the period that became something else, beside the mean of the 12 periods before"), "count",
        "received", "down"),
    Kpi(of.sampled_wrong, _("Judgements found wrong in the weekly sample"), _("found to be something else ÷ checked"), "share", "happened",
        "down"),
    Kpi(of.silent_closure, _("Incidents closed in silence"), _("closed by the timer ÷ closed"), "share", "closed", "down"),
    Kpi(of.paused_share, _("Time paused"), _("paused agreed seconds ÷ (used + paused)"), "share", "closed", "down", adds="seconds"),
    Kpi(of.major_incidents, _("Major incidents"), _("declared in the period"), "count", "happened", "down"),
    Kpi(of.major_time_to_restore, _("Major incidents: time to restore"), _("restored − occurred, of major incidents"), "duration",
        "happened", "down"),
    Kpi(of.major_reviews_on_time, _("Major incidents reviewed on time"), _("reviewed within 5 business days of restoration ÷ declared"),
        "share", "happened", "up"),
    Kpi(of.backlog, _("Open incidents"), _("open at the end of the period"), "count", "now", "down"),
    Kpi(of.backlog_age, _("Age of open incidents"), _("end of the period − received, of those open then"), "duration", "now", "down"),
    Kpi(of.backlog_growth, _("Growth of the backlog"), _("received − closed"), "count", "happened", "down"),
    Kpi(of.caused_by_change, _("Incidents caused by a change"), _("linked as caused by a change ÷ resolved"), "share", "happened", "down"),
    cost_per_case("incident", _("Cost per incident")),
)  # fmt: skip

REQUEST = dictionary(
    "incident_manager",
    Kpi(req.requests, _("Service requests received"), _("received in the period"), "count", "received"),
    Kpi(req.fulfilment_attainment, _("Fulfilled in time"), _("fulfilment within target ÷ (within + missed)"), "share", "closed", "up"),
    Kpi(req.cycle_time, _("Time to fulfil"), _("fulfilled − received, hours of the service"), "duration", "happened", "down"),
    Kpi(req.approval_wait, _("Share of waiting for approval"), _("time until approval ÷ time until fulfilment"), "share", "happened",
        "down", adds="seconds"),
    Kpi(req.automation, _("Fulfilled without a person"), _("no move by a person before fulfilment ÷ fulfilled"), "share", "happened", "up"),
    Kpi(req.self_service, _("Self-service"), _("came through the portal ÷ received"), "share", "received", "up"),
    Kpi(req.cancelled, _("Service requests cancelled"), _("cancelled ÷ received"), "share", "received", "down"),
    Kpi(req.requests_judged_wrongly, _("Requests that were something else"), _("reclassified ÷ received"), "share", "received", "down"),
    Kpi(req.requests_closed_silently, _("Requests closed in silence"), _("closed by the timer ÷ closed"), "share", "closed", "down"),
    cost_per_case("service_request", _("Cost per service request")),
)  # fmt: skip
