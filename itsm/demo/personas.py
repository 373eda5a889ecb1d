"""The people that a visitor may look around as, each with one thing to do first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.people.models import Person

LOOPBACK = ("127.0.0.1", "::1", "localhost")
REMEMBERED_SECONDS = 30


@dataclass(frozen=True)
class Persona:
    """A role to look around in."""

    username: str
    name: str
    role: str | Promise
    hint: str | Promise

    @property
    def url(self) -> str:
        """The address that a visitor posts to."""
        return reverse("demo:become", args=[self.username])


@dataclass(frozen=True)
class Shown:
    """A persona as the bar and the sign-in page show it."""

    label: str
    url: str
    hint: str
    current: bool


PERSONAS = (
    Persona("wang", "王小明", _("Requester"), _("Your printer is said to be repaired: confirm it, or say what still fails.")),
    Persona("lin", "林怡君", _("Service desk"), _("New cases wait in triage: judge the first one.")),
    Persona("chen", "陳柏宇", _("Second line"), _("A cooling unit was handed over to your team: accept it.")),
    Persona("huang", "黃志明", _("Incident manager"), _("A major incident is running: publish the next update.")),
    Persona("gao", "高雅玲", _("Change manager"), _("An emergency change owes its forms, and the board meets within a week.")),
    Persona("liu", "劉建宏", _("Board member"), _("A major change waits for your vote.")),
    Persona("ma", "馬志遠", _("Configuration manager"), _("An audit is half counted: go on with the next line.")),
    Persona("sun", "孫雅婷", _("Relationship manager"), _("A complaint waits for consent, and a survey has results.")),
    Persona("acad-lead", "周教務長", _("Head of unit"), _("A mailbox waits for your approval: approve or reject it.")),
    Persona("director", "李主任", _("Management"), _("See which cases are late, and why.")),
    Persona("auditor", "鄭稽核", _("Auditor"), _("Open a closed case and read its history.")),
    Persona("admin", "系統管理員", _("Administrator"), _("See calendars, targets and people in the settings.")),
)  # fmt: skip


def may_switch() -> bool:
    """Tell whether roles may be changed without a password: in demo mode, reached from this machine only or on purpose."""
    here = (urlsplit(settings.SITE_URL).hostname or "") in LOOPBACK
    return bool(settings.DEMO_MODE and (here or settings.DEMO_PUBLIC))


def find(username: str) -> Persona | None:
    """Find a persona by user name."""
    return next((persona for persona in PERSONAS if persona.username == username), None)


def is_loaded() -> bool:
    """Tell whether the demo's people are here; asked of the database once in half a minute."""
    known: bool | None = cache.get("demo-loaded")
    if known is None:
        known = Person.objects.active().filter(is_demo=True, username=PERSONAS[0].username).exists()
        cache.set("demo-loaded", known, REMEMBERED_SECONDS)
    return known


def offered(request: HttpRequest) -> Sequence[Shown]:
    """List the personas for the bar of a page; none outside the demo."""
    if not may_switch():
        return ()
    user = getattr(request, "user", None)
    username = getattr(user, "username", "")
    if not getattr(user, "is_demo", False) and not is_loaded():
        return ()
    return [Shown(f"{one.role} {one.name}", one.url, str(one.hint), one.username == username) for one in PERSONAS]
