"""Nobody approves, authorises or closes their own change: not by page, REST, list of many, administration or SQL."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from changes.board_models import Ballot, CabItem, CabMeeting, CabVote
from changes.calendar_models import FreezeWaiver
from changes.models import Change, StandardTemplate, Step
from changes.rule_models import ClassRule
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets.edits import edit
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


@pytest.mark.parametrize(
    "model", [Change, StandardTemplate, Step, Ballot, CabVote, CabMeeting, CabItem, ClassRule, FreezeWaiver]
)
def test_the_administration_has_none_of_it(model: Any, everything: Person) -> None:
    assert not admin.site.is_registered(model)
    client = Client()
    client.force_login(everything)
    for way in ("", "add/", "1/change/", "1/delete/"):
        assert client.get(f"/admin/changes/{model._meta.model_name}/{way}").status_code == 404


# ---- raw SQL --------------------------------------------------------------------------------
def sql(statement: str, *values: Any) -> None:
    """Run a statement and everything that waits for the end of its transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("state", ["scheduled", "implementing", "emergency_implementing"])
def test_raw_sql_schedules_nothing_that_nobody_authorised(walk: Walk, state: str) -> None:
    record = walk("implementation_review")

    with pytest.raises(DatabaseError):
        sql("UPDATE tickets_ticket SET state = %s WHERE record_ptr_id = %s", state, record.pk)
    assert Change.objects.get().state == "implementation_review"


def test_raw_sql_takes_the_legal_step_only_with_a_name_under_it(walk: Walk) -> None:
    record = walk("implementation_review")

    with pytest.raises(IntegrityError, match="is not authorised by anybody"):
        sql("UPDATE tickets_ticket SET state = 'scheduled' WHERE record_ptr_id = %s", record.pk)


def test_raw_sql_closes_nothing_without_a_name(walk: Walk) -> None:
    record = walk("post_review")

    with pytest.raises(IntegrityError, match="is closed by nobody"):
        sql("UPDATE tickets_ticket SET state = 'closed' WHERE record_ptr_id = %s", record.pk)


@pytest.mark.parametrize("column", ["authoriser_id", "closer_id"])
@pytest.mark.parametrize("part", ["asked_by_id", "implementer_id"])
def test_raw_sql_names_nobody_who_asked_or_carries_it_out(walk: Walk, column: str, part: str) -> None:
    record = walk("post_review")

    with pytest.raises(IntegrityError):
        sql(f"UPDATE changes_change SET {column} = {part} WHERE ticket_ptr_id = %s", record.pk)  # names of columns


def test_raw_sql_does_not_pass_the_request_to_somebody_else_first(walk: Walk, everything: Person) -> None:
    """Who asked for it stays who asked for it: else they could hand it over, authorise it and take it back."""
    record = walk("implementation_review")

    with pytest.raises(IntegrityError, match="who asked for a change stays"):
        sql("UPDATE changes_change SET asked_by_id = %s WHERE ticket_ptr_id = %s", everything.pk, record.pk)


def test_raw_sql_makes_the_authoriser_neither_implementer_nor_closer_of_own_work(walk: Walk) -> None:
    record = walk("scheduled")

    with pytest.raises(IntegrityError):
        sql("UPDATE changes_change SET implementer_id = authoriser_id WHERE ticket_ptr_id = %s", record.pk)


def test_an_edit_makes_the_authoriser_no_implementer(walk: Walk, change_manager: Person) -> None:
    record = walk("scheduled")

    with pytest.raises(Objected):
        edit(record, {"implementer": change_manager}, by=change_manager)
    assert Change.objects.get().implementer_id == record.implementer_id


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
    record = walk("post_review")
    implementer.grants.create(role="change_manager")
    fresh = Person.objects.get(pk=implementer.pk)

    with pytest.raises(Objected):
        perform(record, "close", by=fresh, on_behalf_of=everything, at=WINDOW["window_end"] + HOUR, **REVIEW)
