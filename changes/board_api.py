"""Meetings, agendas and votes over REST; people vote and decide, not programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from changes import board_shapes as shapes
from changes import board_shown, casting, chairing, meetings, open_ballots, ordering
from changes.board_models import Ballot, Board, CabItem, CabMeeting
from changes.board_querysets import PLANS
from changes.models import Change
from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.paging import Order
from itsm.api.schema import IDEMPOTENCY_KEY, IF_NONE_MATCH, listing, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.api import rows
from itsm.tickets.api.filters import NamedFilter
from itsm.tickets.api.moves import OnlyInPerson, move_routes
from itsm.tickets.api.views import CaseDetail, CaseView

PLAIN = (
    "number", "title", "phase", "version", "ordinal", "starts_at", "ends_at", "cutoff_at", "place", "opened_at", "ended_at",
    "signed_at", "minutes_sha256",
)  # fmt: skip
COLUMNS = (*PLAIN, "kind", "kind_of", "state", *rows.named_columns("board"), *rows.person_columns("signed_by"))


def _boards(request: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = Board.objects.visible_to(request.user) if request else Board.objects.none()
    return found


class CabMeetingFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """By what meetings may be filtered."""

    state = filters.ChoiceFilter(choices=[(code, row.label.en) for code, row in CabMeeting.flows[0].states.items()])
    board = NamedFilter(queryset=_boards, to_field_name="code")

    class Meta:
        model = CabMeeting
        fields: tuple[str, ...] = ()


class CabMeetingDetail(CaseDetail):
    """How a meeting is laid out."""

    model = CabMeeting
    detail_columns = COLUMNS

    def whole(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out a fetched row."""
        made = {name: row[name] for name in PLAIN} | {"state": rows.state(row), "kind": row["kind_of"]}
        return made | {"board": rows.named(row, "board"), "signed_by": rows.person(row, "signed_by")}


class CabMeetingList(CabMeetingDetail, ListView):
    """Meetings."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    orders = {
        "-starts_at": Order("starts_at", descending=True, kind=datetime), "starts_at": Order("starts_at", kind=datetime),
    }  # fmt: skip
    columns = COLUMNS
    filterset_class = CabMeetingFilter

    def rows(self) -> QuerySet[Any]:
        """This will start at what the caller may know of."""
        found: QuerySet[Any] = CabMeeting.objects.visible_to(self.caller)
        return found

    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will lay out one meeting."""
        return self.whole(row)

    @extend_schema(operation_id="list_cab_meetings", tags=["cab-meetings"], responses=listing(shapes.CabMeetingShape))
    def get(self, request: Request) -> Response:
        """List meetings of the boards that you may know of."""
        return self.page()

    @extend_schema(
        operation_id="plan_cab_meeting", tags=["cab-meetings"], request=shapes.CabMeetingBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.CabMeetingShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Plan a meeting beside the recurrence, for what cannot wait; its agenda fills itself."""
        return once(request, self.plan)

    def plan(self) -> Response:
        """This will read the body, plan the meeting and answer with it."""
        if not self.caller.role_codes & PLANS:
            raise NotAllowed
        body = shapes.CabMeetingBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        code, start, end = (body.validated_data[name] for name in ("board", "starts_at", "ends_at"))
        board = Board.objects.visible_to(self.caller).active().filter(code=code).first()
        if board is None:
            raise Objected(fields={"board": gettext("There is nothing by this name: %(names)s.") % {"names": code}})
        made = meetings.plan(board, start=start, end=end, by=self.caller, at=timezone.now(), channel="api")
        return self.answer(made.pk, status=201, Location=f"/api/v1/cab-meetings/{made.number}")


class CabMeetingView(CabMeetingDetail, CaseView):
    """One meeting."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_cab_meeting", tags=["cab-meetings"], parameters=[IF_NONE_MATCH],
        responses={200: shapes.CabMeetingShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read a meeting."""
        body = self.detail(number=number)
        return versions.conditional(request, body, version=body["version"])


class AgendaView(CaseView):
    """The agenda of a meeting."""

    model = CabMeeting
    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_cab_agenda", tags=["cab-meetings"], responses={200: shapes.CabItemShape(many=True), **refusals()}
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """Read the agenda in its order, with the decisions so far."""
        return Response(agenda(self.find(number), self.caller))


def agenda(meeting: Any, person: Any) -> list[dict[str, Any]]:
    """Lay out the agenda of a meeting for ``person``."""
    return [_item(row) for row in board_shown.live(meeting, person=person, at=timezone.now())["rows"]]


def _item(row: dict[str, Any]) -> dict[str, Any]:
    item = row["item"]
    known = bool(row["number"])
    return {
        "id": item.pk, "position": item.position, "purpose": item.purpose, "change": row["number"] if known else None,
        "title": row["title"] if known else None, "decision": item.decision, "reason": item.reason if known else "",
        "conditions": item.conditions if known else "", "decided_at": item.decided_at, "spent_seconds": item.spent_seconds,
        "heard_since": item.running_since,
    }  # fmt: skip


class DecisionView(CaseView):
    """The decision on one item."""

    model = CabMeeting
    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="decide_cab_item", tags=["cab-meetings"], request=shapes.DecisionBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CabItemShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Record what the meeting decided; the votes must carry it."""
        return once(request, lambda: self.decide(number, key))

    def decide(self, number: str, key: int) -> Response:
        """This will read the body and record."""
        meeting = self.find(number)
        if not CabItem.objects.filter(pk=key, meeting=meeting.pk).exists():
            raise Http404
        if self.request.auth is not None:
            raise OnlyInPerson
        body = shapes.DecisionBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        given = {name: value for name, value in body.validated_data.items() if value != ""}
        chairing.decide(meeting, key, given.pop("decision"), by=self.caller, channel="api", **given)
        return Response(next(row for row in agenda(meeting, self.caller) if row["id"] == key))


class PositionView(CaseView):
    """The place of one item."""

    model = CabMeeting
    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="place_cab_item", tags=["cab-meetings"], request=shapes.PositionBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.CabItemShape(many=True), **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, number: str, key: int) -> Response:
        """Put an open item at another place of the agenda; gives the agenda as it is then."""
        return once(request, lambda: self.place(number, key))

    def place(self, number: str, key: int) -> Response:
        """This will read the body and move the item."""
        meeting = self.find(number)
        if not CabItem.objects.filter(pk=key, meeting=meeting.pk).exists():
            raise Http404
        if self.request.auth is not None:
            raise OnlyInPerson
        body = shapes.PositionBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        ordering.place(meeting, key, by=self.caller, channel="api", **body.validated_data)
        return Response(agenda(meeting, self.caller))


class BallotView(ApiView):
    """A round of voting."""

    scopes = {"GET": Scope.TICKETS_READ}

    def find(self, key: int) -> Any:
        """This will find a round that the caller may know of.

        :raises Http404: if there is none
        """
        found = Ballot.objects.visible_to(self.caller).select_related("board", "change").filter(pk=key).first()
        if found is None or not self._reads(found):
            raise Http404
        return found

    def _reads(self, ballot: Any) -> bool:
        if Change.objects.visible_to(self.caller).filter(pk=ballot.change_id).exists():
            return True
        return casting.mandate(ballot, ballot.change, self.caller, at=timezone.now()) is not None

    @extend_schema(
        operation_id="read_ballot", tags=["ballots"], responses={200: shapes.BallotShape, **refusals()}
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """Read a round with its votes and what they come to."""
        return Response(_ballot(self.find(key), self.caller))


class OpenBallots(ApiView):
    """The rounds that take votes."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_open_ballots", tags=["ballots"],
        responses={200: shapes.OpenBallotShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List the open rounds of the boards that you may know of, those first that wait for your vote."""
        shown = open_ballots.waiting(self.caller)
        return Response([_open(row["ballot"], row["needs_me"]) for row in shown])


def _open(ballot: Any, awaits: bool) -> dict[str, Any]:
    names = ("purpose", "round", "opened_at", "closes_at")
    return {name: getattr(ballot, name) for name in names} | {
        "id": ballot.pk, "change": ballot.change.number, "title": ballot.change.title, "blocked": ballot.blocked_at is not None,
        "board": {"code": ballot.board.code, "name": ballot.board.name}, "votes": ballot.cast, "awaits_you": awaits,
    }  # fmt: skip


class BallotsOfChange(CaseView):
    """The rounds of one change."""

    model = Change
    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="list_ballots_of_change", tags=["ballots"], responses={200: shapes.BallotShape(many=True), **refusals()}
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        """List the rounds of voting on a change, the first first."""
        change = self.find(number)
        found = Ballot.objects.visible_to(self.caller).filter(change=change.pk).select_related("board", "change")
        return Response([_ballot(row, self.caller) for row in found.order_by("round")])


class VotesView(BallotView):
    """Casting a vote."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="cast_vote", tags=["ballots"], request=shapes.VoteBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.BallotShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int) -> Response:
        """Vote, for yourself or for whom you stand in; again while the round is open to alter it."""
        return once(request, lambda: self.cast(key))

    def cast(self, key: int) -> Response:
        """This will read the body and cast."""
        ballot = self.find(key)
        if self.request.auth is not None:
            raise OnlyInPerson
        body = shapes.VoteBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        casting.cast(ballot.change, by=self.caller, channel="api", **body.validated_data)
        return Response(_ballot(self.find(key), self.caller))


def _ballot(ballot: Any, person: Any) -> dict[str, Any]:
    shown = board_shown.ballot_shown(ballot, ballot.change, person=person, at=timezone.now())
    names = ("purpose", "round", "paper", "opened_at", "closes_at", "ended_at", "outcome")
    tally = shown["tally"]
    return {name: getattr(ballot, name) for name in names} | {
        "id": ballot.pk, "change": ballot.change.number, "blocked": ballot.blocked_at is not None, "there": tally.there,
        "needed": tally.needed, "carries": tally.decision, "said": tally.words, "votes": [_seat(row) for row in shown["seats"]],
    }  # fmt: skip


def _seat(row: dict[str, Any]) -> dict[str, Any]:
    vote, place = row["vote"], row["place"]
    return {
        "member": _person(row["person"]), "chair": place.chair, "veto": place.veto, "vote": vote.vote if vote else None,
        "cast_by": _person(vote.cast_by) if vote and vote.cast_by else None, "condition": vote.condition if vote else "",
        "reason": vote.reason if vote and not row["why"] else "", "why": row["why"],
    }  # fmt: skip


def _person(person: Any) -> dict[str, str]:
    return {"username": person.username, "name": person.name}


urlpatterns = [
    path("cab-meetings", CabMeetingList.as_view()),
    path("cab-meetings/<record_number:number>", CabMeetingView.as_view()),
    path("cab-meetings/<record_number:number>/items", AgendaView.as_view()),
    path("cab-meetings/<record_number:number>/items/<int:key>/decision", DecisionView.as_view()),
    path("cab-meetings/<record_number:number>/items/<int:key>/position", PositionView.as_view()),
    path("changes/<record_number:number>/ballots", BallotsOfChange.as_view()),
    path("ballots", OpenBallots.as_view()),
    path("ballots/<int:key>", BallotView.as_view()),
    path("ballots/<int:key>/votes", VotesView.as_view()),
    *move_routes(
        "cab-meetings", model=CabMeeting, flows=CabMeeting.flows, detail=CabMeetingDetail, shape=shapes.CabMeetingShape
    ),
]
