"""What a release closes: named by numbers in its plan, linked, settled and told when it ends well."""

from typing import Any

import pytest
from django.utils import translation

from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import Objected
from problems.models import KnownError, Problem
from tests.fixtures import MONDAY
from tests.releases.conftest import HOUR, PLAN, REVIEW, Walk, deployed

pytestmark = pytest.mark.django_db


@pytest.fixture
def problem(engineer: Person, requester: Person) -> Any:
    """An open problem that the engineer leads."""
    return open_record(
        Problem, by=None, at=MONDAY, channel="portal", origin="trend", title="502", requester=requester, received_at=MONDAY,
        assignee=engineer,
    )  # fmt: skip


def test_what_the_plan_names_by_number_is_settled_and_told_when_it_closes(
    walk: Walk, installer: Person, engineer: Person, release_manager: Person, problem: Any
) -> None:
    known = open_record(KnownError, by=None, at=MONDAY, problem=problem, title="502", state="published")
    release = walk("deploying", fixes=f"{known.number.lower()}、{problem.number}（簽核 502）")
    assert {row.pk for row in linked(release, kind=LinkKind.FIXES_PROBLEM).records} == {known.pk, problem.pk}
    review = deployed(release, installer, at=MONDAY + 2 * HOUR)

    perform(review, "close", by=release_manager, at=review.early_life_until, **REVIEW)

    fixed = KnownError.objects.get(pk=known.pk)
    assert (fixed.state, fixed.fixed_in) == ("resolved", release.number)
    assert Notification.objects.filter(person=engineer, template="release_fixes").count() == 1


def test_a_release_that_failed_settles_and_tells_nothing(
    walk: Walk, installer: Person, engineer: Person, release_manager: Person, problem: Any
) -> None:
    release = walk("deploying", fixes=problem.number)
    for row in release.deployments.order_by("wave", "pk"):
        row = perform(row, "begin", by=installer, at=MONDAY + 2 * HOUR)
        perform(row, "succeed", by=installer, at=MONDAY + 2 * HOUR, version_put="3.2.0", evidence="畫面")
    review = perform(release, "complete_deployment", by=installer, at=MONDAY + 3 * HOUR, outcome="failed")

    perform(review, "close", by=release_manager, at=MONDAY + 4 * HOUR, **REVIEW)

    assert not Notification.objects.filter(person=engineer, template="release_fixes").exists()


def test_a_number_that_names_nothing_is_refused(release: Any, change: Any, engineer: Person) -> None:
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(
            release, "request_release", by=engineer, at=MONDAY, **PLAN | {"change": change, "fixes": "PRB-202611-09999"}
        )

    assert "There is no problem or known error PRB-202611-09999." in refusal.value.reasons


def test_words_without_numbers_name_nothing(walk: Walk) -> None:
    assert not linked(walk("requested", fixes="無"), kind=LinkKind.FIXES_PROBLEM)
