"""Record numbers like INC-202611-00042: gapless, unique, by month of the site's zone."""

from datetime import datetime

from django.db import connection

from itsm.records.clock import site_month
from itsm.records.models import Record

_TAKE = """
INSERT INTO records_numberseries (prefix, month, last) VALUES (%s, %s, %s)
ON CONFLICT (prefix, month) DO UPDATE SET last = records_numberseries.last + %s RETURNING last
"""


def take(prefix: str, *, at: datetime, count: int = 1) -> list[str]:
    """Take the next ``count`` numbers of ``prefix`` in the month of ``at``.

    The counter's row stays locked until the transaction ends, so take numbers last.
    """
    month = site_month(at)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [prefix, month, count, count])
        last: int = cursor.fetchone()[0]
    return [f"{prefix}-{month}-{value:05d}" for value in range(last - count + 1, last + 1)]


def give_number(record: Record, prefix: str) -> None:
    """Write the next number of ``prefix`` on a new record, by the month in which it was created."""
    record.number = take(prefix, at=record.created_at)[0]
    Record.objects.filter(pk=record.pk).update(number=record.number)
