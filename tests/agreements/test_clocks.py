"""What is agreed feeds the clocks: which agreement, which promise, its events; teams and suppliers likewise."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, RequestItem, Service
from incidents import services
from itsm.people.models import Organisation, Person, Team
from itsm.records.perform import open_record, perform
from itsm.tickets import assignments, comments
from relationships import suppliers
from relationships.models import Supplier
from sla import agreements
from sla.ledger import ledger
from sla.models import Clock, ServiceAgreement
from sla.replay import drift
from tests.agreements.conftest import DAY, Draft, clock_promise, sheet
from tests.fixtures import MONDAY

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def report(requester: Person, service: Service) -> Callable[..., Any]:
    """Report a fault of the service on Monday at 10:00."""

    def make(**more: Any) -> Any:
        given: dict[str, Any] = {"by": requester, "requester": requester, "service": service, "at": MONDAY} | more
        return services.raise_incident(title="公文系統無法登入", **given)

    return make


@pytest.fixture
def grade(agent: Person, category: Category) -> Callable[..., Any]:
    """Classify an incident as P3, or as its impact and urgency say."""

    def classify(case: Any, *, at: Any = MONDAY, impact: str = "2", urgency: str = "2") -> Any:
        given = {"service": case.service, "category": category, "impact": impact, "urgency": urgency}
        return perform(case, "classify", by=agent, at=at, **given)

    return classify


def clock(case: Any, metric: str = "resolution") -> Clock:
    """Give the last clock of a metric, which must be what its events make of it."""
    found = Clock.objects.filter(record=case.pk, metric=metric).order_by("cycle").last()
    assert found is not None
    assert drift(found) == {}
    return found


def test_without_an_agreement_the_targets_of_the_house_count(report: Callable[..., Any]) -> None:
    case = report()

    assert agreements.applying(case) is None
    assert (clock(case).target_seconds, "agreement" in clock(case).terms) == (16 * 3600, False)


def test_a_case_is_measured_by_the_agreement_and_says_why(put_in_force: Draft, report: Callable[..., Any]) -> None:
    made = put_in_force()
    case = report()

    found = agreements.applying(case)
    assert found is not None
    assert (found.agreement.pk, found.row.service_id) == (made.pk, case.service_id)
    assert str(made.number) in found.reason
    assert "電子公文" in found.reason
    assert (clock(case).target_seconds, clock(case).due_at) == (8 * 3600, MONDAY + 8 * HOUR)
    assert clock(case).terms["agreement"]["number"] == made.number
    [_response, resolution] = ledger(case, at=MONDAY)
    assert f"{made.number} 01.00" in resolution.rows[0].text


def test_a_priority_has_its_own_promise(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any]
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 7200, priority=1), clock_promise("resolution", 36000)))
    case = report()
    before = clock(case).target_seconds

    grade(case, impact="1", urgency="1")

    assert (before, clock(case).target_seconds) == (36000, 7200)


def test_the_nearest_unit_goes_before_those_above_and_everybody(
    put_in_force: Draft, report: Callable[..., Any], unit: Organisation
) -> None:
    above = Organisation.objects.create(code="university", name_zh="大學", name_en="University")
    other = Organisation.objects.create(code="arts", name_zh="文學院", name_en="Arts")
    unit.parent = above
    unit.save()
    for consumer, seconds in ((None, 5000), (other, 4000), (above, 3000), (unit, 2000)):
        put_in_force(sheet("documents", clock_promise("resolution", seconds)), consumer=consumer, level="corporate")
        expected = {5000: 5000, 4000: 5000, 3000: 3000, 2000: 2000}[seconds]
        assert clock(report()).target_seconds == expected


def test_an_offering_goes_before_its_service(
    put_in_force: Draft, requester: Person, mailbox_item: RequestItem, password_item: RequestItem
) -> None:
    contents = sheet("documents", clock_promise("fulfilment", 9000))
    contents["rows"].append(
        {"service": "documents", "offerings": ["mailbox"], "promises": [clock_promise("fulfilment", 1000)]}
    )
    put_in_force(contents)

    mailbox = services.raise_request(by=requester, requester=requester, item=mailbox_item, at=MONDAY)
    password = services.raise_request(by=requester, requester=requester, item=password_item, at=MONDAY)

    assert clock(mailbox, "fulfilment").target_seconds == 1000
    assert clock(password, "fulfilment").target_seconds == password_item.target_seconds


def test_the_day_of_receipt_decides(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], slm: Person
) -> None:
    made = put_in_force()
    case = report()
    perform(made, "terminate", by=slm, at=MONDAY + HOUR, reason="服務停止")

    late = report(at=MONDAY + 2 * HOUR)
    grade(case, at=MONDAY + 2 * HOUR, impact="1", urgency="1")

    assert "agreement" not in clock(late).terms
    assert clock(case).terms["agreement"]["number"] == made.number


def test_a_promise_by_the_closing_counts_while_the_requester_confirms(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, requester: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 8 * 3600, stops="closed")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    case = perform(case, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="重新啟動")
    while_confirming = clock(case).state

    perform(case, "confirm_resolution", by=requester, at=MONDAY + 9 * HOUR, confirmation="portal")

    assert (while_confirming, clock(case).state, clock(case).elapsed_seconds) == ("running", "missed", 9 * 3600)


def test_a_promise_from_the_assignment_counts_from_there(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 3600, starts="assigned")))
    case = grade(report())
    before = clock(case)

    assignments.take(case, by=agent, at=MONDAY + 5 * HOUR)

    assert (before.state, before.pause_reason, before.due_at) == ("paused", "not_started", None)
    assert (clock(case).state, clock(case).due_at) == ("running", MONDAY + 6 * HOUR)


def test_a_promise_of_a_reply_is_not_met_by_judging(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("response", 3600, stops="replied")))
    case = grade(report(), at=MONDAY + MINUTE)
    before = clock(case, "response").state

    comments.reply(case, body="處理中", by=agent, at=MONDAY + 30 * MINUTE)

    assert (before, clock(case, "response").state, clock(case, "response").elapsed_seconds) == ("running", "met", 1800)


def test_a_promise_that_never_stands_still_runs_while_the_case_waits(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    from itsm.tickets.models import HoldReason

    put_in_force(sheet("documents", clock_promise("resolution", 8 * 3600, pauses="never")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    case = perform(
        case, "hold", by=agent, at=MONDAY + HOUR, hold_reason=HoldReason.objects.get(code="awaiting_user"), comment="請問？",
        follow_up_at=MONDAY + DAY,
    )  # fmt: skip

    assert clock(case).state == "running"


def test_a_team_has_its_time_to_accept_and_its_time_to_work(
    ola: ServiceAgreement, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, engineer: Person,
    network_team: Team,
) -> None:  # fmt: skip
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    at_the_desk = Clock.objects.between_teams().count()
    case = perform(case, "escalate_second_line", by=agent, at=MONDAY + HOUR, team=network_team, note="登入 502")
    waiting = clock(case, "acceptance")

    case = assignments.take(case, by=engineer, at=MONDAY + HOUR + 10 * MINUTE)
    case = perform(
        case, "resolve", by=engineer, at=MONDAY + 3 * HOUR, resolution_code="fixed", resolution_note="重新啟動"
    )

    assert (at_the_desk, waiting.state, waiting.due_at) == (0, "running", MONDAY + HOUR + 20 * MINUTE)
    assert (clock(case, "acceptance").state, clock(case, "acceptance").elapsed_seconds) == ("met", 600)
    assert (clock(case, "handling").state, clock(case, "handling").elapsed_seconds) == ("met", 6600)
    assert clock(case, "handling").terms["agreement"]["number"] == ola.number


def test_work_that_is_handed_back_ends_and_begins_anew(
    ola: ServiceAgreement, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, engineer: Person,
    network_team: Team,
) -> None:  # fmt: skip
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    case = perform(case, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="登入 502")
    case = assignments.take(case, by=engineer, at=MONDAY)
    case = perform(case, "return_first_line", by=engineer, at=MONDAY + 5 * HOUR, reason="請補資料")
    first = clock(case, "handling")
    case = perform(case, "escalate_second_line", by=agent, at=MONDAY + 6 * HOUR, team=network_team, note="已補")

    assert (first.state, first.cycle) == ("missed", 1)
    assert (clock(case, "acceptance").cycle, clock(case, "acceptance").state) == (2, "running")


def test_a_supplier_case_is_measured_by_the_agreement_of_its_contract(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, slm: Person
) -> None:
    firm = Organisation.objects.create(code="firm", name_zh="廠商", kind="supplier")
    contract = suppliers.open_contract(by=slm, supplier=Supplier.objects.create(organisation=firm), title="維護合約")
    made = put_in_force(
        sheet("documents", clock_promise("resolution", 7200)),
        type="uc",
        consumer=None,
        level="corporate",
        under=contract,
    )
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    asked = suppliers.open_case(case, by=agent, at=MONDAY, contract=contract)

    asked = perform(asked, "send", by=agent, at=MONDAY, contract=contract, reference="A-1", question="請修復")

    assert clock(asked).target_seconds == 7200
    assert clock(asked).terms["agreement"]["number"] == made.number


def test_an_agreement_promises_nothing_on_a_change(put_in_force: Draft, requester: Person, service: Service) -> None:
    from changes.models import Change

    put_in_force()

    made = open_record(Change, by=None, at=MONDAY, title="x", requester=requester, service=service, received_at=MONDAY)

    assert not Clock.objects.agreed().filter(record=made.pk, terms__has_key="agreement").exists()


def resolved(case: Any, *, by: Person, at: Any, **more: Any) -> Any:
    """Resolve an incident."""
    return perform(case, "resolve", by=by, at=at, resolution_code="fixed", resolution_note="重新啟動", **more)


def outage_begun(case: Any) -> None:
    """Note that the service is down since the case was received."""
    from itsm.tickets.models import Outage

    Outage.objects.create(ticket_id=case.pk, service=case.service, started_at=MONDAY)


def test_a_promise_until_the_restoration_counts_to_the_time_that_is_given(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, requester: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 8 * 3600, stops="restored")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    outage_begun(case)

    case = resolved(case, by=agent, at=MONDAY + 3 * HOUR, restored_at=MONDAY + 2 * HOUR)
    resting = clock(case)
    perform(case, "confirm_resolution", by=requester, at=MONDAY + 9 * HOUR, confirmation="portal")

    assert (resting.state, resting.paused_since) == ("soft", MONDAY + 2 * HOUR)
    assert (clock(case).state, clock(case).elapsed_seconds) == ("met", 2 * 3600)


def test_a_service_that_is_down_again_lets_the_clock_go_on_and_one_that_is_up_does_not(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person, requester: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 8 * 3600, stops="restored")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    outage_begun(case)
    case = resolved(case, by=agent, at=MONDAY + 2 * HOUR, restored_at=MONDAY + 2 * HOUR)

    case = perform(case, "reject_resolution", by=requester, at=MONDAY + 3 * HOUR, reason="仍有錯誤訊息")
    up = clock(case).state
    case = resolved(case, by=agent, at=MONDAY + 4 * HOUR)
    case = perform(case, "reject_resolution", by=requester, at=MONDAY + 5 * HOUR, reason="又斷線", still_down=True)
    down = clock(case).state
    case = resolved(case, by=agent, at=MONDAY + 6 * HOUR, restored_at=MONDAY + 6 * HOUR)
    perform(case, "confirm_resolution", by=requester, at=MONDAY + 7 * HOUR, confirmation="portal")

    assert (up, down) == ("soft", "running")
    assert (clock(case).state, clock(case).elapsed_seconds) == ("met", 3 * 3600)


def test_without_an_outage_a_promise_until_the_restoration_ends_when_it_is_resolved(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("resolution", 3600, stops="restored")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    case = resolved(case, by=agent, at=MONDAY + HOUR)

    assert (clock(case).state, clock(case).paused_since) == ("soft", MONDAY + HOUR)


def test_a_restoration_that_is_noted_late_never_overlaps_a_pause(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    from itsm.tickets.models import HoldReason

    put_in_force(sheet("documents", clock_promise("resolution", 8 * 3600, stops="restored", pauses="any_hold")))
    case = perform(grade(report()), "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    outage_begun(case)
    case = perform(
        case, "hold", by=agent, at=MONDAY + HOUR, hold_reason=HoldReason.objects.get(code="awaiting_user"), comment="請問？",
        follow_up_at=MONDAY + DAY,
    )  # fmt: skip
    case = perform(case, "resume", by=agent, at=MONDAY + 4 * HOUR)

    case = resolved(case, by=agent, at=MONDAY + 5 * HOUR, restored_at=MONDAY + 2 * HOUR)

    found = clock(case)
    assert (found.state, found.paused_since, found.paused_seconds) == ("soft", MONDAY + 4 * HOUR, 3 * 3600)


def test_a_promise_of_a_judgement_is_not_met_by_a_reply(
    put_in_force: Draft, report: Callable[..., Any], grade: Callable[..., Any], agent: Person
) -> None:
    put_in_force(sheet("documents", clock_promise("response", 3600, stops="judged")))
    case = report()
    comments.reply(case, body="已收到", by=agent, at=MONDAY + MINUTE)
    before = clock(case, "response").state

    grade(case, at=MONDAY + 20 * MINUTE)

    assert (before, clock(case, "response").state, clock(case, "response").elapsed_seconds) == ("running", "met", 1200)


@pytest.mark.parametrize(
    ("metric", "stops", "fits"),
    [
        ("response", "judged", True), ("response", "restored", False), ("resolution", "restored", True), ("resolution", "judged", False),
        ("fulfilment", "restored", False), ("fulfilment", "closed", True), ("update", "restored", False),
    ],
)  # fmt: skip
def test_a_stop_event_fits_its_measure(draft: Draft, metric: str, stops: str, fits: bool) -> None:
    from itsm.records.refusals import Objected

    contents = sheet("documents", clock_promise(metric, 3600, stops=stops))
    if fits:
        assert draft(contents).editions.get().rows.get().promises.get().stops == stops
        return
    with pytest.raises(Objected):
        draft(contents)
