"""Views that people keep: a name for the filters of an address, for oneself, for a team or for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from itsm.desk.queue import facets
from itsm.desk.queue.paging import COLUMNS
from itsm.desk.queue.places import READERS, Place
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import SavedView

if TYPE_CHECKING:
    from itsm.people.models import Person, Team

MOST_STARRED = 7
STARRED, PLAIN = 10, 100
SECONDS = 60
#: Who may keep a view for everyone.
SHARES = frozenset({"agent", "incident_manager", "slm"})
ITEM_SHARES = SHARES | {"config_manager"}


@dataclass(frozen=True)
class View:
    """A saved view as the pages use it."""

    pk: int
    name: str
    query: str
    mine: bool
    starred: bool
    for_whom: str

    @property
    def slug(self) -> str:
        """The view's part of the address."""
        return f"v{self.pk}"

    @property
    def place(self) -> Place:
        """The view as a queue; what its words no longer mean today is left out."""
        params = QueryDict(self.query)
        values, _odd = facets.read({name: params.get(name, "") for name in facets.FACETS})
        return Place(self.slug, self.name, values, roles=READERS, sort=str(params.get("sort", "")))


def views_of(person: Person) -> list[View]:
    """List the views that ``person`` may use, starred ones first; one query, remembered for a minute."""
    key = f"desk:views:{person.pk}"
    found: list[View] | None = cache.get(key)
    if found is None:
        rows = usable_by(person).select_related("team").order_by("sort", "name", "pk")
        found = [_view(row, person) for row in rows]
        cache.set(key, found, SECONDS)
    return found


def starred(person: Person) -> list[View]:
    """List the views that stand beside the queues, with their counts."""
    return [view for view in views_of(person) if view.starred][:MOST_STARRED]


def usable_by(person: Person, *, of: str = SavedView.Of.QUEUE) -> Any:
    """Give the rows of the views of one's own, one's teams and everyone, of one list."""
    return SavedView.objects.filter(Q(owner=person) | Q(team__in=person.team_ids) | Q(is_shared=True), of=of)


def clean_query(params: QueryDict) -> str:
    """Keep of an address what a view consists of: good filters and the sort."""
    values, _odd = facets.read({name: params.get(name, "") for name in facets.FACETS})
    sort = params.get("sort", "")
    if sort.removeprefix("-") in COLUMNS:
        values["sort"] = sort
    return urlencode(values)


def may_share(person: Person, *, of: str = SavedView.Of.QUEUE) -> bool:
    """Tell whether the person may keep a view of that list for everyone."""
    return bool(person.role_codes & (ITEM_SHARES if of == SavedView.Of.ITEMS else SHARES))


def keep(
    *, by: Person, name: str, query: str, team: Team | None, shared: bool, star: bool, of: str = SavedView.Of.QUEUE
) -> SavedView:
    """Keep a view.

    :raises Objected: if the name is empty or taken, or seven are starred already
    :raises NotAllowed: if it is for a team that one is not of, or for everyone and one may not
    """
    text = " ".join(name.replace("\x00", "").split())
    if not 0 < len(text) <= 60:
        raise Objected(fields={"name": gettext("A view needs a name of 1 to 60 characters.")})
    if (team and team.pk not in by.team_ids) or (shared and not may_share(by, of=of)):
        raise NotAllowed
    with transaction.atomic():
        if SavedView.objects.filter(owner=by, name=text).exists():
            raise Objected(fields={"name": gettext("You have a view of this name already.")})
        if star:
            _refuse_too_many(by, of=of)
        made = SavedView.objects.create(
            owner=by, team=team, name=text, query=query[:400], is_shared=shared, of=of, sort=STARRED if star else PLAIN
        )
    _forget(by)
    return made


def set_star(row: SavedView, *, by: Person, star: bool) -> None:
    """Put one's own view beside the queues, or take it away from there.

    :raises NotAllowed: if it is somebody else's
    :raises Objected: if seven are starred already
    """
    if row.owner_id != by.pk:
        raise NotAllowed
    if star:
        _refuse_too_many(by, of=row.of)
    row.sort = STARRED if star else PLAIN
    row.save(update_fields=["sort"])
    _forget(by)


def drop(row: SavedView, *, by: Person) -> None:
    """Throw one's own view away.

    :raises NotAllowed: if it is somebody else's
    """
    if row.owner_id != by.pk:
        raise NotAllowed
    row.delete()
    _forget(by)


def _refuse_too_many(by: Person, *, of: str) -> None:
    if SavedView.objects.filter(owner=by, of=of, sort=STARRED).count() >= MOST_STARRED:
        raise Objected(gettext("Seven views are starred already; take one away first."))


def _forget(by: Person) -> None:
    cache.delete_many([f"desk:views:{by.pk}", f"desk:shelf:{by.pk}", f"desk:counts:{by.pk}"])


def _view(row: SavedView, person: Person) -> View:
    for_whom = gettext("everyone") if row.is_shared else str(row.team) if row.team_id else gettext("me")
    return View(row.pk, row.name, row.query, row.owner_id == person.pk, row.sort == STARRED, for_whom)
