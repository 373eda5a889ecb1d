"""Keyset paging: a page begins after the last row of the page before, so that page 1,000 is as quick as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

USUAL, MOST = 50, 100


@dataclass(frozen=True)
class Order:
    """One order that a list offers: by a column, then by the key. ``kind`` reads the column's value back."""

    column: str
    descending: bool = False
    kind: type = str
    nullable: bool = False

    def sorted(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Sort the rows; those without a value come last."""
        first = F(self.column)
        first_order = (
            first.desc(nulls_last=self.nullable or None)
            if self.descending
            else first.asc(nulls_last=self.nullable or None)
        )
        return rows.order_by(first_order, "-pk" if self.descending else "pk")

    def after(self, rows: QuerySet[Any], value: Any, key: int) -> QuerySet[Any]:
        """Keep what comes after the row with ``value`` and ``key``."""
        side = "lt" if self.descending else "gt"
        later = {f"pk__{side}": key}
        if value is None:
            return rows.filter(**{f"{self.column}__isnull": True}, **later)
        beyond = Q(**{f"{self.column}__{side}": value}) | Q(**{self.column: value}, **later)
        if self.nullable:
            return rows.filter(beyond | Q(**{f"{self.column}__isnull": True}))
        return rows.filter(beyond, **{f"{self.column}__{side}e": value})

    def read(self, value: Any) -> Any:
        """Read a column's value from a cursor.

        :raises ValueError: if it is none
        """
        if value is None and self.nullable:
            return None
        if self.kind is datetime and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment
        if self.kind is not datetime and type(value) is self.kind and "\x00" not in str(value):
            return value
        raise ValueError(value)


class KeysetPaging(BasePagination):
    """``after`` and ``limit``; the view names its ``orders`` and gives ``row(values)`` for what it fetched.

    The answer is ``{"results": [...], "next": address or null}``.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """This will fetch one page of rows and remember where the next begins."""
        self.request = request
        order = _order(request, view.orders)
        limit = _limit(request)
        rows = order.sorted(queryset)
        if (cursor := request.query_params.get("after")) is not None:
            rows = order.after(rows, *_read_cursor(cursor, order))
        fetched = list(view.fetch(rows[: limit + 1]))
        self.next = _cursor(fetched[limit - 1], order) if len(fetched) > limit else None
        return fetched[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """This will answer with the page and the address of the next."""
        address = replace_query_param(self.request.build_absolute_uri(), "after", self.next) if self.next else None
        return Response({"results": data, "next": address})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """This will describe the answer in the OpenAPI document."""
        following = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "Address of the next page; null on the last.",
        }
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {"results": schema, "next": following},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """This will describe the parameters in the OpenAPI document."""
        return [
            _parameter("after", "Cursor: only what comes after the page before.", {"type": "string", "minLength": 1}),
            _parameter(
                "limit", "Rows of a page.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
            ),
            _parameter("ordering", "Order of the rows.", {"type": "string", "enum": list(view.orders)}),
        ]


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _order(request: Request, orders: dict[str, Order]) -> Order:
    name = request.query_params.get("ordering", next(iter(orders)))
    if name not in orders:
        raise ValidationError({"ordering": [_("Choose one of: %(names)s.") % {"names": ", ".join(orders)}]})
    return orders[name]


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(USUAL))
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise ValidationError({"limit": [_("Write a whole number from 1 to %(most)s.") % {"most": MOST}]})
    return int(text)


def _cursor(row: dict[str, Any], order: Order) -> str:
    value = row[order.column]
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, row["pk"]]).encode()).decode().rstrip("=")


def _read_cursor(text: str, order: Order) -> tuple[Any, int]:
    try:
        decoded = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        value, key = json.loads(decoded.decode())
        if type(key) is not int or not 0 <= key < 2**63:
            raise ValueError(key)
        return order.read(value), key
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError) as fault:
        raise ValidationError({"after": [_("This cursor belongs to no page of this list.")]}) from fault


Fetch = Callable[[QuerySet[Any]], Iterable[dict[str, Any]]]
