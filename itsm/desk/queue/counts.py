"""How many cases wait in each queue, for the rail: one query for all, remembered for a quarter of a minute."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from secrets import token_hex
from typing import Any

from django.core.cache import cache
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

from itsm.desk.queue.listing import MOST, Asked, ask, matching
from itsm.desk.queue.places import PLACES, Place
from itsm.desk.queue.saved import starred
from itsm.people.models import Person

SECONDS = 15


class Counted(Subquery):
    """The number of rows of a query, counted no further than it is limited."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


def counts_for(person: Any) -> Mapping[str, int]:
    """Count the queues that ``person`` sees in the rail, and the starred views; the key is the queue's address."""
    key = f"desk:counts:{person.pk}"
    found: Mapping[str, int] | None = cache.get(key)
    if found is None:
        found = _count(person)
        cache.set(key, found, SECONDS)
    return found


def total_of(asked: Asked, *, person: Any) -> int:
    """Count the cases of a queue as it is filtered, never beyond 1,000; remembered as long as the numbers in the rail."""
    if asked.values == {"phase": asked.place.phase, **asked.place.values} and asked.place.slug in (
        counts := counts_for(person)
    ):
        return counts[asked.place.slug]
    facts = (asked.place.slug, sorted(asked.values.items()), cache.get(f"desk:stamp:{person.pk}"))
    key = f"desk:total:{person.pk}:{blake2b(repr(facts).encode(), digest_size=8).hexdigest()}"
    found: int | None = cache.get(key)
    if found is None:
        found = matching(asked, person=person).order_by()[: MOST + 1].count()
        cache.set(key, found, SECONDS)
    return found


def forget_counts(person: Any) -> None:
    """Count anew at the next page, because ``person`` has just changed something."""
    cache.delete(f"desk:counts:{person.pk}")
    cache.set(f"desk:stamp:{person.pk}", token_hex(4), SECONDS)


def _count(person: Person) -> dict[str, int]:
    places = [place for place in PLACES.values() if place.counted and person.role_codes & place.roles]
    places += [PLACES["undecided"], *(view.place for view in starred(person))]
    columns = {f"n{index}": Counted(_limited(place, person)) for index, place in enumerate(places)}
    values = Person.objects.filter(pk=person.pk).annotate(**columns).values_list(*columns).get()
    return dict(zip((place.slug for place in places), values, strict=True))


def _limited(place: Place, person: Person) -> QuerySet[Any]:
    cases: QuerySet[Any] = matching(ask(place, {}, at=timezone.now()), person=person)
    return cases.order_by().values("pk")[: MOST + 1]
