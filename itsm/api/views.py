"""The base of every API view: strict parameters, the caller's language and time, JSON in and out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone, translation
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.api.fetching import fetch
from itsm.api.filters import PAGING, refuse_unknown
from itsm.api.paging import KeysetPaging, Order
from itsm.api.parsers import StrictJSONParser
from itsm.api.scopes import Scope


class ApiView(GenericAPIView[Any]):
    """One address. ``scopes`` names for each method what a token must be good for; a method without one is closed."""

    scopes: ClassVar[dict[str, Scope]] = {}
    parser_classes: Any = (StrictJSONParser,)
    pagination_class: Any = None
    filter_backends: Any = ()
    metadata_class: Any = None

    @property
    def caller(self) -> Any:
        """Whoever calls: by permission somebody, never nobody."""
        return self.request.user

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """This will answer in JSON whatever is asked for."""
        renderer = self.get_renderers()[0]
        return renderer, str(renderer.media_type)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """This will let in who may call, speak their language, and refuse parameters nobody declared."""
        super().initial(request, *args, **kwargs)
        if request.auth is not None:
            _as_at_home(request, self.caller)
        if request.method in self.allowed_methods:
            refuse_unknown(request, self.known_parameters())

    def known_parameters(self) -> frozenset[str]:
        """This will name the parameters that the address knows."""
        return frozenset()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """This will keep answers out of shared caches."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers.setdefault("Cache-Control", "private, no-cache")
        return finished


class ListView(ApiView, ABC):
    """A list: starts at what the caller may see, filtered, ordered and paged by declared parameters.

    A subclass gives ``rows()``, its ``orders``, the ``columns`` to fetch and ``shape()`` for one row of them.
    """

    pagination_class: Any = KeysetPaging
    filter_backends: Any = (DjangoFilterBackend,)
    orders: ClassVar[dict[str, Order]] = {}
    columns: ClassVar[tuple[str, ...]] = ()
    filterset_class: Any = None

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """This will give what the caller may see."""

    @abstractmethod
    def shape(self, row: dict[str, Any]) -> dict[str, Any]:
        """This will make the JSON of one fetched row."""

    def get_queryset(self) -> QuerySet[Any]:
        """This will give the rows, and none while the OpenAPI document is made."""
        if getattr(self, "swagger_fake_view", False):
            model: Any = self.filterset_class._meta.model if self.filterset_class else None
            return model.objects.none() if model else QuerySet()
        return self.rows()

    def fetch(self, rows: QuerySet[Any]) -> Iterable[dict[str, Any]]:
        """This will read the columns of a page, and the names of what its rows point to."""
        return fetch(rows, self.columns)

    def known_parameters(self) -> frozenset[str]:
        """This will add the filters to those of paging."""
        return PAGING | frozenset(self.filterset_class.base_filters if self.filterset_class else ())

    def page(self) -> Response:
        """This will answer with the page that the parameters ask for."""
        found = self.filter_queryset(self.get_queryset())
        assert self.paginator is not None
        page = self.paginator.paginate_queryset(found, self.request, view=self) or []
        return self.paginator.get_paginated_response([self.shape(row) for row in page])


def _as_at_home(request: Request, person: Any) -> None:
    """Use the language that the program asked for, else its owner's, and the owner's time zone."""
    if "HTTP_ACCEPT_LANGUAGE" not in request.META:
        translation.activate(person.language)
    timezone.activate(person.time_zone)
