"""Every number on the page of a report that has everything in it is a link, and the rows behind it add up to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from configuration.models import ConfigurationItem
from incidents import upkeep
from itsm.people.models import Person
from itsm.service_reports import steps, work
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.shown import sheet as set_sheet
from itsm.service_reports.wording import said
from relationships.complaints import raise_complaint
from relationships.survey_models import Answer
from sla import claims, maintenance
from sla.models import MaintenanceTurn
from tests.availability.conftest import taipei
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
#: What a number looks like in a report: a percentage, a time, a mark, a count.
NUMBER = re.compile(r"-?\d+\.\d{3}%|-?\d+ (?:h|min|s)(?: \d+ (?:min|s))*|\d+\.\d\d|-?\d+")
#: Where numbers of another kind stand: what was promised, and dates.
NO_FIGURES = {
    "Target",
    "From",
    "Until",
    "Until or due",
    "Planned until",
    "Period",
    "Due, and what came of it",
    "Figure",
    "Before",
}


@pytest.fixture
def whole_month(
    agree: Any, service: Any, down: Any, handled: Any, owner: Person, slm: Person, brm: Person, agent: Person, requester: Person,
    make: Any,
) -> None:  # fmt: skip
    """A month with everything: two items in series, overlapping and degraded outages, a claim, maintenance, cases, marks."""
    power: ConfigurationItem = make("server", "power")
    promises = [
        {"metric": "availability", "op": "ge", "value": "99.9", "per": "item", "combine": "series"},
        {"metric": "downtime", "op": "le", "seconds": 7200}, {"metric": "longest_outage", "op": "le", "seconds": 7200},
        {"metric": "outages", "op": "le", "value": "3"}, {"metric": "continuity", "op": "le", "seconds": 1800},
        {"metric": "response", "op": "le", "seconds": 1800, "calendar": "always"},
        {"metric": "resolution", "op": "le", "seconds": 14400, "calendar": "always"}, {"metric": "csat", "op": "ge", "value": "4"},
        {"metric": "report", "op": "ge", "value": "1"}, {"metric": "maintenance", "op": "ge"}, {"metric": "custom", "words_zh": "教育訓練"},
    ]  # fmt: skip
    items = [
        {"name_zh": "電力", "name_en": "Power", "ci": power.number},
        {"name_zh": "空調", "name_en": "Cooling"},
    ]
    agree(sheet(service, promises=promises, items=items))
    down(taipei(11, 5, 9), taipei(11, 5, 10), ci=power)
    lost = down(taipei(11, 5, 9, 30), taipei(11, 5, 12), standby_at=taipei(11, 5, 10))
    down(taipei(11, 6, 9), taipei(11, 6, 11), kind="degraded", weight_percent=50)
    down(
        taipei(11, 20, 18), taipei(11, 20, 20), kind="planned", planned_from=taipei(11, 20, 18), planned_until=taipei(11, 20, 19),
        announced_at=taipei(11, 2),
    )  # fmt: skip
    claim = claims.claim(
        service, clause=claims.USUAL[0], started_at=taipei(11, 5, 11), ended_at=taipei(11, 5, 12), reason="颱風", evidence="公告",
        by=owner, at=taipei(11, 6), outage=lost,
    )  # fmt: skip
    claims.decide(claim, approve=True, note="", by=slm, at=taipei(11, 7))
    upkeep.tend(taipei(11, 2, 9))
    maintenance.finish(MaintenanceTurn.objects.get(), by=agent, at=taipei(11, 12, 12))
    handled(taipei(11, 9, 10))
    handled(taipei(11, 16, 9), answered=45, took=300, title="公文附件遺失")
    told: dict[str, Any] = {"by": requester, "complainant": requester, "source": "portal", "description": ""}
    raise_complaint(at=taipei(11, 17, 9), title="太慢", service=service, **told)
    raise_complaint(at=taipei(11, 18, 9), title="電話沒人接", **told)
    marked(service, requester, brm)


def marked(service: Any, requester: Person, brm: Person) -> None:
    """Let a user give the service a mark."""
    version = make_version()
    campaign = launch(plan(version, owner=brm, min_interval_days=0, opens_on=taipei(11, 23).date()), by=brm)
    given = answer(campaign, requester, score=4)
    question = version.questions.get(kind="scale", per_service=True)
    Answer.objects.create(response=given, question=question, service=service, value=5)


@pytest.fixture
def twice(whole_month: None, issued: Any, customer: Any, service: Any, slm: Person, down: Any) -> ReportIssue:
    """The second edition of the month, which says what differs."""
    issued()
    down(taipei(11, 25, 9), taipei(11, 25, 10))
    made = steps.prepare(customer, NOVEMBER, by=slm, at=AFTER, reason="漏列 11/25 中斷")
    work.go_on(AFTER + SECOND)
    found: ReportIssue = ReportIssue.objects.get(pk=made.pk)
    return found


class Read(HTMLParser):
    """Reads the texts of the document that are numbers' links, and those that stand outside of links, by column."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[str, str, str]] = []
        self.loose: list[tuple[str, str]] = []
        self.heads: list[str] = []
        self.column, self.place, self.link = 0, "", ("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where the reader is."""
        found = dict(attrs)
        if tag == "thead":
            self.heads, self.place = [], "head"
        elif tag in ("tbody", "article"):
            self.place = tag
        elif tag == "tr":
            self.column = -1
        elif tag in ("td", "th"):
            self.column += 1
            if self.place == "head":
                self.heads.append("")
        elif tag == "a" and "data-figure" in found:
            self.link = (str(found["data-figure"]), str(found["href"]))

    def handle_endtag(self, tag: str) -> None:
        """Leave a link or a table."""
        if tag == "a":
            self.link = ("", "")
        elif tag == "table":
            self.place = "article"

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        if self.place == "head":
            self.heads[-1] += data
        elif self.link[0]:
            self.links.append((*self.link, data))
        elif self.place == "tbody":
            self.loose.append((self.heads[self.column], data.strip()))


def read(page: str) -> Read:
    """Read the document of a page."""
    found = Read()
    found.feed(re.search(r'<article class="report.*?</article>', page, re.S)[0])  # type: ignore[index]  # the page has one
    return found


def test_every_number_in_the_tables_is_a_link(twice: ReportIssue, slm: Person, client: Client) -> None:
    slm.language = "en"
    slm.save()
    client.force_login(slm)

    found = read(client.get(twice.get_absolute_url()).content.decode())

    assert len(found.loose) > 100
    naked = [(column, text) for column, text in found.loose if NUMBER.fullmatch(text) and column not in NO_FIGURES]
    assert naked == []


def test_the_links_are_those_of_the_sheet_and_every_figure_of_the_document_is_reached(
    twice: ReportIssue, slm: Person, client: Client
) -> None:
    client.force_login(slm)

    reached = {key for key, _href, _text in read(client.get(twice.get_absolute_url()).content.decode()).links}

    with override("zh-hant"):
        assert reached == set(figures_of(set_sheet(twice)))
    beside = {key for key in twice.figures["figures"] if key.endswith(".uses") or key == "all.unplaced"}
    assert set(twice.figures["figures"]) - reached <= beside


def figures_of(sheet: Any) -> Iterator[str]:
    """Give the figures that are shown."""
    parts = [tile.part for tile in sheet.tiles]
    parts += [part for table in sheet.tables() for row in table.rows for cell in row for part in cell.parts]
    return (part.figure for part in parts if part.figure)


def test_the_rows_behind_every_link_add_up_to_its_number(twice: ReportIssue, slm: Person, client: Client) -> None:
    slm.language = "zh-hant"
    slm.save()
    client.force_login(slm)
    links = {(key, href): text for key, href, text in read(client.get(twice.get_absolute_url()).content.decode()).links}
    assert len(links) >= 40

    for (key, href), text in links.items():
        page = client.get(href).content.decode()
        kept = figure_of(twice.figures["figures"][key])
        amounts = [int(one) for one in re.findall(r'<td class="num"><data value="(-?\d+)">', page)]
        totals = [int(one) for one in re.findall(r'<data class="side-total" value="(-?\d+)">', page)]
        assert totals == [kept.total(side) for side, rows in kept.sides.items() if rows], key
        assert (len(amounts), sum(amounts)) == (kept.count, sum(totals)), key
        with override("zh-hant"):
            assert kept.value is None or said(kept.as_json()) in text, (key, text)


def test_the_month_has_every_kind_of_number(twice: ReportIssue) -> None:
    shown = {key.split(".", 1)[1]: one["shown"] for key, one in twice.figures["figures"].items()}

    assert {"availability-1.result", "availability-2.left", "availability-all.result", "maintenance.1"} <= shown.keys()
    assert (shown["maintenance.1"], shown["beside.complaints"], shown["beside.mark"], shown["beside.csat"]) == (
        "1", "1", "5.00", "100.000%",
    )  # fmt: skip
    assert (shown["report-9.result"], shown["report-9.missing"], shown["maintenance-10.announced"]) == (
        "0.000%",
        "1",
        "1",
    )
    assert (shown["complaints"], shown["outages-4.result"], shown["continuity-5.result"]) == ("2", "3", "1:00:00")
    formulas = {one["formula"] for one in twice.figures["figures"].values()}
    assert formulas == {"sum", "share", "kept", "left", "over", "mean", "combined"}


def test_over_the_interface_the_rows_add_up_too(twice: ReportIssue, slm: Person, client: Client) -> None:
    client.force_login(slm)

    for key, kept in twice.figures["figures"].items():
        answer = client.get(f"/api/v1/sla-reports/{twice.pk}/rows/{key}")
        assert answer.status_code == 200, key
        told = answer.json()
        assert (told["figure"], told["shown"], told["value"]) == (key, kept["shown"], kept["value"])
        for side in told["sides"]:
            assert (
                side["total"]
                == sum(row["amount"] for row in side["rows"])
                == sum(row[2] for row in kept["sides"][side["name"]])
            ), key
        if kept["formula"] == "sum" and kept["value"] is not None:
            assert Fraction(told["value"]) == sum(side["total"] for side in told["sides"])
    assert client.get(f"/api/v1/sla-reports/{twice.pk}/rows/nothing").status_code == 404
