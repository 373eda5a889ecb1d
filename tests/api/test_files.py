"""Files over REST: kept, told by their content, never shown in place."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from itsm.people.models import Person
from itsm.records.models import Attachment, Event

pytestmark = pytest.mark.django_db


def attach(client: Any, number: str, content: bytes, name: str = "note.txt", **more: Any) -> Any:
    body = {"file": SimpleUploadedFile(name, content), **more}
    return client.post(f"/api/v1/tickets/{number}/attachments", body, format="multipart")


def test_a_file_comes_back_as_it_was_sent(caller: Any, outage: Any, requester: Person, agent: Person) -> None:
    made = attach(caller(requester), outage.number, b"GIF89a...", name="../畫面.html").json()
    response = caller(agent).get(f"/api/v1/attachments/{made['id']}")

    assert (made["name"], made["media_type"], made["size"]) == ("畫面.html", "image/gif", 9)
    assert b"".join(response.streaming_content) == b"GIF89a..."
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert Event.objects.filter(record=outage.pk, kind=Event.Kind.ATTACHED).count() == 1


def test_an_internal_file_does_not_exist_for_the_requester(
    caller: Any, outage: Any, requester: Person, agent: Person
) -> None:
    made = attach(caller(agent), outage.number, b"CANARY", internal=True).json()
    refused = attach(caller(requester), outage.number, b"mine", internal=True)
    listed = caller(requester).get(f"/api/v1/tickets/{outage.number}/attachments").json()["results"]

    assert made["internal"] is True
    assert refused.status_code == 403
    assert listed == []
    assert caller(requester).get(f"/api/v1/attachments/{made['id']}").status_code == 404


def test_strangers_find_no_file(caller: Any, outage: Any, requester: Person, other_requester: Person) -> None:
    made = attach(caller(requester), outage.number, b"x").json()

    assert caller(other_requester).get(f"/api/v1/attachments/{made['id']}").status_code == 404
    assert attach(caller(other_requester), outage.number, b"x").status_code == 404


def test_empty_and_oversized_files_are_refused(caller: Any, outage: Any, requester: Person, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1024 * 1024
    client = caller(requester)

    assert attach(client, outage.number, b"").status_code == 422
    assert attach(client, outage.number, b"x" * (1024 * 1024 + 1)).status_code == 422
    assert attach(client, outage.number, b"x" * (1024 * 1024 * 2)).status_code == 413
    assert Attachment.objects.count() == 0


def test_a_field_that_is_not_offered_is_refused(caller: Any, outage: Any, requester: Person) -> None:
    assert attach(caller(requester), outage.number, b"x", sha256="0").status_code == 400
