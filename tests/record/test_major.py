"""The room of a major incident: run by those who may, followed by everybody who works cases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import MajorUpdate
from itsm.notices.models import Announcement
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def local(moment: Any) -> str:
    """Write a time as a browser sends it, in Taipei."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def declared(worked: Any, incident_manager: Person, agent: Person) -> Any:
    """A declared major incident with the agent as its voice."""
    return perform(
        worked, "declare_major", by=incident_manager, criterion="critical_down", lead=incident_manager, comms_owner=agent,
        next_update_at=timezone.now() + timedelta(minutes=20), war_room="https://meet.example.org/room",
    )  # fmt: skip


def test_the_list_shows_candidates_and_running_ones(signed_in: SignedIn, declared: Any, requester: Person) -> None:
    worker = signed_in(make_person("auditor", "auditor"))

    page = worker.get("/major/").content.decode()

    assert declared.number in page
    assert "None is proposed." in page
    assert signed_in(requester).get("/major/").status_code == 403


def test_a_major_incident_is_proposed_declared_and_restored_from_its_room(
    signed_in: SignedIn, worked: Any, agent: Person, incident_manager: Person
) -> None:
    desk, manager = signed_in(agent), signed_in(incident_manager)
    url = f"/t/{worked.number}/do/"
    desk.post(f"{url}propose_major", {"criterion": "critical_down"})
    refused = desk.post(f"{url}declare_major", {})
    room = manager.get(f"/major/{worked.number}/").content.decode()
    soon = local(timezone.now() + timedelta(minutes=30))
    manager.post(
        f"{url}declare_major",
        {"criterion": "critical_down", "lead": "manager", "comms_owner": "agent", "next_update_at": soon},
    )
    manager.post(f"{url}mark_restored", {"restored_at": local(timezone.now()), "how": "已切換備援"})

    assert refused.status_code == 403
    assert f"{url}declare_major" in room
    assert type(worked).objects.get(pk=worked.pk).major_status == "restored"


def test_an_update_is_published_announced_and_stands_in_the_timeline(desk_browser: Client, declared: Any) -> None:
    soon = local(timezone.now() + timedelta(minutes=30))

    answer = desk_browser.post(
        f"/major/{declared.number}/update",
        {"text_zh": "正在搶修", "text_en": "We work on it", "next_update_at": soon, "to_everyone": "on"},
    )

    page = desk_browser.get(f"/major/{declared.number}/").content.decode()
    assert answer.status_code == 303
    assert page.count("We work on it") >= 2
    assert Announcement.objects.get().body_zh == "正在搶修"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text_zh": "", "text_en": ""}, "Write the update in at least one language."),
        (
            {"text_zh": "搶修", "next_update_at": "2020-01-01T10:00"},
            "Promise the next update at a time that lies ahead.",
        ),
        ({"text_zh": "搶修", "next_update_at": ""}, "Promise the next update at a time that lies ahead."),
    ],
)
def test_an_update_without_text_or_promise_is_refused(
    desk_browser: Client, declared: Any, given: dict[str, str], sentence: str
) -> None:
    soon = {"next_update_at": local(timezone.now() + timedelta(minutes=30))}

    answer = desk_browser.post(f"/major/{declared.number}/update", soon | given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MajorUpdate.objects.exists()


def test_others_follow_but_do_not_publish(signed_in: SignedIn, declared: Any) -> None:
    other = signed_in(make_person("elsewhere", "agent"))
    soon = local(timezone.now() + timedelta(minutes=30))

    assert "Publish an update" not in other.get(f"/major/{declared.number}/").content.decode()
    assert (
        other.post(f"/major/{declared.number}/update", {"text_zh": "假的", "next_update_at": soon}).status_code == 403
    )


def test_the_timeline_is_fetched_anew_only_when_something_happened(desk_browser: Client, declared: Any) -> None:
    last = Event.objects.filter(record=declared.pk).order_by("-pk").values_list("pk", flat=True)[0]
    url = f"/major/{declared.number}/live?after={last}"

    quiet = desk_browser.get(url)
    desk_browser.post(f"/t/{declared.number}/note", {"body": "台電通報跳脫", "next": f"/major/{declared.number}/"})
    fresh = desk_browser.get(url)

    assert quiet.status_code == 204
    assert (fresh.status_code, "台電通報跳脫" in fresh.content.decode()) == (200, True)


def test_the_report_is_filled_bit_by_bit_by_those_who_run_it(
    signed_in: SignedIn, desk_browser: Client, declared: Any
) -> None:
    url = f"/major/{declared.number}/report/"
    other = signed_in(make_person("elsewhere", "agent"))

    desk_browser.post(url, {"impact": "全校"})
    told = local(timezone.now())
    given = {"impact": "全校", "cause": "電池", "handling": "更換", "actions": "巡檢", "management_told_at": told}
    desk_browser.post(url, given)

    assert "Complete" in desk_browser.get(url).content.decode()
    assert declared.report.__class__.objects.get(incident=declared.pk).is_complete()
    assert other.post(url, {"impact": "改掉"}).status_code == 403


def test_problems_are_listed_and_have_the_page_of_a_case(desk_browser: Client, reported: Any, agent: Person) -> None:
    perform(reported, "judge_as_problem", by=agent, reason="反覆發生")

    listed = desk_browser.get("/problems/").content.decode()
    number = "PRB-" + listed.split(">PRB-")[1].split("<")[0]
    page = desk_browser.get(f"/problems/{number}/").content.decode()
    old = desk_browser.get(f"/incidents/{reported.number}/").content.decode()

    assert f"/problems/{number}/flow/" in page
    assert reported.number in page
    assert "This matter goes on as" in old
    assert number in old
