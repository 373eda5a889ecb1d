"""Building what may be ordered: beginning an item, changing it, and what is wrong with one as it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from catalogue.editions.access import may_edit
from catalogue.items import fields, plans
from catalogue.items.policies import can_be_met
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from catalogue.models import RequestItem, Service
    from itsm.people.models import Person

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: What an item takes over from the one that it begins as.
COPIED = ("description_zh", "description_en", "target_seconds", "approval", "approval_rule", "approval_needed", "approval_lead",
          "approval_owner", "form", "tasks", "keywords", "opens_change", "change_template")  # fmt: skip
ROWS = ("audiences", "approvers")
USUAL_TARGET = 3 * 8 * 3600


def begin_item(
    service: Service, *, code: str, name_zh: str, name_en: str = "", like: RequestItem | None = None, by: Person
) -> RequestItem:  # fmt: skip
    """Begin an item that is not on offer yet, as a copy of ``like`` where one is given.

    :raises NotAllowed: if ``by`` does not keep the entry of the service
    :raises Objected: if the code is taken or not fit for an address, or the Chinese name is missing
    """
    from catalogue.models import RequestItem

    if not may_edit(by, service):
        raise NotAllowed
    faults = {}
    if len(code) > 40 or not CODE.fullmatch(code):
        faults["code"] = gettext("The code consists of small letters, digits and hyphens.")
    elif RequestItem.objects.filter(code=code).exists():
        faults["code"] = gettext("There is an item with this code already.")
    if not 0 < len(name_zh.strip()) <= 120:
        faults["name_zh"] = gettext("The name has 1 to 120 characters.")
    if faults:
        raise Objected(fields=faults)
    copied: dict[str, Any] = (
        {name: getattr(like, name) for name in COPIED} if like else {"target_seconds": USUAL_TARGET}
    )
    with transaction.atomic():
        made = RequestItem.objects.create(
            service=service, code=code, name_zh=name_zh.strip(), name_en=name_en.strip(), is_active=False, **copied
        )
        for name in ROWS if like else ():
            getattr(made, name).set(getattr(like, name).all())
    return made


def change_item(item: RequestItem, given: Mapping[str, Any], *, by: Person) -> RequestItem:
    """Change what ``given`` names of an item: its columns, its form and plan as they are stored, its rows of others.

    :raises NotAllowed: if ``by`` does not keep the entry of its service
    :raises Objected: if form, plan or approval would not work, or the item is offered of a service that is not live
    """
    from catalogue.models import RequestItem

    with transaction.atomic():
        row = RequestItem.objects.select_for_update(of=("self",)).select_related("service").get(pk=item.pk)
        if not may_edit(by, row.service):
            raise NotAllowed
        rows = {name: list(getattr(row, name).all()) for name in ROWS} | {
            name: given[name] for name in ROWS if name in given
        }
        for name, value in given.items():
            if name not in ROWS:
                setattr(row, name, value)
        if said := objections(row, approvers=len(rows["approvers"])):
            raise Objected(*said)
        row.save()
        for name in set(ROWS) & set(given):
            getattr(row, name).set(rows[name])
    return row


def objections(item: RequestItem, *, approvers: int) -> list[str]:
    """List what is wrong with an item as it would be kept."""
    said = [*fields.faults(fields.read(item.form)), *plans.faults(plans.read(item.tasks))]
    if item.change_template and not item.opens_change:
        said.append(gettext("Only for an item whose order opens a change."))
    if item.approval == "policy":
        people = approvers + item.approval_lead + item.approval_owner
        if not can_be_met(item.approval_rule, people, needed=item.approval_needed):
            said.append(gettext("Fewer people are asked to approve than must say yes."))
    return said


def named(model: type[Any], column: str, values: Sequence[str], *, field: str) -> list[Any]:
    """Find the rows that ``values`` name by a column.

    :raises Objected: if one is not there
    """
    found = list(model.objects.filter(**{f"{column}__in": values}))
    if len(found) != len(set(values)):
        raise Objected(fields={field: gettext("One of these codes is not known.")})
    return found
