"""A step of the ladder that stands on OLAs climbs the clocks between teams, and no other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from sla.models import Clock, Escalation, EscalationPolicy, EscalationStep, ServiceAgreement
from sla.replay import drift
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def handed_over(
    requester: Person, service: Service, category: Category, agent: Person, network_team: Team
) -> Callable[[], Any]:
    """Report a fault on Monday at 10:00 and hand it to the second line at once."""

    def make() -> Any:
        case: Any = services.raise_incident(
            by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
        )
        grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
        case = perform(case, "classify", by=agent, at=MONDAY, **grade)
        case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
        return perform(case, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="登入 502")

    return make


@pytest.mark.usefixtures("ola")
def test_a_late_acceptance_climbs_its_step_to_the_lead_of_the_team(
    handed_over: Callable[[], Any], network_team: Team
) -> None:
    network_team.lead = make_person("network-lead")
    network_team.save()
    EscalationStep.objects.all().delete()
    EscalationStep.objects.create(
        policy=EscalationPolicy.objects.get(code="default"), metric="ola", level=2, at_percent=50, notify=["team_lead"]
    )
    case = handed_over()

    sweep(at=MONDAY + 9 * MINUTE)
    before = Escalation.objects.filter(record=case.pk, level=2).count()
    sweep(at=MONDAY + 24 * 60 * MINUTE)

    climbed = Escalation.objects.filter(record=case.pk, level=2).values_list("clock__metric", "due_at")
    assert (before, list(climbed)) == (0, [("acceptance", MONDAY + 10 * MINUTE)])
    assert Notification.objects.filter(person=network_team.lead, record=case.pk, template="escalation").count() == 1
    assert drift(Clock.objects.get(record=case.pk, metric="acceptance")) == {}


def test_without_such_a_step_the_clocks_between_teams_climb_nothing(
    ola: ServiceAgreement, handed_over: Callable[[], Any]
) -> None:
    case = handed_over()

    ladder = Clock.objects.get(record=case.pk, metric="acceptance").terms["ladder"]

    assert [rung for rung in ladder if rung["level"] <= 90] == []
    assert ola.number
