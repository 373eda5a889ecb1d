"""Wall-clock times of a zone as instants: whole seconds since 1970, in UTC. No Django here."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from itsm.hours.windows import DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WALL_EPOCH = EPOCH.replace(tzinfo=None)  # wall-clock seconds are counted from here
EPOCH_DAY = WALL_EPOCH.toordinal()


def instant_of(zone: ZoneInfo, wall: int) -> int:
    """This will turn wall-clock seconds since 1970 into epoch seconds, by the zone's rule for the first occurrence."""
    offset = zone.utcoffset(WALL_EPOCH + timedelta(seconds=wall))
    assert offset is not None  # an IANA zone always knows its offset
    return wall - offset.days * DAY - offset.seconds


def midnight(zone: ZoneInfo, day: int) -> int:
    """This will give the instant at which the day of this ordinal begins."""
    return instant_of(zone, (day - EPOCH_DAY) * DAY)


def epoch_of(at: datetime) -> int:
    """This will give the whole epoch seconds of an aware instant; fractions are dropped.

    :raises TypeError: if ``at`` is naive
    """
    gap = at - EPOCH
    return gap.days * DAY + gap.seconds


def moment(epoch: int) -> datetime:
    """This will give epoch seconds as an aware instant in UTC."""
    return datetime.fromtimestamp(epoch, UTC)
