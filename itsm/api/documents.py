"""The OpenAPI document, its browsable page, and the answer where there is no route."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.views import ApiView


class SchemaView(SpectacularAPIView):
    """The document in YAML or JSON, as the Accept header asks, for everybody who may call."""

    permission_classes = (IsAuthenticated,)


class DocsView(SpectacularSwaggerSplitView):
    """A page on which the interface can be read and tried."""

    permission_classes = (AllowAny,)  # login_required below sends visitors to the sign-in page
    template_name = "api/docs.html"
    url_name = "api-schema"


@extend_schema(exclude=True)
class NothingHere(ApiView):
    """Every address that is none."""

    permission_classes = (IsAuthenticated,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will say to whoever may call that there is nothing."""
        self.perform_authentication(request)
        self.check_permissions(request)
        raise Http404

    def get(self, request: Request) -> Response:
        """This will never be reached."""
        raise Http404


nothing_here = NothingHere.as_view()
urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", login_required(DocsView.as_view()), name="api-docs"),
]
