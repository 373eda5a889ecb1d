"""What a team held in a run is taken along and listed over REST, by the addresses of the page, and adds up to its numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.simulation_models import HeldTime, SimulationResult, SimulationRun
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import ola as ola
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.simulator.numbers import numbers_of
from tests.simulator.test_between_teams import escalated as escalated
from tests.simulator.test_every_number import whole_run as whole_run
from tests.simulator.test_pages import browser as browser
from tests.simulator.test_rows_taken_along import listed, table

pytestmark = pytest.mark.django_db


def api(run: SimulationRun, form: str = "") -> str:
    """The address over REST."""
    return f"/api/v1/simulations/{run.pk}/held-time{form}"


def links_of(run: SimulationRun, browser: Client) -> set[str]:
    """The addresses of what teams held to which the page of a run leads."""
    found = numbers_of(browser, f"/simulator/{run.pk}/").links
    return {address for address, _text in found if "/held/" in address}


def test_every_number_is_what_its_files_and_its_list_come_to(whole_run: SimulationRun, browser: Client) -> None:
    figures = {row["team"]: row for row in whole_run.figures["cost"]}
    addresses = links_of(whole_run, browser)
    assert len(addresses) == 4

    for address in addresses:
        query = address.partition("?")[2]
        shown: Any = browser.get(address).context
        row, late = figures[shown["team"].pk], "late=1" in query
        cases, seconds = (row["late_cases"], row["late_seconds"]) if late else (row["cases"], row["seconds"])
        rows, lines = listed(browser, f"{api(whole_run)}?{query}"), table(browser, f"{held(whole_run)}.csv?{query}")

        assert (len(rows), len(lines), shown["count"]) == (cases, cases, str(cases)), address
        assert sum(one["seconds"] for one in rows) == sum(int(line[6]) for line in lines) == seconds > 0, address
        assert sum(line["seconds"] for line in shown["lines"]) == shown["seconds"] == seconds, address
        assert {one["number"] for one in rows} == {line[0] for line in lines}
        assert table(browser, f"{api(whole_run, '.csv')}?{query}") == lines


def held(run: SimulationRun) -> str:
    """The address of the page without its end."""
    return f"/simulator/{run.pk}/held"


def test_the_page_leads_to_its_files(whole_run: SimulationRun, browser: Client) -> None:
    address = min(one for one in links_of(whole_run, browser) if "late=1" in one)

    page = browser.get(address).content.decode()

    for form in ("csv", "xlsx"):
        assert f'href="{held(whole_run)}.{form}?{address.partition("?")[2].replace("&", "&amp;")}"' in page
    workbook = browser.get(f"{held(whole_run)}.xlsx?{address.partition('?')[2]}")
    assert workbook.content.startswith(b"PK")


@pytest.mark.parametrize(
    "query", ["", "?late=1", "?team=x", "?team={team}&late=2", "?team={team}&party=desk", "?team="]
)
def test_the_interface_refuses_what_is_in_no_list(whole_run: SimulationRun, browser: Client, query: str) -> None:
    team = whole_run.figures["cost"][0]["team"]

    for form in ("", ".csv"):
        assert browser.get(api(whole_run, form) + query.format(team=team)).status_code == 400


def test_teams_and_runs_that_are_not_there_are_not_found(whole_run: SimulationRun, browser: Client) -> None:
    team = whole_run.figures["cost"][0]["team"]
    paths = (api(whole_run), api(whole_run, ".csv"), f"{held(whole_run)}.csv", f"{held(whole_run)}.xlsx")

    for path in paths:
        assert browser.get(f"{path}?team=999999").status_code == 404
        assert browser.get(f"{path.replace(f'/{whole_run.pk}/', '/999999/')}?team={team}").status_code == 404


def test_cases_that_the_reader_may_not_see_are_in_no_file(whole_run: SimulationRun, browser: Client) -> None:
    row = whole_run.figures["cost"][0]
    case = Ticket.objects.get(pk=HeldTime.objects.filter(team=row["team"]).earliest("pk").record_id)
    Ticket.objects.filter(pk=case.pk).update(confidential=True, team=None, assignee=None)
    query = f"?team={row['team']}"

    shown = browser.get(f"{held(whole_run)}/{query}").context

    assert (shown["hidden"], shown["count"]) == (1, str(row["cases"]))
    for rows in (
        {one["number"] for one in listed(browser, api(whole_run) + query)},
        {line[0] for line in table(browser, f"{held(whole_run)}.csv{query}")},
    ):
        assert len(rows) == row["cases"] - 1
        assert case.number not in rows


def test_only_those_in_charge_take_them_along(whole_run: SimulationRun, agent: Person, client: Client) -> None:
    client.force_login(agent)

    for path in (api(whole_run), api(whole_run, ".csv"), f"{held(whole_run)}.csv", f"{held(whole_run)}.xlsx"):
        assert client.get(f"{path}?team=1").status_code == 403


def test_a_run_whose_rows_were_dropped_says_so(whole_run: SimulationRun, browser: Client) -> None:
    address = min(links_of(whole_run, browser))
    SimulationResult.objects.filter(run=whole_run).delete()

    page = browser.get(address)

    assert page.context["gone"]
    assert "dropped after 90 days" in page.content.decode()
    assert "No closed case fits" not in page.content.decode()
