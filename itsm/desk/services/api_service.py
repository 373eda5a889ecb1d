"""One service with its eight fields over REST, and the configuration item that stands for it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from catalogue import roots
from catalogue.editions.content import LANGUAGES, TEXTS, completeness
from catalogue.models import Service
from configuration.models import ConfigurationItem
from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.serializers import Strict, Text
from itsm.api.views import ApiView
from itsm.desk.services import api_shapes as shapes
from itsm.desk.services.listing import said
from itsm.desk.services.transition_rows import person_of
from itsm.records.refusals import Objected
from sla.coverage import covers, of_service


class RootItemBody(Strict):
    """Which item."""

    item = Text(max_length=32, allow_null=True, help_text="Number of a configuration item in use; null for none.")


class OneService(ApiView):
    """Anything about one service."""

    def service(self, code: str) -> Any:
        """This will find the service that the caller may see.

        :raises Http404: if there is none
        """
        rows = Service.objects.visible_to(self.caller).select_related("hours", "support_team", "owner", "root_ci")
        found = rows.filter(code=code).first()
        if found is None:
            raise Http404
        return found

    def whole(self, found: Any) -> dict[str, Any]:
        """This will lay a service out; people and items are for those who work cases."""
        edition = found.editions.in_force().first()
        body: dict[str, Any] = {
            f"{name}_{tongue}": getattr(found, f"{name}_{tongue}") for name in TEXTS for tongue in LANGUAGES
        }
        body |= {name: getattr(found, name) for name in ("code", "kind", "lifecycle", "criticality", "price")}
        body |= {"hours": found.hours.code, "support_team": found.support_team.code}
        inner = self.caller.is_worker
        body |= {
            "owner": person_of(found.owner) if inner else None,
            "root_item": found.root_ci.number if inner and found.root_ci_id else None,
            "complete_fields": completeness(said(found)),
            "edition": edition.number if edition else None,
            "in_force_since": edition.effective_on if edition else None,
            "agreements": self._agreed(found) if inner else [],
        }
        return body

    def _agreed(self, found: Any) -> list[dict[str, Any]]:
        agreed = of_service(covers(person=self.caller, at=timezone.now()), found.pk)
        return [
            {
                "number": one.number, "version": one.edition, "title": one.title, "items": list(one.item_codes),
                "in_force_since": one.since, "last_review_on": one.reviewed_on, "next_review_on": one.next_review_on,
            }
            for one in agreed
        ]  # fmt: skip


class ServiceView(OneService):
    """One service with its eight fields."""

    scopes = {"GET": Scope.TICKETS_READ}

    @extend_schema(
        operation_id="read_service", tags=["catalogue"], responses={200: shapes.WholeServiceShape, **refusals()}
    )
    def get(self, request: Request, code: str) -> Response:
        """Read a service with its eight fields in both languages."""
        return Response(self.whole(self.service(code)))


class RootItemView(OneService):
    """The item that stands for a service."""

    scopes = {"POST": Scope.TICKETS_WRITE}

    @extend_schema(
        operation_id="choose_service_root_item", tags=["catalogue"], request=RootItemBody,
        responses={200: shapes.WholeServiceShape, **refusals(413, 415, 422)},
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Say which configuration item stands for a service; its walks and its availability begin there."""
        found = self.service(code)
        if not roots.may_choose(self.caller, found):
            raise PermissionDenied
        body = RootItemBody(data=request.data)
        body.is_valid(raise_exception=True)
        roots.choose(found, _item(body.validated_data["item"], self.caller), by=self.caller)
        return Response(self.whole(self.service(code)))


def _item(number: str | None, caller: Any) -> ConfigurationItem | None:
    """Find the item that is named.

    :raises Objected: if the caller knows of none with this number
    """
    if number is None:
        return None
    found: ConfigurationItem | None = ConfigurationItem.objects.visible_to(caller).filter(number=number.upper()).first()
    if found is None:
        raise Objected(fields={"item": roots.no_such_item()})
    return found


urlpatterns = [
    path("services/<slug:code>", ServiceView.as_view()),
    path("services/<slug:code>/root-item", RootItemView.as_view()),
]
