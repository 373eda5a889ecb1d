"""Configuration items over REST: the same services, the same refusals."""

from typing import Any

import pytest
from django.test import Client

from configuration.authority import Grounds
from configuration.models import CiRelation, ConfigurationItem, Correction
from itsm.people.models import Person
from tests.configuration.conftest import Make, brought

pytestmark = pytest.mark.django_db
BASE = "/api/v1/configuration-items"


@pytest.fixture
def call(client: Client, config_manager: Person) -> Any:
    """Call the interface as the configuration manager who is signed in."""
    Person.objects.filter(pk=config_manager.pk).update(language="en")
    client.force_login(config_manager)

    def ask(method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(path, body, headers={"Accept-Language": "en", **headers}, **given)

    return ask


def test_an_item_is_made_read_and_edited_under_a_change(call: Any, change: Any) -> None:
    body = {"ci_class": "ups", "title": "UPS-02", "change": change.number, "attributes": {"capacity_kva": 40}}
    made = call("post", BASE, body)
    assert made.status_code == 201
    address = made.headers["Location"]

    read = call("get", address)
    edited = call("patch", address, {"change": change.number, "place": "B1"}, **{"If-Match": read.headers["ETag"]})

    assert read.json()["attributes"] == {"capacity_kva": 40}
    assert (edited.status_code, edited.json()["place"]) == (200, "B1")


def test_an_edit_without_a_change_is_refused_and_no_row_changes(call: Any, make: Make, draft_change: Any) -> None:
    ups = make("ups", "UPS-02")
    address, match = f"{BASE}/{ups.number}", {"If-Match": "*"}

    bare = call("patch", address, {"title": "x"}, **match)
    drafted = call("patch", address, {"title": "x", "change": brought(draft_change, "draft").number}, **match)

    for answer in (bare, drafted):
        assert answer.status_code == 403
        assert "only through an authorised change" in answer.json()["detail"]
    assert ConfigurationItem.objects.get(pk=ups.pk).title == "UPS-02"


def test_a_stale_edit_is_refused(call: Any, make: Make, change: Any) -> None:
    ups = make("ups", "UPS-02")

    answer = call("patch", f"{BASE}/{ups.number}", {"title": "x", "change": change.number}, **{"If-Match": '"99-x"'})

    assert answer.status_code == 412


def test_what_does_not_fit_is_told_by_field(call: Any, change: Any) -> None:
    wrong = call(
        "post", BASE, {"ci_class": "ups", "title": "U", "change": change.number, "attributes": {"capacity_kva": "x"}}
    )
    nowhere = call("post", BASE, {"ci_class": "spaceship", "title": "U", "change": change.number})
    nobody = call("post", BASE, {"ci_class": "ups", "title": "U", "change": change.number, "owner": "nobody"})

    assert (wrong.status_code, set(wrong.json()["errors"])) == (422, {"attributes.capacity_kva"})
    assert (nowhere.status_code, set(nowhere.json()["errors"])) == (422, {"ci_class"})
    assert (nobody.status_code, set(nobody.json()["errors"])) == (422, {"owner"})
    assert not ConfigurationItem.objects.exists()


def test_relationships_and_the_impact_with_its_way(call: Any, make: Make, change: Any) -> None:
    ups, rack = make("ups", "UPS-02"), make("rack", "R-A")
    given = {"type": "feeds", "target": rack.number, "change": change.number}

    made = call("post", f"{BASE}/{ups.number}/relations", given)
    impact = call("get", f"{BASE}/{ups.number}/impact").json()
    up = call("get", f"{BASE}/{rack.number}/impact?direction=up&depth=3").json()

    assert made.status_code == 201
    assert [(row["number"], row["standing"]) for row in impact["items"]] == [
        (ups.number, "start"),
        (rack.number, "down"),
    ]
    assert impact["items"][1]["path"] == [ups.number, rack.number]
    assert [row["number"] for row in up["items"]] == [rack.number, ups.number]

    ended = call("post", f"/api/v1/ci-relations/{made.json()['id']}/end", {"change": change.number})
    assert ended.json()["valid_to"] is not None
    assert not CiRelation.objects.present().exists()


@pytest.mark.parametrize("query", ["direction=left", "depth=0", "depth=99", "at=never", "what=1"])
def test_parameters_are_judged(call: Any, make: Make, query: str) -> None:
    assert call("get", f"{BASE}/{make('ups', 'U').number}/impact?{query}").status_code == 400


def test_an_odd_pair_is_refused(call: Any, make: Make, change: Any) -> None:
    ups, service = make("ups", "UPS-02"), make("service", "公文")

    answer = call(
        "post", f"{BASE}/{ups.number}/relations", {"type": "runs_on", "target": service.number, "change": change.number}
    )

    assert answer.status_code == 422
    assert "not an allowed pair" in answer.json()["detail"]


def test_the_schema_and_the_history_are_told(call: Any, make: Make, grounds: Grounds) -> None:
    ups = make("ups", "UPS-02")

    classes = {row["code"]: row for row in call("get", "/api/v1/ci-classes").json()}
    kinds = {row["code"]: row for row in call("get", "/api/v1/ci-relation-types").json()}
    versions = call("get", f"{BASE}/{ups.number}/versions").json()

    assert {"capacity_kva", "maintained_on", "battery_replaced_on"} <= {
        row["code"] for row in classes["ups"]["attributes"]
    }
    assert {"source": "power", "target": "enclosure"} in kinds["feeds"]["pairs"]
    assert versions[0]["authority"] == grounds.change.number


def test_wrong_data_is_reported(call: Any, make: Make) -> None:
    ups = make("ups", "UPS-02")

    answer = call("post", f"{BASE}/{ups.number}/corrections", {"field": "place", "found": "B2"})

    assert answer.status_code == 201
    assert Correction.objects.get().found == "B2"


def test_moves_are_made_as_on_the_page(call: Any, make: Make, change: Any) -> None:
    ups = make("ups", "UPS-02")
    path = f"{BASE}/{ups.number}/transitions"

    call("post", f"{path}/begin_build", {})
    refused = call("post", f"{path}/put_live", {})
    live = call("post", f"{path}/put_live", {"change": change.number})

    assert refused.status_code == 422
    assert "only through an authorised change" in refused.json()["detail"]
    assert live.json()["state"]["code"] == "live"


def test_requesters_learn_nothing(client: Client, make: Make, requester: Person) -> None:
    ups = make("ups", "UPS-02")
    client.force_login(requester)

    assert client.get(BASE).json()["results"] == []
    for path in ("", "/relations", "/impact", "/versions"):
        assert client.get(f"{BASE}/{ups.number}{path}").status_code == 404
    assert client.get("/api/v1/ci-classes").status_code == 403
