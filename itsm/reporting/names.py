"""The names of services and teams, for the rows of dashboards and their filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalogue.models import Service
from itsm.flow import pick
from itsm.people.models import Team


@dataclass(frozen=True)
class Named:
    """What has a code and a name in both languages."""

    code: str
    zh: str
    en: str
    is_active: bool

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.zh, self.en)


Names = dict[int, Named]


def services() -> Names:
    """Give every service by its key, in the order of codes."""
    return _read(Service.objects.order_by("code"))


def teams() -> Names:
    """Give every team by its key, the desk's first."""
    return _read(Team.objects.order_by("tier", "code"))


def _read(rows: Any) -> Names:
    return {pk: Named(*row) for pk, *row in rows.values_list("pk", "code", "name_zh", "name_en", "is_active")}


def name_of(names: Names, key: int) -> str:
    """Give the name of a row; empty where there is none."""
    return names[key].name if key in names else ""
