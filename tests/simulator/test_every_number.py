"""Every number on the page of a run is a link, and the rows that it opens add up to it, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.desk.simulator.words import share
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from itsm.ui.moments import span
from sla.held import keeping
from sla.models import Target
from sla.simulation import figures, running
from sla.simulation_models import SimulationResult, SimulationRun
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import ola as ola
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.fixtures import MONDAY
from tests.simulator.numbers import amounts_of, numbers_of
from tests.simulator.test_between_teams import escalated as escalated
from tests.simulator.test_between_teams import halved
from tests.simulator.test_pages import TIGHT
from tests.simulator.test_pages import browser as browser

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hant", "en")


def finished(draft: dict[str, Any]) -> SimulationRun:
    """Run a draft to its end."""
    return running.finish(running.ask(title="x", draft=draft, by=None, at=MONDAY), at=MONDAY)


@pytest.fixture
def whole_run(ola: Any, escalated: Callable[..., Any], settled: Callable[..., Any]) -> SimulationRun:
    """A run with everything: months, teams, priorities, misses both ways, stays that break what teams promise, held time."""
    for back, hours in ((0, 1), (0, 4), (40, 2), (40, 30), (75, 200)):
        settled(hours, at=MONDAY - timedelta(days=back))
    escalated(0.1, 1)
    escalated(0.25, 3)
    escalated(2, 9)
    keeping.work(MONDAY)
    eased = TIGHT | {"metric": "response", "seconds": 60}
    return finished({"targets": [TIGHT, eased], "ola": halved()})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_a_link_whose_rows_add_up_to_it(
    whole_run: SimulationRun, browser: Client, level_manager: Person, language: str
) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language=language)

    found = numbers_of(browser, f"/simulator/{whole_run.pk}/")

    assert found.loose == []
    assert len(found.links) > 80
    kinds = {
        address.split("sum=")[-1] if "sum=" in address else address.split("/")[3] for address, _text in found.links
    }
    assert kinds >= {"rows", "held", "base_share", "draft_share", "base_used", "draft_used", "draft_over"}
    for address, text in found.links:
        opens(browser, address, text, language)


def opens(browser: Client, address: str, text: str, language: str) -> None:
    """Hold what an address opens to the number that leads there."""
    page = browser.get(address)
    told: Any = page.context
    if "/held/" in address:
        assert text in (told["count"], told["total"]), address
        return
    assert (len(told["rows"]), told["hidden"]) == (told["total"], 0), address
    amounts, totals = amounts_of(page)
    if "sum=" not in address:
        count = told["cases"] if told["counts_cases"] else told["total"]
        assert "".join(one for one in text if one.isdigit()) == str(count), address
    elif "_share" in address:
        assert (totals, len(amounts)) == ([sum(amounts)], told["total"]), address
        with override(language):
            assert share(sum(amounts), len(amounts)) in text, address
    else:
        with override(language):
            assert (totals, span(sum(amounts)), text) == ([sum(amounts)], text, told["sum"]), address


def test_each_dimension_is_linked_for_each_measure(whole_run: SimulationRun, browser: Client) -> None:
    addresses = {address for address, _text in numbers_of(browser, f"/simulator/{whole_run.pk}/").links}

    for metric in ("response", "resolution"):
        for way in ("month=", "priority=3", "team="):
            for column in ("base=met", "drafted=missed", "show=worse", "sum=base_share", "sum=draft_share"):
                assert any(f"metric={metric}&{way}" in one and column in one for one in addresses), (
                    metric,
                    way,
                    column,
                )


def test_the_list_of_runs_opens_its_numbers_too(whole_run: SimulationRun, browser: Client) -> None:
    found = numbers_of(browser, "/simulator/")

    links = [(address, text) for address, text in found.links if "/rows/" in address]
    assert [text for _address, text in links] == [str(whole_run.total), str(whole_run.figures["differing"])]
    for address, text in links:
        opens(browser, address, text, "en")


def test_a_case_of_which_nothing_is_measured_is_among_the_walked(settled: Callable[..., Any], browser: Client) -> None:
    case = settled(4)
    Target.objects.all().delete()

    run = finished({"agreements": False})

    shown = browser.get(f"/simulator/{run.pk}/rows/?show=walked")
    assert (run.total, shown.context["cases"]) == (1, 1)
    assert case.number in shown.content.decode()
    assert "nothing measured" in shown.content.decode()
    assert browser.get(f"/simulator/{run.pk}/rows/").context["total"] == 0


def test_a_share_of_nothing_is_a_dash_and_no_link(settled: Callable[..., Any], browser: Client) -> None:
    settled(4)
    run = finished({"targets": [TIGHT]})
    SimulationResult.objects.filter(run=run).update(base="none")
    SimulationRun.objects.filter(pk=run.pk).update(figures=figures.of_run(run))

    tile = browser.get(f"/simulator/{run.pk}/").context["tiles"][1]

    assert (tile.why, tile.why_url) == ("as it is: -", "")


def test_amounts_of_cases_that_the_reader_may_not_see_count_but_are_not_shown(
    whole_run: SimulationRun, browser: Client, settled: Callable[..., Any]
) -> None:
    row = SimulationResult.objects.filter(run=whole_run, metric="resolution").first()
    assert row is not None
    Ticket.objects.filter(pk=row.record_id).update(confidential=True, team=None, assignee=None)

    told = browser.get(f"/simulator/{whole_run.pk}/rows/?metric=resolution&sum=base_share").context

    assert (told["hidden"], len(told["rows"])) == (1, told["total"] - 1)
    assert f"{told['total']}" in told["sum"]


@pytest.mark.parametrize(
    "address",
    [
        "metric=x&month=2026-99999&priority=P1&team=-1&base=x&drafted=x&show=x&sum=x&ola=", "priority=٣&team=99999999999999999999",
        "month=2026%00&ola=a%00b", "after=x",
    ],
)  # fmt: skip
def test_odd_values_ask_for_nothing(whole_run: SimulationRun, browser: Client, address: str) -> None:
    everything = browser.get(f"/simulator/{whole_run.pk}/rows/").context["total"]

    assert browser.get(f"/simulator/{whole_run.pk}/rows/?{address}").context["total"] == everything


def test_a_priority_that_no_column_holds_finds_nothing(whole_run: SimulationRun, browser: Client) -> None:
    assert browser.get(f"/simulator/{whole_run.pk}/rows/?priority=99999999999").context["total"] == 0


def test_the_file_of_a_sum_says_what_each_row_adds(whole_run: SimulationRun, browser: Client) -> None:
    query = "metric=handling&sum=draft_over"
    row = next(one for one in whole_run.figures["ola"] if one["metric"] == "handling")

    lines = browser.get(f"/simulator/{whole_run.pk}/rows.csv?{query}").content.decode("utf-8-sig").splitlines()

    assert lines[0].endswith('"time above the target under the draft (s)"')
    assert sum(int(line.rsplit(",", 1)[1].strip('"')) for line in lines[1:]) == row["draft_over"] > 0


def test_the_interface_takes_the_addresses_of_the_page(whole_run: SimulationRun, browser: Client) -> None:
    links = numbers_of(browser, f"/simulator/{whole_run.pk}/").links
    base = f"/api/v1/simulations/{whole_run.pk}/results"

    for address in {address for address, _text in links if "/rows/" in address}:
        query = address.partition("?")[2]
        shown = browser.get(address).context["total"]
        listed = browser.get(f"{base}?{query}&limit=100").json()
        assert (len(listed["results"]), listed["next"]) == (shown, None), address
        if "sum=" in address:
            lines = browser.get(f"{base}.csv?{query}").content.decode("utf-8-sig").splitlines()
            assert len(lines) == shown + 1, address


@pytest.mark.parametrize(
    "query", ["show=most", "sum=all", "month=2026", "priority=P3", "team=x", "base=won", "metric=x"]
)
def test_the_interface_refuses_what_is_in_no_list(whole_run: SimulationRun, browser: Client, query: str) -> None:
    for form in ("", ".csv"):
        assert browser.get(f"/api/v1/simulations/{whole_run.pk}/results{form}?{query}").status_code == 400


def test_more_rows_ask_no_more_statements(settled: Callable[..., Any], browser: Client) -> None:
    addresses = ("rows/?metric=resolution&sum=draft_share", "rows/?show=walked", "")

    def statements(run: SimulationRun) -> list[int]:
        return [counted(browser, f"/simulator/{run.pk}/{address}") for address in addresses]

    settled(4)
    one = finished({"targets": [TIGHT]})
    statements(one)  # what a process remembers is remembered
    before = statements(one)
    for hours in (1, 3, 6, 30):
        settled(hours)

    assert statements(finished({"targets": [TIGHT]})) == before


def counted(browser: Client, address: str) -> int:
    """Count the statements of a page."""
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return len(found)
