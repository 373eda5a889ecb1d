"""What tests of notices hold each message to: who hears it, once, in both languages, with a number and an address that opens."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from itsm.notices.models import Notification, Outbox
from itsm.notices.rendering import Letter, headline, letter
from itsm.people.models import Person
from itsm.records import register
from itsm.records.models import Event, Record
from itsm.records.perform import perform

CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Keys of what clocks and deadlines send by themselves.
BY_TIME = ("sla:", "digest:", "task:")
LANGUAGES = ("zh-hant", "en")


@dataclass(frozen=True)
class Row:
    """A move that tells somebody: from which state, by whom (a fixture; empty is the system), and what is told to whom."""

    state: str
    move: str
    by: str
    told: frozenset[tuple[str, str]]
    given: dict[str, Any] = field(default_factory=dict)
    but: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.state}-{self.move}"


def row(state: str, move: str, by: str, told: dict[str, str], *, but: str = "", **given: Any) -> Row:
    """Write a line of a table.

    ``told`` gives, for each template, the user names that it goes to; ``but`` names templates that also go to whoever acts.
    What is given as "@name" is the fixture of that name.
    """
    heard = frozenset((template, name) for template, names in told.items() for name in names.split())
    return Row(state, move, by, heard, given, frozenset(but.split()))


def silence() -> None:
    """Forget what was told so far."""
    Outbox.objects.all().delete()
    Notification.objects.all().delete()


def messages() -> list[Any]:
    """List the mails and the lines that acts have put out, not what clocks send by themselves."""
    rows = chain(
        Outbox.objects.select_related("person", "record").order_by("pk"),
        Notification.objects.select_related("person", "record").order_by("pk"),
    )
    return [one for one in rows if not one.dedupe_key.startswith(BY_TIME)]


def heard() -> set[tuple[str, str]]:
    """Collect (template, user name or address) of what was put out."""
    return {(one.template, one.person.username if one.person else one.email) for one in messages()}


def act(request: pytest.FixtureRequest, record: Any, line: Row, *, at: datetime) -> Any:
    """Make the move of a line, and hold what it tells to the line and to what holds for every message."""
    silence()
    given = {name: _fixture(request, value) for name, value in line.given.items()}
    by = request.getfixturevalue(line.by) if line.by else None
    moved = perform(record, line.move, by=by, at=at, **given)
    assert heard() == line.told, sorted(heard() ^ line.told)
    assert actors_told(line.but) == []
    hold_all()
    return moved


def _fixture(request: pytest.FixtureRequest, value: Any) -> Any:
    named = isinstance(value, str) and value.startswith("@")
    return request.getfixturevalue(value[1:]) if named else value


def hold_all(*, opens: bool = True) -> None:
    """Hold every message that was put out to what holds for all."""
    rows = messages()
    _once(rows)
    for one in rows:
        for language in LANGUAGES:
            _in_words(one, language)
    if opens:
        for person, url in {(one.person, place) for one in rows if (place := address(one)) and one.person}:
            assert_opens(url, person)


def _once(rows: Iterable[Any]) -> None:
    """Nobody gets two mails, or two lines, of one act about one record."""
    counted = Counter(
        (type(one), act_of(one), one.person_id or getattr(one, "email", ""), one.record_id) for one in rows
    )
    assert [key for key, times in counted.items() if times > 1] == []


def act_of(one: Any) -> str:
    """Name the act that a message tells of."""
    found = re.match(r"(?:event:)?(\d+):", one.dedupe_key)
    return found.group(1) if found else one.dedupe_key


def _in_words(one: Any, language: str) -> None:
    number = one.record.number if one.record_id else ""
    if isinstance(one, Outbox):
        words = written(one, language)
        assert not number or number in words.subject, words.subject
        place = address(one)
        assert place in words.body, (one.template, words.body)
        readable(one.template, words.subject, language)
        whole(words.body)
        return
    with translation.override(language):
        said = headline(one.template, facts=one.facts, about=register.load(one.record) if number else None)
    readable(one.template, said, language)


def written(one: Outbox, language: str) -> Letter:
    """Write a message for a reader of a language."""
    one.language = language
    if one.person is not None:
        one.person.language = language
    return letter(one)


def readable(template: str, line: str, language: str) -> None:
    """Hold a line to its language: what the product says is Chinese for a Chinese reader, and no code stands in it."""
    whole(line)
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", line), line
    with translation.override(language):
        said = re.sub(r"%\(\w+\)s|%%", "", _template(template))
    assert bool(CHINESE.search(said)) == (language == "zh-hant"), said


def _template(name: str) -> str:
    from itsm.notices.templates import template_named

    return str(template_named(name).headline)


def whole(text: str) -> None:
    """Hold a text to having no hole: no placeholder, no None, no key in its place."""
    assert "%(" not in text, text
    assert "None" not in text, text


def address(one: Any) -> str:
    """Give the address that a message leads to: that of its record, or the one that it names."""
    return str(
        one.facts.get("url")
        or (f"{settings.SITE_URL}/t/{one.record.number}" if one.record_id and one.record.number else "")
    )


def assert_opens(url: str, person: Person) -> None:
    """Follow an address as the reader of the message."""
    client = Client()
    client.force_login(Person.objects.get(pk=person.pk))
    place = url.removeprefix(settings.SITE_URL)
    for _hop in range(4):
        answer = client.get(place)
        if answer.status_code not in (301, 302, 303):
            break
        place = answer["Location"]
    assert answer.status_code == 200, (place, person.username, answer.status_code)


def actors_told(but: Iterable[str] = ()) -> list[str]:
    """List the messages that tell somebody of an own act, save the templates that mean to."""
    found = []
    for one in messages():
        event = Event.objects.filter(pk=act_of(one)).first() if act_of(one).isdecimal() else None
        if event is not None and event.actor_id and event.actor_id == one.person_id and one.template not in set(but):
            found.append(one.dedupe_key)
    return found


def numbered(number: str) -> Any:
    """Load the record with a number."""
    return register.load(Record.objects.get(number=number))
