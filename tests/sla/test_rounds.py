"""What is done now and then is done with Celery as well as by the tick: each round once in its pause."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from sla import rounds
from sla.rounds import Round
from sla.settings_models import RoundMoment
from sla.tasks import tend
from tests.fixtures import MONDAY

SECOND = timedelta(seconds=1)


def test_every_round_is_done_by_celery_too() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert "sla.tasks.tend" in scheduled
    assert {made.task for made in rounds.known() if made.task} <= scheduled
    assert {"changes", "minutes", "surveys"} <= {made.name for made in rounds.known() if not made.task}


@pytest.mark.django_db
def test_the_shared_task_leaves_out_what_has_its_own_and_keeps_each_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def made(name: str, every: timedelta, task: str = "") -> Round:
        def work(at: datetime) -> int:
            done.append(name)
            return 1

        return Round(name, every, work, task)

    known = (made("often", SECOND), made("seldom", 3 * SECOND), made("own", SECOND, "x"))
    monkeypatch.setattr(rounds, "_rounds", {one.name: one for one in known})

    counts = [rounds.run_due(at=MONDAY + number * SECOND, shared=True) for number in range(4)]

    assert counts == [2, 1, 1, 2]
    assert done == ["often", "seldom", "often", "often", "often", "seldom"]
    assert rounds.run_due(at=MONDAY + timedelta(minutes=1)) == 3


@pytest.mark.django_db
def test_a_round_is_claimed_once_in_its_pause_whichever_process_asks() -> None:
    made = Round("seldom", 10 * SECOND, lambda at: 1)

    asked = [rounds.claim(made, at=MONDAY + number * SECOND) for number in (0, 0, 9, 10, 11)]

    assert asked == [True, False, False, True, False]
    assert RoundMoment.objects.get(name="seldom").done_at == MONDAY + 10 * SECOND


@pytest.mark.django_db
def test_a_clock_that_was_set_back_does_not_stop_a_round() -> None:
    made = Round("seldom", 10 * SECOND, lambda at: 1)
    rounds.claim(made, at=MONDAY + timedelta(days=9))

    assert rounds.claim(made, at=MONDAY)


@pytest.mark.django_db
def test_the_task_itself_runs() -> None:
    assert tend() >= 0
