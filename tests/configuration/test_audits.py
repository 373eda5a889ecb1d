"""An audit from its sample to its result: lines, intervals, what follows, and who may correct."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from configuration import audit_corrections, audits, health, schema
from configuration.audits import Refused
from configuration.models import AuditItem, AuditLine, ConfigurationItem, Correction, VerificationAudit
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
Kind = VerificationAudit.Kind
GIVEN = {"ups": {"runtime_minutes": 10}, "generator": {"fuel": "diesel"}}


@pytest.fixture
def auditor(db: None) -> Person:
    """Who counts."""
    return make_person("auditor", "auditor", name="鄭稽核")


def fill(make: Make, count: int, code: str = "ups") -> list[Any]:
    """Make some live items with a serial number and a recommended attribute."""
    return [
        make(code, f"{code.upper()}-{place:02}", state="live", serial=f"S{place}", given=GIVEN[code])
        for place in range(count)
    ]


def begun(by: Person, *, kind: str = Kind.FULL, seed: str = "s", **more: Any) -> VerificationAudit:
    """Plan and start an audit of everything."""
    made = audits.plan(title="機房", kind=kind, by=by, at=MONDAY, seed=seed, **more)
    return audits.start(made, by=by, at=MONDAY + HOUR)


def test_a_full_audit_lays_out_every_item_with_what_is_recorded(make: Make, auditor: Person) -> None:
    fill(make, 2)
    make("ups", "planned one")
    audit = begun(auditor)

    assert (audit.number, audit.population, audit.items.count()) == ("AUD-202611-00001", 2, 2)
    lines = dict(AuditLine.objects.filter(audit_item__place=1).values_list("field", "recorded"))
    assert lines["title"] == "UPS-00"
    assert lines["serial"] == "S0"
    assert lines["runtime_minutes"] == "10"
    assert lines["capacity_kva"] == ""
    with pytest.raises(Refused):
        audits.start(audit, by=auditor, at=MONDAY)


def test_a_sample_has_the_size_for_its_precision_and_can_be_drawn_again(make: Make, auditor: Person) -> None:
    fill(make, 12)
    fill(make, 3, "generator")
    audit = begun(auditor, kind=Kind.SAMPLE, precision=20, seed="2026-Q4")

    drawn = sorted(audit.items.values_list("item", flat=True))
    assert len(drawn) == 10  # 15 items, 20 points, 95 %: 24.01 / (1 + 23.01 / 15)
    assert audits.drawn(audit) == (15, drawn)
    assert {item.ci_class.code for item in ConfigurationItem.objects.filter(pk__in=drawn)} == {"ups", "generator"}


def test_an_audit_of_a_class_takes_what_is_below_it(make: Make, auditor: Person) -> None:
    fill(make, 1)
    make("rack", "R1", state="live", given={"units": 42})
    audit = begun(auditor, ci_class=schema.present().by_code("power"))

    assert [row.item.title for row in audit.items.all()] == ["UPS-00"]


def test_nothing_to_count_is_refused(make: Make, auditor: Person) -> None:
    with pytest.raises(Refused):
        begun(auditor)


def counted(audit: VerificationAudit, place: int, by: Person, **given: Any) -> AuditItem:
    """Count one item; found and right in all unless told otherwise."""
    row = audit.items.get(place=place)
    asked: dict[str, Any] = {"result": "found", "by": by, "at": MONDAY + 2 * HOUR} | given
    audits.count(row, **asked)
    return row


def test_the_result_counts_attributes_items_and_what_is_not_on_the_sheet(make: Make, auditor: Person) -> None:
    fill(make, 3)
    audit = begun(auditor)
    counted(audit, 1, auditor)
    counted(audit, 2, auditor, found={"serial": "S9", "maintained_on": None})
    counted(audit, 3, auditor, result="missing")
    audits.note_find(audit, kind="unregistered", name="UPS in the corner", by=auditor, at=MONDAY + 2 * HOUR)
    with pytest.raises(Refused):
        audits.close(audit, conclusion=" ", by=auditor, at=MONDAY + 3 * HOUR)
    done = audits.close(audit, conclusion="一台未尋獲", by=auditor, at=MONDAY + 3 * HOUR)

    got, lines = done.figures, AuditLine.objects.filter(audit_item__audit=audit, audit_item__place=1).count()
    assert (got["items"], got["missing"], got["unregistered"]) == (3, 1, 1)
    assert (got["lines"], got["right"]) == (2 * lines - 1, 2 * lines - 2)
    assert got["accuracy"]["share"] == pytest.approx((2 * lines - 2) / (2 * lines - 1))
    assert got["strict"] == {"share": pytest.approx(1 / 3), "low": None, "high": None}
    assert got["population_completeness"] == pytest.approx(2 / 3)
    assert got["classes"]["ups"]["items"] == 3


def closed(audit: VerificationAudit, by: Person) -> dict[str, Any]:
    """Count all as found and right but the first, close the audit, and give its result."""
    for row in audit.items.order_by("place"):
        counted(audit, row.place, by, found={"serial": "wrong"} if row.place == 1 else {})
    done = audits.close(audit, conclusion="ok", by=by, at=MONDAY + 3 * HOUR)
    return dict(done.figures)


def test_a_sample_has_an_interval_and_the_health_of_its_class_too(make: Make, auditor: Person) -> None:
    fill(make, 12)
    got = closed(begun(auditor, kind=Kind.SAMPLE, precision=30), auditor)

    assert got["items"] < 12
    assert got["strict"]["low"] < got["strict"]["share"] < got["strict"]["high"]
    assert got["classes"]["ups"]["strict"] == got["strict"]
    whole = health.health(at=MONDAY + 4 * HOUR).whole.accuracy
    assert whole is not None
    assert not whole.is_full_count


def test_a_sample_that_takes_all_there_is_is_a_full_count(make: Make, auditor: Person) -> None:
    fill(make, 3)
    got = closed(begun(auditor, kind=Kind.SAMPLE, precision=1), auditor)

    assert (got["items"], got["accuracy"]["low"], got["classes"]["ups"]["strict"]["high"]) == (3, None, None)


def test_results_kept_from_before_lose_their_interval_only_where_everything_was_counted(
    make: Make, auditor: Person
) -> None:
    fill(make, 12)
    kept = {"share": 0.5, "low": 0.4, "high": 0.6}
    for kind in (Kind.FULL, Kind.SAMPLE):
        audit = begun(auditor, kind=kind, precision=30)
        figures = closed(audit, auditor)
        VerificationAudit.objects.filter(pk=audit.pk).update(
            figures=figures | {"accuracy": kept, "classes": {"ups": {"accuracy": kept, "strict": None}}}
        )

    import_module("configuration.migrations.0016_full_counts").unbound(apps, None)

    full, sample = (VerificationAudit.objects.get(kind=kind).figures for kind in (Kind.FULL, Kind.SAMPLE))
    bare = {"share": 0.5, "low": None, "high": None}
    assert (full["accuracy"], full["classes"]["ups"]) == (bare, {"accuracy": bare, "strict": None})
    assert (sample["accuracy"], sample["classes"]["ups"]["accuracy"]) == (kept, kept)


def test_closing_raises_corrections_marks_what_is_missing_and_verifies_the_rest(make: Make, auditor: Person) -> None:
    right, wrong, lost = fill(make, 3)
    audit = begun(auditor)
    counted(audit, 1, auditor)
    counted(audit, 2, auditor, found={"serial": "S9"})
    counted(audit, 3, auditor, result="missing")
    audits.close(audit, conclusion="ok", by=auditor, at=MONDAY + 3 * HOUR)

    correction = Correction.objects.get()
    assert (correction.item, correction.field, correction.recorded, correction.found) == (wrong, "serial", "S1", "S9")
    assert (correction.source, correction.raised_by) == ("audit", auditor)
    found = {item.pk: item for item in ConfigurationItem.objects.all()}
    assert found[lost.pk].state == "missing"
    assert (found[right.pk].last_verified_by, found[wrong.pk].last_verified_by) == (auditor, None)


def test_a_second_person_corrects_and_who_counted_does_not(make: Make, auditor: Person, config_manager: Person) -> None:
    fill(make, 1)
    audit = begun(auditor)
    counted(audit, 1, auditor, found={"serial": "S9", "runtime_minutes": "x"})
    audits.close(audit, conclusion="ok", by=auditor, at=MONDAY + 3 * HOUR)
    serial, minutes = (AuditLine.objects.get(field=name) for name in ("serial", "runtime_minutes"))

    with pytest.raises(Refused):
        audit_corrections.correct(serial, by=auditor, at=MONDAY + 4 * HOUR)
    with pytest.raises(Refused):
        audit_corrections.correct(minutes, by=config_manager, at=MONDAY + 4 * HOUR)
    audit_corrections.correct(serial, by=config_manager, at=MONDAY + 4 * HOUR)
    item = ConfigurationItem.objects.get()
    assert (item.serial, item.provenance["serial"]["source"]) == ("S9", "audit")
    assert [line.field for line in audits.open_lines(audit)] == ["runtime_minutes"]
    serial.refresh_from_db()
    with pytest.raises(Refused):
        audit_corrections.correct(serial, by=config_manager, at=MONDAY + 5 * HOUR)


def test_a_closed_audit_takes_nothing_more(make: Make, auditor: Person) -> None:
    fill(make, 1)
    audit = begun(auditor)
    row = counted(audit, 1, auditor, found={"serial": "S0"})
    assert not row.lines.filter(result="wrong").exists()
    audits.close(audit, conclusion="ok", by=auditor, at=MONDAY + 3 * HOUR)

    for late in (
        lambda: counted(audit, 1, auditor),
        lambda: audits.note_find(audit, kind="unregistered", name="x", by=auditor, at=MONDAY),
        lambda: audits.close(audit, conclusion="again", by=auditor, at=MONDAY),
    ):
        with pytest.raises(Refused):
            late()


def test_an_uncounted_item_holds_the_audit_open(make: Make, auditor: Person) -> None:
    fill(make, 2)
    audit = begun(auditor)
    counted(audit, 1, auditor)

    with pytest.raises(Refused, match="1"):
        audits.close(audit, conclusion="ok", by=auditor, at=MONDAY + 3 * HOUR)
    with pytest.raises(Refused):
        counted(audit, 2, auditor, result="perhaps")


def test_the_database_closes_no_audit_without_a_conclusion(make: Make, auditor: Person) -> None:
    audit = audits.plan(title="x", kind=Kind.FULL, by=auditor, at=MONDAY, planned_on=date(2026, 11, 30))

    with pytest.raises(IntegrityError), transaction.atomic():
        VerificationAudit.objects.filter(pk=audit.pk).update(closed_at=MONDAY)
