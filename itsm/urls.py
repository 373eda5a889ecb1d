"""Every route of the product, gathered from the apps."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from itsm import probes

#: Apps whose routes stand at the root, in the order in which they are asked.
ROOTS = (
    "itsm.service_reports.urls",
    "itsm.ui.urls", "itsm.desk.account.urls", "itsm.notices.urls", "itsm.search.urls", "itsm.intake.urls",
    "itsm.intake.cmdb.urls", "itsm.reporting.urls", "itsm.demo.urls",
    "itsm.api.urls", "incidents.urls", "problems.urls",
    "changes.calendar_urls", "changes.urls", "changes.board_urls", "releases.urls", "relationships.urls", "configuration.urls",
    "itsm.desk.services.urls", "itsm.desk.simulator.urls", "itsm.desk.agreements.urls",
    "itsm.desk.availability.urls", "itsm.desk.calls.urls",
    "itsm.desk.portal.urls", "itsm.desk.approvals.urls",
    "itsm.desk.settings.urls", "itsm.desk.known.urls", "itsm.desk.cmdb.urls", "itsm.desk.record.urls", "itsm.desk.urls",
)  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("livez", probes.livez, name="livez"),
    path("readyz", probes.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("itsm.urls_api")),
    *(path("", include(module)) for module in ROOTS if find_spec(module.removesuffix(".urls")) and find_spec(module)),
]
handler500 = "itsm.ui.views.server_error"
