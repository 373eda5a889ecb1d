"""What the page of a report is given: its cells, its charts, and what the reader may do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from itsm.draw.columns import Column, columns
from itsm.people.models import Person
from itsm.service_reports import access
from itsm.service_reports.document import to_judge
from itsm.service_reports.drawn import Pen
from itsm.service_reports.forms import ResultForm, result_form
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.querysets import APPROVERS
from itsm.service_reports.sheet import ServicePart, Sheet
from itsm.service_reports.shown import sheet as set_sheet
from itsm.service_reports.wording import percent, promise
from itsm.tickets.models import Ticket

STATE = ReportIssue.State
TONES = {
    "prepared": "working",
    "commented": "working",
    "approved": "decision",
    "issued": "waiting",
    "acknowledged": "done",
}


@dataclass(frozen=True)
class Offer:
    """A step that may be taken; ``refusal`` says why not, ``asks`` why a reason is wanted."""

    name: str
    label: str
    refusal: str = ""
    primary: bool = False
    asks: str = ""


@dataclass(frozen=True)
class Section:
    """A service on the page: its part of the report, its chart, and the commentary that the reader may write."""

    service: ServicePart
    chart: SafeString
    may_comment: bool
    written: str
    results: Sequence[tuple[str, ResultForm]] = ()


def context(
    issue: ReportIssue, person: Person | None, *, at: datetime, minguo: bool | None = None, written: Mapping[str, Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """Give everything that the page, the print page and the page of the signed link show; only people follow numbers.

    ``written`` keeps what was sent about services and refused.
    """
    shown = set_sheet(issue, minguo=minguo) if issue.digest else None
    return {
        "issue": issue, "sheet": shown, "tone": TONES[issue.state], "sections": _sections(issue, shown, person, written or {}),
        "offers": _offers(issue, person, at=at) if person else [], "pen": _pen(issue, shown, person),
        "papers": list(issue.papers.order_by("language")), "years": _years(shown),
        "share": 100 * issue.done // issue.of if issue.of else 0,
    }  # fmt: skip


def _years(shown: Sheet | None) -> str:
    return "minguo" if shown and shown.extra["minguo"] else "gregorian"


def _sections(
    issue: ReportIssue, shown: Sheet | None, person: Person | None, written: Mapping[str, Any]
) -> list[Section]:
    if shown is None:
        return []
    mine = _commented(issue, person)
    return [_section(issue, one, one.code in mine, written.get(one.code)) for one in shown.services]


def _section(issue: ReportIssue, one: ServicePart, may_comment: bool, sent: Any) -> Section:
    """Give a service with what its owner may write: as it was sent and refused, else as it stands."""
    if not may_comment:
        return Section(one, chart(one), False, "")
    said = one.comment["text"] if one.comment else ""
    forms = [(promise(line), result_form(line, sent)) for line in to_judge(issue.figures, one.code)]
    return Section(one, chart(one), True, sent.get("text", "") if sent is not None else said, forms)


def _pen(issue: ReportIssue, shown: Sheet | None, person: Person | None) -> Pen:
    if shown is None or person is None:
        return Pen()
    address = reverse("service_reports:rows", args=[issue.pk, "x"]).removesuffix("x/")
    return Pen(address, _records(shown, person))


def chart(one: ServicePart, *, labelled: bool = True) -> SafeString:
    """Draw the trend of a service; not ``labelled``, it stands over the table that names its periods."""
    series = [Column(at.label, at.value, at.text, at.missed, at.year) for at in one.points]
    aim = _("target %s") % percent(f"{one.target:.3f}") if one.target is not None else ""
    return columns(
        series,
        title=f"{one.title}: {one.trend.title}",
        ident=f"trend-{one.code}-svg",
        target=one.target,
        target_text=aim,
        labelled=labelled,
    )


def _offers(issue: ReportIssue, person: Person, *, at: datetime) -> list[Offer]:
    """List the steps that lie ahead for ``person``, with why not."""
    over = at >= issue.ends_at
    found = []
    if access.prepares(person) and issue.state in access.IN_WORK:
        busy = _("The figures are being calculated.") if issue.is_busy else ""
        found.append(Offer("recalculate", _("Calculate anew"), busy))
    if person.role_codes & APPROVERS and issue.state in access.IN_WORK:
        asks, why = access.why_unjudged(issue), access.why_not_approve(issue, by=person)
        found.append(Offer("approve", _("Approve"), why, primary=True, asks=asks))
    if person.role_codes & APPROVERS and issue.state == STATE.APPROVED:
        found.append(Offer("send_back", _("Send back")))
    if access.prepares(person) and issue.state in (*access.IN_WORK, STATE.APPROVED):
        why = access.why_not_issue(issue, by=person, over=over)
        found.append(Offer("issue", _("Freeze and issue"), why, primary=not why))
    return found


def _commented(issue: ReportIssue, person: Person | None) -> set[str]:
    """Name the services whose commentary ``person`` may write."""
    if person is None or issue.state not in access.IN_WORK or not issue.digest:
        return set()
    rows = issue.services.values_list("code", "owner")
    return {code for code, owner in rows if access.may_comment(person, owner)}


def _records(shown: Sheet, person: Person) -> frozenset[str]:
    """Name the records of the report that ``person`` may open."""
    numbers = {cell.ref for table in shown.tables() for row in table.rows for cell in row if cell.ref}
    return frozenset(Ticket.objects.visible_to(person).filter(number__in=numbers).values_list("number", flat=True))
