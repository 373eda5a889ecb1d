"""Suggestions and praise over REST: giving them, reading them, answering them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.fetching import fetch
from itsm.api.filters import YesNoFilter
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Named, PersonName, Strict, Text
from itsm.api.views import ListView
from itsm.tickets.api import rows
from itsm.tickets.api.views import rows_named
from relationships.complaints import LONGEST_TITLE, answer_feedback, give_feedback
from relationships.models import Feedback

TAG = ["feedback"]
PLAIN = ("kind", "title", "text", "at", "answer", "answered_at")
LONGEST, LONGEST_ANSWER = 20_000, 4000


class FeedbackShape(serializers.Serializer[Any]):
    """A suggestion or praise with its answer."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Feedback.Kind.choices)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    by = PersonName()
    service = Named(allow_null=True)
    at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answered_by = PersonName(allow_null=True, help_text="Null for requesters.")
    answered_at = serializers.DateTimeField(allow_null=True)


class FeedbackBody(Strict):
    """What could be better, or was done well."""

    kind = serializers.ChoiceField(Feedback.Kind.choices)
    title = Text(max_length=LONGEST_TITLE)
    text = Text(required=False, allow_blank=True, max_length=LONGEST)
    service = Text(required=False, help_text="Code of a live service.")


class FeedbackAnswerBody(Strict):
    """What is answered."""

    answer = Text(max_length=LONGEST_ANSWER)


class FeedbackFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what the list may be filtered."""

    kind = filters.ChoiceFilter(choices=Feedback.Kind.choices)
    unanswered = YesNoFilter(field_name="answered_at", lookup_expr="isnull", label="unanswered")

    class Meta:
        model = Feedback
        fields: tuple[str, ...] = ()


class OfFeedback(ListView):
    """What both addresses share."""

    columns = (*PLAIN, *rows.person_columns("by", "answered_by"), *rows.named_columns("service"))

    def rows(self) -> QuerySet[Any]:
        """This will give all to those who read them, and to everybody else their own."""
        return Feedback.objects.visible_to(self.caller)

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one."""
        said = {name: row[name] for name in PLAIN} | {
            "by": rows.person(row, "by"),
            "service": rows.named(row, "service"),
        }
        answered_by = rows.person(row, "answered_by") if self.caller.is_worker else None
        return {"id": row["pk"], **said, "answered_by": answered_by}

    def told(self, key: int, *, status: int) -> Response:
        """This will answer with one as it is now."""
        return Response(self.shape(fetch(self.rows().filter(pk=key), self.columns)[0]), status=status)


class FeedbackList(OfFeedback):
    """Suggestions and praise."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {"-at": Order("at", descending=True, kind=datetime), "at": Order("at", kind=datetime)}
    filterset_class = FeedbackFilter

    @extend_schema(operation_id="list_feedback", tags=TAG, responses=listing(FeedbackShape))
    def get(self, request: Request) -> Response:
        """List suggestions and praise, the newest first: all for those who read them, else your own."""
        return self.page()

    @extend_schema(
        operation_id="give_feedback", tags=TAG, request=FeedbackBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: FeedbackShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Suggest or praise something; complaints have an address of their own."""
        return once(request, self.give)

    def give(self) -> Response:
        """This will keep it and answer with it."""
        body = FeedbackBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = {"text": ""} | rows_named(body.validated_data, person=self.caller)
        return self.told(give_feedback(by=self.caller, at=timezone.now(), **given).pk, status=201)


class FeedbackAnswerView(OfFeedback):
    """The answer to one."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="answer_feedback", tags=TAG, request=FeedbackAnswerBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: FeedbackShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Answer one; who gave it is told."""
        return once(request, lambda: self.answer(key))

    def answer(self, key: int) -> Response:
        """This will answer it and tell how it stands now."""
        found = get_object_or_404(self.rows(), pk=key)
        body = FeedbackAnswerBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        answer_feedback(found, by=self.caller, answer=body.validated_data["answer"], at=timezone.now())
        return self.told(key, status=200)


urlpatterns = [
    path("feedback", FeedbackList.as_view()),
    path("feedback/<int:key>/answer", FeedbackAnswerView.as_view()),
]
