"""An agreement chooses whether planned and excluded time leaves the agreed time; reckoning and report follow it and say so."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.utils.translation import override

from itsm.records.refusals import Objected
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.periods import period_of
from itsm.service_reports.wording import calculated
from sla import agreement_seal, agreement_sheet, issuing
from sla.agreement_words import promise_words
from sla.availability import reckon
from sla.models import Promise
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
DAY = 86_400
RATIO = {"metric": "availability", "op": "ge", "value": "99.9"}


@pytest.fixture
def worked(down: Any) -> None:
    """An hour lost and ten hours of planned work in November."""
    down(taipei(11, 5, 9), taipei(11, 5, 10))
    down(
        taipei(11, 12, 8), taipei(11, 12, 18), kind="planned", planned_from=taipei(11, 12, 8), planned_until=taipei(11, 12, 18),
        announced_at=taipei(11, 2),
    )  # fmt: skip


def ratio(mode: str) -> Fraction:
    agreed = 30 * DAY - (36_000 if mode == "deduct" else 0)
    return Fraction(agreed - 3600, agreed)


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("mode", ["deduct", "numerator"])
def test_everything_reckons_as_was_agreed(agree: Any, service: Any, customer: Any, mode: str) -> None:
    agree(sheet(service, promises=[RATIO | {"mode": mode}]))

    live, document = reckon(service, *NOVEMBER, at=AFTER), collect(customer, NOVEMBER, at=AFTER)

    line = document["services"][0]["lines"][0]
    figures = {name: figure_of(document["figures"][key]).value for name, key in line["figures"].items()}
    assert (live.mode, line["mode"]) == (mode, mode)
    assert live.ratio == figures["result"] == ratio(mode)
    assert live.budget is not None
    assert figures["left"] == live.budget.left
    assert issuing.issue(service, *NOVEMBER, at=AFTER).figures["mode"] == mode
    with override("en"):
        assert ("planned and excluded time being no downtime" in calculated([line])) is (mode == "numerator")


@pytest.mark.usefixtures("worked")
def test_each_promise_of_a_row_has_its_own(agree: Any, service: Any, customer: Any) -> None:
    agree(sheet(service, promises=[RATIO, RATIO | {"mode": "numerator", "period": "year"}]))

    document = collect(customer, NOVEMBER, at=AFTER)
    [year] = reckon(service, *NOVEMBER, at=AFTER).own

    lines = {line["name"]: line for line in document["services"][0]["lines"]}
    assert (lines["availability"]["mode"], lines["availability-year"]["mode"]) == ("deduct", "numerator")
    assert year.found.ratio == Fraction(61 * DAY - 3600, 61 * DAY)
    with override("en"):
        said = calculated([lines["availability"], lines["availability-year"]])
    assert said.startswith("Availability: calculated as (agreed time - planned")
    assert "Availability, year so far: calculated as (agreed time - downtime)" in said


def test_only_an_availability_may_be_so(agree: Any, service: Any) -> None:
    with pytest.raises(Objected) as refused:
        agree(sheet(service, promises=[{"metric": "outages", "op": "le", "value": "1", "mode": "numerator"}]))

    assert any("rows.0.promises.0" in name for name in refused.value.fields)


def test_the_agreement_says_it_and_earlier_seals_stand(agree: Any, service: Any) -> None:
    made = agree(sheet(service, promises=[RATIO, RATIO | {"mode": "numerator", "period": "year"}]))
    edition = made.editions.get()

    first, second = Promise.objects.filter(row__edition=edition).order_by("position")
    with override("en"):
        assert "stays in the agreed time" not in promise_words(first)
        assert "planned and excluded time stays in the agreed time" in promise_words(second)
    contents = agreement_sheet.read(edition)
    assert [one["mode"] for one in contents["rows"][0]["promises"]] == ["deduct", "numerator"]
    assert agreement_seal.stands(edition)
    del contents["rows"][0]["promises"][0]["mode"]  # as it was sealed before there was a choice
    assert agreement_seal.digest_of(edition, contents) == edition.digest
    contents["rows"][0]["promises"][1]["mode"] = "deduct"
    assert agreement_seal.digest_of(edition, contents) != edition.digest


def test_a_period_that_is_over_stays_as_it_is(agree: Any, service: Any, customer: Any) -> None:
    agree(sheet(service, promises=[RATIO | {"mode": "numerator"}]))

    october = period_of(date(2026, 10, 1))
    document = collect(customer, october, at=AFTER - timedelta(days=20))

    assert document["services"][0]["mode"] == "numerator"
