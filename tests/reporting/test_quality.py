"""The quality of agents' work: whose complaints and marks they are, what stays hidden, and who may look."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person, Team
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from itsm.tickets.models import Ticket
from relationships import survey_sending
from relationships.complaints import raise_complaint
from relationships.survey_models import SurveyCampaign, SurveyResponse
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import answer, launch, make_version, plan

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE = "/reports/quality/"
SPAN = "?from=2026-11-01&to=2026-11-30"
Close = Callable[..., Any]
COLUMNS = ("resolved", "complaints", "answers", "mean", "satisfied", "reopened", "rejected")


@pytest.fixture(autouse=True)
def _on_the_friday(time_machine: Any) -> None:
    """The week in which everything happened is nearly over."""
    time_machine.move_to(MONDAY + 4 * DAY, tick=False)


@pytest.fixture
def brm(db: None) -> Person:
    """The relationship manager, who reads single answers."""
    return make_person("brm", "brm", name="孫雅婷")


@pytest.fixture
def colleague(desk: Team) -> Person:
    """Another agent of the desk."""
    person = make_person("colleague", "agent", name="吳佳蓉")
    desk.members.add(person)
    return person


@pytest.fixture
def close(service: Service, category: Category, agent: Person) -> Close:
    """Lead an incident of somebody to its closure by an agent."""

    def to_the_end(who: Person, by: Person | None = None, *, rejected: bool = False) -> Any:
        worker = by or agent
        given: dict[str, Any] = {"resolution_code": "fixed", "resolution_note": "已修復"}
        case = services.raise_incident(by=who, requester=who, title="無法登入", service=service, at=MONDAY)
        case = perform(
            case, "classify", by=worker, at=MONDAY, service=service, category=category, impact="2", urgency="2"
        )
        case = perform(case, "assign_first_line", by=worker, at=MONDAY, assignee=worker)
        case = perform(case, "resolve", by=worker, at=MONDAY + HOUR, **given)
        if rejected:
            case = perform(case, "reject_resolution", by=who, at=MONDAY + HOUR, reason="還是不行")
            case = perform(case, "resolve", by=worker, at=MONDAY + HOUR, **given)
        return perform(case, "confirm_resolution", by=who, at=MONDAY + 2 * HOUR, confirmation="portal")

    return to_the_end


@pytest.fixture
def standing(brm: Person) -> SurveyCampaign:
    """The survey after every closure."""
    whole: dict[str, Any] = {
        "mode": "transactional",
        "population": "",
        "sampling": "",
        "opens_on": None,
        "ends_on": None,
    }
    return launch(plan(make_version(), owner=brm, at=MONDAY - DAY, **whole), by=brm, at=MONDAY - DAY)


def answered(
    campaign: SurveyCampaign, close: Close, *marks: int, by: Person | None = None, first: int = 0
) -> list[Any]:
    """Close a case for each mark and let its requester give it."""
    people = [make_person(f"asked-{place}") for place in range(first, first + len(marks))]
    cases = [close(person, by) for person in people]
    survey_sending.work(MONDAY + 3 * HOUR)
    for person, mark in zip(people, marks, strict=True):
        answer(campaign, person, score=mark)
    return cases


def client_of(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


def page_of(person: Person, more: str = "", address: str = PAGE) -> str:
    response = client_of(person).get(f"{address}{SPAN}{more}")
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def lines(text: str, panel: str = "agents") -> dict[str, dict[str, tuple[str, str]]]:
    """Read a table: text and address of each column by the name of its row."""
    table = re.search(rf'id="panel-{panel}".*?<tbody>(.*?)</tbody>', text, re.S)
    assert table
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table[1], re.S):
        cells = re.findall(r"<t[hd][^>]*>(?:<a href=\"([^\"]*)\">)?([^<]*)", row)
        found[cells[0][1]] = {name: (cell[1], unescape(cell[0])) for name, cell in zip(COLUMNS, cells[1:], strict=True)}
    return found


def texts(line: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {name: text for name, (text, _url) in line.items()}


def complain(about: Any, who: Person, **more: Any) -> Any:
    return raise_complaint(
        by=who,
        complainant=who,
        at=MONDAY + DAY,
        source="portal",
        title="太慢",
        description="等太久",
        about=about,
        **more,
    )


def test_each_agent_has_the_complaints_and_marks_about_the_own_cases(
    standing: SurveyCampaign, close: Close, brm: Person, agent: Person, colleague: Person, requester: Person, desk: Team
) -> None:
    answered(standing, close, 5, 4, 2)
    back, *_ = answered(standing, close, 3, by=colleague, first=3)
    perform(back, "reopen", by=back.requester, at=MONDAY + DAY, reason="又壞了")
    complain(close(requester, rejected=True), requester)
    text = page_of(brm)

    assert texts(lines(text)["林怡君"]) == {
        "resolved": "4", "complaints": "1", "answers": "3", "mean": "3.66 · n = 3", "satisfied": "66.66 % · few answers",
        "reopened": "0", "rejected": "1",
    }  # fmt: skip
    assert texts(lines(text)["吳佳蓉"]) == {
        "resolved": "0", "complaints": "0", "answers": "1", "mean": "3.00 · n = 1", "satisfied": "0.00 % · few answers",
        "reopened": "1", "rejected": "0",
    }  # fmt: skip
    assert texts(lines(text, "teams")["Service desk"])["answers"] == "4"


def test_every_number_opens_just_its_rows(
    standing: SurveyCampaign, close: Close, brm: Person, requester: Person
) -> None:
    cases = answered(standing, close, 5, 4, 2)
    complaint = complain(cases[2], cases[2].requester)
    line = lines(page_of(brm))["林怡君"]
    client = client_of(brm)
    listed = {
        name: (set(re.findall(r'class="ref" href="[^"]*">([^<]+)', text)), re.search(r"<b>([\d,]+) row", text)[1])  # type: ignore[index]
        for name, (_number, url) in line.items() if url and (text := client.get(url).content.decode())
    }  # fmt: skip

    everything = {case.number for case in cases}
    assert listed == {
        "resolved": (everything, "3"), "complaints": ({complaint.number}, "1"), "answers": (everything, "3"),
        "mean": (everything, "3"), "satisfied": ({cases[0].number, cases[1].number}, "2"),
    }  # fmt: skip


def test_nothing_to_count_is_a_dash_and_thirty_marks_are_no_few(
    standing: SurveyCampaign, close: Close, brm: Person, agent: Person, colleague: Person, requester: Person
) -> None:
    close(requester, colleague)
    answered(standing, close, *[4] * 29)
    assert texts(lines(page_of(brm))["林怡君"])["satisfied"] == "100.00 % · few answers"
    answered(standing, close, 4, first=29)
    text = page_of(brm)

    assert texts(lines(text)["林怡君"])["satisfied"] == "100.00 %"
    assert (lines(text)["吳佳蓉"]["mean"], lines(text)["吳佳蓉"]["satisfied"]) == (("-", ""), ("-", ""))


def test_few_marks_are_not_told_to_who_does_not_read_single_answers(
    standing: SurveyCampaign, close: Close, incident_manager: Person
) -> None:
    cases = answered(standing, close, 1, 5, 5, 5)
    before = lines(page_of(incident_manager))["林怡君"]
    answered(standing, close, 4, first=4)
    after = lines(page_of(incident_manager))["林怡君"]
    client = client_of(incident_manager)
    listed = client.get(after["satisfied"][1]).content.decode()

    assert before["mean"] == before["satisfied"] == ("fewer than 5 answers", "")
    assert (after["mean"][0], after["satisfied"][0]) == ("4.00 · n = 5", "80.00 % · few answers")
    assert cases[0].number in listed  # who was dissatisfied is among those listed: the rows do not tell them apart
    for measure in ("marks", "satisfied"):
        assert client.get(f"{PAGE}rows/{measure}/{SPAN}").status_code == 403
        assert client.get("/api/v1/agent-quality/rows", {"measure": measure}).status_code == 403


def test_a_confidential_case_counts_only_for_who_sees_it(
    standing: SurveyCampaign, close: Close, brm: Person, incident_manager: Person, requester: Person
) -> None:
    cases = answered(standing, close, *[5] * 6)
    secret = cases[0]
    Ticket.objects.filter(pk=secret.pk).update(confidential=True)
    told = {who.username: texts(lines(page_of(who))["林怡君"])["answers"] for who in (brm, incident_manager)}
    rows = client_of(brm).get(f"{PAGE}rows/answers/{SPAN}").content.decode()

    assert told == {"brm": "5", "manager": "6"}
    assert secret.number not in rows
    assert "may not see" not in rows


def test_a_complaint_that_is_kept_from_its_reader_is_not_counted_for_that_reader(
    close: Close, brm: Person, incident_manager: Person, requester: Person
) -> None:
    complain(close(requester), requester, about_person=incident_manager)

    assert texts(lines(page_of(brm))["林怡君"])["complaints"] == "1"
    assert texts(lines(page_of(incident_manager))["林怡君"])["complaints"] == "0"


def test_a_complaint_that_was_none_does_not_count(close: Close, brm: Person, requester: Person) -> None:
    made = complain(close(requester), requester)
    perform(made, "withdraw", by=requester, at=MONDAY + DAY, reason="誤會")

    assert texts(lines(page_of(brm))["林怡君"])["complaints"] == "0"


def test_an_anonymous_answer_is_never_laid_at_a_case(close: Close, brm: Person, requester: Person) -> None:
    """Not even where somebody had written a link."""
    open_one = launch(plan(make_version(), owner=brm, anonymous=True), by=brm)
    answer(open_one, requester, score=1)
    case = close(requester)
    response = SurveyResponse.objects.get(campaign=open_one, state__in=("submitted", "registered"))
    link(response, case, kind=LinkKind.ABOUT, by=brm, at=MONDAY)

    assert texts(lines(page_of(brm))["林怡君"])["answers"] == "0"
    assert "No rows" in client_of(brm).get(f"{PAGE}rows/marks/{SPAN}").content.decode()


def test_the_period_the_agent_and_the_filters_are_kept(
    standing: SurveyCampaign, close: Close, brm: Person, colleague: Person, service: Service
) -> None:
    answered(standing, close, 5, 4)
    answered(standing, close, 3, by=colleague, first=2)
    only = page_of(brm, "&agent=colleague&service=documents")

    assert list(lines(only)) == ["吳佳蓉"]
    assert 'name="agent" value="colleague"' in only
    assert "agent=colleague" in lines(only, "teams")["Service desk"]["answers"][1]
    assert not lines_or_none(page_of(brm, "&service=-"))
    assert not lines_or_none(client_of(brm).get(f"{PAGE}?from=2026-10-01&to=2026-10-31").content.decode())
    assert client_of(brm).get(f"{PAGE}?agent=nobody-like-that").status_code == 404
    assert "is no date" in client_of(brm).get(f"{PAGE}?from=yesterday").content.decode()


def lines_or_none(text: str) -> bool:
    return "Nothing in this period." not in text


def test_the_tables_can_be_taken_along(standing: SurveyCampaign, close: Close, brm: Person) -> None:
    answered(standing, close, 5, 4)
    response = client_of(brm).get(f"{PAGE}{SPAN}&table=agents&as=csv")

    head, row = csv.reader(StringIO(response.content.decode("utf-8-sig")))
    assert head[:3] == ["Agent", "Resolved", "Complaints"]
    assert row == ["林怡君", "2", "0", "2", "4.50 · n = 2", "100.00 % · few answers", "0", "0"]
    assert client_of(brm).get(f"{PAGE}{SPAN}&table=none&as=csv").status_code == 404


def test_the_interface_tells_the_same(standing: SurveyCampaign, close: Close, brm: Person, requester: Person) -> None:
    cases = answered(standing, close, 5, 2)
    complaint = complain(cases[0], cases[0].requester)
    client, period = client_of(brm), {"from": "2026-11-01", "to": "2026-11-30"}

    assert client.get("/api/v1/agent-quality", period).json() == [{
        "agent": "agent", "team": "desk", "resolved": 2, "complaints": 1, "answers": 2, "marks": 2, "mean": 3.5, "satisfied": 1,
        "few": True, "hidden": False, "reopened": 0, "rejected": 0,
    }]  # fmt: skip
    rows = client.get("/api/v1/agent-quality/rows", period | {"measure": "complaints", "agent": "agent"}).json()
    assert [row["number"] for row in rows["rows"]] == [complaint.number]
    assert client.get("/api/v1/agent-quality", {"from": "now"}).status_code == 400
    assert client.get("/api/v1/agent-quality/rows", {"measure": "beauty"}).status_code == 400


WHO = {
    "incident_manager": 200, "brm": 200, "management_rep": 200, "agent": 403, "engineer": 403, "auditor": 403, "slm": 403,
    "change_manager": 403, "cab": 403,
}  # fmt: skip


@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}rows/complaints/", "/api/v1/agent-quality", "/api/v1/agent-quality/rows?measure=answers"]
)
def test_only_who_leads_looks(address: str, requester: Person) -> None:
    found = {role: client_of(make_person(f"a-{role}", role)).get(address).status_code for role in WHO}

    assert found == WHO
    assert client_of(requester).get(address).status_code == 403


def test_a_lead_sees_the_own_team_and_the_rail_leads_there(
    standing: SurveyCampaign, close: Close, engineer: Person, colleague: Person, desk: Team, network_team: Team
) -> None:
    answered(standing, close, 5, 4)
    assert client_of(colleague).get(PAGE).status_code == 403
    Team.objects.filter(pk=desk.pk).update(lead=colleague)
    Team.objects.filter(pk=network_team.pk).update(lead=engineer)

    assert list(lines(page_of(Person.objects.get(pk=colleague.pk)), "teams")) == ["Service desk"]
    assert not lines_or_none(page_of(Person.objects.get(pk=engineer.pk)))
    assert f'href="{PAGE}"' in client_of(colleague).get("/desk/").content.decode()


def test_statements_do_not_grow_with_agents(
    standing: SurveyCampaign, close: Close, brm: Person, colleague: Person
) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"{address}{SPAN}").status_code == 200
        return len(found)

    client = client_of(brm)
    cases = answered(standing, close, 5)
    complain(cases[0], cases[0].requester)
    addresses = (PAGE, f"{PAGE}rows/complaints/", f"{PAGE}rows/marks/", "/api/v1/agent-quality")
    for address in addresses:
        statements(address)  # what a process remembers is remembered
    before = [statements(address) for address in addresses]
    more = answered(standing, close, 5, 4, 3, by=colleague, first=1)
    for case in more:
        complain(case, case.requester)

    assert [statements(address) for address in addresses] == before
