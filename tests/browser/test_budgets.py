"""What the desk's two busiest pages weigh on the wire, with nothing kept by the browser and with everything kept."""

from __future__ import annotations

import gzip
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Response

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person
from itsm.tickets import comments
from itsm.tickets.models import Ticket
from tests.browser.conftest import Enter, House, Sight

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KB = 1024
COLD, WARM = 120 * KB, 25 * KB
MOST_REQUESTS_COLD, MOST_REQUESTS_WARM = 12, 3
MOST_NODES = {"/desk/q/all/": 2500, "/incidents/{worked}/": 1500}


class Load(NamedTuple):
    """What one visit asked of the server."""

    requests: int
    requests_again: int
    cold: int
    warm: int
    nodes: int


def load(page: Page, path: str) -> Load:
    """Visit a page in a new tab and weigh every answer compressed; once visited, the browser keeps the static files."""
    answers: list[Response] = []
    tab = page.context.new_page()
    tab.on("response", lambda answer: answers.append(answer))
    address = "/".join(page.url.split("/")[:3])
    tab.goto(address + path, wait_until="networkidle")
    own = [answer for answer in answers if answer.url.startswith(address)]
    weights = [weight(answer) for answer in own]
    again = [bytes_sent for answer, bytes_sent in zip(own, weights, strict=True) if "/static/" not in answer.url]
    nodes: int = tab.evaluate("document.querySelectorAll('*').length")
    return Load(len(own), len(again), sum(weights), sum(again), nodes)


def weight(answer: Response) -> int:
    """Give the bytes of an answer as they travelled; static files weigh what their compressed twins do in production."""
    sizes = answer.request.sizes()
    body = len(gzip.compress(answer.body())) if "/static/" in answer.url else sizes["responseBodySize"]
    return sizes["responseHeadersSize"] + body


@pytest.fixture
def busy(house: House, requester: Person, agent: Person, service: Service) -> House:
    """More cases than one page of the queue holds, and a long conversation on one of them."""
    for count in range(60):
        services.raise_incident(
            by=requester, requester=requester, title=f"第 {count} 件：公文系統偶爾無法開啟附件", service=service
        )
    case = Ticket.objects.get(number=house.worked)
    for count in range(30):
        comments.reply(case, body=f"**{count}** 我們查過紀錄，仍在處理。", by=agent)
    return house


@pytest.mark.parametrize("path", MOST_NODES)
def test_the_page_keeps_its_budget(enter: Enter, busy: House, agent: Person, path: str) -> None:
    page = enter(agent, "/me/", Sight("zh-hant"))

    found = load(page, path.format(**busy._asdict()))

    assert found.cold <= COLD
    assert found.warm <= WARM
    assert found.requests <= MOST_REQUESTS_COLD
    assert found.requests_again <= MOST_REQUESTS_WARM
    assert found.nodes <= MOST_NODES[path]
