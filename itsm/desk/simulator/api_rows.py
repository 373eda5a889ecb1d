"""The rows of held time and of the prediction over REST, by the same filters as on the pages; odd values are refused."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, FloatField, OuterRef, QuerySet, Subquery, Value
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.filters import PAGING
from itsm.api.paging import Order
from itsm.api.schema import listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.desk.simulator import access, forecast_rows, held_rows, learnt_rows
from itsm.desk.simulator.addresses import Address
from itsm.desk.simulator.api_held import FILTERS
from itsm.desk.simulator.forecast_rows import Guessed
from itsm.desk.simulator.held_forms import HeldFilter
from itsm.desk.simulator.held_rows import Behind
from itsm.desk.simulator.learnt_rows import CLASSES, SHOW_WORDS, LearntFrom
from itsm.tickets.models import Ticket
from itsm.ui.sheets import download
from sla.forecast.traits import Traits
from sla.held.sums import GROUPS, cases
from sla.simulation_models import Party

#: What the addresses of the pages may name; the values are those of their closed lists.
BEHIND = [
    *FILTERS,
    OpenApiParameter("share", str, enum=Party.values, description="With what this party held of each case."),
    OpenApiParameter("without", str, enum=list(GROUPS), description="Only what has no such."),
]
GUESSED = [
    OpenApiParameter("week", OpenApiTypes.DATE, description="Monday of a week; without it the weeks that the page shows."),
    OpenApiParameter("class", str, enum=list("01234"), description="Fifth of what was said."),
    OpenApiParameter("sum", str, enum=list(forecast_rows.SUM_WORDS), description="Only what adds to this figure, and how much."),
]  # fmt: skip
LEARNT = [
    OpenApiParameter("learnt", int, description="Key of a learning; without it the latest, which alone keeps its rows."),
    OpenApiParameter("show", str, enum=list(SHOW_WORDS), description="Looks (as a rule), or one row of each judged case."),
    OpenApiParameter("trait", str, enum=CLASSES, description="Only looks in this class of a trait."),
]  # fmt: skip
FILE = {(200, "text/csv"): OpenApiTypes.BINARY, **refusals(400)}
GUESS = ("metric", "cycle", "look", "chance", "missed", "amount", "week__week", "record__number")
SAMPLE = ("metric", "cycle", "look", "missed", *Traits._fields, "record__number")


def refuse_odd(kind: type[Address], request: Request) -> None:
    """This will refuse values that the page would pass over.

    :raises ValidationError: naming each parameter
    """
    if odd := kind.odd(request.query_params):
        raise ValidationError({name: [_("This parameter takes no such value.")] for name in odd})


def refuse_odd_filter(request: Request) -> None:
    """This will refuse what the filter of held time cannot read.

    :raises ValidationError: naming each parameter
    """
    form = HeldFilter(request.query_params)
    if not form.is_valid():
        raise ValidationError({name: [str(one) for one in told] for name, told in form.errors.items()})
    refuse_odd(Behind, request)


class Named:
    """Knows the parameters that its document names."""

    filters: ClassVar[list[OpenApiParameter]] = []

    def known_parameters(self) -> frozenset[str]:
        """This will name the filters, and the parameters of paging."""
        names = frozenset(one.name for one in self.filters)
        return names | PAGING if isinstance(self, ListView) else names


class HeldCaseShape(serializers.Serializer[Any]):
    """A closed case with the seconds that it adds to a sum of held time."""

    number = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    service = serializers.CharField(allow_null=True, help_text="Its code.")
    closed_at = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    part = serializers.IntegerField(help_text="Of them, what the party of share held; 0 without one.")


class HeldCases(Named, ListView):
    """Cases behind a sum of held time."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"number": Order("number")}
    columns = ("number", "title", "kind", "service__code", "closed", "seconds", "part")
    filters = BEHIND

    def rows(self) -> QuerySet[Any]:
        """This will start at the closed cases that the caller may know of."""
        access.refuse_reading(self.caller)
        refuse_odd_filter(self.request)
        query = self.request.query_params
        found = held_rows.found(query, person=self.caller)
        summed: Any = cases(found.filter(record=OuterRef("pk")), share=Behind.read(query).share).order_by()
        tickets: QuerySet[Any] = Ticket.objects.filter(pk__in=found.values("record"))
        told: QuerySet[Any] = tickets.annotate(
            seconds=Subquery(summed.values("seconds")), part=Subquery(summed.values("part")),
            closed=F("held_life__ended_at"),
        )  # fmt: skip
        return told

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        plain = {name: row[name] for name in ("number", "title", "kind", "seconds", "part")}
        return plain | {"service": row["service__code"], "closed_at": row["closed"]}

    @extend_schema(operation_id="list_held_cases", tags=["clocks"], parameters=BEHIND, responses=listing(HeldCaseShape))
    def get(self, request: Request) -> Response:
        """List the closed cases behind a sum of held time, with what each adds; of those that you may see."""
        return self.page()


class GuessShape(serializers.Serializer[Any]):
    """What was said of a case at one look in a week, and what came."""

    number = serializers.CharField(help_text="Number of the case.")
    metric = serializers.CharField()
    cycle = serializers.IntegerField()
    week = serializers.DateField(help_text="Its Monday.")
    look = serializers.IntegerField(
        allow_null=True, help_text="Per cent of the target used; empty: no look came in time."
    )
    chance = serializers.FloatField(allow_null=True)
    missed = serializers.BooleanField()
    adds = serializers.FloatField(allow_null=True, help_text="To the figure of sum; empty where rows are counted.")


class Guesses(Named, ListView):
    """Predictions behind the weekly accuracy."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"key": Order("pk", kind=int)}
    columns = GUESS
    filters = GUESSED

    def rows(self) -> QuerySet[Any]:
        """This will start at those of cases that the caller may know of."""
        access.refuse_reading(self.caller)
        refuse_odd(Guessed, self.request)
        asked = Guessed.read(self.request.query_params)
        found = forecast_rows.seen(asked, person=self.caller)
        return found if asked.adds else found.annotate(amount=Value(None, output_field=FloatField()))

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        plain = {name: row[name] for name in ("metric", "cycle", "look", "chance", "missed")}
        return plain | {"number": row["record__number"], "week": row["week__week"], "adds": row["amount"]}

    @extend_schema(
        operation_id="list_breach_guesses", tags=["clocks"], parameters=GUESSED, responses=listing(GuessShape)
    )
    def get(self, request: Request) -> Response:
        """List the predictions behind a figure of the weekly accuracy, of cases that you may see."""
        return self.page()


class SampleShape(serializers.Serializer[Any]):
    """A look at a judged case that was learnt from: the class of each trait then, 0 the lowest, and what came."""

    number = serializers.CharField(help_text="Number of the case.")
    metric = serializers.CharField()
    cycle = serializers.IntegerField()
    look = serializers.IntegerField(
        allow_null=True, help_text="Per cent of the target used; empty: no look came in time."
    )
    missed = serializers.BooleanField()
    share = serializers.IntegerField(allow_null=True, help_text="Class of the share of the target used.")
    queue = serializers.IntegerField(allow_null=True, help_text="Class of the cases at the team.")
    load = serializers.IntegerField(allow_null=True, help_text="Class of the cases that came to it within a day.")
    hour = serializers.IntegerField(allow_null=True, help_text="Class of the hour of day.")
    priority = serializers.IntegerField(allow_null=True, help_text="0 is P1.")


class Samples(Named, ListView):
    """What the prediction was learnt from."""

    scopes = {"GET": Scope.TICKETS_READ}
    orders = {"key": Order("pk", kind=int)}
    columns = SAMPLE
    filters = LEARNT

    def rows(self) -> QuerySet[Any]:
        """This will start at those of cases that the caller may know of."""
        access.refuse_reading(self.caller)
        refuse_odd(LearntFrom, self.request)
        return learnt_rows.seen(LearntFrom.read(self.request.query_params).rows(), person=self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one of them."""
        return {"number": row["record__number"], **{name: row[name] for name in SAMPLE if "__" not in name}}

    @extend_schema(
        operation_id="list_breach_samples", tags=["clocks"], parameters=LEARNT, responses=listing(SampleShape)
    )
    def get(self, request: Request) -> Response:
        """List the judged cases, or the looks at them, that the prediction was learnt from, of cases that you may see."""
        return self.page()


class HeldFile(Named, ApiView):
    """Cases behind a sum of held time to take along."""

    scopes = {"GET": Scope.TICKETS_READ}
    filters = BEHIND

    @extend_schema(operation_id="download_held_cases", tags=["clocks"], parameters=BEHIND, responses=FILE)
    def get(self, request: Request) -> HttpResponse:
        """Download the closed cases behind a sum of held time as CSV, of those that you may see."""
        access.refuse_reading(self.caller)
        refuse_odd_filter(request)
        heads, lines = held_rows.sheet(request.query_params, person=self.caller)
        return download("held-time", form="csv", header=heads, rows=lines)


class GuessFile(Named, ApiView):
    """Predictions behind the weekly accuracy to take along."""

    scopes = {"GET": Scope.TICKETS_READ}
    filters = GUESSED

    @extend_schema(operation_id="download_breach_guesses", tags=["clocks"], parameters=GUESSED, responses=FILE)
    def get(self, request: Request) -> HttpResponse:
        """Download the predictions behind a figure of the weekly accuracy as CSV, of cases that you may see."""
        access.refuse_reading(self.caller)
        refuse_odd(Guessed, request)
        heads, lines = forecast_rows.sheet(Guessed.read(request.query_params), person=self.caller)
        return download("predictions", form="csv", header=heads, rows=lines)


class SampleFile(Named, ApiView):
    """What the prediction was learnt from, to take along."""

    scopes = {"GET": Scope.TICKETS_READ}
    filters = LEARNT

    @extend_schema(operation_id="download_breach_samples", tags=["clocks"], parameters=LEARNT, responses=FILE)
    def get(self, request: Request) -> HttpResponse:
        """Download what the prediction was learnt from as CSV, of cases that you may see."""
        access.refuse_reading(self.caller)
        refuse_odd(LearntFrom, request)
        heads, lines = learnt_rows.sheet(LearntFrom.read(request.query_params), person=self.caller)
        return download("learnt-from", form="csv", header=heads, rows=lines)


urlpatterns = [
    path("held-time/cases", HeldCases.as_view()),
    path("held-time/cases.csv", HeldFile.as_view()),
    path("breach-prediction/guesses", Guesses.as_view()),
    path("breach-prediction/guesses.csv", GuessFile.as_view()),
    path("breach-prediction/samples", Samples.as_view()),
    path("breach-prediction/samples.csv", SampleFile.as_view()),
]
