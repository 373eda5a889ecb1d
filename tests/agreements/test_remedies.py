"""Remedies are agreed so that figures can decide them: by a missed target or a band; forms, REST, page and paper say when."""

import json
from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from itsm.people.models import Person
from itsm.records.refusals import Objected
from sla import agreement_differences, agreement_seal, agreement_sheet
from sla.agreement_page import shown
from sla.models import Remedy, ServiceAgreement
from tests.agreements.conftest import Draft, sheet
from tests.agreements.test_api import call as call
from tests.agreements.test_pages import body, page
from tests.agreements.test_pages import signed_in as signed_in

CREDIT = {
    "basis": "missed",
    "metric": "availability",
    "kind": "credit_percent",
    "amount": "5",
    "cap": "20",
    "claim_days": 30,
}
BAND = {
    "basis": "band",
    "metric": "availability",
    "band_from": "95",
    "band_below": "98",
    "kind": "credit_percent",
    "amount": "10",
}


@pytest.mark.parametrize(
    ("remedy", "zh", "en"),
    [
        (CREDIT, "可用率未達目標：折抵費用 5%，上限 20%，須於 30 日內提出",
         "Availability: target missed: credit 5%, at most 20%, to be claimed within 30 days"),
        (BAND, "可用率 95% 以上未滿 98%：折抵費用 10%", "Availability from 95% to below 98%: credit 10%"),
        (BAND | {"band_from": None}, "可用率低於 98%：折抵費用 10%", "Availability below 98%: credit 10%"),
        ({"basis": "missed", "kind": "apology"}, "任一目標未達成：致歉", "any target missed: apology"),
        (CREDIT | {"service": "documents", "trigger_zh": "停機過久", "trigger_en": "Down for too long", "cap": None, "claim_days": None},
         "停機過久（電子公文資訊服務，可用率未達目標）：折抵費用 5%",
         "Down for too long (Electronic documents, Availability: target missed): credit 5%"),
    ],
)  # fmt: skip
def test_page_and_paper_say_when_it_is_owed(draft: Draft, remedy: dict[str, Any], zh: str, en: str) -> None:
    edition = draft(sheet(remedies=[remedy])).editions.get()

    for language, said in (("zh-hant", zh), ("en", en)):
        with translation.override(language):
            assert shown(edition, at=timezone.now())["remedied"] == [said]


@pytest.mark.parametrize(
    "remedy",
    [
        {"kind": "apology"},
        BAND | {"metric": ""},
        BAND | {"metric": "csat"},
        BAND | {"band_below": None},
        BAND | {"band_from": "98"},
        BAND | {"band_below": "101"},
        CREDIT | {"metric": "speed"},
        CREDIT | {"service": "nowhere"},
    ],
)
def test_what_nothing_can_decide_is_refused(draft: Draft, remedy: dict[str, Any]) -> None:
    with pytest.raises(Objected) as refused:
        draft(sheet(remedies=[remedy]))

    assert any(place.startswith("remedies.0") for place in refused.value.fields)


def test_it_is_filled_in_without_javascript(slm: Person, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(slm)
    given = {
        "basis": "band",
        "metric": "availability",
        "band_below": "98",
        "kind": "credit_percent",
        "amount": "10",
        "claim_days": "14",
    }

    def post(**more: str) -> Any:
        filled = {f"remedy-0-{name}": value for name, value in (given | more).items()}
        return client.post("/agreements/new/", body(**{"remedy-TOTAL_FORMS": "1"} | filled))

    wrong = post(metric="")
    assert wrong.status_code == 422
    assert "區間須指定以比率計算之項目" in wrong.content.decode()
    assert 'value="14"' in wrong.content.decode()

    assert post().status_code == 303
    kept = Remedy.objects.get()
    assert (kept.basis, kept.metric, kept.band_from, kept.claim_days) == ("band", "availability", None, 14)
    assert kept.band_below == Decimal(98)
    made = ServiceAgreement.objects.get()
    assert "可用率低於 98%：折抵費用 10%" in page(client, f"/agreements/{made.number}/")
    assert 'value="98.0000"' in page(client, f"/agreements/{made.number}/edit/")


def test_it_is_written_over_rest_and_read_as_it_was_written(draft: Draft, slm: Person, call: Any) -> None:
    made = draft()
    read = call(slm, "GET", f"agreements/{made.number}")
    contents = read.json()["editions"][0]["contents"] | {"remedies": [CREDIT | {"service": "documents"}]}

    saved = call(slm, "PATCH", f"agreements/{made.number}", {"contents": contents}, **{"If-Match": read["ETag"]})

    (kept,) = saved.json()["editions"][0]["contents"]["remedies"]
    assert kept | CREDIT | {"service": "documents"} == kept
    refused = call(slm, "POST", "agreements", {"title": "x", "contents": {"remedies": [BAND | {"metric": ""}]}})
    assert refused.status_code == 422
    assert "remedies.0" in refused.content.decode()


def test_two_editions_tell_what_of_a_remedy_differs() -> None:
    old = {name: None for name in agreement_sheet.CLOSING["remedies"][1]} | CREDIT
    new = old | {"amount": "8"}

    found = agreement_differences.differences({"remedies": [old]}, {"remedies": [new]})

    assert [(before, after) for _name, before, after in found] == [("5", "8")]


def test_the_seal_of_an_edition_of_words_alone_is_as_it_was_before(draft: Draft) -> None:
    edition = draft(sheet(remedies=[{"trigger_zh": "未達成", "kind": "apology"}])).editions.get()
    read = agreement_sheet.read(edition)
    contents = {name: value for name, value in read.items() if name not in agreement_seal.SET_LATER}
    first = ("trigger_zh", "trigger_en", "kind", "amount", "cap", "claim_needed", "claim_days")
    del contents["documents"]
    late = ("safeguards", "continuity_exclusions", "procedure")
    contents["rows"] = [
        {name: value for name, value in row.items() if not name.startswith(late)} for row in contents["rows"]
    ]
    for promise in (one for row in contents["rows"] for one in row["promises"]):
        del promise["mode"]
    contents["remedies"] = [{name: one[name] for name in first} for one in contents["remedies"]]
    told = {
        "number": edition.agreement.number, "type": "sla", "edition": "01.00", "provider": "it", "provider_team": None,
        "consumer": edition.agreement.consumer.code, "consumer_team": None, "contents": contents,
    }  # fmt: skip
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    assert agreement_seal.digest_of(edition) == sha256(text.encode()).hexdigest()


def test_the_seal_holds_what_decides_a_remedy(draft: Draft) -> None:
    edition = draft(sheet(remedies=[CREDIT])).editions.get()
    before = agreement_seal.digest_of(edition)

    Remedy.objects.update(metric="response")

    assert agreement_seal.digest_of(edition) != before
