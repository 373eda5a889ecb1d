"""Where a target with a remedy was missed, the remedy owed stands beside it, with the day until which it is claimed."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from catalogue.models import Service
from itsm.people.models import Person
from itsm.service_reports import files, steps
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.shown import sheet as set_sheet
from tests.availability.conftest import taipei
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make
from tests.service_reports.conftest import AFTER, sheet

pytestmark = pytest.mark.django_db
CREDIT = {
    "basis": "missed", "metric": "availability", "kind": "credit_percent", "amount": "5", "cap": "20", "claim_days": 30,
}  # fmt: skip
BANDS = [
    {"basis": "band", "metric": "availability", "band_from": "99", "band_below": "99.9", "kind": "credit_percent", "amount": "5"},
    {"basis": "band", "metric": "availability", "band_below": "99", "kind": "credit_percent", "amount": "10"},
]  # fmt: skip
RATIO = {"metric": "availability", "op": "ge", "value": "99.9"}
CUSTOM = {"metric": "custom", "op": "ge", "words_zh": "每季教育訓練", "words_en": "Training every quarter"}


@pytest.fixture
def agreed(agree: Any, service: Any) -> Any:
    """Put an agreement with remedies in force; the service has two promises."""

    def make(*remedies: dict[str, Any], **row: Any) -> Any:
        return agree(
            sheet(service, **{"promises": [RATIO, CUSTOM], "maintenance_plans": []} | row)
            | {"remedies": list(remedies)}
        )

    return make


def owed(issue: ReportIssue) -> list[tuple[str, str, str | None]]:
    """Give what is owed for which promise."""
    lines = issue.figures["services"][0]["lines"]
    return [(line["name"], one["kind"], one["amount"]) for line in lines for one in line.get("remedies", ())]


def verdicts(issue: ReportIssue, language: str) -> dict[str, str]:
    """Give the verdict of each promise as it is shown."""
    with override(language):
        (table,) = [one for one in set_sheet(issue).tables() if one.ident == "lines-documents"]
    return {row[0].text: row[3].text for row in table.rows}


def test_a_kept_target_owes_nothing(agreed: Any, calculated: Any) -> None:
    agreed(CREDIT)

    assert owed(calculated()) == []


def test_an_outage_too_long_owes_the_remedy_of_its_measure(agreed: Any, down: Any, calculated: Any) -> None:
    agreed(CREDIT, CREDIT | {"metric": "response"}, {"basis": "missed", "kind": "apology"})
    down(taipei(11, 5, 9), taipei(11, 5, 11))

    assert owed(calculated()) == [("availability", "credit_percent", "5"), ("availability", "apology", None)]


@pytest.mark.parametrize(("minutes", "amount"), [(43, None), (44, "5"), (432, "5"), (433, "10")])
def test_the_band_in_which_the_result_lies_decides_and_its_lower_bound_belongs_to_it(
    agreed: Any, down: Any, calculated: Any, minutes: int, amount: str | None
) -> None:
    agreed(*BANDS)
    down(taipei(11, 5, 9), taipei(11, 5, 9) + timedelta(minutes=minutes))

    found = owed(calculated())

    assert found == ([("availability", "credit_percent", amount)] if amount else [])


def test_another_service_owes_nothing(agreed: Any, down: Any, calculated: Any, service: Any) -> None:
    Service.objects.create(
        code="printing",
        name_zh="列印服務",
        name_en="Printing",
        owner=service.owner,
        hours=service.hours,
        support_team=service.support_team,
    )
    agreed(CREDIT | {"service": "printing"})
    down(taipei(11, 5, 9), taipei(11, 5, 11))

    assert owed(calculated()) == []


def test_items_that_keep_one_promise_together_owe_once(agreed: Any, calculated: Any, down: Any, make: Any) -> None:
    power, cooling = make("server", "power"), make("server", "cooling")
    items = [{"name_zh": "電力", "ci": power.number}, {"name_zh": "空調", "ci": cooling.number}]
    agreed(CREDIT, items=items, promises=[RATIO | {"per": "item", "combine": "all_items"}])
    down(taipei(11, 5, 9), taipei(11, 5, 11), ci=power)
    down(taipei(11, 6, 9), taipei(11, 6, 12), ci=cooling)

    issue = calculated()

    assert [line["met"] for line in issue.figures["services"][0]["lines"][:2]] == [False, False]
    assert owed(issue) == [("availability-2", "credit_percent", "5")]


def test_a_remedy_of_words_is_for_a_person(agreed: Any, down: Any, calculated: Any) -> None:
    agreed({"trigger_zh": "未達成", "kind": "apology"})
    down(taipei(11, 5, 9), taipei(11, 5, 11))

    assert owed(calculated()) == []


def test_what_a_person_judged_as_missed_owes_too(agreed: Any, service: Any, calculated: Any, owner: Person) -> None:
    agreed({"basis": "missed", "metric": "custom", "kind": "gift", "amount": "1"})
    issue = calculated()

    steps.comment(issue, service, "說明", results=[Result("custom-2", "missed", "未辦理")], by=owner, at=AFTER)

    issue.refresh_from_db()
    assert owed(issue) == [("custom-2", "gift", "1")]


def test_a_promise_for_a_year_owes_when_the_year_is_over(agreed: Any, down: Any, calculated: Any) -> None:
    agreed(CREDIT, promises=[RATIO | {"period": "year"}])
    down(taipei(11, 5), taipei(11, 15))

    issue = calculated()

    (line,) = [one for one in issue.figures["services"][0]["lines"] if "own" in one]
    assert (line["met"], owed(issue)) == (False, [])


# ---- how it is shown -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("zh-hant", "× 未達標\n補償：折抵費用 5%，上限 20%，須於本報告發行後 30 日內提出",
         "× 未達標\n補償：折抵費用 5%，上限 20%，須於 2027/01/09（含）前提出"),
        ("en", "× missed\nRemedy: credit 5%, at most 20%, to be claimed within 30 days of the issue of this report",
         "× missed\nRemedy: credit 5%, at most 20%, to be claimed by 2027/01/09"),
    ],
)  # fmt: skip
def test_it_stands_beside_the_verdict_with_its_last_day(
    agreed: Any, down: Any, calculated: Any, issued: Any, language: str, before: str, after: str
) -> None:
    agreed(CREDIT)
    down(taipei(11, 5, 9), taipei(11, 5, 11))
    name = {"zh-hant": "可用率", "en": "Availability"}[language]

    assert verdicts(calculated(), language)[name] == before
    ReportIssue.objects.all().delete()
    assert verdicts(issued(), language)[name] == after


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        ({"kind": "apology", "amount": None, "cap": None, "claim_needed": False}, "Remedy: apology"),
        ({"kind": "gift", "amount": "2", "cap": None, "claim_needed": False}, "Remedy: gift 2"),
        ({"kind": "free_termination", "amount": None, "cap": None, "claim_days": None},
         "Remedy: termination free of charge, to be claimed"),
    ],
)  # fmt: skip
def test_every_kind_has_its_words(agreed: Any, down: Any, calculated: Any, remedy: dict[str, Any], said: str) -> None:
    agreed(CREDIT | remedy)
    down(taipei(11, 5, 9), taipei(11, 5, 11))

    assert verdicts(calculated(), "en")["Availability"].splitlines()[1] == said


def test_page_print_page_workbook_csv_json_and_rest_tell_it(
    agreed: Any, down: Any, issued: Any, slm: Person, client: Client
) -> None:
    agreed(CREDIT)
    down(taipei(11, 5, 9), taipei(11, 5, 11))
    issue, said = issued(), "Remedy: credit 5%, at most 20%, to be claimed by 2027/01/09"
    slm.language = "en"
    slm.save()
    client.force_login(slm)

    with override("en"):
        shown = set_sheet(issue)
        book = load_workbook(BytesIO(files.workbook(issue, shown)))
        assert sum(row[3] == said for row in files.flat(issue, shown)) == 2  # the agreement's table and the promises
    cells = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert any(said in cell for cell in cells)
    for way in ("", "print/"):
        assert client.get(f"{issue.get_absolute_url()}{way}").content.decode().count(said) == 2
    frozen = json.loads(client.get(f"{issue.get_absolute_url()}report.json").content)
    assert frozen["services"][0]["lines"][0]["remedies"][0] | CREDIT == frozen["services"][0]["lines"][0]["remedies"][0]
    told = client.get(f"/api/v1/sla-reports/{issue.pk}").json()["remedies"]
    assert [(one["promise"], one["kind"], one["claim_until"]) for one in told] == [
        ("availability", "credit_percent", "2027-01-09")
    ]


def test_a_report_of_an_earlier_schema_is_drawn_without(agreement: Any, down: Any, calculated: Any) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 11))
    issue = calculated()
    for service in issue.figures["services"]:
        service.pop("remedies")
    issue.figures["definitions"] = "01.04"

    assert verdicts(issue, "en")["Availability"] == "× missed"
    with override("en"):
        assert "Remedies" not in dict(set_sheet(issue).definitions)
