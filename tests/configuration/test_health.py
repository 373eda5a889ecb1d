"""The state of the data: stale, alone, doubled, incomplete, audited; and the figures of the standard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from configuration import audit_corrections, audits, figures, health
from configuration.duplicates import duplicates
from configuration.models import AuditLine, CiClass
from itsm.people.models import Person
from itsm.records import register
from itsm.records.figures import Share
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
Join = Callable[..., Any]
DAY = timedelta(days=1)
NOVEMBER = {"start": MONDAY - 10 * DAY, "end": MONDAY + 60 * DAY}


def test_every_fault_is_counted_once_for_an_item_and_the_worst_class_comes_first(make: Make, join: Join) -> None:
    one, two = make("ups", "UPS-01", state="live"), make("ups", "UPS-02", state="live")
    feed = make("power-feed", "Feed", state="live", given={"capacity_kva": 40, "maintained_on": "2026-01-01"})
    join(feed, "feeds", one)
    make("rack", "R1", state="retired")

    found = health.health(at=MONDAY + 59 * DAY)
    assert [(row.code, row.items, row.stale, row.orphans, row.faulty) for row in found.classes] == [
        ("ups", 2, 0, 1, 1),
        ("power-feed", 1, 0, 0, 0),
    ]
    late = health.health(at=MONDAY + 61 * DAY)
    assert (late.whole.items, late.whole.stale, late.whole.orphans, late.whole.faulty) == (3, 3, 1, 3)
    assert late.whole.correctness == 0
    assert (late.relations_sound, late.relations) == (1, 1)
    assert [item.title for item in health.faulty("orphans", at=MONDAY)] == [two.title]
    assert len(health.faulty("stale", at=MONDAY + 61 * DAY)) == 3


def test_duplicates_are_found_by_the_rules_and_one_of_a_set_is_none(make: Make) -> None:
    for title in ("a", "b", "c"):
        make("server", title, serial="S-1", given={"manufacturer": "Acme"})
    make("server", "d", serial="s-1 ", given={"manufacturer": "ACME"})
    make("server", "e", serial="To be filled by O.E.M.", given={"manufacturer": "Acme"})
    make("server", "f", serial="To be filled by O.E.M.", given={"manufacturer": "Acme"})
    make("rack", "R1", given={"units": 1})
    make("rack", "r1", given={"units": 1})

    assert [(len(group.keys), group.rule) for group in duplicates()] == [
        (4, ("serial", "manufacturer")),
        (2, ("title",)),
    ]
    counts = {row.code: row.duplicates for row in health.health(at=MONDAY).classes}
    assert counts == {"server": 3, "rack": 1}


def test_completeness_weighs_what_is_required_more(make: Make) -> None:
    make("cooling", "AC-1", given={"medium": "air"})
    make("cooling", "AC-2", given={"maintained_on": "2026-01-01"})

    row = health.health(at=MONDAY).classes[0]
    assert (row.required, row.recommended) == ((1, 2), (1, 2))
    assert row.completeness == pytest.approx(0.5)


def test_accuracy_comes_from_the_latest_closed_audit_of_the_class(make: Make, config_manager: Person) -> None:
    auditor = make_person("auditor", "auditor", name="鄭稽核")
    make("ups", "UPS-01", state="live", serial="S1")
    audit = audits.plan(title="x", kind="full", by=auditor, at=MONDAY, planned_on=date(2026, 11, 30))
    audit = audits.start(audit, by=auditor, at=MONDAY)
    audits.count(audit.items.get(), result="found", found={"serial": "S2"}, by=auditor, at=MONDAY)
    audits.close(audit, conclusion="ok", by=auditor, at=MONDAY + HOUR)

    row = health.health(at=MONDAY + 2 * HOUR).classes[0]
    assert (row.right, row.judged) == (row.judged - 1, row.judged)
    assert row.accuracy is not None
    assert (row.accuracy.is_full_count, row.accuracy.high) == (True, None)
    assert figures.accuracy(**NOVEMBER) == Share(row.right, row.judged)
    assert figures.strict_accuracy(**NOVEMBER) == Share(0, 1)
    assert figures.population_completeness(**NOVEMBER) == Share(1, 1)
    assert figures.audits_on_time(**NOVEMBER) == Share(1, 1)
    assert figures.corrected_on_time(**NOVEMBER) == Share(0, 1)
    line = AuditLine.objects.get(result="wrong")
    audit_corrections.correct(line, by=config_manager, at=MONDAY + 14 * DAY)
    assert figures.corrected_on_time(**NOVEMBER) == Share(1, 1)


def test_working_days_leave_out_the_end_of_the_week() -> None:
    assert figures.working_days_after(date(2026, 11, 27), days=1) == date(2026, 11, 30)
    assert figures.working_days_after(date(2026, 11, 23), days=10) == date(2026, 12, 7)


def test_nothing_has_no_share_and_every_figure_answers(make: Make) -> None:
    process = register.process("ci")

    for figure in process.figures.values():
        assert isinstance(figure(**NOVEMBER), Share)
    for query in process.evidence.values():
        assert list(query(**NOVEMBER)) == []
    assert figures.accuracy(**NOVEMBER).ratio is None


def test_the_statements_do_not_grow_with_the_items(make: Make) -> None:
    from django.db import connection

    make("ups", "UPS-01")
    health.health(at=MONDAY)
    with CaptureQueriesContext(
        connection,
    ) as few:
        health.health(at=MONDAY)
    for place in range(5):
        make("ups", f"UPS-{place}x")
    with CaptureQueriesContext(connection) as many:
        health.health(at=MONDAY)
    assert len(many) == len(few)


@pytest.mark.parametrize(("every", "days", "expected"), [(None, 999, False), (90, 89, False), (90, 90, True)])
def test_an_audit_is_due_as_often_as_the_class_above_says(
    make: Make, config_manager: Person, every: int | None, days: int, expected: bool
) -> None:
    ups = make("ups", "UPS-02", state="live")
    CiClass.objects.filter(pk=ups.ci_class.parent_id or 0).update(audit_every_days=every)
    audit = audits.start(
        audits.plan(title="x", kind="full", by=config_manager, at=MONDAY), by=config_manager, at=MONDAY
    )
    audits.count(audit.items.get(), result="found", by=config_manager, at=MONDAY)
    audits.close(audit, conclusion="ok", by=config_manager, at=MONDAY)
    at = MONDAY + timedelta(days=days)

    assert [row.code for row in health.due(health.health(at=at), at=at)] == (["ups"] if expected else [])
