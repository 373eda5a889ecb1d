"""The pages of a meeting as people see them: axe finds nothing, nothing scrolls sideways, keys vote, no script is needed."""

from typing import Any

import pytest
from playwright.sync_api import Page

from itsm.people.models import Person
from tests.browser.conftest import Enter, Sight
from tests.browser.conftest import enter as enter
from tests.browser_fixtures import faults_found

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def addresses(session: Any, change: Any) -> list[str]:
    """Every page of the meeting."""
    item, ballot = session.items.get(), change.ballots.get()
    here = f"/cab/{session.number}/"
    return [here, f"{here}?mode=presenter", f"{here}?mode=projector", f"{here}decide/{item.pk}/", f"{here}remark/",
            f"/cab/ballots/{ballot.pk}/", "/cab/"]  # fmt: skip


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)], ids=str)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    session: Any, change: Any, people: dict[str, Person], enter: Enter, sight: Sight
) -> None:
    faults = []
    for path in addresses(session, change):
        page = enter(people["chair"], path, sight)
        faults += [(path, fault) for fault in faults_found(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [(path, f"{wide} px too wide")] if wide > 0 else []

    assert faults == []


def send(page: Page) -> None:
    """Send the vote, and see that the server has answered."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Confirm and send").click()


def test_a_vote_is_chosen_by_a_key_and_cast_only_when_sent(
    session: Any, change: Any, people: dict[str, Person], enter: Enter
) -> None:
    ballot = change.ballots.get()
    page = enter(people["lin"], f"/cab/{session.number}/")

    page.keyboard.press("1")
    assert not ballot.votes.filter(member=people["lin"]).exists()
    send(page)

    assert ballot.votes.get(member=people["lin"]).vote == "yes"


def test_a_vote_needs_no_script(session: Any, change: Any, people: dict[str, Person], enter: Enter) -> None:
    page = enter(people["lin"], f"/cab/{session.number}/", scripts=False)

    page.get_by_label("Reject").check()
    page.get_by_label("Comment").fill("備品不足")
    send(page)

    assert change.ballots.get().votes.get(member=people["lin"]).vote == "no"
