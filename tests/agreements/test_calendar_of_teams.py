"""A new edition of a calendar moves what teams promise each other too, and its preview says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.hours.services import close, closing, drafted
from itsm.people.models import Person, Team
from sla.calendar_preview import preview
from sla.models import Clock
from tests.agreements.conftest import clock_promise, sheet
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def test_the_preview_shows_the_promises_between_teams_that_publishing_moves(
    put_in_force: Callable[..., Any],
    handed_over: Callable[[], Any],
    network_team: Team,
    service: Service,
    agent: Person,
) -> None:
    promises = [clock_promise(metric, 16 * 3600, calendar="taiwan-office") for metric in ("acceptance", "handling")]
    parties = {"type": "ola", "level": "corporate", "provider_team": network_team, "consumer": None}
    put_in_force(sheet(service.code, *promises), **parties)
    case, office = handed_over(), Calendar.objects.with_current().get(code="taiwan-office")
    waiting = Clock.objects.get(record=case.pk, metric="acceptance")
    suspended = date(2026, 11, 24)

    told = preview([(office, drafted(office, **closing(office, on=suspended)))], person=agent, at=MONDAY)
    close(office, on=suspended, by_name="x", at=MONDAY, reason="颱風")

    moved = Clock.objects.get(pk=waiting.pk).due_at
    row = next(one for one, _case in told.rows if one.clock.metric == "acceptance")
    assert (row.before, row.after) == (waiting.due_at, moved)
    assert moved != waiting.due_at
    assert row.measure
