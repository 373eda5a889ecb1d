"""The pages of the REST interface in a browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from tests.ui_kit.conftest import chromium as chromium
from tests.ui_kit.conftest import faults_found
from tests.ui_kit.conftest import visit as visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(agent: Person) -> str:
    """The agent, signed in."""
    client = Client()
    client.force_login(agent)
    return client.cookies["sessionid"].value


@pytest.mark.parametrize(("language", "theme", "width"), [("zh-hant", "light", 390), ("en", "dark", 1440)])
def test_axe_finds_nothing_on_the_page_of_tokens(
    language: str, theme: str, width: int, visit: Any, agent: Person, session: str
) -> None:
    Person.objects.filter(pk=agent.pk).update(language=language, theme=theme)
    page = visit("/me/tokens/", language=language, theme=theme, width=width, csp=False, session=session)
    page.fill("[name=name]", "Backup script")
    page.check("[name=scopes] >> nth=0")
    page.click("main form button.primary")

    assert page.input_value("#secret").startswith("itsm_")
    assert faults_found(page) == []


def test_the_browsable_page_works_under_the_policy(visit: Any, agent: Person, session: str) -> None:
    page = visit("/api/v1/docs/", session=session)
    page.wait_for_selector(".opblock", timeout=20_000)
    moves = page.get_by_text("/transitions/classify")
    for _step in range(
        page.evaluate("Math.ceil(document.body.scrollHeight / innerHeight)")
    ):  # drawn as it comes into view
        if moves.count():
            break
        page.evaluate(
            "new Promise(drawn => { scrollBy(0, innerHeight); requestAnimationFrame(() => setTimeout(drawn)) })"
        )

    assert moves.count() >= 1
