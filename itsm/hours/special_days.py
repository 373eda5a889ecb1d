"""The days of a calendar that are not like every week: holidays, make-up days, closures; checked before being kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.hours.windows import BadHours, Windows, date_of, pairs_of, windows_of

NAME_LENGTH = 80


class Kind(models.TextChoices):
    """Why a day differs."""

    HOLIDAY = "holiday", _("public holiday")
    SUBSTITUTE = "substitute", _("substitute holiday")
    MAKEUP = "makeup", _("make-up working day")
    CLOSURE = "closure", _("work suspension")
    PARTIAL = "partial", _("part-day closure")


CLOSED_KINDS = (Kind.HOLIDAY, Kind.SUBSTITUTE, Kind.CLOSURE)
LOADED_KINDS = (Kind.HOLIDAY, Kind.SUBSTITUTE, Kind.MAKEUP)  # those that a published yearly list brings


def special_day(
    windows: Windows, *, kind: Kind, name_zh: str = "", name_en: str = "", county: str = ""
) -> dict[str, Any]:
    """This will build the entry of one day as a calendar version stores it."""
    return {"windows": pairs_of(windows), "kind": kind.value, "name_zh": name_zh, "name_en": name_en, "county": county}


def checked(exceptions: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """This will give the entries complete, normal and in order of date.

    :raises BadHours: with the sentence for the first date that is wrong
    """
    days = {key: _entry(key, entry) for key, entry in exceptions.items()}
    return dict(sorted(days.items()))


def _entry(key: str, entry: object) -> dict[str, Any]:
    date_of(key)
    if not isinstance(entry, Mapping):
        raise BadHours("An exception says its windows and its kind.", where=key)
    windows = windows_of(entry.get("windows", []), where=key)
    kind = kind_of(entry.get("kind"), windows=windows, where=key)
    texts = {name: entry.get(name, "") for name in ("name_zh", "name_en", "county")}
    if not all(isinstance(text, str) and len(text) <= NAME_LENGTH for text in texts.values()):
        raise BadHours("Names are texts of at most %(length)s characters.", where=key, length=NAME_LENGTH)
    return special_day(windows, kind=kind, **texts)


def kind_of(value: object, *, windows: Windows, where: str) -> Kind:
    """This will read the kind of a day and hold it against the windows.

    :raises BadHours: if there is no such kind, or a closed day has windows, or an open one has none
    """
    if not isinstance(value, str) or value not in Kind.values:
        kinds = ", ".join(Kind.values)
        raise BadHours("“%(kind)s” is not one of: %(kinds)s.", where=where, kind=value, kinds=kinds)
    kind = Kind(value)
    if kind in CLOSED_KINDS and windows:
        raise BadHours("A day of this kind (%(kind)s) is closed and has no windows.", where=where, kind=value)
    if kind not in CLOSED_KINDS and not windows:
        raise BadHours("A day of this kind (%(kind)s) needs windows.", where=where, kind=value)
    return kind


def last_loaded_year(exceptions: Mapping[str, Mapping[str, Any]]) -> int | None:
    """This will give the last year of which holidays are known, or nothing if none are kept at all."""
    return max(_loaded_years(exceptions), default=None)


def _loaded_years(exceptions: Mapping[str, Mapping[str, Any]]) -> Iterable[int]:
    return (int(key[:4]) for key, entry in exceptions.items() if entry["kind"] in LOADED_KINDS)
