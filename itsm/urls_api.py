"""Every route of the REST interface, version 1, gathered from the apps; and how it answers their refusals."""

from django.urls import include, path, re_path

from catalogue import api as catalogue
from configuration.services import Unauthorised
from itsm.api import problems
from itsm.api.documents import nothing_here
from itsm.people import api as people
from itsm.records import refusals
from itsm.tickets.edits import Conflict

problems.answer_with(refusals.NotAllowed, status=403, code="not_allowed")
problems.answer_with(refusals.UnknownMove, status=404, code="unknown_transition")
problems.answer_with(refusals.MovedOn, status=409, code="moved_on")
problems.answer_with(refusals.Stale, status=409, code="stale", conditional=412)
problems.answer_with(Conflict, status=409, code="stale", conditional=412)
problems.answer_with(Unauthorised, status=403, code="not_authorised")
problems.answer_with(refusals.Objected, status=422, code="objected")

urlpatterns = [
    path("", include("itsm.api.documents")),
    path("me", people.MeView.as_view()),
    path("people", people.PersonList.as_view()),
    path("teams", people.TeamList.as_view()),
    path("services", catalogue.ServiceList.as_view()),
    path("categories", catalogue.CategoryList.as_view()),
    path("", include("itsm.tickets.api.routes")),
    path("", include("incidents.api")),
    path("", include("problems.api")),
    path("", include("changes.api_calendar")),
    path("", include("changes.api")),
    path("", include("changes.board_api")),
    path("", include("changes.board_acts_api")),
    path("", include("releases.api")),
    path("", include("relationships.api")),
    path("", include("configuration.api")),
    path("", include("itsm.desk.cmdb.api")),
    path("", include("itsm.intake.cmdb.api")),
    path("", include("itsm.intake.cmdb.api_audits")),
    path("", include("itsm.intake.cmdb.api_differences")),
    path("", include("itsm.intake.cmdb.api_photos")),
    path("", include("sla.api")),
    path("", include("sla.api_claim_files")),
    path("", include("sla.api_maintenance")),
    path("", include("sla.agreement_api")),
    path("", include("sla.api_availability")),
    path("", include("itsm.reporting.api")),
    path("", include("itsm.reporting.quality_api")),
    path("", include("itsm.desk.calls.api")),
    path("", include("itsm.desk.record.api_links")),
    path("", include("itsm.desk.services.api")),
    path("", include("itsm.desk.settings.api_calendars")),
    path("", include("itsm.desk.settings.api_classes")),
    path("", include("itsm.desk.settings.api_house")),
    path("", include("itsm.desk.settings.api_kinds")),
    path("", include("itsm.desk.settings.api_ladders")),
    path("", include("itsm.desk.settings.api_rates")),
    path("", include("itsm.desk.simulator.api")),
    path("", include("itsm.desk.simulator.api_held")),
    path("", include("itsm.desk.simulator.api_results")),
    path("", include("itsm.desk.simulator.api_rows")),
    path("", include("itsm.desk.simulator.api_cost")),
    path("", include("itsm.service_reports.api")),
    re_path(r"^.*$", nothing_here),
]
