"""What changes and releases ask about configuration data is answered from baselines and versions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from changes import far
from configuration import baselines, services
from configuration.authority import Grounds
from configuration.models import Baseline, NoChange
from itsm.intake.cmdb import answering
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def test_the_questions_of_changes_are_answered_here() -> None:
    assert far.answers.baseline is answering.has_baseline
    assert far.answers.updated is far.items_updated


def test_a_change_starts_only_with_the_baseline_of_all_its_items(
    make: Make,
    change: Any,
    config_manager: Person,
) -> None:
    assert not answering.has_baseline(change)
    make("ups", "UPS-02")
    assert not answering.has_baseline(change)
    baselines.take_for(change, by=config_manager, at=MONDAY + HOUR)
    assert answering.has_baseline(change)


def test_a_change_closes_only_when_every_item_is_answered(
    make: Make,
    change: Any,
    grounds: Grounds,
    config_manager: Person,
) -> None:
    item = make("ups", "UPS-02")

    assert far.items_updated(change, "")  # the change itself made the item
    services.edit(item, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B1")
    assert far.items_updated(change, "")


def test_the_page_of_a_change_takes_its_baseline_and_answers_for_items(
    make: Make,
    change: Any,
    config_manager: Person,
) -> None:
    item = make("ups", "UPS-02", at=MONDAY)
    client = Client()
    client.force_login(config_manager)
    address = f"/cmdb/changes/{change.number}/"
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    assert Baseline.objects.get().record_id == change.pk
    assert client.post(address, {"unchanged": item.number}).status_code == 302
    assert not NoChange.objects.exists()  # its work has not ended
    type(change).objects.filter(pk=change.pk).update(actual_end=MONDAY)
    assert client.post(address, {"unchanged": item.number}).status_code == 302
    assert NoChange.objects.get().item_id == item.pk
    assert str(item.number) in client.get(address).content.decode()
    assert client.get("/cmdb/changes/CHG-209901-00001/").status_code == 404
