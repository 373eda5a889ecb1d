"""What is wrong in the forms of an agreement is said at the head of the page, in sentences, and nothing is lost."""

from typing import Any

import pytest
from django.db import models

from itsm.people.models import Person
from itsm.records.perform import perform
from sla.models import AgreementEdition, AgreementRow, MaintenancePlan, Promise, Remedy, ServiceAgreement
from tests.agreements.conftest import Draft
from tests.agreements.test_pages import As, body, promise, row, signed_in
from tests.fixtures import MONDAY

__all__ = ("signed_in",)

HEAD = '<div class="banner" data-tone="danger"'


def summary(answer: Any) -> str:
    """Read the summary of what is wrong."""
    assert answer.status_code == 422
    shown: str = answer.content.decode()
    assert shown.count(HEAD) == 1
    return shown.partition(HEAD)[2].partition("</ul>")[0]


@pytest.mark.parametrize("model", [AgreementEdition, AgreementRow, MaintenancePlan, Promise, Remedy, ServiceAgreement])
def test_every_rule_that_a_form_can_break_has_its_sentence(model: type[models.Model]) -> None:
    numbered = {"agreement_edition_two_digits"}  # nobody writes the number of an edition

    silent = [
        rule.name
        for rule in model._meta.constraints
        if isinstance(rule, models.CheckConstraint)
        and rule.violation_error_message == rule.default_violation_error_message
    ]

    assert not set(silent) - numbered


def test_dates_in_the_wrong_order_and_rare_reviews_are_said(slm: Person, signed_in: As) -> None:
    given = {"body-valid_from": "2026-12-31", "body-valid_to": "2026-12-01", "body-review_every_months": "0"}

    said = summary(signed_in(slm).post("/agreements/new/", body(**given)))

    assert "有 2 處" in said
    assert "結束日早於開始日。" in said
    assert "審查間隔為 1 至 60 個月。" in said


def test_a_fault_in_a_folded_part_is_named_at_the_head_of_the_page(slm: Person, signed_in: As) -> None:
    given = {"exclusion-TOTAL_FORMS": "1", "exclusion-0-code": "storm", "exclusion-0-effect": "both"}

    said = summary(signed_in(slm).post("/agreements/new/", body(**given)))

    assert 'href="#id_exclusion-0-text_zh"' in said


def test_a_fault_in_a_promise_is_named_at_the_head_of_the_page(
    draft: Draft, slm: Person, service: Any, signed_in: As
) -> None:
    made, client = draft(), signed_in(slm)

    said = summary(client.post(f"/agreements/{made.number}/rows/1/", row(service, **promise(seconds="soon"))))

    assert 'href="#id_promise-0-seconds"' in said


def test_the_same_promise_twice_is_said_and_not_stored(draft: Draft, slm: Person, service: Any, signed_in: As) -> None:
    made, client = draft(), signed_in(slm)
    one = promise(priority="1")
    two = {name.replace("-0-", "-1-"): value for name, value in one.items()} | {"promise-TOTAL_FORMS": "2"}

    said = summary(client.post(f"/agreements/{made.number}/rows/1/", row(service, **(one | two))))

    assert "解決 P1 重複：請只填一次。" in said
    assert made.editions.get().rows.get().promises.filter(priority=1).count() < 2


def test_the_same_exclusion_twice_is_said_and_not_stored(slm: Person, signed_in: As) -> None:
    given = {"exclusion-TOTAL_FORMS": "2"}
    for place in (0, 1):
        given |= {f"exclusion-{place}-{name}": "storm" for name in ("code", "text_zh")}
        given[f"exclusion-{place}-effect"] = "both"

    said = summary(signed_in(slm).post("/agreements/new/", body(**given)))

    assert "storm 重複" in said
    assert not ServiceAgreement.objects.exists()


def test_a_time_is_at_most_whatever_the_form_says(draft: Draft, slm: Person, service: Any, signed_in: As) -> None:
    made, client = draft(), signed_in(slm)

    client.post(f"/agreements/{made.number}/rows/1/", row(service, **promise(metric="longest_outage", op="ge")))

    assert made.editions.get().rows.get().promises.get().op == "le"


def test_what_was_filled_in_stays_open_when_something_else_is_wrong(
    draft: Draft, slm: Person, service: Any, signed_in: As
) -> None:
    made, client = draft(), signed_in(slm)
    given = row(service, **promise()) | {"report_frequency": "month"}

    shown = client.post(f"/agreements/{made.number}/rows/new/", given).content.decode()

    assert "請說明報表提供方式。" in shown
    assert shown.count('<details class="fold" open>') == 1


def test_who_drafts_owns_it_unless_somebody_else_is_named(slm: Person, signed_in: As) -> None:
    assert f'<option value="{slm.pk}" selected>' in signed_in(slm).get("/agreements/new/").content.decode()


def test_type_and_parties_of_the_next_version_cannot_be_chosen_anew(
    put_in_force: Draft, slm: Person, authorised: Any, signed_in: As
) -> None:
    made, client = put_in_force(), signed_in(slm)
    perform(made, "revise", by=slm, at=MONDAY, change=authorised)

    shown = client.get(f"/agreements/{made.number}/edit/").content.decode()
    client.post(f"/agreements/{made.number}/edit/", body(title="改名", level="corporate", consumer=""))

    assert "型別與雙方以簽署者為準。" in shown
    kept = ServiceAgreement.objects.get(pk=made.pk)
    assert (kept.title, kept.consumer_id, kept.level) == ("改名", made.consumer_id, made.level)


def test_what_is_sealed_is_not_offered_for_editing(draft: Draft, slm: Person, signed_in: As) -> None:
    made, client = draft(), signed_in(slm)
    made.editions.update(sealed_at=MONDAY, digest="0" * 64)

    for path in ("edit/", "rows/1/", "rows/new/"):
        assert client.get(f"/agreements/{made.number}/{path}").status_code == 403


def test_a_lone_end_of_a_window_is_said(draft: Draft, slm: Person, service: Any, signed_in: As) -> None:
    made, client = draft(), signed_in(slm)
    plan = {
        "plan-TOTAL_FORMS": "1", "plan-0-subject_zh": "UPS", "plan-0-interval": "month", "plan-0-duration_minutes": "0",
        "plan-0-notice_days": "7", "plan-0-window_start": "18:00",
    }  # fmt: skip

    said = summary(client.post(f"/agreements/{made.number}/rows/1/", row(service, **plan)))

    assert "偏好時段請填起訖，或都不填。" in said
    assert "維護時間為 1 分鐘至 7 天。" in said
