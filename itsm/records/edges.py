"""The legal edges of every machine, as rows that the state triggers read."""

from django.db import transaction

from itsm.records import register
from itsm.records.models import FlowEdge


def wanted() -> set[tuple[str, str, str, str, str]]:
    """Collect (machine, kind, field, from, to) of every registered machine."""
    return {
        (flow.key, process.key, flow.field, source, target)
        for process in register.processes()
        for flow in process.flows
        for source, target in flow.edges()
    }


def synchronise() -> None:
    """Make the rows equal to the tables."""
    with transaction.atomic():
        rows = {(e.machine, e.kind, e.field, e.source, e.target): e.pk for e in FlowEdge.objects.all()}
        FlowEdge.objects.filter(pk__in=[pk for key, pk in rows.items() if key not in wanted()]).delete()
        FlowEdge.objects.bulk_create(
            FlowEdge(machine=machine, kind=kind, field=field, source=source, target=target)
            for machine, kind, field, source, target in sorted(wanted() - rows.keys())
        )
