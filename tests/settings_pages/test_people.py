"""People, their roles, and the last administrator."""

import pytest
from django.test import Client

from itsm.people.models import Organisation, Person, RoleGrant
from tests.fixtures import make_person
from tests.settings_pages.conftest import sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/settings/people/", "/settings/people/new/", "/settings/people/?q=a%00b&role=agent&gone=on"]
)
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_pages_open(admin: Person, browser: Client, path: str, language: str) -> None:
    admin.language = language
    admin.save()

    assert browser.get(path).status_code == 200


def test_others_are_kept_out(agent: Person) -> None:
    client = Client()
    client.force_login(agent)

    for path in ("/settings/people/", f"/settings/people/{agent.pk}/", "/settings/people/new/"):
        assert client.get(path).status_code == 403
    assert client.post(f"/settings/people/{agent.pk}/grant/", {"role": "slm"}).status_code == 403
    assert not agent.grants.filter(role="slm").exists()


def test_people_are_found_by_name_and_role(browser: Client, agent: Person, requester: Person) -> None:
    assert browser.get("/settings/people/", {"q": "林怡"}).context["rows"] == [agent]
    assert browser.get("/settings/people/", {"role": "agent"}).context["rows"] == [agent]
    assert browser.get("/settings/people/", {"q": "REQUEST"}).context["rows"] == [requester]


def test_a_new_person_has_no_password_yet(browser: Client, unit: Organisation) -> None:
    page = browser.get("/settings/people/new/")

    answer = browser.post("/settings/people/new/", sent(page, username="new", name="新同事", unit=unit.pk))

    assert answer.status_code == 303
    assert not Person.objects.get(username="new").has_usable_password()


def test_an_address_belongs_to_one_person(browser: Client, agent: Person) -> None:
    page = browser.get("/settings/people/new/")

    page = browser.post("/settings/people/new/", sent(page, username="new", name="新同事", email=agent.email.upper()))

    assert page.status_code == 422
    assert "Somebody else has this e-mail address." in page.content.decode()
    assert "Constraint" not in page.content.decode()


def test_a_role_is_granted_once_and_taken_back(browser: Client, engineer: Person) -> None:
    path = f"/settings/people/{engineer.pk}/"
    browser.post(path + "grant/", {"role": "agent", "process": "incident"})
    browser.post(path + "grant/", {"role": "agent", "process": "incident"})
    grant = RoleGrant.objects.get(person=engineer, role="agent", process="incident")

    assert "Service desk agent" in browser.get(path).content.decode()

    browser.post(f"{path}revoke/{grant.pk}/")
    assert not engineer.grants.filter(role="agent").exists()


@pytest.mark.parametrize("role", ["user", "approver", "king", ""])
def test_roles_that_follow_from_a_record_are_not_granted(browser: Client, engineer: Person, role: str) -> None:
    browser.post(f"/settings/people/{engineer.pk}/grant/", {"role": role})

    assert engineer.grants.count() == 1


def test_a_role_is_taken_only_from_its_holder(browser: Client, engineer: Person, agent: Person) -> None:
    grant = RoleGrant.objects.get(person=agent)

    browser.post(f"/settings/people/{engineer.pk}/revoke/{grant.pk}/")

    assert RoleGrant.objects.filter(pk=grant.pk).exists()


@pytest.mark.parametrize("loses", ["is_staff", "is_active"])
def test_the_last_administrator_stays(browser: Client, admin: Person, loses: str) -> None:
    path = f"/settings/people/{admin.pk}/"

    page = browser.post(path, sent(browser.get(path), **{loses: None}))

    assert page.status_code == 422
    assert "last administrator" in page.content.decode()
    assert Person.objects.get(pk=admin.pk).is_staff


def test_one_of_two_administrators_may_go(browser: Client, admin: Person) -> None:
    second = make_person("second", is_staff=True)
    path = f"/settings/people/{second.pk}/"

    browser.post(path, sent(browser.get(path), is_active=None))

    second.refresh_from_db()
    assert not second.is_active
