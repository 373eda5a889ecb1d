"""The pages of the simulator and of held time: who may open them, and that every number opens its rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from itsm.people.models import Person
from itsm.ui.moments import span
from sla.forecast.telling import reason_words
from sla.held import keeping
from sla.simulation import running
from sla.simulation.terms import in_force
from sla.simulation_models import SimulationRun
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
TIGHT = {"metric": "resolution", "process": "incident", "priority": 3, "seconds": 2 * 3600, "calendar": "taiwan-office"}


@pytest.fixture
def browser(level_manager: Person) -> Client:
    """The service level manager's browser."""
    client = Client()
    client.force_login(level_manager)
    return client


def filled(client: Client) -> dict[str, str]:
    """What the form of a new draft would send as it stands."""
    form = client.get("/simulator/new/").context["form"]
    values: dict[str, Any] = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)} | {"title": "Halved"}


@pytest.mark.parametrize("path", ["/simulator/", "/simulator/new/", "/held/", "/held/rows/", "/api/v1/simulations"])
def test_only_those_in_charge_open_them(path: str, requester: Person, agent: Person, browser: Client) -> None:
    for person in (requester, agent):
        client = Client()
        client.force_login(person)

        assert client.get(path).status_code == 403

    assert browser.get(path).status_code == 200


def test_a_draft_is_composed_run_and_read(browser: Client, settled: Callable[..., Any]) -> None:
    settled(1)
    settled(4)
    place = next(
        n
        for n, row in enumerate(in_force().rows)
        if (row.metric, row.process, row.priority) == ("resolution", "incident", 3)
    )

    sent = browser.post("/simulator/new/", filled(browser) | {f"t{place}": "2h"})
    run = SimulationRun.objects.get()

    assert sent.headers["Location"] == f"/simulator/{run.pk}/"
    assert "The cases are counted when it begins." in browser.get(sent.headers["Location"]).content.decode()
    running.finish(run, at=MONDAY)
    page = browser.get(sent.headers["Location"]).content.decode()
    assert "Resolution · Incident · P3: 16 h" in page
    assert "50.0 %" in page


def test_a_row_says_both_results_and_why(browser: Client, settled: Callable[..., Any]) -> None:
    case = settled(4, title="公文系統無法登入")
    run = running.finish(running.ask(title="x", draft={"targets": [TIGHT]}, by=None, at=MONDAY), at=MONDAY)

    page = browser.get(f"/simulator/{run.pk}/rows/?show=worse&metric=resolution").content.decode()

    assert case.number in page
    assert "target 16 h → 2 h" in page


def test_a_run_can_be_cancelled_on_its_page(browser: Client) -> None:
    run = running.ask(title="x", draft={}, by=None, at=MONDAY)

    browser.post(f"/simulator/{run.pk}/cancel/")

    run.refresh_from_db()
    assert run.state == "cancelled"


def test_wrong_hours_are_refused_and_what_was_typed_stays(browser: Client) -> None:
    answer = browser.post("/simulator/new/", filled(browser) | {"c0": "draft", "h0": "nine to five"})

    assert answer.status_code == 422
    assert "nine to five" in answer.content.decode()
    assert not SimulationRun.objects.exists()


def test_everything_that_is_wrong_is_said_at_once_each_at_its_field(browser: Client) -> None:
    given = {"title": "", "t0": "-3h", "since": "2026-12-31", "until": "2026-01-01"}

    answer = browser.post("/simulator/new/", filled(browser) | given)

    assert answer.status_code == 422
    told = answer.context["form"].errors
    assert set(told) == {"title", "t0", "until"}
    assert told["until"] == ["The period ends before it begins."]
    assert 'value="-3h"' in answer.content.decode()


def test_a_run_in_which_nothing_differs_says_why_and_opens_nothing(
    browser: Client, settled: Callable[..., Any]
) -> None:
    settled(1)
    rows = [row._replace(seconds=row.seconds * 2)._asdict() for row in in_force().rows]
    drafts: list[dict[str, Any]] = [{"targets": rows}, {"targets": rows, "agreements": False}, {}]

    for draft, hinted in zip(drafts, (True, False, False), strict=True):
        run = running.finish(running.ask(title="x", draft=draft, by=None, at=MONDAY), at=MONDAY)
        page = browser.get(f"/simulator/{run.pk}/").content.decode()
        assert "No case has another result." in page
        assert ("leave the agreements aside to try these" in page) == hinted
        assert "show=differing" not in page


def test_terms_and_reasons_are_punctuated_as_their_language_is(browser: Client, level_manager: Person) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language="zh-hant")
    run = running.ask(title="x", draft={"targets": [TIGHT]}, by=None, at=MONDAY)

    page = browser.get(f"/simulator/{run.pk}/").content.decode()

    assert "2 小時，" in page
    assert " (" not in page[page.index("草案的變動") :].partition("</ul>")[0]
    with translation.override("zh-hant"):
        assert reason_words("share", 1, raises=True).endswith("（提高）")


def test_drafted_hours_by_which_nothing_counts_are_not_dropped_in_silence(browser: Client) -> None:
    answer = browser.post("/simulator/new/", filled(browser) | {"h0": "09:00-12:00"})

    assert answer.status_code == 422
    assert "No target counts by the drafted hours" in answer.content.decode()
    assert not SimulationRun.objects.exists()


def test_every_sum_of_held_time_opens_cases_that_add_up_to_it(browser: Client, settled: Callable[..., Any]) -> None:
    for hours in (1, 4):
        settled(hours)
    keeping.work(MONDAY)

    shown = browser.get("/held/?since=2026-11-01").context

    assert shown["whole"]["seconds"] == 7 * 3600
    cells = [
        (cell["url"], cell["seconds"]) for group in shown["groups"] for line in group["lines"] for cell in line["cells"]
    ]
    cells += [(part["url"], part["seconds"]) for part in shown["parties"]]
    for url, seconds in cells:
        found = browser.get(url).context["total"] if seconds else ""
        with translation.override("en"):
            assert not seconds or found == span(seconds)
    assert sum(part["seconds"] for part in shown["parties"]) == shown["whole"]["seconds"]


def test_the_clocks_of_a_case_show_who_held_it(browser: Client, settled: Callable[..., Any]) -> None:
    case = settled(4)

    page = browser.get(f"/t/{case.number}/clocks/").content.decode()

    assert "Who held the clock" in page
    assert 'class="share-bar"' in page


def test_the_interface_runs_and_tells_the_same(browser: Client, settled: Callable[..., Any]) -> None:
    settled(1)
    case = settled(4)
    made = browser.post(
        "/api/v1/simulations", {"title": "x", "draft": {"targets": [TIGHT]}}, content_type="application/json",
        headers={"Idempotency-Key": "once"},
    )  # fmt: skip
    key = made.json()["id"]

    running.finish(SimulationRun.objects.get(pk=key), at=MONDAY)

    assert browser.get(f"/api/v1/simulations/{key}").json()["figures"]["differing"] == 2
    rows = browser.get(f"/api/v1/simulations/{key}/results?drafted=missed").json()
    listed = rows["results"] if isinstance(rows, dict) else rows
    assert [row["number"] for row in listed] == [case.number]
    refused = browser.post("/api/v1/simulations", {"draft": {"goals": 1}}, content_type="application/json")
    assert refused.status_code == 422
    held = browser.get(f"/api/v1/tickets/{case.number}/held-time").json()
    assert sum(row["seconds"] for row in held) == timedelta(hours=5).total_seconds()
