"""Rows of held time and of the prediction are taken along and listed over REST, by the addresses of the pages."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.simulation_models import BreachGuess, BreachSample, HeldTime
from tests.simulator.numbers import numbers_of
from tests.simulator.test_between_teams import escalated as escalated
from tests.simulator.test_every_forecast_number import judged as judged
from tests.simulator.test_every_held_number import parted as parted
from tests.simulator.test_pages import browser as browser
from tests.sla.test_forecast import lived as lived

pytestmark = pytest.mark.django_db
API = "/api/v1/"
PATHS = ("held-time/cases", "breach-prediction/guesses", "breach-prediction/samples")


def table(client: Client, address: str) -> list[list[str]]:
    """Read a file without its heads."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    lines = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert {len(line) for line in lines} == {len(lines[0])}
    return lines[1:]


def listed(client: Client, address: str) -> list[dict[str, Any]]:
    """Read all pages of a list, a few rows at a time."""
    found: list[dict[str, Any]] = []
    more = f"{address}{'&' if '?' in address else '?'}limit=7"
    while more:
        answer = client.get(more).json()
        found += answer["results"]
        more = answer["next"]
    return found


def test_files_and_lists_of_held_time_add_up_to_the_numbers_of_the_page(parted: None, browser: Client) -> None:
    for address in {address for address, _text in numbers_of(browser, "/held/").links}:
        query = address.partition("?")[2]
        shown = browser.get(address).context
        rows, lines = listed(browser, f"{API}held-time/cases?{query}"), table(browser, f"/held/rows.csv?{query}")

        assert sum(row["seconds"] for row in rows) == sum(int(line[6]) for line in lines) == shown["seconds"], address
        assert str(len(rows)) == str(len(lines)) == shown["count"], address
        assert {row["number"] for row in rows} == {line[0] for line in lines}
        if "share=" in address:
            part = shown["share"]["part_seconds"]
            assert sum(row["part"] for row in rows) == sum(int(line[7]) for line in lines) == part, address
        assert table(browser, f"{API}held-time/cases.csv?{query}") == lines


@pytest.mark.parametrize(("path", "listing"), [("rows", "guesses"), ("learnt", "samples")])
def test_files_and_lists_of_the_prediction_have_the_rows_of_the_page(
    judged: None, browser: Client, path: str, listing: str
) -> None:
    links = {address for address, _text in numbers_of(browser, "/forecast/").links if f"/forecast/{path}/" in address}
    assert links

    for address in links:
        query = address.partition("?")[2]
        shown = browser.get(address).context["total"]
        rows = listed(browser, f"{API}breach-prediction/{listing}?{query}")
        lines = table(browser, f"{API}breach-prediction/{listing}.csv?{query}")
        assert len(rows) == len(lines) == shown, address
        assert [row["number"] for row in rows] == [line[0] for line in lines], address


def test_what_rows_add_is_told_over_rest(judged: None, browser: Client) -> None:
    rows = listed(browser, f"{API}breach-prediction/guesses?sum=brier")

    assert all(row["adds"] == pytest.approx((row["chance"] - row["missed"]) ** 2) for row in rows)
    assert {row["adds"] for row in listed(browser, f"{API}breach-prediction/guesses")} == {None}


@pytest.mark.parametrize(
    "query",
    [
        "held-time/cases{}?share=everybody", "held-time/cases{}?without=pk", "held-time/cases{}?since=x",
        "held-time/cases{}?until=9999-12-31",
        "held-time/cases{}?service=x",
        "breach-prediction/guesses{}?week=2026-02-30", "breach-prediction/guesses{}?class=5", "breach-prediction/guesses{}?sum=x",
        "breach-prediction/samples{}?trait=queue-9", "breach-prediction/samples{}?learnt=x", "breach-prediction/samples{}?what=1",
    ],
)  # fmt: skip
def test_the_interface_refuses_what_is_in_no_list(browser: Client, query: str) -> None:
    for form in ("", ".csv"):
        answer = browser.get(API + query.format(form))
        assert answer.status_code == 400
        assert "application/problem+json" in answer["Content-Type"]


def test_only_those_in_charge_take_them_along(agent: Person, client: Client) -> None:
    client.force_login(agent)

    for path in (
        "/held/rows.csv",
        "/held/rows.xlsx",
        *(f"{API}{path}{form}" for path in PATHS for form in ("", ".csv")),
    ):
        assert client.get(path).status_code == 403


def test_workbooks_are_taken_along_too(parted: None, browser: Client) -> None:
    assert browser.get("/held/rows.xlsx?party=desk").content.startswith(b"PK")


def test_cases_that_the_caller_may_not_see_are_in_no_file(
    judged: None, parted: None, browser: Client, settled: Callable[..., Any]
) -> None:
    kinds: list[Any] = [HeldTime, BreachGuess, BreachSample]
    for model, path in zip(kinds, PATHS, strict=True):
        case = Ticket.objects.get(pk=model.objects.earliest("pk").record_id)
        Ticket.objects.filter(pk=case.pk).update(confidential=True, team=None, assignee=None)

        assert case.number not in {row["number"] for row in listed(browser, API + path)}
        assert case.number not in {line[0] for line in table(browser, f"{API}{path}.csv")}
