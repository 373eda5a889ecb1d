"""The desk's links in the rail, their numbers and the fixed places of the top bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from itsm.desk.queue.counts import counts_for
from itsm.desk.queue.places import DESK, PLACES, Place
from itsm.flow.roles import STAFF
from itsm.ui import navigation
from itsm.ui.navigation import Entry


def fill() -> None:
    """Register every link; called once when the app starts."""
    navigation.place("home", "desk:home")
    navigation.place("new", "desk:new")
    navigation.register(Entry(_("Today"), "desk:home", "home", key="g h", roles=STAFF, order=10))
    navigation.register(
        Entry(_("Triage"), "desk:triage", "diamond", key="g j", roles=DESK, order=15, badge=_badge("undecided"))
    )
    navigation.register(
        Entry(_("Known errors"), "known:list", "book", key="g k", roles=STAFF, section="processes", order=35)
    )
    navigation.register(
        Entry(
            _("Service catalogue"), "services:catalogue", "star", key="g y", roles=STAFF, section="processes", order=60
        )
    )
    navigation.register(
        Entry(_("Process map"), "desk:processes", "flow", key="g o", roles=STAFF, section="processes", order=5)
    )
    navigation.register(
        Entry(_("Agreements"), "agreements:list", "shield", roles=STAFF, section="management", order=50)
    )
    for place in PLACES.values():
        if place.section:
            navigation.register(_entry(place))


def _entry(place: Place) -> Entry:
    badge = _badge(place.slug) if place.counted else None
    return Entry(
        place.title, f"desk:queue-{place.slug}", place.icon, key=place.key, roles=place.roles, section=place.section, badge=badge,
        order=place.order,
    )  # fmt: skip


def _badge(slug: str) -> Callable[[Any], int | None]:
    def count(person: Any) -> int | None:
        return counts_for(person).get(slug)

    return count
