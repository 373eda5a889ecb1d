"""Health, baselines and imports of configuration data over REST; audits stand in a module of their own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration import audits, baselines, comparing, deciding, health, schema, sensitive
from configuration.models import Baseline, BaselineItem, ImportBatch
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView
from itsm.intake.cmdb import api_shapes as shapes
from itsm.intake.cmdb import applying, import_views, pages, uploading
from itsm.intake.cmdb.answering import items_of
from itsm.intake.cmdb.baseline_views import may_take
from itsm.intake.cmdb.shown import masked, said
from itsm.intake.faults import Refused
from itsm.intake.management.commands.import_history import LABEL
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import find_case
from itsm.tickets.models import Ticket

MOST = 200
MOST_ROWS = 1000
READ, WRITE = {"GET": Scope.TICKETS_READ}, {"POST": Scope.TICKETS_WRITE}


@contextmanager
def objecting() -> Iterator[None]:
    """This will turn the sentences of services into the answer 422."""
    try:
        yield
    except Refused as refusal:
        raise Objected(refusal.said()) from refusal
    except (audits.Refused, baselines.NothingToKeep, deciding.Refused) as refusal:
        raise Objected(str(refusal)) from refusal


class CmdbView(ApiView):
    """What all these addresses share."""

    def workers_only(self) -> Any:
        """This will give the caller.

        :raises NotAllowed: if that is nobody who works cases
        """
        if not self.caller.is_worker:
            raise NotAllowed
        return self.caller

    def keepers_only(self) -> Any:
        """This will give the caller, if that keeps the configuration data.

        :raises PermissionDenied: if not
        """
        return pages.keeper(self.request)

    def body(self, of: type[Any]) -> dict[str, Any]:
        """This will read the body strictly."""
        given = of(data=self.request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)


class HealthView(CmdbView):
    """How well the data can be relied on."""

    scopes = READ

    @extend_schema(
        operation_id="read_cmdb_health", tags=["configuration"], responses={200: shapes.HealthShape, **refusals()}
    )
    def get(self, request: Request) -> Response:
        """Read accuracy, completeness, stale, lonely and doubled items, the worst class first."""
        self.workers_only()
        found = health.health(at=timezone.now())
        return Response({
            "whole": _class(found.whole), "classes": [_class(row) for row in found.classes], "relationships": found.relations,
            "relationships_sound": found.relations_sound,
        })  # fmt: skip


def share_body(found: Any) -> dict[str, Any] | None:
    """This will lay out a share of an audit, with its interval unless everything was counted."""
    known = pages.known(found)
    return None if known is None else {**asdict(known), "is_full_count": known.is_full_count}


def _class(row: health.ClassHealth) -> dict[str, Any]:
    return {
        "code": row.code, "name": row.name, "items": row.items, "stale": row.stale, "orphans": row.orphans,
        "duplicates": row.duplicates, "correctness": row.correctness, "completeness": row.completeness, "audited_at": row.audited_at,
        "accuracy": share_body(row.accuracy),
    }  # fmt: skip


def _baseline(row: Any, *, intact: bool | None = None) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "at": row.at, "record": row.record.number if row.record else None, "items": row.count,
        "digest": row.digest, "intact": intact,
    }  # fmt: skip


class Baselines(CmdbView):
    """The baselines."""

    scopes = READ | WRITE

    @extend_schema(
        operation_id="list_baselines",
        tags=["configuration"],
        responses={200: shapes.BaselineShape(many=True), **refusals()},
    )
    def get(self, request: Request) -> Response:
        """List the newest 200 baselines."""
        rows = Baseline.objects.visible_to(self.workers_only()).select_related("record").order_by("-pk")
        return Response([_baseline(row) for row in rows[:MOST]])

    @extend_schema(
        operation_id="take_baseline", tags=["configuration"], request=shapes.BaselineBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.BaselineShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep how items are now: those of a change or release, of a class, or all."""
        return once(request, self._take)

    def _take(self) -> Response:
        if not may_take(self.caller):
            raise NotAllowed
        given, at = self.body(shapes.BaselineBody), timezone.now()
        record = find_case(given["record"], person=self.caller) if given.get("record") else None
        of = schema.present().by_code(given.get("ci_class", ""))
        keys = items_of(record) if record else baselines.of_scope(class_id=of.pk if of else None)
        name = given.get("name") or (_("Before %(number)s") % {"number": record.number} if record else _("Everything"))
        with objecting():
            made = baselines.take(
                keys, name=name, by=self.caller, at=at, record=record, scope={"class": of.code if of else ""}
            )
        return Response(_baseline(made, intact=True), status=201)


class BaselineView(CmdbView):
    """What differs since a baseline."""

    scopes = READ
    WITH = OpenApiParameter("with", int, description="The other baseline; left out, how things are now.")

    def known_parameters(self) -> frozenset[str]:
        """This will know the other baseline."""
        return frozenset({"with"})

    @extend_schema(
        operation_id="list_differences_since_baseline", tags=["configuration"], parameters=[WITH],
        responses={200: shapes.DifferenceShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """List what is not as it was, with what authorised it."""
        return Response([_difference(row) for row in sensitive.differences(self.found(key)[:MOST_ROWS], self.caller)])

    def found(self, key: int) -> list[comparing.Difference]:
        """This will compare the baseline with the other, or with how things are now.

        :raises Http404: if either is not there
        """
        rows = Baseline.objects.visible_to(self.workers_only())
        one, wanted = rows.filter(pk=key).first(), self.request.query_params.get("with", "")
        other = rows.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
        if one is None or (wanted and other is None):
            raise Http404
        chosen = [row.pk for row in (one, other) if row is not None]
        keys = BaselineItem.objects.filter(baseline__in=chosen).values_list("item", flat=True)
        return comparing.compare(keys, start=one.at, end=other.at if other else None)


def _difference(row: comparing.Difference) -> dict[str, Any]:
    return {
        "kind": row.kind, "number": row.number, "title": row.title, "field": row.field, "label": row.label, "old": row.old,
        "new": row.new, "authorised": row.why.is_authorised, "why": row.why.words, "version": row.version, "restores": row.restores,
    }  # fmt: skip


def _import(row: Any) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for (_kind, action), count in row.rows.counts().items():
        counts[action] = counts.get(action, 0) + count
    return {
        "id": row.pk, "source": row.source, "file_name": row.file_name, "progress": row.state, "rows_read": row.rows_read,
        "unchanged": row.counts.get("same", 0), "created": counts.get("create", 0), "changed": counts.get("update", 0),
        "reported": row.rows.reported().count(), "done": row.rows.filter(applied_at__isnull=False).count(),
        "authorised": row.change_id is not None or row.verified_by_id is not None or row.channel == "command",
    }  # fmt: skip


class ImportView(CmdbView):
    """What the addresses of imports share."""

    def one(self, key: int) -> Any:
        """This will find an import.

        :raises Http404: if there is none
        """
        found = ImportBatch.objects.visible_to(self.workers_only()).select_related("change").filter(pk=key).first()
        if found is None:
            raise Http404
        return found


class Imports(ImportView):
    """The imports."""

    scopes = READ | WRITE

    @extend_schema(
        operation_id="list_cmdb_imports",
        tags=["configuration"],
        responses={200: shapes.ImportShape(many=True), **refusals()},
    )
    def get(self, request: Request) -> Response:
        """List the newest 50 imports."""
        rows = ImportBatch.objects.visible_to(self.workers_only()).order_by("-pk")
        return Response([_import(row) for row in rows[:50]])

    @extend_schema(
        operation_id="stage_cmdb_import", tags=["configuration"], request=shapes.ImportBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ImportShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Compare rows with what is there; nothing is written before it is authorised and applied."""
        return once(request, self._stage)

    def _stage(self) -> Response:
        by, given = self.keepers_only(), self.body(shapes.ImportBody)
        relations = bool(given.get("relationships"))
        rows = given.get("relationships") or given.get("items") or []
        with objecting():
            if not LABEL.fullmatch(given["source"]):
                raise Refused(_("The source needs a label of 1 to 40 letters, digits, dots, dashes or underscores."))
            upload = uploading.keep("rest.csv", _as_csv(rows), by=by, at=timezone.now())
            chosen = {column.name: column.guess for column in uploading.columns(upload)}
            plan = uploading.plan_of(upload, chosen, class_code=given.get("ci_class", "item"), relations=relations)
            batch = uploading.compare(upload, plan, source=given["source"], by=by, at=timezone.now(), channel="api")
        return Response(_import(batch), status=201)


def _as_csv(rows: list[dict[str, str]]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode() if names else b""


class ImportRows(ImportView):
    """The rows of an import."""

    scopes = READ

    @extend_schema(
        operation_id="list_cmdb_import_rows", tags=["configuration"],
        responses={200: shapes.ImportRowShape(many=True), **refusals()},
    )  # fmt: skip
    def get(self, request: Request, key: int) -> Response:
        """List the first 1,000 rows that differ or were reported, each cell with its old and new value."""
        rows = self.one(key).rows.order_by("place")[:MOST_ROWS]
        unread = sensitive.hidden(self.caller)
        return Response([
            {"line": row.line, "kind": row.kind, "action": row.action, "name": row.name, "other": row.other,
             "cells": masked(row, unread=unread), "reason": said(row)} for row in rows
        ])  # fmt: skip


class ImportAct(ImportView):
    """Moving an import on."""

    scopes = WRITE

    @extend_schema(
        operation_id="act_on_cmdb_import", tags=["configuration"], request=shapes.AuthoriseBody, parameters=[IDEMPOTENCY_KEY],
        responses={200: shapes.ImportShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, key: int, act: str) -> Response:
        """Authorise, apply, stop, drop or undo it; ``change`` is for authorise alone."""
        return once(request, lambda: self._act(key, act))

    def _act(self, key: int, act: str) -> Response:
        by, found, at = self.keepers_only(), self.one(key), timezone.now().replace(microsecond=0)
        given = self.body(shapes.AuthoriseBody)
        acts = {
            "authorise": lambda: applying.authorise(found, by=by, at=at, change=_change(given.get("change", ""), by)),
            "apply": lambda: import_views.apply_now(found, by=by, at=at),
            "stop": lambda: applying.stop(found),
            "drop": lambda: applying.drop(found),
            "undo": lambda: import_views.undo_now(found, by=by, at=at),
        }
        if act not in acts:
            raise Http404
        with objecting():
            acts[act]()
        return Response(_import(self.one(key)))


def _change(number: str, by: Any) -> Any:
    if not number:
        return None
    found = Ticket.objects.visible_to(by).filter(number=number, kind="change").first()
    if found is None:
        raise Refused(_("There is no change %s.") % number)
    return found


urlpatterns = [
    path("cmdb/health", HealthView.as_view()),
    path("cmdb/baselines", Baselines.as_view()),
    path("cmdb/baselines/<int:key>/differences", BaselineView.as_view()),
    path("cmdb/imports", Imports.as_view()),
    path("cmdb/imports/<int:key>/rows", ImportRows.as_view()),
    path("cmdb/imports/<int:key>/<slug:act>", ImportAct.as_view()),
]
