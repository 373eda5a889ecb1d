"""What Celery does for changes and their board: it only does sooner what the tick would do."""

from celery import shared_task

from changes import meetings
from itsm.records.clock import database_now


@shared_task(name="changes.tasks.tend_board")  # type: ignore[untyped-decorator]  # Celery has no types
def tend_board() -> int:
    """Make meetings ahead, fill agendas and recheck open rounds; tells how much was done."""
    return meetings.tend(at=database_now())
