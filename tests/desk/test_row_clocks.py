"""A list says of a clock exactly what the clocks' own layer says."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from itsm.desk.queue.clock import RowClocks
from itsm.tickets.models import HoldReason
from sla.clocks import chip
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
SPANS = [0, 1, 59, 60, 3599, 3600, 86_399, 86_400, 400_000, -1, -59, -61, -90_000]


def row(**fields: Any) -> Any:
    """Make the columns that both read."""
    empty = {
        "due_at": None,
        "warn_at": None,
        "due_metric": "resolution",
        "clock_state": "",
        "hold_reason_id": None,
        "hold_reason": None,
        "state": "",
        "kind": "incident",
    }
    return SimpleNamespace(**empty | fields)


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("seconds", SPANS)
@pytest.mark.parametrize("warned", [True, False])
def test_a_running_clock_reads_alike(language: str, seconds: int, warned: bool) -> None:
    due = MONDAY + timedelta(seconds=seconds)
    running = row(due_at=due, warn_at=MONDAY if warned else due, clock_state="running")

    with translation.override(language):
        clocks = RowClocks(at=MONDAY)
        expected = chip(running, at=MONDAY)
        found = clocks.of(running)

    assert expected is not None
    assert found is not None
    assert found | {"ticking": True} == expected | {"ticking": True}


@pytest.mark.parametrize("state", ["", "met", "missed", "paused", "soft"])
@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("kind", ["incident", "service_request", "complaint", "change"])
def test_a_clock_that_stands_reads_alike(kind: str, state: str, held: bool) -> None:
    reason = HoldReason.objects.get(code="awaiting_user")
    standing = row(
        kind=kind, clock_state=state, hold_reason=reason if held else None, hold_reason_id=reason.pk if held else None
    )

    assert RowClocks(at=MONDAY).of(standing) == chip(standing, at=MONDAY)
