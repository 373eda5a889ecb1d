"""Both example rows of the slides stand on the page and on paper as the slides print them, in either language."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from itsm.demo import agreement_data as told
from itsm.desk.agreements.printing import printed
from itsm.records.refusals import Objected
from sla.agreement_page import shown
from tests.agreements.conftest import Draft, clock_promise, sheet

HEADS = ["服務名稱", "服務項目（含資源）", "可用率", "回應時間", "報表", "持續性", "定期維護", "備註"]
BESIDE = "天然災害不可抗力、固網通信障礙、其他無法掌控之突發意外不在此限"
SLIDES = [
    [
        ["1.電力", "2.空調"], "電力及空調 99.9%以上", "參閱事故管理程序書之事故層報機制", "無", "氣冷+水冷空調；雙外電及發電機",
        "發電機：每月\nUPS：每半年\n空調：每季\n門禁：每月\n消防：每半年\n環控：每月", BESIDE,
    ],
    [
        ["1.系統功能更新", "2.電話與電子郵件諮詢", "3.現場技術支援"], "98%以上", "參閱事故管理程序書之事故層報機制",
        "依權限提供報表檔案於系統下載",
        "分公司異地備援六小時內啟用；不含兩地同時失效", "每月一次約1小時，週一18:00-20:00；硬體更新致中斷者一週前公告", BESIDE,
    ],
]  # fmt: skip


@pytest.fixture
def slides(draft: Draft) -> Any:
    """An agreement with the rows of the demo."""
    items = [{"name_zh": "電力", "name_en": "Power"}, {"name_zh": "空調", "name_en": "Cooling"}]
    rows = [told.MACHINE_ROOM | {"service": "documents", "items": items}, told.DOCUMENTS]
    remedies = [
        {
            "trigger_zh": "未達成",
            "trigger_en": "Missed",
            "kind": "credit_percent",
            "amount": "5",
            "cap": "20",
            "claim_days": 30,
        }
    ]
    return draft(sheet(rows=rows, exclusions=told.EXCLUSIONS, remedies=remedies))


def test_the_rows_are_those_of_the_slides(slides: Any) -> None:
    with translation.override("zh-hant"):
        found = shown(slides.editions.get(), at=timezone.now())

    assert found["heads"] == HEADS
    assert [[row["items"], *row["texts"]] for row in found["table"]] == SLIDES
    assert found["remedied"] == ["未達成：折抵費用 5%，上限 20%，須於 30 日內提出"]


def test_every_cell_of_the_slides_has_its_english_words(slides: Any) -> None:
    with translation.override("en"):
        found = shown(slides.editions.get(), at=timezone.now())

    said = [word for row in found["table"] for word in [*row["items"], *row["texts"]]]
    assert len(said) == sum(len(row[0]) + 6 for row in SLIDES)
    assert all(word and word.isascii() for word in said), said
    assert found["table"][0]["items"] == ["1. Power", "2. Cooling"]
    assert found["remedied"] == ["Missed: credit 5%, at most 20%, to be claimed within 30 days"]


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_it_is_printed_in_either_language(slides: Any, language: str) -> None:
    with translation.override(language):
        paper = printed(slides, slides.editions.get())

    assert paper.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hant", ["", "每月、系統下載、可閱讀者：服務負責人、服務等級管理流程負責人"]),
        ("en", ["", "every month, download in the system, read by Service owner, Service level manager"]),
    ],
)
def test_the_page_says_how_a_report_comes_and_who_reads_it(slides: Any, language: str, said: list[str]) -> None:
    with translation.override(language):
        found = shown(slides.editions.get(), at=timezone.now())

        assert [one["report"] for one in found["promised"]] == said


def test_what_is_held_against_availability_leads_to_where_it_is_reckoned(draft: Draft) -> None:
    promises = (
        {"metric": "availability", "value": "98"},
        {"metric": "downtime", "seconds": 7200},
        clock_promise("response", 60),
    )
    found = shown(draft(sheet("documents", *promises)).editions.get(), at=timezone.now())

    led = {line["promise"].metric: line["elsewhere"] for one in found["promised"] for line in one["lines"]}
    there = "/reports/availability/documents/"
    assert led == {"availability": there, "downtime": there, "response": ""}


def test_what_lies_behind_continuity_and_response_is_kept_apart(slides: Any) -> None:
    power, documents = slides.editions.get().rows.all()

    assert (power.continuity_zh, power.safeguards_zh.splitlines()) == ("", ["氣冷+水冷空調", "雙外電及發電機"])
    assert (documents.continuity_exclusions_zh, documents.rto_seconds) == ("不含兩地同時失效", 6 * 3600)
    assert {row.procedure_zh for row in (power, documents)} == {"事故管理程序書"}


def test_procedures_and_documents_lead_to_where_they_lie(draft: Draft, slm: Any, client: Client) -> None:
    contents = sheet(documents=[{"title_zh": "附件一 服務範圍", "url": "https://docs.example.org/annex"}])
    contents["rows"][0] |= {"procedure_zh": "事故管理程序書", "procedure_url": "https://docs.example.org/incidents"}
    made = draft(contents)
    client.force_login(slm)

    page = client.get(f"/agreements/{made.number}/").content.decode()

    assert '<a href="https://docs.example.org/incidents" rel="noopener noreferrer">事故管理程序書</a>' in page
    assert '<a href="https://docs.example.org/annex" rel="noopener noreferrer">附件一 服務範圍</a>' in page
    with translation.override("zh-hant"):
        assert printed(made, made.editions.get()).startswith(b"%PDF")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "nowhere"])
def test_an_address_that_is_none_is_refused(draft: Draft, url: str) -> None:
    with pytest.raises(Objected) as refused:
        draft(sheet(documents=[{"title_zh": "附件", "url": url}]))

    assert set(refused.value.fields) == {"documents.0.url"}
