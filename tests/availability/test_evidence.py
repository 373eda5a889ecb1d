"""Evidence of an exclusion may be files: checked as those of cases, seen by the approver, closed once it is decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from itsm.people.models import Person
from itsm.records.refusals import NotAllowed, Objected
from sla import claim_files, claims
from sla.models import ClaimFile
from tests.availability.conftest import taipei

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def claim(service: Any, owner: Person) -> Any:
    """A claim of the owner, without a word of evidence."""
    return claims.claim(
        service, clause=claims.USUAL[0], started_at=taipei(11, 5, 9), ended_at=taipei(11, 5, 12), reason="颱風停電", evidence="",
        by=owner, at=taipei(11, 6),
    )  # fmt: skip


def as_(person: Person) -> Client:
    """Sign somebody in."""
    client = Client()
    client.force_login(person)
    return client


def test_a_file_is_kept_and_is_evidence_enough_to_approve(claim: Any, owner: Person, slm: Person) -> None:
    with pytest.raises(Objected):
        claims.decide(claim, approve=True, note="", by=slm, at=taipei(11, 7))
    sent = SimpleUploadedFile("..\\停班公告.pdf", PNG, "application/pdf")

    answer = as_(owner).post(f"/reports/exclusions/{claim.pk}/files/", {"files": [sent]})

    made = ClaimFile.objects.get()
    assert (answer.status_code, made.name, made.media_type, made.size) == (303, "停班公告.pdf", "image/png", len(PNG))
    page = as_(slm).get(f"/reports/exclusions/{claim.pk}/").content.decode()
    assert f"/reports/exclusions/{claim.pk}/files/{made.pk}/" in page
    assert claims.decide(claim, approve=True, note="", by=slm, at=taipei(11, 7)).evidence == "停班公告.pdf"


def test_who_may_know_of_the_claim_downloads_it_and_nobody_else(claim: Any, owner: Person, requester: Person) -> None:
    made = claim_files.attach(claim, name="公告.txt", pieces=[b"<script>"], by=owner, at=taipei(11, 6))

    for where in (f"/reports/exclusions/{claim.pk}/files/{made.pk}/", f"/api/v1/exclusions/{claim.pk}/files/{made.pk}"):
        answer = as_(owner).get(where)
        assert b"".join(answer) == b"<script>"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert as_(requester).get(where).status_code == 403
    assert as_(owner).get(f"/reports/exclusions/{claim.pk + 1}/files/{made.pk}/").status_code == 404


def test_what_cannot_be_kept_is_said_and_nothing_is_made(
    claim: Any, owner: Person, requester: Person, settings: Any
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 8
    for pieces in ([b""], [b"123456789"]):
        with pytest.raises(Objected):
            claim_files.attach(claim, name="x", pieces=pieces, by=owner, at=taipei(11, 6))
    with pytest.raises(NotAllowed):
        claim_files.attach(claim, name="x", pieces=[b"1"], by=requester, at=taipei(11, 6))
    client = as_(owner)
    client.post(f"/reports/exclusions/{claim.pk}/files/", {"files": SimpleUploadedFile("leer.txt", b"")})

    assert "leer.txt" in client.get(f"/reports/exclusions/{claim.pk}/").content.decode()
    assert not ClaimFile.objects.exists()


def test_a_decided_claim_takes_no_more_and_files_never_change(claim: Any, owner: Person, slm: Person) -> None:
    made = claim_files.attach(claim, name="公告.txt", pieces=[b"1"], by=owner, at=taipei(11, 6))
    claims.decide(claim, approve=True, note="", by=slm, at=taipei(11, 7))

    with pytest.raises(Objected):
        claim_files.attach(claim, name="x", pieces=[b"1"], by=owner, at=taipei(11, 8))
    with pytest.raises(DatabaseError), transaction.atomic():
        ClaimFile.objects.filter(pk=made.pk).update(name="anders")
    page = as_(owner).get(f"/reports/exclusions/{claim.pk}/").content.decode()
    assert "evidence-file" not in page


def test_over_the_interface_too(claim: Any, owner: Person, slm: Person) -> None:
    sent = {"file": SimpleUploadedFile("電信通知.txt", "光纜挖斷".encode())}

    made = as_(owner).post(f"/api/v1/exclusions/{claim.pk}/files", sent)

    assert (made.status_code, made.json()["name"], made.json()["media_type"]) == (201, "電信通知.txt", "text/plain")
    assert [one["id"] for one in as_(slm).get(f"/api/v1/exclusions/{claim.pk}/files").json()] == [made.json()["id"]]
    empty = as_(owner).post(f"/api/v1/exclusions/{claim.pk}/files", {"file": SimpleUploadedFile("x", b"")})
    assert empty.status_code == 422
