"""What is measured: the pages and acts, what each may cost, and the requests that ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote, urlencode

from bench.load import Call

WORDS = ("印表機 無法列印", "VPN", "圖書館 門禁", "shows error 500", "差勤", "密碼過期", "physics database", "機房空調")
CSRF = "b" * 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Known:
    """What the calls are made of: whoever is signed in, and cases to work on. Cases are used up from the front."""

    cookie: str
    token: str
    read: list[str]
    working: Iterator[str]
    talked: Iterator[str]
    askers: list[int]
    count: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))


@dataclass(frozen=True)
class Page:
    """One line of the report. ``ratio`` is to the floor's p50; ``other`` is the fastest of four other desks in ms."""

    name: str
    calls: Callable[[Known, int], list[Call]]
    ratio: float
    statements: int | None = None
    other: float | None = None
    once: bool = False


def reading(known: Known, paths: list[str]) -> list[Call]:
    """Make calls of a signed-in person's browser."""
    return [Call(path, headers={"Cookie": known.cookie}) for path in paths]


def writing(known: Known, path: str, **fields: Any) -> Call:
    """Make a call that sends a form."""
    body = urlencode({"csrfmiddlewaretoken": CSRF, **fields}).encode()
    return Call(path, "POST", body, {"Cookie": f"{known.cookie}; csrftoken={CSRF}", **FORM}, 303)


def floor(known: Known, count: int) -> list[Call]:
    """Ask for the floor."""
    return reading(known, ["/floor/"])


def queue(known: Known, count: int) -> list[Call]:
    """Ask for the first page of all open cases."""
    return reading(known, ["/desk/q/all/"])


def ticket(known: Known, count: int) -> list[Call]:
    """Ask for pages of open cases."""
    return reading(known, [f"/incidents/{number}/" for number in known.read])


def search(known: Known, count: int) -> list[Call]:
    """Ask for words, rare and common ones, Chinese and English."""
    return reading(known, [f"/search/?q={quote(word)}" for word in WORDS])


def home(known: Known, count: int) -> list[Call]:
    """Ask for the agent's first page."""
    return reading(known, ["/desk/"])


def api_list(known: Known, count: int) -> list[Call]:
    """Ask the interface for 100 cases."""
    return [Call("/api/v1/tickets?limit=100", headers={"Authorization": f"Bearer {known.token}"})]


def create(known: Known, count: int) -> list[Call]:
    """Write cases down for callers, as the desk does."""
    return [
        writing(
            known, "/desk/new/", person=known.askers[number % len(known.askers)], channel="phone", kind="incident",
            words=f"筆記型電腦無法開機 {number}", then="triage", anyway="1",
        )
        for number in islice(known.count, count)
    ]  # fmt: skip


def comment(known: Known, count: int) -> list[Call]:
    """Reply to requesters."""
    return [
        writing(known, f"/t/{number}/reply", body="請重新開機後再試一次。") for number in islice(known.talked, count)
    ]


def transition(known: Known, count: int) -> list[Call]:
    """Resolve cases of the first line."""
    given = {"resolution_code": "fixed", "resolution_note": "已更換設備，請確認。"}
    return [writing(known, f"/t/{number}/do/resolve", **given) for number in islice(known.working, count)]


FLOOR = Page("floor", floor, 1.0)
PAGES = (
    Page("queue page", queue, 2.0, 8, 295),
    Page("ticket page", ticket, 2.5, 15, 44),
    Page("search", search, 2.5, None, 46),
    Page("agent home", home, 2.5, None, 191),
    Page("API list of 100", api_list, 2.5, None, 119),
    Page("create", create, 3.0, None, 24.5, once=True),
    Page("comment", comment, 1.8, None, 16, once=True),
    Page("transition", transition, 2.4, None, 42, once=True),
)


def known() -> Known:
    """Sign somebody of the desk in and choose the cases."""
    from itsm.people.models import Person
    from itsm.tickets.models import Ticket

    person = Person.objects.get(username="desk7")
    cases = Ticket.objects.filter(kind="incident", assignee__isnull=False).order_by("pk")
    working = list(cases.filter(state="l1_processing").values_list("number", flat=True))
    held = list(cases.filter(state="l2_processing").values_list("number", flat=True))
    half = len(working) // 2
    return Known(
        cookie=f"sessionid={session(person)}",
        token=token(person),
        read=working[:half:17][:100],
        working=iter(working[half:]),
        talked=cycle(held),
        askers=list(Person.objects.filter(username__startswith="asker").order_by("pk").values_list("pk", flat=True)),
    )


def session(person: Any) -> str:
    """Make a session of ``person``, as signing in does."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def token(person: Any) -> str:
    """Make a token of the interface."""
    from django.utils import timezone

    from itsm.api.scopes import Scope
    from itsm.api.tokens import issue

    now = timezone.now()
    made = issue(person, name="bench", scopes=[Scope.TICKETS_READ], expires_at=now + timedelta(days=1), at=now)
    return made[1]
