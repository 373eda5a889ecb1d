"""Opening an incident or a service request: raised by a person, by an alarm, or out of another record."""

from __future__ import annotations

from typing import Any

from incidents.models import Incident, ServiceRequest
from itsm.flow import Move
from itsm.records.models import Attachment, Watcher
from itsm.records.perform import open_record

COPIED = (
    "title",
    "description",
    "requester",
    "requested_for",
    "unit",
    "service",
    "received_at",
    "confidential",
    "first_response_at",
)


def receive_incident(origin: Any, *, move: Move, why: str) -> Incident:
    """Open an incident out of ``origin``: same text, people, files, watchers and time of receipt."""
    made: Incident = _receive(Incident, origin, move=move, reporter=origin.requester)
    return made


def receive_request(origin: Any, *, move: Move, why: str) -> ServiceRequest:
    """Open a service request out of ``origin``: same text, people, files, watchers and time of receipt."""
    made: ServiceRequest = _receive(ServiceRequest, origin, move=move)
    return made


def _receive(model: type[Any], origin: Any, *, move: Move, **more: Any) -> Any:
    fields = {name: getattr(origin, name) for name in COPIED}
    made = open_record(
        model, by=move.by, at=move.at, channel=origin.channel, fired_by=move, team=origin.team, **fields, **more
    )
    carry(origin, made)
    return made


def carry(origin: Any, made: Any) -> None:
    """Give the new record the files and watchers of the old."""
    Watcher.objects.bulk_create(
        (Watcher(record_id=made.pk, person_id=watcher.person_id) for watcher in origin.watchers.all()),
        ignore_conflicts=True,
    )
    for attachment in Attachment.objects.filter(record_id=origin.pk):
        attachment.pk, attachment.record_id = None, made.pk
        attachment.save(force_insert=True)
