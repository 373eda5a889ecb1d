"""Complaints on the pages of the desk, the portal, triage and over REST."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.links import link, linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from relationships.complaints import raise_complaint
from relationships.models import Complaint, Feedback
from tests.fixtures import MONDAY, make_person
from tests.relationships.conftest import HOUR, Walk

pytestmark = pytest.mark.django_db
FORM = {
    "form": "a" * 32,
    "title": "沒有人回電",
    "details": "等了三天",
    "wish": "請說明",
    "about": "",
    "service": "",
    "about_person": "",
}


def signed_in(person: Person) -> Client:
    """A browser of ``person``."""
    client = Client()
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return client


@pytest.fixture
def incident(requester: Person, service: Service) -> Any:
    """An incident that nobody has judged."""
    return services.raise_incident(by=requester, requester=requester, title="太慢", service=service, at=MONDAY)


@pytest.fixture
def other_requester(db: None) -> Person:
    """Somebody else who asks us for things."""
    return make_person("other", name="他人")


# ---- portal ---------------------------------------------------------------------------------
def test_a_requester_complains_about_an_own_case_once(requester: Person, incident: Any) -> None:
    client = signed_in(requester)
    sent = FORM | {"kind": "complaint", "about": incident.number}

    first, second = (client.post("/portal/feedback/", sent) for _again in range(2))

    made = Complaint.objects.get()
    assert first["Location"] == second["Location"] == f"/portal/cases/{made.number}/"
    assert linked(made, kind=LinkKind.ABOUT).records[0].pk == incident.pk
    assert (made.wish, made.service) == ("請說明", incident.service)


def test_a_complaint_about_a_named_person_reaches_the_relationship_manager_alone(
    requester: Person, agent: Person, relations: Person, desk: Any
) -> None:
    signed_in(requester).post("/portal/feedback/", FORM | {"kind": "complaint", "about_person": "林怡君"})

    made = Complaint.objects.get()
    assert (made.about_person, made.team, made.confidential) == (agent, None, True)
    assert Notification.objects.filter(person=relations, template="complaint_raised").exists()
    assert str(made.number) not in signed_in(agent).get("/complaints/?show=all").content.decode()
    assert str(made.number) in signed_in(relations).get("/complaints/").content.decode()


def test_a_name_that_nobody_has_is_found_out_by_the_relationship_manager(requester: Person, agent: Person) -> None:
    signed_in(requester).post("/portal/feedback/", FORM | {"kind": "complaint", "about_person": "某先生"})

    made = Complaint.objects.get()
    assert (made.about_person, made.team, made.confidential) == (None, None, True)
    assert "某先生" in made.description


@pytest.mark.parametrize("kind", ["suggestion", "compliment"])
def test_suggestions_and_praise_are_kept_and_answered(requester: Person, agent: Person, kind: str) -> None:
    signed_in(requester).post("/portal/feedback/", FORM | {"kind": kind})
    made = Feedback.objects.get(kind=kind)

    page = signed_in(agent).get("/feedback/")
    assert "沒有人回電" in page.content.decode()
    assert signed_in(requester).post(f"/feedback/{made.pk}/answer/", {"answer": "x"}).status_code == 403
    signed_in(agent).post(f"/feedback/{made.pk}/answer/", {"answer": "謝謝您"})

    assert Feedback.objects.get().answered_by == agent
    assert Notification.objects.filter(person=requester, template="feedback_answered").exists()


def test_an_empty_complaint_says_what_is_missing_and_loses_nothing(requester: Person) -> None:
    page = signed_in(requester).post("/portal/feedback/", FORM | {"kind": "complaint", "title": ""})

    assert page.status_code == 422
    assert "等了三天" in page.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(("act", "state"), [("agree", "closed"), ("disagree", "processing"), ("escalate", "escalated")])
def test_the_complainant_answers_in_the_portal(
    walk: Walk, requester: Person, act: str, state: str, relations: Person
) -> None:
    record = walk("awaiting_consent")
    client = signed_in(requester)

    page = client.get(f"/portal/cases/{record.number}/").content.decode()
    assert "當日人力不足" in page
    assert "調閱通話紀錄" not in page
    client.post(f"/portal/cases/{record.number}/{act}/", {"reason": "仍未說明"})

    assert Complaint.objects.get(pk=record.pk).state == state
    after = client.get(f"/portal/cases/{record.number}/").content.decode()
    assert after.count("當日人力不足") == 1
    assert ("仍未說明" in after) == (act != "agree")


def test_the_portal_asks_the_complainant_and_nobody_else_to_answer(
    walk: Walk, requester: Person, agent: Person
) -> None:
    link = f"/portal/cases/{walk('awaiting_consent').number}/#act"

    assert link in signed_in(requester).get("/portal/").content.decode()
    assert link not in signed_in(agent).get("/portal/").content.decode()


# ---- desk -----------------------------------------------------------------------------------
def test_the_desk_takes_down_a_complaint_by_phone(agent: Person, requester: Person, incident: Any) -> None:
    client = signed_in(agent)
    given = {
        "complainant": "requester",
        "origin": "phone",
        "title": "口氣差",
        "description": "來電抱怨",
        "about": incident.number,
    }

    wrong = client.post("/complaints/new/", given | {"complainant": "nobody", "about": "INC-1"})
    assert wrong.status_code == 422
    done = client.post("/complaints/new/", given)

    made = Complaint.objects.get()
    assert done["Location"] == f"/complaints/{made.number}/"
    assert (made.requester, made.origin, made.channel) == (requester, "phone", "phone")
    assert client.get("/complaints/").status_code == 200


def test_requesters_have_no_list_of_complaints(requester: Person, walk: Walk) -> None:
    client = signed_in(requester)

    assert client.get("/complaints/").status_code == 403
    assert client.get(f"/complaints/{walk('registered').number}/").status_code == 302


def test_the_page_shows_how_it_stands_and_takes_attempts(walk: Walk, agent: Person, relations: Person) -> None:
    record = perform(walk("processing"), "escalate", by=agent, at=MONDAY + 5 * HOUR, reason="需協助")
    client = signed_in(relations)

    page = client.get(f"/complaints/{record.number}/").content.decode()
    assert "Escalation level 1" in page
    client.post(f"/complaints/{record.number}/attempts/", {"way": "phone", "note": "未接"})

    assert "未接" in client.get(f"/complaints/{record.number}/").content.decode()
    client.post(f"/complaints/{record.number}/attempts/", {"way": "pigeon", "note": ""})
    assert "Say how you tried" in client.get(f"/complaints/{record.number}/").content.decode()
    assert record.attempts.count() == 1


def test_a_clock_that_waits_for_consent_says_so_in_the_head_and_in_the_queue(walk: Walk, agent: Person) -> None:
    record = walk("awaiting_consent")

    client = signed_in(agent)

    for address in (f"/complaints/{record.number}/", "/desk/q/all/"):
        page = client.get(address).content.decode()
        assert "Paused · confirmation by the requester" in page
        assert "Paused · approval" not in page


def test_the_flowchart_is_drawn(walk: Walk, agent: Person) -> None:
    record = walk("processing")

    page = signed_in(agent).get(f"/complaints/{record.number}/flow/").content.decode()

    assert "<svg" in page
    assert "Handle complaint" in page


@pytest.mark.parametrize("kind", ["incident", "request"])
def test_triage_makes_a_complaint_of_a_report(
    agent: Person, requester: Person, incident: Any, service: Service, kind: str
) -> None:
    case = incident
    if kind == "request":
        case = services.raise_request(by=requester, requester=requester, title="要求道歉", service=service, at=MONDAY)
    client = signed_in(agent)

    assert "Complaint" in client.get("/desk/triage/").content.decode()
    client.post(f"/desk/triage/{case.number}/complaint/", {"reason": "對服務態度不滿"})

    made = Complaint.objects.get()
    assert (made.title, made.received_at, made.requester) == (case.title, case.received_at, requester)
    assert type(case).objects.get(pk=case.pk).state == "reclassified"


# ---- REST -----------------------------------------------------------------------------------
def test_a_complaint_is_raised_and_led_on_over_rest(agent: Person, requester: Person, service: Service) -> None:
    own, desk = signed_in(requester), signed_in(agent)
    body = {"title": "沒有回電", "description": "三天", "service": service.code}

    raised = own.post("/api/v1/complaints", body, content_type="application/json")
    number = raised.json()["number"]
    refused = own.post("/api/v1/complaints", {**body, "requester": "agent"}, content_type="application/json")
    given = {
        "nature": "timeliness", "service": service.code, "severity": "2", "requester": "requester", "assignee": "agent",
        "origin": "portal",
    }  # fmt: skip
    moved = desk.post(
        f"/api/v1/complaints/{number}/transitions/register",
        given,
        content_type="application/json",
        headers={"if-match": raised["ETag"]},
    )

    assert (raised.status_code, refused.status_code, moved.status_code) == (201, 422, 200)
    assert moved.json()["state"]["code"] == "registered"
    noted = desk.post(
        f"/api/v1/complaints/{number}/contact-attempts",
        {"way": "mail", "note": "未回"},
        content_type="application/json",
    )
    assert noted.status_code == 201
    assert desk.get("/api/v1/complaints").json()["results"][0]["nature"] == "timeliness"


def test_a_complaint_about_a_person_and_a_case_is_kept_from_that_person_over_rest(
    requester: Person, agent: Person, relations: Person, incident: Any
) -> None:
    body = {"title": "態度不佳", "about": incident.number, "about_person": agent.name}

    raised = signed_in(requester).post("/api/v1/complaints", body, content_type="application/json")

    made = Complaint.objects.get()
    assert raised.status_code == 201
    assert (made.kept_from, made.team, made.service) == (agent, None, incident.service)
    assert agent.name in made.description
    assert linked(made, kind=LinkKind.ABOUT).records[0].pk == incident.pk
    seen = [signed_in(one).get(f"/api/v1/complaints/{made.number}").status_code for one in (agent, relations)]
    assert seen == [404, 200]


def test_the_desk_takes_down_over_rest_what_it_may_not_read_once(
    requester: Person, agent: Person, relations: Person
) -> None:
    body = {"title": "主管態度", "origin": "phone", "requester": requester.username, "restricted": True}
    desk = signed_in(agent)

    sent = [
        desk.post("/api/v1/complaints", body, content_type="application/json", headers={"idempotency-key": "k1"})
        for _again in range(2)
    ]

    assert [answer.status_code for answer in sent] == [204, 204]
    made = Complaint.objects.get()
    assert (made.requester, made.confidential, made.team) == (requester, True, None)


def test_a_complaint_over_rest_names_no_case_that_the_caller_may_not_see(
    requester: Person, incident: Any, other_requester: Person
) -> None:
    body = {"title": "太慢", "about": incident.number}

    answer = signed_in(other_requester).post("/api/v1/complaints", body, content_type="application/json")

    assert answer.status_code == 422
    assert "about" in answer.content.decode()
    assert not Complaint.objects.exists()


def test_requesters_do_not_read_how_their_complaint_is_handled(walk: Walk, requester: Person, agent: Person) -> None:
    record = walk("awaiting_consent")

    own = signed_in(requester).get(f"/api/v1/complaints/{record.number}").json()
    theirs = signed_in(agent).get(f"/api/v1/complaints/{record.number}").json()

    assert (own["answer"], own["plan"]) == ("當日人力不足，致歉", None)
    assert theirs["plan"] == "調閱通話紀錄"


def test_a_restricted_complaint_is_hidden_over_rest(requester: Person, agent: Person, relations: Person) -> None:
    record = raise_complaint(
        by=None, complainant=requester, at=MONDAY, source="letter", title="態度", description="", about_person=agent
    )

    seen = [signed_in(one).get(f"/api/v1/complaints/{record.number}").status_code for one in (agent, relations)]

    assert seen == [404, 200]


def test_a_complaint_in_another_process_names_where_it_was(walk: Walk, incident: Any, agent: Person) -> None:
    record = walk("processing")
    path = f"/t/{record.number}/do/refer_to_process"
    assert "This came of it already" not in signed_in(agent).get(path).content.decode()

    link(record, incident, kind=LinkKind.HANDLES_COMPLAINT, by=agent, at=MONDAY)

    assert f"This came of it already: {incident.number} (" in signed_in(agent).get(path).content.decode()
