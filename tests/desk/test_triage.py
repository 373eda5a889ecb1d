"""Triage: each answer in one submit, refusals beside their fields, the next case opens, merges can be undone."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Category, RequestItem, Service
from incidents.models import Incident, ServiceRequest
from incidents.services import raise_request
from itsm.people.models import Person
from itsm.tickets.models import Merge, Ticket
from problems.models import Problem

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def judge(client: Client, case: Any, code: str, **data: Any) -> Any:
    headers = HTMX if data.pop("htmx", False) else {}
    return client.post(f"/desk/triage/{case.number}/{code}/", data, headers=headers)


def graded(service: Service, category: Category) -> dict[str, str]:
    return {"service": service.code, "category": category.code, "impact": "2", "urgency": "2"}


def test_an_incident_is_classified_and_taken_in_one_submit_and_the_next_opens(
    client: Client, agent: Person, report: Any, service: Service, category: Category
) -> None:
    first, second = report("公文無法登入"), report("印表機卡紙")
    client.force_login(agent)

    response = judge(client, first, "incident", take="on", **graded(service, category))

    made = Incident.objects.get(pk=first.pk)
    assert (response.status_code, response["Location"]) == (303, f"/desk/triage/?sel={second.number}")
    assert (made.state, made.assignee, made.priority) == ("l1_processing", agent, 3)


def test_with_htmx_the_next_case_comes_back_with_focus_on_its_title(
    client: Client, agent: Person, report: Any, service: Service, category: Category
) -> None:
    first, second = report("公文無法登入"), report("印表機卡紙")
    client.force_login(agent)

    response = judge(client, first, "incident", htmx=True, **graded(service, category))

    html = response.content.decode()
    assert html.startswith('<div id="triage"')
    assert 'tabindex="-1" data-focus-me>印表機卡紙' in html
    assert response["HX-Replace-Url"] == f"/desk/triage/?sel={second.number}"


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: Client, speak_english: Person, report: Any, service: Service, category: Category
) -> None:
    case = report()
    client.force_login(speak_english)

    response = judge(client, case, "incident", **graded(service, category) | {"category": "", "component": "app01"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "“Category” is needed." in html
    assert 'value="app01"' in html
    assert Ticket.objects.get(pk=case.pk).state == "reported"


def test_an_incident_becomes_a_registered_request(client: Client, agent: Person, report: Any, service: Service) -> None:
    case = report("想申請信箱")
    client.force_login(agent)

    judge(
        client, case, "request", reason="目錄項目", service=service.code, title=case.title, requester="requester", contact_channel="portal"
    )  # fmt: skip

    made = ServiceRequest.objects.get()
    assert Ticket.objects.get(pk=case.pk).state == "reclassified"
    assert (made.state, made.title, made.received_at) == ("registered", "想申請信箱", case.received_at)


def test_a_request_is_registered_classified_and_taken(
    client: Client, agent: Person, requester: Person, service: Service, category: Category, password_item: RequestItem
) -> None:
    case = raise_request(by=requester, requester=requester, title="重設密碼", service=service)
    client.force_login(agent)
    html = client.get(f"/desk/triage/?sel={case.number}").content.decode()

    judge(
        client, case, "request", service=service.code, title="重設密碼", requester="requester", contact_channel="portal",
        request_item="password", category=category.code, priority="4", take="on",
    )  # fmt: skip

    assert '<input type="hidden" name="requester" value="requester"' in html
    assert ServiceRequest.objects.get(pk=case.pk).state == "l1_processing"


def test_a_request_becomes_a_classified_incident(
    client: Client, agent: Person, requester: Person, service: Service, category: Category
) -> None:
    case = raise_request(by=requester, requester=requester, title="網路壞了", service=service)
    client.force_login(agent)

    judge(client, case, "incident", reason="這是故障", **graded(service, category))

    assert Incident.objects.get().state == "classified"
    assert Ticket.objects.get(pk=case.pk).state == "reclassified"


def test_an_incident_becomes_a_problem_but_a_request_does_not(
    client: Client, speak_english: Person, requester: Person, report: Any, service: Service
) -> None:
    case = report("每週一當機")
    request = raise_request(by=requester, requester=requester, title="申請", service=service)
    client.force_login(speak_english)

    judge(client, case, "problem", reason="重複發生")
    refused = judge(client, request, "problem")

    assert Problem.objects.get().title == "每週一當機"
    assert refused.status_code == 422


def test_a_duplicate_is_merged_and_stands_again_after_undo(client: Client, agent: Person, report: Any) -> None:
    kept, lost = report("公文系統無法登入"), report("公文系統無法登入 急")
    client.force_login(agent)
    shown = client.get(f"/desk/triage/?sel={lost.number}").content.decode()

    response = judge(client, lost, "duplicate", other=kept.number)
    merged = Ticket.objects.get(pk=lost.pk).merged_into_id
    page = client.get(response["Location"]).content.decode()
    client.post(f"/desk/triage/undo/{Merge.objects.get().pk}/")

    assert f'name="other" value="{kept.number}"' in shown
    assert merged == kept.pk
    assert f"/desk/triage/undo/{Merge.objects.get().pk}/" in page
    assert Ticket.objects.get(pk=lost.pk).merged_into_id is None


def test_a_duplicate_of_nothing_is_refused(client: Client, speak_english: Person, report: Any) -> None:
    case = report()
    client.force_login(speak_english)

    empty = judge(client, case, "duplicate")
    unknown = judge(client, case, "duplicate", other_number="INC-209901-00001")

    assert "Say which case it duplicates." in empty.content.decode()
    assert "There is no case with this number." in unknown.content.decode()


def test_a_case_that_was_judged_meanwhile_answers_409(
    client: Client, agent: Person, report: Any, service: Service, category: Category
) -> None:
    case = report()
    client.force_login(agent)
    judge(client, case, "incident", **graded(service, category))

    assert judge(client, case, "incident", **graded(service, category)).status_code == 409


def test_the_service_and_what_the_requester_said_propose_the_grade(client: Client, agent: Person, report: Any) -> None:
    case = report(still_working="no")
    client.force_login(agent)

    html = client.get(f"/desk/triage/?sel={case.number}").content.decode()

    assert '<option value="2" selected>' in html  # impact of a service of criticality 2
    assert '<option value="1" selected>' in html  # the work stands still


def test_an_engineer_of_another_team_finds_nothing_to_judge(client: Client, engineer: Person, report: Any) -> None:
    case = report()
    client.force_login(engineer)

    assert case.number not in client.get("/desk/triage/").content.decode()


def test_when_all_is_judged_the_page_says_so(client: Client, speak_english: Person) -> None:
    client.force_login(speak_english)

    assert "All judged" in client.get("/desk/triage/").content.decode()
