"""Standard changes: proven, approved by another, limited, counted, suspended by themselves."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from changes import standard
from changes.models import Change, StandardTemplate
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.conftest import DAY, HOUR, Walk
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(drafted: Walk, engineer: Person, implementer: Person, template: StandardTemplate) -> Walk:
    """Use the template on a day; ``outcome`` is how it went."""

    def use(day: int, outcome: str) -> Any:
        start = MONDAY + day * DAY + 2 * HOUR
        record = drafted(title=f"第 {day} 次")
        given: dict[str, Any] = {"template": "pool", "implementer": implementer, "no_ci_reason": "參數"}
        at = start - HOUR
        record = perform(
            record, "submit_standard", by=engineer, at=at, window_start=start, window_end=start + HOUR, **given
        )
        record = perform(record, "start_implementation", by=implementer, at=start, actual_start=start)
        if outcome == "backed_out":
            return perform(record, "back_out", by=implementer, at=start + HOUR, reason="錯誤", restored="原參數")
        return perform(
            record, "complete_implementation", by=implementer, at=start + HOUR, actual_end=start + HOUR, outcome=outcome
        )

    return use


def refused(template: StandardTemplate, by: Person, **more: Any) -> str:
    """Give the sentences that refuse an approval."""
    given = {"valid_until": (MONDAY + 100 * DAY).date(), "at": MONDAY} | more
    with translation.override("en"), pytest.raises(Objected) as refusal:
        standard.approve(template, by=by, **given)
    return " ".join(map(str, refusal.value.reasons))


def test_two_failures_in_ten_uses_suspend_it(used: Walk, template: StandardTemplate) -> None:
    used(1, "failed")
    used(2, "successful")
    assert StandardTemplate.objects.get().suspended_at is None
    last = used(3, "backed_out")

    found = StandardTemplate.objects.get()
    assert found.suspended_at == last.actual_end
    assert (found.suspended_reason, last.number in found.suspension) == ("", True)
    with translation.override("en"):
        assert found.suspension.startswith("2 of the last 10 uses failed")
    with translation.override("zh-hant"):
        assert "failed" not in found.suspension
    assert not StandardTemplate.objects.usable(at=MONDAY + 4 * DAY).exists()


def test_failures_before_the_last_ten_uses_count_no_more(used: Walk) -> None:
    used(1, "failed")
    for day in range(2, 12):
        used(day, "successful")
    used(12, "failed")

    assert StandardTemplate.objects.get().suspended_at is None


def test_a_review_puts_it_in_force_again_and_counts_from_there(
    used: Walk, board_member: Person, template: StandardTemplate
) -> None:
    used(1, "failed")
    used(2, "failed")
    at = MONDAY + 3 * DAY
    until = (at + 100 * DAY).date()

    assert "Say what the review found." in refused(
        StandardTemplate.objects.get(), board_member, at=at, valid_until=until
    )
    standard.approve(StandardTemplate.objects.get(), by=board_member, valid_until=until, note="步驟已修正", at=at)
    used(4, "failed")

    assert StandardTemplate.objects.get().suspended_at is None


def test_it_is_approved_by_somebody_else_once_it_is_proven(
    walk: Walk, engineer: Person, change_manager: Person, board_member: Person
) -> None:
    fields: dict[str, Any] = {"name": "換憑證", "steps": "換 (5)", "backout_plan": "還原", "max_minutes": 30}
    made = standard.propose(code="cert", by=change_manager, proof=[walk("closed")], at=MONDAY, **fields)

    assert "Somebody else" in refused(made, change_manager)
    assert "Name 3 earlier changes" in refused(made, board_member)
    with pytest.raises(NotAllowed):
        standard.approve(made, by=engineer, valid_until=MONDAY.date(), at=MONDAY)
    made.proof.add(walk("closed"), walk("closed"))
    assert "twelve months" in refused(made, board_member, valid_until=(MONDAY + 400 * DAY).date())
    standard.approve(made, by=board_member, valid_until=(MONDAY + 300 * DAY).date(), at=MONDAY)
    assert StandardTemplate.objects.usable(at=MONDAY).get() == made


def test_not_even_raw_sql_lets_the_proposer_approve(template: StandardTemplate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StandardTemplate.objects.update(approved_by=template.proposed_by)


@pytest.mark.parametrize(
    ("begins", "hours", "fits"), [(14, 1, True), (14, 3, False), (9, 1, False), (21, 1, True), (22, 1, False)]
)
def test_its_window_lies_in_its_hours_also_past_midnight(
    drafted: Walk,
    engineer: Person,
    implementer: Person,
    template: StandardTemplate,
    begins: int,
    hours: int,
    fits: bool,
) -> None:
    StandardTemplate.objects.update(earliest=time(22), latest=time(6))  # 22:00 to 06:00 in Taipei is 14:00 to 22:00 UTC
    start = MONDAY.replace(hour=begins) + DAY
    given: dict[str, Any] = {
        "template": "pool", "implementer": implementer, "no_ci_reason": "參數", "window_start": start,
        "window_end": start + timedelta(hours=hours),
    }  # fmt: skip

    if fits:
        assert perform(drafted(), "submit_standard", by=engineer, at=MONDAY, **given).state == "scheduled"
        return
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(drafted(), "submit_standard", by=engineer, at=MONDAY, **given)
    assert "No valid standard-change template." in str(refusal.value)


def test_uses_and_failures_are_counted(used: Walk) -> None:
    used(1, "failed")
    used(2, "successful")

    row = standard.counted(StandardTemplate.objects.all()).get()
    assert (row.use_count, row.failure_count) == (2, 1)
    assert Change.objects.filter(template=row).count() == 2
