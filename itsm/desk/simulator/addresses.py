"""One way to read an address: each parameter takes texts of one form; an odd value asks for nothing of the kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

MONTH = re.compile(r"\A(?!0000)\d{4}-(0[1-9]|1[0-2])\Z", re.ASCII)
DAY = re.compile(r"\A(?!0000)\d{4}-\d{2}-\d{2}\Z", re.ASCII)
#: The key of a row; "none" is what has no such row.
KEY = re.compile(r"\A\d{1,17}\Z", re.ASCII)
KEY_OR_NONE = re.compile(r"\A(\d{1,17}|none)\Z", re.ASCII)


def one_of(values: Iterable[str]) -> re.Pattern[str]:
    """This will take exactly these texts."""
    return re.compile(rf"\A({'|'.join(values)})\Z", re.ASCII)


def parameter(
    form: re.Pattern[str], *, usual: str = "", name: str = "", reads: Callable[[str], object] | None = None
) -> Any:
    """This will make a field that takes texts of ``form`` that ``reads`` can read; ``name`` is its own name in addresses."""
    return field(default=usual, metadata={"form": form, "name": name, "reads": reads})


def a_day(*, name: str = "") -> Any:
    """This will make a field that takes a day, such as 2026-11-30."""
    return parameter(DAY, name=name, reads=date.fromisoformat)


@dataclass(frozen=True)
class Address:
    """What an address asks for, as texts; what is usual stands in no address."""

    @classmethod
    def forms(cls) -> dict[str, re.Pattern[str]]:
        """This will name the parameters, each with the texts that it takes."""
        return {one.metadata["name"] or one.name: one.metadata["form"] for one in fields(cls)}

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """This will read the address."""
        given = {one.name: str(query.get(one.metadata["name"] or one.name) or "") for one in fields(cls)}
        return cls(**{one.name: given[one.name] for one in fields(cls) if _takes(one, given[one.name])})

    @classmethod
    def odd(cls, query: Mapping[str, str]) -> list[str]:
        """This will name the parameters of ``query`` that stand in no such form."""
        names = {one.metadata["name"] or one.name: one for one in fields(cls)}
        return [name for name, one in names.items() if query.get(name) and not _takes(one, str(query[name]))]

    def query(self) -> str:
        """This will write what ``read`` reads."""
        told = {one.metadata["name"] or one.name: getattr(self, one.name) for one in fields(self)}
        usual = {one.metadata["name"] or one.name: one.default for one in fields(self)}
        return urlencode({name: text for name, text in told.items() if text and text != usual[name]})


def _takes(one: Any, text: str) -> bool:
    """Tell whether a field takes a text."""
    if not one.metadata["form"].fullmatch(text):
        return False
    try:
        return one.metadata["reads"] is None or bool(one.metadata["reads"](text))
    except ValueError:
        return False


def key_of(text: str | None) -> int:
    """This will read the key after which a page of rows begins; nothing and odd texts are 0."""
    return int(text) if text and KEY.fullmatch(text) else 0


def place_of(text: str | None) -> int:
    """This will read which page of rows is asked for; nothing and odd texts are the first."""
    return int(text) if text and KEY.fullmatch(text) and len(text) < 6 and int(text) else 1
