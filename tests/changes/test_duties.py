"""Nobody approves, authorises or closes their own change: not by page, REST, list of many, administration or SQL."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.test import Client
from rest_framework.test import APIClient

from changes.models import Change, StandardTemplate, Step
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.changes.conftest import EMERGENCY, HOUR, REVIEW, RFC, WINDOW, Walk, assessment
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
WAYS = ("page", "rest")


@pytest.fixture
def everything(db: None) -> Person:
    """Somebody with every role of the process, who administers the site as well."""
    roles = ("engineer", "change_manager", "change_implementer", "cab", "ecab")
    return make_person("all", *roles, name="全權", is_staff=True, is_superuser=True)


def press(way: str, change: Any, name: str, by: Person, **inputs: Any) -> int:
    """Try a move by page or REST and give the status of the answer."""
    if way == "page":
        client = Client()
        client.force_login(by)
        return client.post(f"/t/{change.number}/do/{name}", inputs).status_code
    api = APIClient()
    api.force_authenticate(by)
    return int(api.post(f"/api/v1/changes/{change.number}/transitions/{name}", inputs, format="json").status_code)


def authorising(implementer: Person) -> dict[str, Any]:
    """What the dialog of the authorisation is given."""
    return {
        "window_start": "2030-01-07T10:00:00+08:00", "window_end": "2030-01-07T12:00:00+08:00", "implementer": implementer.username,
        "communication_plan": "公告", "backout_plan": "還原", "test_result": "通過",
    }  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nobody_authorises_what_they_asked_for(
    way: str, drafted: Walk, everything: Person, implementer: Person
) -> None:
    record = perform(drafted(requester=everything), "submit", by=everything, at=MONDAY, **RFC)
    record = perform(record, "begin_assessment", by=everything, at=MONDAY, assessor=implementer)
    record = perform(record, "classify_minor", by=everything, at=MONDAY, **assessment())

    assert press(way, record, "approve_implementation", everything, **authorising(implementer)) == 422
    assert Change.objects.get().state == "implementation_review"


@pytest.mark.parametrize("way", WAYS)
def test_nobody_authorises_what_they_carry_out(way: str, walk: Walk, everything: Person) -> None:
    record = walk("implementation_review")

    assert press(way, record, "approve_implementation", everything, **authorising(everything)) == 422
    assert Change.objects.get().authoriser is None


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", ["requester", "implementer"])
def test_nobody_authorises_an_emergency_of_their_own(
    way: str, part: str, drafted: Walk, everything: Person, engineer: Person, implementer: Person
) -> None:
    asker = everything if part == "requester" else engineer
    hands = everything if part == "implementer" else implementer
    record = perform(drafted(requester=asker), "submit_emergency", by=asker, at=MONDAY, implementer=hands, **EMERGENCY)

    given = {"authoriser": "all", "auth_channel": "tap"}
    assert press(way, record, "authorize_emergency", everything, **given) == 422
    assert Change.objects.get().state == "emergency_authorization"


@pytest.mark.parametrize("way", WAYS)
def test_nobody_closes_what_they_carried_out_or_asked_for(way: str, walk: Walk, everything: Person) -> None:
    record = walk("post_review")
    record.requester.grants.create(role="change_manager")
    record.implementer.grants.create(role="change_manager")

    for person in (record.requester, record.implementer):
        fresh = Person.objects.get(pk=person.pk)
        assert press(way, record, "close", fresh, **REVIEW) == 422
    assert Change.objects.get().state == "post_review"


def test_a_list_of_many_moves_no_change(walk: Walk, everything: Person) -> None:
    record = walk("post_review")
    client = Client()
    client.force_login(everything)

    for act in ("take", "assign", "grade", "steps"):
        client.post(f"/desk/q/act/{act}/", {"pick": record.number, "name": "close", "state": "closed"})

    found = Change.objects.get()
    assert (found.state, found.closer) == ("post_review", None)


def test_the_administration_has_no_changes() -> None:
    assert not any(admin.site.is_registered(model) for model in (Change, StandardTemplate, Step))


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("authoriser", "asked_by"), ("authoriser", "implementer"), ("closer", "asked_by"), ("closer", "implementer"),
        ("asked_by", "authoriser"), ("implementer", "authoriser"),
    ],
)  # fmt: skip
def test_the_columns_themselves_refuse(walk: Walk, column: str, other: str) -> None:
    record = walk("post_review")

    with pytest.raises(IntegrityError), transaction.atomic():
        Change.objects.filter(pk=record.pk).update(**{column: getattr(record, other)})


def test_a_delegate_is_bound_as_well(walk: Walk, everything: Person, implementer: Person) -> None:
    """Acting on behalf of somebody changes nothing: who presses is who answers."""
    from itsm.records.refusals import Objected

    record = walk("post_review")
    implementer.grants.create(role="change_manager")
    fresh = Person.objects.get(pk=implementer.pk)

    with pytest.raises(Objected):
        perform(record, "close", by=fresh, on_behalf_of=everything, at=WINDOW["window_end"] + HOUR, **REVIEW)
