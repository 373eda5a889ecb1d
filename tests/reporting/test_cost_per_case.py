"""What a closed case costs: by hand, with what nobody knows set apart, and each number with its rows."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records import kpis, register
from itsm.records.costs import UNPRICED, Cost
from itsm.records.counting import uncounted
from itsm.records.figures import WHOLE
from itsm.records.perform import perform
from itsm.reporting import laid_out, shown
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import apart
from itsm.tickets import time_worked
from itsm.tickets.models import RoleRate, Ticket, WorkEntry
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KINDS = ("incident", "service_request", "problem", "change", "release", "complaint", "supplier_case")
ASKED = Asked(date(2026, 11, 22), date(2026, 12, 1), MONDAY + 5 * DAY)
PERIOD = "?from=2026-11-22&to=2026-11-30"


def cost() -> Cost:
    kpi = kpis.find("incident.cost_per_case")
    assert kpi is not None
    value = kpi(start=MONDAY - DAY, end=MONDAY + 5 * DAY)
    assert isinstance(value, Cost)
    return value


@pytest.fixture
def cases(requester: Person, agent: Person, service: Service, category: Category) -> list[Any]:
    """Five incidents: four are closed on Monday, the last stays open."""
    grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    made = []
    for n in range(5):
        case = services.raise_incident(by=requester, requester=requester, title=f"事故 {n}", service=service, at=MONDAY)
        case = perform(case, "classify", by=agent, at=MONDAY, **grade)
        case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
        if n < 4:
            case = perform(case, "resolve", by=agent, at=MONDAY, resolution_code="fixed", resolution_note="好了")
            case = perform(case, "confirm_resolution", by=requester, at=MONDAY, confirmation="portal")
        made.append(case)
    return made


@pytest.fixture
def worked(cases: list[Any], agent: Person, incident_manager: Person) -> list[Any]:
    """50 and 10 minutes at NT$500, 30 at NT$500 of which half an hour was taken back, nothing, 20 without a rate; 60 on the open one."""
    RoleRate.objects.create(role="agent", since=date(2026, 1, 1), rate=500)
    for index, minutes, by in (
        (0, 50, agent),
        (0, 10, agent),
        (1, 30, agent),
        (1, 30, agent),
        (4, 60, agent),
        (3, 15, agent),
    ):
        entry = time_worked.enter(cases[index], minutes=minutes, by=by, at=MONDAY)
    time_worked.take_back(
        cases[1],
        WorkEntry.objects.filter(ticket=cases[1].pk).latest("pk"),
        reason="重複",
        by=agent,
        at=MONDAY,
    )
    time_worked.enter(cases[3], minutes=20, by=incident_manager, at=MONDAY)
    assert entry.rate == 500
    return cases


def test_every_process_of_cases_has_it() -> None:
    for kind in KINDS:
        kpi = kpis.find(f"{kind}.cost_per_case")
        assert kpi is not None
        assert (kpi.unit, kpi.period, kpi.good) == ("money", "closed", "down")
    assert {process.key for process in register.processes() if issubclass(process.model, Ticket)} == set(KINDS)


def test_it_is_counted_by_hand(worked: list[Any]) -> None:
    value = cost()

    # 416.67 + 83.33 on the first, 250 on the second, 0 on the third; the fourth has 20 minutes that nobody knows the cost of
    assert (value.total, value.count, value.value) == (Fraction(750), 3, Fraction(250))
    assert (value.unpriced.count(), value.unpriced.total(), value.free) == (1, 20, 1)


def test_its_rows_are_the_closed_cases_each_with_its_cost(worked: list[Any]) -> None:
    sides = cost().sides

    assert dict(sides[WHOLE].pairs()) == {
        worked[0].pk: Decimal(500),
        worked[1].pk: Decimal(250),
        worked[2].pk: Decimal(0),
    }
    assert dict(sides[UNPRICED].pairs()) == {worked[3].pk: 20}
    assert sides[WHOLE].total() == cost().total


def test_nothing_closed_shows_a_dash(db: None) -> None:
    kpi = kpis.find("incident.cost_per_case")
    assert kpi is not None

    assert shown.value_text(kpi, cost()) == "-"
    assert str(cost()) == "-"


def test_only_cases_of_unknown_cost_show_a_dash_too_never_zero(cases: list[Any], agent: Person) -> None:
    for case in cases[:4]:
        time_worked.enter(case, minutes=5, by=agent, at=MONDAY)
    kpi, value = kpis.find("incident.cost_per_case"), cost()
    assert kpi is not None

    assert (value.count, shown.value_text(kpi, value)) == (0, "-")
    assert value.unpriced.count() == 4


def test_it_is_narrowed_kept_and_told_apart(worked: list[Any], service: Service) -> None:
    value = cost()
    kept = laid_out.restored(laid_out.kept(value) or {})
    with uncounted():
        named = cost()

    assert (kept, kept.unpriced.count(), kept.unpriced.total(), kept.free) == (value, 1, 20, 1)
    assert set(named.sides) == {WHOLE, UNPRICED}
    assert laid_out.newest(value)[UNPRICED]["rows"] == [[worked[3].pk, 1, 20]]
    groups = apart.told_apart(value, ASKED)["service"]
    assert groups == {WHOLE: {service.pk: (3, 750.0)}}
    kpi = kpis.find("incident.cost_per_case")
    assert kpi is not None
    narrowed = shown.compute(kpi, Asked(ASKED.since, ASKED.until, ASKED.at, service))
    assert (narrowed.value, narrowed.unpriced.count()) == (Fraction(250), 1)
    assert shown.compute(kpi, Asked(ASKED.since, ASKED.until, ASKED.at, None, None, 1)).count == 0


def test_page_file_and_rest_say_the_same(worked: list[Any]) -> None:
    reader = Client(HTTP_ACCEPT_LANGUAGE="en")
    reader.force_login(make_person("reader", "incident_manager", language="en"))

    page = reader.get(f"/reports/kpis/incident.cost_per_case/{PERIOD}").content.decode()
    rows = reader.get(f"/reports/figures/incident.cost_per_case/{PERIOD}").content.decode()
    left = reader.get(f"/reports/figures/incident.cost_per_case/{PERIOD}&side=unpriced").content.decode()
    file = reader.get(f"/reports/figures/incident.cost_per_case/{PERIOD}&as=csv").content.decode("utf-8-sig")
    board = reader.get(f"/reports/process/incident/{PERIOD}").content.decode()
    told = reader.get(f"/api/v1/figures/incident.cost_per_case{PERIOD}").json()
    listed = reader.get(f"/api/v1/figures/incident.cost_per_case/rows{PERIOD}").json()

    assert "<b>NT$250.00</b>" in page
    assert "1 without time or cost" in page
    assert "left out, without a rate: 20 min on 1 case" in page
    assert "NT$250.00" in board
    assert "<b>3 rows</b>" in rows
    assert "together 750" in rows
    assert worked[3].number not in rows
    assert "minutes without a rate" in left
    assert worked[3].number in left
    assert f'"{worked[0].number}"' in file
    assert (told["value"], told["text"], told["whole"]) == ("250", "NT$250.00", 3)
    assert "20 min on 1 case" in told["beside"]
    assert (listed["count"], listed["total"]) == (3, 750.0)
    assert {one["number"]: one["adds"] for one in listed["rows"]} == {
        worked[0].number: 500.0, worked[1].number: 250.0, worked[2].number: 0.0,
    }  # fmt: skip


def test_a_target_of_money_is_judged_and_written_with_its_currency(worked: list[Any]) -> None:
    kpi, value = kpis.find("incident.cost_per_case"), cost()
    assert kpi is not None
    from itsm.reporting import targets

    assert (targets.met(kpi, value, Fraction(250)), targets.met(kpi, value, Fraction(249))) == (True, False)
    assert shown.aim_text(kpi, Fraction(1200)) == "≤ NT$1200"
