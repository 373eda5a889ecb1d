"""What a team held of the cases of a simulation over REST: the cases with what each adds, as a list and as a file."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.paging import Order
from itsm.api.schema import listing
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.desk.simulator import access, behind_cost
from itsm.desk.simulator.api import found
from itsm.desk.simulator.api_files import Named, Sheet, rows_file
from itsm.desk.simulator.api_rows import CostCaseShape, refuse_odd, told
from itsm.desk.simulator.behind_cost import LATE, Cost
from itsm.people.models import Person

COST = [
    OpenApiParameter("team", int, required=True, description="Key of the team that held them."),
    OpenApiParameter("late", str, enum=[LATE], description="Only of cases that would miss under the draft."),
]


def asked_of(request: Request) -> Cost:
    """This will read what is asked for.

    :raises ValidationError: naming each parameter that is odd or missing
    """
    refuse_odd(Cost, request)
    asked = Cost.read(request.query_params)
    if not asked.team:
        raise ValidationError({"team": [_("Name the team.")]})
    behind_cost.team_of(asked)
    return asked


class CostCases(Named, ListView):
    """Cases behind what a team held in a simulation."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"number": Order("number")}
    columns = ("number", "title", "kind", "service__code", "closed", "seconds")
    filters = COST

    def rows(self) -> QuerySet[Any]:
        """This will start at the cases that the caller may know of."""
        access.refuse_reading(self.caller)
        run, asked = found(self.kwargs["key"]), asked_of(self.request)
        return told(asked.seen(run, person=self.caller))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        plain = {name: row[name] for name in ("number", "title", "kind", "seconds")}
        return plain | {"service": row["service__code"], "closed_at": row["closed"]}

    @extend_schema(
        operation_id="list_simulation_held_time", tags=["simulations"], parameters=COST, responses=listing(CostCaseShape)
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """List the cases behind what a team held in a simulation, with what each adds; of those that you may see."""
        return self.page()


def cost_file(request: Request, caller: Person, *, key: int) -> Sheet:
    """This will make the file of what a team held."""
    run = found(key)
    asked_of(request)
    return Sheet(f"simulation-{run.pk}-held", *behind_cost.sheet(run, request.query_params, person=caller))


urlpatterns = [
    path("simulations/<int:key>/held-time", CostCases.as_view()),
    path(
        "simulations/<int:key>/held-time.csv",
        rows_file(
            cost_file, operation="download_simulation_held_time", tag="simulations", filters=COST,
            about="Download the cases behind what a team held in a simulation as CSV, of those that you may see.",
        ),
    ),
]  # fmt: skip
