"""Reading and judging the attributes of an item by its class."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from ipaddress import ip_interface
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext

from configuration import schema
from configuration.schema_models import CiAttribute

LONGEST, LONGEST_TEXT = 300, 4000
HARDWARE_ADDRESS = re.compile(r"([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.(?!-)[A-Za-z0-9-]{1,63})*\.?(:\d{1,5})?")
YES, NO = frozenset({"1", "true", "yes", "on", "是"}), frozenset({"0", "false", "no", "off", "否"})


class Unfit(ValueError):
    """A value does not fit its attribute."""


class UnfitAttributes(Exception):
    """Some attributes do not fit the class; ``fields`` has a sentence for each."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


def clean(class_id: int, given: Mapping[str, Any], *, standing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Read what was given by the class; what is empty is left out.

    What is given as it is ``standing`` stays so, also where the class would not take it any more.

    :raises UnfitAttributes: if a value does not fit, or the class has no such attribute
    """
    known = {row.code: row for row in schema.present().attributes(class_id)}
    found = {code: value for code, value in (standing or {}).items() if code in given and given[code] == value}
    wrong = {
        code: gettext("This class has no attribute “%(code)s”.") % {"code": code[:40]}
        for code, value in given.items()
        if code not in known and code not in found and value not in ("", None)
    }
    for code, row in known.items():
        if code in found:
            continue
        try:
            value = read(row, given.get(code))
        except Unfit as refusal:
            wrong[code] = str(refusal)
            continue
        if value is not None:
            found[code] = value
    if wrong:
        raise UnfitAttributes(wrong)
    return found


def read(row: CiAttribute, raw: Any) -> Any:
    """Turn a raw value into what is kept; None when it is empty.

    :raises Unfit: if it is none of what the attribute takes
    """
    value = raw.strip() if isinstance(raw, str) else raw
    return None if value in ("", None) else READ[row.kind](row, value)


def missing(item: Any, *, mark: str = CiAttribute.Mark.REQUIRED) -> list[str]:
    """Name the attributes with that mark that are empty on the item."""
    rows = schema.present().attributes(item.ci_class_id)
    return [row.name for row in rows if row.mark == mark and item.attributes.get(row.code) in ("", None)]


def _text(row: CiAttribute, value: Any) -> str:
    text, longest = str(value).replace("\x00", ""), LONGEST_TEXT if row.kind == CiAttribute.Kind.LONG_TEXT else LONGEST
    if len(text) > longest:
        raise Unfit(gettext("“%(name)s” is longer than %(count)d characters.") % {"name": row.name, "count": longest})
    return text


def _number(row: CiAttribute, value: Any) -> int | float:
    try:
        number = float(str(value).replace(",", ""))
    except ValueError:
        number = float("nan")
    if isinstance(value, bool) or not abs(number) < 1e15:
        raise Unfit(gettext("“%(name)s” must be a number.") % {"name": row.name})
    return int(number) if number == int(number) else number


def _date(row: CiAttribute, value: Any) -> str:
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value).replace("/", "-"))).isoformat()[:10]
    except ValueError as fault:
        raise Unfit(gettext("“%(name)s” must be a date such as 2026-11-23.") % {"name": row.name}) from fault


def _choice(row: CiAttribute, value: Any) -> str:
    for choice in row.choices:
        if str(value) in (choice["value"], choice.get("zh"), choice.get("en")):
            return str(choice["value"])
    raise Unfit(gettext("“%(name)s” has a value that is not offered.") % {"name": row.name})


def _person(row: CiAttribute, value: Any) -> str:
    from itsm.people.models import Person

    found = Person.objects.active().filter(username=str(value)[:80]).first()
    if found is None:
        raise Unfit(gettext("“%(name)s” must be the user name of somebody who may sign in.") % {"name": row.name})
    return found.username


def _flag(row: CiAttribute, value: Any) -> bool:
    word = str(value).lower()
    if word not in YES | NO:
        raise Unfit(gettext("“%(name)s” must be yes or no.") % {"name": row.name})
    return word in YES


def _address(row: CiAttribute, value: Any) -> str:
    text = str(value)
    if HARDWARE_ADDRESS.fullmatch(text) or _is_ip(text) or (len(text) <= LONGEST and HOST.fullmatch(text)):
        return text
    raise Unfit(gettext("“%(name)s” must be an IP address, a MAC address or a host name.") % {"name": row.name})


def _is_ip(text: str) -> bool:
    try:
        return bool(ip_interface(text))
    except ValueError:
        return False


def _url(row: CiAttribute, value: Any) -> str:
    text = str(value)
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or len(text) > LONGEST:
        raise Unfit(
            gettext("“%(name)s” must be a web address that begins with https:// or http://.") % {"name": row.name}
        )
    return text


READ: dict[str, Callable[[CiAttribute, Any], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "person": _person,
    "flag": _flag,
    "address": _address,
    "url": _url,
}
