"""What a rule of the calendar applies to, and what a change is about; read in as few statements as there are tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from changes.calendar_models import FreezeWaiver, FreezeWindow, MaintenanceWindow
from changes.recurrences import MOST
from configuration import schema
from configuration.models import ConfigurationItem
from itsm.records.models import Link, LinkKind

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Subject:
    """A change as the calendar sees it; ``key`` 0 is one that is not kept yet."""

    key: int = 0
    items: frozenset[int] = field(default_factory=frozenset)
    classes: frozenset[int] = field(default_factory=frozenset)
    services: frozenset[int] = field(default_factory=frozenset)
    is_emergency: bool = False


def subject_of(change: Any) -> Subject:
    """Read what ``change`` is about: its items with the lines of their classes, and its services.

    One that is only imagined while it is written names but its own service.
    """
    emergency = change.change_class == "emergency"
    if change.pk is None:
        return named(0, items=(), services=filter(None, [change.service_id]), is_emergency=emergency)
    items = Link.objects.filter(source=change.pk, kind=LinkKind.AFFECTS).values_list("target", flat=True)
    services = {change.service_id, *change.affected_services.values_list("pk", flat=True)} - {None}
    return named(change.pk, items=items, services=services, is_emergency=emergency)


def named(key: int, *, items: Iterable[int], services: Iterable[int], is_emergency: bool) -> Subject:
    """Give the subject that names these items and services, with the lines of the items' classes; ``key`` 0 is a new one."""
    affected = ConfigurationItem.objects.filter(pk__in=items if isinstance(items, QuerySet) else list(items))
    pairs = list(affected.values_list("pk", "ci_class"))
    return Subject(
        key, frozenset(pk for pk, _class in pairs), classes_above(code for _pk, code in pairs), frozenset(services), is_emergency
    )  # fmt: skip


def classes_above(keys: Iterable[int], lines: Mapping[int, tuple[int, ...]] | None = None) -> frozenset[int]:
    """Collect the classes and all those that they belong to; ``lines`` are those of the schema, if it was read already."""
    wanted = set(keys)
    if lines is None:
        lines = schema.present().lines if wanted else {}
    return frozenset(above for key in wanted for above in lines.get(key, ()))


def with_scopes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Let each rule bring the keys of what it is for, in the same statement."""
    model = rows.model
    own = model._meta.model_name
    arrays = {
        name: ArraySubquery(getattr(model, field).through.objects.filter(**{own: OuterRef("pk")}).values(column))
        for name, field, column in (
            ("service_keys", "services", "service"), ("item_keys", "items", "configurationitem"), ("class_keys", "ci_classes", "ciclass"),
        )
    }  # fmt: skip
    found: QuerySet[Any] = rows.annotate(**arrays)
    return found


def applies(rule: Any, subject: Subject) -> bool:
    """Tell whether the rule (read by :func:`with_scopes`) is for the subject; one without a scope is for everything."""
    if not (rule.service_keys or rule.item_keys or rule.class_keys):
        return True
    return bool(
        subject.services.intersection(rule.service_keys)
        or subject.items.intersection(rule.item_keys)
        or subject.classes.intersection(rule.class_keys)
    )


def freezes(start: datetime, end: datetime) -> list[FreezeWindow]:
    """Read the freezes that share a moment with the stretch, with their scopes; one statement."""
    return list(with_scopes(FreezeWindow.objects.over(start, end)).order_by("starts_at", "pk"))


def maintenance(start: datetime, end: datetime) -> list[MaintenanceWindow]:
    """Read the maintenance windows that can be open in the stretch, with their scopes; one statement.

    Their days are days of their own zone, and the last opening may run on for as long as openings last.
    """
    rows = MaintenanceWindow.objects.filter(since__lte=(end + DAY).date()).exclude(
        until__lt=(start - MOST - DAY).date()
    )
    return list(with_scopes(rows).order_by("name_zh", "pk"))


def waived(key: int, rows: Iterable[FreezeWindow]) -> frozenset[int]:
    """Tell which of the freezes are waived for the change."""
    keys = [row.pk for row in rows]
    if not keys or not key:
        return frozenset()
    return frozenset(FreezeWaiver.objects.filter(change=key, freeze__in=keys).values_list("freeze_id", flat=True))
