"""Writing the registers from outside the pages: bodies are judged by the same forms, so that one rule counts for both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from itsm.records.refusals import NotAllowed, Objected
from relationships.models import Supplier
from relationships.supplier_querysets import keeps

#: How a name in a body leads to a row: the model and the column that it holds.
NAMED: dict[str, tuple[type[Model], str]] = {
    "owner": (Person, "username"), "account_owner": (Person, "username"), "lead_supplier": (Supplier, "organisation__code"),
    "organisation": (Organisation, "code"), "hours": (Calendar, "code"),
}  # fmt: skip


def only_keeper(person: Person) -> None:
    """Let only those go on who keep the registers.

    :raises NotAllowed: for everybody else
    """
    if not keeps(person):
        raise NotAllowed


def keys_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn codes and names into the keys that the forms take; empty ones stay empty.

    :raises Objected: naming what is not known
    """
    made, faults = dict(given), {}
    for name, (model, column) in NAMED.items():
        if made.get(name):
            found = model._default_manager.filter(**{column: made[name]}).values_list("pk", flat=True).first()
            if found is None:
                faults[name] = gettext("“%(value)s” is not known.") % {"value": str(made[name])[:80]}
            made[name] = found
    if "services" in made:
        rows = list(Service.objects.filter(code__in=made["services"]))
        if len(rows) != len(set(made["services"])):
            faults["services"] = gettext("One of these codes is not known.")
        made["services"] = [row.pk for row in rows]
    if faults:
        raise Objected(fields=faults)
    return made


def filled(form_class: type[Any], given: Mapping[str, Any], *, instance: Any) -> Any:
    """Fill a form with what ``instance`` has and ``given`` changes, and judge it.

    :raises Objected: with the sentences of the form
    """
    blank = form_class(instance=instance)
    now = {name: blank[name].value() for name in blank.fields} if instance.pk else _defaults(blank)
    return judged(form_class({**now, **keys_of(given)}, instance=instance))


def _defaults(blank: Any) -> dict[str, Any]:
    return {name: blank[name].value() for name in blank.fields if blank[name].value() is not None}


def judged(form: forms.BaseForm) -> Any:
    """Give a form that is right.

    :raises Objected: with its sentences
    """
    if form.is_valid():
        return form
    faults = {name: " ".join(map(str, said)) for name, said in form.errors.items() if name != "__all__"}
    raise Objected(*map(str, form.non_field_errors()), fields=faults)


def save(form_class: type[Any], given: Mapping[str, Any], *, instance: Any, by: Person) -> Any:
    """Write a row of a register.

    :raises NotAllowed: if ``by`` does not keep it
    :raises Objected: if something is missing, wrong or not known
    """
    only_keeper(by)
    with transaction.atomic():
        return filled(form_class, given, instance=instance).save()
