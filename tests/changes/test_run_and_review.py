"""The pages on which a change is carried out, reviewed, standardised and paid off."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalogue.models import Service
from changes.models import Change, StandardTemplate, Step
from incidents import services as raising
from itsm.people.models import Person
from itsm.records.models import Link
from tests.changes.conftest import HOUR, REVIEW, WINDOW, Walk
from tests.changes.test_pages import client_of, text, typed
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


# ---- the run --------------------------------------------------------------------------------
def test_a_step_is_done_with_evidence_on_the_phone(walk: Walk, implementer: Person) -> None:
    change = walk("implementing")
    step = change.steps.filter(path="plan").first()
    client = client_of(implementer)

    page = text(client.get(f"/changes/{change.number}/run/"))
    assert "/do/back_out" in page
    answer = client.post(
        f"/changes/{change.number}/run/{step.pk}/",
        {"state": "done", "note": "已備份", "evidence": SimpleUploadedFile("log.txt", b"ok")},
    )

    step = Step.objects.get(pk=step.pk)
    assert answer.status_code == 303
    assert step.evidence is not None
    assert (step.state, step.note, step.evidence.name) == ("done", "已備份", "log.txt")


def test_a_failure_without_words_is_refused_on_the_page(walk: Walk, implementer: Person) -> None:
    change = walk("implementing")
    step = change.steps.filter(path="plan").first()

    page = client_of(implementer).post(f"/changes/{change.number}/run/{step.pk}/", {"state": "failed"})

    assert page.status_code == 422
    assert "Say what happened." in text(page)


def test_others_mark_nothing(walk: Walk, change_manager: Person) -> None:
    change = walk("implementing")
    step = change.steps.filter(path="plan").first()

    page = client_of(change_manager).post(f"/changes/{change.number}/run/{step.pk}/", {"state": "done"})

    assert page.status_code == 403
    assert Step.objects.get(pk=step.pk).state == "open"


def test_steps_are_written_and_taken_out_and_the_window_extended(walk: Walk, change_manager: Person) -> None:
    change = walk("scheduled")
    client = client_of(change_manager)
    here = f"/changes/{change.number}/run/"

    client.post(f"{here}add/", {"title": "通知", "minutes": "5", "kind": "notice", "path": "plan"})
    made = Step.objects.get(title="通知")
    assert (made.kind, made.place, made.planned_minutes) == ("notice", 3, 5)
    assert client.post(f"{here}add/", {"title": "", "minutes": "x"}).status_code == 422
    client.post(f"{here}{made.pk}/remove/")
    assert not Step.objects.filter(pk=made.pk).exists()

    assert client.post(f"{here}extend/", {"until": "never", "reason": "x"}).status_code == 422
    assert client.post(f"{here}extend/", {"until": "2026-11-23T15:00", "reason": "備份久"}).status_code == 303
    assert Change.objects.get().window_end == WINDOW["window_end"] + HOUR


# ---- the review -----------------------------------------------------------------------------
def test_the_review_is_filled_with_facts(
    walk: Walk, change_manager: Person, requester: Person, service: Service
) -> None:
    change = walk("post_review", expected_downtime_min=20)
    near = raising.raise_incident(
        by=requester, requester=requester, title="變慢", service=service, at=change.actual_end + HOUR
    )
    client = client_of(change_manager)

    page = text(client.get(f"/changes/{change.number}/pir/"))
    assert str(near.number) in page
    assert "Downtime 60 of 20 planned minutes." in page
    client.post(f"/changes/{change.number}/pir/blame/", {"incident": near.number})
    client.post(f"/changes/{change.number}/pir/", REVIEW)

    change = Change.objects.get()
    assert (change.lessons, change.pir_met, change.state) == ("順利", "yes", "post_review")
    assert Link.objects.get(source=near.pk, target=change.pk).kind == "caused_by_change"


# ---- standard changes, debts, what nobody authorised ----------------------------------------
def test_a_template_is_proposed_and_approved_by_somebody_else(
    walk: Walk, engineer: Person, board_member: Person
) -> None:
    closed = walk("closed")
    client = client_of(engineer)
    data = {"code": "pool-size", "name": "加大連線池", "steps": "備份 (5)", "backout_plan": "還原", "max_minutes": "60",
            "proof": closed.number}  # fmt: skip

    assert closed.title in text(client.get("/changes/standard/new/", {"like": closed.number}))
    assert client.post("/changes/standard/new/", data).status_code == 303
    assert "Somebody else approves" in text(client.get("/changes/standard/pool-size/"))

    until = (date.today() + timedelta(days=90)).isoformat()  # noqa: DTZ011  # the page asks the clock as well
    page = client_of(board_member).post("/changes/standard/pool-size/", {"act": "approve", "valid_until": until})
    assert page.status_code == 422
    assert "Name 3 earlier changes" in text(page)


def test_the_catalogue_shows_uses_failures_and_the_sign_of_suspension(
    template: StandardTemplate, change_manager: Person
) -> None:
    StandardTemplate.objects.update(suspended_at=MONDAY, suspended_reason="兩次失敗")

    page = text(client_of(change_manager).get("/changes/standard/"))

    assert "Suspended" in page
    assert "兩次失敗" in page


def test_the_board_of_debts_shows_who_owes(emergency: Walk, change_manager: Person) -> None:
    owed = emergency("retro_documentation")

    page = text(client_of(change_manager).get("/changes/debts/"))

    assert owed.number in page
    assert "鄭執行" in page


def test_owed_forms_are_written_on_the_form_and_then_moved_on(emergency: Walk, implementer: Person) -> None:
    owed = emergency("retro_documentation")
    client = client_of(implementer)

    assert "overdue" in text(client.get(f"/changes/{owed.number}/")) or "owed until" in text(
        client.get(f"/changes/{owed.number}/")
    )
    answer = client.post(f"/changes/{owed.number}/edit/", typed(test_result="通過", then="save"))
    assert answer.status_code == 303, text(answer)
    answer = client.get(f"/t/{owed.number}/do/complete_retro_forms")

    assert "壓力測試" in text(answer)


def test_what_nobody_authorised_is_reported(engineer: Person) -> None:
    client = client_of(engineer)

    assert client.post("/changes/unauthorised/", {"title": "規則被改"}).status_code == 422
    data = {"title": "規則被改", "description": "規則 12 開放", "found_how": "稽核"}
    assert client.post("/changes/unauthorised/", data).status_code == 303
    assert Change.objects.get().is_unauthorised
