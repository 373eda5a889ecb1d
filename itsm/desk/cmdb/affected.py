"""Which items a case affects, named by people; and what those touch, computed and never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from changes import sparing
from changes.services import is_judged
from configuration import corrections, impact, schema, served
from configuration.models import ConfigurationItem, Correction
from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Items of a case whose impact is walked.
MOST_WALKED = 20


@dataclass(frozen=True)
class Named:
    """An item that a case names."""

    link: Link
    item: Any
    class_name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Touching:
    """What all items of a case touch together."""

    named: list[Named]
    services: list[served.Touched]
    others: int


def of_case(case: Any, *, person: Person) -> Touching:
    """Walk from each item that the case names, and put together what they touch; each service once, by its worst way."""
    rows = Link.objects.filter(source=case.pk, kind=LinkKind.AFFECTS, target__kind="ci").order_by("pk")
    links = {row.target_id: row for row in rows}
    seen = ConfigurationItem.objects.visible_to(person).filter(pk__in=links).order_by("pk")
    known = schema.present().classes
    named: list[Named] = []
    services: dict[int, served.Touched] = {}
    reached: set[int] = set()
    for item in seen:
        counts: dict[str, int] = {}
        if len(named) < MOST_WALKED:
            found = impact.walk(item.pk)
            counts = {"others": len(found.others), "down": sum(row.loss == 100 for row in found.others)}
            reached |= {row.id for row in found.others}
            services |= _worse(services, served.touched(found, person=person))
        named.append(Named(links[item.pk], item, known[item.ci_class_id].name, counts))
    return Touching(named, list(services.values()), len(reached - set(links)))


def _worse(known: dict[int, served.Touched], found: list[served.Touched]) -> dict[int, served.Touched]:
    return {one.row.id: one for one in found if one.row.id not in known or known[one.row.id].row.loss < one.row.loss}


def may_name(case: Any, person: Person) -> bool:
    """Tell whether the person may say which items the case affects."""
    roles = roles_on(case, person=person)
    return bool(roles & (register.workers(case) | {"config_manager", "change_requester"}))


def name(case: Any, item: ConfigurationItem, *, by: Person) -> None:
    """Say that the case affects the item.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if the case is a change that stands authorised without the item
    """
    with transaction.atomic():
        _check(case, by)
        at = database_now()
        link(case, item, kind=LinkKind.AFFECTS, by=by, at=at)
        if case.kind == "change":
            sparing.named_again(case, [item.pk])
        _journal("link", case, item, by, at)


def report_wrong(case: Any, given: Mapping[str, Any], *, by: Person) -> Correction:
    """Keep that wrong data of an item, or a missing one, hindered the work on the case (the tag wrong_ci_data).

    :raises NotAllowed: if ``by`` does not work on the case
    """
    with transaction.atomic():
        locked = lock(case)
        if not may_name(locked, by):
            raise NotAllowed
        return corrections.report(
            given.get("item"),
            found=given["found"],
            field=(given.get("field") or "")[:60],
            by=by,
            at=database_now(),
            case=locked,
        )


def take_back(case: Any, row: Link, *, by: Person) -> None:
    """Say that the case does not affect the item.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if the case is a change that stands authorised with the item
    """
    with transaction.atomic():
        _check(case, by)
        item = row.target
        row.delete()
        _journal("unlink", case, item, by, database_now())


def _check(case: Any, by: Person) -> None:
    locked = lock(case)
    if not may_name(locked, by):
        raise NotAllowed
    if locked.kind == "change" and register.reached(locked, "authorised") and not register.reached(locked, "emergency"):
        raise Objected(_("The change is authorised with the items that it names; send it back before they change."))
    if locked.kind == "change" and is_judged(locked):
        raise Objected(_("The scope was decided on as it is: return the change before you alter it."))
    if locked.kind in ("change", "release") and any(register.reached(locked, name) for name in ("in_review", "ended")):
        raise Objected(_("The work is over with the items that it names; they are answered for as they are."))


def _journal(how: str, case: Any, item: Any, by: Person, at: Any) -> None:
    move = Move(how, by, at)
    journal.write(case, kind=Event.Kind.LINKED, name=how, move=move, other=item.number)
    if not case.confidential:  # else the page of the item would tell of it
        journal.write(item, kind=Event.Kind.LINKED, name=how, move=move, other=case.number)
