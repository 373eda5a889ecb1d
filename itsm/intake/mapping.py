"""The mapping file: what the columns and values of a source mean here. Checked whole before anything is read."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils.translation import gettext_noop

from itsm.hours.windows import BadHours, zone_of
from itsm.intake.closure import ClosureClock
from itsm.intake.faults import BadMapping
from itsm.intake.processes import PROCESSES, Imported
from itsm.records.models import LinkKind

SHIPPED = Path(__file__).resolve().parent / "mappings"
EDITION = 1  # raised when the same mapping writes other rows than before, so that a second import mends them
NEEDED = ("number", "at", "state")
FORMATS = ("csv", "xes", "xlsx")
FIELDS = (
    *NEEDED, "opened_at", "by", "opened_by", "requester", "channel", "category", "subcategory", "component", "impact", "urgency",
    "priority", "team", "assignee", "met", "outcome",
)  # fmt: skip
KEYS = (
    "process", "format", "encoding", "delimiter", "zone", "missing", "dates", "flags", "columns", "title", "unknown_requester",
    "facts", "last_facts", "first_line", "values", "sla", "constants", "links", "named",
)  # fmt: skip
RANGES = {"impact": range(1, 4), "urgency": range(1, 4), "priority": range(1, 6)}
CHANNELS = ("portal", "mail", "phone", "chat", "walk_in", "monitor", "api")
OUTCOMES = ("successful", "with_issues", "failed", "backed_out", "cancelled")
LISTED: dict[str, Container[Any]] = {**RANGES, "channel": CHANNELS, "outcome": OUTCOMES}
ANYTHING = "*"  # in a table of values: whatever is not listed
NAMED_KEYS = ("file", "number", "name", "how")
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class StateRule:
    """What a state of the source is here, by the line that has the case, and why it waits if it does."""

    first_line: str
    second_line: str
    hold_reason: str = ""


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A fact that holds the number of another record of the source, and how the two are linked."""

    fact: str
    kind: str
    reversed: bool


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A second file beside the first: which configuration items a record names, a row for each."""

    file: str
    number: str
    name: str
    how: str


@dataclass(frozen=True)
class SourceMapping:
    """A checked mapping file."""

    name: str
    digest: str
    process: Imported
    format: str
    encoding: str
    delimiter: str
    zone: ZoneInfo
    missing: frozenset[str]
    dates: tuple[str, ...]
    flags: dict[str, bool]
    columns: dict[str, str]
    title: tuple[str, ...]
    unknown_requester: str
    facts: dict[str, str]
    last_facts: dict[str, str]
    first_line: frozenset[str]
    states: dict[str, StateRule]
    values: dict[str, dict[str, Any]]
    closure: ClosureClock | None
    constants: dict[str, str]
    links: tuple[LinkRule, ...]
    named: NamedFile | None

    def columns_read(self) -> list[str]:
        """This will name every column of the file that is read, each once, in the mapping's order."""
        every = [*self.columns.values(), *self.title, *self.facts.values(), *self.last_facts.values()]
        return list(dict.fromkeys(every))

    def tier_of(self, team: str) -> int:
        """This will tell the line of a team; no team is the first line's."""
        return 1 if not team or team in self.first_line else 2


def load(name_or_path: str) -> SourceMapping:
    """This will read a mapping that is shipped, by its name, or one of your own, by its path.

    :raises BadMapping: if it is not there or cannot be followed
    """
    path = SHIPPED / f"{name_or_path}.yaml" if NAME.fullmatch(name_or_path) else Path(name_or_path)
    if not path.is_file():
        raise BadMapping(
            gettext_noop("There is no mapping “%(name)s”. Give the path of a file, or one of: %(known)s."),
            name=name_or_path, known=", ".join(shipped()),
        )  # fmt: skip
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as trouble:
        raise BadMapping(gettext_noop("The mapping cannot be read: %(why)s"), why=str(trouble)) from trouble
    return checked(data, name=path.stem)


def shipped() -> list[str]:
    """This will name the mappings that come with the product."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def checked(data: Any, *, name: str) -> SourceMapping:
    """This will turn what a mapping file holds into a mapping.

    :raises BadMapping: with the first thing that is wrong
    """
    if not isinstance(data, dict):
        raise BadMapping(gettext_noop("The mapping must be a list of keys such as columns and values."))
    _known(data, KEYS, where="")
    process = _process(data.get("process", "incident"))
    values = _table(data, "values")
    states = values.pop("state", {})
    constants = _constants(_table(data, "constants"), process=process)
    facts = _words(_table(data, "facts"))
    return SourceMapping(
        name=name,
        digest=hashlib.sha256(json.dumps([EDITION, data], sort_keys=True, default=str).encode()).hexdigest(),
        process=process,
        format=_format(data.get("format", "csv")),
        encoding=_encoding(data.get("encoding", "utf-8-sig")),
        delimiter=_delimiter(data.get("delimiter", ",")),
        zone=_zone(data.get("zone", "Etc/UTC")),
        missing=frozenset(_texts(data, "missing", default=[""])),
        dates=tuple(_texts(data, "dates", default=["%Y-%m-%d %H:%M:%S"])),
        flags={str(text).casefold(): bool(flag) for text, flag in _table(data, "flags").items()},
        columns=_columns(_table(data, "columns"), process=process, given=constants),
        title=tuple(_texts(data, "title", default=[])),
        unknown_requester=str(data.get("unknown_requester", "Unknown requester")),
        facts=facts,
        last_facts=_words(_table(data, "last_facts")),
        first_line=frozenset(_texts(data, "first_line", default=[])),
        states={str(text): _state(text, rule, process=process) for text, rule in states.items()},
        values=_values(values),
        closure=_closure(data["sla"]) if data.get("sla") else None,
        constants=constants,
        links=tuple(_link(fact, rule, facts=facts) for fact, rule in _table(data, "links").items()),
        named=_named(data["named"]) if data.get("named") else None,
    )


def _known(table: dict[Any, Any], allowed: Iterable[str], *, where: str) -> None:
    odd = [str(key) for key in table if key not in allowed]
    if odd:
        raise BadMapping(
            gettext_noop("The mapping has the unknown key “%(key)s”%(where)s. Known are: %(known)s."),
            key=odd[0], where=f" ({where})" if where else "", known=", ".join(allowed),
        )  # fmt: skip


def _table(data: dict[str, Any], key: str) -> dict[Any, Any]:
    found = data.get(key) or {}
    if not isinstance(found, dict):
        raise BadMapping(gettext_noop("“%(key)s” of the mapping must be pairs of a key and a value."), key=key)
    return dict(found)


def _texts(data: dict[str, Any], key: str, *, default: list[str]) -> list[str]:
    found = data.get(key, default)
    if not isinstance(found, list):
        raise BadMapping(gettext_noop("“%(key)s” of the mapping must be a list."), key=key)
    return [str(item) for item in found]


def _words(table: dict[Any, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in table.items()}


def _process(key: Any) -> Imported:
    if key not in PROCESSES:
        raise BadMapping(
            gettext_noop("“%(value)s” cannot be imported as a process. Can be: %(known)s."),
            value=key, known=", ".join(PROCESSES),
        )  # fmt: skip
    return PROCESSES[key]


def _format(name: Any) -> str:
    if name not in FORMATS:
        raise BadMapping(
            gettext_noop("“%(name)s” is no known format. Known are: %(known)s."), name=name, known=", ".join(FORMATS)
        )
    return str(name)


def _constants(table: dict[Any, Any], *, process: Imported) -> dict[str, str]:
    _known(table, [name for name in FIELDS if name not in process.without], where="constants")
    return _words(table)


def _columns(table: dict[Any, Any], *, process: Imported, given: dict[str, str]) -> dict[str, str]:
    _known(table, [name for name in FIELDS if name not in process.without], where="columns")
    lacking = [name for name in NEEDED if not table.get(name) and name not in given]
    if lacking:
        raise BadMapping(gettext_noop("The mapping names no column for: %(fields)s."), fields=", ".join(lacking))
    return _words(table)


def _encoding(name: Any) -> str:
    try:
        "a".encode(str(name))
    except LookupError:
        raise BadMapping(gettext_noop("“%(name)s” is not a known encoding."), name=name) from None
    return str(name)


def _delimiter(text: Any) -> str:
    if not isinstance(text, str) or len(text) != 1:
        raise BadMapping(gettext_noop("The delimiter must be one character."))
    return text


def _zone(name: Any) -> ZoneInfo:
    try:
        return zone_of(name)
    except BadHours as bad:
        raise BadMapping(bad.sentence, **bad.values) from bad


def _state(text: Any, rule: Any, *, process: Imported) -> StateRule:
    if isinstance(rule, str):
        rule = {"state": rule}
    if not isinstance(rule, dict):
        raise BadMapping(gettext_noop("The state “%(text)s” of the mapping leads nowhere."), text=text)
    _known(rule, ("state", "first_line", "second_line", "hold_reason"), where=str(text))
    first, second = (str(rule.get(line, rule.get("state", ""))) for line in ("first_line", "second_line"))
    for code in (first, second):
        if code not in process.flow.states:
            raise BadMapping(
                gettext_noop("The state “%(text)s” leads to “%(code)s”, which “%(process)s” does not have. It has: %(known)s."),
                text=text, code=code, process=process.key, known=", ".join(process.flow.states),
            )  # fmt: skip
    return StateRule(first, second, str(rule.get("hold_reason", "")))


def _values(tables: dict[Any, Any]) -> dict[str, dict[str, Any]]:
    _known(tables, LISTED, where="values")
    for field, table in tables.items():
        for text, value in table.items():
            if value not in LISTED[field]:
                raise BadMapping(
                    gettext_noop("“%(text)s” cannot become “%(value)s” as %(field)s."),
                    text=text,
                    value=value,
                    field=field,
                )
    return {field: {str(text): value for text, value in table.items()} for field, table in tables.items()}


def _link(fact: Any, rule: Any, *, facts: dict[str, str]) -> LinkRule:
    table = rule if isinstance(rule, dict) else {"kind": rule}
    _known(table, ("kind", "reversed"), where=str(fact))
    if fact not in facts:
        raise BadMapping(gettext_noop("“%(fact)s” makes links, but is none of the facts."), fact=fact)
    if table.get("kind") not in LinkKind.values:
        raise BadMapping(
            gettext_noop("“%(kind)s” is no kind of link. Known are: %(known)s."),
            kind=table.get("kind"), known=", ".join(LinkKind.values),
        )  # fmt: skip
    return LinkRule(str(fact), str(table["kind"]), bool(table.get("reversed")))


def _named(data: Any) -> NamedFile:
    table = _words(_table({"named": data}, "named"))
    _known(table, NAMED_KEYS, where="named")
    lacking = [key for key in NAMED_KEYS[:3] if not table.get(key)]
    if lacking or Path(table["file"]).name != table["file"]:
        raise BadMapping(gettext_noop("“named” needs a file beside the first, and its columns of number and name."))
    return NamedFile(table["file"], table["number"], table["name"], table.get("how", ""))


def _closure(data: Any) -> ClosureClock:
    table = _table({"sla": data}, "sla")
    _known(table, ("clock", "zone", "weekly", "target_hours"), where="sla")
    if table.get("clock") != "closure":
        raise BadMapping(gettext_noop("The only clock that an import judges is “closure”."))
    try:
        return ClosureClock.parse(
            zone=table.get("zone", "Etc/UTC"), weekly=table.get("weekly"), hours=table.get("target_hours")
        )
    except BadHours as bad:
        raise BadMapping(bad.sentence, **bad.values) from bad
