"""The nightly recount proves the roll-ups: whatever was written by whom, they equal what the tables say."""

import random
import re
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from itsm.reporting import facts, feed, recounting
from itsm.reporting.models import DayCell
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def columns_read() -> set[tuple[str, str]]:
    """Every column of a table that the statements of facts read, but keys and what never changes."""
    aliases = {"t": "tickets_ticket", "c": "sla_clock", "e": "records_event", "r": "records_record", "x": "?"}
    found = set()
    for name, statement in facts.STATEMENTS.items():
        x = {"change": "changes_change", "release": "releases_release"}.get(name, "?")
        for alias, column in re.findall(r"\b([tcerx])\.(\w+)", statement):
            found.add((x if alias == "x" else aliases[alias], column))
    keys = {"id", "record_ptr_id", "record_id", "ticket_ptr_id"}
    never = {("records_record", "kind"), ("records_event", "kind"), ("records_event", "at"), ("sla_clock", "id")}
    return {(table, column) for table, column in found if column not in keys} - never


def test_every_column_that_facts_read_is_watched() -> None:
    watched = {(table, column) for table, (_key, names) in facts.WATCHED.items() for column in names}

    assert len(columns_read()) > 15
    assert columns_read() <= watched


#: What is written at random: a table and what its columns may become, so that their rules hold.
WRITES = (
    "UPDATE tickets_ticket SET priority = 1 + (%(n)s %% 5) WHERE record_ptr_id = %(key)s",
    "UPDATE tickets_ticket SET priority = NULL WHERE record_ptr_id = %(key)s",
    "UPDATE tickets_ticket SET service_id = NULL WHERE record_ptr_id = %(key)s",
    "UPDATE tickets_ticket SET received_at = received_at - make_interval(hours => %(n)s) WHERE record_ptr_id = %(key)s",
    "UPDATE tickets_ticket SET closed_at = received_at + make_interval(days => %(n)s) WHERE record_ptr_id = %(key)s AND phase = 'done'",
    "UPDATE tickets_ticket SET resolved_at = received_at + make_interval(days => %(n)s) WHERE record_ptr_id = %(key)s",
    "UPDATE tickets_ticket SET resolved_at = NULL WHERE record_ptr_id = %(key)s AND phase <> 'done'",
    "UPDATE tickets_ticket SET confirmation = 'timer' WHERE record_ptr_id = %(key)s",
    "UPDATE sla_clock SET breached_at = started_at, state = 'missed' WHERE record_id = %(key)s AND state = 'met'",
    "UPDATE sla_clock SET state = 'met' WHERE record_id = %(key)s AND state = 'missed'",
    "UPDATE sla_clock SET is_deadline = NOT is_deadline WHERE record_id = %(key)s",
    "UPDATE changes_change SET actual_end = actual_end - make_interval(days => %(n)s), actual_start = NULL WHERE ticket_ptr_id = %(key)s",
    "UPDATE changes_change SET outcome = 'failed' WHERE ticket_ptr_id = %(key)s AND outcome <> ''",
    "UPDATE releases_release SET outcome = 'cancelled' WHERE ticket_ptr_id = %(key)s AND outcome <> ''",
)


@pytest.mark.parametrize("seed", [3, 4])
def test_after_random_writes_of_any_kind_the_roll_ups_equal_the_recount(demo: None, seed: int) -> None:
    """Beside the program's own ways: rows of all processes changed by plain statements, fed at random moments."""
    dice = random.Random(seed)
    recounting.feed_all()
    keys, before = list(Ticket.objects.order_by("pk").values_list("pk", flat=True)), set(every_cell())
    written = 0
    for _turn in range(400):
        written += write(dice.choice(WRITES), key=dice.choice(keys), n=dice.randint(1, 30))
        if dice.random() < 0.1:
            feed.feed(most=dice.choice([1, 50, 2000]))
    recounting.feed_all()

    found = recounting.recount(at=MONDAY, repair=False)

    assert written > 100
    assert set(every_cell()) != before
    assert found.drift == {}
    assert sum(row[-1] for row in every_cell() if row[:2] == ("all", "received")) == Ticket.objects.count()


def every_cell() -> Any:
    return DayCell.objects.values_list(
        "slice", "measure", "day", "kind", "service", "team", "priority", "outcome", "amount"
    )


def write(statement: str, **given: Any) -> int:
    """Write unless a rule of the data objects; tells how many rows."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, given)
            return int(cursor.rowcount)
    except (IntegrityError, InternalError):
        return 0
