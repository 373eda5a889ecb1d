"""Classes of items and their attributes over REST, judged by the forms of their pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from configuration.models import CiAttribute, CiClass
from itsm.api.idempotency import once
from itsm.api.schema import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.desk.cmdb.api_graph import ClassList
from itsm.desk.settings import schema_shapes as shapes
from itsm.desk.settings.api_forms import READING, ForAdministrators
from itsm.desk.settings.cmdb import AttributeForm, ClassForm

TAGS = ["settings"]
ROOT = "/api/v1/ci-classes"
#: No row has this key: the form then says what the page says of a class that it does not offer.
NO_CLASS = 0


def class_of(code: str) -> CiClass:
    """This will find a class with its own attributes (404)."""
    rows = CiClass.objects.select_related("parent").prefetch_related("own_attributes")
    found: CiClass = get_object_or_404(rows, code=code)
    return found


def key_of(code: str) -> int:
    """This will give the key of a class; one that no class has if there is none."""
    found = CiClass.objects.filter(code=code).first()
    return found.pk if found else NO_CLASS


class ForClasses(ForAdministrators):
    """An address of classes."""

    def kept(self, row: CiClass | None, given: dict[str, Any]) -> Response:
        """This will keep a class and answer with it: 201 for a new one.

        :raises Objected: with the sentences of the page
        """
        if given.get("parent"):
            given["parent"] = key_of(given["parent"])
        if "identity" in given:
            given["identity"] = shapes.as_lines(given["identity"])
        made = class_of(self.keep(ClassForm, row or CiClass(), given).code)
        new: dict[str, Any] = {} if row else {"status": 201, "place": f"{ROOT}/{made.code}"}
        return self.written(shapes.ci_class(made), form=ClassForm, row=made, **new)

    def kept_attribute(self, row: CiAttribute, given: dict[str, Any]) -> Response:
        """This will keep an attribute and answer with it: 201 for a new one.

        :raises Objected: with the sentences of the page
        """
        if "choices" in given:
            given["choices"] = shapes.as_choices(given["choices"])
        is_new = row.pk is None
        made = self.keep(AttributeForm, row, given)
        place = f"{ROOT}/{made.ci_class.code}/attributes/{made.code}"
        new: dict[str, Any] = {"status": 201, "place": place} if is_new else {}
        return self.written(shapes.attribute(made), form=AttributeForm, row=made, **new)


class Classes(ClassList, ForClasses):
    """Classes of items: whoever works cases reads them, administrators make one."""

    scopes = {"GET": Scope.TICKETS_READ, "POST": Scope.TICKETS_WRITE}
    for_others = READING

    @extend_schema(
        operation_id="add_ci_class", tags=TAGS, request=shapes.ClassBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.ClassSetupShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a class of items, as an administrator; it inherits the attributes of the class above."""
        return once(request, lambda: self.kept(None, self.read(shapes.ClassBody)))


class ClassView(ForClasses):
    """One class."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_ci_class", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.ClassSetupShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """Read how a class is set up, as an administrator; each attribute has a version of its own."""
        row = class_of(code)
        return self.shown(shapes.ci_class(row), form=ClassForm, row=row)

    @extend_schema(
        operation_id="change_ci_class", tags=TAGS, request=shapes.ClassEditBody, parameters=[IF_MATCH],
        responses={200: shapes.ClassSetupShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change a class or switch it off; what is not named stays, and so do its items."""
        return self.kept(class_of(code), self.read(shapes.ClassEditBody))


class AttributeList(ForClasses):
    """Attributes of a class."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="add_ci_attribute", tags=TAGS, request=shapes.AttributeBody, parameters=[IDEMPOTENCY_KEY],
        responses={201: shapes.OwnAttributeShape, **refusals(409, 413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Add an attribute to a class and all below it; a required one keeps items without it from going live."""
        return once(
            request, lambda: self.kept_attribute(CiAttribute(ci_class=class_of(code)), self.read(shapes.AttributeBody))
        )


class AttributeView(ForClasses):
    """One attribute."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    def found(self, code: str, name: str) -> CiAttribute:
        """This will find an attribute that a class has of its own (404)."""
        rows = CiAttribute.objects.select_related("ci_class")
        row: CiAttribute = get_object_or_404(rows, ci_class__code=code, code=name)
        return row

    @extend_schema(
        operation_id="read_ci_attribute", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: shapes.OwnAttributeShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request, code: str, name: str) -> Response:
        """Read how an attribute is set up, as an administrator."""
        row = self.found(code, name)
        return self.shown(shapes.attribute(row), form=AttributeForm, row=row)

    @extend_schema(
        operation_id="change_ci_attribute", tags=TAGS, request=shapes.AttributeEditBody, parameters=[IF_MATCH],
        responses={200: shapes.OwnAttributeShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str, name: str) -> Response:
        """Change an attribute or switch it off; what is not named stays, and so does what items have of it."""
        return self.kept_attribute(self.found(code, name), self.read(shapes.AttributeEditBody))


urlpatterns = [
    path("ci-classes", Classes.as_view()),
    path("ci-classes/<slug:code>", ClassView.as_view()),
    path("ci-classes/<slug:code>/attributes", AttributeList.as_view()),
    path("ci-classes/<slug:code>/attributes/<slug:name>", AttributeView.as_view()),
]
