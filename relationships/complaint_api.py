"""Complaints over REST."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import PersonName, Strict, Text
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import filter_of
from itsm.tickets.api.moves import move_routes
from itsm.tickets.api.shapes import CaseShape, WholeCaseShape
from itsm.tickets.api.views import CaseDetail, CaseView, EditableView, TicketList, rows_named
from itsm.tickets.models import Ticket
from relationships.complaint_views import TAKERS
from relationships.complaints import colleague_named, note_attempt, raise_complaint, with_name
from relationships.models import Complaint, ContactAttempt

PLAIN = ("nature", "origin", "severity", "disagree_count", "escalation_level", "answered_at", "consent_at")
#: What the complainant reads too.
OPEN = ("wish", "answer")
#: What only those who work cases read.
KEPT = ("plan", "actions", "root_theme", "compensation", "consent_evidence", "decision_reason", "about_desk")


class ComplaintShape(CaseShape):
    """A complaint in a list."""

    nature = serializers.ChoiceField(Complaint.Nature.choices, allow_blank=True)
    origin = serializers.ChoiceField(Complaint.Origin.choices)
    severity = serializers.IntegerField(min_value=1, max_value=3, allow_null=True)
    disagree_count = serializers.IntegerField()
    escalation_level = serializers.IntegerField(min_value=0, max_value=3)
    answered_at = serializers.DateTimeField(allow_null=True)
    consent_at = serializers.DateTimeField(allow_null=True)


class WholeComplaintShape(WholeCaseShape):
    """A complaint with everything that its page shows; how it is handled is empty for requesters."""

    nature = serializers.ChoiceField(Complaint.Nature.choices, allow_blank=True)
    origin = serializers.ChoiceField(Complaint.Origin.choices)
    severity = serializers.IntegerField(min_value=1, max_value=3, allow_null=True)
    disagree_count = serializers.IntegerField()
    escalation_level = serializers.IntegerField(min_value=0, max_value=3)
    answered_at = serializers.DateTimeField(allow_null=True)
    consent_at = serializers.DateTimeField(allow_null=True)
    wish = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    plan = serializers.CharField(allow_blank=True, allow_null=True)
    actions = serializers.CharField(allow_blank=True, allow_null=True)
    root_theme = serializers.CharField(allow_blank=True, allow_null=True)
    compensation = serializers.CharField(allow_blank=True, allow_null=True)
    consent_evidence = serializers.CharField(allow_blank=True, allow_null=True)
    decision_reason = serializers.CharField(allow_blank=True, allow_null=True)
    about_desk = serializers.BooleanField(allow_null=True)
    about_person = PersonName(allow_null=True, help_text="Null for requesters.")
    decided_by = PersonName(allow_null=True, help_text="Null for requesters.")


class RaiseBody(Strict):
    """A complaint; requesters raise their own, the desk names the complainant."""

    title = Text(max_length=160)
    description = Text(required=False, allow_blank=True, max_length=20_000)
    wish = Text(required=False, allow_blank=True, max_length=4000)
    origin = serializers.ChoiceField(Complaint.Origin.choices, required=False)
    nature = serializers.ChoiceField(Complaint.Nature.choices, required=False)
    requester = Text(required=False, help_text="User name of the complainant; yourself when left out.")
    service = Text(required=False, help_text="Code of a live service; that of the case when left out.")
    about = Text(required=False, max_length=32, help_text="Number of the case that it is about.")
    about_person = Text(
        required=False, max_length=80,
        help_text="User name or full name of the person complained about: neither they nor their colleagues read it.",
    )  # fmt: skip
    restricted = serializers.BooleanField(default=False, help_text="Only the relationship manager may read it.")

    def validate_origin(self, value: str) -> str:
        """This will refuse a survey, which only the survey itself can name."""
        if value == Complaint.Origin.SURVEY:
            raise serializers.ValidationError(gettext("Complaints from surveys come by themselves."))
        return value


class AttemptBody(Strict):
    """One try to reach the complainant."""

    way = serializers.ChoiceField(ContactAttempt.Way.choices)
    note = Text(max_length=200)


class AttemptShape(serializers.Serializer[Any]):
    """A try as it was noted."""

    at = serializers.DateTimeField()
    way = serializers.ChoiceField(ContactAttempt.Way.choices)
    note = serializers.CharField()


class ComplaintDetail(CaseDetail):
    """How a complaint is laid out."""

    model = Complaint
    detail_columns = (*rows.DETAIL_COLUMNS, *PLAIN, *OPEN, *KEPT, *rows.person_columns("kept_from", "decided_by"))

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what only complaints have; requesters learn nothing of how it is handled."""
        works = self.caller.is_worker
        made = super().whole(row) | {name: row[name] for name in (*PLAIN, *OPEN)}
        made |= {name: row[name] if works else None for name in KEPT}
        made["about_person"] = rows.person(row, "kept_from") if works else None
        return made | {"decided_by": rows.person(row, "decided_by") if works else None}


class ComplaintList(ComplaintDetail, TicketList):
    """Complaints."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    columns = (*rows.COLUMNS, *PLAIN)
    filterset_class = filter_of(Complaint, Complaint.flows[0])

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will add what a list shows of complaints."""
        return super().shape(row) | {name: row[name] for name in PLAIN}

    @extend_schema(operation_id="list_complaints", tags=["complaints"], responses=listing(ComplaintShape))
    def get(self, request: Request) -> Response:
        """List complaints that you may see."""
        return self.page()

    @extend_schema(
        operation_id="raise_complaint", tags=["complaints"], request=RaiseBody, parameters=[IDEMPOTENCY_KEY],
        responses={
            201: WholeComplaintShape,
            204: OpenApiResponse(description="It is taken down; you may not read it."),
            **refusals(409, 413, 415, 422),
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Raise a complaint of your own, or at the desk one of somebody else."""
        return once(request, self.create)

    def create(self) -> Response:
        """This will raise it and answer with it, where the caller may read it."""
        body = RaiseBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        made = self.raised(rows_named(body.validated_data, person=self.caller))
        seen = Complaint.objects.visible_to(self.caller).filter(pk=made.pk).exists()
        return self.answer(made.pk, status=201) if seen else Response(status=204)

    def raised(self, given: dict[str, Any]) -> Complaint:
        """This will raise what ``given`` says, as the pages do.

        :raises NotAllowed: if the caller may not speak for the complainant
        """
        complainant = given.pop("requester", self.caller)
        if complainant.pk != self.caller.pk and not self.caller.role_codes & TAKERS:
            raise NotAllowed
        named = " ".join(given.pop("about_person", "").split())
        about = self.case(given.pop("about", ""))
        given.setdefault("service", about.service if about else None)
        return raise_complaint(
            by=self.caller, complainant=complainant, at=timezone.now(), source=given.pop("origin", "portal"), about=about,
            description=with_name(given.pop("description", ""), named), about_person=colleague_named(named),
            restricted=given.pop("restricted") or bool(named), **given,
        )  # fmt: skip

    def case(self, number: str) -> Any:
        """This will find the case that it is about.

        :raises Objected: if the caller may not know of it
        """
        found = Ticket.objects.visible_to(self.caller).filter(number=number.strip().upper()).first()
        if number and found is None:
            raise Objected(fields={"about": gettext("There is no case with this number.")})
        return found


@extend_schema_view(
    get=extend_schema(
        operation_id="read_complaint", tags=["complaints"], parameters=[IF_NONE_MATCH],
        responses={200: WholeComplaintShape, 304: None, **refusals()},
    ),
    patch=extend_schema(
        operation_id="edit_complaint", tags=["complaints"],
        responses={200: WholeComplaintShape, **refusals(409, 412, 413, 415, 422, 428)},
    ),
)  # fmt: skip
class ComplaintView(ComplaintDetail, EditableView):
    """One complaint."""


class AttemptList(CaseView):
    """The tries to reach a complainant."""

    model = Complaint
    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="note_contact_attempt", tags=["complaints"], request=AttemptBody,
        responses={201: AttemptShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note that you tried to reach the complainant."""
        case = self.find(number)
        body = AttemptBody(data=request.data)
        body.is_valid(raise_exception=True)
        made = note_attempt(case, by=self.caller, **body.validated_data)
        return Response({"at": made.at, "way": made.way, "note": made.note}, status=201)


urlpatterns = [
    path("complaints", ComplaintList.as_view()),
    path("complaints/<record_number:number>", ComplaintView.as_view()),
    path("complaints/<record_number:number>/contact-attempts", AttemptList.as_view()),
    *move_routes(
        "complaints", model=Complaint, flows=Complaint.flows, detail=ComplaintDetail, shape=WholeComplaintShape
    ),
]
