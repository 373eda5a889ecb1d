"""The pages of reports: for whom, what they show, and that every number on them opens rows that make it."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.reporting import recounting
from itsm.reporting.dashboards import process
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
BOARDS = [
    "/reports/desk/",
    "/reports/management/",
    "/reports/process/incident/",
    "/reports/process/ci/",
    "/reports/process/survey_campaign/",
]


class Links(HTMLParser):
    """Every link into rows with its text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open = dict(attrs).get("href") or ""

    def handle_data(self, data: str) -> None:
        if self._open.startswith(("/reports/rows/", "/reports/figures/")):
            self.found.append((self._open, data.strip()))
        self._open = ""


@pytest.fixture
def manager(demo: None) -> Person:
    recounting.feed_all()
    return make_person("reader", "incident_manager", "management_rep", "auditor", "slm", "brm")


def sign_in(person: Person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    client.cookies["language"] = "en"
    return client


def span(days: int = 400) -> str:
    today = timezone.localdate()
    return f"?from={today - timedelta(days=days)}&to={today}"


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.parametrize(
    "url", [*BOARDS, "/reports/kpis/", "/reports/kpis/change.trend/", "/reports/figures/incident.volume/"]
)
def test_whoever_sees_all_cases_reads_and_nobody_else(demo: None, url: str) -> None:
    answers = {
        role: sign_in(make_person(f"a-{role}", role)).get(url).status_code
        for role in ("agent", "slm", "auditor", "engineer", "cab")
    }

    assert answers == {"agent": 200, "slm": 200, "auditor": 200, "engineer": 403, "cab": 403}


@pytest.mark.parametrize("url", ["/reports/desk/", "/reports/management/"])
def test_every_whole_number_of_a_dashboard_opens_as_many_rows(manager: Person, url: str) -> None:
    client, page = sign_in(manager), Links()
    page.feed(text_of(client, url + span()))
    numbers = [(link, int(text.replace(",", ""))) for link, text in page.found if re.fullmatch(r"[\d,]+", text)]

    assert len(numbers) > 20
    for link, number in dict(numbers).items():
        told = re.search(r"<b>([\d,]+)", text_of(client, link))
        assert told is not None, link
        together = re.search(r"(?:together|合計) ([\d,]+)", text_of(client, link))
        assert int((together or told).group(1).replace(",", "")) == number, link


@pytest.mark.parametrize("area", list(process.areas()))
def test_every_whole_number_of_a_process_opens_as_many_rows(manager: Person, area: str) -> None:
    client, page = sign_in(manager), Links()
    url = "/reports/desk/" if area == "desk" else f"/reports/process/{area}/"
    page.feed(text_of(client, url + span()))

    for link, number in {
        link: int(text.replace(",", "")) for link, text in page.found if re.fullmatch(r"[\d,]+", text)
    }.items():
        rows = text_of(client, link)
        told = re.search(r"<b>([\d,]+)", rows)
        assert told is not None, link
        together = re.search(r"(?:together|合計) ([\d,]+)", rows)
        assert number in {int(one.group(1).replace(",", "")) for one in (told, together) if one}, link


@pytest.mark.parametrize(
    "key", ["change.trend", "incident.resolution_attainment", "incident.mean_hops", "incident.time_to_resolve"]
)
def test_every_number_of_a_figure_told_apart_opens_as_many_rows(manager: Person, key: str) -> None:
    client, page = sign_in(manager), Links()
    text = text_of(client, f"/reports/kpis/{key}/{span()}")
    page.feed(text[text.index('class="report-panels"') :])
    numbers = [(link, int(number.replace(",", ""))) for link, number in page.found if re.fullmatch(r"[\d,]+", number)]

    assert len(numbers) > 3
    for link, number in numbers:
        told = re.search(r"<b>([\d,]+)", text_of(client, link))
        assert told is not None
        assert int(told.group(1).replace(",", "")) == number, link


def test_shares_of_a_dashboard_open_rows_too(manager: Person) -> None:
    client, page = sign_in(manager), Links()
    page.feed(text_of(client, "/reports/management/" + span()))
    shares = {link for link, text in page.found if text.endswith("%")}

    assert shares
    for link in shares:
        assert int(re.search(r"<b>([\d,]+)", text_of(client, link)).group(1).replace(",", "")) > 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "url", ["/reports/desk/", "/reports/management/", "/reports/process/incident/", "/reports/process/sla/"]
)
def test_beside_every_promise_stands_what_it_must_not_hide(manager: Person, url: str) -> None:
    text = text_of(sign_in(manager), url + span())

    beside = re.findall(r'<ul class="report-guards".*?</ul>', text, re.DOTALL)
    assert len(beside) >= (2 if "incident" in url else 3)
    assert all(len(re.findall("<li>", one)) == 3 and "CSAT" in one for one in beside)


def test_rows_that_a_person_may_not_see_are_counted_and_told(manager: Person) -> None:
    from itsm.tickets.models import Ticket

    case = Ticket.objects.filter(kind="incident", confidential=False).order_by("pk")[0]
    Ticket.objects.filter(pk=case.pk).update(confidential=True, team=None, assignee=None)
    agent = sign_in(make_person("only-agent", "agent"))

    seen = text_of(agent, "/reports/figures/incident.volume/" + span(2000).replace("2000", ""))

    assert case.number not in seen
    assert re.search(r"\d+ of them you may not see|您無權檢視", seen)


def test_filters_narrow_and_wrong_ones_are_told(manager: Person) -> None:
    client = sign_in(manager)

    everything = text_of(client, "/reports/figures/incident.volume/" + span())
    high = text_of(client, "/reports/figures/incident.volume/" + span() + "&priority=1")
    wrong = text_of(client, "/reports/desk/?from=yesterday&service=none&priority=9")

    def count(text: str) -> int:
        return int(re.search(r"<b>([\d,]+)", text).group(1))  # type: ignore[union-attr]

    assert 0 < count(high) < count(everything)
    assert all(word in wrong for word in ("yesterday", "none", "9"))


def test_tables_are_taken_along(manager: Person) -> None:
    client = sign_in(manager)

    csv = client.get("/reports/management/" + span() + "&table=services&as=csv")
    book = client.get("/reports/desk/" + span() + "&table=load&as=xlsx")
    rows = client.get("/reports/figures/incident.volume/" + span() + "&as=csv")

    assert csv.content.decode("utf-8-sig").count("\n") > 3
    assert book.content[:2] == b"PK"
    assert b"INC-" in rows.content
    assert client.get("/reports/desk/?table=nothing&as=csv").status_code == 404


def test_statements_do_not_grow_with_services(manager: Person, django_assert_max_num_queries: Any) -> None:
    client = sign_in(manager)
    client.get("/reports/management/" + span())

    with django_assert_max_num_queries(30):
        client.get("/reports/management/" + span())
    with django_assert_max_num_queries(30):
        client.get("/reports/desk/" + span())


def test_the_owner_sets_a_target_and_its_history_stays(manager: Person) -> None:
    client = sign_in(make_person("change-owner", "change_manager"))
    url = "/reports/kpis/change.success_rate/"
    today = timezone.localdate()

    first = client.post(url, {"value": "95", "since": today - timedelta(days=40), "reason": "Agreed"})
    second = client.post(url, {"value": "97.5", "since": today - timedelta(days=5), "reason": "Better"})
    page = text_of(client, url)

    assert (first.status_code, second.status_code) == (303, 303)
    assert "97.5" in page
    assert "Agreed" in page
    assert "≥ 95 %" in text_of(client, f"{url}?from={today - timedelta(days=39)}&to={today - timedelta(days=10)}")
    assert client.post(url, {"value": "101", "since": today, "reason": "x"}).status_code == 422
    assert (
        client.post("/reports/kpis/incident.volume/", {"value": "1", "since": today, "reason": "x"}).status_code == 403
    )
