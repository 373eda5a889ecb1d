"""A case counts for the promise that its clock was measured by, and for no more general one of the same row."""

from __future__ import annotations

from typing import Any

import pytest

from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
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
