"""The pages of changes: what they show, whom they let in, and that they do what the services do."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import Service
from changes.asks import QUESTIONS
from changes.models import Change, StandardTemplate
from incidents import services as raising
from itsm.people.models import Person
from itsm.records.models import Link
from itsm.records.perform import perform
from tests.changes.conftest import RFC, WINDOW, Walk
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def client_of(person: Person) -> Client:
    """A client of somebody who reads English."""
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def text(response: Any) -> str:
    """Give the page as text."""
    return str(response.content.decode())


def typed(**more: Any) -> dict[str, Any]:
    """What a requester types into the form."""
    texts = {name: value for name, value in RFC.items() if isinstance(value, str)}
    times = {"window_start": "2026-11-23T12:00", "window_end": "2026-11-23T14:00"}
    return (
        {"kind": "normal", "title": "加大連線池", "description": "50 改為 100"}
        | texts
        | times
        | dict.fromkeys(QUESTIONS, "1")
        | more
    )


# ---- the list -------------------------------------------------------------------------------
def test_the_list_shows_class_window_risk_and_conflicts(
    walk: Walk, change_manager: Person, drafted: Walk, implementer: Person
) -> None:
    change = walk("scheduled")
    other = drafted(title="同時段", implementer=implementer, **WINDOW)

    page = text(client_of(change_manager).get("/changes/"))

    assert change.number in page
    assert other.number in page
    assert "1 conflict" in page
    assert "minor" in page


@pytest.mark.parametrize("view", ["open", "mine", "decide", "scheduled", "running", "owed", "unauthorised", "done"])
def test_each_view_answers(walk: Walk, change_manager: Person, view: str) -> None:
    walk("scheduled")

    page = client_of(change_manager).get("/changes/", {"view": view, "class": "minor", "q": "連線"})

    assert page.status_code == 200


def test_requesters_of_the_portal_see_none_of_it(requester: Person, walk: Walk) -> None:
    change = walk("scheduled")
    client = client_of(requester)

    for path in ("/changes/", "/changes/new/", "/changes/standard/", "/changes/debts/", "/changes/unauthorised/"):
        assert client.get(path).status_code == 403
    for path in ("impact", "approvals", "run", "pir", "edit"):
        assert client.get(f"/changes/{change.number}/{path}/").status_code == 404


def test_the_number_of_another_case_is_no_change(change_manager: Person, requester: Person, service: Service) -> None:
    incident = raising.raise_incident(by=requester, requester=requester, title="公文 502", service=service, at=MONDAY)
    client = client_of(change_manager)

    for path in ("impact", "approvals", "run", "pir", "edit"):
        assert client.get(f"/changes/{incident.number}/{path}/").status_code == 404


def test_statements_do_not_grow_with_the_rows(
    drafted: Walk, change_manager: Person, django_assert_num_queries: Any, implementer: Person
) -> None:
    client = client_of(change_manager)

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            client.get("/changes/")
        return len(seen)

    drafted(implementer=implementer, **WINDOW)
    client.get("/changes/")
    few = count()
    for _one in range(6):
        drafted(implementer=implementer, **WINDOW)
    assert count() == few


# ---- the form -------------------------------------------------------------------------------
def test_a_request_is_written_and_submitted(engineer: Person, service: Service) -> None:
    page = client_of(engineer).post("/changes/new/", typed(service="documents", then="submit", services=["documents"]))

    change = Change.objects.get()
    assert page.status_code == 303, text(page)
    assert (change.state, change.plan.splitlines()[0], change.service) == ("submitted", "1. 備份設定 (5)", service)
    assert change.risk_answers == dict.fromkeys(QUESTIONS, 1)
    assert list(change.affected_services.all()) == [service]


def test_what_nobody_has_ticked_is_not_ticked(drafted: Walk, engineer: Person) -> None:
    change = drafted(class_basis=["cost"])

    page = text(client_of(engineer).get(f"/changes/{change.number}/edit/"))

    ticked = [name for name in ("backout_tested", "requires_release", "trigger_cost") if _is_ticked(page, name)]
    assert ticked == ["trigger_cost"]


def _is_ticked(page: str, name: str) -> bool:
    box = page[page.index(f'name="{name}"') :]
    return "checked" in box[: box.index(">")]


def test_what_is_missing_is_said_and_the_draft_is_kept(engineer: Person, service: Service) -> None:
    client = client_of(engineer)
    page = client.post("/changes/new/", typed(plan="", then="submit"))

    change = Change.objects.get()
    assert page.status_code == 422
    assert "RFC form is incomplete." in text(page)
    assert f"/changes/{change.number}/edit/" in text(page)
    assert (change.state, change.justification) == ("draft", "連線池不足")


def test_an_item_that_is_not_there_loses_nothing(engineer: Person) -> None:
    page = text(client_of(engineer).post("/changes/new/", typed(items="CI-000000-00000", then="save")))

    assert "There is no configuration item" in page
    assert "連線池不足" in page
    assert not Change.objects.exists()


def test_the_panel_says_class_rules_and_what_is_missing(engineer: Person, service: Service) -> None:
    page = text(client_of(engineer).post("/changes/look/", typed(trigger_security="on", plan="", backout_plan="")))

    assert 'data-class="major"' in page
    assert "Security architecture or personal data" in page
    assert "Implementation plan" in page
    assert "no back-out plan is written" in page


def test_from_an_incident_the_form_is_filled_in_and_linked(
    engineer: Person, requester: Person, service: Service, network_team: Any
) -> None:
    incident = raising.raise_incident(by=requester, requester=requester, title="公文 502", service=service, at=MONDAY)
    incident.team = network_team
    incident.save()
    client = client_of(engineer)

    assert "公文 502" in text(client.get("/changes/new/", {"from": str(incident.number)}))
    client.post(f"/changes/new/?from={incident.number}", typed(then="save"))

    change = Change.objects.get()
    assert Link.objects.get(source=change.pk, target=incident.pk).kind == "fixes_incident"


def test_a_similar_change_is_copied_without_its_window(walk: Walk, engineer: Person) -> None:
    closed = walk("closed")

    page = text(client_of(engineer).get("/changes/new/", {"like": closed.number}))

    assert "調整參數" in page
    assert 'name="window_start" value="2' not in page


def test_an_edit_writes_only_what_was_altered(drafted: Walk, engineer: Person) -> None:
    change = drafted(plan="一", justification="二")
    client = client_of(engineer)
    Change.objects.filter(pk=change.pk).update(justification="別人寫的")
    data = {"kind": "normal", "title": change.title, "description": change.description, "plan": "新計畫", "base_plan": "一",
            "justification": "二", "base_justification": "二", "version": "1", "then": "save"}  # fmt: skip

    answer = client.post(f"/changes/{change.number}/edit/", data)

    change = Change.objects.get()
    assert answer.status_code == 303, text(answer)
    assert (change.plan, change.justification) == ("新計畫", "別人寫的")


def test_what_is_authorised_is_not_edited_by_the_form(walk: Walk, change_manager: Person) -> None:
    change = walk("scheduled")

    page = client_of(change_manager).post(
        f"/changes/{change.number}/edit/", typed(plan="別的", base_plan="x", then="save")
    )

    assert page.status_code == 422
    assert "authorised as it is" in text(page)


def test_an_emergency_asks_for_one_line_each(engineer: Person, implementer: Person, service: Service) -> None:
    client = client_of(engineer)
    data = {"kind": "emergency", "title": "修補弱點", "justification": "弱點遭利用", "emergency_basis": "vulnerability",
            "impact_text": "短暫中斷", "backout_plan": "移除修補", "implementer": implementer.username, "then": "submit"}  # fmt: skip

    assert "no emergency" in text(client.get("/changes/new/?kind=emergency"))
    answer = client.post("/changes/new/?kind=emergency", data)

    assert answer.status_code == 303, text(answer)
    assert Change.objects.get().state == "emergency_authorization"


def test_a_standard_change_is_scheduled_at_once(
    engineer: Person, implementer: Person, template: StandardTemplate, service: Service
) -> None:
    StandardTemplate.objects.update(valid_until=date(2100, 1, 1))
    client = client_of(engineer)
    data = {"kind": "standard", "title": "調整連線池", "template": "pool", "implementer": implementer.username,
            "no_ci_reason": "參數", "window_start": "2030-01-07T10:00", "window_end": "2030-01-07T11:00", "then": "submit"}  # fmt: skip

    assert "調整連線池 (120 min)" in text(client.get("/changes/new/?kind=standard&template=pool"))
    answer = client.post("/changes/new/?kind=standard", data)

    assert answer.status_code == 303, text(answer)
    change = Change.objects.get()
    assert (change.state, change.change_class, change.steps.count()) == ("scheduled", "standard", 3)


# ---- the change's pages ---------------------------------------------------------------------
def test_the_page_shows_the_request_and_its_tabs(walk: Walk, change_manager: Person) -> None:
    change = walk("scheduled")

    page = text(client_of(change_manager).get(reverse("record:page", args=["changes", change.number])))

    for words in ("Risk and impact", "Approvals", "備份設定", "calculated", "Implementer"):
        assert words in page
    assert "Changed since it was approved" not in page


def test_the_page_says_what_was_altered_since(walk: Walk, change_manager: Person, service: Service) -> None:
    change = walk("scheduled")
    change.affected_services.add(service)

    for path in ("", "approvals/"):
        assert "Changed since it was approved" in text(
            client_of(change_manager).get(f"/changes/{change.number}/{path}")
        )


@pytest.mark.parametrize("path", ["impact", "approvals", "run", "pir"])
@pytest.mark.parametrize("state", ["draft", "implementation_review", "implementing", "post_review", "closed"])
def test_each_page_answers_in_each_state(walk: Walk, change_manager: Person, path: str, state: str) -> None:
    change = walk(state)

    assert client_of(change_manager).get(f"/changes/{change.number}/{path}/").status_code == 200


def test_the_approvals_name_who_decided_and_who_may(walk: Walk, change_manager: Person) -> None:
    change = walk("implementation_review")

    page = text(client_of(change_manager).get(f"/changes/{change.number}/approvals/"))

    assert "Classify as minor" in page
    assert "黃變更" in page


def test_nobody_left_to_decide_is_said(drafted: Walk, engineer: Person, board_member: Person) -> None:
    change = drafted(requester=board_member, asked_by=board_member)
    Change.objects.filter(pk=change.pk).update(implementer=engineer)
    change = perform(change, "submit", by=board_member, at=MONDAY, **RFC)

    page = text(client_of(board_member).get(f"/changes/{change.number}/"))

    assert "Nobody may decide on this change now" in page


def test_no_time_is_offered_for_what_was_carried_out_already(emergency: Any, implementer: Person) -> None:
    owed = emergency("retro_documentation")
    client = client_of(implementer)

    dialog, form = (
        text(client.get(path))
        for path in (f"/t/{owed.number}/do/complete_retro_forms", f"/changes/{owed.number}/edit/")
    )

    assert "window_start" in dialog
    assert "window_start" in form
    assert 'name="slot"' not in dialog + form
    assert "/slots/" not in dialog


@pytest.mark.parametrize("path", ["/changes/new/", "/changes/look/"])
@pytest.mark.parametrize("then", ["submit", "look"])
def test_a_standard_change_that_is_refused_keeps_what_was_typed(
    engineer: Person, implementer: Person, template: StandardTemplate, path: str, then: str
) -> None:
    given = {
        "kind": "standard", "title": "加大連線池", "template": template.code, "window_start": "2026-11-23T12:00",
        "window_end": "2026-11-23T11:00", "implementer": implementer.username, "then": then,
    }  # fmt: skip

    answer = client_of(engineer).post(path, given)

    assert answer.status_code in (200, 422)
    assert not Change.objects.exclude(state="draft").exists()
    if path == "/changes/new/":
        assert f'value="{template.code}" selected' in text(answer)
        assert 'value="2026-11-23T11:00' in text(answer)


@pytest.mark.parametrize("then", ["submit", "save"])
def test_a_draft_whose_window_ends_before_it_begins_is_refused(engineer: Person, service: Service, then: str) -> None:
    given = typed(window_end="2026-11-23T11:00", then=then)

    answer = client_of(engineer).post("/changes/new/", given)

    assert answer.status_code == 422
    assert "The window must end after it begins." in text(answer)
    assert "加大連線池" in text(answer)
    assert not Change.objects.exists()


def test_a_change_that_needs_a_release_leads_to_its_draft(
    engineer: Person, change_manager: Person, drafted: Walk
) -> None:
    change = drafted(requires_release=True)
    path = f"/releases/new/?change={change.number}"

    as_engineer, as_manager = (
        text(client_of(person).get(f"/changes/{change.number}/")) for person in (engineer, change_manager)
    )

    assert "This change needs a release." in as_engineer
    assert path not in as_engineer
    assert path in as_manager
    assert path not in text(client_of(change_manager).get(f"/changes/{drafted().number}/"))
