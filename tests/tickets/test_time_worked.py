"""Time worked on a case: what the database keeps to, who enters and takes back, and at which rate."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import override

from catalogue.models import Service
from incidents.services import raise_incident
from itsm.people.models import Person, RoleGrant
from itsm.records import register
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets import time_worked
from itsm.tickets.models import RoleRate, WorkEntry
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
TODAY, DAY = date(2026, 11, 23), timedelta(days=1)


@pytest.fixture
def case(requester: Person, service: Service) -> Any:
    return raise_incident(by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY)


def enter(case: Any, by: Person, minutes: int = 30, **more: Any) -> WorkEntry:
    return time_worked.enter(case, minutes=minutes, by=by, at=MONDAY + DAY, **more)


def refused(case: Any, by: Person, **more: Any) -> dict[str, str]:
    with pytest.raises(Objected) as refusal:
        enter(case, by, **more)
    return refusal.value.fields


# ---- the database ---------------------------------------------------------------------------
def row(case: Any, person: Person, **more: Any) -> WorkEntry:
    given = {"role": "agent", "minutes": 30, "worked_on": TODAY, "entered_at": MONDAY} | more
    made: WorkEntry = WorkEntry.objects.create(ticket_id=case.pk, person=person, entered_by=person, **given)
    return made


@pytest.mark.parametrize(
    "wrong", [{"minutes": 0}, {"minutes": 1441}, {"rate": Decimal("-1")}, {"taken_back_at": MONDAY}]
)
def test_the_database_refuses_what_cannot_be(case: Any, agent: Person, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        row(case, agent, **wrong)


@pytest.mark.parametrize("change", [{"minutes": 31}, {"rate": Decimal(1)}, {"note": "x"}, {"worked_on": TODAY + DAY}])
def test_an_entry_never_changes_by_plain_statements_either(case: Any, agent: Person, change: dict[str, Any]) -> None:
    entry = row(case, agent)

    with pytest.raises(DatabaseError), transaction.atomic():
        WorkEntry.objects.filter(pk=entry.pk).update(**change)


def test_the_cost_is_minutes_times_rate_to_the_cent_and_unknown_without_a_rate(case: Any, agent: Person) -> None:
    made = [row(case, agent, minutes=minutes, rate=rate) for minutes, rate in ((50, Decimal(500)), (50, None), (50, 0))]

    costs = WorkEntry.objects.filter(pk__in=[one.pk for one in made]).order_by("pk").values_list("cost", flat=True)

    assert list(costs) == [Decimal("416.67"), None, Decimal(0)]


def test_the_database_deletes_no_entry_and_gives_no_day_more_than_24_hours(case: Any, agent: Person) -> None:
    first = row(case, agent, minutes=1440, worked_on=TODAY - DAY)
    row(case, agent, minutes=1400)

    with pytest.raises(IntegrityError, match="24 hours"), transaction.atomic():
        row(case, agent, minutes=41)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        WorkEntry.objects.filter(pk=first.pk).delete()
    row(case, agent, minutes=40)
    row(case, make_person("colleague", "agent"), minutes=1440)


def test_a_role_has_one_rate_from_a_day_on(db: None) -> None:
    RoleRate.objects.create(role="agent", since=TODAY, rate=400)

    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRate.objects.create(role="agent", since=TODAY, rate=500)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleRate.objects.create(role="engineer", since=TODAY, rate=-1)


# ---- entering -------------------------------------------------------------------------------
def test_the_rate_is_that_of_the_day_and_stays_as_it_was(case: Any, agent: Person) -> None:
    RoleRate.objects.create(role="agent", since=TODAY - DAY, rate=400)
    later = RoleRate.objects.create(role="agent", since=TODAY + DAY, rate=600)

    before, after = enter(case, agent, worked_on=TODAY), enter(case, agent, worked_on=TODAY + DAY)
    later.rate = Decimal(900)
    later.save()

    kept = WorkEntry.objects.order_by("pk").values_list("rate", "cost", "worked_on")
    assert [before.role, after.role] == ["agent", "agent"]
    assert list(kept) == [(Decimal(400), Decimal(200), TODAY), (Decimal(600), Decimal(300), TODAY + DAY)]


def test_without_a_rate_the_cost_is_unknown_and_the_minutes_are_said(case: Any, agent: Person) -> None:
    enter(case, agent, minutes=45)
    RoleRate.objects.create(role="agent", since=TODAY, rate=600)
    enter(case, agent, minutes=10)

    assert time_worked.together(case) == time_worked.Together(2, 55, Decimal(100), 45)


def test_it_stands_in_the_journal_for_the_desk_alone(case: Any, agent: Person) -> None:
    entry = enter(case, agent)
    time_worked.take_back(case, entry, reason="記到別案", by=agent, at=MONDAY + DAY)

    told = Event.objects.filter(record=case.pk, name__in=("enter_time", "take_back_time")).order_by("pk")
    assert [(one.name, one.actor, one.is_public, one.reason) for one in told] == [
        ("enter_time", agent, False, ""), ("take_back_time", agent, False, "記到別案"),
    ]  # fmt: skip
    assert told[0].facts["minutes"] == 30


def test_minutes_day_note_and_role_are_checked_with_a_sentence_each(case: Any, agent: Person) -> None:
    assert set(refused(case, agent, minutes=0)) == set(refused(case, agent, minutes=1441)) == {"minutes"}
    assert set(refused(case, agent, worked_on=TODAY + 2 * DAY)) == {"worked_on"}
    assert set(refused(case, agent, worked_on=TODAY - DAY)) == {"worked_on"}
    assert set(refused(case, agent, note="長" * 161)) == {"note"}
    assert set(refused(case, agent, role="engineer")) == {"role"}
    assert not WorkEntry.objects.exists()


def test_the_role_is_the_one_that_does_the_work_there(case: Any, agent: Person, network_team: Any) -> None:
    RoleGrant.objects.bulk_create(
        RoleGrant(person=agent, role=role) for role in ("incident_manager", "change_manager", "engineer")
    )
    network_team.members.add(agent)
    both = Person.objects.get(pk=agent.pk)
    at_desk = time_worked.roles_of(case, person=both)
    case.team = network_team
    second_line = time_worked.roles_of(case, person=both)

    assert at_desk == ["agent", "engineer", "incident_manager", "change_manager"]
    assert second_line == ["engineer", "agent", "incident_manager", "change_manager"]


def test_a_manager_of_incidents_works_on_a_problem_as_who_oversees_it() -> None:
    held = ["incident_manager", "change_manager", "problem_manager"]

    assert time_worked.in_order(held, process=register.process("problem"))[0] == "problem_manager"
    assert time_worked.in_order(held, process=register.process("incident"))[0] == "incident_manager"


def test_time_may_be_entered_for_a_colleague_with_a_role_there(case: Any, agent: Person, requester: Person) -> None:
    colleague = make_person("colleague", "agent", name="同事")

    entry = enter(case, agent, person=colleague)

    assert (entry.person, entry.entered_by) == (colleague, agent)
    assert set(refused(case, agent, person=requester)) == {"person"}


def test_only_who_writes_notes_enters_time(
    case: Any, requester: Person, other_requester: Person, engineer: Person, unit: Any
) -> None:
    for person in (requester, other_requester, engineer, unit.lead):
        with pytest.raises(NotAllowed):
            enter(case, person)


def test_a_person_has_no_more_than_24_hours_a_day_over_all_cases(
    case: Any, agent: Person, requester: Person, service: Service
) -> None:
    other = raise_incident(by=requester, requester=requester, title="另一案", service=service, at=MONDAY)
    entry = enter(case, agent, minutes=1400)
    colleague = make_person("colleague", "agent")

    with override("en"):
        said = refused(other, agent, minutes=41)
    assert said == {
        "minutes": "林怡君 has 23 h 20 min on 2026-11-24 already, over all cases: together no more than 24 hours."
    }
    assert set(refused(other, colleague, minutes=41, person=agent)) == {"minutes"}
    enter(other, agent, minutes=1440, worked_on=TODAY)
    enter(other, colleague, minutes=1440)
    time_worked.take_back(case, entry, reason="登錄錯誤", by=agent, at=MONDAY + DAY)
    enter(other, agent, minutes=1440)


# ---- taking back ----------------------------------------------------------------------------
def test_what_is_taken_back_stays_with_its_reason_and_counts_no_longer(case: Any, agent: Person) -> None:
    entry = enter(case, agent)

    time_worked.take_back(case, entry, reason="重複登錄", by=agent, at=MONDAY + DAY)

    kept = WorkEntry.objects.get()
    assert (kept.taken_back_by, kept.taken_back_because, kept.taken_back_at) == (agent, "重複登錄", MONDAY + DAY)
    assert time_worked.together(case).minutes == 0
    with pytest.raises(Objected):
        time_worked.take_back(case, entry, reason="再次", by=agent)


def test_taking_back_wants_a_reason_and_somebody_whose_time_it_is(
    case: Any, agent: Person, incident_manager: Person
) -> None:
    entry = enter(case, agent)
    with pytest.raises(Objected):
        time_worked.take_back(case, entry, reason="  ", by=agent)
    with pytest.raises(NotAllowed):
        time_worked.take_back(case, entry, reason="不對", by=make_person("other", "agent"))

    time_worked.take_back(case, entry, reason="主管更正", by=incident_manager)

    assert WorkEntry.objects.standing().count() == 0
