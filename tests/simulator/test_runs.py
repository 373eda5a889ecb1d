"""Simulations: what a draft would have made of closed cases, piece by piece, cancelled, refused."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from itsm.notices.models import Notification, Outbox, Preference
from itsm.tickets.models import HoldReason
from sla.models import Clock
from sla.simulation import running, walking
from sla.simulation.draft import BadDraft, rows_as_json
from sla.simulation.terms import in_force
from sla.simulation_models import SimulationResult, SimulationRun
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
TIGHT = {"metric": "resolution", "process": "incident", "priority": 3, "seconds": 2 * 3600, "calendar": "taiwan-office"}


def simulated(draft: dict[str, Any]) -> SimulationRun:
    """Run a draft to its end."""
    return running.finish(running.ask(title="try", draft=draft, by=None, at=MONDAY), at=MONDAY)


def test_the_terms_in_force_change_nothing(settled: Callable[..., Any]) -> None:
    settled(1)
    settled(30)

    run = simulated({})

    assert (run.state, run.total, run.done, run.figures["differing"]) == ("finished", 2, 2, 0)
    assert SimulationResult.objects.count() == Clock.objects.filter(metric__in=("response", "resolution")).count() == 4


def test_a_tighter_target_says_which_case_would_be_missed_and_why(settled: Callable[..., Any]) -> None:
    short, long = settled(1), settled(4)

    run = simulated({"targets": [TIGHT]})

    rows = {row.record_id: row for row in SimulationResult.objects.filter(run=run, metric="resolution")}
    assert (rows[short.pk].base, rows[short.pk].drafted, rows[short.pk].differs) == ("met", "met", False)
    assert (rows[long.pk].base, rows[long.pk].drafted, rows[long.pk].draft_used) == ("met", "missed", 3 * 3600)
    assert rows[long.pk].why["target"] == [16 * 3600, 2 * 3600]


def test_lunch_counts_by_hours_that_have_none(settled: Callable[..., Any]) -> None:
    settled(3)
    hours = {"zone": "Asia/Taipei", "weekly": {"0": [["09:00", "18:00"]]}}

    run = simulated({"targets": [TIGHT | {"calendar": "draft"}], "calendars": {"draft": hours}})

    row = SimulationResult.objects.get(run=run, metric="resolution")
    assert (row.draft_used, row.drafted) == (3 * 3600, "missed")


def test_figures_are_those_of_the_rows(settled: Callable[..., Any]) -> None:
    settled(1)
    settled(4)

    figures = simulated({"targets": [TIGHT]}).figures

    whole = next(row for row in figures["all"] if row["metric"] == "resolution")
    assert (whole["base_met"], whole["base_missed"], whole["draft_met"], whole["draft_missed"]) == (2, 0, 1, 1)
    assert (whole["worse"], whole["better"], figures["differing"]) == (1, 0, 2)
    month = next(row for row in figures["month"] if row["metric"] == "resolution")
    assert (month["group"], month["draft_missed"]) == (MONDAY.strftime("%Y-%m"), 1)


def test_another_matrix_gives_another_priority(settled: Callable[..., Any]) -> None:
    case = settled(6)
    matrix = [{"impact": 2, "urgency": 2, "priority": 1}]

    run = simulated({"matrix": matrix})

    row = SimulationResult.objects.get(run=run, metric="resolution", record=case.pk)
    assert (row.drafted, row.draft_target, row.why["priority"]) == ("missed", 4 * 3600, [3, 1])


def test_a_pause_rule_can_be_taken_away(
    settled: Callable[..., Any], agent: Any, requester: Any, service: Any, category: Any
) -> None:
    from incidents import services
    from itsm.records.perform import perform

    case = services.raise_incident(by=requester, requester=requester, title="x", service=service, at=MONDAY)
    given = {"service": service, "category": category, "impact": "2", "urgency": "2"}
    case = perform(case, "classify", by=agent, at=MONDAY, **given)
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    why, later = HoldReason.objects.get(code="awaiting_user"), MONDAY + timedelta(days=30)
    case = perform(case, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=later, comment="?")
    case = perform(case, "resume", by=agent, at=MONDAY + timedelta(days=7))
    end = MONDAY + timedelta(days=7, minutes=5)
    case = perform(case, "resolve", by=agent, at=end, resolution_code="fixed", resolution_note="x")
    perform(case, "confirm_resolution", by=requester, at=end, confirmation="portal")

    run = simulated({"pauses": []})

    row = SimulationResult.objects.get(run=run, metric="resolution")
    assert (row.base, row.drafted) == ("met", "missed")
    assert row.why["paused"][1] == 0


def test_a_run_goes_on_where_it_was_left(settled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for _count in range(3):
        settled(1)
    monkeypatch.setattr(running, "PIECE", 2)
    run = running.ask(title="try", draft={}, by=None, at=MONDAY)

    running.piece(at=MONDAY)
    run.refresh_from_db()

    assert (run.state, run.done, run.percent) == ("running", 2, 66)
    running.piece(at=MONDAY)
    run.refresh_from_db()
    assert (run.state, run.done) == ("finished", 3)
    assert SimulationResult.objects.filter(run=run, metric="resolution").count() == 3


def test_a_cancelled_run_keeps_nothing_and_is_not_gone_on_with(
    settled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _count in range(3):
        settled(1)
    monkeypatch.setattr(running, "PIECE", 2)
    run = running.ask(title="try", draft={}, by=None, at=MONDAY)
    running.piece(at=MONDAY)

    assert running.cancel(run, at=MONDAY)

    assert not running.piece(at=MONDAY)
    run.refresh_from_db()
    assert (run.state, run.results.count()) == ("cancelled", 0)
    assert not running.cancel(run, at=MONDAY)


@pytest.mark.parametrize(
    ("draft", "word"),
    [
        ({"goals": []}, "goals"),
        ({"targets": []}, "at least one"),
        ({"targets": [TIGHT, TIGHT]}, "Two targets"),
        ({"targets": [TIGHT | {"seconds": 0}]}, "one second"),
        ({"targets": [TIGHT | {"calendar": "nowhere"}]}, "nowhere"),
        ({"calendars": {"x": {"weekly": {"0": [["18:00", "09:00"]]}}}}, "end after"),
        ({"matrix": [{"impact": 9, "urgency": 1, "priority": 1}]}, "1 to 3"),
        ({"scope": {"from": "2026-02-01", "to": "2026-01-01"}}, "before it begins"),
        ({"scope": {"kinds": ["nothing"]}}, "nothing"),
        ([], "object"),
    ],
)  # fmt: skip
def test_a_draft_that_cannot_be_run_is_refused_with_a_sentence(draft: Any, word: str) -> None:
    from django.utils import translation

    with translation.override("en"), pytest.raises(BadDraft, match=word):
        running.ask(title="try", draft=draft, by=None, at=MONDAY)


def test_what_was_judged_at_the_time_can_be_compared_with(settled: Callable[..., Any]) -> None:
    settled(30)
    Clock.objects.filter(metric="resolution").update(state="missed", breached_at=MONDAY)

    run = simulated({"against": "recorded"})

    row = SimulationResult.objects.get(run=run, metric="resolution")
    assert (row.base, row.drafted) == ("missed", "met")


def test_rows_are_dropped_after_a_while_and_figures_stay(settled: Callable[..., Any]) -> None:
    settled(1)
    run = simulated({})

    assert run.finished_at is not None
    assert running.forget(at=run.finished_at + timedelta(days=91)) == 1

    assert running.are_gone(run)
    assert run.figures["all"]


def test_targets_are_written_as_they_are_read() -> None:
    rows = in_force().rows

    from sla.simulation.draft import Draft

    assert Draft.parse({"targets": rows_as_json(rows)}).targets == rows


def test_the_demo_walks_its_own_history(settled: Callable[..., Any], level_manager: Any) -> None:
    from types import SimpleNamespace

    from itsm.demo import simulation

    settled(1)
    settled(40)

    simulation.tell(SimpleNamespace(people={"sun": level_manager}), at=MONDAY + timedelta(days=9))  # type: ignore[arg-type]

    run = SimulationRun.objects.get()
    assert (run.state, run.total, run.title) == ("finished", 2, simulation.TITLE)
    assert run.figures["cost"][0]["cases"] == 2


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_cancelled_while_a_worker_walks_keeps_nothing(
    settled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(1)
    run = running.ask(title="try", draft={}, by=None, at=MONDAY)
    walked = walking.walked

    def cancel() -> None:
        running.cancel(run, at=MONDAY)
        connection.close()

    def cancelled_meanwhile(*given: Any, **named: Any) -> Any:
        other = Thread(target=cancel)
        other.start()
        other.join(30)
        assert not other.is_alive()  # it does not wait for the piece
        return walked(*given, **named)

    monkeypatch.setattr(walking, "walked", cancelled_meanwhile)
    running.piece(at=MONDAY)

    run.refresh_from_db()
    assert (run.state, run.results.count()) == ("cancelled", 0)


def test_a_piece_that_never_ends_is_given_up_and_does_not_block_the_next(
    settled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, level_manager: Any
) -> None:
    settled(1)
    broken = running.ask(title="broken", draft={}, by=level_manager, at=MONDAY)
    later = running.ask(title="later", draft={}, by=None, at=MONDAY)
    walked = walking.walked

    def dies(found: Any, *, run: int, **named: Any) -> Any:
        if run == broken.pk:
            raise MemoryError
        return walked(found, run=run, **named)

    monkeypatch.setattr(walking, "walked", dies)
    for _try in range(running.MOST_TRIES):
        with pytest.raises(MemoryError):
            running.piece(at=MONDAY)
    running.piece(at=MONDAY)

    broken.refresh_from_db()
    later.refresh_from_db()
    assert (broken.state, later.state) == ("interrupted", "finished")
    assert Notification.objects.get(person=level_manager).template == "simulation_interrupted"


def test_an_interrupted_run_is_started_again_from_the_beginning(settled: Callable[..., Any]) -> None:
    settled(1)
    run = running.ask(title="try", draft={}, by=None, at=MONDAY)
    SimulationRun.objects.filter(pk=run.pk).update(state="interrupted", tries=5, done=1, after_id=99, sentence="x")

    assert running.restart(run, at=MONDAY)
    run = running.finish(run, at=MONDAY)

    assert (run.state, run.done, run.sentence) == ("finished", 1, "")
    assert not running.restart(run, at=MONDAY)


def test_a_run_that_nobody_goes_on_with_is_seen() -> None:
    run = running.ask(title="try", draft={}, by=None, at=MONDAY)

    assert not run.is_stalled(at=MONDAY + timedelta(minutes=2))
    assert run.is_stalled(at=MONDAY + timedelta(minutes=3))
    assert running.may_restart(run, at=MONDAY + timedelta(minutes=3))


def test_who_asked_is_told_of_the_end_in_the_product_and_by_mail(
    settled: Callable[..., Any], level_manager: Any
) -> None:
    settled(1)

    run = running.finish(running.ask(title="halved", draft={}, by=level_manager, at=MONDAY), at=MONDAY)

    line, mail = Notification.objects.get(person=level_manager), Outbox.objects.get(person=level_manager)
    assert (line.template, mail.template) == ("simulation_finished", "simulation_finished")
    assert line.facts["url"].endswith(f"/simulator/{run.pk}/")


def test_who_wants_no_mail_gets_none(settled: Callable[..., Any], level_manager: Any) -> None:
    Preference.objects.create(person=level_manager, event="simulation", by_mail=False, in_app=True)

    running.finish(running.ask(title="halved", draft={}, by=level_manager, at=MONDAY), at=MONDAY)

    assert not Outbox.objects.exists()
    assert Notification.objects.filter(person=level_manager).count() == 1
