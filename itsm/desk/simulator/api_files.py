"""Rows to take along over REST: one view, given what makes the rows and the document's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request

from itsm.api.filters import PAGING
from itsm.api.schema import refusals
from itsm.api.scopes import Scope
from itsm.api.views import ApiView, ListView
from itsm.desk.simulator import access
from itsm.ui.sheets import download

FILE = {(200, "text/csv"): OpenApiTypes.BINARY, **refusals(400)}


class Sheet(NamedTuple):
    """What a file is made of; ``rows`` are read while it is sent."""

    name: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Any]]


class Named:
    """Knows the parameters that its document names."""

    filters: ClassVar[list[OpenApiParameter]] = []

    def known_parameters(self) -> frozenset[str]:
        """This will name the filters, and the parameters of paging."""
        names = frozenset(one.name for one in self.filters)
        return names | PAGING if isinstance(self, ListView) else names


class RowsFile(Named, ApiView):
    """Rows to take along; ``sheet`` refuses what is odd."""

    scopes = {"GET": Scope.TICKETS_READ}
    sheet: Callable[..., Sheet]

    def get(self, request: Request, **which: int) -> HttpResponseBase:
        """This will give the rows that the caller may see as CSV."""
        access.refuse_reading(self.caller)
        name, heads, rows = type(self).sheet(request, self.caller, **which)
        return download(name, form="csv", header=heads, rows=rows)


def rows_file(
    sheet: Callable[..., Sheet], *, operation: str, about: str, filters: list[OpenApiParameter], tag: str = "clocks"
) -> Any:
    """This will make the view of one file: its rows, and how the document names and describes it."""
    described = extend_schema(operation_id=operation, tags=[tag], parameters=filters, responses=FILE, description=about)
    made: Any = type(
        operation.title().replace("_", ""), (RowsFile,), {"sheet": staticmethod(sheet), "filters": filters}
    )
    return extend_schema_view(get=described)(made).as_view()
