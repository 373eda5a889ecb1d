"""Maintenance is done when its tickets say so, and the stand-by is measured from the outage to the moment at which it ran."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from incidents import upkeep
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.shown import sheet as set_sheet
from itsm.tickets.models import Outage, Ticket
from sla import maintenance, outages
from sla.availability_kpis import maintenance_done
from sla.models import MaintenanceTurn
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, HOUR, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(issue: Any) -> dict[str, Any]:
    """Give what the report says of the only plan."""
    (found,) = issue.figures["services"][0]["maintenance"]
    return dict(found) | {"done": figure_of(issue.figures["figures"][found["figure"]])}


@pytest.fixture
def turn(agreement: Any, agent: Person) -> MaintenanceTurn:
    """The turn of 12 November, raised at the beginning of the month with its ticket; it interrupts nothing."""
    upkeep.tend(taipei(11, 2, 9))
    return MaintenanceTurn.objects.get()


def fulfil(turn: MaintenanceTurn, agent: Person, *, at: Any, code: str = "delivered") -> Any:
    """Do the work of the turn's ticket."""
    from catalogue.models import Category, RequestItem
    from incidents.models import ServiceRequest
    from itsm.people.models import Team

    case: Any = ServiceRequest.objects.get(pk=turn.record_id or 0)
    category = Category.objects.create(code="upkeep", name_zh="維護", name_en="Maintenance")
    item = RequestItem.objects.create(
        service=case.service, code="upkeep", name_zh="維護", name_en="Maintenance", target_seconds=3600
    )
    case = perform(
        case,
        "judge_as_request",
        by=agent,
        at=at,
        service=case.service,
        title=case.title,
        requester=case.requester,
        contact_channel="portal",
    )
    case = perform(case, "classify", by=agent, at=at, category=category, request_item=item, priority="3")
    case = perform(case, "assign_first_line", by=agent, at=at, team=Team.objects.get(code="desk"), assignee=agent)
    return perform(case, "fulfil", by=agent, at=at, fulfilment_code=code, fulfilment_note="已維護")


def test_maintenance_that_interrupts_nothing_is_done_when_its_ticket_is(
    turn: MaintenanceTurn, agent: Person, calculated: Any
) -> None:
    assert turn.outage is None
    fulfil(turn, agent, at=taipei(11, 12, 10))

    found = told(calculated())

    assert (found["state"], found["due"]) == ("done", ["2026-11-12"])
    assert found["done"].sides == {"part": [("maintenance", turn.pk, 1)]}
    assert found["turns"][0]["number"] == Ticket.objects.get(pk=turn.record_id or 0).number


def test_maintenance_done_on_another_day_is_told_as_moved(
    turn: MaintenanceTurn, agent: Person, calculated: Any
) -> None:
    fulfil(turn, agent, at=taipei(11, 18, 10))

    issue = calculated()

    assert told(issue)["state"] == "moved"
    assert told(issue)["done"].value == 1
    with override("en"):
        words = [cell.text for table in set_sheet(issue).services[0].tables for row in table.rows for cell in row]
    assert any("2026/11/12 ○ done on another day 2026/11/18" in text for text in words)


@pytest.mark.parametrize("code", ["not_needed", "partly"])
def test_a_ticket_that_ends_without_the_work_is_no_evidence(
    turn: MaintenanceTurn, agent: Person, requester: Person, calculated: Any, code: str
) -> None:
    case = fulfil(turn, agent, at=taipei(11, 12, 10), code=code)
    Ticket.objects.filter(pk=case.pk).update(phase="done", closure_code=code)

    assert told(calculated())["state"] == "missed"


def test_an_outage_alone_is_no_evidence_of_maintenance(agreement: Any, down: Any, calculated: Any) -> None:
    down(
        taipei(11, 12, 9), taipei(11, 12, 10), kind="planned", planned_from=taipei(11, 12, 9), planned_until=taipei(11, 12, 10),
        announced_at=taipei(11, 2),
    )  # fmt: skip

    found = told(calculated())

    assert (found["state"], found["done"].value, found["turns"][0]["id"]) == ("missed", 0, None)


def test_maintenance_that_lies_ahead_is_neither_done_nor_missed(turn: MaintenanceTurn, calculated: Any) -> None:
    assert told(calculated(taipei(11, 12, 8)))["state"] == "ahead"
    assert turn.planned_on == date(2026, 11, 12)


def test_work_that_waits_for_its_confirmation_is_not_marked_as_missed(turn: MaintenanceTurn, agent: Person) -> None:
    case = fulfil(turn, agent, at=taipei(11, 12, 10))
    upkeep.tend(taipei(11, 20, 9))
    assert MaintenanceTurn.objects.get(pk=turn.pk).state == "planned"

    perform(case, "confirm_done", by=turn.service.owner, at=taipei(11, 21, 9), confirmation="portal")
    upkeep.tend(taipei(11, 21, 10))

    fresh = MaintenanceTurn.objects.get(pk=turn.pk)
    assert (fresh.state, fresh.done_at) == ("done", taipei(11, 12, 10))
    assert maintenance_done(start=NOVEMBER[0], end=NOVEMBER[1]).ratio == 1


def test_what_was_noted_by_a_person_is_evidence_too(turn: MaintenanceTurn, agent: Person, calculated: Any) -> None:
    maintenance.finish(
        turn, by=agent, at=taipei(11, 13), started_at=taipei(11, 12, 9), ended_at=taipei(11, 12, 10), note="完成"
    )

    assert told(calculated())["state"] == "done"


# ---- the stand-by ----------------------------------------------------------------------------
def standby(issue: Any) -> tuple[Any, bool | None]:
    """Give the seconds of the slowest start, None where it was not called upon, and the verdict."""
    line = next(one for one in issue.figures["services"][0]["lines"] if one["metric"] == "continuity")
    key = line["figures"].get("result")
    return (figure_of(issue.figures["figures"][key]).value if key else None), line["met"]


@pytest.mark.parametrize(
    ("hours", "running_after", "result"),
    [
        (8, 4, (4 * 3600, True)),
        (8, 6, (6 * 3600, True)),  # exactly the target is kept
        (9, 7, (7 * 3600, False)),
        (8, None, (8 * 3600, False)),  # down for longer than agreed, and no stand-by ran
        (3, None, (None, None)),  # over before it was owed
    ],
)
def test_the_start_of_the_standby_is_judged(
    agreement: Any, down: Any, calculated: Any, hours: int, running_after: int | None, result: tuple[Any, Any]
) -> None:
    start = taipei(11, 5, 9)
    down(start, start + hours * HOUR, standby_at=start + running_after * HOUR if running_after else None)

    assert standby(calculated()) == result


def test_the_slowest_start_counts_and_the_row_is_its_outage(agreement: Any, down: Any, calculated: Any) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 20), standby_at=taipei(11, 5, 10))
    slow = down(taipei(11, 8, 9), taipei(11, 8, 20), standby_at=taipei(11, 8, 14))

    issue = calculated()

    assert standby(issue) == (5 * 3600, True)
    line = next(one for one in issue.figures["services"][0]["lines"] if one["metric"] == "continuity")
    assert figure_of(issue.figures["figures"][line["figures"]["result"]]).sides["part"] == [("outage", slow.pk, 18000)]
    assert figure_of(issue.figures["figures"][line["figures"]["uses"]]).value == 2


def test_an_approved_exclusion_is_no_waiting_for_the_standby(
    agreement: Any, service: Any, down: Any, slm: Person, owner: Person, calculated: Any
) -> None:
    from sla import claims

    lost = down(taipei(11, 5, 9), taipei(11, 5, 20), standby_at=taipei(11, 5, 17))
    claim = claims.claim(
        service, clause=claims.USUAL[0], started_at=taipei(11, 5, 9), ended_at=taipei(11, 5, 12), reason="颱風", evidence="公告",
        by=owner, at=taipei(11, 6), outage=lost,
    )  # fmt: skip
    assert standby(calculated())[1] is False

    claims.decide(claim, approve=True, note="", by=slm, at=taipei(11, 7))
    issue = calculated()
    from itsm.service_reports import steps, work

    steps.recalculate(issue, by=slm, at=AFTER)
    work.go_on(AFTER + timedelta(seconds=1))
    issue.refresh_from_db()

    assert standby(issue) == (5 * 3600, True)


def test_without_an_outage_the_report_says_that_it_was_not_called_upon(agreement: Any, calculated: Any) -> None:
    issue = calculated()

    with override("en"):
        (row,) = [one for one in set_sheet(issue).services[0].tables[0].rows if "stand-by" in one[0].text]
    assert [cell.text for cell in row[1:4]] == ["at most 6 h", "not called upon", "—"]


def test_a_report_of_the_first_schema_is_drawn_as_it_was(agreement: Any, calculated: Any) -> None:
    issue = calculated()
    (service,) = issue.figures["services"]
    service["lines"] = [one for one in service["lines"] if one["metric"] != "continuity"]
    for plan in service["maintenance"]:
        del plan["turns"]
    issue.figures["definitions"] = "01.00"

    with override("en"):
        again = set_sheet(issue)

    (row,) = [one for one in again.services[0].tables[0].rows if "stand-by" in one[0].text]
    assert row[3].text == "—"
    assert "Scheduled maintenance" not in dict(again.definitions)


def test_the_standby_is_written_down_with_the_outage_and_corrected_with_a_reason(
    service: Any, agent: Person, owner: Person, client: Client
) -> None:
    client.force_login(agent)
    sent = {
        "service": service.code, "kind": "unplanned", "started_at": "2026-11-05T09:00", "ended_at": "2026-11-05T17:00",
        "standby_at": "2026-11-05T08:00", "evidence": "異地備援",
    }  # fmt: skip
    refused = client.post("/reports/outages/new/", sent)
    assert refused.status_code == 422
    assert "id_standby_at" in refused.content.decode()

    assert client.post("/reports/outages/new/", sent | {"standby_at": "2026-11-05T12:00"}).status_code == 303
    made = Outage.objects.get()
    assert made.standby_at == taipei(11, 5, 12)
    with pytest.raises(Objected):
        outages.correct(made, {"standby_at": taipei(11, 5, 8)}, reason="更正", by=owner, at=AFTER)
    fixed = outages.correct(made, {"standby_at": taipei(11, 5, 11)}, reason="更正", by=owner, at=AFTER)
    assert (fixed.standby_at, fixed.edits.get().before["standby_at"]) == (
        taipei(11, 5, 11), taipei(11, 5, 12).astimezone(made.standby_at.tzinfo).isoformat(),
    )  # fmt: skip


def test_a_promise_of_the_standby_takes_the_place_of_the_recovery_time(
    agree: Any, service: Any, down: Any, calculated: Any
) -> None:
    promises = [
        {"metric": "continuity", "op": "le", "seconds": 2 * 3600, "words_zh": "兩小時內", "words_en": "In two hours"}
    ]
    agree(sheet(service, promises=promises))
    down(taipei(11, 5, 9), taipei(11, 5, 20), standby_at=taipei(11, 5, 12))

    issue = calculated()

    assert standby(issue) == (3 * 3600, False)
    assert sum(one["metric"] == "continuity" for one in issue.figures["services"][0]["lines"]) == 1
