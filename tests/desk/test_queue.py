"""Queues: who sees which rows, how they are narrowed, sorted and paged, and that they cost the same however long."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.desk.queue.listing import ask, page
from itsm.desk.queue.paging import Cursor, UnreadableCursor, read_cursor
from itsm.desk.queue.places import PLACES
from itsm.people.models import Person
from itsm.tickets import assignments
from itsm.tickets.models import Ticket

pytestmark = pytest.mark.django_db
BUDGETS: dict[str, int] = json.loads((Path(__file__).parent.parent / "budgets.json").read_text())


def numbers(html: str) -> list[str]:
    """List the numbers of the rows of a page, in their order."""
    return re.findall(r'value="([A-Z]+-\d+-\d+):\d+" form="row-tools"', html)


def get(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.content[:400]
    return response.content.decode()


def test_an_agent_sees_open_cases_but_not_anothers_confidential_one(client: Client, agent: Person, report: Any) -> None:
    plain = report("一般案件")
    secret = report("機密案件", confidential=True)
    Ticket.objects.filter(pk=secret.pk).update(team=None)
    client.force_login(agent)

    assert numbers(get(client, "/desk/q/all/")) == [plain.number]


def test_an_engineer_sees_only_what_the_own_teams_hold(
    client: Client, engineer: Person, agent: Person, network_team: Any, report: Any
) -> None:
    report("留在服務台")
    theirs = report("交給網路組")
    assignments.assign(theirs, by=agent, team=network_team, assignee=None)
    client.force_login(engineer)

    assert numbers(get(client, "/desk/q/all/")) == [theirs.number]
    assert numbers(get(client, "/desk/q/second-line/")) == [theirs.number]


def test_a_requester_is_sent_away_from_the_desk(client: Client, requester: Person) -> None:
    client.force_login(requester)

    assert client.get("/desk/q/all/").status_code == 403
    assert client.get("/desk/").status_code == 403


def test_each_queue_of_the_rail_opens(client: Client, agent: Person, report: Any) -> None:
    report()
    client.force_login(agent)

    for slug in PLACES:
        get(client, f"/desk/q/{slug}/")


def test_filters_stand_in_the_address_and_unknown_ones_are_said(
    client: Client, speak_english: Person, report: Any
) -> None:
    by_phone = report("電話", channel="phone")
    report("入口網站")
    client.force_login(speak_english)

    assert numbers(get(client, "/desk/q/all/?channel=phone")) == [by_phone.number]
    html = get(client, "/desk/q/all/?channel=pigeon&sort=;drop&after=nonsense")
    assert "has a value that is not known" in html
    assert "no longer good" in html
    assert len(numbers(html)) == 2


@pytest.mark.parametrize(
    "sort", ["due", "-due", "priority", "-priority", "received", "-received", "changed", "number", "-number"]
)
def test_paging_shows_every_case_once_both_ways_even_with_ties(agent: Person, report: Any, sort: str) -> None:
    now = timezone.now()
    for count in range(13):
        made = report(f"案件 {count}", at=now - timedelta(hours=count // 4))
        Ticket.objects.filter(pk=made.pk).update(
            due_at=None if count % 3 == 0 else now + timedelta(hours=count // 5),
            priority=(count % 3) or None,
            changed_at=now,
        )

    def walk(params: dict[str, str]) -> Any:
        return page(ask(PLACES["all"], {"sort": sort, **params}, at=now), person=agent, size=4)

    pages = [walk({})]
    while pages[-1].next:
        pages.append(walk({"after": pages[-1].next}))
    forward = [row.pk for each in pages for row in each.rows]
    back = pages[-1]
    backward = list(back.rows)
    while back.previous:
        back = walk({"before": back.previous})
        backward = [*back.rows, *backward]

    assert len(forward) == len(set(forward)) == 13
    assert [row.pk for row in backward] == forward
    assert not back.previous


def test_a_case_without_clock_stands_behind_those_with_one(agent: Person, report: Any) -> None:
    now = timezone.now()
    without, late = report("無時鐘"), report("逾時")
    Ticket.objects.filter(pk=without.pk).update(due_at=None, clock_state="")
    Ticket.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=1))

    shown = page(ask(PLACES["all"], {}, at=now), person=agent).rows

    assert [row.pk for row in shown] == [late.pk, without.pk]


@pytest.mark.parametrize("text", ["", "x", "!!!", "MTIz", "Li4vLi4", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkgMQ"])
def test_a_spoilt_cursor_is_refused(text: str) -> None:
    from itsm.desk.queue.paging import COLUMNS

    with pytest.raises(UnreadableCursor):
        read_cursor(text, COLUMNS["changed"])


def test_a_cursor_survives_its_address() -> None:
    from itsm.desk.queue.paging import COLUMNS

    for column, value in (("due", timezone.now()), ("due", None), ("priority", 3), ("number", "INC-202611-00042")):
        assert read_cursor(Cursor(value, 7).written(), COLUMNS[column]) == Cursor(value, 7)


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_rows_answer_304_until_something_changes(client: Client, agent: Person, report: Any, encoding: str) -> None:
    case = report()
    client.force_login(agent)
    first = client.get("/desk/q/all/rows/", headers={"Accept-Encoding": encoding})

    again = client.get("/desk/q/all/rows/", headers={"If-None-Match": first["ETag"]})
    assignments.take(case, by=agent)
    changed = client.get("/desk/q/all/rows/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200
    assert case.number in changed.content.decode()


def test_the_page_and_its_rows_carry_the_same_tag(client: Client, agent: Person, report: Any) -> None:
    report()
    client.force_login(agent)

    tag = client.get("/desk/q/all/rows/")["ETag"]

    assert f'data-poll-tag="{tag.replace(chr(34), "&quot;")}"' in get(client, "/desk/q/all/")


@pytest.mark.parametrize(
    ("budget", "url"),
    [
        ("queue", "/desk/q/all/"),
        ("queue rows", "/desk/q/all/rows/"),
        ("home", "/desk/"),
        ("queue with preview", "/desk/q/all/?sel={number}"),
    ],
)
def test_a_page_costs_the_same_number_of_statements_for_one_case_and_sixty(
    client: Client, agent: Person, report: Any, budget: str, url: str
) -> None:
    client.force_login(agent)
    address = url.format(number=report("第一件").number)

    def statements() -> int:
        get(client, address)
        with CaptureQueriesContext(connection) as captured:
            get(client, address)
        return len(captured)

    few = statements()
    for count in range(60):
        report(f"案件 {count}")
    many = statements()

    assert few <= BUDGETS[budget]
    assert many <= BUDGETS[budget]


def test_words_of_users_are_escaped_in_rows(client: Client, agent: Person, report: Any) -> None:
    report('<script>alert("x")</script>')
    client.force_login(agent)

    html = get(client, "/desk/q/all/")

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_a_merged_case_leaves_the_queue(client: Client, agent: Person, report: Any) -> None:
    from itsm.tickets.merging import merge

    kept, lost = report("公文"), report("公文")
    merge(lost, into=kept, by=agent)
    client.force_login(agent)

    assert numbers(get(client, "/desk/q/all/")) == [kept.number]
