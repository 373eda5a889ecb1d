"""The figures of incidents and service requests, counted from a few cases by hand."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records import register
from itsm.records.figures import Durations, Share
from itsm.records.perform import perform
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def figure(process: str, name: str) -> Any:
    return register.process(process).figures[name](start=MONDAY - DAY, end=MONDAY + 30 * DAY)


@pytest.fixture
def cases(requester: Person, agent: Person, service: Service, category: Category) -> list[Any]:
    """Three incidents: one resolved, refused and resolved again; one judged a request; one still open."""
    grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    made = [
        services.raise_incident(by=requester, requester=requester, title=f"事故 {n}", service=service, at=MONDAY)
        for n in range(3)
    ]
    first = perform(made[0], "classify", by=agent, at=MONDAY, **grade)
    first = perform(first, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    for hours in (1, 3):
        first = perform(
            first, "resolve", by=agent, at=MONDAY + hours * HOUR, resolution_code="fixed", resolution_note="好了"
        )
        if hours == 1:
            first = perform(first, "reject_resolution", by=requester, at=MONDAY + 2 * HOUR, reason="還不行")
    perform(made[1], "judge_as_request", by=agent, at=MONDAY, reason="這是申請")
    return made


def test_incidents_are_counted(cases: list[Any]) -> None:
    assert figure("incident", "volume") == 3
    assert figure("incident", "rejection_rate") == Share(1, 2)
    assert figure("incident", "judged_wrongly") == Share(1, 3)
    assert figure("incident", "bounce_rate") == Share(0, 1)
    assert figure("incident", "major_incidents") == 0
    assert figure("incident", "reopen_rate").ratio is None
    assert figure("incident", "backlog_age").seconds == (30 * 86400.0,) * 2


def test_wrong_judgements_are_shown_with_their_reasons(cases: list[Any]) -> None:
    rows = register.process("incident").evidence["reclassified"](start=MONDAY - DAY, end=MONDAY + DAY)

    assert [(row.record_id, row.reason) for row in rows] == [(cases[1].pk, "這是申請")]


def test_requests_are_counted(cases: list[Any]) -> None:
    assert figure("service_request", "cancelled") == Share(0, 1)  # the incident that was judged a request
    assert figure("service_request", "cycle_time") == Durations(())


@pytest.mark.parametrize("key", [process.key for process in register.processes()])
def test_every_figure_of_every_process_answers_for_an_empty_period(db: None, key: str) -> None:
    for figures in (register.process(key).figures, register.process(key).evidence):
        for count in figures.values():
            assert count(start=MONDAY, end=MONDAY + DAY) is not None


@pytest.mark.parametrize(
    ("channel", "marked", "expected"), [("portal", False, (0, 0)), ("portal", True, (1, 1)), ("phone", False, (1, 1))]
)
def test_first_contact_counts_live_channels_and_categories_marked_for_it(
    requester: Person, agent: Person, service: Service, category: Category, channel: str, marked: bool,
    expected: tuple[int, int],
) -> None:  # fmt: skip
    Category.objects.filter(pk=category.pk).update(first_contact=marked)
    given: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case: Any = services.raise_incident(
        by=requester, requester=requester, title="忘記密碼", service=service, channel=channel, at=MONDAY
    )
    case = perform(case, "classify", by=agent, at=MONDAY, **given)
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    perform(case, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="已重設")

    assert figure("incident", "first_contact_resolution") == Share(*expected)
