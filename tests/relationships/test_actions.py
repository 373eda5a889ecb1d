"""The register of actions: begun, done with evidence, put off, dropped; told when late; hidden where the complaint is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed, Objected
from relationships import action_register as register
from relationships import reminders
from relationships.survey_models import ImprovementAction
from tests.fixtures import MONDAY
from tests.relationships.conftest import Walk

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(MONDAY)
SOON = TODAY + timedelta(days=9)


@pytest.fixture
def action(walk: Walk, agent: Person, engineer: Person) -> Any:
    """What was decided after a complaint, given to an engineer."""
    handled = walk("processing")
    return register.agree(handled, text="增派一名值班", owner=engineer, due_on=SOON, by=agent, at=MONDAY)


def told(template: str) -> set[str]:
    """Name who was told by a template."""
    return set(Notification.objects.filter(template=template).values_list("person__username", flat=True))


def journal_of(action: Any) -> list[str]:
    """Name the lines about actions in the journal of the record that decided it."""
    rows = Event.objects.filter(record=action.record_id, name__endswith="action").order_by("pk")
    return list(rows.values_list("name", flat=True))


def test_an_action_of_a_complaint_goes_its_way_and_the_complaint_tells(
    action: Any, engineer: Person, agent: Person, client: Client
) -> None:
    assert told("action_given") == {engineer.username}
    register.start(action.pk, by=engineer, at=MONDAY)
    done = register.finish(action.pk, result="已排班", evidence="CHG-202611-00001", by=engineer, at=MONDAY)

    assert (done.state, done.done_at, done.evidence_url) == ("done", MONDAY, "/t/CHG-202611-00001")
    assert journal_of(action) == ["agree_action", "start_action", "finish_action"]
    client.force_login(agent)
    page = client.get(f"/complaints/{action.record.number}/").content.decode()
    assert "已排班" in page
    assert "/t/CHG-202611-00001" in page


@pytest.mark.parametrize(
    ("evidence", "url"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("javascript:alert(1)", ""),
        ("第 3 號會議紀錄", ""),
        ("", ""),
    ],
)
def test_only_addresses_and_numbers_become_links(action: Any, engineer: Person, evidence: str, url: str) -> None:
    assert register.finish(action.pk, result="好", evidence=evidence, by=engineer, at=MONDAY).evidence_url == url


def test_putting_off_needs_who_directs_a_reason_and_a_day_ahead(
    action: Any, engineer: Person, relations: Person
) -> None:
    later = SOON + timedelta(days=30)
    with pytest.raises(NotAllowed):
        register.postpone(action.pk, due_on=later, reason="忙", by=engineer, at=MONDAY)
    for due_on, reason in ((later, " "), (None, "忙"), (TODAY - timedelta(days=1), "忙")):
        with pytest.raises(Objected):
            register.postpone(action.pk, due_on=due_on, reason=reason, by=relations, at=MONDAY)
    moved = register.postpone(action.pk, due_on=later, reason="等預算", by=relations, at=MONDAY)

    assert (moved.due_on, moved.state) == (later, "planned")
    assert told("action_moved") == {engineer.username}
    assert Event.objects.get(record=action.record_id, name="postpone_action").reason == "等預算"


def test_what_is_dropped_says_why_and_has_ended(action: Any, engineer: Person, relations: Person) -> None:
    with pytest.raises(NotAllowed):
        register.drop(action.pk, reason="不做", by=engineer, at=MONDAY)
    dropped = register.drop(action.pk, reason="服務已退場", by=relations, at=MONDAY)

    assert (dropped.state, dropped.result) == ("dropped", "服務已退場")
    with pytest.raises(Objected):
        register.finish(action.pk, result="好", by=engineer, at=MONDAY)


def test_the_database_keeps_state_and_end_together(action: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ImprovementAction.objects.filter(pk=action.pk).update(state="done")


def test_a_week_late_the_owner_of_the_process_hears_of_it(action: Any, engineer: Person, relations: Person) -> None:
    morning = MONDAY.replace(hour=2)
    reminders.remind(at=morning + timedelta(days=10))
    assert (told("action_due"), told("action_late")) == ({engineer.username}, set())
    reminders.remind(at=morning + timedelta(days=16))

    assert told("action_late") == {relations.username}


def test_an_action_of_a_hidden_complaint_is_hidden_too(
    walk: Walk, agent: Person, engineer: Person, relations: Person, top: Person, client: Client
) -> None:
    from relationships.models import Complaint

    handled = walk("processing")
    made = register.agree(handled, text="調離窗口", owner=engineer, due_on=SOON, by=agent, at=MONDAY)
    Complaint.objects.filter(pk=handled.pk).update(kept_from=top, confidential=True)
    client.force_login(top)

    assert "調離窗口" not in client.get("/surveys/actions/").content.decode()
    assert client.post(f"/surveys/actions/{made.pk}/done/", {"act": "start"}).status_code == 404
    client.force_login(engineer)
    assert "調離窗口" in client.get("/surveys/actions/").content.decode()


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"act": "start"}, "doing"), ({"act": "finish", "result": "好"}, "done"), ({"result": "好"}, "done"),
        ({"act": "drop", "result": "不做"}, "dropped"), ({"act": "postpone", "result": "忙", "due_on": "2099-01-01"}, "planned"),
    ],
)  # fmt: skip
def test_each_act_is_a_button_of_the_page(
    action: Any, relations: Person, client: Client, given: dict[str, str], state: str
) -> None:
    client.force_login(relations)

    assert client.post(f"/surveys/actions/{action.pk}/done/", given).status_code == 303
    assert ImprovementAction.objects.get().state == state


@pytest.mark.parametrize("given", [{"act": "drop"}, {"act": "postpone", "due_on": "2026-99-99", "result": "x"}, {}])
def test_what_is_missing_is_told_where_it_is(
    action: Any, relations: Person, client: Client, given: dict[str, str]
) -> None:
    client.force_login(relations)
    answer = client.post(f"/surveys/actions/{action.pk}/done/", given)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize(("show", "seen"), [("open", 1), ("mine", 0), ("late", 0), ("ended", 0), ("nonsense", 1)])
def test_the_list_is_narrowed(
    walk: Walk, agent: Person, relations: Person, client: Client, show: str, seen: int
) -> None:
    ahead = timezone.localdate() + timedelta(days=9)
    register.agree(walk("processing"), text="增派一名值班", owner=agent, due_on=ahead, by=agent, at=timezone.now())
    client.force_login(relations)
    page = client.get(f"/surveys/actions/?show={show}").content.decode()

    assert page.count("<article") == seen


def test_the_form_of_a_complaint_notes_an_action(
    walk: Walk, agent: Person, engineer: Person, requester: Person, client: Client
) -> None:
    handled = walk("processing")
    at = f"/complaints/{handled.number}/actions/new/"
    client.force_login(requester)
    assert client.get(at).status_code == 403
    client.force_login(agent)
    given = {"text": "更新範本", "owner": engineer.pk, "due_on": (timezone.localdate() + timedelta(days=3)).isoformat()}

    assert client.post(at, {}).status_code == 422
    assert client.post(at, given).status_code == 303
    assert ImprovementAction.objects.get().record_id == handled.pk
