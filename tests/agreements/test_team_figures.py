"""Promises between teams count for the team that had the case then, wherever the case is now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records import kpis
from itsm.records.perform import perform
from itsm.reporting import shown
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards import apart
from itsm.tickets import assignments
from sla.models import ServiceAgreement
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
Counted = Callable[..., Any]


@pytest.fixture
def handed_back(
    ola: ServiceAgreement, service: Service, category: Category, requester: Person, agent: Person, engineer: Person,
    network_team: Team,
) -> Any:  # fmt: skip
    """A case that the network team accepted in time, kept too long and gave back to the desk."""
    case: Any = services.raise_incident(by=requester, requester=requester, title="無法登入", service=service, at=MONDAY)
    case = perform(case, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    case = perform(case, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="登入 502")
    case = assignments.take(case, by=engineer, at=MONDAY)
    return perform(case, "return_first_line", by=engineer, at=MONDAY + 6 * HOUR, reason="請補資料")


def counted(key: str, at: datetime, **to: Any) -> Any:
    kpi = kpis.find(key)
    assert kpi is not None
    asked = Asked(at.date() - timedelta(days=1), at.date() + timedelta(days=1), at + 8 * HOUR, **to)
    return shown.compute(kpi, asked), apart.grouped(shown.compute(kpi, asked).sides["whole"], "team")


@pytest.mark.parametrize(("key", "kept"), [("sla.acceptance", 1), ("sla.handling", 0), ("agreement.ola_attainment", 1)])
def test_what_a_team_promised_counts_for_it_though_another_has_the_case(
    handed_back: Any, network_team: Team, desk: Team, key: str, kept: int
) -> None:
    assert handed_back.team == desk
    stays = 2 if key == "agreement.ola_attainment" else 1

    theirs, apart_by_team = counted(key, MONDAY, team=network_team)
    ours, _none = counted(key, MONDAY, team=desk)

    assert (theirs.part, theirs.whole) == (kept, stays)
    assert apart_by_team == {network_team.pk: (stays, stays)}
    assert (ours.part, ours.whole) == (0, 0)


def test_hand_overs_count_for_the_team_that_had_them(handed_back: Any, network_team: Team, desk: Team) -> None:
    theirs, _apart = counted("desk.accepted_in_time", MONDAY, team=network_team)
    both, _apart = counted("desk.accepted_in_time", MONDAY)

    assert (theirs.part, theirs.whole) == (1, 1)
    assert both.whole == 2
