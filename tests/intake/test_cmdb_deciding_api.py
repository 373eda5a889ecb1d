"""Deciding over REST on what an audit or a baseline shows to be other: the services and sentences of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from configuration import schema, services
from configuration.models import AcceptedDifference, Baseline, ConfigurationItem, Correction
from itsm.people.models import Person
from tests.intake.test_cmdb_api import keeper as keeper
from tests.intake.test_cmdb_api import post
from tests.intake.test_cmdb_pages import AT, page, signed_in
from tests.loading import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def ups(keeper: tuple[Person, Client]) -> ConfigurationItem:
    """A power supply."""
    return services.create(
        ci_class=schema.present().by_code("ups"), title="UPS-1", grounds=loaded(), by=keeper[0], at=AT, state="live", serial="S1"
    )  # fmt: skip


@pytest.fixture
def moved(keeper: tuple[Person, Client], ups: ConfigurationItem) -> dict[str, Any]:
    """A difference since a baseline that nothing authorises, as REST lists it."""
    _person, client = keeper
    post(client, "baselines", ci_class="ups")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        late = Baseline.objects.get().at + timedelta(hours=1)
        ConfigurationItem.objects.filter(pk=ups.pk).update(place="B9", changed_at=late)
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return listed(client)


def listed(client: Client) -> dict[str, Any]:
    """The one difference since the baseline."""
    (row,) = client.get(f"/api/v1/cmdb/baselines/{Baseline.objects.get().pk}/differences").json()
    return dict(row)


def test_a_difference_is_let_stand_with_the_reason_as_on_its_page(
    keeper: tuple[Person, Client], moved: dict[str, Any]
) -> None:
    _person, client = keeper
    assert (moved["authorised"], moved["restores"]) == (False, True)
    at = f"differences/{moved['version']}/accept"

    kept = post(client, at, reason=" a label ")
    again = post(client, at, reason="another")

    assert kept.status_code == 200, kept.content
    assert (kept.json()["version"], kept.json()["reason"], kept.json()["by"]["username"]) == (
        moved["version"], "a label", "keeper",
    )  # fmt: skip
    assert again.json() == kept.json()
    assert listed(client)["authorised"] is True
    assert "accepted by keeper" in page(client, f"/cmdb/baselines/{Baseline.objects.get().pk}..now/")


def test_a_difference_is_set_back_by_a_correction_that_a_second_person_verifies(
    keeper: tuple[Person, Client], ups: ConfigurationItem, moved: dict[str, Any]
) -> None:
    (person, client), (_other, second) = keeper, signed_in("second", "config_manager")

    made = post(client, f"differences/{moved['version']}/correct", field="place", old="", new="B9")

    assert made.status_code == 201, made.content
    assert made.json() | {"item": ups.number, "field": "place", "recorded": "B9"} == made.json()
    assert Correction.objects.get().raised_by == person
    verify = f"/api/v1/ci-corrections/{made.json()['id']}/verify"
    assert (client.post(verify).status_code, second.post(verify).status_code) == (422, 200)


@pytest.mark.parametrize(
    ("act", "body", "status", "said"),
    [
        ("accept", {}, 400, "required"), ("accept", {"reason": "  "}, 400, "blank"),
        ("accept", {"reason": "x" * 301}, 400, "300"), ("accept", {"reason": "x", "more": 1}, 400, "no such field"),
        ("correct", {"field": "colour", "old": "", "new": ""}, 422, "has no field “colour”"),
        ("correct", {"field": "owner", "old": "nobody-known", "new": ""}, 422, "nobody-known"),
        ("correct", {"field": "place"}, 400, "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_decided_so_is_refused_with_a_sentence(
    keeper: tuple[Person, Client], moved: dict[str, Any], act: str, body: dict[str, Any], status: int, said: str
) -> None:
    answer = post(keeper[1], f"differences/{moved['version']}/{act}", **body)

    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.json()
    assert not AcceptedDifference.objects.exists()
    assert not Correction.objects.exists()


def test_the_plan_to_restore_a_baseline_is_that_of_the_page(
    keeper: tuple[Person, Client], ups: ConfigurationItem, moved: dict[str, Any]
) -> None:
    _person, client = keeper
    kept = Baseline.objects.get().pk

    plan = client.get(f"/api/v1/cmdb/baselines/{kept}/restore-plan").json()

    assert [(row["number"], row["step"], row["field"], row["present"], row["target"]) for row in plan] == [
        (ups.number, "set back", "place", "B9", "")
    ]
    file = client.get(f"/cmdb/baselines/{kept}..now/?as=csv").content.decode("utf-8-sig")
    assert f'"{ups.number}","UPS-1","set back","{plan[0]["label"]}","B9","","unauthorised"' in file
    assert client.get(f"/api/v1/cmdb/baselines/{kept}/restore-plan?with={kept}").json() == []
    assert client.get(f"/api/v1/cmdb/baselines/{kept}/restore-plan?with=999999").status_code == 404
    assert client.get("/api/v1/cmdb/baselines/999999/restore-plan").status_code == 404


def test_a_wrong_line_of_an_audit_is_corrected_by_another_than_who_counted_it(
    keeper: tuple[Person, Client], ups: ConfigurationItem
) -> None:
    (_person, mine), (_second, other) = keeper, signed_in("second", "config_manager")
    number = post(mine, "audits", title="x", kind="full").json()["number"]
    post(mine, f"audits/{number}/start")
    post(mine, f"audits/{number}/items/1", result="found", found={"serial": "S9"})
    line = f"audits/{number}/items/1/correct"
    assert post(other, line, field="serial").status_code == 422
    post(mine, f"audits/{number}/close", conclusion="一項不符")

    assert "Somebody else" in post(mine, line, field="serial").json()["detail"]
    assert ConfigurationItem.objects.get(pk=ups.pk).serial == "S1"
    done = post(other, line, field="serial")
    again = post(other, line, field="serial")

    assert done.status_code == 200, done.content
    assert done.json() | {"number": ups.number, "field": "serial"} == done.json()
    assert (done.json()["verified_by"]["username"], bool(done.json()["applied_at"])) == ("second", True)
    assert ConfigurationItem.objects.get(pk=ups.pk).serial == "S9"
    assert (again.status_code, again.json()["reasons"]) == (422, ["There is no open correction for this line."])
    assert post(other, line, field="title").status_code == 422
    assert post(other, line, field="colour").status_code == 404
    assert post(other, f"audits/{number}/items/9/correct", field="serial").status_code == 404
    assert "corrected" in page(other, f"/cmdb/audits/{number}/")


def test_only_who_keeps_the_data_decides(keeper: tuple[Person, Client], moved: dict[str, Any]) -> None:
    _agent, agent = signed_in("agent2", "agent")
    _asker, asker = signed_in("asker")
    decide = f"differences/{moved['version']}"

    for client in (agent, asker):
        assert post(client, f"{decide}/accept", reason="x").status_code == 403
        assert post(client, f"{decide}/correct", field="place", old="", new="B9").status_code == 403
        assert post(client, "audits/AUD-1/items/1/correct", field="serial").status_code == 403
    plan = f"/api/v1/cmdb/baselines/{Baseline.objects.get().pk}/restore-plan"
    assert (agent.get(plan).status_code, asker.get(plan).status_code) == (200, 403)
    assert post(keeper[1], "differences/987654321/accept", reason="x").status_code == 404
    assert not AcceptedDifference.objects.exists()
