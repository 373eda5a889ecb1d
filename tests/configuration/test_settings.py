"""An administrator adds classes, attributes, kinds of relationships and pairs without code."""

import pytest
from django.test import Client

from configuration import attributes, schema
from configuration.models import CiAttribute, CiClass, RelationType
from tests.configuration.conftest import Make
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Client:
    """An administrator's browser."""
    client.force_login(make_person("boss", is_staff=True, language="en"))
    return client


def test_a_new_class_takes_items_with_its_attributes(admin: Client, make: Make) -> None:
    power = CiClass.objects.get(code="power")
    given = {
        "code": "flywheel",
        "name_zh": "飛輪",
        "parent": power.pk,
        "control": "full",
        "layer": "8",
        "stale_days": "60",
        "is_active": "on",
    }

    admin.post("/settings/cmdb/classes/new/", given | {"identity": "serial, manufacturer\ntitle"})
    made = CiClass.objects.get(code="flywheel")
    attribute = {
        "code": "speed",
        "name_zh": "轉速",
        "kind": "choice",
        "mark": "required",
        "sort": "10",
        "is_active": "on",
    }
    admin.post(
        f"/settings/cmdb/classes/{made.pk}/attributes/new/", attribute | {"choices": "low | 低速 | Low\nhigh | 高速"}
    )

    item = make("flywheel", "FW-1", given={"speed": "高速", "capacity_kva": 10})
    assert item.attributes == {"speed": "high", "capacity_kva": 10}
    assert attributes.missing(make("flywheel", "FW-2")) == ["轉速"]
    assert made.identity == [["serial", "manufacturer"], ["title"]]
    page = admin.get(f"/settings/cmdb/classes/{made.pk}/").content.decode()
    assert "2 items are of this class" in page


def test_a_choice_without_choices_is_refused(admin: Client) -> None:
    power = CiClass.objects.get(code="power")

    answer = admin.post(
        f"/settings/cmdb/classes/{power.pk}/attributes/new/",
        {"code": "x", "name_zh": "x", "kind": "choice", "mark": "optional", "sort": "1"},
    )

    assert answer.status_code == 422
    assert not CiAttribute.objects.filter(code="x").exists()


def test_a_class_does_not_belong_to_one_below_it(admin: Client) -> None:
    power, ups = CiClass.objects.get(code="power"), CiClass.objects.get(code="ups")
    given = {"name_zh": "電力", "parent": ups.pk, "control": "full", "layer": "8", "stale_days": "60"}

    assert admin.post(f"/settings/cmdb/classes/{power.pk}/", given).status_code == 422


def test_a_pair_is_allowed_and_no_longer(admin: Client) -> None:
    given = {"code": "spins", "name_zh": "帶動", "inverse_zh": "被帶動", "impact": "to_target", "is_active": "on"}
    admin.post("/settings/cmdb/kinds/new/", given)
    kind, ups = RelationType.objects.get(code="spins"), CiClass.objects.get(code="ups")
    room = CiClass.objects.get(code="room")

    admin.post(f"/settings/cmdb/kinds/{kind.pk}/pairs/new/", {"source_class": ups.pk, "target_class": room.pk})
    assert schema.present().allows(kind.pk, ups.pk, room.pk)
    admin.post(f"/settings/cmdb/kinds/{kind.pk}/pairs/{kind.pairs.get().pk}/drop/")

    assert not schema.present().allows(kind.pk, ups.pk, room.pk)
