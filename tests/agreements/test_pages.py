"""The pages of agreements as people see and use them, in both languages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from changes.models import Change
from itsm.people.models import Person, Team
from itsm.records.perform import perform
from sla import agreement_writing
from sla.models import ServiceAgreement
from tests.agreements.conftest import DAY, SIGNED, Draft, clock_promise, sheet
from tests.fixtures import MONDAY

As = Callable[[Person], Client]


@pytest.fixture
def signed_in() -> As:
    """Sign somebody in."""

    def made(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return made


def page(client: Client, path: str) -> str:
    """Read a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def body(**more: str) -> dict[str, str]:
    """Give a form of a head as a browser sends it."""
    forms = {
        f"{name}-{part}": "0"
        for name in ("workload", "exclusion", "remedy", "document")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {
        "title": "電子公文 SLA", "type": "sla", "level": "service", "body-review_every_months": "12", "body-hours": "", **forms,
    } | more  # fmt: skip


def row(service: Any, **more: str) -> dict[str, str]:
    """Give a form of a row as a browser sends it."""
    forms = {f"{name}-{part}": "0" for name in ("item", "promise", "plan") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {"service": str(service.pk), "report_frequency": "none", "availability_zh": "98%以上", **forms} | more


def promise(**more: str) -> dict[str, str]:
    """Give one promise of a row as a browser sends it."""
    usual = {
        "metric": "resolution", "op": "le", "seconds": "4h", "per": "service", "combine": "all_items", "period": "month",
        "starts": "received", "stops": "usual", "pauses": "by_reason", "goal_percent": "95", "warn_at": "50, 75, 90",
    }  # fmt: skip
    return {"promise-TOTAL_FORMS": "1"} | {f"promise-0-{name}": value for name, value in (usual | more).items()}


def test_the_page_shows_the_eight_columns_and_who_signed(put_in_force: Draft, agent: Person, signed_in: As) -> None:
    made = put_in_force()

    shown = page(signed_in(agent), f"/agreements/{made.number}/")

    for head in ("服務名稱", "服務項目（含資源）", "可用率", "回應時間", "報表", "持續性", "定期維護", "備註"):
        assert f'<th scope="col">{head}</th>' in shown
    assert "98%以上" in shown
    assert "林館長" in shown
    assert "編輯" not in shown


def test_the_list_shows_what_is_in_force_and_hides_contracts_from_who_must_not_see_prices(
    put_in_force: Draft, agent: Person, slm: Person, signed_in: As
) -> None:
    made = put_in_force()
    contract = put_in_force(type="uc", consumer=None, level="corporate", title="供應者 UC")

    assert str(made.number) in page(signed_in(agent), "/agreements/")
    assert str(contract.number) not in page(signed_in(agent), "/agreements/")
    assert str(contract.number) in page(signed_in(slm), "/agreements/?type=uc")
    assert signed_in(agent).get(f"/agreements/{contract.number}/").status_code == 404


def test_requesters_are_kept_out(put_in_force: Draft, requester: Person, signed_in: As) -> None:
    made = put_in_force()

    for path in ("/agreements/", f"/agreements/{made.number}/versions/", f"/agreements/{made.number}/print/"):
        assert signed_in(requester).get(path).status_code == 403


def test_a_draft_is_written_with_a_row_and_its_promises(slm: Person, service: Any, signed_in: As) -> None:
    client = signed_in(slm)

    answer = client.post("/agreements/new/", body(**{"body-valid_from": "2026-12-01"}))
    made = ServiceAgreement.objects.get()
    assert answer.status_code == 303
    answer = client.post(f"/agreements/{made.number}/rows/new/", row(service, **promise(priority="1")))

    assert answer.status_code == 303, answer.content.decode()
    kept = made.editions.get().rows.get().promises.get()
    assert (kept.seconds, kept.priority, kept.warn_at) == (4 * 3600, 1, [50, 75, 90])
    shown = page(client, f"/agreements/{made.number}/")
    assert "4 小時" in shown
    assert "簽署前尚缺" in shown


def test_a_row_is_changed_and_taken_out(draft: Draft, slm: Person, service: Any, signed_in: As) -> None:
    made, client = draft(), signed_in(slm)

    assert "98%以上" in page(client, f"/agreements/{made.number}/rows/1/")
    client.post(f"/agreements/{made.number}/rows/1/", row(service, availability_zh="99%以上", **promise()))
    changed = made.editions.get().rows.get().availability_zh
    client.post(f"/agreements/{made.number}/rows/1/", row(service, remove="1"))

    assert changed == "99%以上"
    assert made.editions.get().rows.count() == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"seconds": "soon"}, "soon"),
        ({"seconds": ""}, "請填寫承諾時間"),
        ({"metric": "availability", "value": "101", "seconds": ""}, "可用率須大於 0"),
        ({"warn_at": "50, 101"}, "預警"),
    ],
)
def test_a_promise_that_cannot_be_kept_in_the_table_is_told_and_loses_nothing(
    draft: Draft, slm: Person, service: Any, signed_in: As, given: dict[str, str], said: str
) -> None:
    made = draft()

    answer = signed_in(slm).post(
        f"/agreements/{made.number}/rows/1/", row(service, availability_zh="99%以上", **promise(**given))
    )

    assert answer.status_code == 422
    assert "99%以上" in answer.content.decode()
    assert made.editions.get().rows.get().availability_zh == "98%以上"


def test_a_form_that_somebody_overtook_is_told(draft: Draft, slm: Person, service: Any, signed_in: As) -> None:
    made = draft()
    agreement_writing.change(made, by=slm, sheet=sheet())

    answer = signed_in(slm).post(f"/agreements/{made.number}/rows/1/", row(service, version="1", **promise()))

    assert answer.status_code == 422


def test_only_keepers_open_the_forms(draft: Draft, agent: Person, signed_in: As) -> None:
    made = draft()

    for path in ("/agreements/new/", f"/agreements/{made.number}/edit/", f"/agreements/{made.number}/rows/new/"):
        assert signed_in(agent).get(path).status_code == 403


def test_what_cannot_be_kept_stands_red_with_its_sentence(ola: Any, draft: Draft, slm: Person, signed_in: As) -> None:
    made = draft(sheet("documents", clock_promise("resolution", 4 * 3600, priority=2)))

    shown = page(signed_in(slm), f"/agreements/{made.number}/")

    assert 'data-tone="danger"' in shown
    assert "P2 解決承諾 4 小時" in shown
    assert ola.number in shown
    assert "無法達成" in page(signed_in(slm), "/agreements/")


def test_versions_show_what_differs(put_in_force: Draft, slm: Person, authorised: Change, signed_in: As) -> None:
    made = perform(put_in_force(), "revise", by=slm, at=MONDAY, change=authorised)
    contents = sheet("documents", clock_promise("resolution", 7200)) | {"workload_zh": "每月 600 件以內"}
    agreement_writing.change(made, by=slm, sheet=contents, at=MONDAY)

    shown = page(signed_in(slm), f"/agreements/{made.number}/versions/")

    assert "<del>每月 500 件以內</del>" in shown
    assert "<ins>每月 600 件以內</ins>" in shown
    assert str(authorised.number) in shown


def test_a_promise_that_changed_is_one_line_with_both_times_and_the_name_of_its_service(
    put_in_force: Draft, slm: Person, authorised: Change, service: Any, signed_in: As
) -> None:
    promised = sheet("documents", clock_promise("resolution", 7200, priority=3))
    made = perform(put_in_force(promised), "revise", by=slm, at=MONDAY, change=authorised)
    contents = sheet("documents", clock_promise("resolution", 3600, priority=3)) | {"valid_to": "2027-12-31"}
    agreement_writing.change(made, by=slm, sheet=contents, at=MONDAY)

    shown = page(signed_in(slm), f"/agreements/{made.number}/versions/")

    assert f"{service.name_zh} · 承諾 · 解決 P3 · 時間" in shown
    assert "<del>2 小時</del>" in shown
    assert "<ins>1 小時</ins>" in shown
    assert "<ins>2027/12/31 (五)</ins>" in shown


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_an_agreement_is_printed(put_in_force: Draft, agent: Person, signed_in: As, language: str) -> None:
    made = put_in_force()

    answer = signed_in(agent).get(f"/agreements/{made.number}/print/?language={language}")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_the_number_of_statements_does_not_grow_with_the_agreements(
    put_in_force: Draft, slm: Person, signed_in: As, django_assert_max_num_queries: Any
) -> None:
    put_in_force()
    client = signed_in(slm)
    page(client, "/agreements/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        page(client, "/agreements/")
    for number in range(3):
        team = Team.objects.create(code=f"t{number}", name_zh="組", tier=2)
        put_in_force(
            sheet("documents", clock_promise("handling", 60)), type="ola", consumer=None, level="corporate", provider_team=team,
            title=str(number),
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        page(client, "/agreements/")

    assert len(many) == len(one)


def test_the_sign_dialog_names_both_sides(draft: Draft, slm: Person, signed_in: As) -> None:
    made = perform(draft(), "open_negotiation", by=slm, at=MONDAY - DAY)
    client = signed_in(slm)

    assert "我方簽署人" in page(client, f"/t/{made.number}/do/sign")
    answer = client.post(f"/t/{made.number}/do/sign", {"provider_signer": slm.username, **SIGNED})
    made = ServiceAgreement.objects.get()

    assert (answer.status_code, made.state) == (303, "agreed")
    assert made.editions.get().signatories.count() == 2
    client.post(f"/t/{made.number}/do/activate", {"effective_on": date(2026, 11, 20).isoformat()})
    assert ServiceAgreement.objects.get().state == "active"


def test_a_case_shows_which_agreement_applies_and_why(
    put_in_force: Draft, agent: Person, requester: Person, service: Any, signed_in: As
) -> None:
    from incidents import services

    case = services.raise_incident(
        by=requester, requester=requester, title="x", service=service, team=service.support_team, at=MONDAY
    )
    client = signed_in(agent)
    before = page(client, f"/t/{case.number}/clocks/")
    made = put_in_force()

    after = page(client, f"/t/{case.number}/clocks/")

    assert "無適用之協議" in before
    assert f"/agreements/{made.number}/" in after


def test_documents_safeguards_and_procedure_are_filled_in(slm: Person, service: Any, signed_in: As) -> None:
    client = signed_in(slm)
    papers = {
        "document-TOTAL_FORMS": "1",
        "document-0-title_zh": "附件一",
        "document-0-url": "https://docs.example.org/1",
    }
    client.post("/agreements/new/", body(**papers))
    made = ServiceAgreement.objects.get()
    given = {
        "safeguards_zh": "備援電力\n備援空調",
        "continuity_exclusions_zh": "不含天災",
        "procedure_zh": "事故管理程序書",
    }

    answer = client.post(f"/agreements/{made.number}/rows/new/", row(service, **promise(), **given))

    assert answer.status_code == 303, answer.content.decode()
    shown = page(client, f"/agreements/{made.number}/")
    assert "備援電力；備援空調；不含天災" in shown
    assert "程序書：" in shown
    assert ">附件一</a>" in shown
