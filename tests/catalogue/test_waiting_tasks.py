"""The times of a plan's tasks stand still while the order waits, by the same arithmetic as its clocks."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import Category, RequestItem, Service
from incidents import services
from itsm.hours.models import schedule_of
from itsm.notices.models import Outbox
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from itsm.tickets.models import HoldReason, Task
from itsm.tickets.parts_of import end_task
from sla import late_tasks
from sla.models import Clock
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TARGET = 3 * 3600


@pytest.fixture
def item(service: Service) -> RequestItem:
    """An item with two steps, three hours each, in eight hours together."""
    step = {"zh": "安裝", "en": "Install", "target_seconds": TARGET}
    return RequestItem.objects.create(
        code="host", service=service, name_zh="虛擬主機", name_en="Virtual host", target_seconds=8 * 3600,
        tasks=[step | {"step": 1}, step | {"step": 2}],
    )  # fmt: skip


@pytest.fixture
def order(item: RequestItem, requester: Person, category: Category, agent: Person) -> Any:
    """An order that the agent works on since Monday morning."""
    made = services.raise_request(by=requester, requester=requester, item=item, category=category, at=MONDAY)
    return perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)


def hold(order: Any, agent: Person, at: datetime, code: str = "awaiting_user") -> Any:
    """Let the order wait."""
    given: dict[str, Any] = {
        "hold_reason": HoldReason.objects.get(code=code),
        "follow_up_at": at + 99 * HOUR,
        "comment": "請補件",
    }
    return perform(order, "hold", by=agent, at=at, **given)


def due(order: Any, step: int = 1) -> datetime | None:
    """Read when the task of a step is due."""
    found: datetime | None = order.tasks.get(step=step).due_at
    return found


def hours(order: Any) -> Any:
    """Give the hours of the order's service."""
    return schedule_of(order.service.hours.current.pk)


def test_a_task_waits_as_long_as_the_order(order: Any, agent: Person) -> None:
    first = due(order)
    hold(order, agent, MONDAY + HOUR)
    assert late_tasks.tell(at=MONDAY + 30 * HOUR) == 0
    assert due(order) == first
    perform(order, "resume", by=agent, at=MONDAY + 26 * HOUR)

    assert due(order) == hours(order).add(MONDAY, seconds=TARGET + 8 * 3600 + 3600)
    moment = due(order)
    assert moment is not None
    assert late_tasks.tell(at=moment - timedelta(seconds=1)) == 0
    assert late_tasks.tell(at=moment) == 1


def test_a_reason_that_stops_no_clock_stops_no_task(order: Any, agent: Person) -> None:
    first = due(order)
    hold(order, agent, MONDAY + HOUR, "awaiting_supplier")
    perform(order, "resume", by=agent, at=MONDAY + 26 * HOUR)

    assert due(order) == first


def test_what_was_late_before_stays_late_and_is_told(order: Any, agent: Person, desk: Any) -> None:
    desk.lead = agent
    desk.save()
    first = due(order)
    hold(order, agent, MONDAY + 5 * HOUR)
    assert late_tasks.tell(at=MONDAY + 6 * HOUR) == 1
    perform(order, "resume", by=agent, at=MONDAY + 26 * HOUR)

    assert due(order) == first
    assert Outbox.objects.filter(template="task_late").exists()


def test_a_step_that_begins_while_the_order_waits_waits_from_then_on(order: Any, agent: Person) -> None:
    hold(order, agent, MONDAY + HOUR)
    end_task(order.tasks.get(step=1), state="done", by=agent, at=MONDAY + 2 * HOUR)
    perform(order, "resume", by=agent, at=MONDAY + 5 * HOUR)

    waited = hours(order).between(MONDAY + 2 * HOUR, MONDAY + 5 * HOUR)
    assert due(order, 2) == hours(order).add(MONDAY + 2 * HOUR, seconds=TARGET + waited)


def test_a_step_that_begins_after_the_wait_has_its_whole_time(order: Any, agent: Person) -> None:
    hold(order, agent, MONDAY + HOUR)
    perform(order, "resume", by=agent, at=MONDAY + 2 * HOUR)
    end_task(order.tasks.get(step=1), state="done", by=agent, at=MONDAY + 3 * HOUR)

    assert due(order, 2) == hours(order).add(MONDAY + 3 * HOUR, seconds=TARGET)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 30 * 60), min_size=1, max_size=6))
def test_any_row_of_waits_ends_as_the_clock_of_the_order_does(
    item: RequestItem, requester: Person, category: Category, agent: Person, minutes: list[int]
) -> None:
    """Replay: a plan with the whole target of the order as one task is due exactly when the order is."""
    RequestItem.objects.filter(pk=item.pk).update(
        tasks=[{"zh": "做", "en": "Do", "step": 1, "target_seconds": 8 * 3600}]
    )
    item.refresh_from_db()
    made = services.raise_request(by=requester, requester=requester, item=item, category=category, at=MONDAY)
    made = perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    Team.objects.filter(pk=made.team_id).update(lead=agent)  # who may also wait in the last tenth of the time
    clock, at = Clock.objects.get(record_id=made.pk, metric="fulfilment"), MONDAY

    for number, pause in enumerate(minutes):
        at += timedelta(minutes=pause)
        clock.refresh_from_db()
        if clock.due_at is None or at >= clock.due_at:
            break
        made = perform(made, "resume", by=agent, at=at) if number % 2 else hold(made, agent, at)
    if made.state == "on_hold":
        made = perform(made, "resume", by=agent, at=at + HOUR)

    clock.refresh_from_db()
    assert Task.objects.get(ticket=made.pk).due_at == clock.due_at
