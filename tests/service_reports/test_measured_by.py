"""A case counts for the promise that its clock was measured by, and for no more general one of the same row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from catalogue.models import Category, RequestItem
from incidents.services import raise_request
from itsm.records.perform import perform
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.wording import promise
from sla import agreement_figures
from sla.models import Promise
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db

MINUTE = 60
ANSWER = {"metric": "response", "op": "le", "calendar": "always", "goal_percent": "95"}
PROMISES = [
    ANSWER | {"seconds": 240 * MINUTE},
    ANSWER | {"seconds": 15 * MINUTE, "priority": 5},
]


@pytest.fixture
def graded(agree: Any, service: Any) -> Any:
    """An agreement that answers the fifth grade sooner than all others."""
    return agree(sheet(service, promises=PROMISES))


@pytest.mark.usefixtures("graded")
def test_a_case_of_a_grade_with_its_own_promise_is_not_counted_for_all_others(customer: Any, handled: Any) -> None:
    handled(taipei(11, 9, 10), answered=45)

    document = collect(customer, NOVEMBER, at=AFTER)

    lines = {line["name"]: line for line in document["services"][0]["lines"]}
    told = {
        name: (figure_of(document["figures"][line["figures"]["result"]]).shown, line["met"])
        for name, line in lines.items()
        if line["metric"] == "response"
    }
    assert told == {"response-1": ("-", None), "response-2": ("0.000%", False)}


@pytest.mark.usefixtures("graded")
def test_the_report_says_of_each_promise_what_its_clocks_say(customer: Any, handled: Any) -> None:
    for day, minutes in ((9, 10), (10, 45)):
        handled(taipei(11, day, 10), answered=minutes)

    document = collect(customer, NOVEMBER, at=AFTER)

    start, end = NOVEMBER
    by_month = list(Promise.objects.filter(metric="response", period="month").order_by("position", "pk"))
    lines = document["services"][0]["lines"]
    for place, kept in enumerate(agreement_figures.kept(by_month, start=start, end=end), 1):
        line = next(one for one in lines if one["name"] == f"response-{place}")
        figure = figure_of(document["figures"][line["figures"]["result"]])
        assert (figure.total("part"), figure.total("whole")) == (kept.met, kept.met + kept.missed)


@pytest.fixture
def ordered(agree: Any, service: Any) -> list[RequestItem]:
    """Two things to order of the service, each with a promise of its own and a remedy where one is missed."""
    items = [
        RequestItem.objects.create(code=code, name_zh=zh, name_en=en, service=service, target_seconds=3600)
        for code, zh, en in (("account", "帳號", "Account"), ("pc", "電腦", "Computer"))
    ]
    promises = [
        {"metric": "fulfilment", "op": "le", "seconds": 60 * MINUTE, "calendar": "always", "request_item": one.code}
        for one in items
    ]
    owed = {"basis": "missed", "metric": "fulfilment", "trigger_zh": "逾時", "kind": "apology"}
    agree(sheet(service, promises=promises) | {"remedies": [owed]})
    return items


@pytest.fixture
def fulfilled(service: Any, requester: Any, agent: Any) -> Callable[..., Any]:
    """Lead a request for an item through its life, done after so many minutes."""
    category = Category.objects.create(code="orders", name_zh="申請", name_en="Orders")

    def live(item: RequestItem, took: int) -> Any:
        at = taipei(11, 9, 10)
        made: Any = raise_request(by=requester, requester=requester, item=item, category=category, at=at)
        made = perform(made, "assign_first_line", by=agent, at=at, assignee=agent)
        done: dict[str, Any] = {"fulfilment_code": "delivered", "fulfilment_note": "已完成"}
        made = perform(made, "fulfil", by=agent, at=at + timedelta(minutes=took), **done)
        return perform(made, "confirm_done", by=requester, at=at + timedelta(minutes=took + 1), confirmation="portal")

    return live


def test_promises_for_what_is_ordered_name_it_and_owe_each_for_itself(
    ordered: list[RequestItem], customer: Any, fulfilled: Callable[..., Any]
) -> None:
    for item, took in zip(ordered, (90, 120), strict=True):
        fulfilled(item, took)

    document = collect(customer, NOVEMBER, at=AFTER)

    lines = [line for line in document["services"][0]["lines"] if line["metric"] == "fulfilment"]
    with override("en"):
        assert [promise(line).partition(" · ")[0] for line in lines] == ["Account", "Computer"]
    assert [(line["met"], len(line["remedies"])) for line in lines] == [(False, 1), (False, 1)]


def test_a_row_for_single_things_to_order_is_judged_beside_that_of_the_service(
    agree: Any, service: Any, customer: Any, fulfilled: Callable[..., Any]
) -> None:
    account, computer = (
        RequestItem.objects.create(code=code, name_zh=zh, name_en=en, service=service, target_seconds=3600)
        for code, zh, en in (("account", "帳號", "Account"), ("pc", "電腦", "Computer"))
    )
    general = {
        "metric": "response",
        "op": "le",
        "seconds": 240 * MINUTE,
        "calendar": "always",
        "process": "service_request",
    }
    swift = {"metric": "fulfilment", "op": "le", "seconds": 60 * MINUTE, "calendar": "always"}
    contents = sheet(service, promises=[general, swift | {"seconds": 600 * MINUTE}])
    contents["rows"].append({"service": service.code, "offerings": [account.code], "promises": [swift]})
    agree(contents)
    fulfilled(account, 90)
    fulfilled(computer, 90)

    document = collect(customer, NOVEMBER, at=AFTER)

    (one,) = document["services"]
    lines = {line["name"]: line for line in one["lines"]}
    result = {
        name: (figure_of(document["figures"][lines[name]["figures"]["result"]]).shown, lines[name]["met"])
        for name in ("fulfilment-2", "fulfilment-o1-1")
    }
    assert result == {"fulfilment-2": ("-", None), "fulfilment-o1-1": ("0.000%", False)}
    assert "fulfilment-p4" in lines  # the computer has a target of its own, which is the house's
    with override("en"):
        assert promise(lines["fulfilment-o1-1"]).startswith("Account · ")
    assert one["missed"]
