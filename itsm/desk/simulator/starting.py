"""What a draft begins with: the terms in force, an earlier run, or the draft of an agreement."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from itsm.people.models import Organisation
from sla.models import AgreementEdition, AgreementRow, ServiceAgreement
from sla.simulation.agreed_draft import DraftedAgreement, DraftedPromise, DraftedRow
from sla.simulation.between_teams import OlaRow
from sla.simulation.draft import METRICS, Draft
from sla.simulation.policy import Measure, Row
from sla.simulation.stay_reading import rows_of
from sla.simulation.terms import InForce, in_force
from sla.simulation_models import SimulationRun

WITH = ("rows__offerings", "rows__promises__calendar")
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
    agreement: DraftedAgreement | None = None
    dates: tuple[date | None, date | None] = (None, None)
    olas: tuple[OlaRow, ...] = ()


def start(*, run: SimulationRun | None = None, agreement: str = "") -> Start:
    """This will give what the form begins with.

    :raises Http404: if there is no such agreement
    """
    present = in_force()
    if run is not None:
        return _of_run(run, present)
    if agreement:
        return _of_agreement(agreement, present)
    return Start(present, present.rows, present.matrix, present.pauses, olas=present.olas)


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
        agreement=draft.agreement,
        dates=(draft.agreement.since, draft.agreement.until) if draft.agreement else (None, None),
        olas=present.olas if draft.ola is None else draft.ola,
        note=_note(draft.agreement) if draft.agreement else "",
    )


def _of_agreement(number: str, present: InForce) -> Start:
    found = ServiceAgreement.objects.filter(number=number).first()
    editions = AgreementEdition.objects.filter(agreement=found).select_related("agreement").prefetch_related(*WITH)
    edition = editions.order_by("-major", "-minor").first() if found else None
    if found is None or edition is None:
        raise Http404(_("There is no agreement with this number."))
    begun = Start(present, present.rows, present.matrix, present.pauses, title=str(found.title), olas=present.olas)
    if found.type == ServiceAgreement.Type.SLA:
        return _of_sla(begun, edition)
    if found.type == ServiceAgreement.Type.OLA:
        return _of_ola(begun, edition)
    return replace(begun, note=_("Contracts with suppliers are not walked: this draft begins with the terms in force."))


def _of_sla(begun: Start, edition: AgreementEdition) -> Start:
    agreement = edition.agreement
    rows = tuple(DraftedRow(row.service_id, _offerings(row), _promised(row)) for row in edition.rows.all())
    made = DraftedAgreement(
        str(agreement.number),
        edition.number,
        agreement.pk,
        agreement.consumer_id,
        edition.valid_from,
        edition.valid_to,
        rows,
    )
    if not made.promises:
        return replace(begun, note=_("%s promises nothing that can be walked.") % agreement.number)
    if edition.valid_from is None or edition.valid_from > localdate():
        made = replace(made, since=None, until=None)  # it has no past of its own yet: tried on all of it
    return replace(begun, agreement=made, dates=(edition.valid_from, edition.valid_to), note=_note(made))


def _note(made: DraftedAgreement) -> str:
    words = _(
        "%(count)s promises of %(number)s, version %(edition)s, are tried on the cases that it would govern: those of "
        "%(customer)s, for its services and offerings. All other cases stay as they are and are counted as untouched."
    )
    customer = Organisation.objects.filter(pk=made.consumer).first() if made.consumer else None
    return words % {
        "count": len(made.promises), "number": made.number, "edition": made.edition,
        "customer": str(customer) if customer else _("every customer"),
    }  # fmt: skip


def _of_ola(begun: Start, edition: AgreementEdition) -> Start:
    number = str(edition.agreement.number)
    kept = [row for row in begun.olas if row.agreement != number]
    newest = 1 + max((row.place for row in kept), default=0)
    own = [made for row in edition.rows.all() for made in rows_of(row, place=newest + _back(edition, row))]
    words = _("%(count)s promises of %(number)s, version %(edition)s, are laid over the OLAs in force.")
    note = words % {"count": len(own), "number": number, "edition": edition.number}
    return replace(begun, olas=(*kept, *own), note=note)


def _back(edition: AgreementEdition, row: AgreementRow) -> int:
    """Tell how many rows of an edition stand behind one: the first counts before them."""
    return sum(other.position > row.position for other in edition.rows.all())


def _offerings(row: AgreementRow) -> tuple[int, ...]:
    return tuple(one.pk for one in row.offerings.all())


def _promised(row: AgreementRow) -> tuple[DraftedPromise, ...]:
    return tuple(
        DraftedPromise(
            promise.metric, promise.process, promise.priority, promise.request_item_id, promise.seconds,
            promise.calendar.code if promise.calendar else None, promise.starts, promise.stops, promise.pauses,
        )
        for promise in row.promises.all()
        if promise.metric in METRICS and promise.seconds
    )  # fmt: skip
