"""Moving a change in the calendar after somebody has voted on it."""

from typing import Any

import pytest
from django.test import Client

from changes.models import Change
from itsm.people.models import Person
from itsm.records.models import Event
from tests.board.conftest import DAY, vote

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_votes_are_voided_only_after_a_yes(
    change: Any, people: dict[str, Person], change_manager: Person, client: Client
) -> None:
    vote(change, people, chair="yes", lin="no")
    client.force_login(change_manager)
    Person.objects.filter(pk=change_manager.pk).update(language="en")
    later = {
        name: (getattr(change, name) + 9 * DAY).isoformat() for name in ("window_start", "window_end")
    }  # fmt: skip

    asked = client.post(f"/changes/{change.number}/move/", later | {"dropped": "1"}, headers=HTMX)
    kept = Change.objects.get(pk=change.pk).window_start
    agreed = client.post(f"/changes/{change.number}/move/", later | {"agreed": "on"}, headers=HTMX)

    assert (asked.status_code, kept) == (422, change.window_start)
    assert "2 votes have been cast" in asked.content.decode()
    assert 'name="agreed"' in asked.content.decode()
    assert agreed.status_code == 204
    assert Event.objects.filter(record=change.pk, name="votes_void").exists()
