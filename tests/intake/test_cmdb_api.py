"""Configuration data over REST: the same services, the same sentences."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from configuration import schema, services
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from tests.intake.test_cmdb_pages import AT, signed_in
from tests.loading import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db: None) -> tuple[Person, Client]:
    """Who keeps the configuration data."""
    return signed_in("keeper", "config_manager")


def post(client: Client, path: str, **body: Any) -> Any:
    """Send JSON as a browser that is signed in does."""
    return client.post(f"/api/v1/cmdb/{path}", json.dumps(body), content_type="application/json")


def test_rows_are_staged_authorised_by_another_applied_and_undone(keeper: tuple[Person, Client]) -> None:
    _person, mine = keeper
    _second, other = signed_in("second", "config_manager")
    staged = post(mine, "imports", source="scan", ci_class="server", items=[{"name": "srv-1", "serial": "S1"}])
    assert staged.status_code == 201, staged.content
    key = staged.json()["id"]
    assert (staged.json()["created"], staged.json()["authorised"]) == (1, False)
    cells = mine.get(f"/api/v1/cmdb/imports/{key}/rows").json()[0]["cells"]
    assert {cell["field"]: cell["new"] for cell in cells} == {"title": "srv-1", "serial": "S1"}

    refused = post(mine, f"imports/{key}/apply")
    assert (refused.status_code, bool(refused.json()["reasons"])) == (422, True)
    assert post(mine, f"imports/{key}/authorise").status_code == 422
    assert post(mine, f"imports/{key}/authorise", change="CHG-1").status_code == 422
    assert post(other, f"imports/{key}/authorise").status_code == 200
    assert post(mine, f"imports/{key}/apply").json()["progress"] == "applied"
    assert ConfigurationItem.objects.get().serial == "S1"
    assert post(mine, f"imports/{key}/undo").json()["progress"] == "undone"
    assert post(mine, f"imports/{key}/dance").status_code == 404


def test_an_odd_import_is_refused_with_a_sentence(keeper: tuple[Person, Client]) -> None:
    _person, client = keeper

    assert post(client, "imports", source="a b", items=[{"name": "x"}]).status_code == 422
    assert post(client, "imports", source="scan", items=[{"serial": "x"}]).status_code == 422
    assert post(client, "imports", source="scan", items=[]).status_code == 422
    assert post(client, "imports", source="scan", colour="red").status_code == 400


def test_who_may_not_write_is_refused_and_nothing_changes(db: None) -> None:
    _agent, agent = signed_in("agent2", "agent")
    _asker, asker = signed_in("asker")

    assert post(agent, "imports", source="scan", items=[{"name": "x"}]).status_code == 403
    assert post(agent, "baselines", name="x").status_code == 403
    for path in ("health", "baselines", "audits", "imports"):
        assert asker.get(f"/api/v1/cmdb/{path}").status_code == 403
        assert agent.get(f"/api/v1/cmdb/{path}").status_code == 200


def test_a_baseline_and_its_differences(keeper: tuple[Person, Client]) -> None:
    person, client = keeper
    item = services.create(ci_class=schema.present().by_code("ups"), title="UPS-1", grounds=loaded(), by=person, at=AT)
    made = post(client, "baselines", ci_class="ups").json()
    services.edit(item, grounds=loaded(), by=person, at=item.changed_at.replace(year=2099), place="B1")

    assert (made["items"], made["intact"]) == (1, True)
    found = client.get(f"/api/v1/cmdb/baselines/{made['id']}/differences").json()
    assert [(row["field"], row["old"], row["new"], row["authorised"]) for row in found] == [("place", "", "B1", True)]
    assert client.get(f"/api/v1/cmdb/baselines/{made['id']}/differences?with=999999").status_code == 404
    assert post(client, "baselines", ci_class="rack").status_code == 422


def test_an_audit_is_counted_and_closed(keeper: tuple[Person, Client]) -> None:
    person, client = keeper
    services.create(
        ci_class=schema.present().by_code("ups"), title="UPS-1", grounds=loaded(), by=person, at=AT, state="live", serial="S1"
    )  # fmt: skip
    number = post(client, "audits", title="x", kind="full").json()["number"]
    assert post(client, f"audits/{number}/start").json()["size"] == 1
    sheet = client.get(f"/api/v1/cmdb/audits/{number}/items").json()
    assert sheet[0]["lines"][0] == {"field": "title", "recorded": "UPS-1", "found": "", "result": ""}
    assert post(client, f"audits/{number}/close", conclusion="x").status_code == 422
    counted = post(client, f"audits/{number}/items/1", result="found", found={"serial": "S2", "capacity_kva": None})
    assert {line["result"] for line in counted.json()["lines"]} == {"ok", "wrong", "unseen"}
    post(client, f"audits/{number}/finds", name="a printer")
    closed = post(client, f"audits/{number}/close", conclusion="x").json()

    assert (closed["progress"], closed["strict"]["share"]) == ("closed", 0)
    assert 0 < closed["accuracy"]["share"] < 1
    assert (closed["accuracy"]["low"], closed["accuracy"]["high"], closed["accuracy"]["is_full_count"]) == (
        None,
        None,
        True,
    )
    assert post(client, f"audits/{number}/items/1", result="found").status_code == 422
    assert post(client, "audits", title="x", precision=99).status_code == 400
    health = client.get("/api/v1/cmdb/health").json()
    assert (health["whole"]["items"], health["classes"][0]["code"]) == (1, "ups")
    assert health["whole"]["accuracy"] == closed["accuracy"]
