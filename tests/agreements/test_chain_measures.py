"""Every measure of the chain by an example worked by hand: which agreement breaks which target, and by how much."""

from typing import Any

import pytest
from django.utils import translation

from itsm.people.models import Organisation, Team
from itsm.records.refusals import Objected
from sla.agreement_words import fault_words
from tests.agreements.conftest import Draft, clock_promise, sheet
from tests.agreements.test_chain import chain

MINUTE, HOUR = 60, 3600
BELOW: dict[str, Any] = {"consumer": None, "level": "corporate"}


@pytest.fixture
def supplier(db: None) -> Organisation:
    """A supplier."""
    return Organisation.objects.create(code="power", name_zh="電力公司", name_en="Power Co.", kind="supplier")


def said(fault: dict[str, Any], language: str) -> str:
    """Say a fault in a language."""
    with translation.override(language):
        return fault_words(fault)


@pytest.mark.parametrize("metric", ["response", "update"])
def test_responses_and_updates_add_up_on_the_longest_path(
    put_in_force: Draft, draft: Draft, network_team: Team, supplier: Organisation, metric: str
) -> None:
    ola = put_in_force(
        sheet("documents", clock_promise(metric, 20 * MINUTE)),
        type="ola",
        provider_team=network_team,
        title="o",
        **BELOW,
    )
    uc = put_in_force(sheet("documents", clock_promise(metric, HOUR)), type="uc", provider=supplier, title="u", **BELOW)

    [fault] = chain(draft(sheet("documents", clock_promise(metric, 70 * MINUTE, priority=1))))

    assert (fault["metric"], fault["needed"], fault["promised"]) == (metric, 80 * MINUTE, 70 * MINUTE)
    for number in (ola.number, uc.number):
        assert str(number) in said(fault, "en")
    assert "10 min too long" in said(fault, "en")
    assert "超出 10 分" in said(fault, "zh-hant")
    assert chain(draft(sheet("documents", clock_promise(metric, 80 * MINUTE)), title="b")) == []


def test_what_only_one_side_promises_is_not_compared(ola: Any, draft: Draft) -> None:
    assert chain(draft(sheet("documents", clock_promise("response", MINUTE), clock_promise("update", MINUTE)))) == []


def test_a_fulfilment_is_compared_with_the_suppliers_fulfilment(
    put_in_force: Draft, draft: Draft, supplier: Organisation
) -> None:
    both = (clock_promise("resolution", 9 * HOUR), clock_promise("fulfilment", 2 * HOUR))
    put_in_force(sheet("documents", *both), type="uc", provider=supplier, title="u", **BELOW)

    assert chain(draft(sheet("documents", clock_promise("fulfilment", 2 * HOUR)))) == []
    [fault] = chain(draft(sheet("documents", clock_promise("fulfilment", HOUR)), title="b"))
    assert fault["needed"] == 2 * HOUR


def test_a_promise_for_every_grade_is_broken_by_the_grade_that_takes_longest(
    put_in_force: Draft, draft: Draft, network_team: Team
) -> None:
    works = (clock_promise("handling", HOUR, priority=1), clock_promise("handling", 9 * HOUR, priority=4))
    put_in_force(sheet("documents", *works), type="ola", provider_team=network_team, title="o", **BELOW)

    [fault] = chain(draft(sheet("documents", clock_promise("resolution", 8 * HOUR))))
    assert (fault["priority"], fault["needed"]) == (4, 9 * HOUR)
    own = (clock_promise("resolution", 8 * HOUR), clock_promise("resolution", 10 * HOUR, priority=4))
    assert chain(draft(sheet("documents", *own), title="b")) == []


def test_work_of_another_process_is_not_compared(put_in_force: Draft, draft: Draft, network_team: Team) -> None:
    slow = clock_promise("handling", 9 * HOUR, process="service_request")
    put_in_force(sheet("documents", slow), type="ola", provider_team=network_team, title="o", **BELOW)

    assert chain(draft(sheet("documents", clock_promise("resolution", HOUR, process="incident")))) == []


def with_row(contents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Add to the row of contents."""
    contents["rows"][0] |= more
    return contents


def test_a_later_stand_by_is_named_with_the_hours_that_are_too_many(
    put_in_force: Draft, draft: Draft, supplier: Organisation
) -> None:
    standby = clock_promise("continuity", 8 * HOUR)
    below = put_in_force(sheet("documents", standby), type="uc", provider=supplier, title="u", **BELOW)

    [fault] = chain(draft(with_row(sheet("documents", clock_promise("response", HOUR)), rto_seconds=6 * HOUR)))

    assert (fault["measure"], fault["promised"], fault["given"]) == ("continuity", 6 * HOUR, 8 * HOUR)
    assert f"Power Co. ({below.number}) starts it within 8 h: 2 h too late" in said(fault, "en")
    assert "電力公司" in said(fault, "zh-hant")
    assert "晚 2 小時" in said(fault, "zh-hant")
    assert chain(draft(sheet("documents", clock_promise("continuity", 8 * HOUR)), title="b")) == []


def test_more_lost_data_than_promised_is_named(put_in_force: Draft, draft: Draft, supplier: Organisation) -> None:
    below = with_row(sheet("documents", clock_promise("resolution", HOUR)), rpo_seconds=4 * HOUR)
    put_in_force(below, type="uc", provider=supplier, title="u", **BELOW)

    [fault] = chain(draft(with_row(sheet("documents", clock_promise("response", HOUR)), rpo_seconds=HOUR)))

    assert (fault["measure"], fault["given"] - fault["promised"]) == ("rpo", 3 * HOUR)
    assert "3 h too much" in said(fault, "en")


def test_maintenance_that_is_announced_later_than_promised_is_named(
    put_in_force: Draft, draft: Draft, supplier: Organisation
) -> None:
    def plan(days: int) -> list[dict[str, Any]]:
        return [{"subject_zh": "維護", "notice_days": days}]

    below = with_row(sheet("documents", clock_promise("resolution", HOUR)), maintenance_plans=plan(3))
    put_in_force(below, type="uc", provider=supplier, title="u", **BELOW)
    response = clock_promise("response", HOUR)

    [fault] = chain(draft(with_row(sheet("documents", response), maintenance_plans=plan(7))))

    assert "4 days too late" in said(fault, "en")
    assert "晚 4 日" in said(fault, "zh-hant")
    assert chain(draft(with_row(sheet("documents", response), maintenance_plans=plan(3)), title="b")) == []


def test_a_service_that_is_promised_to_be_there_less_often_below_is_named(
    put_in_force: Draft, draft: Draft, supplier: Organisation
) -> None:
    less = {"metric": "availability", "value": "99"}
    below = put_in_force(sheet("documents", less), type="uc", provider=supplier, title="u", **BELOW)

    [fault] = chain(draft(sheet("documents", {"metric": "availability", "value": "99.9"})))

    assert f"Power Co. ({below.number}) promises 99% only. That is 0.9 points too little." in said(fault, "en")


def test_a_contract_is_told_only_of_what_it_breaks_itself(
    ola: Any, put_in_force: Draft, draft: Draft, supplier: Organisation
) -> None:
    above = put_in_force(sheet("documents", clock_promise("resolution", HOUR), clock_promise("response", HOUR)))
    late = draft(
        sheet("documents", clock_promise("response", 2 * HOUR)), type="uc", provider=supplier, title="u", **BELOW
    )

    [fault] = chain(late)

    assert (fault["sla"], fault["metric"]) == (above.number, "response")


def test_a_promise_for_a_process_that_there_is_not_is_refused(draft: Draft) -> None:
    with pytest.raises(Objected) as refused:
        draft(sheet("documents", clock_promise("resolution", 3600, process="incidents")))

    ((place, sentence),) = refused.value.fields.items()
    assert place.endswith("promises.0.process")
    assert "incident, " in sentence
