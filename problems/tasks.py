"""What Celery does for problems: it only runs the rules sooner than the tick would."""

from celery import shared_task

from itsm.records.clock import database_now
from problems import rules


@shared_task(name="problems.tasks.propose")  # type: ignore[untyped-decorator]  # Celery has no types
def propose() -> int:
    """Propose problems; tells how many were proposed."""
    return rules.propose(at=database_now())
