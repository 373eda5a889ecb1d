"""Time worked on a case, with what it cost: for those who read the case's internal notes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.fetching import fetch
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text
from itsm.flow import Input, Words
from itsm.records.refusals import Objected
from itsm.tickets import choices, time_worked
from itsm.tickets.api import rows
from itsm.tickets.api.conversation import OfCase
from itsm.tickets.work_models import MOST_MINUTES, WorkEntry

WORKER = Input("person", Words("Worked by", "執行人員"), "agent")
COLUMNS = (
    "role", "minutes", "worked_on", "rate", "cost", "note", "entered_at", "taken_back_at", "taken_back_because",
    *rows.person_columns("person", "entered_by", "taken_back_by"),
)  # fmt: skip


class TimeShape(serializers.Serializer[Any]):
    """Minutes that somebody worked on a case."""

    id = serializers.IntegerField()
    person = PersonName()
    role = serializers.CharField(help_text="Code of the role under which it was worked.")
    minutes = serializers.IntegerField()
    worked_on = serializers.DateField()
    rate = serializers.CharField(allow_null=True, help_text="NT$ per hour on that day; null where nobody has set one.")
    cost = serializers.CharField(allow_null=True, help_text="NT$; null, never 0, where the rate is unknown.")
    note = serializers.CharField(allow_blank=True)
    entered_by = PersonName()
    entered_at = serializers.DateTimeField()
    taken_back_at = serializers.DateTimeField(allow_null=True, help_text="It counts no longer since then.")
    taken_back_by = PersonName(allow_null=True)
    taken_back_because = serializers.CharField(allow_blank=True)


class TimeBody(Strict):
    """What was worked."""

    minutes = serializers.IntegerField(min_value=1, max_value=MOST_MINUTES)
    worked_on = serializers.DateField(required=False, help_text="Today if left out.")
    role = Text(
        required=False, max_length=40, help_text="One of the person's roles on the case; the likeliest if left out."
    )
    person = Text(required=False, max_length=150, help_text="User name of who worked; you if left out.")
    note = Text(required=False, allow_blank=True, max_length=time_worked.LONGEST)


class TakeBackBody(Strict):
    """Why time is taken back."""

    reason = Text(max_length=time_worked.LONGEST)


def shape(row: dict[str, Any]) -> dict[str, Any]:
    """Lay out one entry."""
    told = {name: row[name] for name in ("role", "minutes", "worked_on", "note", "entered_at", "taken_back_at")}
    money = {name: None if row[name] is None else str(row[name]) for name in ("rate", "cost")}
    people = {name: rows.person(row, name) for name in ("person", "entered_by", "taken_back_by")}
    return {"id": row["pk"], **told, **money, **people, "taken_back_because": row["taken_back_because"]}


class OfInternal(OfCase):
    """What hangs on a case and is for those alone who read its internal notes."""

    columns = COLUMNS

    def find(self) -> Any:
        """This will find the case.

        :raises Http404: if there is none
        :raises PermissionDenied: if caller or token may not read its notes
        """
        case = super().find()
        if not self.reads_notes(case):
            raise PermissionDenied
        return case

    def rows(self) -> QuerySet[Any]:
        """This will give every entry of the case, those that were taken back too."""
        return WorkEntry.objects.filter(ticket=self.find().pk)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one entry."""
        return shape(row)

    def answer(self, entry: WorkEntry, *, status: int) -> Response:
        """This will answer with the entry as it is now."""
        return Response(shape(fetch(WorkEntry.objects.filter(pk=entry.pk), COLUMNS)[0]), status=status)


class TimeList(OfInternal):
    """What was worked on a case."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {
        "-entered_at": Order("entered_at", descending=True, kind=datetime),
        "entered_at": Order("entered_at", kind=datetime),
    }

    @extend_schema(operation_id="list_time_worked", tags=["time worked"], responses=listing(TimeShape))
    def get(self, request: Request, number: str) -> Response:
        """List the time worked on a case; only for who reads its internal notes, never for who asked."""
        return self.page()

    @extend_schema(
        operation_id="enter_time_worked", tags=["time worked"], request=TimeBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: TimeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Enter time worked; the rate of the role on that day is kept with it."""
        return once(request, self.enter)

    def enter(self) -> Response:
        """This will enter it and answer with it."""
        case = self.find()
        body = TimeBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        person = self.worker(case, given.pop("person", ""))
        return self.answer(time_worked.enter(case, by=self.caller, person=person, channel="api", **given), status=201)

    def worker(self, case: Any, username: str) -> Any:
        """This will find who worked; None for the caller.

        :raises Objected: if nobody who works cases has that name
        """
        try:
            return choices.find(WORKER, username, record=case, person=self.caller) if username else None
        except choices.NotOffered as fault:
            raise Objected(fields={"person": str(fault)}) from fault


class TakeBackView(OfInternal):
    """Time that was entered wrongly."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="take_back_time_worked", tags=["time worked"], request=TakeBackBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: TimeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Take time back with a reason; it stays readable and counts no longer."""
        return once(request, lambda: self.take_back(key))

    def take_back(self, key: int) -> Response:
        """This will take it back and answer with it."""
        case = self.find()
        entry = get_object_or_404(WorkEntry, pk=key, ticket=case.pk)
        body = TakeBackBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        reason = body.validated_data["reason"]
        return self.answer(time_worked.take_back(case, entry, reason=reason, by=self.caller, channel="api"), status=200)
