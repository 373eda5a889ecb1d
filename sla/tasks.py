"""What Celery does for clocks: it only makes the sweep sooner."""

from celery import shared_task

from sla import sweep as sweeping


@shared_task(name="sla.tasks.sweep")  # type: ignore[untyped-decorator]  # Celery has no types
def sweep() -> int:
    """Fire what is due; tells how many levels fired and actions were done."""
    swept = sweeping.sweep()
    return swept.fired + swept.done
