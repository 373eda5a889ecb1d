"""Drafts of agreements and OLAs on their pages, results to take along, and the same over REST."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from sla.forecast.learning import learn
from sla.held import keeping
from sla.simulation import running
from sla.simulation_models import BreachModel, BreachRisk, BreachWeek, SimulationRun
from tests.agreements.conftest import Draft as MakeAgreement
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import ola as ola
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.fixtures import MONDAY
from tests.simulator.test_between_teams import escalated as escalated
from tests.simulator.test_between_teams import halved
from tests.simulator.test_pages import TIGHT
from tests.simulator.test_pages import browser as browser
from tests.sla.test_forecast import CALM, LATE

pytestmark = pytest.mark.django_db


def finished(draft: dict[str, Any]) -> SimulationRun:
    """Run a draft to its end."""
    return running.finish(running.ask(title="x", draft=draft, by=None, at=MONDAY), at=MONDAY)


def filled(client: Client, address: str) -> dict[str, Any]:
    """What the form of a draft would send as it stands."""
    form = client.get(address).context["form"]
    values: dict[str, Any] = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_a_draft_of_an_agreement_says_whose_cases_it_is_tried_on(
    browser: Client, draft: MakeAgreement, unit: Organisation, settled: Callable[..., Any]
) -> None:
    settled(4)
    address = f"/simulator/new/?agreement={draft().number}"

    page = browser.get(address)
    sent = browser.post(address, filled(browser, address) | {"p1": "2h"})

    assert unit.name_en in page.context["begun"].note
    kept = SimulationRun.objects.get().draft
    assert sent.status_code == 303
    assert (kept["agreement"]["consumer"], kept["agreement"]["rows"][0]["promises"][1]["seconds"]) == (unit.pk, 7200)
    assert "targets" not in kept


def test_the_page_counts_untouched_cases_and_opens_them(
    browser: Client, settled: Callable[..., Any], service: Service
) -> None:
    settled(4)
    other = Organisation.objects.create(code="other", name_zh="別的單位", name_en="Other")
    rows = [{"service": service.pk, "promises": [{"metric": "resolution", "seconds": 60}]}]

    run = finished({"agreement": {"number": "SLA-1", "consumer": other.pk, "rows": rows}})

    page = browser.get(f"/simulator/{run.pk}/")
    assert run.figures["untouched"] == 1
    assert f"/simulator/{run.pk}/rows/?show=untouched" in page.content.decode()
    assert browser.get(f"/simulator/{run.pk}/rows/?show=untouched").context["total"] == 2


def test_every_count_of_an_ola_opens_as_many_stays(browser: Client, ola: Any, escalated: Callable[..., Any]) -> None:
    escalated(0.1, 1)
    escalated(0.25, 3)
    run = finished({"ola": halved()})

    page = browser.get(f"/simulator/{run.pk}/").content.decode()

    links = re.findall(r'href="([^"]+ola=[^"]+)" aria-label="[^"]+: (\d+)"', page)
    assert len(links) == 8
    for url, count in links:
        assert browser.get(unquote(url.replace("&amp;", "&"))).context["total"] == int(count)


def test_what_a_team_held_opens_its_cases(browser: Client, settled: Callable[..., Any]) -> None:
    for hours in (1, 4):
        settled(hours)
    keeping.work(MONDAY)
    run = finished({"targets": [TIGHT]})

    cost = browser.get(f"/simulator/{run.pk}/").context["cost"][0]
    whole, late = browser.get(cost["url"]).context, browser.get(cost["late_url"]).context

    assert (whole["count"], len(whole["lines"]), late["count"]) == ("2", 2, "1")
    assert browser.get(f"/simulator/{run.pk}/held/?team=999999").status_code == 404


@pytest.mark.parametrize("address", ["/simulator/{run}/rows.csv", "/api/v1/simulations/{run}/results.csv"])
def test_results_can_be_taken_along_as_csv(browser: Client, settled: Callable[..., Any], address: str) -> None:
    case = settled(4, title="=1+1")
    run = finished({"targets": [TIGHT]})

    answer = browser.get(address.format(run=run.pk))

    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [line[0] for line in lines[1:]] == [case.number] * 2
    assert lines[1][2] == "'=1+1"


def test_the_rows_of_one_figure_can_be_taken_along_as_a_workbook(browser: Client, settled: Callable[..., Any]) -> None:
    from openpyxl import load_workbook

    settled(1)
    late = settled(4)
    run = finished({"targets": [TIGHT]})

    answer = browser.get(f"/simulator/{run.pk}/rows.xlsx?show=worse&metric=resolution")

    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [late.number]


def test_an_interrupted_run_is_said_and_can_be_started_again(browser: Client) -> None:
    run = running.ask(title="x", draft={}, by=None, at=MONDAY)
    SimulationRun.objects.filter(pk=run.pk).update(asked_at=MONDAY.replace(year=2020))

    page = browser.get(f"/simulator/{run.pk}/").content.decode()
    browser.post(f"/simulator/{run.pk}/restart/")

    run.refresh_from_db()
    assert "Interrupted" in page
    assert run.asked_at.year > 2020


def test_a_run_is_started_again_over_rest_but_not_a_finished_one(browser: Client) -> None:
    run = finished({})
    running_one = running.ask(title="x", draft={}, by=None, at=MONDAY)
    running.cancel(running_one, at=MONDAY)

    refused = browser.post(f"/api/v1/simulations/{run.pk}/restart")
    again = browser.post(f"/api/v1/simulations/{running_one.pk}/restart")

    assert (refused.status_code, again.status_code) == (422, 200)
    assert again.json()["state"] == "queued"


def test_held_time_is_summed_over_rest_as_on_the_page(browser: Client, settled: Callable[..., Any]) -> None:
    settled(1)
    settled(4)
    keeping.work(MONDAY)

    told = browser.get("/api/v1/held-time?party=desk").json()

    shown = browser.get("/held/?party=desk").context["whole"]
    assert (told["cases"], told["seconds"], told["desk"]) == (2, shown["seconds"], shown["desk"])
    assert sum(row["seconds"] for row in told["by_team"]) == told["seconds"]
    assert browser.get("/api/v1/held-time?party=everybody").status_code == 400


def test_the_prediction_and_its_accuracy_are_told_over_rest(
    browser: Client, agent: Person, settled: Callable[..., Any]
) -> None:
    learnt = learn([(kind, missed) for kind in (CALM, LATE) for missed in (True, False)] * 40, cases=200)
    BreachModel.objects.create(trained_at=MONDAY, cases=200, samples=160, weights=learnt.keep())
    BreachWeek.objects.create(week=MONDAY.date(), cases=2, samples=3, brier=0.17, plain_brier=0.21, table=[])
    case = settled(1)

    told = browser.get("/api/v1/breach-prediction").json()

    assert (told["cases"], told["silence"], told["weeks"][0]["brier"]) == (200, "", 0.17)
    assert browser.get(f"/api/v1/tickets/{case.number}/breach-risk").json()["percent"] is None


def test_the_likelihood_of_a_case_is_told_with_its_reasons(browser: Client, settled: Callable[..., Any]) -> None:
    from django.utils import timezone

    case = settled(1)
    BreachRisk.objects.create(record_id=case.pk, chance=0.634, reasons=[["share", 3, True]], at=timezone.now())

    told = browser.get(f"/api/v1/tickets/{case.number}/breach-risk").json()

    assert told["percent"] == 63
    assert len(told["reasons"]) == 1
