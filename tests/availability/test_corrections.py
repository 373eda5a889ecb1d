"""Outages are corrected with a reason and a history, claims decided by another, figures frozen and issued anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from catalogue.models import Service
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Outage
from sla import claims, issuing, outages
from sla.models import AvailabilityIssue, ExclusionClaim, OutageEdit
from tests.availability.conftest import DECEMBER, LATER, NOVEMBER, taipei
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
Down = Callable[..., Outage]


# ---- outages -------------------------------------------------------------------------------
def test_an_outage_is_written_down_by_the_desk_and_nobody_else(
    service: Service, agent: Person, requester: Person
) -> None:
    made = outages.record(
        service, started_at=taipei(11, 5), ended_at=taipei(11, 6), by=agent, at=MONDAY, evidence="值班表"
    )

    assert (made.source, made.ticket, made.evidence) == ("person", None, "值班表")
    with pytest.raises(NotAllowed):
        outages.record(service, started_at=taipei(11, 5), by=requester, at=MONDAY)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"started_at": taipei(11, 28)}, "started_at"),
        ({"ended_at": taipei(11, 4)}, "ended_at"),
        ({"ended_at": taipei(11, 29)}, "ended_at"),
        ({"planned_from": taipei(11, 5)}, "planned_until"),
        ({"planned_from": taipei(11, 5), "planned_until": taipei(11, 4)}, "planned_until"),
        ({"weight_percent": 101}, "weight_percent"),
    ],
)
def test_what_cannot_be_is_refused(service: Service, agent: Person, more: dict[str, Any], field: str) -> None:
    asked: dict[str, Any] = {"started_at": taipei(11, 5), "by": agent, "at": MONDAY}

    with pytest.raises(Objected) as refused:
        outages.record(service, **(asked | more))

    assert field in refused.value.fields


def test_a_correction_keeps_what_was_there_with_its_reason(service: Service, down: Down, slm: Person) -> None:
    made = down(taipei(11, 5, 9), taipei(11, 5, 15))

    outages.correct(made, {"started_at": taipei(11, 5, 8)}, reason="監控告警較早", by=slm, at=MONDAY)

    edit = OutageEdit.objects.get()
    assert Outage.objects.get().started_at == taipei(11, 5, 8)
    assert (edit.by, edit.reason, list(edit.before)) == (slm, "監控告警較早", ["started_at"])
    with pytest.raises(InternalError), transaction.atomic():
        OutageEdit.objects.update(reason="another")


def test_a_correction_needs_a_reason_a_change_and_the_right_person(
    service: Service, down: Down, slm: Person, agent: Person, owner: Person
) -> None:
    made = down(taipei(11, 5, 9), taipei(11, 5, 15))

    with pytest.raises(Objected):
        outages.correct(made, {"started_at": taipei(11, 5, 8)}, reason=" ", by=slm, at=MONDAY)
    with pytest.raises(Objected):
        outages.correct(made, {"started_at": taipei(11, 5, 9)}, reason="nothing new", by=slm, at=MONDAY)
    with pytest.raises(NotAllowed):
        outages.correct(made, {"started_at": taipei(11, 5, 8)}, reason="mine", by=agent, at=MONDAY)
    outages.correct(made, {"started_at": taipei(11, 5, 8)}, reason="my service", by=owner, at=MONDAY)


def test_what_was_struck_out_stays_struck_out(service: Service, down: Down, slm: Person) -> None:
    made = down(taipei(11, 5, 9), None)

    outages.strike_out(made, reason="誤報", by=slm, at=MONDAY)

    assert not Outage.objects.counted().exists()
    assert Outage.objects.get().ended_at == MONDAY
    with pytest.raises(Objected):
        outages.strike_out(made, reason="twice", by=slm, at=MONDAY)


# ---- monitoring ----------------------------------------------------------------------------
def signal(service: Service | None, **more: Any) -> outages.Signal:
    return outages.Signal(**({"monitor": "zabbix", "key": "web/up", "service": service, "is_down": True} | more))


def test_a_monitor_opens_and_ends_one_outage_however_often_it_says_so(service: Service) -> None:
    words = [
        outages.hear(signal(service, occurred_at=taipei(11, 23, 9)), at=MONDAY)[0],
        outages.hear(signal(service), at=MONDAY)[0],
        outages.hear(signal(None, is_down=False, occurred_at=taipei(11, 23, 9, 30)), at=MONDAY)[0],
        outages.hear(signal(None, is_down=False), at=MONDAY)[0],
    ]

    made = Outage.objects.get()
    assert words == ["opened", "standing", "ended", "ignored"]
    assert (made.started_at, made.ended_at) == (taipei(11, 23, 9), taipei(11, 23, 9, 30))


def test_a_monitor_must_name_what_is_down(service: Service) -> None:
    with pytest.raises(Objected):
        outages.hear(signal(None), at=MONDAY)


# ---- claims --------------------------------------------------------------------------------
def claimed(service: Service, by: Person, **more: Any) -> ExclusionClaim:
    asked: dict[str, Any] = {
        "clause": claims.USUAL[0], "started_at": taipei(11, 20), "ended_at": taipei(11, 20, 6), "reason": "颱風停電",
        "evidence": "停班公告",
    }  # fmt: skip
    return claims.claim(service, by=by, at=LATER, **(asked | more))


def test_a_claim_is_decided_by_the_service_level_manager_and_never_by_who_made_it(
    service: Service, agent: Person, slm: Person, incident_manager: Person
) -> None:
    made, own = claimed(service, agent), claimed(service, slm, ended_at=taipei(11, 20, 7))

    with pytest.raises(NotAllowed):
        claims.decide(made, approve=True, note="", by=incident_manager, at=LATER)
    with pytest.raises(Objected, match="職務區隔"):
        claims.decide(own, approve=True, note="", by=slm, at=LATER)
    done = claims.decide(made, approve=True, note="公告相符", by=slm, at=LATER)
    with pytest.raises(Objected):
        claims.decide(done, approve=False, note="again", by=slm, at=LATER)

    assert (done.state, done.decided_by) == ("approved", slm)


def test_the_database_holds_the_separation_too(service: Service, slm: Person) -> None:
    own = claimed(service, slm)

    with pytest.raises(IntegrityError), transaction.atomic():
        ExclusionClaim.objects.filter(pk=own.pk).update(state="approved", decided_by=slm, decided_at=LATER)


def test_approval_needs_evidence_and_rejection_a_reason(service: Service, agent: Person, slm: Person) -> None:
    made = claimed(service, agent, evidence="")

    with pytest.raises(Objected):
        claims.decide(made, approve=True, note="", by=slm, at=LATER)
    with pytest.raises(Objected):
        claims.decide(made, approve=False, note="", by=slm, at=LATER)
    assert claims.decide(made, approve=True, note="", evidence="中央氣象署警報", by=slm, at=LATER).state == "approved"


def test_one_takes_back_only_ones_own_claim(service: Service, agent: Person, engineer: Person) -> None:
    made = claimed(service, agent)

    with pytest.raises(NotAllowed):
        claims.withdraw(made, by=engineer, at=LATER)
    assert claims.withdraw(made, by=agent, at=LATER).state == "withdrawn"


@pytest.mark.parametrize(
    "more", [{"ended_at": taipei(11, 19)}, {"started_at": taipei(12, 21), "ended_at": taipei(12, 22)}, {"reason": ""}]
)
def test_a_claim_that_cannot_be_is_refused(service: Service, agent: Person, more: dict[str, Any]) -> None:
    with pytest.raises(Objected):
        claimed(service, agent, **more)


# ---- issues --------------------------------------------------------------------------------
def test_a_month_is_frozen_after_five_working_days(always: Service, down: Down) -> None:
    down(taipei(11, 10, 3), taipei(11, 10, 3, 43))
    due = taipei(12, 8, 9)

    assert issuing.freezes_at(DECEMBER) == due
    before = issuing.tend(due - timedelta(seconds=1))
    assert not AvailabilityIssue.objects.filter(starts_at=NOVEMBER).exists()
    issuing.tend(due)
    issuing.tend(due + timedelta(hours=1))

    made = AvailabilityIssue.objects.get(starts_at=NOVEMBER)
    assert (made.number, made.is_provisional, made.issued_by, made.figures["shown"]) == (1, False, None, "99.900%")
    assert before == AvailabilityIssue.objects.exclude(starts_at=NOVEMBER).count()


def test_a_later_correction_is_a_new_issue_with_a_visible_difference(
    always: Service, down: Down, slm: Person, agent: Person
) -> None:
    outage = down(taipei(11, 10, 3), taipei(11, 10, 3, 43))
    first = issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm)
    outages.correct(outage, {"ended_at": taipei(11, 10, 3, 44)}, reason="監控紀錄", by=slm, at=LATER)

    assert AvailabilityIssue.objects.get().figures["shown"] == "99.900%"
    with pytest.raises(NotAllowed):
        issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=agent, reason="x")
    with pytest.raises(Objected):
        issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm)
    second = issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm, reason="更正復原時間")

    first.refresh_from_db()
    told = {one["name"]: (one["before"], one["after"]) for one in second.differences if "id" not in one}
    assert (first.superseded, second.number, second.figures["shown"]) == (True, 2, "99.898%")
    assert told["shown"] == ("99.900%", "99.898%")
    assert told["down_s"] == (2580, 2640)
    assert [one["id"] for one in second.differences if one["name"] == "outages"] == [outage.pk]
    with pytest.raises(Objected, match="並無差異"):
        issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm, reason="again")


def test_an_issue_is_never_altered(always: Service, slm: Person) -> None:
    issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm)

    with pytest.raises(InternalError), transaction.atomic():
        AvailabilityIssue.objects.update(figures={})
    with pytest.raises(InternalError), transaction.atomic():
        AvailabilityIssue.objects.all().delete()


def test_a_period_that_is_not_over_is_not_issued(always: Service, slm: Person) -> None:
    with pytest.raises(Objected):
        issuing.issue(always, NOVEMBER, DECEMBER, at=MONDAY, by=slm)


def test_the_service_level_manager_hears_once_when_frozen_figures_would_differ(
    always: Service, down: Down, slm: Person
) -> None:
    outage = down(taipei(11, 10, 3), taipei(11, 10, 3, 43))
    issuing.issue(always, NOVEMBER, DECEMBER, at=LATER, by=slm)
    issuing.tend(LATER)
    assert not Notification.objects.exists()
    outages.correct(outage, {"ended_at": taipei(11, 10, 4)}, reason="更正", by=slm, at=LATER)

    issuing.tend(LATER)
    issuing.tend(LATER + timedelta(hours=1))

    assert Notification.objects.filter(person=slm, template="availability_differs").count() == 1


def test_an_issue_keeps_the_hours_it_was_reckoned_by(service: Service, down: Down, slm: Person) -> None:
    from datetime import date

    from itsm.hours.services import close

    down(taipei(11, 23, 11), taipei(11, 23, 14))
    made = issuing.issue(service, NOVEMBER, DECEMBER, at=LATER, by=slm)
    close(service.hours, on=date(2026, 11, 24), by_name="x", at=LATER, reason="typhoon")

    assert issuing.changed_since(made, at=LATER) == []
    assert made.figures["shown"] == "98.809%"
