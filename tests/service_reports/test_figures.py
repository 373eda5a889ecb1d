"""Every number of a report is what its rows add up to, and what availability, clocks and dictionary say."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itsm.service_reports import amounts
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.document import canonical, digest_of
from sla import attained
from sla.availability import reckon
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER

pytestmark = pytest.mark.django_db


def found(issue: Any, key: str) -> Any:
    return figure_of(issue.figures["figures"][key])


@pytest.mark.usefixtures("november")
def test_figures_are_those_that_availability_reckons(calculated: Any, service: Any) -> None:
    issue = calculated()

    live = reckon(service, *NOVEMBER, at=AFTER)
    assert found(issue, "documents.availability.result").value == live.adjusted.ratio
    assert found(issue, "documents.availability.raw").value == live.raw.ratio
    assert live.budget is not None
    assert found(issue, "documents.availability.left").value == live.budget.left
    assert found(issue, "documents.availability.deducted").value == 3600
    assert found(issue, "documents.longest_outage-4.result").value == 3600
    assert found(issue, "documents.outages-5.result").value == 1


@pytest.mark.usefixtures("november")
def test_every_figure_is_what_its_rows_add_up_to(calculated: Any) -> None:
    issue = calculated()

    for key, kept in issue.figures["figures"].items():
        one = figure_of(kept)
        assert kept["value"] == (None if one.value is None else str(one.value)), key
        assert kept["shown"] == one.shown, key


@pytest.mark.usefixtures("november")
def test_attainment_is_that_of_the_dictionary(calculated: Any) -> None:
    issue = calculated()

    for metric, place in (("response", 2), ("resolution", 3)):
        share = attained.attainment(metric, start=NOVEMBER[0], end=NOVEMBER[1], kind="incident")
        figure = found(issue, f"documents.{metric}-{place}.result")
        assert (figure.total("part"), figure.total("whole")) == (share.part, share.whole) == (3, 4)
    lines = {one["metric"]: one["met"] for one in issue.figures["services"][0]["lines"]}
    assert lines["response"] is False  # 75 % of 95 %
    assert lines["csat"] is None  # nobody answered: no verdict, and no 0


@pytest.mark.usefixtures("november")
def test_a_breach_tells_record_cause_and_by_how_much(calculated: Any) -> None:
    issue = calculated()

    rows = issue.figures["services"][0]["breaches"]
    assert [row["what"] for row in rows] == ["outage", "case", "case"]
    late = next(row for row in rows if row["metric"] == "resolution")
    assert found(issue, late["figure"]).value == 3600  # five hours of four
    assert late["note"] == "重新啟動服務"
    assert late["number"].startswith("INC-")


def test_met_by_a_hair_and_missed_by_a_hair(agreement: Any, down: Any, calculated: Any) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 9) + timedelta(seconds=2592))

    issue = calculated()
    line = issue.figures["services"][0]["lines"][0]
    assert (found(issue, line["figures"]["result"]).shown, line["met"]) == ("99.900%", True)

    down(taipei(11, 6, 9), taipei(11, 6, 9) + timedelta(seconds=50))
    from itsm.service_reports import steps, work

    steps.recalculate(issue, by=issue.prepared_by, at=AFTER)
    work.go_on(AFTER + timedelta(seconds=1))
    issue.refresh_from_db()
    line = issue.figures["services"][0]["lines"][0]
    assert (found(issue, line["figures"]["result"]).shown, line["met"]) == ("99.898%", False)


@pytest.mark.usefixtures("agreement")
def test_a_month_without_data_says_so(calculated: Any) -> None:
    issue = calculated()

    trend = issue.figures["services"][0]["trend"]
    assert len(trend) == 13
    assert all(point["figure"] is None and point["met"] is None for point in trend[:11])
    assert trend[11]["figure"] is not None  # agreed since October


@pytest.mark.usefixtures("november")
def test_an_open_month_is_provisional_and_so_is_an_open_outage(calculated: Any, down: Any) -> None:
    running = calculated(taipei(11, 20, 10))
    assert running.figures["provisional"] == ["running"]

    running.delete()
    down(taipei(11, 29, 10), None)
    after = calculated()
    assert after.figures["provisional"] == ["still_down"]
    assert after.is_provisional


@pytest.mark.usefixtures("november")
def test_the_same_facts_give_the_same_text(calculated: Any) -> None:
    issue = calculated()

    again = json.loads(canonical(issue.figures))
    assert canonical(again) == canonical(issue.figures)
    assert digest_of(again) == issue.digest


@settings(max_examples=200, deadline=None)
@given(
    whole=st.lists(st.integers(1, 10_000), min_size=1, max_size=5),
    lost=st.lists(st.integers(0, 2_000), max_size=4),
)
def test_what_is_written_is_cut_off_and_never_rounded_up(whole: list[int], lost: list[int]) -> None:
    sides: Any = {
        "whole": [("agreed", str(n), v) for n, v in enumerate(whole)],
        "lost": [("outage", n, v) for n, v in enumerate(lost)],
    }
    figure = amounts.Figure("kept", amounts.PERCENT, sides)

    assert figure.value == Fraction(sum(whole) - sum(lost), sum(whole))
    written = Fraction(figure.shown.rstrip("%"))
    assert abs(written) <= abs(figure.value * 100) < abs(written) + Fraction(1, 1000)
