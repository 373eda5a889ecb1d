"""The figures of changes by cases that are counted by hand."""

from fractions import Fraction
from typing import Any

import pytest

from catalogue.models import Service
from catalogue.transition.models import ServiceTransition
from changes import calendar_figures, far, figures, windows
from changes.models import Change
from incidents import services as raising
from itsm.people.models import Person
from itsm.records import register
from itsm.records.figures import Share
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from tests.changes.conftest import DAY, HOUR, Walk
from tests.changes.planning import freeze
from tests.changes.test_journeys import assessment
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def figure(name: str, *, days: int = 30) -> Any:
    """Ask the register for a figure of the days from Monday on."""
    return register.process("change").figures[name](start=MONDAY - DAY, end=MONDAY + days * DAY)


def test_nothing_carried_out_gives_no_share() -> None:
    assert figure("success_rate").ratio is None
    assert figure("executed") == 0


def test_shares_of_what_was_carried_out(walk: Walk, emergency: Walk, requester: Person, service: Service) -> None:
    walk("closed")
    failed = walk("post_review", outcome="failed")
    emergency("post_review")
    incident = raising.raise_incident(
        by=requester, requester=requester, title="x", service=service, at=failed.actual_end + HOUR
    )
    late = raising.raise_incident(
        by=requester, requester=requester, title="y", service=service, at=failed.actual_end + 73 * HOUR
    )
    for one in (incident, late):
        link(one, failed, kind=LinkKind.CAUSED_BY_CHANGE, by=None, at=MONDAY)

    assert figure("executed") == 3
    assert figure("success_rate").ratio == Fraction(2, 3)
    assert figure("failed_or_backed_out").ratio == Fraction(1, 3)
    assert figure("failure_rate").ratio == Fraction(1, 3)
    assert figure("emergency_share").ratio == Fraction(1, 3)
    assert figure("standard_share").ratio == Fraction(0, 1)
    assert figure("forms_on_time").ratio == Fraction(1, 1)
    assert figure("reviews_on_time").ratio == Fraction(1, 3)


def test_only_work_inside_its_window_is_on_schedule(walk: Walk) -> None:
    walk("post_review")
    late = walk("post_review")
    Change.objects.filter(pk=late.pk).update(actual_end=late.window_end + HOUR)

    assert figure("on_schedule").ratio == Fraction(1, 2)


def test_what_was_found_counts_beside_what_was_carried_out(walk: Walk, engineer: Person) -> None:
    from changes import services

    walk("post_review")
    services.report_unauthorised(title="規則", description="開放", found_how="稽核", by=engineer, at=MONDAY)

    assert figure("unauthorised").ratio == Fraction(1, 2)


def test_the_trend_stands_beside_the_periods_before(walk: Walk) -> None:
    walk("post_review")

    found = figures.trend(start=MONDAY - DAY, end=MONDAY + DAY)

    told = {way: {name: (line.now, int(line.before)) for name, line in lines.items()} for way, lines in found.items()}
    assert told["class"] == {"minor": (1, 0)}
    assert told["service"] == {"documents": (1, 0)}


def test_every_evidence_query_answers(walk: Walk, emergency: Walk) -> None:
    closed, urgent = walk("closed"), emergency("retro_documentation")

    rows = {
        name: list(query(start=MONDAY - DAY, end=MONDAY + DAY))
        for name, query in register.process("change").evidence.items()
    }
    assert rows == {
        "changes_closed": [closed], "changes_emergency": [urgent], "changes_refused": [], "changes_unauthorised": [],
        "changes_freeze_waivers": [],
    }  # fmt: skip


def test_waived_freezes_are_counted_by_when_they_were_waived(emergency: Walk, change_manager: Person) -> None:
    urgent = emergency("emergency_authorization")
    waived = windows.waive(urgent, freeze(), reason="弱點遭利用", by=change_manager, at=MONDAY)

    assert calendar_figures.freeze_waivers(start=MONDAY, end=MONDAY + DAY) == 1
    assert calendar_figures.freeze_waivers(start=MONDAY + DAY, end=MONDAY + 2 * DAY) == 0
    assert list(calendar_figures.waivers(start=MONDAY, end=MONDAY + DAY)) == [waived]


def test_short_notice_is_a_share_of_minor_and_major_changes(walk: Walk) -> None:
    early = walk("implementation_review")
    kept = walk("implementation_review")
    Change.objects.filter(pk=kept.pk).update(window_start=MONDAY + 3 * DAY, window_end=MONDAY + 3 * DAY + HOUR)

    assert early.window_start < MONDAY + 2 * DAY
    assert calendar_figures.short_notice(start=MONDAY, end=MONDAY + DAY) == Share(1, 2)
    assert calendar_figures.short_notice(start=MONDAY - DAY, end=MONDAY) == Share(0, 0)


def test_service_changes_that_were_none_are_counted_among_those_sent_to_transition(
    walk: Walk, change_manager: Person, board_member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far.answers, "board", lambda change, at: "approved")
    change = walk("assessing")
    change = perform(change, "classify_major", by=change_manager, at=MONDAY, **assessment(trigger_service_change=True))
    perform(change, "cab_approve", by=board_member, at=MONDAY, needs_transition="yes", reason="服務時段異動")
    assert figure("needless_transitions").ratio == 0

    owner = make_person("transitions", "transition_manager", name="轉換經理")
    perform(ServiceTransition.objects.get(), "cancel_transition", by=owner, at=MONDAY, reason="僅為設備汰換")

    assert figure("needless_transitions").ratio == 1
