"""What teams and suppliers promise less of than the SLA above them: the stand-by, lost data, notice of maintenance, availability."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sla.agreement_paths import named, serving
from sla.models import AgreementEdition, AgreementRow

Weaker = dict[str, Any]


def weaker(row: AgreementRow, lower: Iterable[AgreementEdition]) -> Iterator[Weaker]:
    """List by measure what is promised below, and who promises it, where it is weaker than what ``row`` promises."""
    for edition, one in serving(lower, row):
        yield from _compared(row, edition, one)


def _compared(row: AgreementRow, edition: AgreementEdition, one: AgreementRow) -> Iterator[Weaker]:
    pairs = (
        ("continuity", _standby(row), _standby(one)),
        ("rpo", row.rpo_seconds, one.rpo_seconds),
    )
    for measure, promised, given in pairs:
        if promised is not None and given is not None and given > promised:
            yield _fault(measure, edition, promised, given)
    promised, given = _notice(row, max), _notice(one, min)
    if promised is not None and given is not None and given < promised:
        yield _fault("notice", edition, promised, given)
    yield from _available(row, edition, one)


def _standby(row: AgreementRow) -> int | None:
    """Give the shortest time within which the stand-by starts; None where nothing says so."""
    said = [one.seconds for one in row.promises.all() if one.metric == "continuity" and one.seconds is not None]
    return min([*said, *([row.rto_seconds] if row.rto_seconds is not None else [])], default=None)


def _notice(row: AgreementRow, which: Any) -> int | None:
    """Give the days before which maintenance is announced; None where none is planned."""
    found: int | None = which((plan.notice_days for plan in row.maintenance_plans.all()), default=None)
    return found


def _available(row: AgreementRow, edition: AgreementEdition, one: AgreementRow) -> Iterator[Weaker]:
    """Compare the availability of the service as a whole; that of single components is reckoned by the CMDB."""
    if one.service_id is None or any(item.ci_id is not None for item in one.items.all()):
        return
    promised, given = _availability(row), _availability(one)
    if promised is not None and given is not None and given < promised:
        yield _fault("availability", edition, _plain(promised), _plain(given)) | {"gap": _plain(promised - given)}


def _availability(row: AgreementRow) -> Decimal | None:
    said = [one.value for one in row.promises.all() if one.metric == "availability" and one.value is not None]
    return max(said, default=None)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _fault(measure: str, edition: AgreementEdition, promised: Any, given: Any) -> Weaker:
    zh, en = named(edition)
    return {
        "kind": "weaker", "measure": measure, "promised": promised, "given": given, "number": edition.agreement.number or "",
        "who": {"zh": zh, "en": en},
    }  # fmt: skip
