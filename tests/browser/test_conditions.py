"""A form of the catalogue shows a question only where a choice asks for it, with and without scripts."""

import pytest

from catalogue.models import Category, RequestItem, Service
from incidents.models import ServiceRequest
from itsm.people.models import Person
from tests.browser.conftest import USUAL, Enter
from tests.catalogue.test_items import FORM

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def host(service: Service) -> RequestItem:
    """An item whose form asks why only where the size is large."""
    Category.objects.create(code="order", name_zh="申請", name_en="Order")
    return RequestItem.objects.create(code="host", service=service, name_zh="主機", target_seconds=3600, form=FORM)


def test_the_question_comes_and_goes_with_the_choice(enter: Enter, requester: Person, host: RequestItem) -> None:
    page = enter(requester, "/portal/request/host/", USUAL)
    question = page.get_by_label("Why so large?")
    assert question.is_hidden()

    page.get_by_role("radio", name="Large").check()
    assert question.is_visible()
    page.get_by_role("radio", name="Small").check()
    assert question.is_hidden()
    page.get_by_role("button", name="Send").click()

    page.wait_for_url("**/portal/cases/**")
    assert [row["code"] for row in ServiceRequest.objects.get().answers] == ["size"]


def test_without_scripts_the_server_asks_it_again(enter: Enter, requester: Person, host: RequestItem) -> None:
    page = enter(requester, "/portal/request/host/", USUAL, scripts=False)
    question = page.get_by_label("Why so large?")
    page.get_by_role("radio", name="Large").check()
    assert question.is_hidden()
    page.get_by_role("button", name="Send").click()

    assert question.is_visible()
    assert page.get_by_role("radio", name="Large").is_checked()
    question.fill("Simulations")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/portal/cases/**")
    assert [row["code"] for row in ServiceRequest.objects.get().answers] == ["size", "why"]
