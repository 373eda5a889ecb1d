"""A supplier writes later: after the case has ended, and in answer to what was asked again."""

from typing import Any

import pytest

from itsm.intake.post import fetching
from itsm.notices.delivery import deliver
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.models import Comment
from relationships.models import SupplierCase
from sla.models import Clock
from tests.fixtures import MONDAY
from tests.intake.post_office import PostOffice
from tests.intake.test_supplier_mail import (  # noqa: F401  (a case that was asked by mail)
    ANSWERED,
    asked,
    office,
    question,
    state_of,
    write,
)
from tests.relationships.conftest import (  # noqa: F401  (the supplier, its contract and a case that waits for it)
    HOUR,
    contract,
    draft,
    incident,
    keeper,
    supplier,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("move", "given"), [("close", {"outcome": "solved"}), ("cancel", {"reason": "已自行修復"})])
def test_a_mail_after_the_end_is_a_note_that_opens_nothing_and_tells_who_had_the_case(
    asked: SupplierCase,  # noqa: F811  # the fixture
    office: PostOffice,  # noqa: F811  # the fixture
    agent: Person,
    move: str,
    given: dict[str, Any],
) -> None:
    case = asked
    if move == "close":
        case = perform(case, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="電話答覆")
    perform(case, move, by=agent, at=MONDAY + 2 * HOUR, **given)
    clocks = list(Clock.objects.filter(record=asked.pk).values("state", "elapsed_seconds", "due_at"))
    Notification.objects.all().delete()

    write(office, "晚到的說明", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(ANSWERED)

    assert SupplierCase.objects.get(pk=asked.pk).phase == "done"
    assert Comment.objects.get(ticket=asked.pk).body.endswith("晚到的說明")
    assert list(Clock.objects.filter(record=asked.pk).values("state", "elapsed_seconds", "due_at")) == clocks
    assert Notification.objects.filter(person=agent, template="supplier_wrote", record=asked.pk).exists()


def test_what_is_asked_again_is_answered_again_and_the_clock_goes_on(
    asked: SupplierCase,  # noqa: F811  # the fixture
    office: PostOffice,  # noqa: F811  # the fixture
    agent: Person,
) -> None:
    write(office, "請說明型號", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(MONDAY + 2 * HOUR)
    stands = Clock.objects.get(record=asked.pk, metric="resolution")
    case = perform(SupplierCase.objects.get(pk=asked.pk), "ask_again", by=agent, at=MONDAY + 5 * HOUR, missing="型號 X")
    runs = Clock.objects.get(record=asked.pk, metric="resolution")
    deliver(MONDAY + 5 * HOUR)
    write(office, "已更換 X", In_Reply_To=str(question(office)["Message-ID"]))
    fetching.tend(MONDAY + 6 * HOUR)

    answers = [one.answer for one in case.exchanges.order_by("number")]
    again = Clock.objects.get(record=asked.pk, metric="resolution")
    assert (answers, state_of(asked)) == (["請說明型號", "已更換 X"], "answered")
    assert (stands.state, runs.state, again.state) == ("soft", "running", "soft")
    perform(SupplierCase.objects.get(pk=asked.pk), "close", by=agent, at=MONDAY + 7 * HOUR, outcome="solved")
    ended = Clock.objects.get(record=asked.pk, metric="resolution")
    assert (ended.state, ended.elapsed_seconds) == (
        "met",
        2 * 3600,
    )  # an hour before lunch, one after the second question
