"""A step of the ladder that stands on OLAs climbs the clocks between teams, and no other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from itsm.notices.models import Notification
from itsm.people.models import Team
from sla.models import Clock, Escalation, EscalationPolicy, EscalationStep, ServiceAgreement
from sla.replay import drift
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


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
