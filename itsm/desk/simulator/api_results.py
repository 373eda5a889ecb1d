"""The results of a simulation over REST, by the same filters as on the page."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.urls import path
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.paging import Order
from itsm.api.schema import listing
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.desk.simulator import access
from itsm.desk.simulator.api import found
from itsm.desk.simulator.api_files import Sheet, rows_file
from itsm.desk.simulator.asked import SHOWS, VERDICTS, WALKED, Asked
from itsm.desk.simulator.rows import sheet
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.simulation.figures import AMOUNTS
from sla.simulation_models import SimulationResult

RESULT = (
    "metric", "cycle", "month", "priority", "base", "drafted", "base_used", "draft_used", "base_target", "draft_target",
    "differs", "governed", "agreement", "why",
)  # fmt: skip
SHOW = "As the page shows them: only the clocks of cases, unless metric names another."
SUM = "Only what adds to this figure, and as the page shows it: shares are made of all that was judged."


class SimulationResultShape(serializers.Serializer[Any]):
    """One clock of one case: as it is, and under the draft."""

    number = serializers.CharField(help_text="Number of the case.")
    metric = serializers.ChoiceField(list(WALKED), help_text="none: a case of which nothing is measured.")
    cycle = serializers.IntegerField()
    month = serializers.CharField(help_text="In which the case was closed.")
    priority = serializers.IntegerField(allow_null=True)
    base = serializers.ChoiceField(VERDICTS)
    drafted = serializers.ChoiceField(VERDICTS)
    base_used = serializers.IntegerField()
    draft_used = serializers.IntegerField()
    base_target = serializers.IntegerField()
    draft_target = serializers.IntegerField()
    differs = serializers.BooleanField()
    governed = serializers.BooleanField(
        help_text="Whether the drafted agreement would govern the case; true without one."
    )
    agreement = serializers.CharField(allow_blank=True, help_text="Of a stay with a team: its OLA.")
    why = serializers.JSONField(help_text="What is measured otherwise: as it is, under the draft.")


def _choice(values: Any, **named: Any) -> Any:
    return filters.ChoiceFilter(choices=[(name, name) for name in values], method="passed", **named)


def _text(name: str, **named: Any) -> Any:
    """This will take a text of the form that the page takes."""
    return filters.CharFilter(method="passed", validators=[RegexValidator(Asked.forms()[name])], **named)


class ResultFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what results may be filtered; the names are those of the page's address."""

    metric = _choice(WALKED)
    base = _choice(VERDICTS)
    drafted = _choice(VERDICTS)
    differs = filters.BooleanFilter()
    month = _text("month", label="Month of closing: 2026-01.")
    priority = _text("priority", label="Priority, or none.")
    team = _text("team", label="Key of the team, or none.")
    ola = _text("ola", label="Number of the agreement between teams, or none.")
    show = _choice(SHOWS, label=SHOW)
    sum = _choice(AMOUNTS, label=SUM)

    class Meta:
        model = SimulationResult
        fields: tuple[str, ...] = ()

    @property
    def asked(self) -> Asked:
        """What is asked for, as the page reads it."""
        return Asked.read(self.form.cleaned_data)

    def passed(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """This will leave the rows to ``asked``."""
        return rows

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """This will leave what every filter lets through."""
        rows = self.asked.narrow(super().filter_queryset(queryset))
        return self.asked.of_cases(rows) if self.form.cleaned_data["show"] or self.asked.sum else rows


class ResultList(ListView):
    """Results of a simulation."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"record": Order("record__number")}
    columns = (*RESULT, "record__number")
    filterset_class = ResultFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at the cases that the caller may know of."""
        access.refuse_reading(self.caller)
        seen = Ticket.objects.visible_to(self.caller).values("pk")
        return SimulationResult.objects.filter(run=found(self.kwargs["key"]), record__in=seen)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        return {"number": row["record__number"], **{name: row[name] for name in RESULT}}

    @extend_schema(
        operation_id="list_simulation_results", tags=["simulations"], responses=listing(SimulationResultShape)
    )
    def get(self, request: Request, key: int) -> Response:
        """List the results of a simulation, of the cases that you may see."""
        return self.page()


def result_file(request: Request, caller: Person, *, key: int) -> Sheet:
    """This will make the file of a run's results.

    :raises ValidationError: naming each parameter that the list would refuse
    """
    run, given = found(key), ResultFilter(request.query_params, SimulationResult.objects.none())
    if not given.is_valid():
        raise ValidationError({name: [str(one) for one in told] for name, told in given.errors.items()})
    return Sheet(f"simulation-{run.pk}", *sheet(run, given.asked, person=caller))


RESULTS_FILE = rows_file(
    result_file, operation="download_simulation_results", tag="simulations",
    filters=[OpenApiParameter(name, str, description="As for the list of results.") for name in Asked.forms()],
    about="Download the results of the cases that you may see, as CSV; those behind one figure by its filters.",
)  # fmt: skip
urlpatterns = [
    path("simulations/<int:key>/results.csv", RESULTS_FILE),
    path("simulations/<int:key>/results", ResultList.as_view()),
]
