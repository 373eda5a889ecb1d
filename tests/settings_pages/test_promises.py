"""Targets and escalation ladders."""

import pytest
from django.test import Client

from itsm.people.models import Person
from sla.models import EscalationPolicy, EscalationStep, Target
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/settings/targets/", "/settings/targets/new/", "/settings/ladders/", "/settings/ladders/new/"]
)
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_pages_open(admin: Person, browser: Client, path: str, language: str) -> None:
    admin.language = language
    admin.save()

    assert browser.get(path).status_code == 200


def test_others_are_kept_out(agent: Person) -> None:
    client = Client()
    client.force_login(agent)

    assert client.get("/settings/targets/").status_code == 403
    assert client.get("/settings/ladders/").status_code == 403


@pytest.mark.parametrize(("typed", "seconds"), [("4h", 14_400), ("8 小時 30 分", 30_600), ("45", 2_700)])
def test_a_target_is_written_as_a_duration(browser: Client, typed: str, seconds: int) -> None:
    target = Target.objects.active().filter(priority=3).order_by("pk")[0]
    path = f"/settings/targets/{target.pk}/"

    answer = browser.post(path, sent(browser.get(path), seconds=typed))

    assert answer.status_code == 303
    target.refresh_from_db()
    assert target.seconds == seconds


def test_what_the_page_shows_of_every_target_may_be_sent_back(browser: Client) -> None:
    before = list(Target.objects.order_by("pk").values())

    for target in Target.objects.order_by("pk"):
        path = f"/settings/targets/{target.pk}/"
        page = browser.get(path)
        assert browser.post(path, sent(page, seconds=page.context["form"]["seconds"].value())).status_code == 303

    assert list(Target.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("typed", ["", "soon", "0", "99999999999999d", "-4h", "4000d"])
def test_what_is_no_duration_is_refused_and_kept_on_the_page(browser: Client, typed: str) -> None:
    target = Target.objects.order_by("pk")[0]
    path = f"/settings/targets/{target.pk}/"

    page = browser.post(path, sent(browser.get(path), seconds=typed, warn_percent="66"))

    assert page.status_code == 422
    assert 'value="66"' in page.content.decode()


def test_one_promise_is_made_once(browser: Client) -> None:
    target = Target.objects.order_by("pk")[0]
    page = browser.get(f"/settings/targets/{target.pk}/")

    page = browser.post("/settings/targets/new/", sent(page, seconds="1h"))

    assert page.status_code == 422
    assert "There is a target for this already" in page.content.decode()


def test_a_warning_beyond_the_end_is_refused(browser: Client) -> None:
    target = Target.objects.order_by("pk")[0]
    path = f"/settings/targets/{target.pk}/"

    page = browser.post(path, sent(browser.get(path), seconds="1h", warn_percent="101"))

    assert "between 1 and 100" in page.content.decode()


def test_a_step_is_added_changed_and_removed(browser: Client) -> None:
    ladder = EscalationPolicy.objects.order_by("pk")[0]
    path = f"/settings/ladders/{ladder.pk}/steps/"
    step = {"metric": "resolution", "level": "9", "at_percent": "150", "notify": ["slm"], "priorities": ["1", "2"]}

    assert browser.post(path + "new/", step).status_code == 303
    made = EscalationStep.objects.get(policy=ladder, level=9)
    assert (made.priorities, made.notify, made.at_percent) == ([1, 2], ["slm"], 150)

    browser.post(f"{path}{made.pk}/", step | {"at_percent": "", "at_seconds": "2h"})
    made.refresh_from_db()
    assert (made.at_percent, made.at_seconds) == (None, 7200)

    browser.post(f"{path}{made.pk}/remove/")
    assert not EscalationStep.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"at_seconds": "2h"}, "not both"),
        ({"at_percent": ""}, "not both"),
        ({"repeat_seconds": "0.5m"}, "no faster"),
        ({"level": "91"}, "up to 90"),
        ({"notify": ["king"]}, "king"),
        ({"level": "1"}, "another level"),
    ],
)
def test_what_is_wrong_with_a_step_is_said(browser: Client, wrong: dict[str, str], words: str) -> None:
    ladder = EscalationPolicy.objects.order_by("pk")[0]
    step = {"metric": "resolution", "level": "9", "at_percent": "150", "notify": ["slm"]}

    page = browser.post(f"/settings/ladders/{ladder.pk}/steps/new/", step | wrong)

    assert page.status_code == 422
    assert words in page.content.decode()


def test_one_ladder_is_active_for_all_services(browser: Client) -> None:
    page = browser.post("/settings/ladders/new/", {"code": "second", "name_zh": "第二", "is_active": "on"})

    assert page.status_code == 422
    assert "only one can be" in page.content.decode()


def test_what_the_page_shows_of_every_step_may_be_sent_back(browser: Client) -> None:
    before = list(EscalationStep.objects.order_by("pk").values())

    for step in EscalationStep.objects.order_by("pk"):
        path = f"/settings/ladders/{step.policy_id}/steps/{step.pk}/"
        assert browser.post(path, sent(browser.get(path))).status_code == 303, step

    assert list(EscalationStep.objects.order_by("pk").values()) == before
