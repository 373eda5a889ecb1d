"""An audit as it is pressed: planned, drawn, counted line by line without scripts, closed, corrected by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from configuration import schema, services
from configuration.models import AuditLine, ConfigurationItem, VerificationAudit
from itsm.people.models import Person
from tests.intake.test_cmdb_pages import AT, page, signed_in
from tests.loading import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(db: None) -> list[ConfigurationItem]:
    """Two power supplies."""
    person, _client = signed_in("maker", "config_manager")
    return [
        services.create(
            ci_class=schema.present().by_code("ups"),
            title=f"UPS-{place}",
            grounds=loaded(),
            by=person,
            at=AT,
            state="live",
            serial=f"S{place}",
        )
        for place in (1, 2)
    ]


@pytest.fixture
def auditor(db: None) -> tuple[Person, Client]:
    """Who counts."""
    return signed_in("auditor", "auditor")


def planned(client: Client, **given: Any) -> VerificationAudit:
    """Plan an audit of everything."""
    asked = {"title": "機房盤點", "kind": "full", "precision": "5", "confidence": "95"} | given
    assert client.post("/cmdb/audits/", asked).status_code == 302
    return VerificationAudit.objects.get()


def test_an_audit_is_counted_line_by_line_and_corrected_by_another(
    items: list[ConfigurationItem], auditor: tuple[Person, Client]
) -> None:
    _person, client = auditor
    audit = planned(client)
    at = f"/cmdb/audits/{audit.number}/"
    assert "Draw the sample and start" in page(client, at)
    assert client.post(f"{at}start/")["Location"] == f"{at}count/"
    assert client.get(f"{at}count/")["Location"] == f"{at}count/1/"
    assert "UPS-1" in page(client, f"{at}count/1/")
    assert client.post(f"{at}count/1/", {"all_right": "1"})["Location"] == f"{at}count/?after=1"
    line = AuditLine.objects.get(audit_item__place=2, field="serial")
    answer = client.post(f"{at}count/2/", {"save": "1", f"line-{line.pk}": "wrong", f"found-{line.pk}": "S9"})
    assert client.get(answer["Location"])["Location"] == at
    client.post(f"{at}finds/", {"kind": "unregistered", "name": "an old printer"})
    assert client.post(f"{at}close/", {"conclusion": ""}).status_code == 422
    assert client.post(f"{at}close/", {"conclusion": "一項不符"}).status_code == 302

    shown = page(client, at)
    assert "an old printer" in shown
    assert "Verify and correct" not in shown
    assert client.post(f"{at}lines/{line.pk}/correct/").status_code == 403
    _keeper, other = signed_in("keeper", "config_manager")
    assert "Verify and correct" in page(other, at)
    assert other.post(f"{at}lines/{line.pk}/correct/").status_code == 302
    assert ConfigurationItem.objects.get(title="UPS-2").serial == "S9"
    assert other.post(f"{at}lines/{line.pk}/correct/").status_code == 422
    assert "corrected" in page(other, at)
    assert ">full count<" in page(other, at)
    assert "(full count)" in page(other, "/cmdb/audits/")
    assert "full count · " in page(other, "/cmdb/")


def test_a_sheet_that_is_refused_keeps_what_was_answered(
    items: list[ConfigurationItem], auditor: tuple[Person, Client]
) -> None:
    _person, client = auditor
    audit = planned(client)
    at = f"/cmdb/audits/{audit.number}/"
    client.post(f"{at}start/")
    line = AuditLine.objects.get(audit_item__place=1, field="serial")
    asked = {"save": "1", f"line-{line.pk}": "wrong", f"found-{line.pk}": "S 9 b", "remark": "貼紙脫落"}
    photo = SimpleUploadedFile("a.jpg", b"no picture")
    answer = client.post(f"{at}count/1/", asked | {"photo": photo})
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert 'value="S 9 b"' in shown
    assert 'value="貼紙脫落"' in shown
    assert f'name="line-{line.pk}" value="wrong" checked' in shown
    assert not audit.items.exclude(result="").exists()


def test_a_plan_that_is_wrong_keeps_what_was_typed(auditor: tuple[Person, Client]) -> None:
    _person, client = auditor
    answer = client.post("/cmdb/audits/", {"title": "機房", "kind": "sample", "precision": "0", "confidence": "95"})

    assert answer.status_code == 422
    assert "機房" in answer.content.decode()
    assert not VerificationAudit.objects.exists()


def test_an_audit_of_nothing_says_so(auditor: tuple[Person, Client]) -> None:
    _person, client = auditor
    audit = planned(client)

    assert client.post(f"/cmdb/audits/{audit.number}/start/").status_code == 422


def test_who_neither_keeps_nor_audits_only_reads(
    items: list[ConfigurationItem], auditor: tuple[Person, Client]
) -> None:
    audit = planned(auditor[1])
    _owner, client = signed_in("owner", "service_owner")

    assert client.get(f"/cmdb/audits/{audit.number}/").status_code in (200, 403)
    assert client.post(f"/cmdb/audits/{audit.number}/start/").status_code == 403
    assert client.get("/cmdb/audits/AUD-209901-00001/").status_code in (403, 404)


def test_the_statements_of_the_sheet_do_not_grow_with_its_rows(
    items: list[ConfigurationItem], auditor: tuple[Person, Client], django_assert_max_num_queries: Any
) -> None:
    _person, client = auditor
    audit = planned(client)
    client.post(f"/cmdb/audits/{audit.number}/start/")

    with django_assert_max_num_queries(18):
        client.get(f"/cmdb/audits/{audit.number}/")
