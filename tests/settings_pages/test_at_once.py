"""Two administrators change one setting: the second is told, on the pages and over REST, and nothing is lost."""

from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person, Team
from itsm.tickets.models import HouseRules, RoleRate
from sla.models import EscalationPolicy, EscalationStep
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db
HOUSE, LADDERS = "/api/v1/house-rules", "/api/v1/escalation-ladders"
FASTER = "This record was changed by someone else meanwhile."


@pytest.fixture
def rate(db: None) -> RoleRate:
    return RoleRate.objects.create(role="agent", since="2026-01-01", rate=400)


def test_who_saw_an_older_rate_is_told_and_loses_nothing(browser: Client, rate: RoleRate) -> None:
    page = browser.get(f"/settings/rates/{rate.pk}/")
    browser.post(f"/settings/rates/{rate.pk}/", sent(page, rate="420"))

    late = browser.post(f"/settings/rates/{rate.pk}/", sent(page, rate="433.50"))

    said = late.content.decode()
    assert (late.status_code, FASTER in said, 'value="433.50"' in said) == (422, True, True)
    rate.refresh_from_db()
    assert str(rate.rate) == "420.00"
    again = browser.post(f"/settings/rates/{rate.pk}/", sent(browser.get(f"/settings/rates/{rate.pk}/"), rate="433.50"))
    assert again.status_code == 303


def test_a_page_sends_along_what_it_showed(browser: Client, rate: RoleRate) -> None:
    page = browser.get(f"/settings/rates/{rate.pk}/")

    assert f'<input type="hidden" name="seen" value="{page.context["seen"]}">' in page.content.decode()
    assert 'name="seen"' not in browser.get("/settings/rates/new/").content.decode()


def test_rows_that_are_chosen_count_in_any_order(browser: Client, desk: Team, agent: Person, engineer: Person) -> None:
    desk.members.set([agent, engineer])
    page = browser.get(f"/settings/teams/{desk.pk}/")
    desk.members.set([])
    desk.members.set([engineer, agent])

    assert browser.post(f"/settings/teams/{desk.pk}/", sent(page, name_en="Desk")).status_code == 303


def test_the_same_rate_added_by_two_at_once_is_told(
    browser: Client, rate: RoleRate, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"role": "agent", "since": "2026-01-01", "rate": "420"}
    monkeypatch.setattr(RoleRate, "validate_constraints", lambda *_given, **_named: None)  # the other is not there yet

    page = browser.post("/settings/rates/new/", given)
    answer = browser.post("/api/v1/role-rates", given, content_type="application/json")

    said = "This role has a rate from that day on already: change that one."
    assert (page.status_code, said in page.content.decode(), 'value="420"' in page.content.decode()) == (
        422,
        True,
        True,
    )
    assert (answer.status_code, answer.json()["reasons"]) == (422, [said])
    assert RoleRate.objects.count() == 1


# ---- REST -----------------------------------------------------------------------------------
def change(client: Client, path: str, body: dict[str, Any], tag: str = "") -> Any:
    headers = {"If-Match": tag} if tag else {}
    return client.patch(path, body, content_type="application/json", headers=headers)


def test_rules_of_the_house_are_changed_by_version(browser: Client) -> None:
    HouseRules.objects.get_or_create(pk=1)
    tag = browser.get(HOUSE)["ETag"]
    assert browser.get(HOUSE, headers={"If-None-Match": tag}).status_code == 304

    first, late = (change(browser, HOUSE, {"freeze_days": days}, tag) for days in (3, 4))
    newest = change(browser, HOUSE, {"freeze_days": 6}, first["ETag"])

    assert (first.status_code, late.status_code, newest.status_code) == (200, 412, 200)
    assert FASTER in late.json()["detail"]
    assert HouseRules.objects.get().freeze_days == 6
    assert change(browser, HOUSE, {"report_days": 9}).status_code == 200


def test_ladders_and_steps_are_changed_and_removed_by_version(browser: Client) -> None:
    ladder = EscalationPolicy.objects.order_by("pk")[0]
    step = EscalationStep.objects.filter(policy=ladder).order_by("pk")[0]
    for path, body in (
        (f"{LADDERS}/{ladder.code}", {"name_en": "Ours"}),
        (f"{LADDERS}/{ladder.code}/steps/{step.pk}", {"level": 41}),
    ):
        tag = browser.get(path)["ETag"]
        first, late = change(browser, path, body, tag), change(browser, path, body, tag)
        assert (first.status_code, late.status_code) == (200, 412)
        assert first["ETag"] == browser.get(path)["ETag"]

    place = f"{LADDERS}/{ladder.code}/steps/{step.pk}"
    assert browser.delete(place, headers={"If-Match": '"1-a"'}).status_code == 412
    assert browser.delete(place, headers={"If-Match": browser.get(place)["ETag"]}).status_code == 204
