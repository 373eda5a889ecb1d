"""Classes, attributes, kinds of relationships and pairs over REST: the rules and sentences of the settings' pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.utils.translation import override

from configuration import attributes, relating, schema
from configuration.models import CiAttribute, CiClass, RelationType
from itsm.people.models import Person
from tests.api.test_calendars import as_, send
from tests.api.test_settings import change
from tests.configuration.conftest import Make
from tests.fixtures import make_person
from tests.loading import loaded

pytestmark = pytest.mark.django_db
CLASSES, KINDS = "/api/v1/ci-classes", "/api/v1/ci-relation-types"
FLYWHEEL = {
    "code": "flywheel", "name_zh": "飛輪", "parent": "power", "layer": 8, "identity": [["serial", "manufacturer"], ["title"]],
}  # fmt: skip
SPEED = {"code": "speed", "name_zh": "轉速", "kind": "choice", "mark": "required", "sort": 10}
OFFERED = [{"value": "low", "zh": "低速", "en": "Low"}, {"value": "high", "zh": "高速"}]
SPINS = {"code": "spins", "name_zh": "帶動", "inverse_zh": "被帶動", "impact": "to_target"}


@pytest.fixture
def boss(db: None) -> Person:
    """An administrator who reads English."""
    return make_person("boss", is_staff=True, language="en")


def test_a_class_made_over_rest_takes_items_with_its_attributes(boss: Person, make: Make) -> None:
    made = send(boss, CLASSES, FLYWHEEL)
    speed = send(boss, f"{CLASSES}/flywheel/attributes", SPEED | {"choices": OFFERED})

    assert (made.status_code, made["Location"]) == (201, f"{CLASSES}/flywheel")
    assert made.json() | FLYWHEEL == made.json()
    assert (made.json()["control"], made.json()["stale_days"], made.json()["attributes"]) == ("full", 60, [])
    assert (speed.status_code, speed["Location"]) == (201, f"{CLASSES}/flywheel/attributes/speed")
    assert speed.json()["choices"] == [OFFERED[0], {"value": "high", "zh": "高速", "en": "高速"}]
    assert as_(boss).get(f"{CLASSES}/flywheel").json()["attributes"] == [speed.json()]
    item = make("flywheel", "FW-1", given={"speed": "高速", "capacity_kva": 10})
    assert item.attributes == {"speed": "high", "capacity_kva": 10}
    assert attributes.missing(make("flywheel", "FW-2")) == ["轉速"]


def test_what_is_not_named_stays_and_an_older_version_is_refused(boss: Person) -> None:
    at, before = f"{CLASSES}/ups", as_(boss).get(f"{CLASSES}/ups")

    changed = change(boss, at, {"stale_days": 30, "audit_every_days": 365})
    late = as_(boss).patch(at, {"stale_days": 1}, content_type="application/json", headers={"If-Match": before["ETag"]})

    assert changed.json() == before.json() | {"stale_days": 30, "audit_every_days": 365}
    assert changed.json() == as_(boss).get(at).json()
    assert (late.status_code, CiClass.objects.get(code="ups").stale_days) == (412, 30)
    assert apps.get_model("configuration", "CiClassEvent").objects.filter(pgh_obj__code="ups", stale_days=30).exists()
    same = as_(boss).get(at, headers={"If-None-Match": changed["ETag"]})
    assert same.status_code == 304


def test_every_class_attribute_and_kind_that_stands_can_be_sent_back(boss: Person) -> None:
    tables = (CiClass, CiAttribute, RelationType)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    for row in CiClass.objects.order_by("pk"):
        body = as_(boss).get(f"{CLASSES}/{row.code}").json()
        for own in body.pop("attributes"):
            place = f"{CLASSES}/{row.code}/attributes/{own.pop('code')}"
            assert change(boss, place, {k: v for k, v in own.items() if k != "kind"}).status_code == 200
        assert change(boss, f"{CLASSES}/{body.pop('code')}", body).status_code == 200
    for kind in RelationType.objects.order_by("pk"):
        body = as_(boss).get(f"{KINDS}/{kind.code}").json()
        said = {name: value for name, value in body.items() if name not in ("code", "pairs")}
        assert change(boss, f"{KINDS}/{kind.code}", said).json() == body

    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_class_and_an_attribute_are_switched_off_and_what_items_have_stays(boss: Person, make: Make) -> None:
    item = make("ups", "UPS-1", given={"capacity_kva": 10})

    off = change(boss, f"{CLASSES}/power/attributes/capacity_kva", {"is_active": False})
    gone = change(boss, f"{CLASSES}/ups", {"is_active": False})

    assert (off.json()["is_active"], gone.json()["is_active"]) == (False, False)
    item = type(item).objects.get(pk=item.pk)
    assert item.attributes == {"capacity_kva": 10}
    listed = {row["code"]: row for row in as_(boss).get(CLASSES).json()}
    assert listed["ups"]["is_active"] is False
    assert "capacity_kva" not in {one["code"] for one in listed["ups"]["attributes"]}


@pytest.mark.parametrize(
    ("wrong", "typed"),
    [
        ({"layer": 10}, {"layer": "10"}), ({"control": "none"}, {"control": "none"}),
        ({"stale_days": -1}, {"stale_days": "-1"}), ({"code": "ups"}, {"code": "ups"}), ({"parent": "nowhere"}, {"parent": "0"}),
    ],
)  # fmt: skip
def test_a_wrong_class_is_refused_with_the_sentence_of_the_page(
    boss: Person, wrong: dict[str, Any], typed: dict[str, Any]
) -> None:
    right = {"code": "flywheel", "name_zh": "飛輪", "control": "full", "layer": "8", "stale_days": "60"}
    page = as_(boss).post("/settings/cmdb/classes/new/", right | typed)

    answer = send(boss, CLASSES, FLYWHEEL | wrong)

    assert (answer.status_code, page.status_code) == (422, 422)
    with override("en"):
        told = [str(one) for found in page.context["form"].errors.values() for one in found]
    assert answer.json()["reasons"] == told
    assert list(answer.json()["errors"]) == list(wrong)
    assert not CiClass.objects.filter(code="flywheel").exists()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"{CLASSES}/ups/attributes", SPEED, 422), (f"{CLASSES}/ups/attributes", SPEED | {"kind": "colour"}, 422),
        (f"{CLASSES}/ups/attributes", SPEED | {"choices": [{"value": "a|b"}]}, 400),
        (f"{CLASSES}/ups/attributes", SPEED | {"choices": [{"value": "a", "zh": "b\nc"}]}, 400),
        (f"{CLASSES}/power/attributes", {"code": "capacity_kva", "name_zh": "x"}, 422),
        (CLASSES, FLYWHEEL | {"identity": [["a,b"]]}, 400), (CLASSES, FLYWHEEL | {"colour": "red"}, 400),
        (KINDS, SPINS | {"impact": "everywhere"}, 422), (KINDS, {"code": "spins"}, 400),
        (f"{CLASSES}/nowhere/attributes", SPEED, 404), (f"{KINDS}/nowhere/pairs", {"source": "ups", "target": "room"}, 404),
    ],
)  # fmt: skip
def test_what_will_not_do_is_refused_with_a_sentence_and_nothing_is_made(
    boss: Person, path: str, body: dict[str, Any], status: int
) -> None:
    tables = (CiClass, CiAttribute, RelationType)
    before = [table.objects.count() for table in tables]

    answer = send(boss, path, body)

    assert (answer.status_code, bool(answer.json()["reasons"])) == (status, True), answer.json()
    assert [table.objects.count() for table in tables] == before


def test_a_class_does_not_belong_to_one_below_it_and_codes_and_types_stay(boss: Person) -> None:
    assert list(change(boss, f"{CLASSES}/power", {"parent": "ups"}).json()["errors"]) == ["parent"]
    assert change(boss, f"{CLASSES}/power", {"code": "other"}).status_code == 400
    assert change(boss, f"{CLASSES}/power/attributes/capacity_kva", {"kind": "text"}).status_code == 400
    assert change(boss, f"{CLASSES}/ups/attributes/capacity_kva", {"sort": 1}).status_code == 404


def test_a_pair_is_allowed_once_and_no_longer(boss: Person) -> None:
    assert send(boss, KINDS, SPINS)["Location"] == f"{KINDS}/spins"
    pair = {"source": "ups", "target": "room"}

    made = send(boss, f"{KINDS}/spins/pairs", pair)
    again = send(boss, f"{KINDS}/spins/pairs", pair)
    unknown = send(boss, f"{KINDS}/spins/pairs", pair | {"target": "nowhere"})

    kind, ups, room = RelationType.objects.get(code="spins"), *(CiClass.objects.get(code=c) for c in ("ups", "room"))
    assert (made.status_code, made.json(), made["Location"]) == (201, pair, f"{KINDS}/spins/pairs/ups/room")
    assert schema.present().allows(kind.pk, ups.pk, room.pk)
    assert again.json()["reasons"] == ["This pair is allowed already."]
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["target"])
    assert as_(boss).get(f"{KINDS}/spins").json()["pairs"] == [pair]
    assert as_(boss).delete(made["Location"]).status_code == 204
    assert as_(boss).delete(made["Location"]).status_code == 404
    assert not schema.present().allows(kind.pk, ups.pk, room.pk)


def test_where_a_failure_goes_on_stays_once_a_kind_is_used(boss: Person, make: Make) -> None:
    assert change(boss, f"{KINDS}/depends_on", {"impact": "none"}).json()["impact"] == "none"
    kind = RelationType.objects.get(code="depends_on")
    one, other = make("server", "A"), make("server", "B")
    relating.relate(one, other, type=kind, grounds=loaded(), by=make_person("kim", "config_manager"), at=one.changed_at)

    used = change(boss, f"{KINDS}/depends_on", {"impact": "to_source"})

    assert (used.status_code, list(used.json()["errors"])) == (422, ["impact"])
    assert change(boss, f"{KINDS}/depends_on", {"impact": "none", "name_en": "needs"}).json()["name_en"] == "needs"
    assert RelationType.objects.get(code="depends_on").impact == "none"


def test_a_key_makes_one_class(boss: Person) -> None:
    first, again = (
        as_(boss).post(CLASSES, FLYWHEEL, content_type="application/json", headers={"Idempotency-Key": "k1"})
        for _ in "ab"
    )

    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert CiClass.objects.filter(code="flywheel").count() == 1


def test_only_administrators_set_them_up(db: None) -> None:
    for person in (make_person("ann", "agent"), make_person("kim", "config_manager")):
        assert {as_(person).get(path).status_code for path in (CLASSES, KINDS)} == {200}
        reads = (f"{CLASSES}/ups", f"{CLASSES}/power/attributes/capacity_kva", f"{KINDS}/depends_on")
        assert {as_(person).get(path).status_code for path in reads} == {403}
        posts: tuple[tuple[str, dict[str, Any]], ...] = (
            (CLASSES, FLYWHEEL),
            (f"{CLASSES}/ups/attributes", SPEED),
            (KINDS, SPINS),
            (f"{KINDS}/depends_on/pairs", {}),
        )
        assert {send(person, path, body).status_code for path, body in posts} == {403}
        assert {change(person, path, {}).status_code for path in reads} == {403}
        assert as_(person).delete(f"{KINDS}/depends_on/pairs/ups/room").status_code == 403
    assert as_(make_person("asker")).get(CLASSES).status_code == 403
