"""Making and ending relationships; nothing of the past is altered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext

from configuration import authority, schema, services
from configuration.authority import Grounds
from configuration.models import CiRelation, ConfigurationItem
from itsm.flow import Move
from itsm.records import journal
from itsm.records.models import Event

if TYPE_CHECKING:
    from itsm.people.models import Person


class Unfitting(Exception):
    """A relationship cannot be made; carries the sentence."""


def relate(
    source: ConfigurationItem, target: ConfigurationItem, *, type: Any, grounds: Grounds, by: Person | None, at: datetime,
    weight: int = 100, group: str = "", needs: int | None = None, channel: str = "web",
) -> CiRelation:  # fmt: skip
    """Join two items from ``at`` on. The others of its redundancy group take over what the group needs.

    :raises services.Unauthorised: if the grounds name neither end
    :raises Unfitting: if the pair is not allowed, it exists, or it would make a circle
    """
    with transaction.atomic():
        _check(grounds, source, target, by=by, at=at)
        if sentence := objection(source, target, type=type, weight=weight, group=group, needs=needs):
            raise Unfitting(sentence)
        with authority.acting(grounds, by=by, at=at, reason=f"{source.number} {type.code} {target.number}"):
            made = CiRelation.objects.create(
                source=source, target=target, type=type, weight=weight, group=group, needs=needs, valid_from=at
            )
            made.refresh_from_db(fields=["cause", "effect"])
            _align(made, at=at)
        _journal(made, "related", by=by, at=at, channel=channel, grounds=grounds)
    return made


def end(relation: CiRelation, *, grounds: Grounds, by: Person | None, at: datetime, channel: str = "web") -> None:
    """End a relationship at ``at``.

    :raises services.Unauthorised: if the grounds name neither end
    :raises Unfitting: if it has ended already
    """
    with transaction.atomic():
        locked = CiRelation.objects.select_for_update().select_related("source", "target", "type").get(pk=relation.pk)
        if locked.valid_to is not None:
            raise Unfitting(gettext("This relationship has ended already."))
        _check(grounds, locked.source, locked.target, by=by, at=at)
        with authority.acting(grounds, by=by, at=at, reason=f"end {locked.pk}"):
            _finish(locked, at=at)
        _journal(locked, "unrelated", by=by, at=at, channel=channel, grounds=grounds)


def objection(
    source: ConfigurationItem, target: ConfigurationItem, *, type: Any, weight: int, group: str, needs: int | None
) -> str:
    """Say why the two cannot be joined so; empty when they can."""
    if source.pk == target.pk:
        return gettext("An item has no relationship with itself.")
    if not schema.present().allows(type.pk, source.ci_class_id, target.ci_class_id):
        classes = schema.present().classes
        words = {"source": classes[source.ci_class_id], "type": type, "target": classes[target.ci_class_id]}
        return gettext("“%(source)s %(type)s %(target)s” is not an allowed pair.") % words
    if not 0 <= weight <= 100 or bool(group) != bool(needs):
        return gettext("A weight lies between 0 and 100; a redundancy group says how many it needs.")
    if CiRelation.objects.present().filter(source=source, target=target, type=type).exists():
        return gettext("This relationship is there already.")
    if type.is_acyclic and _circle(type.pk, source.pk, target.pk):
        return gettext("This relationship would make a circle.")
    return ""


def _circle(type_id: int, source_id: int, target_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT configuration_circle(%s, %s, %s)", [type_id, source_id, target_id])
        return bool(cursor.fetchone()[0])


def _align(made: CiRelation, *, at: datetime) -> None:
    """Let the other relationships of the group need as many as the new one says."""
    if not made.group:
        return
    others = CiRelation.objects.present().filter(effect=made.effect_id, group=made.group).exclude(pk=made.pk)
    for other in others.exclude(needs=made.needs):
        _finish(other, at=at)
        CiRelation.objects.create(
            source_id=other.source_id, target_id=other.target_id, type_id=other.type_id, weight=other.weight,
            group=other.group, needs=made.needs, valid_from=at,
        )  # fmt: skip


def _finish(relation: CiRelation, *, at: datetime) -> None:
    relation.valid_to = max(at, relation.valid_from)
    CiRelation.objects.filter(pk=relation.pk).update(valid_to=relation.valid_to)


def _check(
    grounds: Grounds, source: ConfigurationItem, target: ConfigurationItem, *, by: Person | None, at: datetime
) -> None:
    said = [services.objection(grounds, ci_class=end.ci_class, by=by, at=at, item=end) for end in (source, target)]
    if all(said):
        raise services.Unauthorised(said[0])


def _journal(
    relation: CiRelation, name: str, *, by: Person | None, at: datetime, channel: str, grounds: Grounds
) -> None:
    words: dict[str, Any] = {
        "type": relation.type.code,
        "source": relation.source.number,
        "target": relation.target.number,
        "source_name": relation.source.title,
        "target_name": relation.target.title,
    }
    for item in (relation.source, relation.target):
        move = Move(name, by, at, channel)
        journal.write(item, kind=Event.Kind.EDITED, name=name, move=move, grounds=grounds.kind, **words)
