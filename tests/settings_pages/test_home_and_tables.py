"""The first page of the settings, who may see it; the priority matrix, hold reasons and teams."""

from collections.abc import Callable

import pytest
from django.test import Client

from catalogue.models import Service
from itsm.people.models import Person, Team
from itsm.tickets.models import HoldReason, PriorityRule
from itsm.tickets.settings_models import priority_of
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db
PAGES = ["/settings/", "/settings/priorities/", "/settings/hold-reasons/", "/settings/teams/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_an_administrator_opens_every_page(admin: Person, browser: Client, path: str, language: str) -> None:
    admin.language = language
    admin.save()

    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES, "/settings/teams/new/", "/settings/hold-reasons/new/"])
def test_others_are_told_whom_to_ask(
    path: str, admin: Person, agent: Person, signed_in: Callable[[Person], Client]
) -> None:
    page = signed_in(agent).get(path)

    assert page.status_code == 403
    assert admin.name in page.content.decode()


def test_only_administrators_see_the_link(
    agent: Person, browser: Client, signed_in: Callable[[Person], Client]
) -> None:
    assert 'href="/settings/"' in browser.get("/settings/").content.decode()
    assert 'href="/settings/"' not in signed_in(agent).get("/desk/").content.decode()


def test_every_way_of_the_first_page_leads_somewhere(browser: Client) -> None:
    page = browser.get("/settings/")

    for _title, cards in page.context["areas"]:
        for card in cards:
            assert browser.get(card.url).status_code == 200, card.url


def test_the_matrix_of_all_services_is_changed(browser: Client) -> None:
    page = browser.get("/settings/priorities/")

    answer = browser.post("/settings/priorities/", sent(page, cell_3_3="4"))

    assert answer.status_code == 303
    assert priority_of(impact=3, urgency=3, service_id=None) == 4
    assert PriorityRule.objects.count() == 9


def test_a_preview_says_what_changes_and_writes_nothing(browser: Client) -> None:
    page = browser.get("/settings/priorities/")

    preview = browser.post("/settings/priorities/", sent(page, cell_3_3="4", then="preview"))

    assert [(change["before"], change["after"]) for change in preview.context["changes"]] == [(5, 4)]
    assert priority_of(impact=3, urgency=3, service_id=None) == 5


def test_a_service_has_priorities_of_its_own_and_gives_them_up(browser: Client, service: Service) -> None:
    path = f"/settings/priorities/?service={service.code}"

    browser.post(path, sent(browser.get(path), cell_2_2="1"))
    assert priority_of(impact=2, urgency=2, service_id=service.pk) == 1
    assert priority_of(impact=2, urgency=2, service_id=None) == 3

    browser.post(path, sent(browser.get(path), cell_2_2=""))
    assert priority_of(impact=2, urgency=2, service_id=service.pk) == 3


def test_a_priority_that_does_not_exist_is_refused(browser: Client) -> None:
    page = browser.get("/settings/priorities/")

    assert browser.post("/settings/priorities/", sent(page, cell_1_1="9")).status_code == 422
    assert browser.get("/settings/priorities/?service=no\0where").status_code == 404


def test_a_hold_reason_is_made_and_changed_but_keeps_its_code(browser: Client) -> None:
    page = browser.get("/settings/hold-reasons/new/")
    made = sent(page, code="parts", name_zh="等待零件", remind_days="3、1", ending="remind")

    assert browser.post("/settings/hold-reasons/new/", made).status_code == 303
    reason = HoldReason.objects.get(code="parts")
    assert reason.remind_days == [1, 3]

    path = f"/settings/hold-reasons/{reason.pk}/"
    browser.post(path, sent(browser.get(path), code="other", is_active=None))
    reason.refresh_from_db()
    assert (reason.code, reason.is_active) == ("parts", False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"remind_days": "soon"}, "numbers of days"), ({"ending": "propose"}, "after how many days"), ({"name_zh": ""}, "required")],
)  # fmt: skip
def test_what_is_wrong_with_a_hold_reason_is_said_and_nothing_is_lost(
    browser: Client, wrong: dict[str, str], words: str
) -> None:
    path = "/settings/hold-reasons/new/"

    page = browser.post(path, sent(browser.get(path), code="parts", name_zh="零件", name_en="Spare parts") | wrong)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Spare parts" in page.content.decode()


def test_a_team_gets_members_and_a_lead(browser: Client, agent: Person, network_team: Team) -> None:
    path = f"/settings/teams/{network_team.pk}/"

    answer = browser.post(path, sent(browser.get(path), members=[agent.pk], lead=agent.pk))

    assert answer.status_code == 303
    assert list(network_team.members.all()) == [agent]


def test_requesters_are_not_offered_as_members(browser: Client, requester: Person, network_team: Team) -> None:
    path = f"/settings/teams/{network_team.pk}/"

    page = browser.post(path, sent(browser.get(path), members=[requester.pk]))

    assert page.status_code == 422


def test_a_team_that_a_service_needs_stays_active(browser: Client, service: Service) -> None:
    path = f"/settings/teams/{service.support_team_id}/"

    page = browser.post(path, sent(browser.get(path), is_active=None))

    assert page.status_code == 422
    assert service.name_en in page.content.decode()


def test_two_teams_cannot_have_one_code(browser: Client, desk: Team) -> None:
    path = "/settings/teams/new/"

    page = browser.post(path, sent(browser.get(path), code=desk.code, name_zh="另一組"))

    assert page.status_code == 422
