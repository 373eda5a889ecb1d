"""The cases around a case: linked, parent and children, merged; only those that the reader may know of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import State
from itsm.records import register
from itsm.records.models import Link, LinkKind
from itsm.tickets.finding import page_of
from itsm.tickets.models import Merge, Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 60
#: How a link reads from its target.
BACKWARDS = {
    LinkKind.RECLASSIFIED_TO: gettext_lazy("reclassified from"),
    LinkKind.DUPLICATE_OF: gettext_lazy("has the duplicate"),
    LinkKind.CHILD_OF: gettext_lazy("parent of"),
    LinkKind.ESCALATED_TO_PROBLEM: gettext_lazy("raised by"),
    LinkKind.RELATED_TO: gettext_lazy("related to"),
}


@dataclass(frozen=True)
class Related:
    """One case beside this one: how it is related, and which acts may part them."""

    case: Any
    words: str
    state: State
    url: str
    group: str
    link: int | None = None
    merge: int | None = None


def read(case: Any, *, person: Person) -> dict[str, list[Related]]:
    """Read what is related to ``case``, sorted into parent, children, merged and links; one statement."""
    groups: dict[str, list[Related]] = {"parent": [], "children": [], "merged": [], "links": []}
    for other in _near(case, person):
        for related in _relations(case, other):
            groups[related.group].append(related)
    return groups


def _near(case: Any, person: Person) -> list[Ticket]:
    mine = Link.objects.filter(Q(source=case.pk) | Q(target=case.pk))
    between = mine.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk"))).order_by("pk")
    merges = Merge.objects.filter(loser=OuterRef("pk"), survivor=case.pk, undone_at=None)
    known = [pk for pk in (getattr(case, "parent_id", None), case.merged_into_id) if pk]
    near = Q(pk__in=known) | Q(merged_into=case.pk) | Q(pk__in=mine.values("target")) | Q(pk__in=mine.values("source"))
    if case.kind == "incident":
        near |= Q(incident__parent=case.pk)
    seen = Ticket.objects.visible_to(person).filter(near).exclude(pk=case.pk)
    return list(
        seen.annotate(
            between=ArraySubquery(
                between.values(row=JSONObject(pk="pk", kind="kind", out=Q(source=case.pk), auto="auto"))
            ),
            merges_in=ArraySubquery(merges.values("pk")),
            parent_of=F("incident__parent"),
        ).order_by("pk")[:MOST]
    )


def _relations(case: Any, other: Any) -> list[Related]:
    state = register.process_of(other).flow.states[other.state]
    same: dict[str, Any] = {"case": other, "state": state, "url": page_of(other)}
    found = []
    if other.pk == getattr(case, "parent_id", None):
        found.append(Related(**same, words=_("parent"), group="parent"))
    if other.parent_of == case.pk and other.merged_into_id != case.pk:
        found.append(Related(**same, words=_("child"), group="children"))
    if other.pk == case.merged_into_id:
        found.append(Related(**same, words=_("merged into"), group="merged"))
    if other.merged_into_id == case.pk:
        found.append(Related(**same, words=_("merged into this"), group="merged", merge=(other.merges_in or [None])[0]))
    if not any(related.group == "merged" for related in found):
        found += [_linked(same, row) for row in other.between]
    return found


def _linked(same: dict[str, Any], row: dict[str, Any]) -> Related:
    kind = LinkKind(row["kind"])
    words = kind.label if row["out"] else BACKWARDS.get(kind, kind.label)
    return Related(**same, words=str(words), group="links", link=None if row["auto"] else row["pk"])
