"""Django's administration: for administrators alone, tables of settings alone."""

import pytest
from django.contrib import admin as administration
from django.test import Client
from django.urls import reverse

from itsm.people.models import Organisation, Person
from itsm.records.models import Event, Record
from itsm.tickets.models import HoldReason, Ticket

pytestmark = pytest.mark.django_db
TABLES = [
    model for model in administration.site._registry if model._meta.app_label in {"people", "catalogue", "tickets"}
]


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_an_administrator_sees_every_table(browser: Client, model: type) -> None:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # type: ignore[attr-defined]  # a model

    assert browser.get(reverse(f"{name}_changelist")).status_code == 200


def test_no_table_that_flows_write_is_there() -> None:
    assert not [model for model in administration.site._registry if issubclass(model, (Record, Ticket, Event))]


@pytest.mark.parametrize("path", ["/admin/", "/admin/people/person/", "/admin/login/"])
def test_nobody_else_comes_in(path: str, agent: Person) -> None:
    client = Client()
    assert client.get(path).headers["Location"].startswith(("/login/", "/admin/login/"))
    assert "password" not in client.get("/admin/login/").content.decode()

    client.force_login(agent)
    answer = client.get(path, follow=True)

    assert answer.status_code == 403


def test_a_unit_is_changed_and_never_deleted(browser: Client, unit: Organisation) -> None:
    path = reverse("admin:people_organisation_change", args=[unit.pk])
    page = browser.get(path)
    values = {field.html_name: field.value() or "" for field in page.context["adminform"].form}

    assert browser.post(path, values | {"name_en": "Main library", "is_active": "on"}).status_code == 302
    unit.refresh_from_db()

    assert unit.name_en == "Main library"
    assert browser.post(reverse("admin:people_organisation_delete", args=[unit.pk])).status_code == 403


def test_the_last_administrator_stays(browser: Client, admin: Person) -> None:
    path = reverse("admin:people_person_change", args=[admin.pk])
    values = {"name": admin.name, "language": "en", "time_zone": "Asia/Taipei", "is_active": "on"}

    page = browser.post(path, values)

    assert "last administrator" in page.content.decode()
    assert Person.objects.get(pk=admin.pk).is_staff


def test_the_code_of_a_hold_reason_stays(browser: Client) -> None:
    reason = HoldReason.objects.get(code="appointment")
    page = browser.get(reverse("admin:tickets_holdreason_change", args=[reason.pk]))

    assert "code" not in page.context["adminform"].form.fields


def test_who_was_sent_to_sign_in_goes_on_to_the_tables(browser: Client) -> None:
    assert browser.get("/admin/login/?next=/admin/people/team/").headers["Location"] == "/admin/people/team/"
    assert browser.get("/admin/login/?next=0001-01-01").headers["Location"] == "0001-01-01"  # beside this page: 404
    assert browser.get("/admin/login/?next=http://other.example/").headers["Location"] == "/admin/"
    assert browser.get("/admin/login/?next=//evil.example/").headers["Location"] == "/admin/"
