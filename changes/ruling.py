"""Keeping the rules that find the class of a change: by the owner of the process, or an administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes.asks import TRIGGERS
from changes.rule_models import LONGEST_LEAD, ClassRule, LeadTime
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person


def may_keep(person: Person) -> bool:
    """Tell whether ``person`` keeps the rules."""
    return person.is_staff or person.holds("change_manager", process="change")


def keep_rule(rule: ClassRule | None, given: Mapping[str, Any], *, by: Person) -> ClassRule:
    """Write a rule, or make one where ``rule`` is None; its code stays, as decisions name it.

    :raises NotAllowed: if ``by`` does not keep the rules
    :raises Objected: if it has no fact to compare, or its code is taken
    """
    if not may_keep(by):
        raise NotAllowed
    code = rule.code if rule is not None else str(given["code"])
    if not given["fact"] and code not in TRIGGERS:
        raise Objected(fields={"fact": gettext("Choose the fact that the rule compares.")})
    if rule is None and (code == "new" or ClassRule.objects.filter(code=code).exists()):
        raise Objected(fields={"code": gettext("There is a rule with this code already.")})
    with transaction.atomic():
        made = rule or ClassRule(code=code)
        for name, value in given.items():
            if name != "code":
                setattr(made, name, value)
        made.save()
    return made


def keep_lead(change_class: str, days: int, *, by: Person) -> None:
    """Write the business days between the request for a change of that class and its window.

    :raises NotAllowed: if ``by`` does not keep the rules
    :raises Objected: if they are too many
    """
    if not may_keep(by):
        raise NotAllowed
    if not 0 <= days <= LONGEST_LEAD:
        raise Objected(fields={"days": gettext("Write a number of days from 0 to %(most)s.") % {"most": LONGEST_LEAD}})
    LeadTime.objects.update_or_create(change_class=change_class, defaults={"days": days})
