"""Items over REST: list, read, make, edit, verify, report as wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import attributes, authority, corrections, schema, sensitive, services
from configuration.authority import Grounds
from configuration.flow import CI
from configuration.models import ConfigurationItem, Correction
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH_NEEDED, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ListView
from itsm.desk.cmdb import affected
from itsm.desk.cmdb import api_shapes as shapes
from itsm.people.models import Organisation, Person, Site, Team
from itsm.records.refusals import Objected
from itsm.tickets.api import rows
from itsm.tickets.api.views import CaseDetail, CaseView
from itsm.tickets.finding import find_case

PLAIN = (
    "number", "title", "phase", "version", "description", "environment", "criticality", "release_version", "place",
    "serial", "asset_no", "hostname", "address", "licence", "support_until", "data_classification", "attributes",
    "live_since", "last_verified_at", "last_seen_at", "last_seen_source", "changed_at",
)  # fmt: skip
COLUMNS = (
    *PLAIN, "kind", "state", "ci_class_id", *rows.named_columns("site", "team", "supplier"),
    *rows.person_columns("owner", "last_verified_by"),
)  # fmt: skip
TAG = ["configuration"]
NAMED: dict[str, tuple[Any, str]] = {
    "team": (Team, "code"),
    "site": (Site, "code"),
    "supplier": (Organisation, "code"),
    "owner": (Person, "username"),
}


def grounds_from(data: Mapping[str, Any], caller: Any) -> Grounds:
    """Read what authorises a change out of a body; whether it holds is judged by the service.

    :raises Objected: if the change or the correction is not there
    """
    if number := data.get("change"):
        found = authority.named(number, person=caller)
        if found is None:
            raise Objected(fields={"change": str(services.no_such_change())})
        return Grounds("change", change=found)
    if key := data.get("correction"):
        usable = Correction.objects.usable().filter(pk=key).first()
        if usable is None:
            raise Objected(fields={"correction": str(services.no_such_correction())})
        return Grounds("correction", correction=usable)
    return Grounds("light")


def written(data: Mapping[str, Any]) -> dict[str, Any]:
    """Replace codes and user names in a body by rows, and leave out what is no field of an item.

    :raises Objected: naming each that is not there
    """
    made = {name: value for name, value in data.items() if name in services.FIELDS}
    faults = {}
    for name, (model, column) in NAMED.items():
        if made.get(name) is None:
            continue
        row: Any = model.objects.filter(**{column: made[name]}, is_active=True).first()
        if row is None:
            faults[name] = str(services.not_offered(made[name]))
        made[name] = row
    if faults:
        raise Objected(fields=faults)
    return made


class ItemFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what items may be filtered."""

    ci_class = filters.CharFilter(method="of_class", label="class", max_length=40)
    state = filters.ChoiceFilter(choices=[(code, row.label.en) for code, row in CI.states.items()])
    environment = filters.ChoiceFilter(choices=ConfigurationItem.Environment.choices)
    title = filters.CharFilter(max_length=160)
    hostname = filters.CharFilter(max_length=160)
    serial = filters.CharFilter(max_length=80)
    asset_no = filters.CharFilter(max_length=40)

    class Meta:
        model = ConfigurationItem
        fields: tuple[str, ...] = ()

    def of_class(self, found: Any, name: str, value: str) -> Any:
        """This will keep items of a class and of all below it; none of a class that is not there."""
        row = schema.present().by_code(value)
        return found.filter(ci_class_id__in=schema.present().below(row.pk)) if row else found.none()


class ItemDetail(CaseDetail):
    """How an item is laid out."""

    model = ConfigurationItem
    detail_columns = COLUMNS

    @cached_property
    def classes(self) -> dict[int, Any]:
        """The classes by their keys; read once for all rows."""
        return schema.present().classes

    @cached_property
    def unread(self) -> dict[int, frozenset[str]]:
        """What the caller does not read of each class."""
        return sensitive.by_class(self.caller)

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = {name: row[name] for name in PLAIN} | {"state": rows.state(row)}
        made["ci_class"] = self.classes[row["ci_class_id"]].code
        made |= {name: rows.named(row, name) for name in ("site", "team", "supplier")}
        made |= {name: rows.person(row, name) for name in ("owner", "last_verified_by")}
        unread = self.unread[row["ci_class_id"]] & made["attributes"].keys()
        return made | {
            "attributes": sensitive.open_attributes(made["attributes"], unread), "hidden_attributes": sorted(unread),
        }  # fmt: skip


class ItemList(ItemDetail, ListView):
    """Items."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"number": Order("number"), "title": Order("title"), "criticality": Order("criticality", kind=int)}
    columns = COLUMNS
    filterset_class = ItemFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = ConfigurationItem.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one item."""
        return self.whole(row)

    @extend_schema(operation_id="list_configuration_items", tags=TAG, responses=listing(shapes.ItemShape))
    def get(self, request: Request) -> Response:
        """List configuration items."""
        return self.page()

    @extend_schema(
        operation_id="create_configuration_item", tags=TAG, request=shapes.ItemBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ItemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Record an item under what authorises it."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will make it and answer with it."""
        body = shapes.ItemBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        found = schema.present().by_code(data["ci_class"])
        if found is None:
            raise Objected(fields={"ci_class": str(services.not_offered(data["ci_class"]))})
        made = _tried(
            lambda: services.create(
                ci_class=found, grounds=grounds_from(data, self.caller), by=self.caller, at=_now(), source="api",
                given=data.get("attributes"), **written(data),
            )
        )  # fmt: skip
        return self.answer(made.pk, status=201, Location=f"/api/v1/configuration-items/{made.number}")


class ItemView(ItemDetail, CaseView):
    """One item."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_configuration_item", tags=TAG, parameters=[IF_NONE_MATCH],
        responses={200: shapes.ItemShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read an item."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])

    @extend_schema(
        operation_id="edit_configuration_item", tags=TAG, request=shapes.ItemEditBody, parameters=[IF_MATCH_NEEDED],
        responses={200: shapes.ItemShape, **refusals(412, 413, 415, 422, 428)},
    )  # fmt: skip
    def patch(self, request: Request, number: str) -> Response:
        """Edit an item under a change that is authorised and names it; say by If-Match which version you saw."""
        item = self.find(number)
        version = versions.version_named(request, current=item.version, needed=True)
        body = shapes.ItemEditBody(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        edited = _tried(
            lambda: services.edit(
                item, grounds=grounds_from(data, self.caller), by=self.caller, at=_now(), source="api", version=version,
                given=data.get("attributes"), **written(data),
            )
        )  # fmt: skip
        return self.answer(edited.pk)


class VerifiedView(ItemDetail, CaseView):
    """That an item is still right."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="verify_configuration_item", tags=TAG, request=None,
        responses={200: shapes.ItemShape, **refusals(415)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Say that what is recorded is still right."""
        item = self.find(number)
        services.verify(item, by=self.caller, at=_now(), channel="api")
        return self.answer(item.pk)


class WrongView(CaseView):
    """That an item is wrong."""

    model = ConfigurationItem
    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="report_configuration_item", tags=TAG, request=shapes.CorrectionBody,
        responses={201: shapes.CorrectionShape, **refusals(415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Report data that is wrong; a second person verifies it."""
        item = self.find(number)
        body = shapes.CorrectionBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        number = given.pop("case", "")
        if number:
            case = find_case(number, person=self.caller)
            made = affected.report_wrong(case, {**given, "item": item}, by=self.caller)
        else:
            made = corrections.report(item, by=self.caller, at=_now(), **given)
        shown = {name: getattr(made, name) for name in ("field", "found", "source", "raised_at")}
        return Response({"id": made.pk, "item": item.number, **shown}, status=201)


def _now() -> Any:
    return timezone.now().replace(microsecond=0)


def _tried(act: Any) -> Any:
    """Let refusals of the services answer as those of moves do: 422 with the sentences beside their fields."""
    try:
        return act()
    except attributes.UnfitAttributes as refusal:
        raise Objected(fields={f"attributes.{code}": said for code, said in refusal.fields.items()}) from refusal
    except services.NothingToChange as refusal:
        raise Objected(str(refusal)) from refusal
