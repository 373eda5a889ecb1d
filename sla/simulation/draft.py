"""A draft of terms as it is kept: JSON that is checked on entry, and the policy that it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.utils.translation import gettext as _

from itsm.hours.windows import BadHours
from itsm.hours.worktime import Schedule
from sla.simulation import agreed_draft, checking
from sla.simulation.agreed_draft import DraftedAgreement
from sla.simulation.between_teams import OlaRow
from sla.simulation.checking import BadDraft as BadDraft  # whoever reads a draft catches it from here
from sla.simulation.policy import BY_FLOW, STOPS, Measure, Row

#: What can be simulated; news that were promised one by one are not.
METRICS = ("response", "resolution", "fulfilment")
#: What a draft is compared with: today's terms, or what was judged at the time.
IN_FORCE, RECORDED = "in_force", "recorded"
PARTS = frozenset(
    {"scope", "targets", "calendars", "matrix", "pauses", "measures", "against", "agreements", "agreement", "ola"}
)


@dataclass(frozen=True)
class Scope:
    """Which records are walked: closed ones of these kinds, services and source, closed in this period."""

    kinds: tuple[str, ...] = ()
    services: tuple[int, ...] = ()
    source: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Draft:
    """Checked terms; None where nothing is to differ from what is in force.

    ``agreements`` tells whether those in force go before the targets, as they do for real clocks; ``agreement`` is one
    that is tried: it counts for the cases that it would govern; ``ola`` is what teams promise each other.
    """

    scope: Scope
    targets: tuple[Row, ...] | None = None
    calendars: Mapping[str, Schedule] = field(default_factory=dict)
    matrix: Mapping[tuple[int, int, int | None], int] | None = None
    pauses: frozenset[str] | None = None
    measures: Mapping[str, Measure] = field(default_factory=dict)
    against: str = IN_FORCE
    agreements: bool = True
    agreement: DraftedAgreement | None = None
    ola: tuple[OlaRow, ...] | None = None

    @classmethod
    def parse(cls, data: Any) -> Self:
        """This will read a draft as it is kept or sent.

        :raises BadDraft: with the sentence that says what is wrong
        """
        given = checking.mapping(data, _("A draft is an object of terms."))
        if odd := set(given) - PARTS:
            raise BadDraft(_("A draft has no part “%(name)s”.") % {"name": sorted(odd)[0]})
        against = given.get("against", IN_FORCE)
        if against not in (IN_FORCE, RECORDED):
            raise BadDraft(_("A draft is compared with the terms in force or with what was recorded."))
        pauses = given.get("pauses")
        return cls(
            scope=_scope(given.get("scope") or {}),
            targets=None if given.get("targets") is None else _targets(given["targets"]),
            calendars=_calendars(given.get("calendars") or {}),
            matrix=None if given.get("matrix") is None else _matrix(given["matrix"]),
            pauses=None if pauses is None else frozenset(checking.codes(pauses)),
            measures=_measures(given.get("measures") or {}),
            against=against,
            agreements=given.get("agreements", True) is not False,
            agreement=None if given.get("agreement") is None else agreed_draft.agreement(given["agreement"], METRICS),
            ola=None if given.get("ola") is None else agreed_draft.olas(given["ola"]),
        )


def _scope(value: Any) -> Scope:
    given = checking.mapping(value, _("The scope is an object."))
    since, until = checking.period(checking.day(given.get("from")), checking.day(given.get("to")))
    source = given.get("source") or ""
    if not isinstance(source, str) or len(source) > 60:
        raise BadDraft(_("The source is a name of at most 60 characters."))
    services = tuple(
        key for row in checking.listed(given.get("services") or []) if (key := checking.key(row)) is not None
    )
    return Scope(tuple(checking.codes(given.get("kinds") or [])), services, source, since, until)


def _targets(value: Any) -> tuple[Row, ...]:
    rows = tuple(_target(checking.mapping(row, _("A target is an object."))) for row in checking.listed(value))
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        if row[:5] in seen:
            raise BadDraft(_("Two targets say something about the same: keep one."))
        seen.add(row[:5])
    if not rows:
        raise BadDraft(_("A draft needs at least one target."))
    return rows


def _target(row: Mapping[str, Any]) -> Row:
    if row.get("metric") not in METRICS:
        raise BadDraft(_("A target is one of response, resolution and fulfilment."))
    process, calendar, priority = row.get("process") or "", row.get("calendar"), row.get("priority")
    checking.codes([name for name in (process, calendar) if name])
    seconds, priority = checking.seconds(row.get("seconds")), checking.priority(priority)
    return Row(
        row["metric"],
        process,
        priority,
        checking.key(row.get("service")),
        checking.key(row.get("item")),
        seconds,
        calendar,
    )


def _calendars(value: Any) -> dict[str, Schedule]:
    given = checking.mapping(value, _("Calendars are an object by their codes."))
    checking.codes(list(given))
    return {
        code: schedule_from(checking.mapping(hours, _("A calendar is an object."))) for code, hours in given.items()
    }


def schedule_from(hours: Mapping[str, Any]) -> Schedule:
    """This will compile the hours of a draft: zone, weekly windows, exceptions by date, or always open.

    :raises BadDraft: with the sentence that says what is wrong
    """
    always = hours.get("always") is True
    try:
        return Schedule.parse(
            zone=hours.get("zone", "Asia/Taipei"),
            weekly=hours.get("weekly") or {},
            exceptions=hours.get("exceptions") or {},
            always=always,
        )
    except BadHours as refused:
        raise BadDraft(_(refused.sentence) % refused.values) from refused


def _matrix(value: Any) -> dict[tuple[int, int, int | None], int]:
    found: dict[tuple[int, int, int | None], int] = {}
    for row in checking.listed(value):
        cell = checking.mapping(row, _("A cell of the matrix is an object."))
        sentence = _("Impact and urgency go from 1 to 3, priorities from 1 to 5.")
        impact, urgency = (
            checking.whole(cell.get(name), low=1, high=3, sentence=sentence) for name in ("impact", "urgency")
        )
        priority = checking.whole(cell.get("priority"), low=1, high=5, sentence=sentence)
        found[impact, urgency, checking.key(cell.get("service"))] = priority
    return found


def _measures(value: Any) -> dict[str, Measure]:
    found = {}
    for metric, row in checking.mapping(value, _("Measures are an object by what they measure.")).items():
        given = checking.mapping(row, _("A measure is an object."))
        if metric not in METRICS or given.get("stop", BY_FLOW) not in STOPS:
            raise BadDraft(_("A clock ends by the flow, at the closing or at the last answer."))
        found[metric] = Measure(given.get("stop", BY_FLOW), given.get("pauses", True) is not False)
    return found


def rows_as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """This will write targets as a draft keeps them."""
    return [row._asdict() for row in rows]
