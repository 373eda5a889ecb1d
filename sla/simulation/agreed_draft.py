"""The two kinds of agreements in a draft: one with a customer, and what teams promise each other. No database here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from sla.simulation import checking
from sla.simulation.between_teams import INTERNAL, OlaRow
from sla.simulation.checking import BadDraft

STARTS, STOPS = ("received", "judged", "assigned"), ("usual", "replied", "assigned", "closed")
PAUSES = ("by_reason", "never", "any_hold")


class DraftedPromise(NamedTuple):
    """A promise of the drafted agreement, with its own ways to start, stop and stand still."""

    metric: str
    process: str
    priority: int | None
    item: int | None
    seconds: int
    calendar: str | None
    starts: str
    stops: str
    pauses: str


class DraftedRow(NamedTuple):
    """A row of the drafted agreement: for one service or all, for some offerings or all."""

    service: int | None
    offerings: tuple[int, ...]
    promises: tuple[DraftedPromise, ...]


@dataclass(frozen=True)
class DraftedAgreement:
    """An agreement as if it were in force for ``consumer`` (None is everybody), at all times or from ``since`` to ``until``.

    It takes the place of the editions of ``agreement`` that were in force then.
    """

    number: str
    edition: str
    agreement: int | None
    consumer: int | None
    since: date | None
    until: date | None
    rows: tuple[DraftedRow, ...]

    @property
    def promises(self) -> list[tuple[DraftedRow, DraftedPromise]]:
        """Every promise with its row."""
        return [(row, promise) for row in self.rows for promise in row.promises]


def agreement(value: Any, metrics: tuple[str, ...]) -> DraftedAgreement:
    """This will read the agreement of a draft.

    :raises BadDraft: with the sentence that says what is wrong
    """
    given = checking.mapping(value, _("The agreement of a draft is an object."))
    since, until = checking.period(checking.day(given.get("from")), checking.day(given.get("to")))
    rows = tuple(_row(row, metrics) for row in checking.listed(given.get("rows") or []))
    if not any(row.promises for row in rows):
        raise BadDraft(_("The agreement of a draft promises nothing that can be walked."))
    return DraftedAgreement(
        checking.name(given.get("number")), checking.name(given.get("edition")), checking.key(given.get("agreement")),
        checking.key(given.get("consumer")), since, until, rows,
    )  # fmt: skip


def _row(value: Any, metrics: tuple[str, ...]) -> DraftedRow:
    given = checking.mapping(value, _("A row of the agreement is an object."))
    offerings = tuple(
        found for one in checking.listed(given.get("offerings") or []) if (found := checking.key(one)) is not None
    )
    promises = tuple(_promise(one, metrics) for one in checking.listed(given.get("promises") or []))
    if len({promise[:4] for promise in promises}) < len(promises):
        raise BadDraft(_("Two targets say something about the same: keep one."))
    return DraftedRow(checking.key(given.get("service")), offerings, promises)


def _promise(value: Any, metrics: tuple[str, ...]) -> DraftedPromise:
    given = checking.mapping(value, _("A target is an object."))
    process, calendar = given.get("process") or "", given.get("calendar")
    checking.codes([code for code in (process, calendar) if code])
    odd = _("A promise starts, stops and stands still in one of the known ways.")
    return DraftedPromise(
        metric=checking.one_of(
            given.get("metric"), metrics, _("A target is one of response, resolution and fulfilment.")
        ),
        process=process,
        priority=checking.priority(given.get("priority")),
        item=checking.key(given.get("item")),
        seconds=checking.seconds(given.get("seconds")),
        calendar=calendar,
        starts=checking.one_of(given.get("starts", "received"), STARTS, odd),
        stops=checking.one_of(given.get("stops", "usual"), STOPS, odd),
        pauses=checking.one_of(given.get("pauses", "by_reason"), PAUSES, odd),
    )


def agreement_as_json(made: DraftedAgreement) -> dict[str, Any]:
    """This will write the agreement as a draft keeps it."""
    return {
        "number": made.number, "edition": made.edition, "agreement": made.agreement, "consumer": made.consumer,
        "from": made.since.isoformat() if made.since else None, "to": made.until.isoformat() if made.until else None,
        "rows": [
            {
                "service": row.service, "offerings": list(row.offerings),
                "promises": [promise._asdict() for promise in row.promises],
            }
            for row in made.rows
        ],
    }  # fmt: skip


def olas(value: Any) -> tuple[OlaRow, ...]:
    """This will read what teams promise each other in a draft; an empty list promises nothing.

    :raises BadDraft: with the sentence that says what is wrong
    """
    rows = tuple(_ola(one) for one in checking.listed(value))
    seen = {(row.metric, row.team, row.service, row.process, row.priority, row.item, row.place) for row in rows}
    if len(seen) < len(rows):
        raise BadDraft(_("Two targets say something about the same: keep one."))
    return rows


def _ola(value: Any) -> OlaRow:
    given = checking.mapping(value, _("A target is an object."))
    team, process, calendar = checking.key(given.get("team")), given.get("process") or "", given.get("calendar")
    if team is None:
        raise BadDraft(_("A promise between teams names the team that gives it."))
    checking.codes([code for code in (process, calendar) if code])
    return OlaRow(
        metric=checking.one_of(
            given.get("metric"), INTERNAL, _("Between teams, acceptance and handling are promised.")
        ),
        team=team,
        service=checking.key(given.get("service")),
        process=process,
        priority=checking.priority(given.get("priority")),
        item=checking.key(given.get("item")),
        seconds=checking.seconds(given.get("seconds")),
        calendar=calendar,
        pauses=checking.one_of(
            given.get("pauses", "by_reason"),
            PAUSES,
            _("A promise starts, stops and stands still in one of the known ways."),
        ),
        agreement=checking.name(given.get("agreement"), most=32),
        place=checking.whole(given.get("place", 0), low=0, high=10_000, sentence=_("A key is a whole number.")),
    )
