"""Small tables that every list names again and again, remembered for a minute by each process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import cache

from catalogue.models import Category, Service
from itsm.flow import pick
from itsm.flow.roles import STAFF
from itsm.people.models import Person, Team
from itsm.tickets.models import HoldReason

T = TypeVar("T")
SECONDS = 60
PREFIX = "desk:table:"


@dataclass(frozen=True, slots=True)
class Named:
    """A row of a small table: its key and its name in both languages."""

    pk: int
    zh: str
    en: str
    tier: int = 0

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.zh, self.en)


def services() -> dict[int, Named]:
    """Give every active service by its key, in the order of its code."""
    return _remembered("services", lambda: _named(Service.objects.filter(is_active=True).order_by("code")))


def categories() -> dict[int, Named]:
    """Give every category by its key."""
    return _remembered("categories", lambda: _named(Category.objects.order_by("code")))


def teams() -> dict[int, Named]:
    """Give every active team by its key, the desk's first."""
    rows = Team.objects.active().order_by("tier", "code").values_list("pk", "name_zh", "name_en", "tier")
    return _remembered("teams", lambda: {row[0]: Named(*row) for row in rows})


def staff() -> dict[int, Named]:
    """Give everybody who works cases, by name."""
    rows = Person.objects.active().filter(grants__role__in=STAFF).order_by("name", "pk").distinct()
    return _remembered("staff", lambda: {pk: Named(pk, name, name) for pk, name in rows.values_list("pk", "name")})


def members() -> dict[int, list[int]]:
    """Give the keys of each team's active members."""
    return _remembered("members", _members)


def hold_reasons() -> dict[int, Named]:
    """Give every hold reason by its key."""
    return _remembered("hold_reasons", lambda: _named(HoldReason.objects.order_by("sort", "code")))


def name_of(table: dict[int, Named], key: int | None) -> str:
    """Give the name of a row, empty when there is none or it is not remembered yet."""
    row = table.get(key) if key is not None else None
    return row.name if row else ""


def forget(**_signal: Any) -> None:
    """Drop what is remembered, because one of the tables changed."""
    cache.delete_many(
        [PREFIX + name for name in ("services", "categories", "teams", "staff", "members", "hold_reasons")]
    )


def _named(rows: Any) -> dict[int, Named]:
    return {pk: Named(pk, zh, en) for pk, zh, en in rows.values_list("pk", "name_zh", "name_en")}


def _members() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    pairs = Team.members.through.objects.filter(person__is_active=True).order_by("person__name", "person_id")
    for team, person in pairs.values_list("team_id", "person_id"):
        found.setdefault(team, []).append(person)
    return found


def _remembered(name: str, read: Callable[[], dict[int, T]]) -> dict[int, T]:
    found: dict[int, T] | None = cache.get(PREFIX + name)
    if found is None:
        found = read()
        cache.set(PREFIX + name, found, SECONDS)
    return found
