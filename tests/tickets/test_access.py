"""Who sees what: cases, comments, and what one may do on them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Service
from incidents import services
from itsm.people.models import Absence, Organisation, Person, Team
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import comments, merging
from itsm.tickets.models import Assignment, Comment, Ticket
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
Raise = Callable[..., Any]


@pytest.fixture
def report(requester: Person, service: Service) -> Raise:
    """A way to raise incidents for the requester."""

    def raise_one(**more: Any) -> Any:
        who = more.pop("requester", requester)
        return services.raise_incident(
            by=who, requester=who, title=more.pop("title", "印表機卡紙"), service=service, at=MONDAY, **more
        )

    return raise_one


def sees(person: Person, ticket: Any) -> bool:
    """Whether ``person``, read anew, sees ``ticket``."""
    fresh = Person.objects.get(pk=person.pk)
    return Ticket.objects.visible_to(fresh).filter(pk=ticket.pk).exists()


def test_a_requester_sees_own_cases_and_nobody_elses(report: Raise, requester: Person, other_requester: Person) -> None:
    case = report()

    assert sees(requester, case)
    assert not sees(other_requester, case)


def test_a_case_requested_for_somebody_is_theirs_too(report: Raise, other_requester: Person) -> None:
    assert sees(other_requester, report(requested_for=other_requester))


def test_a_lead_sees_the_cases_of_the_units_below_but_no_confidential_one(
    report: Raise, unit: Organisation, other_requester: Person
) -> None:
    dean = make_person("dean")
    faculty = Organisation.objects.create(code="faculty", name_zh="學院", lead=dean)
    unit.parent = faculty
    unit.save()

    assert sees(dean, report())
    assert not sees(dean, report(confidential=True))
    assert not sees(dean, report(requester=other_requester))


def test_the_desk_sees_all_but_confidential_cases_of_others(
    report: Raise, agent: Person, incident_manager: Person, network_team: Team
) -> None:
    assert sees(agent, report())
    secret = report(confidential=True, team=network_team)

    assert not sees(agent, secret)
    assert sees(incident_manager, secret)
    with pytest.raises(NotAllowed):
        comments.note(secret, body="x", by=agent)
    Ticket.objects.filter(pk=secret.pk).update(assignee=agent)
    assert sees(agent, secret)


def test_the_second_line_sees_what_its_teams_hold_or_held(
    report: Raise, engineer: Person, network_team: Team, agent: Person
) -> None:
    case = report()
    assert not sees(engineer, case)

    stay = Assignment.objects.create(ticket_id=case.pk, team=network_team, assigned_at=MONDAY)
    assert sees(engineer, case)
    stay.done_at = MONDAY + timedelta(hours=1)
    stay.save()
    assert sees(engineer, case)
    assert "engineer" not in roles_on(case, person=engineer)


def test_an_inactive_person_has_no_role(report: Raise, agent: Person) -> None:
    agent.is_active = False

    assert roles_on(report(), person=agent) == frozenset()


@pytest.mark.parametrize("reader", ["requester", "other_requester", "unit_lead", "engineer_elsewhere"])
def test_internal_notes_are_read_only_by_those_who_work(
    request: pytest.FixtureRequest, report: Raise, agent: Person, unit: Organisation, engineer: Person, reader: str
) -> None:
    case = report()
    comments.note(case, body="CANARY", by=agent)
    comments.reply(case, body="我們處理中", by=agent)
    who = {"unit_lead": unit.lead, "engineer_elsewhere": engineer}.get(reader) or request.getfixturevalue(reader)

    bodies = set(Comment.objects.visible_to(Person.objects.get(pk=who.pk)).values_list("body", flat=True))

    assert "CANARY" not in bodies
    assert "CANARY" in set(Comment.objects.visible_to(agent).values_list("body", flat=True))


def test_a_service_owner_sees_cases_but_reads_no_notes(report: Raise, service: Service, agent: Person) -> None:
    comments.note(report(), body="CANARY", by=agent)

    assert not Comment.objects.visible_to(service.owner).exists()


def test_an_engineer_who_is_requester_reads_no_notes_of_the_own_case(
    report: Raise, engineer: Person, agent: Person
) -> None:
    case = report(requester=engineer)
    comments.note(case, body="CANARY", by=agent)

    assert sees(engineer, case)
    assert not Comment.objects.visible_to(engineer).exists()


def test_a_stranger_neither_replies_nor_notes(report: Raise, other_requester: Person, requester: Person) -> None:
    case = report()
    for write in (comments.reply, comments.note):
        with pytest.raises(NotAllowed):
            write(case, body="hello", by=other_requester)
    with pytest.raises(NotAllowed):
        comments.note(case, body="hello", by=requester)
    with pytest.raises(Objected):
        comments.reply(case, body="  \x00 ", by=requester)


def test_merging_shows_one_requesters_words_to_no_other(
    report: Raise, requester: Person, other_requester: Person, agent: Person
) -> None:
    kept, lost = report(), report(requester=other_requester)
    comments.reply(lost, body="CANARY", by=other_requester)

    row = merging.merge(lost, into=kept, by=agent)

    assert not Comment.objects.visible_to(requester).filter(body="CANARY").exists()
    assert Comment.objects.visible_to(agent).filter(ticket=kept.pk, body="CANARY").exists()
    merging.undo(row, by=agent)
    assert Comment.objects.filter(body="CANARY").count() == 1
    assert Ticket.objects.get(pk=lost.pk).merged_into_id is None


def test_nobody_approves_for_themselves_and_a_deputy_acts_for_the_absent(
    requester: Person, unit: Organisation, mailbox_item: Any, category: Any, agent: Person
) -> None:
    assert unit.lead is not None
    own = services.raise_request(by=unit.lead, requester=unit.lead, item=mailbox_item, category=category, at=MONDAY)
    assert own.state == "classified"
    with pytest.raises(Objected, match=r"主管|lead"):
        perform(own, "request_approval", by=agent)

    case = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    deputy = make_person("deputy", unit=unit)
    with pytest.raises(NotAllowed):
        perform(case, "approve_request", by=deputy)
    from itsm.records.clock import database_now

    today = database_now().date()
    Absence.objects.create(person=unit.lead, deputy=deputy, starts_on=today, ends_on=today)
    done = perform(case, "approve_request", by=deputy)

    request = done.approvals.get()
    assert (request.decision, request.decided_by, request.approver) == ("approved", deputy, unit.lead)
    event = done.events.get(name="approve_request")
    assert (event.actor, event.on_behalf_of) == (deputy, unit.lead)
