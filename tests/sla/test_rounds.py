"""What is done now and then is done with Celery as well as by the tick: each round once in its pause."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from sla import rounds
from sla.rounds import Round
from sla.tasks import tend
from tests.fixtures import MONDAY

SECOND = timedelta(seconds=1)


def test_every_round_is_done_by_celery_too() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "sla.tasks.tend" in scheduled
    assert {made.task for made in rounds.known() if made.task} <= scheduled
    assert {"changes", "minutes", "surveys"} <= {made.name for made in rounds.known() if not made.task}


def test_the_shared_task_leaves_out_what_has_its_own_and_keeps_each_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def made(name: str, every: timedelta, task: str = "") -> Round:
        def work(at: datetime) -> int:
            done.append(name)
            return 1

        return Round(name, every, work, task)

    known = (made("often", SECOND), made("seldom", 3 * SECOND), made("own", SECOND, "x"))
    monkeypatch.setattr(rounds, "_rounds", {one.name: one for one in known})
    last: dict[str, datetime] = {}

    counts = [rounds.run_due(at=MONDAY + number * SECOND, last=last, shared=True) for number in range(4)]

    assert counts == [2, 1, 1, 2]
    assert done == ["often", "seldom", "often", "often", "often", "seldom"]
    assert rounds.run_due(at=MONDAY, last={}) == 3


@pytest.mark.django_db
def test_the_task_itself_runs() -> None:
    assert tend() >= 0
