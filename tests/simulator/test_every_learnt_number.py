"""What was learnt from is kept: the numbers of the learning open exactly these rows, whatever became of their cases."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import services
from itsm.people.models import Person
from itsm.tickets.models import Ticket
from sla.forecast import history, nightly
from sla.models import Clock
from sla.simulation_models import BreachModel, BreachRisk, BreachSample
from tests.fixtures import MONDAY
from tests.simulator.numbers import numbers_of
from tests.simulator.test_every_forecast_number import judged as judged
from tests.simulator.test_pages import browser as browser
from tests.sla.test_forecast import lived as lived

pytestmark = pytest.mark.django_db
NIGHT = MONDAY + timedelta(hours=6)


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_every_number_of_the_learning_opens_its_rows(
    judged: None, browser: Client, level_manager: Person, language: str
) -> None:
    Person.objects.filter(pk=level_manager.pk).update(language=language)

    found = numbers_of(browser, "/forecast/")

    links = [one for one in found.links if "/forecast/learnt/" in one[0]]
    assert found.loose == []
    assert len({address for address, _text in links if "trait=" in address}) == 10
    assert len(links) == 2 + 10 * 2
    for address, text in links:
        opens(browser, address, text)


def opens(browser: Client, address: str, text: str) -> None:
    """Hold the rows that an address opens to the number that leads there: a weight opens the looks it was fitted to."""
    rows, told = walked(browser, address)
    assert (len(rows), told["hidden"]) == (told["total"], 0), address
    assert len(rows) > 0, address
    if text[0] not in "+-":
        assert re.findall(r"\d+", text.replace(",", "")) == [str(len(rows))], address
    missed = sum(row["missed"] for row in rows)
    assert re.findall(r"\d+", told["sum"])[:2] == [
        str(number) for number in in_order(told["sum"], missed, len(rows))
    ], address


def in_order(sentence: str, missed: int, rows: int) -> tuple[int, int]:
    """Give both in the order in which a language says them."""
    return (missed, rows) if "came to miss" in sentence else (rows, missed)


def walked(browser: Client, address: str) -> tuple[list[Any], Any]:
    """Read all pages of rows; gives the rows and what the last page says."""
    rows: list[Any] = []
    more, told = address, None
    while more:
        told = browser.get(more).context
        rows += told["rows"]
        more = f"{address}&after={told['next']}" if told["next"] else ""
    return rows, told


def test_the_cases_are_those_that_the_learning_chose(judged: None, browser: Client) -> None:
    waiting = history.queues(since=NIGHT - history.WINDOW)
    chosen = history.past(since=NIGHT - history.WINDOW, until=NIGHT, waiting=waiting)
    kept = BreachModel.objects.get()

    rows, _told = walked(browser, f"/forecast/learnt/?learnt={kept.pk}&show=cases")
    looks, _told = walked(browser, f"/forecast/learnt/?learnt={kept.pk}")

    assert sorted(row["case"].pk for row in rows) == sorted(clock.record for clock in chosen.clocks)
    assert (len(rows), len(looks)) == (kept.cases, kept.samples)
    assert any(row["look"] is None for row in rows)
    counted = BreachSample.objects.exclude(look=None).values_list(
        "share", "queue", "load", "hour", "priority", "missed"
    )
    assert sorted(counted) == sorted((*traits, missed) for traits, missed in chosen.samples)


def test_what_is_judged_otherwise_later_changes_no_number_and_is_said(judged: None, browser: Client) -> None:
    before = BreachModel.objects.get()
    clock = Clock.objects.filter(metric="resolution", breached_at=None, state="met").earliest("pk")
    Clock.objects.filter(pk=clock.pk).update(state="missed", breached_at=clock.stopped_at)
    gone = Clock.objects.filter(metric="resolution").exclude(breached_at=None).exclude(pk=clock.pk).earliest("pk")
    Clock.objects.filter(pk=gone.pk).update(state="cancelled", breached_at=None)

    told = browser.get("/forecast/learnt/?show=cases").context
    otherwise, _told = walked(browser, told["changed"]["url"])

    assert (told["total"], told["changed"]["count"]) == (before.cases, 2)
    assert {row["case"].pk for row in otherwise} == {clock.record_id, gone.record_id}
    assert browser.get("/forecast/learnt/").context["total"] == before.samples


def test_only_the_latest_learning_keeps_its_rows(judged: None, browser: Client) -> None:
    first = BreachModel.objects.get()

    nightly.work(NIGHT + timedelta(days=1))

    assert set(BreachSample.objects.values_list("model", flat=True)) == {BreachModel.objects.latest("pk").pk}
    told = browser.get(f"/forecast/learnt/?learnt={first.pk}&show=cases")
    assert (told.context["total"], told.context["gone"]) == (0, True)
    assert "no longer here" in told.content.decode()


def test_a_learning_from_before_rows_were_kept_opens_none(judged: None, browser: Client) -> None:
    BreachSample.objects.all().delete()

    page = browser.get("/forecast/")

    assert "/forecast/learnt/" not in page.content.decode()
    assert "from the next night on" in page.content.decode()


def test_too_little_history_opens_its_cases_too(settled: Callable[..., Any], browser: Client) -> None:
    settled(2)
    settled(30)
    nightly.work(MONDAY + timedelta(days=10))

    found = numbers_of(browser, "/forecast/")

    assert found.loose == []
    assert [text for address, text in found.links if "show=cases" in address] == ["2 judged cases"]
    for address, text in found.links:
        opens(browser, address, text)


def test_the_likelihood_of_an_open_case_opens_what_is_said_of_it(
    judged: None, browser: Client, requester: Person, service: Any
) -> None:
    now = timezone.now()
    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=now)
    BreachRisk.objects.create(record_id=case.pk, chance=0.384, at=now, reasons=[["share", 4, True]])

    link = next(one for one in numbers_of(browser, "/forecast/").links if one[1] == "38 %")

    assert link[0] == f"/t/{case.number}/clocks/"
    assert "38 %" in browser.get(link[0]).content.decode()


def test_rows_of_cases_that_the_reader_may_not_see_are_counted_only(judged: None, browser: Client) -> None:
    one = BreachSample.objects.exclude(look=None).earliest("pk")
    Ticket.objects.filter(pk=one.record_id).update(confidential=True, team=None, assignee=None)

    rows, told = walked(browser, "/forecast/learnt/?show=cases")

    assert (told["hidden"], len(rows)) == (1, told["total"] - 1)


@pytest.mark.parametrize("query", ["show=all&trait=queue-9&after=x", "trait=x%00", "learnt=x&trait=pk-1"])
def test_odd_values_ask_for_nothing(judged: None, browser: Client, query: str) -> None:
    assert browser.get(f"/forecast/learnt/?{query}").context["total"] == BreachModel.objects.get().samples


def test_only_those_in_charge_open_them(agent: Person, client: Client) -> None:
    client.force_login(agent)

    for path in ("learnt/", "learnt.csv", "learnt.xlsx", "rows.csv", "rows.xlsx"):
        assert client.get(f"/forecast/{path}").status_code == 403


def test_more_rows_ask_no_more_statements(judged: None, browser: Client) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    few, many = "/forecast/learnt/?trait=share-4", "/forecast/learnt/?trait=share-0"
    statements(few)  # what a process remembers is remembered

    assert browser.get(few).context["total"] < browser.get(many).context["total"]
    assert statements(few) == statements(many)


def test_the_database_keeps_traits_with_looks_only(judged: None) -> None:
    one = BreachSample.objects.exclude(look=None).earliest("pk")

    for wrong in ({"look": None}, {"queue": None}, {"look": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BreachSample.objects.filter(pk=one.pk).update(**wrong)


@pytest.mark.parametrize(
    "file", ["learnt.csv?show=cases", "learnt.csv?trait=share-0", "rows.csv", "rows.csv?sum=brier"]
)
def test_files_have_the_rows_of_the_page(judged: None, browser: Client, file: str) -> None:
    shown = browser.get(f"/forecast/{file.replace('.csv', '/')}").context["total"]

    lines = list(csv.reader(browser.get(f"/forecast/{file}").content.decode("utf-8-sig").splitlines()))

    assert len(lines) == shown + 1 > 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert browser.get(f"/forecast/{file.replace('.csv', '.xlsx')}").content.startswith(b"PK")


def test_files_leave_out_cases_that_the_reader_may_not_see(judged: None, browser: Client) -> None:
    one = BreachSample.objects.earliest("pk")
    Ticket.objects.filter(pk=one.record_id).update(confidential=True, team=None, assignee=None)
    number = str(Ticket.objects.get(pk=one.record_id).number)

    for file in ("learnt.csv", "learnt.csv?show=cases", "rows.csv", "rows.csv?sum=cases"):
        assert number not in browser.get(f"/forecast/{file}").content.decode("utf-8-sig")
