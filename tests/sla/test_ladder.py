"""The ladder: each level once, at the right instant, to the right people; settled before every move."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents import services
from itsm.notices.models import Notification, Outbox
from itsm.people.models import Absence, Person, Team
from itsm.records.models import Event
from itsm.records.perform import perform
from sla import clocks
from sla.models import Clock, Escalation, EscalationStep
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def steps(record: Any, metric: str = "resolution") -> list[tuple[int, datetime]]:
    rows = Escalation.objects.filter(record=record.pk, clock__metric=metric).order_by("due_at", "level")
    return [(row.level, row.due_at) for row in rows]


@pytest.fixture
def lead(desk: Team) -> Person:
    """The lead of the desk."""
    desk.lead = make_person("lead")
    desk.save()
    return desk.lead


def test_every_level_fires_once_at_the_right_instant_over_the_lunar_new_year(
    requester: Person, service: Any, grade: Any
) -> None:
    start = local("2026-02-12T14:00")  # Thursday; the offices open again on Monday 23 February
    incident: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=start)
    incident = grade(incident, at=start)

    for day in range(20):
        sweep(at=start + timedelta(days=day, hours=5))
        sweep(at=start + timedelta(days=day, hours=5))

    assert steps(incident) == [
        (0, start),
        (1, local("2026-02-13T14:00")),  # 50 % = 8 h
        (2, local("2026-02-13T18:00")),  # 75 % = 12 h
        (3, local("2026-02-23T14:00:01")),  # the first instant beyond 16 h
        (99, local("2026-02-23T14:00:01")),
        (4, local("2026-02-24T14:00")),  # 150 % = 24 h
    ]


def test_a_critical_case_climbs_by_the_minute_around_the_clock(requester: Person, service: Any, grade: Any) -> None:
    start = local("2026-11-21T23:00")  # Saturday night
    incident: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=start)
    incident = grade(incident, at=start, impact="1", urgency="1")

    sweep(at=start + 5 * HOUR)

    assert steps(incident) == [
        (0, start),
        (1, start + 30 * MINUTE),
        (2, start + 60 * MINUTE),
        (3, start + 120 * MINUTE),
        (4, start + 240 * MINUTE),
        (99, start + 240 * MINUTE + timedelta(seconds=1)),
    ]


def test_levels_go_to_lead_owner_and_customer_and_one_message_tells_of_several(
    outage: Any, grade: Any, agent: Person, lead: Person, incident_manager: Person
) -> None:
    make_person("slm", "slm")
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    Notification.objects.all().delete()

    sweep(at=MONDAY + 10 * 24 * HOUR)

    resolution = Clock.objects.get(record=incident.pk, metric="resolution")
    rows = Notification.objects.filter(dedupe_key__startswith=f"sla:{resolution.pk}:")
    told = {row.person.username: (row.template, row.facts["level"]) for row in rows}
    assert told == {
        "lead": ("escalation", 1),
        "manager": ("escalation", 2),
        "owner": ("escalation", 2),
        "slm": ("escalation", 3),
        "head": ("escalation", 3),
        "requester": ("target_missed", 3),
    }
    assert Outbox.objects.filter(template="target_missed").count() == 1
    assert Event.objects.filter(record=incident.pk, name="clock_breach").count() >= 1


def test_the_customer_is_warned_before_the_target_is_missed_and_told_once_when_it_is(
    outage: Any, grade: Any, agent: Person
) -> None:
    incident = grade(outage, at=MONDAY)
    perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    def told() -> list[str]:
        rows = Notification.objects.filter(person__username="requester", template__startswith="target_")
        return list(rows.order_by("pk").values_list("template", flat=True))

    sweep(at=MONDAY + 24 * HOUR)
    assert told() == []
    sweep(at=MONDAY + 36 * HOUR)  # 75 % of 48 h
    assert told() == ["target_at_risk"]
    sweep(at=MONDAY + 48 * HOUR + MINUTE)
    assert told() == ["target_at_risk", "target_missed"]


def test_a_critical_case_past_two_hours_is_at_risk_and_not_called_missed(
    requester: Person, service: Any, grade: Any
) -> None:
    incident: Any = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
    grade(incident, at=MONDAY, impact="1", urgency="1")

    sweep(at=MONDAY + 2 * HOUR)

    said = Notification.objects.filter(record=incident.pk, person=requester, template__startswith="target_")
    assert list(said.values_list("template", flat=True)) == ["target_at_risk"]


def test_a_deputy_is_told_in_place_of_an_absent_lead(outage: Any, grade: Any, lead: Person) -> None:
    deputy = make_person("deputy")
    Absence.objects.create(person=lead, deputy=deputy, starts_on="2026-11-01", ends_on="2026-12-01")
    incident = grade(outage, at=MONDAY)

    sweep(at=MONDAY + 24 * HOUR)

    row = Escalation.objects.get(record=incident.pk, clock__metric="resolution", level=1)
    assert {note["person"] for note in row.notified} == {lead.pk, deputy.pk}


def test_nobody_beyond_its_own_hands_hears_of_a_confidential_case(
    requester: Person, service: Any, grade: Any, lead: Person
) -> None:
    incident: Any = services.raise_incident(
        by=requester, requester=requester, title="x", service=service, at=MONDAY, confidential=True
    )

    sweep(at=MONDAY + 30 * 24 * HOUR)

    assert not Notification.objects.filter(record=incident.pk, person=lead).exists()


def test_what_was_due_is_settled_before_a_move_though_no_sweep_ran(outage: Any, grade: Any, agent: Person) -> None:
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    perform(
        incident, "resolve", by=agent, at=MONDAY + 49 * HOUR, resolution_code="fixed", resolution_note="late by an hour"
    )

    resolution = Clock.objects.get(record=incident.pk, metric="resolution")
    assert (resolution.state, resolution.breached_at) == ("soft", MONDAY + 48 * HOUR)
    assert [level for level, _due in steps(incident)] == [0, 1, 2, 3, 99]
    assert sweep(at=MONDAY + 50 * HOUR).fired == 0


def test_repeats_go_on_until_somebody_acknowledges(outage: Any, grade: Any, lead: Person) -> None:
    EscalationStep.objects.filter(metric="resolution", level=1, priorities=[3, 4, 5]).update(
        repeat_seconds=3600, needs_ack=True
    )
    incident = grade(outage, at=MONDAY)
    sweep(at=MONDAY + 25 * HOUR)
    assert [level for level, _due in steps(incident)] == [0, 1, 101]

    first = Escalation.objects.get(record=incident.pk, level=1, clock__metric="resolution")
    assert clocks.acknowledge(first, by=lead, at=MONDAY + 25 * HOUR)
    assert not clocks.acknowledge(first, by=lead, at=MONDAY + 25 * HOUR)
    sweep(at=MONDAY + 30 * HOUR)

    assert [level for level, _due in steps(incident)] == [0, 1, 101, 2]


def test_of_two_steps_on_one_level_the_first_is_climbed_and_no_move_fails(outage: Any, grade: Any) -> None:
    kept = EscalationStep.objects.filter(policy__code="default", metric="resolution", level=1, at_percent=50).get()
    EscalationStep.objects.create(policy=kept.policy, metric="resolution", level=1, at_percent=60, notify=["slm"])

    incident = grade(outage, at=MONDAY)
    sweep(at=MONDAY + 25 * HOUR)

    assert [level for level, _due in steps(incident)] == [0, 1]
    assert Escalation.objects.get(record=incident.pk, clock__metric="resolution", level=1).due_at == MONDAY + 24 * HOUR
