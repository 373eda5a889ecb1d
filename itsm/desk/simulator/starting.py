"""What a draft begins with: the terms in force, an earlier run, or the draft of an agreement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from sla.models import AgreementEdition, ServiceAgreement
from sla.simulation.draft import METRICS, Draft
from sla.simulation.policy import AT_CLOSING, Measure, Row
from sla.simulation.terms import InForce, in_force
from sla.simulation_models import SimulationRun

DRAFTED_HOURS = "draft"


@dataclass(frozen=True)
class Start:
    """The rows, matrix, pause rules and measures that a form shows, and the draft that they come from."""

    present: InForce
    rows: tuple[Row, ...]
    matrix: dict[tuple[int, int, int | None], int]
    pauses: frozenset[str]
    measures: dict[str, Measure] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    note: str = ""
    services: tuple[int, ...] = ()
    aside: bool = False


def start(*, run: SimulationRun | None = None, agreement: str = "") -> Start:
    """This will give what the form begins with.

    :raises Http404: if there is no such agreement
    """
    present = in_force()
    if run is not None:
        return _of_run(run, present)
    if agreement:
        return _of_agreement(agreement, present)
    return Start(present, present.rows, present.matrix, present.pauses)


def _of_run(run: SimulationRun, present: InForce) -> Start:
    draft = Draft.parse(run.draft)
    return Start(
        present,
        present.rows if draft.targets is None else draft.targets,
        present.matrix if draft.matrix is None else dict(draft.matrix),
        present.pauses if draft.pauses is None else draft.pauses,
        dict(draft.measures),
        run.draft,
        run.title,
        aside=not draft.agreements,
    )


def _of_agreement(number: str, present: InForce) -> Start:
    found = ServiceAgreement.objects.filter(number=number).first()
    edition = AgreementEdition.objects.filter(agreement=found).order_by("-number").first() if found else None
    if found is None or edition is None:
        raise Http404(_("There is no agreement with this number."))
    rows = {row[:5]: row for row in present.rows}
    promised = [row for one in edition.rows.all() for row in _promised(one)]
    rows |= {row[:5]: row for row in promised}
    note = _(
        "%(count)s promises of %(number)s, edition %(edition)s, are laid over the targets in force; "
        "they count for every customer of the service here."
    )
    words = note % {"count": len(promised), "number": found.number, "edition": edition.number}
    services = tuple(sorted({row.service for row in promised if row.service}))
    return Start(
        present, tuple(rows.values()), present.matrix, present.pauses, _measures(edition), {}, str(found.title), words, services,
        aside=True,
    )  # fmt: skip


def _promised(row: Any) -> list[Row]:
    items = [one.pk for one in row.offerings.all()] or [None]
    return [
        Row(
            promise.metric, promise.process, promise.priority, row.service_id, promise.request_item_id or item, promise.seconds,
            promise.calendar.code if promise.calendar else None,
        )
        for promise in row.promises.filter(metric__in=METRICS, seconds__isnull=False).select_related("calendar")
        for item in items
    ]  # fmt: skip


def _measures(edition: AgreementEdition) -> dict[str, Measure]:
    """A promise that ends with the closing, or that nothing stops, is measured so for all of its metric."""
    found: dict[str, Measure] = {}
    for row in edition.rows.all():
        for promise in row.promises.filter(metric__in=("resolution", "fulfilment")):
            closing = promise.stops == promise.Stops.CLOSED
            if closing or promise.pauses == promise.Pauses.NEVER:
                found[promise.metric] = Measure(
                    AT_CLOSING if closing else "flow", promise.pauses != promise.Pauses.NEVER
                )
    return found
