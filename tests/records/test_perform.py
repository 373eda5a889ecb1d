"""perform(): one button, eight threads; numbers without gaps; a journal nobody rewrites; a state nobody forges."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from catalogue.models import Category, Service
from incidents import services
from incidents.models import Incident
from itsm.flow.machine import OutsidePerform
from itsm.people.models import Person
from itsm.records.models import Event, Record
from itsm.records.perform import offers, perform
from itsm.records.refusals import MovedOn, Objected, Stale, UnknownMove
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY


@pytest.fixture
def outage(requester: Person, service: Service) -> Incident:
    """A fault that a requester reported."""
    return services.raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
    )


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run ``work`` in ``count`` threads that start together; give what each returned or raised."""
    gate = threading.Barrier(count)
    results: list[Any] = [None] * count

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = work(index)
        except Exception as error:  # noqa: BLE001  (the error is the thread's answer)
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_eight_threads_pressing_one_button_one_moves_and_seven_get_the_sentence(
    outage: Incident, agent: Person, category: Category
) -> None:
    inputs: dict[str, Any] = {"service": outage.service, "category": category, "impact": "2", "urgency": "2"}

    results = in_threads(8, lambda _: perform(outage, "classify", by=agent, **inputs))

    refused = [result for result in results if isinstance(result, MovedOn)]
    assert len(refused) == 7, results
    assert all("已分類" in str(refusal) or "Classified" in str(refusal) for refusal in refused)
    assert Event.objects.filter(record=outage.pk, name="classify").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_double_when_writers_race_and_roll_back(requester: Person) -> None:
    def raise_one(index: int, turn: int) -> None:
        with suppress(InterruptedError), transaction.atomic():
            services.raise_incident(by=requester, requester=requester, title=f"case {index}-{turn}")
            if (index + turn) % 4 == 0:
                raise InterruptedError

    def raise_five(index: int) -> None:
        for turn in range(5):
            raise_one(index, turn)

    results = in_threads(6, raise_five)

    assert results == [None] * 6
    numbers = sorted(int(number.rsplit("-", 1)[1]) for number in Record.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == sum((i + t) % 4 != 0 for i in range(6) for t in range(5))


@pytest.mark.django_db(transaction=True)
def test_a_record_without_a_number_does_not_reach_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.create(kind="incident", created_at=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE records_event SET name = 'x'", "DELETE FROM records_event"])
def test_the_journal_is_append_only_in_the_database(outage: Incident, sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db
def test_no_other_path_writes_an_illegal_state(outage: Incident) -> None:
    with pytest.raises(IntegrityError, match="No step leads"), transaction.atomic():
        Ticket.objects.filter(pk=outage.pk).update(state="closed")
    with pytest.raises(IntegrityError, match="No step leads"), transaction.atomic():
        Incident.objects.filter(pk=outage.pk).update(major_status="reviewed")
    with pytest.raises(AttributeError):
        outage.state = "closed"
    with pytest.raises(OutsidePerform):
        outage.classify()


@pytest.mark.django_db
def test_all_refusals_are_collected_and_nothing_is_written(outage: Incident, agent: Person, service: Service) -> None:
    service.lifecycle = "retired"

    with pytest.raises(Objected) as refusal:
        perform(outage, "classify", by=agent, impact="7", urgency="1", service=service)

    assert set(refusal.value.fields) == {"category", "impact"}
    assert len(refusal.value.reasons) == 3
    assert Incident.objects.get(pk=outage.pk).version == 1
    assert Event.objects.filter(record=outage.pk).count() == 1


@pytest.mark.django_db
def test_a_stale_page_and_an_unknown_step_are_refused(outage: Incident, agent: Person, category: Category) -> None:
    with pytest.raises(Stale):
        perform(
            outage, "classify", by=agent, version=7, service=outage.service, category=category, impact="2", urgency="2"
        )
    with pytest.raises(UnknownMove):
        perform(outage, "delete_everything", by=agent)


@pytest.mark.django_db
def test_offers_are_what_the_role_may_press_with_the_reasons_that_object(
    outage: Incident, agent: Person, requester: Person
) -> None:
    for_agent = {offer.name for offer in offers(outage, person=agent, at=MONDAY)}
    for_requester = {offer.name for offer in offers(outage, person=requester, at=MONDAY)}

    assert for_agent == {
        "classify",
        "judge_as_request",
        "judge_as_problem",
        "judge_as_complaint",
        "cancel",
        "propose_major",
    }
    assert for_requester == {"withdraw"}


@pytest.mark.django_db
def test_the_reopen_window_closes_after_seven_days(
    outage: Incident, agent: Person, requester: Person, category: Category
) -> None:
    steps: list[tuple[str, Person, dict[str, Any]]] = [
        ("classify", agent, {"service": outage.service, "category": category, "impact": "2", "urgency": "2"}),
        ("assign_first_line", agent, {"assignee": agent}),
        ("resolve", agent, {"resolution_code": "fixed", "resolution_note": "ok"}),
        ("confirm_resolution", requester, {"confirmation": "portal"}),
    ]
    for name, by, inputs in steps:
        perform(outage, name, by=by, at=MONDAY, **inputs)

    with pytest.raises(Objected):
        perform(outage, "reopen", by=requester, at=MONDAY + timedelta(days=7, seconds=1), reason="又壞了")
    again = perform(outage, "reopen", by=requester, at=MONDAY + timedelta(days=7), reason="又壞了")

    assert (again.state, again.reopen_count, again.closed_at) == ("l1_processing", 1, None)
