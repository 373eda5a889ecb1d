"""Releases stand in the change calendar beside the changes that they carry out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.records import planned
from releases.models import Release
from tests.fixtures import MONDAY
from tests.record.conftest import signed_in as signed_in
from tests.releases.conftest import Walk

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_approved_release_is_planned_for_its_window(walk: Walk, release_manager: Person) -> None:
    release = walk("approved")

    rows = planned.between(MONDAY - DAY, MONDAY + 10 * DAY, person=release_manager)

    found = [one for one in rows if one.kind == "release"]
    assert [(one.number, one.start, one.end, one.is_settled) for one in found] == [
        (release.number, release.planned_at, release.planned_end, True)
    ]


def test_the_calendar_shows_and_filters_releases(
    walk: Walk, release_manager: Person, signed_in: Callable[..., Client]
) -> None:
    release, client = walk("requested"), signed_in(release_manager)
    here = f"/changes/calendar/?from={release.planned_at:%Y-%m-%d}"

    assert release.number in client.get(here).content.decode()
    assert release.number in client.get(f"{here}&kind=release").content.decode()
    assert release.number not in client.get(f"{here}&kind=change").content.decode()


def test_a_draft_is_planned_for_nothing(release: Any, release_manager: Person) -> None:
    Release.objects.filter(pk=release.pk).update(planned_at=MONDAY, planned_end=MONDAY + DAY)

    assert "release" not in {
        one.kind for one in planned.between(MONDAY - DAY, MONDAY + 10 * DAY, person=release_manager)
    }
