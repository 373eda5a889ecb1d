"""The limits of the workload are filled in on the form of a draft, told on its page, and compared in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from changes.models import Change
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from sla import agreement_sheet, agreement_writing
from sla.models import ServiceAgreement
from sla.workload import limit_words
from tests.agreements.conftest import Draft, sheet
from tests.agreements.test_pages import As, body, page, signed_in
from tests.agreements.test_refusals import summary
from tests.fixtures import MONDAY

__all__ = ("signed_in",)

CASES = {"metric": "cases", "most": 800, "per": "month"}
COURSES = {"metric": "教育訓練場次", "most": 4, "per": "year"}


def limit(place: int = 0, **more: str) -> dict[str, str]:
    """Give a limit as a browser sends it."""
    usual = {"metric": "cases", "words": "", "most": "800", "per": "month"} | more
    return {f"workload-{place}-{name}": value for name, value in usual.items()}


def form(*limits: dict[str, str], begun: int = 0, **more: str) -> dict[str, str]:
    """Give the form of a head with limits, of which so many stood there."""
    counted = {"workload-TOTAL_FORMS": str(len(limits)), "workload-INITIAL_FORMS": str(begun)}
    return body(**{name: value for one in (counted, more, *limits) for name, value in one.items()})


def kept(made: ServiceAgreement) -> Any:
    return made.editions.get().workload


def test_limits_are_written_with_a_draft_and_told_on_its_page(slm: Person, signed_in: As) -> None:
    client = signed_in(slm)

    sent = client.post(
        "/agreements/new/", form(limit(), limit(1, metric="other", words="教育訓練場次", most="4", per="year"))
    )

    assert sent.status_code == 303, sent.content.decode()
    made = ServiceAgreement.objects.get()
    assert kept(made) == [CASES, COURSES]
    shown = page(client, f"/agreements/{made.number}/")
    assert "案件：每月至多 800" in shown
    assert "教育訓練場次：每年至多 4" in shown


def test_they_are_changed_and_taken_out_and_what_nobody_touched_stays(draft: Draft, slm: Person, signed_in: As) -> None:
    made, client = draft(sheet() | {"workload": [CASES, COURSES]}), signed_in(slm)
    shown = page(client, f"/agreements/{made.number}/edit/")
    assert 'value="教育訓練場次"' in shown
    assert 'value="800"' in shown

    gone = limit(1, metric="other", words="教育訓練場次", most="4", per="year") | {"workload-1-DELETE": "on"}
    given = form(limit(most="600"), gone, begun=2, **{"body-workload_zh": "每月 500 件以內"})
    sent = client.post(f"/agreements/{made.number}/edit/", given)

    assert sent.status_code == 303, sent.content.decode()
    assert kept(made) == [CASES | {"most": 600}]


def test_what_rest_wrote_in_its_own_words_survives_the_form(draft: Draft, slm: Person, signed_in: As) -> None:
    own = {"metric": "printed pages", "most": 9, "per": "fortnight"}
    made, client = draft(sheet() | {"workload": [own]}), signed_in(slm)

    given = form(limit(metric="other", words="printed pages", most="9", per="fortnight"), begun=1)
    sent = client.post(f"/agreements/{made.number}/edit/", given)

    assert sent.status_code == 303, sent.content.decode()
    assert kept(made) == [own]


@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"most": ""}, "most", ""), ({"most": "-1"}, "most", "0"), ({"most": "many"}, "most", ""), ({"per": ""}, "per", ""),
        ({"metric": ""}, "metric", ""), ({"metric": "other"}, "words", "請以文字說明限制的項目。"),
        ({"words": "場次"}, "words", "以文字命名項目時請選「其他」"), ({"most": "99999999999"}, "most", "2147483647"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    draft: Draft, slm: Person, signed_in: As, given: dict[str, str], field: str, sentence: str
) -> None:
    made = draft(sheet() | {"workload": [CASES]})
    sent = form(limit(), limit(1, metric="visits", most="12", per="quarter") | limit(1, **given), begun=1)

    answer = signed_in(slm).post(f"/agreements/{made.number}/edit/", sent)

    said = summary(answer)
    assert f'href="#id_workload-1-{field}"' in said
    shown = answer.content.decode()
    assert sentence in shown
    for name in given:
        assert given[name] in shown
    assert kept(made) == [CASES]


@pytest.mark.parametrize("interface", ["html", "api"])
def test_the_same_limit_twice_is_refused(interface: str, draft: Draft, slm: Person, signed_in: As) -> None:
    made, client = draft(sheet() | {"workload": [CASES]}), signed_in(slm)

    if interface == "html":
        answer = client.post(f"/agreements/{made.number}/edit/", form(limit(), limit(1, most="600"), begun=1))
    else:
        given = {"contents": {"workload": [CASES, CASES | {"most": 600}]}}
        seen = {"If-Match": f'"{made.version}"'}
        path = f"/api/v1/agreements/{made.number}"
        answer = client.patch(path, json.dumps(given), content_type="application/json", headers=seen)

    assert answer.status_code == 422
    assert "案件 每月 重複：請只填一次。" in answer.content.decode()
    assert kept(made) == [CASES]


def test_what_was_signed_with_the_same_limit_twice_can_still_be_revised(
    put_in_force: Draft, draft: Draft, slm: Person, authorised: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:  # from before it was refused
        earlier.setattr("sla.workload.faults", lambda rows: {})
        made = put_in_force(sheet() | {"workload": [CASES, CASES | {"most": 600}]})

    made = perform(made, "revise", by=slm, at=MONDAY, change=authorised)

    copied = made.editions.drafts().get()
    assert copied.workload == [CASES, CASES | {"most": 600}]
    with pytest.raises(Objected, match="重複"):
        agreement_writing.change(made, by=slm, sheet=agreement_sheet.read(copied), at=MONDAY)


def test_versions_compare_limits_in_words(put_in_force: Draft, slm: Person, authorised: Change, signed_in: As) -> None:
    made = perform(put_in_force(sheet() | {"workload": [CASES]}), "revise", by=slm, at=MONDAY, change=authorised)
    agreement_writing.change(made, by=slm, sheet=sheet() | {"workload": [CASES | {"most": 600}]}, at=MONDAY)

    shown = page(signed_in(slm), f"/agreements/{made.number}/versions/")

    assert "<del>案件：每月至多 800</del>" in shown
    assert "<ins>案件：每月至多 600</ins>" in shown


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (CASES, "案件：每月至多 800", "cases: at most 800 a month"),
        ({"metric": "visits", "most": 12, "per": "year"}, "到場次數：每年至多 12", "visits on site: at most 12 a year"),
        (COURSES, "教育訓練場次：每年至多 4", "教育訓練場次: at most 4 a year"),
    ],
)
def test_a_limit_is_said_in_words(given: dict[str, Any], zh: str, en: str) -> None:
    with translation.override("zh-hant"):
        assert limit_words(given) == zh
    with translation.override("en"):
        assert limit_words(given) == en


def test_the_paper_tells_them(draft: Draft, slm: Person) -> None:
    from itsm.desk.agreements.printing import printed
    from tests.pdfs import pages_of

    made = draft(sheet() | {"workload": [CASES]})
    with translation.override("en"):
        written = printed(made, made.editions.get())

    assert "cases:atmost800amonth" in "".join(pages_of(written))
