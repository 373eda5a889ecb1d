"""Random walks over all machines together: no dead end, guards hold, links are consistent, clocks equal their replay."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from itsm.people.models import Team
from itsm.records import register
from itsm.records.models import Record
from sla.models import Clock
from sla.replay import drift
from tests.fixtures import MONDAY
from tests.walks import wanderer
from tests.walks.wanderer import Wanderer

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
#: Moves in one walk.
STEPS = 220


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_random_walk_over_all_machines_keeps_what_must_hold(
    seed: int, service: Service, category: Category, desk: Team, network_team: Team
) -> None:
    walk = Wanderer(seed, MONDAY + timedelta(hours=1), service, category, [desk, network_team])
    for kind in dict.fromkeys(wanderer.KINDS):
        walk.open(kind)

    made = _go(walk)

    assert made >= STEPS, walk.done
    assert len({name.partition(".")[0] for name in walk.done if "." in name}) >= 11, walk.done
    stuck = [record for record in _all() if not wanderer.somebody_may_go_on(record, walk.people)]
    assert stuck == []
    assert wanderer.numbers_without_gap() == []
    assert wanderer.separation_holds() == []
    assert wanderer.links_are_whole()
    assert {clock.pk: found for clock in Clock.objects.all() if (found := drift(clock))} == {}


def _go(walk: Wanderer) -> int:
    made = 0
    for turn in range(STEPS * 3):
        if turn % 12 == 0:
            walk.begin()
        record = walk.step()
        if record is not None:
            made += 1
            wanderer.check(record)
        if made >= STEPS:
            break
    return made


def _all() -> list[Any]:
    return [register.load(row) for row in Record.objects.order_by("pk")]
