"""Reading what a person gives for a move: raw texts and names become values and rows, for pages and API alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.timezone import is_naive
from django.utils.translation import gettext

from itsm.flow import Input, Move, Transition
from itsm.records.clock import database_now, whole
from itsm.records.perform import objections
from itsm.records.refusals import Objected
from itsm.tickets.choices import NAMED_BY, NotOffered, find
from itsm.ui.moments import UnreadableDate, read_date

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST_LINE = 160
LONGEST_TEXT = 50_000
GREATEST = 2_147_483_647
YEARS = range(1900, 2200)  # in which working time is reckoned
YES = frozenset({"true", "on", "1", "yes"})
NO = frozenset({"false", "off", "0", "no"})


class Unfit(Exception):
    """A value that cannot be read; the sentence says what is wanted."""


def clean_inputs(record: Any, row: Transition, data: Mapping[str, Any], person: Person) -> dict[str, Any]:
    """Read the inputs of ``row`` out of ``data``; what was left empty is left out, what ``row`` does not ask is ignored.

    :raises Objected: if an input is missing or wrong; with the sentence of each and those of the guards
    """
    given: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for item in row.inputs:
        try:
            value = read(item, data.get(item.name), record=record, person=person)
        except (Unfit, NotOffered) as fault:
            faults[item.name] = str(fault)
            continue
        if value not in (None, ""):
            given[item.name] = value
        elif item.required:
            faults[item.name] = gettext("“%(field)s” is needed.") % {"field": item.label}
    if faults:
        move = Move(row.name, person, database_now(), inputs=given)
        raise Objected(*objections(record, row, move=move, offering=False), fields=faults)
    return given


def read(item: Input, raw: Any, *, record: Any, person: Person) -> Any:
    """Turn one raw value into what ``item`` wants; None when it is empty.

    :raises Unfit: if it cannot be read
    :raises NotOffered: if it names nothing that may be chosen
    """
    if isinstance(raw, str):
        raw = tidy(raw)
    if raw is None or raw == "":
        return None
    if item.kind in NAMED_BY:
        if isinstance(raw, bool) or not isinstance(raw, (str, int)):
            raise Unfit(gettext("Write text here."))
        return find(item, raw, record=record, person=person)
    return READERS[item.kind](item, raw, person)


def tidy(text: str) -> str:
    """Trim the text, end its lines alike however it was sent, and take out what the database cannot hold.

    That is NUL and halves of characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def read_instant(text: Any, *, zone: str) -> datetime:
    """Read date and time; without an offset it is local in ``zone``; cut to whole seconds.

    :raises Unfit: if it is none, or lies outside the years in which time is reckoned
    """
    wanted = gettext("Write the date and time such as 2026-01-31 14:05.")
    if not isinstance(text, str):
        raise Unfit(wanted)
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as fault:
        raise Unfit(wanted) from fault
    if moment.year not in YEARS:
        raise Unfit(wanted)
    return whole(moment.replace(tzinfo=ZoneInfo(zone)) if is_naive(moment) else moment)


def _line(item: Input, raw: Any, person: Person) -> str:
    text = " ".join(_words(raw).split())
    return _at_most(text, LONGEST_LINE)


def _text(item: Input, raw: Any, person: Person) -> str:
    return _at_most(_words(raw), LONGEST_TEXT)


def _words(raw: Any) -> str:
    if not isinstance(raw, str):
        raise Unfit(gettext("Write text here."))
    return raw


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise Unfit(gettext("The text is longer than %(most)s characters.") % {"most": most})
    return text


def _choice(item: Input, raw: Any, person: Person) -> str:
    text = "" if isinstance(raw, bool) else str(raw)
    if text not in {choice.value for choice in item.choices}:
        raise Unfit(gettext("“%(value)s” is not among what may be chosen here.") % {"value": text[:80]})
    return text


def _flag(item: Input, raw: Any, person: Person) -> bool:
    word = str(raw).lower()
    if word not in YES | NO:
        raise Unfit(gettext("Answer yes or no."))
    return word in YES


def _number(item: Input, raw: Any, person: Person) -> int:
    text = "" if isinstance(raw, bool) else str(raw)
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(GREATEST)) and int(text) <= GREATEST):
        raise Unfit(gettext("Write a whole number from 0 to %(most)s.") % {"most": GREATEST})
    return int(text)


def _instant(item: Input, raw: Any, person: Person) -> datetime:
    return read_instant(raw, zone=person.time_zone)


def _day(item: Input, raw: Any, person: Person) -> date:
    wanted = gettext("Write the date such as 2026-01-31.")
    try:
        day = read_date(_words(raw)[:40])
    except UnreadableDate as fault:
        raise Unfit(wanted) from fault
    if day.year not in YEARS:
        raise Unfit(wanted)
    return day


READERS: dict[str, Callable[[Input, Any, Person], Any]] = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "instant": _instant,
    "day": _day,
}
