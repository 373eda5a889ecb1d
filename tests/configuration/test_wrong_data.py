"""Wrong data found while working on a case: it tags the case, reaches who keeps the data, and is finished."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalogue.models import Service
from configuration import audits, corrections, figures, schema, services
from configuration.authority import Grounds
from configuration.models import ConfigurationItem, Correction
from incidents import services as incidents
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.models import Event
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(requester: Person, service: Service) -> Any:
    """An incident."""
    return incidents.raise_incident(by=requester, requester=requester, title="停電", service=service, at=MONDAY)


def signed_in(client: Client, person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return client


def page(client: Client, person: Person, path: str) -> str:
    return str(signed_in(client, person).get(path).content.decode())


def tag(client: Client, person: Person, incident: Any, **given: str) -> Any:
    return signed_in(client, person).post(f"/t/{incident.number}/items/wrong", {"found": "B1 U22", **given})


def test_an_incident_is_tagged_and_who_keeps_the_data_is_told(
    client: Client, incident: Any, make: Make, agent: Person, config_manager: Person
) -> None:
    host = make("server", "H-1")

    tag(client, agent, incident, item=str(host.number), field="place")

    made = Correction.objects.get()
    assert (made.item, made.case_id, made.source) == (host, incident.pk, "report")
    told = Notification.objects.get(template="ci_wrong")
    assert (told.person, told.facts["found"]) == (config_manager, "B1 U22")
    assert "CI data was wrong" in page(client, agent, f"/t/{incident.number}/items")
    assert "Wrong configuration data to judge</span><b>1</b>" in page(client, config_manager, "/desk/")
    assert incident.number in page(client, config_manager, "/cmdb/corrections/")
    assert "Wrong configuration data to judge" not in page(client, agent, "/desk/")


def test_a_wrong_report_needs_its_words_and_somebody_who_works_on_the_case(
    client: Client, incident: Any, agent: Person, requester: Person
) -> None:
    assert tag(client, agent, incident, found=" ").status_code == 422
    assert tag(client, agent, incident, item="CI-1").status_code == 422
    assert tag(client, requester, incident).status_code in (403, 404)
    assert not Correction.objects.exists()


def test_who_reported_it_hears_what_became_of_it(make: Make, agent: Person, config_manager: Person) -> None:
    host = make("server", "H-1")
    one, two = (corrections.report(host, found=text, by=agent, at=MONDAY) for text in ("B2", "B3"))

    corrections.verify(one, by=config_manager, at=MONDAY)
    corrections.refuse(two, by=config_manager, at=MONDAY, reason="B1 is right")

    told = Notification.objects.filter(person=agent).order_by("pk").values_list("template", "facts__reason")
    assert list(told) == [("ci_report_verified", ""), ("ci_report_refused", "B1 is right")]
    names = list(Event.objects.filter(record_id=host.pk, kind="edited").order_by("pk").values_list("name", flat=True))
    assert names == ["reported_wrong", "reported_wrong", "report_verified", "report_refused"]


def test_the_share_of_incidents_due_to_wrong_data(
    client: Client, requester: Person, service: Service, agent: Person, config_manager: Person, make: Make
) -> None:
    host, raised = make("server", "H-1"), []
    for title in ("一", "二", "三", "四"):
        raised.append(
            incidents.raise_incident(by=requester, requester=requester, title=title, service=service, at=MONDAY)
        )
    for each, name in ((raised[0], "resolve"), (raised[1], "resolve"), (raised[2], "resolve"), (raised[3], "close")):
        Event.objects.create(record_id=each.pk, kind="move", name=name, machine="incident", at=MONDAY + HOUR)
    for each in (raised[0], raised[0], raised[1], raised[3]):
        corrections.report(host, found="B2", by=agent, at=MONDAY, case=each)
    corrections.refuse(Correction.objects.get(case=raised[1]), by=config_manager, at=MONDAY, reason="right")

    found = figures.wrong_ci_data(start=MONDAY, end=MONDAY + timedelta(days=1))

    assert (found.part, found.whole) == (1, 3)


class TestUnregistered:
    """Something that is there and is not registered."""

    def test_it_is_recorded_under_its_correction_once(
        self, client: Client, incident: Any, agent: Person, config_manager: Person
    ) -> None:
        tag(client, agent, incident, found="a switch behind the door")
        made = Correction.objects.get()
        signed_in(client, config_manager).post(f"/cmdb/corrections/{made.pk}/verify/")
        address = f"/cmdb/cis/new/?class=network-device&correction={made.pk}"
        given = {"title": "SW-9", "environment": "prod", "criticality": "3", "correction": str(made.pk)}

        assert f"correction={made.pk}" in page(client, config_manager, "/cmdb/corrections/")
        first = client.post(address, given)
        second = client.post(address, given)

        assert (first.status_code, second.status_code) == (303, 422)
        assert ConfigurationItem.objects.filter(title="SW-9").count() == 1

    def test_what_an_audit_met_beside_its_sheet_waits_for_the_keeper(
        self, make: Make, change: Any, config_manager: Person, agent: Person
    ) -> None:
        ups = make("ups", "UPS-02", state="live")
        auditor = make_person("auditor", "auditor")
        audit = audits.start(audits.plan(title="x", kind="full", by=auditor, at=MONDAY), by=auditor, at=MONDAY)
        audits.count(audit.items.get(item=ups), result="found", by=auditor, at=MONDAY)
        audits.note_find(audit, kind="unregistered", name="SW-9", place="B1", by=auditor, at=MONDAY)

        audits.close(audit, conclusion="ok", by=auditor, at=MONDAY)

        waiting = corrections.open_for(config_manager).get()
        assert (waiting.item, waiting.found, waiting.reason) == (None, "SW-9 · B1", audit.number)


class TestSettled:
    """A verified report that a change took care of."""

    def test_it_is_settled_by_the_number_of_the_change(
        self, client: Client, make: Make, change: Any, agent: Person, config_manager: Person
    ) -> None:
        made = corrections.report(make("server", "H-1"), found="is H-2", by=agent, at=MONDAY)
        corrections.verify(made, by=config_manager, at=MONDAY)
        signed_in(client, config_manager).post(f"/cmdb/corrections/{made.pk}/settle/", {"change": "CHG-0"})
        assert Correction.objects.get().applied_at is None

        client.post(f"/cmdb/corrections/{made.pk}/settle/", {"change": str(change.number).lower()})

        settled = Correction.objects.get()
        assert (settled.applied_at is not None, settled.reason) == (True, change.number)
        assert not corrections.open_for(config_manager).exists()

    def test_one_that_nobody_verified_is_not(
        self, make: Make, change: Any, agent: Person, config_manager: Person
    ) -> None:
        made = corrections.report(make("server", "H-1"), found="is H-2", by=agent, at=MONDAY)

        with pytest.raises(corrections.Refused):
            corrections.settle(made, change=change, by=config_manager, at=MONDAY)


def test_a_used_correction_makes_no_second_item(agent: Person, config_manager: Person, incident: Any) -> None:
    made = corrections.report(None, found="SW-9", by=agent, at=MONDAY, case=incident)
    corrections.verify(made, by=config_manager, at=MONDAY)
    given: dict[str, Any] = {"ci_class": schema.present().by_code("network-device"), "by": config_manager, "at": MONDAY}
    grounds = Grounds("correction", correction=Correction.objects.get())

    services.create(title="SW-9", grounds=grounds, **given)

    with pytest.raises(services.Unauthorised):
        services.create(title="SW-10", grounds=grounds, **given)


def test_the_interface_takes_the_case_too(client: Client, incident: Any, make: Make, agent: Person) -> None:
    host = make("server", "H-1")
    client.force_login(agent)
    body = {"found": "B2", "case": str(incident.number)}

    answer = client.post(
        f"/api/v1/configuration-items/{host.number}/corrections", body, content_type="application/json"
    )

    assert answer.status_code == 201
    assert Correction.objects.get().case_id == incident.pk
