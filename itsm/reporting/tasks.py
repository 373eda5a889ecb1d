"""What Celery does for reports: it feeds the roll-ups sooner than the tick would, and proves them right every night."""

import logging

from celery import shared_task

from itsm.records.clock import database_now, whole
from itsm.reporting import feed, recounting, snapshots

log = logging.getLogger(__name__)


@shared_task(name="itsm.reporting.tasks.feed_cells")  # type: ignore[untyped-decorator]  # Celery has no types
def feed_cells() -> int:
    """Count the records that changed; tells how many."""
    return feed.feed()


@shared_task(name="itsm.reporting.tasks.count_figures")  # type: ignore[untyped-decorator]  # Celery has no types
def count_figures() -> int:
    """Count the figures that pages wait for; tells how many."""
    return snapshots.count_wanted(whole(database_now()))


@shared_task(name="itsm.reporting.tasks.nightly_recount")  # type: ignore[untyped-decorator]  # Celery has no types
def nightly_recount() -> int:
    """Recount everything, put right what had drifted, and say so; tells in how many places."""
    found = recounting.recount(at=whole(database_now()), repair=True)
    if found.drift:
        log.error("The roll-ups had drifted and were made anew: %s", found.drift)
    return len(found.drift)
