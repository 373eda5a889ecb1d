"""Reports of the demo: months issued and signed, one late, one met by a hair, one missed; this month's and year's are being prepared."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger

from catalogue.models import Service
from itsm.demo.world import World
from itsm.people.models import Organisation
from itsm.service_reports import contract_years, owed, steps, uptime, work
from itsm.service_reports.document import to_judge
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue, ReportStep
from itsm.service_reports.periods import Span, before, local, period_of
from itsm.tickets.models import Outage
from sla import outages
from sla.availability import reckon
from sla.promise_periods import CONTRACT_YEAR

CUSTOMER, KEEPER, APPROVER, SIGNER, WRITER = "ndu", "sun", "director", "president", "chen"
DAY = timedelta(days=1)
#: What of the agreed time is lost, in hundred-thousandths: exactly what 99.9 % allows, and a little more.
BY_A_HAIR, A_LITTLE_MORE = 100, 102
#: Which report of the demo was issued late, counted from the first.
LATE = 1


def tell(world: World, *, at: datetime) -> None:
    """Close every month that is owed, one of them late, and begin the report of this one."""
    now = period_of(local(at).date())
    last = before(now)
    service = world.services["machine-room"]
    customer = Organisation.objects.select_related("customer").get(code=CUSTOMER)
    fine = before(last)
    while not _lose(world, service, fine, BY_A_HAIR) and fine[0] > last[0] - 120 * DAY:
        fine = before(fine)
    _lose(world, service, last, A_LITTLE_MORE)
    said = {
        fine: "停電期間由不斷電系統供電，達成目標；已請廠商檢查切換開關。",
        last: "外電異常造成一號迴路跳脫，未達目標。已調整保護電驛並排定備援迴路演練。",
    }
    for place, span in enumerate(_months(customer, at=at, beside=[fine, last])):
        late = place == LATE and span not in said
        words = said.get(span, "本月依約辦理，未達成者已逐項檢討。")
        _close(world, customer, span, service, words, at=at, after=25 * DAY if late else 8 * DAY)
    begun = steps.prepare(customer, now, by=world.people[KEEPER], at=at)
    work.calculate(begun.pk, at=at)  # papers are the worker's: they would make loading long
    _begin_year(world, customer, at=at)


def _begin_year(world: World, customer: Organisation, *, at: datetime) -> None:
    """Begin the report of the running year of the customer's agreement."""
    today = contract_years.Day(local(at).date(), is_month=False)
    span, agreement = contract_years.asked(today, CONTRACT_YEAR, customer=customer, agreement=None, at=at)
    begun = steps.prepare(customer, span, by=world.people[KEEPER], at=at, kind=CONTRACT_YEAR, agreement=agreement)
    work.calculate(begun.pk, at=at)


def _months(customer: Organisation, *, at: datetime, beside: list[Span]) -> list[Span]:
    """List the months whose reports are owed, and those ``beside``, in their order."""
    due = owed.due_within(at - 400 * DAY, at, customer=customer)
    return sorted({one.span for one in due if one.kind == "month"}.union(beside))


def _lose(world: World, service: Service, span: Span, share: int) -> bool:
    """Write down an outage of the first item, so long that just this share is lost; tell whether so much was left to lose."""
    found = reckon(service, *span, at=span[1])
    item = found.terms.items[0] if found.terms.items else None
    figure = uptime.adjusted(found, uptime.of_item(found, item) if item else found.outages)
    seconds = figure.total("whole") * share // 100_000 - figure.total("lost")
    nights = [span[0] + day * DAY + timedelta(hours=3) for day in range(2, 27)]
    start = next((one for one in nights if not any(_near(one, outage) for outage in found.outages)), None)
    if seconds <= 0 or start is None:
        return False
    outages.record(
        service, started_at=start, ended_at=start + timedelta(seconds=seconds), by=world.people[WRITER], at=start + DAY,
        ci_id=item.ci_id if item else None, evidence="環控系統告警紀錄：一號迴路跳脫，切換備援供電。",
    )  # fmt: skip
    return True


def _near(start: datetime, outage: Outage) -> bool:
    """Tell whether an outage lies within half a day."""
    return outage.started_at < start + DAY / 2 and (outage.ended_at is None or outage.ended_at > start - DAY / 2)


def _close(
    world: World, customer: Organisation, span: Span, service: Service, text: str, *, at: datetime, after: timedelta
) -> None:
    """Lead the report of a month to the customer's signature, so long ``after`` it."""
    keeper, then = world.people[KEEPER], min(at, span[1] + after)
    made = steps.prepare(customer, span, by=keeper, at=then)
    work.calculate(made.pk, at=then)
    made.refresh_from_db()
    for one in made.services.order_by("code"):
        words = text if one == service else "各項目標之執行情形如表列；逾時案件均已個別檢討。"
        steps.comment(made, one, words, results=_found(made, one), by=keeper, at=then)
    made.refresh_from_db()
    steps.approve(made, digest=made.digest, by=world.people[APPROVER], at=then)
    steps.issue(made, by=keeper, at=then)
    signature = steps.Signature(world.people[SIGNER].name, "校長", "請於下次服務審查會議說明改善進度。")
    steps.acknowledge(made, signature, way="link", by=world.people[SIGNER], at=min(at, then + 2 * DAY))


def _found(made: ReportIssue, service: Service) -> list[Result]:
    """Say what came of the promises that nothing measures."""
    text, link = "手冊第 4.2 版已於月底前公布於入口網站。", "https://portal.example.edu.tw/documents/manual"
    return [Result(line["name"], "met", text, link) for line in to_judge(made.figures, service.code)]


def remove() -> None:
    """Take the reports to the demo's customer out, issued ones too."""
    with pgtrigger.ignore("service_reports.ReportIssue:report_issued_never_deleted"):
        found = ReportIssue.objects.filter(customer__lead__is_demo=True)
        ReportStep.objects.filter(issue__in=found).delete()
        found.delete()
