"""The rules of the house and the mark of first contact over REST, as an administrator sets them on the pages."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue.api import CategoryShape
from catalogue.models import Category
from itsm.api.schema import IF_MATCH, IF_NONE_MATCH, refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, YesNo
from itsm.desk.settings.api_forms import ForAdministrators
from itsm.desk.settings.house import HouseForm
from itsm.tickets.models import HouseRules

TAGS = ["settings"]


class HouseRulesShape(serializers.Serializer[Any]):
    """The periods that the organisation sets for itself."""

    reopen_days = serializers.IntegerField(
        help_text="A closed case may be reopened for so many days, around the clock."
    )
    freeze_days = serializers.IntegerField(help_text="Figures of a month are frozen after so many working days.")
    report_days = serializers.IntegerField(
        help_text="A report is due after so many working days, unless promised otherwise."
    )


class HouseRulesBody(Strict):
    """Other periods; what is not named stays."""

    reopen_days = serializers.IntegerField(required=False, help_text="1 to 90.")
    freeze_days = serializers.IntegerField(required=False, help_text="1 to 20.")
    report_days = serializers.IntegerField(required=False, help_text="1 to 20.")


class HouseView(ForAdministrators):
    """The rules of the house."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="read_house_rules", tags=TAGS, parameters=[IF_NONE_MATCH],
        responses={200: HouseRulesShape, 304: None, **refusals()},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Read the rules of the house, as an administrator."""
        row = _rules()
        return self.shown(HouseRulesShape(row).data, form=HouseForm, row=row)

    @extend_schema(
        operation_id="change_house_rules", tags=TAGS, request=HouseRulesBody, parameters=[IF_MATCH],
        responses={200: HouseRulesShape, **refusals(412, 413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request) -> Response:
        """Change the rules of the house; they count from now on: what is frozen or issued already stays as it is."""
        row = self.keep(HouseForm, _rules(), self.read(HouseRulesBody))
        return self.written(HouseRulesShape(row).data, form=HouseForm, row=row)


def _rules() -> HouseRules:
    return HouseRules.objects.first() or HouseRules(pk=1)


class CategoryBody(Strict):
    """How a category counts."""

    first_contact = YesNo(help_text="Such cases count in “Resolved at first contact” by whatever channel they came.")


class CategoryView(ForAdministrators):
    """One category."""

    scopes = {"GET": Scope.TICKETS_READ, "PATCH": Scope.TICKETS_WRITE}

    @extend_schema(operation_id="read_category", tags=TAGS, responses={200: CategoryShape, **refusals()})
    def get(self, request: Request, code: str) -> Response:
        """Read a category of cases, as an administrator."""
        return Response(_laid_out(get_object_or_404(Category.objects.select_related("parent"), code=code)))

    @extend_schema(
        operation_id="change_category", tags=TAGS, request=CategoryBody,
        responses={200: CategoryShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Say whether cases of a category may be solved at first contact; figures from now on count by it."""
        found = get_object_or_404(Category.objects.select_related("parent"), code=code)
        wanted = self.read(CategoryBody)["first_contact"]
        if wanted != found.first_contact:
            self.mark(found, wanted)
        return Response(_laid_out(found))

    def mark(self, category: Category, wanted: bool) -> None:
        """This will write it, and note it in the log of the administration as its page does."""
        category.first_contact = wanted
        with override(None):  # the log is translated when it is read
            told = [{"changed": {"fields": [str(Category._meta.get_field("first_contact").verbose_name)]}}]
        with transaction.atomic():
            category.save(update_fields=["first_contact"])
            LogEntry.objects.log_actions(self.caller.pk, [category], CHANGE, change_message=told, single_object=True)


def _laid_out(category: Category) -> dict[str, Any]:
    plain = {name: getattr(category, name) for name in ("code", "name", "is_active", "first_contact")}
    return plain | {"parent": category.parent.code if category.parent else None}


urlpatterns = [
    path("house-rules", HouseView.as_view()),
    path("categories/<slug:code>", CategoryView.as_view()),
]
