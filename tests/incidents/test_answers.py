"""What ends a hold: the requester's answer where it was waited for, nothing that is said otherwise."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from incidents.models import Incident
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.tickets import comments
from itsm.tickets.models import HoldReason
from sla.models import Clock
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(requester: Person, agent: Person, service: Service, category: Category) -> Any:
    """A way to hold an incident for a reason."""

    def hold(reason: str) -> Incident:
        case = services.raise_incident(by=requester, requester=requester, title="無法登入", service=service, at=MONDAY)
        given: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
        case = perform(case, "classify", by=agent, at=MONDAY, **given)
        case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
        why = HoldReason.objects.get(code=reason)
        later = MONDAY + timedelta(days=1)
        made: Incident = perform(
            case, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=later, comment="請問錯誤訊息？"
        )
        return made

    return hold


def test_the_requesters_answer_resumes_the_case_and_its_clock(held: Any, requester: Person) -> None:
    case = held("awaiting_user")

    comments.reply(case, body="代碼 502", by=requester, at=MONDAY + timedelta(hours=1))

    fresh = Incident.objects.get(pk=case.pk)
    assert (fresh.state, fresh.hold_reason, fresh.clock_state) == ("l1_processing", None, "running")
    assert Event.objects.get(record=case.pk, name="resume").actor is None
    assert Clock.objects.get(record=case.pk, metric="resolution").paused_since is None


def test_other_words_and_other_reasons_do_not(held: Any, requester: Person, agent: Person) -> None:
    asked, supplied = held("awaiting_user"), held("awaiting_supplier")

    comments.reply(asked, body="再次提醒", by=agent, at=MONDAY + timedelta(hours=1))
    comments.note(asked, body="備註", by=agent, at=MONDAY + timedelta(hours=1))
    comments.reply(supplied, body="謝謝", by=requester, at=MONDAY + timedelta(hours=1))

    assert set(Incident.objects.values_list("state", flat=True)) == {"on_hold"}
