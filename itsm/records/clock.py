"""What time it is, asked of the database, so that every machine answers alike."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection


def database_now() -> datetime:
    """Read the database's wall clock as it is now, not as it was when the transaction began; whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return whole(now)


def whole(instant: datetime) -> datetime:
    """Cut an instant to whole seconds, the unit of every clock."""
    return instant - timedelta(microseconds=instant.microsecond)


def site_month(instant: datetime) -> str:
    """Give the month of an instant in the site's zone as yyyymm."""
    return f"{instant.astimezone(ZoneInfo(settings.TIME_ZONE)):%Y%m}"
