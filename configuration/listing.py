"""The list of configuration items: what narrows it, how it is sorted, and one page of it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import BooleanField, F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from configuration import schema
from configuration.flow import CI
from configuration.models import ConfigurationItem
from itsm.people.models import Team

if TYPE_CHECKING:
    from itsm.people.models import Person

SIZE, MOST, LONGEST = 50, 999, 200
STALE = timedelta(days=60)
#: The index of words stands in a layer above, and is asked by its name.
WORDED = "SELECT record_id FROM search_plain WHERE kind = 'ci' AND words @@ (SELECT search_query(%s))"
#: Each way to name an item asks its own index; joined by OR they would read every item.
NAMED = f"""{WORDED}
UNION ALL SELECT id FROM records_record WHERE number = upper(%s)
UNION ALL SELECT record_ptr_id FROM configuration_configurationitem WHERE title LIKE %s
UNION ALL SELECT record_ptr_id FROM configuration_configurationitem WHERE serial = %s AND serial <> ''
UNION ALL SELECT record_ptr_id FROM configuration_configurationitem WHERE asset_no = %s AND asset_no <> ''
UNION ALL SELECT record_ptr_id FROM configuration_configurationitem WHERE hostname = %s AND hostname <> ''
"""  # noqa: S608  # made of the text above; values are parameters
#: Words that more items hold than these are looked for item by item, in the order of the list, until a page is full.
COMMON = 20_000
HOLDS = """EXISTS (SELECT FROM search_plain e WHERE e.record_id = configuration_configurationitem.record_ptr_id
    AND e.words @@ (SELECT search_query(%s)) OFFSET 0)"""
COLUMNS = (
    "pk", "number", "title", "ci_class_id", "state", "environment", "criticality", "team__name_zh", "team__name_en",
    "owner__name", "last_verified_at", "changed_at",
)  # fmt: skip
#: Each sort: its column, whether it falls, and its words.
SORTS: dict[str, tuple[str, bool, Any]] = {
    "name": ("title", False, _("Name")),
    "newest": ("pk", True, _("Newest")),
    "changed": ("changed_at", True, _("Changed")),
    "criticality": ("criticality", False, _("Criticality")),
}
#: The type of each sorting column that holds no whole number.
KINDS: dict[str, type[Any]] = {"title": str, "changed_at": datetime}


@dataclass(frozen=True)
class Facet:
    """One parameter of the address: its word, what a value lets through, and the values with their words."""

    label: Any
    narrow: Callable[[str, Any, datetime], Q]
    choices: Callable[[], Mapping[str, Any]]


def _classes() -> dict[str, Any]:
    known = schema.present()
    return {str(key): _indented(key, known) for key in schema.in_order(known) if known.classes[key].is_active}


def _indented(key: int, known: schema.Schema) -> str:
    return "　" * (len(known.lines[key]) - 1) + known.classes[key].name


def _teams() -> dict[str, Any]:
    rows = Team.objects.active().order_by("tier", "code")
    return {"mine": _("My teams"), "none": _("No team"), **{str(row.pk): row.name for row in rows}}


def _by_class(value: str, person: Any, at: datetime) -> Q:
    return Q(ci_class_id__in=schema.present().below(int(value)))


def _by_team(value: str, person: Any, at: datetime) -> Q:
    if value in ("mine", "none"):
        return Q(team_id__in=person.team_ids) if value == "mine" else Q(team_id=None)
    return Q(team_id=int(value))


def _by_owner(value: str, person: Any, at: datetime) -> Q:
    return Q(owner_id=person.pk if value == "me" else None)


def _by_verified(value: str, person: Any, at: datetime) -> Q:
    old = Q(last_verified_at=None) | Q(last_verified_at__lt=at - STALE)
    return old if value == "stale" else ~old


FACETS: dict[str, Facet] = {
    "class": Facet(_("Class"), _by_class, _classes),
    "state": Facet(
        _("Status"),
        lambda value, person, at: Q(state=value),
        lambda: {code: row.label for code, row in CI.states.items()},
    ),
    "environment": Facet(
        _("Environment"),
        lambda value, person, at: Q(environment=value),
        lambda: dict(ConfigurationItem.Environment.choices),
    ),
    "criticality": Facet(
        _("Criticality"),
        lambda value, person, at: Q(criticality=int(value)),
        lambda: {"1": "1", "2": "2", "3": "3", "4": "4"},
    ),
    "team": Facet(_("Team"), _by_team, _teams),
    "owner": Facet(_("Owner"), _by_owner, lambda: {"me": _("Me"), "none": _("Nobody")}),
    "verified": Facet(
        _("Last verified"), _by_verified, lambda: {"stale": _("60 days ago or never"), "fresh": _("within 60 days")}
    ),
}


@dataclass(frozen=True)
class Asked:
    """What an address asks of the list; ``choices`` are those of every facet."""

    values: Mapping[str, str]
    text: str
    sort: str
    at: datetime
    choices: Mapping[str, Mapping[str, Any]]
    after: tuple[Any, int] | None = None
    before: tuple[Any, int] | None = None
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """The rows of one page; ``previous`` and ``next`` are cursors or empty."""

    rows: list[Any]
    previous: str
    next: str


def ask(params: Mapping[str, str], *, at: datetime) -> Asked:
    """Read the parameters of an address; what is not understood becomes a notice."""
    choices = {name: facet.choices() for name, facet in FACETS.items()}
    values, notices = {}, []
    for name, facet in FACETS.items():
        value = params.get(name, "")[:40]
        if value in choices[name]:
            values[name] = value
        elif value:
            said = gettext("The filter “%(name)s” has a value that is not known; it was left out.")
            notices.append(said % {"name": facet.label})
    sort = params.get("sort", "")
    sort = sort if sort in SORTS else "name"
    cursors: dict[str, Any] = {}
    for name in ("after", "before"):
        if params.get(name) and not cursors:
            cursors[name] = read_cursor(params[name][:400], sort)
            if cursors[name] is None:
                notices.append(gettext("This link to a page is no longer good; here is the first page."))
    text = params.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    return Asked(values, text, sort, at, choices, cursors.get("after"), cursors.get("before"), notices)


def matching(asked: Asked, *, person: Person) -> Any:
    """Give the items that belong into the list, unsorted."""
    found = ConfigurationItem.objects.visible_to(person)
    if asked.text:
        found = _named(found, asked.text)
    for name, value in asked.values.items():
        found = found.filter(FACETS[name].narrow(value, person, asked.at))
    return found


def _named(found: Any, text: str) -> Any:
    """Keep the items that hold the words, or whose number or marks it is, or whose name begins so."""
    if _is_common(text):
        marks = (
            Q(number=text.upper()) | Q(title__startswith=text) | Q(serial=text) | Q(asset_no=text) | Q(hostname=text)
        )
        return found.filter(marks | Q(RawSQL(HOLDS, [text], BooleanField())))  # noqa: S611  # the words are a parameter
    begins = re.sub(r"([\\%_])", r"\\\1", text) + "%"
    return found.filter(pk__in=RawSQL(NAMED, [text, text, begins, text, text, text]))  # noqa: S611  # all are parameters


def _is_common(text: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({WORDED} LIMIT {COMMON + 1}) held", [text])  # noqa: S608  # constants
        return bool(cursor.fetchone()[0] > COMMON)


def page(asked: Asked, *, person: Person, size: int = SIZE) -> Page:
    """Read one page of rows: one statement, whatever the page."""
    column, falls, _words = SORTS[asked.sort]
    backward = asked.before is not None
    found = matching(asked, person=person).order_by(*_ordering(column, falls != backward))
    if cursor := asked.before or asked.after:
        found = found.filter(_beyond(column, falls != backward, cursor))
    rows = list(found.values_list(*COLUMNS, named=True)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    previous = rows and (more if backward else cursor is not None)
    following = rows and (backward or more)
    return Page(rows, _written(rows[0], column) if previous else "", _written(rows[-1], column) if following else "")


def total(asked: Asked, *, person: Person) -> int:
    """Count what matches, up to one more than is told."""
    count: int = matching(asked, person=person).values("pk")[: MOST + 1].count()
    return count


def _ordering(column: str, falls: bool) -> list[Any]:
    names = ["pk"] if column == "pk" else [column, "pk"]
    return [F(name).desc() if falls else F(name).asc() for name in names]


def _beyond(column: str, falls: bool, cursor: tuple[Any, int]) -> Q:
    value, key = cursor
    step = "lt" if falls else "gt"
    tie = Q(**{f"pk__{step}": key})
    return tie if column == "pk" else Q(**{f"{column}__{step}": value}) | Q(**{column: value}) & tie


def _written(row: Any, column: str) -> str:
    value = getattr(row, column)
    value = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([value, row.pk]).encode()).decode().rstrip("=")


def read_cursor(text: str, sort: str) -> tuple[Any, int] | None:
    """Read a place in the list; None if it is none of such a list."""
    wanted = KINDS.get(SORTS[sort][0], int)
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        made = datetime.fromisoformat(value) if wanted is datetime else value
    except (ValueError, TypeError, binascii.Error):
        return None
    good = isinstance(key, int) and 0 <= key < 2**62 and isinstance(made, wanted)
    return (made, key) if good and _fits(made) else None


def _fits(value: Any) -> bool:
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return "\x00" not in value if isinstance(value, str) else 0 <= value < 2**62
