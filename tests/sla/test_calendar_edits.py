"""Editing calendars under running clocks: the preview says what will be, the old hours are settled first, results stay."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as runs
from hypothesis import strategies as st

from catalogue.models import Category, Service
from incidents import services
from itsm.hours.models import Calendar
from itsm.hours.services import close, closing, drafted, publish
from itsm.hours.windows import BadHours
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, Objected
from itsm.tickets.models import HoldReason, Ticket
from sla import calendar_notices
from sla.calendar_preview import preview
from sla.models import Clock
from sla.replay import drift
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def office() -> Calendar:
    """The seeded calendar of the office."""
    return Calendar.objects.with_current().get(code="taiwan-office")


def resolution(record: Any) -> Clock:
    return Clock.objects.get(record=record.pk, metric="resolution", cycle=1)


def test_the_preview_says_what_publishing_then_does(
    outage: Any, grade: Callable[..., Any], agent: Person, office: Calendar
) -> None:
    case = grade(outage, at=MONDAY)
    tomorrow = date(2026, 11, 24)
    before = resolution(case).due_at

    told = preview([(office, drafted(office, **closing(office, on=tomorrow)))], person=agent, at=MONDAY)
    assert resolution(case).due_at == before
    close(office, on=tomorrow, by_name="x", at=MONDAY, reason="颱風")

    after = resolution(case).due_at
    row = next(one for one, _case in told.rows if one.clock.metric == "resolution")
    assert (row.before, row.after) == (before, after)
    assert after is not None
    assert before is not None
    assert after - before == timedelta(days=1)
    assert told.moved <= told.counted
    assert {one.number for _row, one in told.rows} == {case.number}


def test_the_preview_names_who_gets_late_at_once(
    outage: Any, grade: Callable[..., Any], agent: Person, office: Calendar
) -> None:
    grade(outage, at=MONDAY)
    longer = {str(day): [["00:00", "00:00"]] for day in range(7)}
    draft = drafted(office, weekly=longer, exceptions={})

    told = preview([(office, draft)], person=agent, at=MONDAY + 20 * HOUR)

    late = {row.clock.metric for row, _case in told.rows if row.is_late}
    assert (late, told.newly_late, told.rescued) == ({"resolution", "update"}, 2, 0)


def test_who_may_not_see_a_case_counts_it_but_does_not_read_it(
    outage: Any, grade: Callable[..., Any], office: Calendar, other_requester: Person
) -> None:
    grade(outage, at=MONDAY)

    told = preview(
        [(office, drafted(office, **closing(office, on=date(2026, 11, 24))))], person=other_requester, at=MONDAY
    )

    assert told.moved > 0
    assert told.rows == []


def test_what_was_due_by_the_old_hours_is_settled_first_and_stays_missed(
    outage: Any, grade: Callable[..., Any], agent: Person, office: Calendar
) -> None:
    case = grade(outage, at=MONDAY)
    due = resolution(case).due_at
    assert due is not None

    close(office, on=date(2026, 11, 23), start="11:00", by_name="x", at=MONDAY, reason="回溯停班")

    moved = resolution(case)
    assert moved.due_at is not None
    assert moved.due_at > due
    assert drift(moved) == {}


def test_judged_results_keep_their_edition(
    outage: Any, grade: Callable[..., Any], agent: Person, requester: Person, office: Calendar
) -> None:
    case = grade(outage, at=MONDAY)
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    case = perform(case, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="x")
    perform(case, "confirm_resolution", by=requester, at=MONDAY + 2 * HOUR, confirmation="portal")
    kept = resolution(case)

    close(office, on=date(2026, 11, 23), by_name="x", at=MONDAY + 3 * HOUR, reason="回溯停班")

    again = resolution(case)
    assert (again.state, again.elapsed_seconds) == (kept.state, kept.elapsed_seconds)
    assert (again.calendar_version_id, again.due_at) == (kept.calendar_version_id, kept.due_at)


# ---- random lives -------------------------------------------------------------------------
NUMBERS = count()
MOVES = st.sampled_from(
    ("hold", "resume", "resolve", "reject", "confirm", "reopen", "regrade", "sweep", "close", "makeup", "weekly")
)
DELAYS = st.one_of(st.integers(0, 200_000), st.sampled_from([0, 1, 3600, 4 * 3600, 8 * 3600, 86_400]))


class Life:
    """An incident whose calendar is edited while it is worked on; what the machine refuses changes nothing."""

    def __init__(self, *, agent: Person, requester: Person, service: Service, category: Category) -> None:
        self.agent, self.requester, self.at = agent, requester, MONDAY
        made: Any = services.raise_incident(
            by=requester, requester=requester, title=f"edited life {next(NUMBERS)}", service=service, at=MONDAY
        )
        perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
        self.record = perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)

    def go(self, move: str, delay: int) -> None:
        """Let time pass, then try a move."""
        self.at += timedelta(seconds=delay)
        self.record = Ticket.objects.get(pk=self.record.pk).incident
        with contextlib.suppress(Objected, BadHours):
            getattr(self, f"_{move}")()

    def _move(self, name: str, *, by: Person | None = None, **inputs: Any) -> None:
        with contextlib.suppress(MovedOn):
            perform(self.record, name, by=by or self.agent, at=self.at, **inputs)

    def _hold(self) -> None:
        why = HoldReason.objects.get(code="appointment")
        self._move("hold", hold_reason=why, follow_up_at=self.at + timedelta(days=400))

    def _resume(self) -> None:
        self._move("resume")

    def _resolve(self) -> None:
        self._move("resolve", resolution_code="fixed", resolution_note="x")

    def _reject(self) -> None:
        self._move("reject_resolution", by=self.requester, reason="x")

    def _confirm(self) -> None:
        self._move("confirm_resolution", by=self.requester, confirmation="portal")

    def _reopen(self) -> None:
        self._move("reopen", by=self.requester, reason="x")

    def _regrade(self) -> None:
        self._move("regrade", impact="3", urgency="3", reason="x")

    def _sweep(self) -> None:
        sweep(at=self.at)

    def _close(self) -> None:
        office = self._office()
        close(office, on=self.at.date(), start="10:00", by_name="x", at=self.at, reason="x")

    def _makeup(self) -> None:
        office = self._office()
        day = self.at.date() + timedelta(days=1)
        entry = {"windows": [["08:00", "20:00"]], "kind": "makeup", "name_zh": "補班"}
        assert office.current is not None
        days = office.current.exceptions | {day.isoformat(): entry}
        publish(office, weekly=office.current.weekly, exceptions=days, by_name="x", at=self.at, reason="x")

    def _weekly(self) -> None:
        office = self._office()
        assert office.current is not None
        hours = [["08:00", "12:00"]] if office.current.number % 2 else [["09:00", "18:00"]]
        weekly = {str(day): hours for day in range(5)}
        publish(office, weekly=weekly, exceptions=office.current.exceptions, by_name="x", at=self.at, reason="x")

    def _office(self) -> Calendar:
        return Calendar.objects.with_current().get(code="taiwan-office")


@runs(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moves=st.lists(st.tuples(MOVES, DELAYS), min_size=4, max_size=16))
def test_a_clock_equals_its_replay_under_calendar_edits(
    agent: Person, requester: Person, service: Service, category: Category, moves: list[tuple[str, int]]
) -> None:
    life = Life(agent=agent, requester=requester, service=service, category=category)

    for move, delay in moves:
        life.go(move, delay)

    clocks = Clock.objects.filter(record=life.record.pk)
    assert {(clock.metric, clock.cycle): found for clock in clocks if (found := drift(clock))} == {}
    current = life._office().current
    for clock in clocks:
        if clock.is_open and clock.calendar_version_id is not None and not clock.is_deadline:
            of = clock.calendar_version
            assert of is not None
            assert of.calendar.code != "taiwan-office" or of == current


# ---- the end of a calendar ----------------------------------------------------------------
def test_the_end_of_the_loaded_holidays_is_told_once_at_each_distance(office: Calendar) -> None:
    admin = make_person("admin", is_staff=True)

    def told() -> int:
        return Notification.objects.filter(person=admin, template="calendar_ends").count()

    calendar_notices.tend(datetime(2026, 10, 31, 4, tzinfo=MONDAY.tzinfo))
    assert told() == 0
    for day in (2, 3, 20):
        calendar_notices.tend(datetime(2026, 11, day, 4, tzinfo=MONDAY.tzinfo))
    assert told() == 2  # two calendars keep holidays
    calendar_notices.tend(datetime(2026, 12, 2, 4, tzinfo=MONDAY.tzinfo))
    assert told() == 4
