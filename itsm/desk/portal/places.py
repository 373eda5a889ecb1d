"""The links of the portal's top bar, and the places that every page leads to."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from itsm.ui import navigation
from itsm.ui.navigation import Entry


def fill() -> None:
    """Register everything; called once when the app starts."""
    navigation.place("portal", "portal:home")
    navigation.place("portal_new", "portal:report")
    navigation.register(Entry(_("Home"), "portal:home", "home", section="portal", order=10))
    navigation.register(Entry(_("My cases"), "portal:cases", "inbox", section="portal", order=20, badge=_open_cases))
    navigation.register(Entry(_("What we offer"), "portal:catalogue", "book", section="portal", order=30))
    navigation.register(
        Entry(
            _("To approve"), "approvals:list", "check", section="portal", order=40, badge=_waiting, shown_to=_approves
        )
    )
    navigation.register(Entry(_("To approve"), "approvals:list", "check", section="desk", order=80))
    navigation.register(Entry(_("Portal"), "portal:home", "person", section="desk", order=90))


def _approves(person: Any) -> bool:
    """Tell whether the person leads a unit, stands in for somebody, or was asked before."""
    return bool(person.led_unit_ids) or person.stands_in.exists() or person.approvals.exists()


def _open_cases(person: Any) -> int | None:
    from itsm.desk.portal.cards import own_cases

    return own_cases(person).open().count() or None


def _waiting(person: Any) -> int | None:
    from itsm.desk.approvals.waiting import waiting_for

    return waiting_for(person, at=timezone.now()).count() or None
