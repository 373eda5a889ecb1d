"""Page, PDF, workbook, CSV and interface say the same numbers, and every number of the page leads to rows that make it."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from itsm.service_reports import files
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.shown import sheet
from itsm.service_reports.wording import said
from tests.pdfs import fonts_of, pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
LINK = re.compile(r'<a class="figure-link" data-figure="([^"]+)" href="([^"]+)">([^<]*)</a>')
TOTAL = re.compile(r'<data class="side-total" value="(-?\d+)">')
AMOUNT = re.compile(r'<td class="num"><data value="(-?\d+)">')


def links_of(client: Client, issue: Any, language: str) -> list[tuple[str, str, str]]:
    page = client.get(issue.get_absolute_url(), headers={"accept-language": language}).content.decode()
    return [(key, href, unescape(text)) for key, href, text in LINK.findall(page)]


@pytest.fixture
def read_by(client: Client, slm: Any) -> Any:
    def sign_in(language: str) -> Client:
        slm.language = language
        slm.save()
        client.force_login(slm)
        return client

    return sign_in


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_every_number_of_the_page_leads_to_rows_that_add_up_to_it(issued: Any, read_by: Any, language: str) -> None:
    issue, client = issued(), read_by(language)
    links = links_of(client, issue, language)
    assert len(links) >= 35

    for key, href, text in sorted(set(links)):
        page = client.get(href).content.decode()
        kept = figure_of(issue.figures["figures"][key])
        amounts, totals = [int(one) for one in AMOUNT.findall(page)], [int(one) for one in TOTAL.findall(page)]
        assert sum(amounts) == sum(totals), key
        assert totals == [kept.total(side) for side, rows in kept.sides.items() if rows], key
        assert len(amounts) == kept.count, key
        with override(language):
            assert said(kept.as_json()) in text or kept.value is None, (key, text)


def test_no_number_of_the_page_stands_without_a_link(issued: Any, read_by: Any) -> None:
    issue, client = issued(), read_by("en")
    page = client.get(issue.get_absolute_url()).content.decode()
    cells = re.findall(r'<td class="num">(.*?)</td>', page, re.S)

    assert cells
    assert [
        cell for cell in cells if re.search(r"\d", re.sub(r"<[^>]*>", "", cell)) and "data-figure" not in cell
    ] == []


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_page_pdf_workbook_csv_and_json_say_the_same_numbers(
    issued: Any, read_by: Any, press: str, language: str
) -> None:
    issue, client = issued(years="minguo" if language == "en" else "gregorian"), read_by(language)
    shown = {(key, text) for key, _href, text in links_of(client, issue, language)}
    with override(language):
        set_again = sheet(issue)
    of_sheet = {
        (part.figure, part.text)
        for table in set_again.tables()
        for row in table.rows
        for cell in row
        for part in cell.parts
        if part.figure
    } | {(tile.part.figure, tile.part.text) for tile in set_again.tiles}
    assert shown == of_sheet

    content = client.get(f"{issue.get_absolute_url()}report-{language}.pdf").content
    assert all(fonts_of(content).values())
    pdf = "".join(pages_of(content))
    missing = [(key, text) for key, text in shown if text.replace(" ", "") not in pdf]
    assert missing == []

    book = load_workbook(io.BytesIO(client.get(f"{issue.get_absolute_url()}report.xlsx").content))
    cells = "\n".join(
        str(value) for row in book.worksheets[0].iter_rows(values_only=True) for value in row if value is not None
    )
    assert [text for _key, text in shown if text not in cells] == []
    exact = {row[0]: row[2] or None for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)}
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"{issue.get_absolute_url()}report.csv").content.decode("utf-8-sig")))
    )
    in_csv = {(row["figure"], row["text"].removeprefix("'")) for row in rows if row["figure"]}
    assert in_csv == {pair for pair in shown if pair[0] in {key for key, _text in in_csv}}
    kept = json.loads(client.get(f"{issue.get_absolute_url()}report.json").content)
    assert {key: one["value"] for key, one in kept["figures"].items()} == exact
    api = client.get(f"/api/v1/sla-reports/{issue.pk}").json()
    assert api["figures"] == kept["figures"]
    assert api["digest"] == issue.digest


def test_a_workbook_keeps_the_rows_of_every_figure(issued: Any) -> None:
    issue = issued()
    book = load_workbook(io.BytesIO(files.workbook(issue, sheet(issue))))

    sums: dict[tuple[str, str], int] = {}
    for key, side, _what, _which, amount in book.worksheets[2].iter_rows(min_row=2, values_only=True):
        sums[key, side] = sums.get((key, side), 0) + amount
    for (key, side), total in sums.items():
        assert figure_of(issue.figures["figures"][key]).total(side) == total


def test_years_are_gregorian_or_of_the_republic(issued: Any, read_by: Any) -> None:
    issue, client = issued(), read_by("zh-hant")

    assert "2026 年 11 月" in client.get(issue.get_absolute_url()).content.decode()
    assert "民國 115 年 11 月" in client.get(f"{issue.get_absolute_url()}?years=minguo").content.decode()


def test_a_report_in_preparation_is_marked_and_shows_its_progress(customer: Any, slm: Any, read_by: Any) -> None:
    from itsm.service_reports import steps, work
    from tests.availability.conftest import taipei
    from tests.service_reports.conftest import NOVEMBER

    issue = steps.prepare(customer, NOVEMBER, by=slm, at=taipei(11, 20))
    client = read_by("zh-hant")
    assert "<progress" in client.get(issue.get_absolute_url()).content.decode()

    work.go_on(taipei(11, 20))

    page = client.get(issue.get_absolute_url()).content.decode()
    assert "<progress" not in page
    assert "暫定" in page
    assert "期間尚未結束" in page


def test_the_forms_of_the_pages_do_their_work(
    customer: Any, slm: Any, brm: Any, service: Any, client: Client, speaker: Any
) -> None:
    from django.utils import timezone

    from itsm.service_reports import work
    from itsm.service_reports.models import ReportIssue

    client.force_login(slm)
    assert (
        client.post(
            "/reports/sla/prepare/", {"customer": customer.code, "kind": "month", "month": "x", "years": "minguo"}
        ).status_code
        == 422
    )
    client.post(
        "/reports/sla/prepare/", {"customer": customer.code, "kind": "month", "month": "2026-11", "years": "minguo"}
    )
    work.go_on(timezone.now())
    issue = ReportIssue.objects.get()
    address = issue.get_absolute_url()
    assert client.post(f"{address}do/issue/").status_code in (409, 422)
    client.post(f"{address}comment/{service.code}/", {"text": "已改善"})
    issue.refresh_from_db()
    assert client.post(f"{address}do/approve/", {"digest": issue.digest}).status_code == 422  # her own
    client.force_login(brm)
    client.post(f"{address}do/approve/", {"digest": issue.digest})
    issue.refresh_from_db()
    assert issue.state == "approved"
    assert client.post(f"{address}do/send_back/", {"reason": ""}).status_code == 422
    client.post(f"{address}do/send_back/", {"reason": "補說明"})
    issue.refresh_from_db()
    assert issue.state == "commented"


def test_a_period_in_which_nothing_was_agreed_is_no_report(customer: Any, slm: Any, client: Client) -> None:
    from itsm.service_reports.models import ReportIssue

    client.force_login(slm)

    given = {"customer": customer.code, "kind": "month", "month": "1999-05", "years": "gregorian"}
    answer = client.post("/reports/sla/prepare/", given)

    assert answer.status_code == 422
    assert "本期間與此客戶沒有生效中的協議。" in answer.content.decode()
    assert not ReportIssue.objects.exists()


def test_an_issued_report_is_said_to_be_issued_and_its_journal_names_the_services(
    issued: Any, slm: Any, service: Any, client: Client
) -> None:
    client.force_login(slm)

    shown = client.get(issued().get_absolute_url()).content.decode()

    assert "已發行" in shown
    assert "出具時間" not in shown
    journal = shown.partition('id="journal"')[2].partition("</section>")[0]
    assert f"· {service.name_zh}" in journal
    assert f"· {service.code}" not in journal


def test_a_page_costs_the_same_statements_whatever_it_shows(
    issued: Any, client: Client, slm: Any, django_assert_max_num_queries: Any
) -> None:
    issue = issued()
    client.force_login(slm)
    client.get(issue.get_absolute_url())

    with django_assert_max_num_queries(30):
        client.get(issue.get_absolute_url())


@pytest.mark.parametrize("years", ["gregorian", "minguo"])
def test_papers_in_both_languages_name_periods_signers_and_sheets(
    calculated: Any, read_by: Any, press: str, years: str
) -> None:
    issue, client = calculated(years=years), read_by("en")

    chinese, english = (
        pages_of(client.get(f"{issue.get_absolute_url()}report-{one}.pdf").content) for one in ("zh-hant", "en")
    )

    whole = {"gregorian": ("2026年11月", "Nov2026"), "minguo": ("民國115年11月", "NovROC115")}[years]
    for sheets, words in ((chinese, whole[0]), (english, whole[1])):
        assert all(issue.number in sheet for sheet in sheets)
        assert any(words in sheet for sheet in sheets)
    assert f"第1/{len(chinese)}頁" in chinese[0]
    assert f"page{len(english)}of{len(english)}" in english[-1]
    assert all(words in chinese[-1] for words in ("簽署", "吳服務"))
    assert "Signatures" in english[-1]
    assert {paper.get_made_with_display() for paper in issue.papers.all()} == {press}
    assert f"made by {press}" in client.get(issue.get_absolute_url()).content.decode()


def test_where_no_pdf_can_be_made_there_is_the_print_page_and_a_sentence(
    calculated: Any, read_by: Any, settings: Any
) -> None:
    settings.PDF_WITH = []
    client = read_by("en")

    issue = calculated()

    assert (issue.papers.count(), issue.papers_wanted, bool(issue.digest)) == (0, False, True)
    assert "use the print page" in client.get(issue.get_absolute_url()).content.decode()
    answer = client.get(f"{issue.get_absolute_url()}report-en.pdf")
    assert "No PDF can be made on this server" in answer.content.decode()
    assert "99.860%" in answer.content.decode()


@pytest.mark.usefixtures("quick_press")
def test_one_worker_draws_at_a_time_and_what_changed_meanwhile_is_drawn_again(
    calculated: Any, monkeypatch: Any
) -> None:
    from itsm.draw.printing import printed
    from itsm.service_reports import printing, steps
    from itsm.service_reports.models import ReportIssue
    from tests.service_reports.conftest import AFTER, HOUR

    issue = calculated()
    before = dict(issue.papers.values_list("language", "sha256"))
    ReportIssue.objects.filter(pk=issue.pk).update(papers_wanted=True)
    seen: list[int] = []

    def changed_meanwhile(pages: Any) -> Any:
        seen.append(printing.draw(issue.pk, at=AFTER + HOUR / 60))
        held = ReportIssue.objects.get(pk=issue.pk)
        steps.comment(held, held.services.get(), "已改善", by=held.prepared_by, at=AFTER)
        return printed(pages)

    monkeypatch.setattr(printing, "printed", changed_meanwhile)
    assert printing.draw(issue.pk, at=AFTER + HOUR) == 1
    issue.refresh_from_db()
    assert (seen, issue.papers_wanted, issue.claimed_at) == ([0], True, None)
    assert dict(issue.papers.values_list("language", "sha256")) == before

    monkeypatch.setattr(printing, "printed", printed)
    assert printing.draw(issue.pk, at=AFTER + 2 * HOUR) == 1
    issue.refresh_from_db()
    assert (issue.papers_wanted, issue.claimed_at) == (False, None)
    assert {paper.digest for paper in issue.papers.all()} == {issue.digest}
    assert not set(before.values()) & set(issue.papers.values_list("sha256", flat=True))


@pytest.mark.usefixtures("quick_press")
def test_a_printing_that_failed_is_tried_again_after_a_pause_and_then_every_day(
    calculated: Any, monkeypatch: Any
) -> None:
    from itsm.draw import printing as press
    from itsm.service_reports import printing, work
    from itsm.service_reports.models import ReportIssue
    from tests.service_reports.conftest import AFTER, HOUR

    def broken(way: str, html: str) -> bytes:
        raise press.Failed("the machine was too busy")

    pressed = press._pressed
    monkeypatch.setattr(press, "_pressed", broken)
    issue = calculated()
    minute = HOUR / 60
    assert (issue.papers_wanted, issue.papers_tried, issue.claimed_at) == (True, 1, None)

    assert work.go_on(AFTER + minute / 2) == 0
    assert work.go_on(AFTER + minute) == 1
    assert work.go_on(AFTER + 10 * minute) == 0
    assert work.go_on(AFTER + 11 * minute) == 1
    issue.refresh_from_db()
    assert (issue.papers_wanted, issue.papers_tried, issue.papers.count()) == (False, 0, 0)

    ReportIssue.objects.filter(pk=issue.pk).update(state="issued", approved_at=AFTER, issued_at=AFTER)
    monkeypatch.setattr(press, "_pressed", pressed)
    assert (printing.ask_anew(AFTER + 24 * HOUR), printing.ask_anew(AFTER + 25 * HOUR)) == (0, 1)
    assert work.go_on(AFTER + 25 * HOUR) == 1
    issue.refresh_from_db()
    assert (issue.papers_wanted, issue.papers_after, issue.papers.count()) == (False, None, 2)
    assert printing.ask_anew(AFTER + 60 * HOUR) == 0


def test_where_nothing_prints_it_is_not_tried_again_within_the_day(calculated: Any, settings: Any) -> None:
    from itsm.service_reports import printing, work
    from itsm.service_reports.models import ReportIssue
    from tests.service_reports.conftest import AFTER, HOUR

    settings.PDF_WITH = []
    issue = calculated()

    assert (issue.papers_wanted, issue.papers_tried) == (False, 0)
    ReportIssue.objects.filter(pk=issue.pk).update(state="issued", approved_at=AFTER, issued_at=AFTER)
    assert (printing.ask_anew(AFTER + 23 * HOUR), work.go_on(AFTER + 23 * HOUR)) == (0, 0)
    assert printing.ask_anew(AFTER + 25 * HOUR) == 1
    assert printing.ask_anew(AFTER + 24 * 40 * HOUR) == 0
