"""The addresses of configuration items over REST."""

from django.urls import path

from configuration.models import ConfigurationItem
from itsm.desk.cmdb import api_corrections as wrong
from itsm.desk.cmdb import api_graph as graph
from itsm.desk.cmdb import api_items as items
from itsm.desk.cmdb.api_shapes import ItemShape
from itsm.tickets.api.moves import move_routes

ONE = "configuration-items/<record_number:number>"
urlpatterns = [
    path("ci-relations/<int:key>/end", graph.EndView.as_view()),
    path("ci-corrections", wrong.CorrectionList.as_view()),
    path(
        "ci-corrections/<int:key>/verify",
        wrong.judging("verify", None, "Confirm it as a second person; it authorises one change of the item from then on."),
    ),
    path("ci-corrections/<int:key>/refuse", wrong.judging("refuse", wrong.RefuseBody, "Say why the data stays as it is.")),
    path(
        "ci-corrections/<int:key>/settle",
        wrong.judging("settle", wrong.SettleBody, "Say that a change took care of a verified one."),
    ),
    path("configuration-items", items.ItemList.as_view()),
    path(ONE, items.ItemView.as_view()),
    path(f"{ONE}/relations", graph.RelationView.as_view()),
    path(f"{ONE}/impact", graph.ImpactView.as_view()),
    path(f"{ONE}/versions", graph.VersionList.as_view()),
    path(f"{ONE}/verified", items.VerifiedView.as_view()),
    path(f"{ONE}/corrections", items.WrongView.as_view()),
    *move_routes(
        "configuration-items", model=ConfigurationItem, flows=ConfigurationItem.flows, detail=items.ItemDetail,
        shape=ItemShape,
    ),
]  # fmt: skip
