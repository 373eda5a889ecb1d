"""Who is told of a release, what happens when its dates come, and what is measured."""

from datetime import timedelta
from typing import Any

import pytest

from changes.models import Change
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.figures import Share
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from releases import figures, services
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person
from tests.releases.conftest import HOUR, PLAN, REVIEW, Walk, deployed
from tests.releases.test_journeys import emergency_change

pytestmark = pytest.mark.django_db
BEGAN = MONDAY + 2 * HOUR
DAY = timedelta(days=1)
PERIOD: dict[str, Any] = {"start": MONDAY, "end": MONDAY + 30 * DAY}


def told(person: Person) -> set[str]:
    """Name the templates of what a person was told."""
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def test_the_steps_of_a_release_are_told(
    walk: Walk, release_manager: Person, installer: Person, agent: Person, engineer: Person
) -> None:
    deployed(walk("deploying"), installer, at=BEGAN + HOUR)

    assert {"release_requested", "release_to_review", "release_deployed"} <= told(release_manager)
    assert {"release_approved", "release_deployed"} <= told(agent)
    assert "release_approved" in told(engineer)


def test_a_refused_release_is_told_to_the_people_of_its_change(
    walk: Walk, release_manager: Person, engineer: Person, installer: Person
) -> None:
    perform(walk("implementation_review"), "reject_release", by=release_manager, at=MONDAY, reason="測試不足")

    assert "release_refused" in told(engineer) & told(installer)


def test_a_failed_target_is_told_at_once(walk: Walk, release_manager: Person, installer: Person) -> None:
    row = walk("deploying").deployments.order_by("wave").first()
    row = perform(row, "begin", by=installer, at=BEGAN)
    perform(row, "fail", by=installer, at=BEGAN, error="磁碟已滿")

    assert "target_failed" in told(release_manager)


def test_the_end_of_the_early_life_is_told_to_the_owner(walk: Walk, release_manager: Person, installer: Person) -> None:
    release = deployed(walk("deploying"), installer, at=BEGAN)
    sweep(at=release.early_life_until - HOUR)
    assert "early_life_over" not in told(release_manager)

    sweep(at=release.early_life_until + timedelta(minutes=1))

    assert "early_life_over" in told(release_manager)


def test_a_window_that_ends_while_it_is_deployed_is_told(
    walk: Walk, release_manager: Person, installer: Person
) -> None:
    release = walk("deploying")

    sweep(at=release.planned_end + timedelta(minutes=1))

    assert "release_window_over" in told(release_manager) & told(installer)


@pytest.mark.parametrize(("planned", "over"), [(None, 4 * HOUR), (MONDAY + HOUR, HOUR), (MONDAY - HOUR, 4 * HOUR)])
def test_an_emergency_that_runs_on_is_told_though_nobody_planned_it(
    release: Any, engineer: Person, installer: Person, release_manager: Person, planned: Any, over: timedelta
) -> None:
    type(release).objects.filter(pk=release.pk).update(planned_at=planned and planned - HOUR, planned_end=planned)
    urgent = emergency_change(engineer, installer, make_person("ecab", "ecab"))
    perform(release, "start_emergency", by=installer, at=MONDAY, change=urgent, targets="正式: WEB-1")

    sweep(at=MONDAY + over - timedelta(minutes=1))
    assert "release_window_over" not in told(release_manager)
    sweep(at=MONDAY + over + timedelta(minutes=1))

    assert "release_window_over" in told(release_manager) & told(installer)


def test_owed_forms_are_told_after_one_business_day(
    release: Any, engineer: Person, installer: Person, release_manager: Person
) -> None:
    urgent = emergency_change(engineer, installer, make_person("ecab", "ecab"))
    made = perform(release, "start_emergency", by=installer, at=MONDAY, change=urgent, targets="正式: WEB-1")
    row = perform(made.deployments.get(), "begin", by=installer, at=MONDAY)
    perform(row, "succeed", by=installer, at=MONDAY, version_put="1", evidence="掃描")
    made = perform(made, "complete_emergency", by=installer, at=MONDAY, outcome="successful")
    sweep(at=MONDAY + 12 * HOUR)
    assert "release_forms_late" not in told(release_manager)

    sweep(at=MONDAY + 2 * DAY)

    assert "release_forms_late" in told(release_manager) & told(installer)
    assert perform(
        made, "complete_retro_forms", by=installer, at=MONDAY + 2 * DAY, **PLAN, approver=release_manager
    ).state == "post_review"  # fmt: skip


def test_the_figures_count_what_was_closed(
    walk: Walk, change: Any, installer: Person, release_manager: Person, requester: Person, service: Any
) -> None:
    from incidents.services import raise_incident

    assert str(figures.success(**PERIOD)) == "-"
    release = deployed(walk("deploying"), installer, at=BEGAN + HOUR)
    case = raise_incident(by=requester, requester=requester, title="慢", service=service, at=BEGAN + 2 * HOUR)
    link(case, release, kind=LinkKind.CAUSED_BY_CHANGE, by=None, at=BEGAN + 2 * HOUR)
    perform(release, "close", by=release_manager, at=release.early_life_until, **REVIEW)

    assert figures.success(**PERIOD) == Share(1, 1)
    assert figures.defects(**PERIOD) == Share(1, 1)
    assert figures.on_time(**PERIOD) == Share(1, 1)
    assert figures.rolled_back(**PERIOD) == figures.emergencies(**PERIOD) == Share(0, 1)
    assert figures.lead_time(**PERIOD).median == 3 * 3600
    assert figures.downtime_minutes(**PERIOD) == 9
    assert figures.success(start=MONDAY - 30 * DAY, end=MONDAY) == Share(0, 0)
    assert Change.objects.get(pk=change.pk).state == "implementing"


@pytest.mark.parametrize("name", list(figures.EVIDENCE))
def test_each_piece_of_evidence_can_be_listed(walk: Walk, name: str) -> None:
    walk("approved")

    assert list(figures.EVIDENCE[name](**PERIOD)) == []


def test_an_extended_window_is_told_over_at_its_new_end(walk: Walk, release_manager: Person, installer: Person) -> None:
    release = walk("deploying")
    until = release.planned_end + 2 * HOUR
    services.extend(release, until=until, reason="備份較久", by=release_manager, at=release.planned_end - HOUR)

    sweep(at=until - timedelta(minutes=1))
    assert "release_window_over" not in told(installer)
    sweep(at=until + timedelta(minutes=1))
    assert "release_window_over" in told(installer)
