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


# ---- many at once ---------------------------------------------------------------------------
class TestMany:
    """One step for several chosen changes: each is judged as by itself."""

    def take(self, by: Person, name: str, cases: list[Any], **inputs: Any) -> str:
        """Post the step for all of them, and give what the page says."""
        client = Client()
        Person.objects.filter(pk=by.pk).update(language="en")
        client.force_login(by)
        answer = client.post(
            f"/desk/q/act/step/{name}/",
            {"pick": [f"{case.number}:{case.version}" for case in cases], "next": "/changes/", **inputs},
        )
        page = client.get(answer["Location"]) if answer.status_code == 303 else answer
        return str(page.content.decode())

    def states(self) -> dict[str, str]:
        return {str(number): state for number, state in Change.objects.values_list("number", "state")}

    def reviewed(self, asker: Person, implementer: Person, owner: Person, drafted: Walk) -> Any:
        record = perform(drafted(requester=asker), "submit", by=asker, at=MONDAY, **RFC)
        record = perform(record, "begin_assessment", by=owner, at=MONDAY, assessor=implementer)
        return perform(record, "classify_minor", by=owner, at=MONDAY, **assessment())

    def test_authorising_leaves_the_own_one_and_does_the_others(
        self, drafted: Walk, everything: Person, engineer: Person, implementer: Person, change_manager: Person
    ) -> None:
        theirs = self.reviewed(engineer, implementer, change_manager, drafted)
        own = self.reviewed(everything, implementer, change_manager, drafted)
        given = authorising(implementer) | {"conflict_override": "同一批設備，依序施作"}

        said = self.take(everything, "approve_implementation", [own, theirs], **given)

        assert self.states() == {own.number: "implementation_review", theirs.number: "scheduled"}
        assert f"{own.number}: Separation of duties: you cannot approve your own record." in said
        assert Change.objects.get(pk=own.pk).authoriser is None

    def test_nobody_authorises_many_that_they_carry_out(
        self, drafted: Walk, everything: Person, engineer: Person, implementer: Person, change_manager: Person
    ) -> None:
        theirs = self.reviewed(engineer, implementer, change_manager, drafted)
        own = self.reviewed(engineer, implementer, change_manager, drafted)
        Change.objects.filter(pk=own.pk).update(implementer=everything)
        Change.objects.filter(pk=theirs.pk).update(implementer=implementer)
        given = {name: value for name, value in authorising(implementer).items() if name != "implementer"}

        said = self.take(
            everything, "approve_implementation", [own, theirs], **given, conflict_override="同一批設備，依序施作"
        )

        assert self.states() == {own.number: "implementation_review", theirs.number: "scheduled"}
        assert f"{own.number}: Separation of duties" in said

    def carried_out(self, asker: Person, hands: Person, owner: Person, drafted: Walk) -> Any:
        record = self.reviewed(asker, hands, owner, drafted)
        start = WINDOW["window_start"]
        record = perform(
            record, "approve_implementation", by=owner, at=MONDAY, implementer=hands, test_result="通過", communication_plan="公告",
            backout_plan="還原", conflict_override="依序施作", **WINDOW,
        )  # fmt: skip
        record = perform(record, "start_implementation", by=hands, at=start, actual_start=start)
        end = start + HOUR
        return perform(record, "complete_implementation", by=hands, at=end, actual_end=end, outcome="successful")

    def test_closing_leaves_what_one_asked_for_or_carried_out(
        self, drafted: Walk, everything: Person, engineer: Person, implementer: Person, change_manager: Person
    ) -> None:
        asked = self.carried_out(everything, implementer, change_manager, drafted)
        carried = self.carried_out(engineer, everything, change_manager, drafted)
        theirs = self.carried_out(engineer, implementer, change_manager, drafted)

        said = self.take(everything, "close", [asked, carried, theirs], **REVIEW)

        assert self.states() == {
            asked.number: "post_review", carried.number: "post_review", theirs.number: "closed",
        }  # fmt: skip
        for own in (asked, carried):
            assert f"{own.number}: Separation of duties: you cannot approve your own record." in said

    def test_emergencies_of_ones_own_stay(
        self, drafted: Walk, everything: Person, engineer: Person, implementer: Person
    ) -> None:
        own = perform(
            drafted(requester=everything), "submit_emergency", by=everything, at=MONDAY, implementer=implementer, **EMERGENCY
        )  # fmt: skip
        theirs = perform(drafted(), "submit_emergency", by=engineer, at=MONDAY, implementer=implementer, **EMERGENCY)

        said = self.take(everything, "authorize_emergency", [own, theirs], authoriser="all", auth_channel="tap")

        assert self.states() == {own.number: "emergency_authorization", theirs.number: "emergency_implementing"}
        assert f"{own.number}: Separation of duties" in said

    def test_when_all_are_refused_nothing_typed_is_lost(
        self, drafted: Walk, everything: Person, implementer: Person, change_manager: Person
    ) -> None:
        own = [self.reviewed(everything, implementer, change_manager, drafted) for _each in range(2)]

        said = self.take(
            everything, "approve_implementation", own, **authorising(implementer) | {"test_result": "第三次壓測"}
        )

        assert set(self.states().values()) == {"implementation_review"}
        assert said.count("Separation of duties") == 2
        assert "第三次壓測" in said

    def test_the_step_is_offered_with_for_how_many_it_is_open(
        self, drafted: Walk, everything: Person, engineer: Person, implementer: Person, change_manager: Person
    ) -> None:
        own = self.reviewed(everything, implementer, change_manager, drafted)
        theirs = self.reviewed(engineer, implementer, change_manager, drafted)
        client = Client()
        Person.objects.filter(pk=everything.pk).update(language="en")
        client.force_login(everything)
        query = {"pick": [str(own.number), str(theirs.number)]}

        listed = client.get("/desk/q/act/steps/", query).content.decode()
        dialog = client.get("/desk/q/act/step/reject_implementation/", query).content.decode()
        stranger = client.get("/desk/q/act/step/no_such_step/", query)

        assert "Refuse implementation" in listed
        assert "open for 2 of 2" in listed
        assert "2 of 2 chosen cases can take this step now." in dialog
        assert stranger.status_code == 303

    def test_who_may_not_take_it_takes_it_for_none(self, walk: Walk, handler: Person) -> None:
        record = walk("post_review")

        self.take(handler, "close", [record], **REVIEW)

        assert self.states() == {record.number: "post_review"}
