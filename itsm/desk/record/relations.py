"""The cases around a case: linked, parent and children, merged; only those that the reader may know of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.record import around
from itsm.draw.neighbours import Near, neighbourhood
from itsm.flow import State
from itsm.records import register
from itsm.records.models import LinkKind, PlainRecord
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 60
#: How a link reads from its source, where its kind does not say it.
FORWARDS = {
    LinkKind.HANDLES_COMPLAINT: gettext_lazy("handled by"),
    LinkKind.FROM_SURVEY: gettext_lazy("from the survey answer"),
    LinkKind.SUPPLIER_CASE: gettext_lazy("waits for the supplier"),
}
#: How a link reads from its target.
BACKWARDS = {
    LinkKind.RECLASSIFIED_TO: gettext_lazy("reclassified from"),
    LinkKind.DUPLICATE_OF: gettext_lazy("has the duplicate"),
    LinkKind.CHILD_OF: gettext_lazy("parent of"),
    LinkKind.ESCALATED_TO_PROBLEM: gettext_lazy("raised by"),
    LinkKind.HAS_KNOWN_ERROR: gettext_lazy("used for"),
    LinkKind.FIXES_PROBLEM: gettext_lazy("to be solved by"),
    LinkKind.FIXES_INCIDENT: gettext_lazy("to be repaired by"),
    LinkKind.CAUSED_BY_CHANGE: gettext_lazy("has caused"),
    LinkKind.REQUESTED_VIA: gettext_lazy("requested by"),
    LinkKind.IMPLEMENTED_BY: gettext_lazy("implements"),
    LinkKind.DESIGNED_BY: gettext_lazy("designs"),
    LinkKind.AFFECTS: gettext_lazy("affected by"),
    LinkKind.BASELINE_OF: gettext_lazy("has the baseline"),
    LinkKind.HANDLES_COMPLAINT: gettext_lazy("handles the complaint"),
    LinkKind.FROM_SURVEY: gettext_lazy("became the complaint"),
    LinkKind.ABOUT: gettext_lazy("subject of"),
    LinkKind.CORRECTED_BY: gettext_lazy("corrects"),
    LinkKind.SUPPLIER_CASE: gettext_lazy("waited for by"),
    LinkKind.RELATED_TO: gettext_lazy("related to"),
}
#: Kinds that people lay and part by hand; all others say what a process did, decided or stands on, and have their own acts.
BY_HAND = frozenset({LinkKind.RELATED_TO, LinkKind.ESCALATED_TO_PROBLEM, LinkKind.HAS_KNOWN_ERROR})


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
    out: bool = True
    by_hand: bool = False


def read(case: Any, *, person: Person) -> dict[str, list[Related]]:
    """Read what is related to ``case``, sorted into parent, children, merged and links.

    One statement for cases at most, and one for each kind of linked records, or records of its own, that are no cases.
    """
    groups: dict[str, list[Related]] = {"parent": [], "children": [], "merged": [], "links": []}
    for other in (*_near(case, person), *around.plain_ones(case.linked_by, person=person)):
        for related in _relations(case, other):
            groups[related.group].append(related)
    groups["links"] += members(case, person=person)
    return groups


def _near(case: Any, person: Person) -> list[Ticket]:
    known = {pk for pk in (getattr(case, "parent_id", None), case.merged_into_id) if pk}
    known |= {row["other"] for row in case.linked_by}
    if not known and not case.has_followers:
        return []
    near = [Ticket.objects.filter(pk__in=known), Ticket.objects.filter(merged_into=case.pk)]
    if case.kind == "incident":
        near.append(Ticket.objects.filter(incident__parent=case.pk))
    first, *more = (
        cases.order_by().values("pk") for cases in near
    )  # each by its own index; an OR would read every case
    seen = Ticket.objects.visible_to(person).filter(pk__in=first.union(*more)).exclude(pk=case.pk)
    seen = seen.only("number", "kind", "title", "state", "phase", "merged_into")
    return list(seen.annotate(parent_of=F("incident__parent")).order_by("pk")[:MOST])


def _relations(case: Any, other: Any) -> list[Related]:
    state = register.process_of(other).flow.states[other.state]
    same: dict[str, Any] = {"case": other, "state": state, "url": page_of(other)}
    if isinstance(other, PlainRecord):
        return linked_ones(case.linked_by, other)
    found = []
    if other.pk == getattr(case, "parent_id", None):
        found.append(Related(**same, words=_("parent"), group="parent"))
    if getattr(other, "parent_of", None) == case.pk and other.merged_into_id != case.pk:
        found.append(Related(**same, words=_("child"), group="children", out=False))
    if other.pk == case.merged_into_id:
        found.append(Related(**same, words=_("merged into"), group="merged"))
    if getattr(other, "merged_into_id", None) == case.pk:
        found.append(Related(**same, words=_("merged into this"), group="merged", merge=case.merges_in.get(other.pk)))
    if not any(related.group == "merged" for related in found):
        found += [_linked(same, row) for row in case.linked_by if row["other"] == other.pk]
    return found


def graph(case: Any, related: Iterable[Related]) -> SafeString | str:
    """Draw the record between its neighbours; nothing where it has none."""
    near: dict[bool, list[Near]] = {True: [], False: []}
    for one in related:
        if one.url:
            near[one.out].append(Near(one.case.number, one.words, one.url, one.case.phase == "done"))
    if not near[True] and not near[False]:
        return ""
    return neighbourhood(case.number, left=near[False], right=near[True], title=_("Neighbours of the record"))


def linked_ones(rows: Iterable[dict[str, Any]], other: Any) -> list[Related]:
    """Say of ``other`` how each of the links in ``rows`` that lead to it connects it."""
    state = register.process_of(other).flow.states[other.state]
    same: dict[str, Any] = {"case": other, "state": state, "url": page_of(other) if other.number else ""}
    return [_linked(same, row) for row in rows if row["other"] == other.pk]


def owners(record: Any, *, person: Person) -> list[Related]:
    """Read the records to which ``record`` belongs."""
    return [_by_column(other, out=True) for other in around.owners(record, person=person)]


def members(record: Any, *, person: Person) -> list[Related]:
    """Read the records that belong to ``record`` and are no cases: the known errors of a problem, the deployments of a release."""
    return [_by_column(other, out=False) for other in around.members(record, person=person)]


def _by_column(other: Any, *, out: bool) -> Related:
    state = register.process_of(other).flow.states[other.state]
    url, words = page_of(other) if other.number else "", str(other._meta.verbose_name)
    return Related(case=other, words=words, state=state, url=url, group="links", out=out)


def _linked(same: dict[str, Any], row: dict[str, Any]) -> Related:
    kind = LinkKind(row["kind"])
    words = FORWARDS.get(kind, kind.label) if row["out"] else BACKWARDS.get(kind, kind.label)
    link = None if row["auto"] else row["pk"]
    by_hand = link is not None and kind in BY_HAND
    return Related(**same, words=str(words), group="links", link=link, out=row["out"], by_hand=by_hand)
