"""What the pages of configuration data show: two items and their relationship, an import, two baselines, a running audit."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from configuration import relating, schema, services
from configuration.models import (
    Baseline,
    CiAttribute,
    CiRelation,
    ConfigurationItem,
    ImportBatch,
    ImportUpload,
    RelationType,
    VerificationAudit,
)
from itsm.people.models import Person
from tests.loading import loaded

CSV = b"name,ci_class,serial\nweb1,virtual-machine,S1\nbad,spaceship,S3\n"


def configured(keeper: Person) -> dict[str, Any]:
    """Make them; gives the numbers and keys that stand in addresses."""
    now = timezone.now()
    grounds = loaded()
    host, guest = (
        services.create(
            ci_class=schema.present().by_code(code), title=title, grounds=grounds, by=keeper, at=now, state="live", serial=f"SN-{title}",
            given={"manufacturer": "Acme", "os": "Debian 12"} if code == "server" else {},
        )
        for code, title in (("server", "host-1"), ("virtual-machine", "guest-1"))
    )  # fmt: skip
    kind = RelationType.objects.get(code="runs_on")
    relating.relate(guest, host, type=kind, grounds=grounds, by=keeper, at=now)
    client = Client()
    client.force_login(keeper)
    place = client.post("/cmdb/import/", {"file": SimpleUploadedFile("items.csv", CSV)})["Location"]
    client.post(place, {"then": "compare", "source": "sheet", "what": "items", "class": "server"})
    client.post(
        "/cmdb/import/", {"file": SimpleUploadedFile("more.csv", CSV)}
    )  # one that waits for its columns to be named
    for title in ("前", "後"):
        client.post("/cmdb/baselines/", {"name": title})
    plan = {
        "title": "機房查核",
        "kind": "sample",
        "precision": "10",
        "confidence": "95",
        "planned_on": str(timezone.localdate()),
        "auditor": keeper.pk,
    }
    client.post("/cmdb/audits/", plan)
    return _keys(host, guest, kind)


def _keys(host: ConfigurationItem, guest: ConfigurationItem, kind: RelationType) -> dict[str, Any]:
    baselines = list(Baseline.objects.order_by("pk").values_list("pk", flat=True))
    audit = VerificationAudit.objects.get()
    attribute = CiAttribute.objects.order_by("pk")[0]
    return {
        "ci": host.number, "guest": guest.number, "relation": CiRelation.objects.get().pk, "ci_class": attribute.ci_class_id,
        "ci_kind": kind.pk, "ci_attribute": attribute.pk, "upload": ImportUpload.objects.get().pk,
        "batch": ImportBatch.objects.latest("pk").pk,
        "first": baselines[0], "second": baselines[-1], "audit": audit.number,
    }  # fmt: skip
