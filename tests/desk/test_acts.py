"""Acts in the list and its preview: with and without JavaScript, raced, refused, and never losing what was typed."""

import json
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from itsm.people.models import Person, Team
from itsm.tickets import assignments, comments
from itsm.tickets.models import Comment, Draft, SavedView, Ticket
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def picked(case: Any) -> str:
    return f"{case.number}:{case.version}"


def holder(case: Any) -> tuple[str, str]:
    row = Ticket.objects.select_related("team", "assignee").get(pk=case.pk)
    return str(row.team.code if row.team else ""), str(row.assignee.username if row.assignee else "")


def toast(response: Any) -> str:
    return str(json.loads(response["HX-Trigger"])["desk:toast"]["text"])


def test_taking_without_javascript_leads_back_to_the_queue(client: Client, agent: Person, report: Any) -> None:
    case = report()
    client.force_login(agent)

    response = client.post("/desk/q/act/take/", {"pick": picked(case), "next": "/desk/q/unassigned/"})

    assert (response.status_code, response["Location"]) == (303, "/desk/q/unassigned/")
    assert holder(case) == ("desk", "agent")


def test_taking_with_htmx_stays_and_refreshes_the_rows(client: Client, speak_english: Person, report: Any) -> None:
    case = report()
    client.force_login(speak_english)

    response = client.post("/desk/q/act/take/", {"pick": picked(case)}, headers=HTMX)

    assert response.status_code == 204
    assert json.loads(response["HX-Trigger"])["desk:changed"] == {"peek": True}
    assert toast(response) == f"{case.number} is yours now."


def test_taking_a_row_that_somebody_else_has_taken_meanwhile_is_refused(
    client: Client, speak_english: Person, desk: Team, report: Any
) -> None:
    case = report()
    other = make_person("other", "agent")
    desk.members.add(other)
    assignments.take(case, by=other)
    client.force_login(speak_english)

    response = client.post("/desk/q/act/take/", {"pick": picked(case)}, headers=HTMX)

    assert "changed by someone else" in toast(response)
    assert holder(case) == ("desk", "other")


def test_several_rows_are_taken_at_once_and_each_refusal_is_told(
    client: Client, speak_english: Person, report: Any
) -> None:
    cases = [report(f"案件 {count}") for count in range(3)]
    client.force_login(speak_english)

    response = client.post("/desk/q/act/take/", {"pick": [*map(picked, cases), "INC-209901-00001:1"]}, headers=HTMX)

    assert "3 cases are yours now." in toast(response)
    assert "INC-209901-00001: There is no case" in toast(response)


def test_acting_on_nothing_says_what_to_do(client: Client, speak_english: Person) -> None:
    client.force_login(speak_english)

    assert "Choose a case first" in toast(client.post("/desk/q/act/take/", headers=HTMX))
    assert client.get("/desk/q/act/steps/").status_code == 303


def test_assigning_asks_who_and_gives_it_there(client: Client, agent: Person, desk: Team, report: Any) -> None:
    case = report()
    other = make_person("other", "agent", name="吳冠廷")
    desk.members.add(other)
    client.force_login(agent)

    page = client.get("/desk/q/act/assign/", {"pick": picked(case)}).content.decode()
    wrong = client.post("/desk/q/act/assign/", {"pick": picked(case), "to": "999.1"})
    good = client.post(
        "/desk/q/act/assign/", {"pick": picked(case), "to": f"{desk.pk}.{other.pk}", "next": "/desk/q/all/"}
    )

    assert f'<option value="{desk.pk}.{other.pk}">' in page
    assert wrong.status_code == 422
    assert good["Location"] == "/desk/q/all/"
    assert holder(case) == ("desk", "other")


def test_an_auditor_may_look_but_not_take(client: Client, report: Any) -> None:
    auditor = make_person("auditor", "auditor", language="en")
    case = report()
    client.force_login(auditor)

    response = client.post("/desk/q/act/take/", {"pick": picked(case)}, headers=HTMX)

    assert "Your role may not do this" in toast(response)
    assert holder(case)[1] == ""


def test_grading_leads_to_the_step_that_grades_in_the_present_state(client: Client, agent: Person, report: Any) -> None:
    case = report()
    client.force_login(agent)

    response = client.get("/desk/q/act/grade/", {"pick": picked(case)})

    assert response.status_code == 302
    assert f"/t/{case.number}/do/classify" in response["Location"]


def test_the_steps_are_listed_with_the_reasons_of_closed_ones(
    client: Client, speak_english: Person, service: Any, report: Any
) -> None:
    from itsm.tickets.models import Outage

    case = report()
    Outage.objects.create(ticket=case, service=service, started_at=case.received_at)
    client.force_login(speak_english)

    html = client.get("/desk/q/act/steps/", {"pick": picked(case)}).content.decode()

    assert "It is an incident: classify and grade" in html
    assert "Service is still interrupted; restore it first." in html


def test_the_preview_is_a_page_without_javascript_and_a_pane_with_it(
    client: Client, agent: Person, report: Any
) -> None:
    case = report()
    client.force_login(agent)

    whole = client.get(f"/t/{case.number}/peek").content.decode()
    beside = client.get(f"/desk/q/all/?sel={case.number}").content.decode()
    pane = client.get(
        f"/t/{case.number}/peek", headers=HTMX | {"HX-Current-URL": "http://testserver/desk/q/all/?sort=number&sel=x"}
    )

    assert whole.lstrip().startswith("<!doctype html>")
    assert f'data-number="{case.number}"' in beside
    assert pane.content.decode().startswith("<aside")
    assert pane["HX-Replace-Url"] == f"/desk/q/all/?sort=number&sel={case.number}"


def test_the_preview_hides_what_one_may_not_know_of(client: Client, agent: Person, report: Any) -> None:
    secret = report(confidential=True)
    Ticket.objects.filter(pk=secret.pk).update(team=None)
    client.force_login(agent)

    assert client.get(f"/t/{secret.number}/peek").status_code == 404
    assert "data-missing" in client.get(f"/desk/q/all/?sel={secret.number}").content.decode()


def test_a_reply_and_a_note_from_the_preview(client: Client, agent: Person, report: Any) -> None:
    case = report()
    client.force_login(agent)

    client.post(f"/t/{case.number}/say", {"kind": "reply", "body": "處理中", "seen": "0"}, headers=HTMX)
    response = client.post(f"/t/{case.number}/say", {"kind": "note", "body": "查紀錄", "next": "/desk/q/all/"})

    assert response["Location"] == "/desk/q/all/"
    assert list(Comment.objects.order_by("pk").values_list("kind", "body")) == [
        ("public", "處理中"),
        ("internal", "查紀錄"),
    ]


def test_a_reply_over_a_newer_message_stops_and_keeps_the_text(
    client: Client, speak_english: Person, requester: Person, report: Any
) -> None:
    case = report()
    comments.reply(case, body="還是不行", by=requester)
    client.force_login(speak_english)

    response = client.post(f"/t/{case.number}/say", {"kind": "reply", "body": "應該好了", "seen": "0"}, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 409
    assert "A newer message has come" in html
    assert "應該好了</textarea>" in html
    assert "還是不行" in html
    assert Draft.objects.get().body == "應該好了"
    assert not Comment.objects.filter(author=speak_english).exists()


def test_an_empty_reply_says_so(client: Client, speak_english: Person, report: Any) -> None:
    case = report()
    client.force_login(speak_english)

    response = client.post(f"/t/{case.number}/say", {"kind": "reply", "body": "  "}, headers=HTMX)

    assert response.status_code == 422
    assert "Write something first." in response.content.decode()


def test_a_view_is_kept_starred_counted_and_thrown_away(client: Client, agent: Person, report: Any) -> None:
    report(channel="phone")
    report()
    client.force_login(agent)

    made = client.post(
        "/desk/q/views/new/",
        {"query": "channel=phone&sort=-received&bad=1", "name": "電話案件", "for": "me", "star": "on"},
    )
    view = SavedView.objects.get()
    html = client.get(made["Location"]).content.decode()
    client.post(f"/desk/q/views/{view.pk}/drop/")

    assert view.query == "channel=phone&sort=-received"
    assert made["Location"] == f"/desk/q/v{view.pk}/"
    assert html.count('form="row-tools"') == 1
    assert '電話案件 <span class="count">1</span>' in html
    assert not SavedView.objects.exists()


def test_anothers_private_view_does_not_exist_for_me(client: Client, agent: Person) -> None:
    other = make_person("other", "agent")
    view = SavedView.objects.create(owner=other, name="別人的", query="")
    client.force_login(agent)

    assert client.get(f"/desk/q/v{view.pk}/").status_code == 404
    assert client.post(f"/desk/q/views/{view.pk}/drop/").status_code == 404


def test_a_second_view_of_the_same_name_is_refused_with_a_sentence(client: Client, speak_english: Person) -> None:
    client.force_login(speak_english)
    sent = {"query": "", "name": "Mine", "for": "me"}
    client.post("/desk/q/views/new/", sent)

    response = client.post("/desk/q/views/new/", sent)

    assert response.status_code == 422
    assert "You have a view of this name already." in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_four_who_take_the_same_row_one_gets_it(agent: Person, desk: Team, report: Any) -> None:
    case = report()
    people = [agent, *(make_person(f"agent{count}", "agent") for count in range(3))]
    desk.members.add(*people)
    answers: list[str] = []
    start = threading.Barrier(len(people))

    def press(person: Person) -> None:
        client = Client()
        client.force_login(person)
        start.wait()
        answers.append(client.post("/desk/q/act/take/", {"pick": picked(case)}, headers=HTMX)["HX-Trigger"])
        connection.close()

    threads = [threading.Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    tones = sorted(json.loads(answer)["desk:toast"]["tone"] for answer in answers)
    assert tones == ["danger", "danger", "danger", "done"]
    assert Ticket.objects.get(pk=case.pk).assignee in people
