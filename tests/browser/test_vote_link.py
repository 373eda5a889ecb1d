"""A board member votes by the link of the mail: signed in nowhere, once, and only on what was sent out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Service
from changes.board_models import CabVote
from changes.models import Change
from itsm.notices.models import Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Person
from itsm.tickets.edits import edit
from tests.browser.acting import Way
from tests.browser.boarding import founded, waits
from tests.browser.conftest import Enter, Sight
from tests.browser_fixtures import Open, faults_found
from tests.fixtures import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONDITION = "先完成負載移轉"


@pytest.fixture
def members(db: None) -> list[Person]:
    """A board of three."""
    found = [make_person(name, "cab", name=f"{name}委員") for name in ("chair", "lin", "security")]
    founded(found)
    return found


@pytest.fixture
def waiting(members: list[Person], engineer: Person, change_manager: Person, service: Service) -> Any:
    """A major change that waits for the board."""
    sent = timezone.now().replace(microsecond=0) - timedelta(hours=1)  # links tell rounds apart by whole seconds
    return waits(engineer, change_manager, service, at=sent)


def link_in_mail(change: Any, person: Person) -> str:
    """Find the link in the mail that waits in the outbox."""
    row = Outbox.objects.filter(template="board_vote_asked", person=person, record=change.pk).latest("pk")
    found = re.search(r"/a/[^/\s]+/", letter(row).body)
    assert found is not None
    return found[0]


def answer(page: Page, choice: str, **words: str) -> None:
    """Choose, write, send."""
    page.locator(f'input[name="choice"][value="{choice}"]').check()
    for name, text in words.items():
        page.locator(f"#{name}").fill(text)
    page.locator("form button.primary").click()


@pytest.mark.parametrize("way", [Way("zh-hant", True), Way("en", False)], ids=str)
def test_a_link_votes_with_a_condition_and_a_second_time_not(
    enter: Enter, waiting: Any, members: list[Person], way: Way
) -> None:
    lin = members[1]
    Person.objects.filter(pk=lin.pk).update(language=way.language)
    path = link_in_mail(waiting, lin)
    page = enter(None, path, Sight(way.language, width=390), scripts=way.scripts)
    expect(page.locator("body")).to_contain_text("更換閘道")

    answer(page, "condition")  # a condition without words
    expect(page.locator('[role="alert"]')).to_be_visible()
    answer(page, "condition", condition=CONDITION, reason="可")
    expect(page.locator("textarea")).to_have_count(0)

    vote = CabVote.objects.get(ballot__change=waiting.pk, member=lin)
    assert (vote.vote, vote.condition, vote.reason, vote.channel, vote.cast_by) == (
        "condition",
        CONDITION,
        "可",
        "mail",
        lin,
    )
    again = page.goto(page.url)
    assert again is not None
    assert again.status == 410
    said = "您已" if way.language == "zh-hant" else "You have answered with this link already."
    expect(page.locator("body")).to_contain_text(said)
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.locator("body")).to_contain_text(waiting.number)
    assert CabVote.objects.filter(ballot__change=waiting.pk, member=lin).count() == 1
    assert all(cookie.get("name") != "sessionid" for cookie in page.context.cookies())


def test_an_open_page_does_not_vote_on_what_was_altered_meanwhile_and_says_so(
    enter: Enter, waiting: Any, members: list[Person], engineer: Person
) -> None:
    Person.objects.filter(pk=members[1].pk).update(language="en")
    path = link_in_mail(waiting, members[1])
    page = enter(None, path, Sight("en"))
    edit(Change.objects.get(pk=waiting.pk), {"plan": "一次全換 (60)"}, by=engineer)

    answer(page, "yes")

    expect(page.locator("body")).to_contain_text("altered")
    assert not CabVote.objects.filter(ballot__change=waiting.pk, vote="yes").exists()
    late = page.goto("/".join(page.url.split("/")[:3]) + path)
    assert late is not None
    assert late.status == 410
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.locator("body")).to_contain_text("altered")
    fresh = link_in_mail(Change.objects.get(pk=waiting.pk), members[1])
    page.goto("/".join(page.url.split("/")[:3]) + fresh)
    expect(page.locator("body")).to_contain_text("一次全換")


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)], ids=str)
def test_axe_finds_nothing_on_the_page_of_the_link(
    visit: Open, enter: Enter, waiting: Any, members: list[Person], sight: Sight
) -> None:
    Person.objects.filter(pk=members[1].pk).update(language=sight.language)
    page = enter(None, link_in_mail(waiting, members[1]), sight, csp=False)

    assert not faults_found(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
