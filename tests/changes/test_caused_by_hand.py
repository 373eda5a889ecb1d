"""Whoever works on an incident says which change or release has caused it, on the page of the incident."""

from typing import Any

import pytest
from django.test import Client

from incidents import services
from itsm.people.models import Person, Team
from itsm.records.links import linked
from itsm.records.models import Event, LinkKind
from tests.changes.conftest import HOUR, Walk
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(desk: Team) -> Person:
    """Somebody of the desk who may read changes."""
    made = make_person("worker", "agent", "change_implementer", name="何值班")
    made.teams.add(desk)
    return made


def incident_after(change: Any, requester: Person, desk: Team) -> Any:
    return services.raise_incident(
        by=requester,
        requester=requester,
        title="無法登入",
        service=change.service,
        team=desk,
        at=change.actual_end + HOUR,
    )


def link(worker: Person, case: Any, other: str) -> Any:
    client = Client()
    client.force_login(worker)
    return client.post(f"/t/{case.number}/link", {"other": other, "kind": "caused_by_change"})


def test_an_incident_is_caused_by_the_change_that_is_named(
    walk: Walk, worker: Person, requester: Person, desk: Team
) -> None:
    change = walk("post_review")
    case = incident_after(change, requester, desk)

    assert link(worker, case, change.number).status_code == 303
    assert [row.pk for row in linked(case, kind=LinkKind.CAUSED_BY_CHANGE).records] == [change.pk]
    assert Event.objects.filter(record=case.pk, name="caused").count() == 1


def test_nothing_is_caused_by_what_was_not_carried_out_or_is_no_change(
    walk: Walk, worker: Person, requester: Person, desk: Team
) -> None:
    change = walk("post_review")
    case, other = incident_after(change, requester, desk), incident_after(change, requester, desk)
    change.__class__.objects.update(actual_start=None)

    assert link(worker, case, change.number).status_code == 422
    assert link(worker, case, other.number).status_code == 422
    assert not linked(case, kind=LinkKind.CAUSED_BY_CHANGE)
