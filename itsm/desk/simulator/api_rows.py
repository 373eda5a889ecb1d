"""The rows of held time and of the prediction over REST, by the same filters as on the pages; odd values are refused."""

from __future__ import annotations

from typing import Any

from django.db.models import F, FloatField, OuterRef, QuerySet, Subquery, Value
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.paging import Order
from itsm.api.schema import listing
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.desk.simulator import access, forecast_rows, held_rows, learnt_rows
from itsm.desk.simulator.addresses import Address
from itsm.desk.simulator.api_files import Named, Sheet, rows_file
from itsm.desk.simulator.api_held import FILTERS
from itsm.desk.simulator.forecast_rows import Guessed
from itsm.desk.simulator.held_forms import HeldFilter
from itsm.desk.simulator.held_rows import Behind
from itsm.desk.simulator.learnt_rows import CLASSES, SHOW_WORDS, LearntFrom
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.forecast.traits import Traits
from sla.held.sums import GROUPS, cases
from sla.simulation_models import HeldTime, Party

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


def told(found: QuerySet[HeldTime], *, share: str = "") -> QuerySet[Any]:
    """This will give the cases of parts of held time, with what each adds (``seconds``, ``part``) and when it was ``closed``."""
    summed: Any = cases(found.filter(record=OuterRef("pk")), share=share).order_by()
    tickets: QuerySet[Any] = Ticket.objects.filter(pk__in=found.values("record"))
    amounts = {name: Subquery(summed.values(name)) for name in ("seconds", "part")}
    rows: QuerySet[Any] = tickets.annotate(**amounts, closed=F("held_life__ended_at"))
    return rows


class CostCaseShape(serializers.Serializer[Any]):
    """A closed case of a simulation with the seconds that a team held it."""

    number = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.CharField()
    service = serializers.CharField(allow_null=True, help_text="Its code.")
    closed_at = serializers.DateTimeField()
    seconds = serializers.IntegerField()


class HeldCaseShape(CostCaseShape):
    """A closed case with the seconds that it adds to a sum of held time."""

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
        return told(held_rows.found(query, person=self.caller), share=Behind.read(query).share)

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


def held_file(request: Request, caller: Person) -> Sheet:
    """This will make the file of held time."""
    refuse_odd_filter(request)
    return Sheet("held-time", *held_rows.sheet(request.query_params, person=caller))


def guess_file(request: Request, caller: Person) -> Sheet:
    """This will make the file of predictions."""
    refuse_odd(Guessed, request)
    return Sheet("predictions", *forecast_rows.sheet(Guessed.read(request.query_params), person=caller))


def sample_file(request: Request, caller: Person) -> Sheet:
    """This will make the file of what was learnt from."""
    refuse_odd(LearntFrom, request)
    return Sheet("learnt-from", *learnt_rows.sheet(LearntFrom.read(request.query_params), person=caller))


FILES = {
    "held-time/cases.csv": rows_file(
        held_file, operation="download_held_cases", filters=BEHIND,
        about="Download the closed cases behind a sum of held time as CSV, of those that you may see.",
    ),
    "breach-prediction/guesses.csv": rows_file(
        guess_file, operation="download_breach_guesses", filters=GUESSED,
        about="Download the predictions behind a figure of the weekly accuracy as CSV, of cases that you may see.",
    ),
    "breach-prediction/samples.csv": rows_file(
        sample_file, operation="download_breach_samples", filters=LEARNT,
        about="Download what the prediction was learnt from as CSV, of cases that you may see.",
    ),
}  # fmt: skip
urlpatterns = [
    path("held-time/cases", HeldCases.as_view()),
    path("breach-prediction/guesses", Guesses.as_view()),
    path("breach-prediction/samples", Samples.as_view()),
    *(path(address, view) for address, view in FILES.items()),
]
