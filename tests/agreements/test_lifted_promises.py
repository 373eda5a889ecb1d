"""A recorded miss is lifted while its clock still runs, and of promises between teams and of suppliers too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records import kpis
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets.models import HoldReason, Ticket
from relationships.models import SupplierCase
from relationships.scores import scores
from sla.clocks import ledger
from sla.lifting import lift
from sla.models import Clock, Escalation
from sla.replay import drift
from sla.sweep import sweep
from tests.agreements.test_team_figures import handed_back as handed_back
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import incident as incident
from tests.relationships.conftest import keeper as keeper
from tests.relationships.test_suppliers_apart import answered as answered
from tests.relationships.test_suppliers_apart import firms as firms

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "機房演練，雙方同意不計"
LISTED = "/api/v1/lifted-misses"


@pytest.fixture
def running(requester: Person, service: Service, category: Category, agent: Person) -> Any:
    """An incident of P3 that somebody works on, whose clocks run."""
    case: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
    given: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case = perform(case, "classify", by=agent, at=MONDAY, **given)
    return perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def clock_of(case: Any, metric: str = "resolution", cycle: int = 1) -> Clock:
    return Clock.objects.get(record=case.pk, metric=metric, cycle=cycle)


def lifted(case: Any, by: Person, *, days: int = 7, metric: str = "resolution") -> Clock:
    return lift(case, clock_of(case, metric), reason=WHY, by=by, at=MONDAY + days * DAY)


def share_of(key: str) -> tuple[int, int]:
    """Compute a figure over the weeks of the tests."""
    kpi = kpis.find(key)
    assert kpi is not None
    found: Any = kpi(start=MONDAY - DAY, end=MONDAY + 60 * DAY)
    return found.part, found.whole


def test_a_running_clock_that_has_missed_runs_on_without_its_miss(running: Any, slm: Person) -> None:
    made = lifted(running, slm)  # no sweep came by: the miss is recorded first

    kept = clock_of(running)
    assert (made.state, kept.state, kept.breached_at, kept.lifted_at) == ("running", "running", None, MONDAY + 7 * DAY)
    assert Escalation.objects.filter(clock=kept, level=99).exists()
    assert drift(kept) == {}
    case = Ticket.objects.get(pk=running.pk)
    assert (case.due_at, case.clock_state) == (kept.due_at, "running")
    with override("en"):
        [shown] = [one for one in ledger(running, at=MONDAY + 8 * DAY) if one.clock.pk == kept.pk]
    assert any(line.label == "Miss lifted" and WHY in line.text for line in shown.rows)


def test_a_case_that_waits_is_as_late_without_its_miss_as_with_it(running: Any, slm: Person, agent: Person) -> None:
    why = HoldReason.objects.get(code="appointment")
    at = MONDAY + 6 * DAY
    perform(running, "hold", by=agent, at=at, hold_reason=why, follow_up_at=at + 9 * DAY)
    before = Ticket.objects.get(pk=running.pk)

    lifted(running, slm)

    after = Ticket.objects.get(pk=running.pk)
    assert before.due_at is not None
    assert (after.due_at, after.clock_state) == (before.due_at, "paused")


def test_its_ladder_goes_on_and_no_sweep_records_the_miss_again(running: Any, slm: Person) -> None:
    lifted(running, slm, days=4)
    before = Escalation.objects.filter(clock=clock_of(running)).count()

    for days in (10, 40, 80):
        sweep(at=MONDAY + days * DAY)

    kept = clock_of(running)
    assert (kept.breached_at, drift(kept)) == (None, {})
    assert Escalation.objects.filter(clock=kept).count() >= before


@pytest.mark.parametrize("way", ["plain", "refused", "regraded", "held"])
def test_no_later_result_of_the_clock_brings_the_miss_back(
    running: Any, slm: Person, agent: Person, requester: Person, way: str
) -> None:
    lifted(running, slm)
    at, case = MONDAY + 8 * DAY, Ticket.objects.get(pk=running.pk).incident
    fixed: dict[str, Any] = {"resolution_code": "fixed", "resolution_note": "x"}
    if way == "refused":
        case = perform(case, "resolve", by=agent, at=at, **fixed)
        case = perform(case, "reject_resolution", by=requester, at=at + DAY, reason="x")
    elif way == "regraded":
        for impact in ("1", "3"):
            case = perform(case, "regrade", by=agent, at=at, impact=impact, urgency=impact, reason="x")
    elif way == "held":
        why = HoldReason.objects.get(code="appointment")
        case = perform(case, "hold", by=agent, at=at, hold_reason=why, follow_up_at=at + 9 * DAY)
        case = perform(case, "resume", by=agent, at=at + DAY)

    case = perform(case, "resolve", by=agent, at=at + 2 * DAY, **fixed)
    assert Ticket.objects.get(pk=case.pk).clock_state == "soft"
    case = perform(case, "confirm_resolution", by=requester, at=at + 2 * DAY, confirmation="portal")

    kept = clock_of(case)
    assert (kept.state, kept.breached_at, drift(kept)) == ("lifted", None, {})
    assert Ticket.objects.get(pk=case.pk).clock_state == "lifted"
    assert share_of("sla.resolution") == (0, 0)


def test_reopening_begins_a_cycle_with_a_result_of_its_own(
    running: Any, slm: Person, agent: Person, requester: Person
) -> None:
    lifted(running, slm)
    at, case = MONDAY + 8 * DAY, Ticket.objects.get(pk=running.pk).incident
    fixed: dict[str, Any] = {"resolution_code": "fixed", "resolution_note": "x"}
    for name, by, more in (
        ("resolve", agent, fixed), ("confirm_resolution", requester, {"confirmation": "portal"}),
        ("reopen", requester, {"reason": "x"}),
    ):  # fmt: skip
        case = perform(case, name, by=by, at=at, **more)

    case = perform(case, "resolve", by=agent, at=at + 30 * DAY, **fixed)
    case = perform(case, "confirm_resolution", by=requester, at=at + 30 * DAY, confirmation="portal")

    assert (clock_of(case).state, clock_of(case, cycle=2).state) == ("lifted", "missed")
    assert share_of("sla.resolution") == (0, 1)


def test_a_cancelled_case_keeps_its_lifted_miss_lifted(running: Any, slm: Person, agent: Person) -> None:
    lifted(running, slm)

    perform(Ticket.objects.get(pk=running.pk).incident, "cancel", by=agent, at=MONDAY + 8 * DAY, code="false_alarm")

    kept = clock_of(running)
    assert (kept.state, kept.breached_at, drift(kept)) == ("lifted", None, {})
    assert share_of("sla.resolution") == (0, 0)


def test_a_clock_that_runs_in_time_has_no_miss_to_lift(running: Any, slm: Person) -> None:
    with override("en"), pytest.raises(Objected, match="No miss is recorded here"):
        lift(running, clock_of(running), reason=WHY, by=slm, at=MONDAY + timedelta(minutes=5))
    lifted(running, slm)
    with override("en"), pytest.raises(Objected, match="No miss is recorded here"):
        lifted(running, slm, days=8)


def test_what_a_team_promised_counts_neither_way_once_its_miss_is_lifted(handed_back: Any, slm: Person) -> None:
    assert (share_of("agreement.ola_attainment"), share_of("sla.handling")) == ((1, 2), (0, 1))

    made = lifted(handed_back, slm, metric="handling")

    assert (made.state, drift(Clock.objects.get(pk=made.pk))) == ("lifted", {})
    assert (share_of("agreement.ola_attainment"), share_of("sla.handling")) == ((1, 1), (0, 0))


def test_what_a_supplier_promised_counts_neither_way_once_its_miss_is_lifted(
    answered: dict[str, list[int]], keeper: Person
) -> None:
    late = SupplierCase.objects.get(pk=answered["alpha"][1])
    assert late.under is not None
    supplier = late.under.supplier_id
    assert share_of("agreement.uc_attainment") == (2, 3)
    before = scores([supplier])[supplier]

    made = lift(late, clock_of(late), reason=WHY, by=make_person("levels", "slm"), at=MONDAY + 9 * DAY)

    after = scores([supplier])[supplier]
    assert (made.state, drift(Clock.objects.get(pk=made.pk))) == ("lifted", {})
    assert share_of("agreement.uc_attainment") == (2, 2)
    assert (before.met, before.missed, before.lifted) == (1, 1, 0)
    assert (after.met, after.missed, after.lifted, after.attainment) == (1, 0, 1, 1.0)


def test_what_was_lifted_before_its_moment_was_kept_gets_it_from_its_event(handed_back: Any, slm: Person) -> None:
    made = lifted(handed_back, slm, metric="handling")
    Clock.objects.filter(pk=made.pk).update(lifted_at=None)

    with connection.cursor() as cursor:
        cursor.execute(import_module("sla.migrations.0034_lifted_at_of_lifted").FILL)

    kept = Clock.objects.get(pk=made.pk)
    assert (kept.lifted_at, drift(kept)) == (made.lifted_at, {})


def test_the_page_of_the_clocks_offers_it_for_them_too(
    running: Any, handed_back: Any, slm: Person, client: Client
) -> None:
    sweep(at=MONDAY + 7 * DAY)
    client.force_login(slm)
    for case, metric in ((running, "resolution"), (handed_back, "handling")):
        clock, page = clock_of(case, metric), reverse("record:clocks", args=(case.number,))
        address = reverse("record:lift_miss", args=(case.number, clock.pk))
        assert address in client.get(page).content.decode()

        client.post(address, {"reason": WHY})

        assert Clock.objects.get(pk=clock.pk).lifted_at is not None
        assert address not in client.get(page).content.decode()
        assert WHY in client.get(page).content.decode()


def test_lifted_misses_are_listed_among_the_exclusions_with_who_why_and_whose(
    running: Any, handed_back: Any, slm: Person, agent: Person, client: Client
) -> None:
    lifted(running, slm, days=7)
    lifted(handed_back, slm, days=8, metric="handling")
    client.force_login(agent)

    page = client.get("/reports/exclusions/").content.decode()
    rows = client.get(LISTED).json()["results"]

    assert page.index(handed_back.number) < page.index(running.number)
    assert page.count(WHY) == 2
    assert [(row["number"], row["metric"], row["state"]) for row in rows] == [
        (handed_back.number, "handling", "lifted"), (running.number, "resolution", "running"),
    ]  # fmt: skip
    assert [(row["team"], row["lifted_by"], row["reason"]) for row in rows] == [
        ("network", "slm", WHY),
        (None, "slm", WHY),
    ]
    assert rows[0]["agreement"] == clock_of(handed_back, "handling").terms["agreement"]["number"]
    assert rows[0]["missed_at"] < rows[0]["lifted_at"]


def test_a_lift_of_a_case_that_the_reader_may_not_see_is_not_listed(
    running: Any, slm: Person, engineer: Person, requester: Person, client: Client
) -> None:
    lifted(running, slm)
    Ticket.objects.filter(pk=running.pk).update(confidential=True)
    client.force_login(engineer)

    assert running.number not in client.get("/reports/exclusions/").content.decode()
    assert client.get(LISTED).json()["results"] == []
    client.force_login(requester)
    assert client.get(LISTED).status_code == 403


def test_promises_between_teams_are_listed_and_lifted_over_rest(
    handed_back: Any, slm: Person, requester: Person, client: Client
) -> None:
    address = f"/api/v1/tickets/{handed_back.number}/clocks"
    client.force_login(requester)
    assert "handling" not in {row["metric"] for row in client.get(address).json()}
    client.force_login(slm)
    assert {"acceptance", "handling"} <= {row["metric"] for row in client.get(address).json()}

    answer = client.post(f"{address}/handling/1/lift", {"reason": WHY}, content_type="application/json")

    assert (answer.status_code, answer.json()["state"], answer.json()["metric"]) == (200, "lifted", "handling")


def test_the_list_asks_as_many_statements_for_many(
    handed_back: Any, running: Any, slm: Person, client: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    lifted(handed_back, slm, metric="handling")
    client.force_login(slm)
    client.get("/reports/exclusions/")
    with CaptureQueriesContext(connection) as one:
        client.get("/reports/exclusions/")
    lifted(running, slm)

    with django_assert_num_queries(len(one)):
        client.get("/reports/exclusions/")
