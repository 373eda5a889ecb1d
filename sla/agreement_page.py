"""What the page of an agreement shows beside what all records have: the paper's table, the promises, the chain."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itsm.tickets.finding import page_of
from sla import lived
from sla.agreement_figures import Kept, kept
from sla.agreement_guards import missing
from sla.agreement_querysets import keeps
from sla.agreement_words import fault_words, promise_words, remedy_words, report_words, span_words
from sla.agreement_writing import WRITTEN_IN
from sla.lived import Lived
from sla.models import AgreementEdition, AgreementRow, Promise, ServiceAgreement
from sla.workload import limits

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The columns of the paper after service and items, with their heads.
COLUMNS = ("availability", "response", "reporting", "continuity", "maintenance", "remarks")
WITH = (
    "rows__service", "rows__offerings", "rows__items__ci", "rows__promises__calendar", "rows__promises__request_item",
    "rows__maintenance_plans__team", "exclusions", "remedies__service", "documents", "signatories",
)  # fmt: skip


def heads() -> list[str]:
    """Name the eight columns of the paper."""
    return [
        _("Service name"), _("Service items (with resources)"), _("Availability"), _("Response time"), _("Reporting"), _("Continuity"),
        _("Scheduled maintenance"), pgettext("column of an agreement", "Remarks"),
    ]  # fmt: skip


def page(record: ServiceAgreement, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect the edition that is asked for, else the one in force, else the newest."""
    editions = list(record.editions.select_related("hours", "change"))
    edition = chosen(editions, str(getattr(record, "asked", {}).get("edition", "")))
    newest = editions[0] if editions else None
    writable = keeps(person) and record.state in WRITTEN_IN and (newest is None or newest.sealed_at is None)
    context: dict[str, Any] = {
        "editions": editions, "edition": edition, "newest": newest, "may_write": writable,
        "lacks": missing(record) if writable else [], "parties": parties(record),
        "underpins": _links(record.underpins.all(), person), "underpinned_by": _links(record.underpinned_by.all(), person),
        "may_simulate": "slm" in person.role_codes and record.type != "uc", "contract": record.under,
        "contract_url": page_of(record.under) if record.under_id and record.type == "uc" else "",
    }  # fmt: skip
    return context | (shown(edition, at=at) | {"asked": asked(edition, person)} if edition is not None else {})


#: How the answers to requests for signatures look: tone and glyph.
LOOKS = {
    "open": ("waiting", "clock"),
    "signed": ("done", "check"),
    "declined": ("danger", "cross"),
    "withdrawn": ("closed", ""),
}


def asked(edition: AgreementEdition, person: Person) -> list[dict[str, Any]]:
    """List whose signatures were asked for an edition, until it is signed."""
    if edition.signed_at is not None:
        return []
    rows = edition.requests.select_related("person").order_by("-pk")[:10]
    return [
        {
            "row": row, "tone": LOOKS[row.answer][0], "glyph": LOOKS[row.answer][1],
            "mine": row.answer == "open" and row.person_id == person.pk,
        }
        for row in rows
    ]  # fmt: skip


def chosen(editions: list[AgreementEdition], number: str) -> AgreementEdition | None:
    """Choose the edition with that number, else the one in force, else the newest."""
    named = next((one for one in editions if one.number == number), None)
    running = next((one for one in editions if one.applied_at and not one.ended_at), None)
    return named or running or (editions[0] if editions else None)


def shown(edition: AgreementEdition, *, at: datetime) -> dict[str, Any]:
    """Lay out an edition: its table, its promises with what came of them this month, and what cannot be kept."""
    whole = AgreementEdition.objects.prefetch_related(*WITH).get(pk=edition.pk)
    rows = list(whole.rows.all())
    start = localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    promises = [promise for row in rows for promise in row.promises.all()]
    results = {one.promise.pk: one for one in kept(promises, start=start, end=at)} if edition.applied_at else {}
    green = any(one.passed for one in results.values())
    beside = lived.by_service(edition.agreement.consumer_id, start=start, end=at) if green else {}
    return {
        "heads": heads(), "table": [cells(row) for row in rows], "promised": [_promised(row, results, beside) for row in rows],
        "clauses": _clauses(whole), "exclusions": list(whole.exclusions.all()),
        "remedies": list(whole.remedies.all()), "remedied": [remedy_words(one) for one in whole.remedies.all()],
        "documents": list(whole.documents.all()), "signatories": list(whole.signatories.all()),
        "faults": [fault_words(fault) for fault in whole.chain],
        "plans": [plan for row in rows for plan in row.maintenance_plans.all()], "month": start,
    }  # fmt: skip


def cells(row: AgreementRow) -> dict[str, Any]:
    """Give a row as the paper prints it: service, numbered items, and six texts."""
    items = [str(item.name) for item in row.items.all()]
    numbered = [
        _("%(number)s. %(name)s") % {"number": number, "name": name} for number, name in enumerate(items, start=1)
    ]
    listed = numbered if len(items) > 1 else items
    offered = [str(one) for one in row.offerings.all()]
    return {
        "service": str(row.service) if row.service_id else _("Every service"), "offerings": offered, "items": listed,
        "texts": [row.cell(column) for column in COLUMNS], "pk": row.pk,
    }  # fmt: skip


def _promised(row: AgreementRow, results: dict[int, Kept], beside: dict[int, Lived]) -> dict[str, Any]:
    lines = [
        {
            "promise": promise,
            "words": promise_words(promise),
            "span": span_words(promise),
            "result": results.get(promise.pk),
            "elsewhere": _availability_of(promise, row),
        }
        for promise in row.promises.all()
    ]
    service = str(row.service) if row.service_id else _("Every service")
    mine = [one for key, one in beside.items() if row.service_id in (None, key)]
    return {
        "service": service, "lines": lines, "report": report_words(row), "procedure": row.procedure,
        "address": row.procedure_url, "lived": reduce(Lived.with_more, mine, Lived()),
    }  # fmt: skip


def _availability_of(promise: Promise, row: AgreementRow) -> str:
    """Give the address of the page that reckons what a promise is held against; nothing for those that cases keep or miss."""
    if promise.metric not in ("availability", "downtime", "longest_outage", "outages") or row.service is None:
        return ""
    return reverse("availability:service", args=[row.service.code])


def parties(record: ServiceAgreement) -> list[tuple[str, str]]:
    """Name the two sides and what the agreement is."""
    return [
        (_("Type"), str(record.get_type_display())),
        (_("Level"), str(record.get_level_display())),
        (_("Provider"), record.provider_words or "—"),
        (_("Customer"), record.consumer_words or _("everybody")),
        (_("Answers for it"), str(record.owner or "—")),
    ]


def _clauses(edition: AgreementEdition) -> list[tuple[str, str]]:
    workload = "\n".join(filter(None, [edition.workload_words, *limits(edition.workload)]))
    rows = [
        (_("Workload limits"), workload), (_("Exceptions"), edition.exceptions),
        (_("The provider's responsibilities"), edition.provider_duties), (_("The customer's responsibilities"), edition.customer_duties),
        (_("Charging"), edition.charging), (_("What changes, and why"), edition.reason),
    ]  # fmt: skip
    return [(label, text) for label, text in rows if text]


def _links(found: Any, person: Person) -> list[dict[str, Any]]:
    rows = found.visible_to(person).order_by("type", "pk")[:30]
    return [{"record": row, "url": page_of(row), "state": row.flows[0].states[row.state]} for row in rows]
