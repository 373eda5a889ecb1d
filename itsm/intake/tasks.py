"""What Celery does for imports: it only goes on with them sooner than the tick would."""

from celery import shared_task

from itsm.intake.cmdb import work
from itsm.intake.post import fetching
from itsm.records.clock import database_now, whole


@shared_task(name="itsm.intake.tasks.go_on")  # type: ignore[untyped-decorator]  # Celery has no types
def go_on() -> int:
    """Go on with imports that wait; tells how many pieces were done."""
    return work.go_on(whole(database_now()))


@shared_task(name="itsm.intake.tasks.read_mail")  # type: ignore[untyped-decorator]  # Celery has no types
def read_mail() -> int:
    """Fetch what came in by mail and put it where it belongs; tells how many mails were dealt with."""
    return fetching.tend(whole(database_now()))
