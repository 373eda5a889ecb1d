"""Transitions over REST: one address for each of the flow's table, with a schema made from its inputs."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api import versions
from itsm.api.idempotency import once
from itsm.api.problems import Problem
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text, YesNo, refuse_undeclared
from itsm.flow import Flow, Input, Transition
from itsm.records.perform import Offer, admit, find_step, offers, perform
from itsm.records.refusals import Objected
from itsm.tickets.api import shapes
from itsm.tickets.api.views import CaseDetail, CaseView
from itsm.tickets.choices import NAMED_BY
from itsm.tickets.inputs import GREATEST, LONGEST_LINE, LONGEST_TEXT, clean_inputs


class OnlyInPerson(Problem):
    """Approvals are given by people, not by programs (HTTP 403)."""

    status_code = 403
    default_code = "only_in_person"

    def __init__(self) -> None:
        super().__init__(gettext("Approve or reject in person: a token may not do it."))


class OffersView(CaseView):
    """What the caller may do with a case now."""

    scopes = {"GET": Scope.TICKETS_READ}

    def get(self, request: Request, number: str) -> Response:
        """List the transitions of the case's present state, with what objects to each."""
        found = offers(self.find(number), person=self.caller, at=timezone.now())
        return Response([_offer(offer) for offer in found])


class MoveView(CaseDetail, CaseView):
    """One transition of a process; a subclass is made for each row of the table."""

    scopes = {"POST": Scope.TICKETS_WRITE}
    row: ClassVar[Transition | None] = None

    def post(self, request: Request, number: str, name: str = "") -> Response:
        """Make the transition; the answer is the case as it then is."""
        return once(request, lambda: self.move(number, self.row.name if self.row else name))

    def move(self, number: str, name: str) -> Response:
        """This will judge, read the inputs and perform."""
        record, by, data = self.find(number), self.caller, cast("dict[str, Any]", self.request.data)
        row = admit(record, name, by=by)
        if self.request.auth is not None and row.roles == ("approver",):
            raise OnlyInPerson
        version = versions.version_named(self.request, current=record.version)
        refuse_undeclared(data, frozenset(item.name for item in row.inputs))
        _refuse_other_types(row, data)
        inputs = clean_inputs(record, row, data, by)
        moved = perform(record, name, by=by, channel="api", version=version, **inputs)
        return self.answer(moved.pk)


class UnknownMoveView(CaseView):
    """Transitions that the process does not have."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(exclude=True)
    def post(self, request: Request, number: str, name: str) -> Response:
        """Say that there is no such transition, or that nobody may make it."""
        record = self.find(number)
        find_step(record, name)
        admit(record, name, by=self.caller)
        raise AssertionError(name)  # every other row of the table has its own address


def move_routes(
    prefix: str, *, model: type[Any], flows: tuple[Flow, ...], detail: type[CaseDetail], shape: type[Any]
) -> list[URLPattern]:
    """Make the addresses of all transitions of a process below ``prefix``; ``detail`` lays the answer out as ``shape``."""
    base = f"{prefix}/<record_number:number>/transitions"
    described = extend_schema(
        operation_id=f"list_{prefix.replace('-', '_')}_transitions", tags=[prefix],
        responses={200: shapes.OfferShape(many=True), **refusals()},
    )  # fmt: skip
    offering: Any = type(f"{model.__name__}Offers", (OffersView,), {"model": model})
    found = [path(base, extend_schema_view(get=described)(offering).as_view())]
    for flow in flows:
        for row in flow.transitions.values():
            if not row.internal and set(row.roles) - {"system"}:
                view = _view_of(row, prefix=prefix, model=model, detail=detail, shape=shape)
                found.append(path(f"{base}/{row.name}", view.as_view()))
    other: Any = type(f"{model.__name__}UnknownMove", (UnknownMoveView,), {"model": model})
    return [*found, path(f"{base}/<slug:name>", other.as_view())]


def _view_of(
    row: Transition, *, prefix: str, model: type[Any], detail: type[CaseDetail], shape: type[Any]
) -> type[MoveView]:
    described = extend_schema(
        operation_id=f"{row.name}_{model.process_key}", tags=[prefix], summary=f"{row.label.en} ({row.label.zh_hant})",
        request=inputs_serializer(model, row), parameters=[IF_MATCH, IDEMPOTENCY_KEY],
        responses={200: shape, **refusals(409, 412, 413, 415, 422)},
    )  # fmt: skip
    made = type(f"{model.__name__}{row.name.title()}", (detail, MoveView), {"model": model, "row": row})
    return extend_schema_view(post=described)(made)


def inputs_serializer(model: type[Any], row: Transition) -> type[Strict]:
    """Make the schema of a transition's inputs."""
    fields = {item.name: _field(item) for item in row.inputs}
    name = f"{model.__name__}{row.name.title().replace('_', '')}Inputs"
    return type(name, (Strict,), {**fields, "__doc__": row.label.en})


def _field(item: Input) -> serializers.Field[Any, Any, Any, Any]:
    said = item.label.en if item.help is None else f"{item.label.en}. {item.help.en}"
    more: dict[str, Any] = {"required": item.required, "allow_null": not item.required, "help_text": said}
    if item.kind == "choice":
        return serializers.ChoiceField([(choice.value, choice.label.en) for choice in item.choices], **more)
    if item.kind == "flag":
        return YesNo(**more)
    if item.kind == "number":
        return serializers.IntegerField(min_value=0, max_value=GREATEST, **more)
    if item.kind == "instant":
        return serializers.DateTimeField(**more)
    if item.kind == "day":
        return serializers.DateField(**more)
    if item.kind in NAMED_BY:
        more["help_text"] += f" ({NAMED_BY[item.kind][0]})"
    return Text(max_length=LONGEST_TEXT if item.kind == "text" else LONGEST_LINE, allow_blank=not item.required, **more)


def _refuse_other_types(row: Transition, data: Any) -> None:
    """Refuse what is not of the JSON type in the document, with the sentences that a wrong text gets."""
    whole = gettext("Write a whole number from 0 to %(most)s.") % {"most": GREATEST}
    wanted: dict[str, tuple[type, str]] = {"flag": (bool, gettext("Answer yes or no.")), "number": (int, whole)}
    faults = {}
    for item in row.inputs:
        kind, sentence = wanted.get(item.kind, (str, gettext("Write text here.")))
        value = data.get(item.name)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            faults[item.name] = sentence
    if faults:
        raise Objected(fields=faults)


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "name": offer.name,
        "label": offer.label,
        "machine": offer.flow.key,
        "open": not offer.reasons,
        "reasons": list(offer.reasons),
        "inputs": [_asked(item) for item in offer.row.inputs],
    }


def _asked(item: Input) -> dict[str, Any]:
    return {
        "name": item.name,
        "label": str(item.label),
        "kind": item.kind,
        "required": item.required,
        "help": str(item.help or ""),
        "choices": [{"value": choice.value, "label": str(choice.label)} for choice in item.choices],
    }
