"""The configuration item that stands for a service: chosen by who keeps the entry, read by walks and availability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from catalogue.editions.access import may_edit
from catalogue.models import Service
from configuration import access
from configuration.models import ConfigurationItem
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person


def roots() -> dict[int, str]:
    """Give the codes of the services that name their root item, by the keys of those items; one statement."""
    return dict(Service.objects.exclude(root_ci=None).values_list("root_ci", "code"))


def items_of(service: Service) -> list[int]:
    """List the keys of the items in use that stand for a service: its root; without one, those that bear its code."""
    used = ConfigurationItem.objects.in_use()
    if service.root_ci_id is not None:
        return list(used.filter(pk=service.root_ci_id).values_list("pk", flat=True))
    named = used.filter(ci_class__code="service", attributes__service_code=service.code)
    return list(named.order_by("pk").values_list("pk", flat=True))


def no_such_item() -> str:
    """Say that an item is not there."""
    return gettext("There is no item with this number, or you may not see it.")


def may_choose(person: Person, service: Service) -> bool:
    """Tell whether the person may say which item stands for the service: who keeps the entry, or the items."""
    return may_edit(person, service) or access.keeps(person)


def choose(service: Service, item: Any, *, by: Person) -> Service:
    """Let ``item`` stand for the service from now on; None lets none.

    :raises NotAllowed: if ``by`` keeps neither the entry nor the items
    :raises Objected: if the item is no longer in use, or stands for another service
    """
    if not may_choose(by, service):
        raise NotAllowed
    if item is not None and item.state in ("retired", "disposed"):
        raise Objected(fields={"item": gettext("%(number)s is no longer in use.") % {"number": item.number}})
    with transaction.atomic():
        locked = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
        if item is not None and (other := Service.objects.filter(root_ci=item).exclude(pk=locked.pk).first()):
            words = {"number": item.number, "name": other.name}
            raise Objected(fields={"item": gettext("%(number)s stands for “%(name)s” already.") % words})
        locked.root_ci = item
        locked.save(update_fields=["root_ci"])
    return locked
