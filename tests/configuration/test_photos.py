"""A photo beside a line of an audit: kept with the item, shown without its metadata, never anything but a picture."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from configuration import audits
from configuration.models import AuditItem
from itsm.people.models import Person
from itsm.records.models import Event
from tests.configuration.conftest import Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(make: Make, change: Any) -> AuditItem:
    """The one line of an audit that is being counted."""
    make("ups", "UPS-02", state="live")
    auditor = make_person("auditor", "auditor")
    audit = audits.start(audits.plan(title="x", kind="full", by=auditor, at=MONDAY), by=auditor, at=MONDAY)
    found: AuditItem = audit.items.get()
    return found


def picture() -> SimpleUploadedFile:
    made = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    Image.new("RGB", (40, 30), "red").save(made, "JPEG", exif=exif)
    return SimpleUploadedFile("sticker.jpg", made.getvalue(), content_type="image/jpeg")


def send(client: Client, row: AuditItem, file: Any) -> Any:
    client.force_login(Person.objects.get(username="auditor"))
    return client.post(f"/cmdb/audits/{row.audit.number}/count/{row.place}/", {"save": "1", "photo": file})


def test_it_is_kept_with_the_item_and_shown_without_its_metadata(client: Client, row: AuditItem) -> None:
    answer = send(client, row, picture())

    row.refresh_from_db()
    assert answer.status_code == 302
    assert (row.result, row.photo.record_id, row.photo.name) == ("found", row.item_id, "sticker.jpg")  # type: ignore[union-attr]
    assert Event.objects.filter(record_id=row.item_id, name="attach").exists()
    shown = client.get(f"/cmdb/audits/{row.audit.number}/count/{row.place}/photo")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert Image.open(BytesIO(shown.content)).size == (40, 30)
    assert b"where it was taken" not in shown.content


def test_what_is_no_picture_is_refused_and_nothing_is_counted(client: Client, row: AuditItem) -> None:
    answer = send(
        client, row, SimpleUploadedFile("sticker.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    )

    row.refresh_from_db()
    assert answer.status_code == 422
    assert (row.result, row.photo) == ("", None)
    assert client.get(f"/cmdb/audits/{row.audit.number}/count/{row.place}/photo").status_code == 404


def test_a_closed_audit_takes_none(row: AuditItem, config_manager: Person) -> None:
    audits.count(row, result="found", by=config_manager, at=MONDAY)
    audits.close(row.audit, conclusion="ok", by=config_manager, at=MONDAY)

    with pytest.raises(audits.Refused):
        audits.photograph(row, name="x.png", pieces=[b"x"], by=config_manager, at=MONDAY)


def test_requesters_see_no_photo(client: Client, row: AuditItem, requester: Person) -> None:
    client.force_login(requester)

    assert client.get(f"/cmdb/audits/{row.audit.number}/count/{row.place}/photo").status_code == 403


def send_by_api(client: Client, row: AuditItem, file: Any, username: str = "auditor") -> Any:
    client.force_login(Person.objects.get(username=username))
    return client.post(f"/api/v1/cmdb/audits/{row.audit.number}/items/{row.place}/photo", {"file": file})


def test_the_interface_keeps_and_shows_it_as_the_page_does(client: Client, row: AuditItem) -> None:
    answer = send_by_api(client, row, picture())

    row.refresh_from_db()
    assert (answer.status_code, answer.json()["has_photo"]) == (201, True), answer.content
    assert (row.result, row.photo.record_id, row.photo.name) == ("", row.item_id, "sticker.jpg")  # type: ignore[union-attr]
    shown = client.get(f"/api/v1/cmdb/audits/{row.audit.number}/items/{row.place}/photo")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"where it was taken" not in shown.content


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b""])
def test_the_interface_refuses_what_is_no_picture(content: bytes, client: Client, row: AuditItem) -> None:
    answer = send_by_api(client, row, SimpleUploadedFile("sticker.jpg", content, content_type="image/jpeg"))

    row.refresh_from_db()
    assert (answer.status_code, row.photo) == (422, None)
    assert client.get(f"/api/v1/cmdb/audits/{row.audit.number}/items/{row.place}/photo").status_code == 404


def test_the_interface_holds_the_limit_of_every_file(client: Client, row: AuditItem, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000

    told = send_by_api(client, row, SimpleUploadedFile("a.jpg", b"x" * 100_000, content_type="image/jpeg"))
    held = send_by_api(client, row, SimpleUploadedFile("a.jpg", b"x" * 2_000, content_type="image/jpeg"))

    row.refresh_from_db()
    assert (told.status_code, held.status_code, row.photo) == (413, 422, None)


def test_the_interface_takes_photos_of_counters_only(client: Client, row: AuditItem, requester: Person) -> None:
    make_person("board", "cab")

    assert send_by_api(client, row, picture(), requester.username).status_code == 403
    assert send_by_api(client, row, picture(), "board").status_code == 403
    row.refresh_from_db()
    assert row.photo is None
