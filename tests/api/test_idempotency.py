"""Idempotency-Key: one effect, one answer, however often a program asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections

from incidents.models import Incident
from itsm.api.models import KeptAnswer
from itsm.people.models import Organisation, Person
from itsm.records.models import Attachment

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/incidents"
BODY = {"title": "No mail"}


def raised(client: Any, key: str = "k1", body: Any = None) -> Any:
    return client.post(ADDRESS, body or BODY, headers={"Idempotency-Key": key})


def test_a_repeat_gets_the_same_answer_and_has_no_second_effect(caller: Any, requester: Person) -> None:
    client = caller(requester)
    first, second = raised(client), raised(client)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Incident.objects.count() == 1


def test_without_a_key_every_request_has_its_effect(caller: Any, requester: Person) -> None:
    client = caller(requester)
    client.post(ADDRESS, BODY)
    client.post(ADDRESS, BODY)

    assert Incident.objects.count() == 2


def test_the_same_key_with_another_body_is_refused(caller: Any, requester: Person) -> None:
    client = caller(requester)
    raised(client)
    other = raised(client, body={"title": "No printer"})

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Incident.objects.count() == 1


def test_the_same_key_at_another_address_is_refused(caller: Any, requester: Person) -> None:
    client = caller(requester)
    raised(client)
    other = client.post("/api/v1/service-requests", BODY, headers={"Idempotency-Key": "k1"})

    assert other.status_code == 422


def test_keys_of_two_people_have_nothing_to_do_with_each_other(caller: Any, requester: Person, agent: Person) -> None:
    raised(caller(requester))
    raised(caller(agent))

    assert Incident.objects.count() == 2


def test_a_refused_request_had_no_effect_and_may_be_repeated(caller: Any, requester: Person, service: Any) -> None:
    client = caller(requester)
    service.audiences.add(Organisation.objects.create(code="elsewhere", name_zh="他處"))
    body = BODY | {"service": service.code}
    refused = raised(client, body=body)
    service.audiences.clear()
    done = raised(client, body=body)

    assert (refused.status_code, done.status_code) == (422, 201)


def test_an_error_of_ours_is_not_kept(caller: Any, requester: Person) -> None:
    client = caller(requester)
    client.raise_request_exception = False
    with patch("incidents.api.raise_incident", side_effect=RuntimeError):
        failed = raised(client)
    done = raised(client)

    assert (failed.status_code, done.status_code) == (500, 201)


def test_a_key_is_forgotten_after_a_week(caller: Any, requester: Person) -> None:
    client = caller(requester)
    raised(client)
    KeptAnswer.objects.update(at=KeptAnswer.objects.get().at - timedelta(days=8))
    raised(client)

    assert Incident.objects.count() == 2
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "ключ"])
def test_a_key_that_cannot_be_one_is_refused(key: str, caller: Any, requester: Person) -> None:
    assert raised(caller(requester), key=key).status_code == 400


def test_a_file_sent_twice_is_kept_once(caller: Any, outage: Any, requester: Person) -> None:
    client, address = caller(requester), f"/api/v1/tickets/{outage.number}/attachments"
    for content, status in ((b"one", 201), (b"one", 201), (b"two", 422)):
        file = SimpleUploadedFile("note.txt", content)
        response = client.post(address, {"file": file}, format="multipart", headers={"Idempotency-Key": "f"})
        assert response.status_code == status

    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_that_is_being_worked_on_is_not_waited_for(caller: Any, requester: Person) -> None:
    client = caller(requester)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"idempotency {requester.pk} k1"])
        with ThreadPoolExecutor(1) as pool:
            response = pool.submit(_closing, client).result()
        cursor.execute("SELECT pg_advisory_unlock_all()")

    assert (response.status_code, response.json()["code"]) == (409, "in_flight")


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_have_one_effect(caller: Any, requester: Person) -> None:
    client = caller(requester)
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(lambda _: _closing(client), range(8)))

    assert Incident.objects.count() == 1
    assert statuses[0] == 201
    assert set(statuses) <= {201, 409}


def _closing(client: Any) -> Any:
    try:
        return raised(client)
    finally:
        connections.close_all()
