"""The register of actions over REST: what was decided is begun, done with evidence, put off or dropped."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ApiView
from itsm.tickets.api.views import CaseView
from relationships import action_register as register
from relationships.action_views import SHOWN, chosen
from relationships.models import Complaint
from relationships.register_bodies import ActionBody
from relationships.register_writing import judged, keys_of
from relationships.supplier_shapes import ActionShape
from relationships.survey_forms import ActionForm
from relationships.survey_models import ImprovementAction

TAG = ["actions"]
MOST = 200
WRITES = refusals(409, 413, 415, 422)


class KeptActionShape(ActionShape):
    """An action in the register, with the record that decided it."""

    id = serializers.IntegerField()
    record = serializers.CharField()
    decided_at = serializers.DateTimeField()


class DoneBody(Strict):
    """What came of an action, and where that can be seen."""

    result = Text(max_length=4000)
    evidence = Text(required=False, allow_blank=True, max_length=300)


class PostponeBody(Strict):
    """The new date of an action, and why."""

    due_on = serializers.DateField()
    reason = Text(max_length=4000)


class DropBody(Strict):
    """Why an action is given up."""

    reason = Text(max_length=4000)


def laid_out(row: ImprovementAction) -> dict[str, Any]:
    """Lay an action out."""
    names = ("text", "due_on", "state", "done_at", "evidence", "result", "decided_at")
    owner = {"username": row.owner.username, "name": row.owner.name}
    return {"id": row.pk, "record": row.record.number, "owner": owner, **{name: getattr(row, name) for name in names}}


class ActionsView(ApiView):
    """What all these addresses share."""

    def seen(self) -> Any:
        """This will start at the actions that the caller may know of.

        :raises PermissionDenied: if the caller does not work cases
        """
        if not self.caller.is_worker:
            raise PermissionDenied
        return ImprovementAction.objects.visible_to(self.caller).select_related("owner", "record")

    def answer(self, key: int) -> Response:
        """This will answer with the action as it is now.

        :raises Http404: if the caller may not know of it
        """
        for row in self.seen().filter(pk=key):
            return Response(laid_out(row))
        raise Http404

    def body(self, of: type[Any]) -> dict[str, Any]:
        """This will read the body strictly."""
        given = of(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class ActionList(ActionsView):
    """The register."""

    scopes = {"GET": Scope.TICKETS_READ}

    def known_parameters(self) -> frozenset[str]:
        """This will name what narrows the list."""
        return frozenset({"show"})

    @extend_schema(
        operation_id="list_improvement_actions", tags=TAG,
        parameters=[OpenApiParameter("show", str, enum=list(SHOWN), description="Left out: open.")],
        responses={200: KeptActionShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """List up to 200 actions that were decided: open, your own, late, or ended."""
        show = request.query_params.get("show", "open")
        if show not in SHOWN:
            raise ValidationError({"show": [gettext("“%(value)s” is not known.") % {"value": show[:40]}]})
        rows = chosen(self.seen(), show, person=self.caller, today=timezone.localdate())
        return Response([laid_out(row) for row in rows[:MOST]])


class ActView(ActionsView):
    """A step of one action."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    body_of: type[Strict] | None = None

    def act(self, key: int, **given: Any) -> None:
        """This will make the step; each address has its own."""
        register.start(key, by=self.caller, at=timezone.now())

    def step(self, key: int) -> Response:
        """This will make the step on an action that the caller may know of, and answer with it."""
        self.answer(key)
        self.act(key, **(self.body(self.body_of) if self.body_of else {}))
        return self.answer(key)


def _acting(name: str, body: type[Strict] | None, about: str, act: Any) -> Any:
    """Make the view of one step."""

    def post(self: ActView, request: Request, key: int) -> Response:
        return once(request, lambda: self.step(key))

    described = extend_schema(
        operation_id=f"{name}_improvement_action", tags=TAG, request=body, parameters=[IDEMPOTENCY_KEY], description=about,
        responses={200: KeptActionShape, **WRITES},
    )  # fmt: skip
    members = {"body_of": body, "act": act, "post": described(post), "__doc__": about}
    view: Any = type(f"{name.title()}Action", (ActView,), members)
    return view.as_view()


def _finish(self: ActView, key: int, **given: Any) -> None:
    register.finish(key, by=self.caller, at=timezone.now(), **given)


def _postpone(self: ActView, key: int, **given: Any) -> None:
    register.postpone(key, by=self.caller, at=timezone.now(), **given)


def _drop(self: ActView, key: int, **given: Any) -> None:
    register.drop(key, by=self.caller, at=timezone.now(), **given)


class ComplaintActions(CaseView):
    """Actions that came of a complaint."""

    model = Complaint
    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="agree_complaint_action", tags=["complaints"], request=ActionBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: KeptActionShape, **WRITES},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        """Note an action that came of a complaint; who does it is told."""
        return once(request, lambda: self.agree(number))

    def agree(self, number: str) -> Response:
        """This will note it and answer with it."""
        found = self.find(number)
        body = ActionBody(data=self.request.data)
        body.is_valid(raise_exception=True)
        form = judged(ActionForm(keys_of(body.validated_data)))
        made = register.agree(found, by=self.caller, at=timezone.now(), **form.cleaned_data)
        return Response(laid_out(made), status=201)


urlpatterns = [
    path("improvement-actions", ActionList.as_view()),
    path(
        "improvement-actions/<int:key>/start", _acting("start", None, "Note that an action is under way.", ActView.act)
    ),
    path("improvement-actions/<int:key>/finish", _acting("finish", DoneBody, "Note that an action is done.", _finish)),
    path(
        "improvement-actions/<int:key>/postpone",
        _acting("postpone", PostponeBody, "Give an action another date, with the reason.", _postpone),
    ),
    path("improvement-actions/<int:key>/drop", _acting("drop", DropBody, "Give an action up, with the reason.", _drop)),
    path("complaints/<record_number:number>/actions", ComplaintActions.as_view()),
]
