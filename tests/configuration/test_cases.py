"""Cases name the items that they affect; what those touch is computed on their pages, with the catalogue's services."""

from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from incidents import services as incidents
from itsm.people.models import Person
from itsm.records.models import Event, Link
from tests.configuration.conftest import Make, brought
from tests.fixtures import MONDAY
from tests.loading import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(requester: Person, service: Service) -> Any:
    """An incident."""
    return incidents.raise_incident(by=requester, requester=requester, title="停電", service=service, at=MONDAY)


@pytest.fixture
def ups(make: Make, join: Any) -> Any:
    """A UPS on which a service of the catalogue stands."""
    made, served = make("ups", "UPS-02"), make("service", "電子公文", given={"service_code": "documents"})
    host = make("server", "H-1")
    join(made, "feeds", host)
    join(served, "depends_on", host)
    return made


def opened(client: Client, person: Person, path: str, **headers: str) -> str:
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_item_is_named_and_its_services_are_shown(client: Client, incident: Any, ups: Any, agent: Person) -> None:
    client.force_login(agent)
    client.post(f"/t/{incident.number}/items/add", {"item": ups.number})

    page = opened(client, agent, f"/t/{incident.number}/items")
    piece = opened(client, agent, f"/t/{incident.number}/items", **{"HX-Request": "true"})

    assert Link.objects.filter(source=incident, target=ups, kind="affects").exists()
    assert "UPS-02 → H-1 → 電子公文" in page
    assert "everyone" in page
    assert "<html" not in piece
    assert "電子公文" in piece


def test_the_page_of_the_item_names_the_open_case(client: Client, incident: Any, ups: Any, agent: Person) -> None:
    client.force_login(agent)
    client.post(f"/t/{incident.number}/items/add", {"item": ups.number})

    assert (
        f"/incidents/{incident.number}/" in opened(client, agent, f"/cmdb/cis/{ups.number}/").split('id="ci-work"')[1]
    )


def test_a_secret_case_leaves_no_trace_on_the_item(
    client: Client, incident: Any, ups: Any, incident_manager: Person, engineer: Person
) -> None:
    type(incident).objects.filter(pk=incident.pk).update(confidential=True)
    client.force_login(incident_manager)
    client.post(f"/t/{incident.number}/items/add", {"item": ups.number})

    assert Link.objects.filter(source=incident).exists()
    assert not Event.objects.filter(record=ups, kind="linked").exists()
    assert incident.number not in opened(Client(), engineer, f"/cmdb/cis/{ups.number}/")


def test_an_authorised_change_keeps_its_scope(
    client: Client, ups: Any, change: Any, engineer: Person, make: Make
) -> None:
    other = make("generator", "GEN-1", grounds=loaded())
    named = Link.objects.get(source=change, target=ups)
    client.force_login(engineer)

    added = client.post(f"/t/{change.number}/items/add", {"item": other.number})
    client.post(f"/t/{change.number}/items/{named.pk}/remove")

    assert added.status_code == 422
    assert set(Link.objects.filter(source=change, kind="affects").values_list("target", flat=True)) >= {ups.pk}
    assert not Link.objects.filter(target=other).exists()
    brought(change, "draft")
    client.post(f"/t/{change.number}/items/add", {"item": other.number})
    assert Link.objects.filter(source=change, target=other).exists()


def test_requesters_name_nothing(client: Client, incident: Any, ups: Any, requester: Person) -> None:
    client.force_login(requester)

    assert client.post(f"/t/{incident.number}/items/add", {"item": ups.number}).status_code == 403
    assert not Link.objects.exists() or not Link.objects.filter(source=incident).exists()
