"""Maintenance plans raise their turns in time and once, with ticket, announcement and forecast; done and missed are counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalogue.models import Service
from incidents import upkeep
from itsm.notices.models import Announcement, Notification
from itsm.people.models import Organisation, Person
from itsm.records.perform import open_record
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Outage, Ticket
from sla import maintenance
from sla.availability import reckon
from sla.availability_kpis import maintenance_done
from sla.availability_terms import terms_of
from sla.models import (
    AgreementEdition,
    AgreementItem,
    AgreementRow,
    MaintenancePlan,
    MaintenanceTurn,
    Promise,
    ServiceAgreement,
)
from tests.availability.conftest import DECEMBER, LATER, NOVEMBER, taipei
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@contextmanager
def unsealed() -> Iterator[None]:
    """Let the database take parts of an edition that is signed already, as only the tests of a row do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        yield
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")


@pytest.fixture
def row(service: Service, slm: Person, unit: Organisation) -> AgreementRow:
    """A row of an agreement in force, which promises 98 per cent."""
    agreement: Any = open_record(
        ServiceAgreement, by=slm, at=MONDAY - 300 * DAY, title="公文系統服務水準協議", type="sla", provider=unit, consumer=unit
    )  # fmt: skip
    edition = AgreementEdition.objects.create(
        agreement=agreement, valid_from=date(2026, 1, 5), written_at=MONDAY - 300 * DAY, signed_at=MONDAY - 299 * DAY,
        applied_at=MONDAY - 299 * DAY,
    )  # fmt: skip
    with unsealed():
        made = AgreementRow.objects.create(edition=edition, service=service)
        Promise.objects.create(row=made, metric="availability", value=98, per="item", combine="worst")
        Promise.objects.create(row=made, metric="longest_outage", op="le", seconds=4 * 3600)
        AgreementItem.objects.create(row=made, name_zh="系統", name_en="System")
    return made


def plan(row: AgreementRow, **more: Any) -> MaintenancePlan:
    asked: dict[str, Any] = {
        "subject_zh": "系統維護", "subject_en": "System maintenance", "interval": "month", "duration_minutes": 60, "weekday": 0,
        "window_start": time(18), "window_end": time(20), "notice_days": 7, "interrupts": True,
    }  # fmt: skip
    with unsealed():
        return MaintenancePlan.objects.create(row=row, **(asked | more))


@pytest.mark.parametrize(
    ("interval", "more", "days"),
    [
        ("week", {"weekday": None}, ["2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23", "2026-11-30"]),
        ("month", {}, ["2026-11-09"]),
        ("month", {"weekday": None, "first_on": date(2026, 1, 31)}, ["2026-11-30"]),
        ("quarter", {"weekday": None, "first_on": date(2026, 2, 10)}, ["2026-11-10"]),
        ("half_year", {"weekday": None, "first_on": date(2026, 5, 20)}, ["2026-11-20"]),
        ("year", {"weekday": None}, []),
        ("month", {"first_on": date(2027, 1, 1)}, []),
    ],
)
def test_when_plans_fall_due(row: AgreementRow, interval: str, more: dict[str, Any], days: list[str]) -> None:
    found = maintenance.slots(plan(row, interval=interval, **more), start=date(2026, 11, 1), end=date(2026, 11, 30))

    assert [slot.day.isoformat() for slot in found] == days


def test_a_turn_is_raised_in_time_and_once(row: AgreementRow, service: Service, agent: Person) -> None:
    plan(row)
    early, due = taipei(10, 29, 9), taipei(10, 31, 9)

    assert upkeep.tend(early) == 0
    assert upkeep.tend(due) == 1
    assert upkeep.tend(due + timedelta(hours=1)) == 0

    turn = MaintenanceTurn.objects.get()
    ticket = Ticket.objects.get(pk=turn.record_id or 0)
    assert (turn.starts_at, turn.ends_at, turn.state) == (taipei(11, 9, 18), taipei(11, 9, 19), "planned")
    assert turn.starts_at - turn.announced_at >= 7 * DAY
    assert (ticket.kind, ticket.team) == ("service_request", service.support_team)
    assert "系統維護" in ticket.title
    assert Announcement.objects.filter(services=service, ends_at=turn.ends_at).exists()
    assert Notification.objects.filter(person=agent, template="maintenance_raised").count() == 1
    assert Outage.objects.filter(pk=turn.outage_id or 0, is_forecast=True, planned_until=turn.ends_at).exists()


def test_what_does_not_interrupt_is_not_announced_to_everybody(row: AgreementRow) -> None:
    plan(row, interrupts=False)

    upkeep.tend(taipei(11, 1, 9))

    assert MaintenanceTurn.objects.get().outage is None
    assert not Announcement.objects.exists()


def test_the_overrun_of_maintenance_counts(row: AgreementRow, service: Service, engineer: Person) -> None:
    plan(row)
    upkeep.tend(taipei(11, 1, 9))
    turn = MaintenanceTurn.objects.get()

    with pytest.raises(Objected):
        maintenance.finish(turn, by=engineer, at=taipei(11, 10))
    maintenance.finish(
        turn, by=engineer, at=taipei(11, 10), started_at=taipei(11, 9, 17), ended_at=taipei(11, 9, 19), note="完成"
    )

    found = reckon(service, NOVEMBER, DECEMBER, at=LATER)
    assert found.raw.down == 3600  # 17 to 18; office hours end at 18
    assert found.adjusted.down == 3600
    assert [row.planned for row in found.rows] != [[]]
    assert MaintenanceTurn.objects.get().state == "done"
    with pytest.raises(Objected):
        maintenance.finish(turn, by=engineer, at=taipei(11, 10))


def test_requesters_do_not_note_maintenance_as_done(row: AgreementRow, requester: Person) -> None:
    plan(row, interrupts=False)
    upkeep.tend(taipei(11, 1, 9))

    with pytest.raises(NotAllowed):
        maintenance.finish(MaintenanceTurn.objects.get(), by=requester, at=taipei(11, 10))


def test_what_nobody_did_is_missed_and_told(row: AgreementRow, slm: Person, engineer: Person) -> None:
    plan(row, interrupts=False)
    upkeep.tend(taipei(11, 1, 9))

    upkeep.tend(taipei(11, 10, 18))
    assert MaintenanceTurn.objects.filter(planned_on=date(2026, 11, 9)).get().state == "planned"
    upkeep.tend(taipei(11, 10, 20))

    turn = MaintenanceTurn.objects.get(planned_on=date(2026, 11, 9))
    assert turn.state == "missed"
    assert Notification.objects.filter(person=slm, template="maintenance_missed").count() == 1
    assert maintenance_done(start=NOVEMBER, end=DECEMBER).ratio == 0
    maintenance.finish(turn, by=engineer, at=taipei(11, 12))
    assert MaintenanceTurn.objects.get(pk=turn.pk).state == "late"
    assert maintenance_done(start=NOVEMBER, end=DECEMBER).ratio == 0


def test_a_ticket_that_is_fulfilled_says_that_it_was_done(row: AgreementRow) -> None:
    plan(row, interrupts=False)
    upkeep.tend(taipei(11, 1, 9))
    turn = MaintenanceTurn.objects.get()
    Ticket.objects.filter(pk=turn.record_id or 0).update(phase="done", closure_code="delivered")

    upkeep.tend(taipei(11, 9, 20))

    assert MaintenanceTurn.objects.get(pk=turn.pk).state == "done"
    assert maintenance_done(start=NOVEMBER, end=DECEMBER).ratio == 1


def test_terms_are_read_from_the_agreement_in_force(row: AgreementRow, service: Service) -> None:
    plan(row, notice_days=10)
    terms = terms_of(service, at=MONDAY)

    assert (str(terms.target), terms.combine, terms.notice_days) == ("49/50", "worst", 10)
    assert [item.name_zh for item in terms.items] == ["系統"]
    assert (terms.longest_seconds, terms.most_outages, terms.edition) == (4 * 3600, None, "01.00")
    assert terms.agreement == row.edition.agreement.number
    assert terms_of(service, at=datetime(2025, 1, 1, tzinfo=MONDAY.tzinfo)).target is None


def test_the_window_of_a_plan_needs_no_notice(row: AgreementRow, service: Service) -> None:
    plan(row)
    service.hours = type(service.hours).objects.get(code="always")
    service.save()
    Outage.objects.create(
        service=service, kind="planned", started_at=taipei(11, 16, 18), ended_at=taipei(11, 16, 19, 30),
        planned_from=taipei(11, 16, 18), planned_until=taipei(11, 16, 19),
    )  # fmt: skip

    found = reckon(service, NOVEMBER, DECEMBER, at=LATER)

    assert found.adjusted.down == 1800
    assert found.met is True


def test_the_page_lists_plans_and_turns_and_notes_them_as_done(row: AgreementRow, agent: Person) -> None:
    plan(row, interrupts=False)
    upkeep.tend(taipei(11, 1, 9))
    turn, client = MaintenanceTurn.objects.get(), Client()
    client.force_login(agent)

    assert "系統維護" in client.get("/reports/maintenance/").content.decode()
    sent = {"started_at": "2026-11-09T18:00", "ended_at": "2026-11-09T19:00", "note": "完成"}
    assert client.get(f"/reports/maintenance/{turn.pk}/done/").status_code == 200
    answer = client.post(f"/reports/maintenance/{turn.pk}/done/", sent)
    assert answer.status_code == 303
    assert MaintenanceTurn.objects.get(pk=turn.pk).done_at == taipei(11, 9, 19)
