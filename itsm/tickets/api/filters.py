"""By what lists of cases may be filtered: each by name, none by a path of columns."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from catalogue.models import Category, Service
from itsm.api.filters import InstantFilter, YesNoFilter
from itsm.flow import Flow
from itsm.flow.table import PHASES
from itsm.people.models import Person, Team
from itsm.records import register
from itsm.tickets.models import Channel, Ticket


@extend_schema_field(OpenApiTypes.STR)
class NamedFilter(filters.ModelChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Keeps cases of one team, service, person... that the caller may know of."""


def _people(request: Any) -> QuerySet[Any]:
    return Person.objects.visible_to(request.user) if request else Person.objects.none()


def _teams(request: Any) -> QuerySet[Any]:
    return Team.objects.visible_to(request.user) if request else Team.objects.none()


def _services(request: Any) -> QuerySet[Any]:
    return Service.objects.visible_to(request.user) if request else Service.objects.none()


def _kinds() -> list[tuple[str, str]]:
    """List the processes; all are registered before the first route is read."""
    return [(process.key, process.key) for process in register.processes() if issubclass(process.model, Ticket)]


@extend_schema_field({"type": "integer", "enum": [1, 2, 3, 4, 5]})
class PriorityFilter(filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Keeps cases of one priority."""


class TicketFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """What every list of cases can be filtered by."""

    phase = filters.ChoiceFilter(choices=[(phase, phase) for phase in PHASES])
    open = YesNoFilter(method="only_open", label="open")
    priority = PriorityFilter(choices=[(str(number), f"P{number}") for number in range(1, 6)])
    channel = filters.ChoiceFilter(choices=Channel.choices)
    team = NamedFilter(queryset=_teams, to_field_name="code")
    assignee = NamedFilter(queryset=_people, to_field_name="username")
    unassigned = YesNoFilter(field_name="assignee", lookup_expr="isnull", label="unassigned")
    requester = NamedFilter(queryset=_people, to_field_name="username")
    service = NamedFilter(queryset=_services, to_field_name="code")
    category = NamedFilter(queryset=Category.objects.all(), to_field_name="code")
    received_from = InstantFilter(field_name="received_at", lookup_expr="gte")
    received_before = InstantFilter(field_name="received_at", lookup_expr="lt")
    changed_from = InstantFilter(field_name="changed_at", lookup_expr="gte")
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def only_open(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """This will keep open cases, or those that are done."""
        return rows.exclude(phase="done") if value else rows.filter(phase="done")


class AnyTicketFilter(TicketFilter):
    """Filters of the list across processes."""

    kind = filters.ChoiceFilter(choices=_kinds())

    class Meta(TicketFilter.Meta):
        pass


def filter_of(model: type[Any], flow: Flow) -> type[TicketFilter]:
    """Make the filters of one process: those of every case, and its states."""
    state = filters.ChoiceFilter(choices=[(code, str(row.label.en)) for code, row in flow.states.items()])
    meta = type("Meta", (TicketFilter.Meta,), {"model": model})
    return type(f"{model.__name__}Filter", (TicketFilter,), {"state": state, "Meta": meta})
