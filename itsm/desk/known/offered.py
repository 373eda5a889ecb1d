"""Workarounds that help on an incident: of what it is linked with, and of known errors that match it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.records.models import Link, LinkKind
from problems.guards import RAISED
from problems.matching import match
from problems.models import KnownError, Problem

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST_READ, MOST_SHOWN = 200, 5


@dataclass(frozen=True)
class Offered:
    """One workaround (empty: none is known), what it belongs to, and why it is shown here.

    ``known`` is the number of a known error that can be noted as used; empty for a problem's own workaround.
    """

    number: str
    title: str
    url: str
    workaround: str
    risk: str
    why: str
    known: str = ""
    is_linked: bool = False
    is_used: bool = False


def workarounds(case: Any, *, person: Person) -> list[Offered]:
    """List what helps on an open incident, the linked ones first."""
    links = case.linked_by
    raised = {str(kind) for kind in RAISED}
    problems = {
        row["other"] for row in links if row["out"] and row["kind"] in raised and row["other_kind"] == "problem"
    }
    used = {row["other"] for row in links if row["out"] and row["kind"] == LinkKind.HAS_KNOWN_ERROR}
    items = {
        row["other"] for row in links if row["out"] and row["kind"] == LinkKind.AFFECTS and row["other_kind"] == "ci"
    }
    known = _Known(problems, used, _problems_of(items))
    errors = _known_errors(case, person, known)
    told = {error.problem_id for error, _why in errors}
    found = [_of_error(error, why, used=error.pk in used) for error, why in errors]
    found += [_of_problem(problem) for problem in _problems(problems - told)]
    return sorted(found, key=lambda one: not one.is_linked)[:MOST_SHOWN]


def matching(case: Any, *, person: Person) -> list[tuple[KnownError, str]]:
    """List the known errors in force that match a case which is linked with nothing yet, with the reason."""
    return _known_errors(case, person, _Known(set(), set(), set()))[:MOST_SHOWN]


@dataclass(frozen=True)
class _Known:
    """What the links of a case say: its problems, the known errors used, and the problems of the items it affects."""

    problems: set[int]
    used: set[int]
    of_items: set[int]


def _problems_of(items: set[int]) -> set[int]:
    """Find the problems that affect one of the configuration items."""
    if not items:
        return set()
    found = Link.objects.filter(kind=LinkKind.AFFECTS, target__in=items, source__kind="problem")
    return set(found.values_list("source", flat=True)[:MOST_READ])


def _known_errors(case: Any, person: Person, known: _Known) -> list[tuple[KnownError, str]]:
    """Look among those of the case's service, of its items and links; of all while its service is not known."""
    near = Q(problem__in=known.problems | known.of_items) | Q(pk__in=known.used)
    if case.service_id:
        near |= Q(service=case.service_id)
    rows = KnownError.objects.visible_to(person).in_force()
    rows = rows.filter(near) if case.service_id else rows
    found = [(row, _why(row, case, known)) for row in rows.order_by("-use_count", "-pk")[:MOST_READ]]
    return [(row, why) for row, why in found if why]


def _why(row: KnownError, case: Any, known: _Known) -> str:
    if row.pk in known.used or row.problem_id in known.problems:
        return _("linked")
    if row.problem_id in known.of_items:
        return _("same configuration item")
    component = getattr(case, "component", "")
    by = match(
        title=case.title, component=component, of_title=row.title, of_component=row.component, symptoms=row.symptoms
    )
    words = _("same service, like words") if case.service_id else _("like words")
    return {"component": _("same component"), "words": words}.get(by, "")


def _of_error(error: KnownError, why: str, *, used: bool) -> Offered:
    return Offered(
        error.number or "", error.title, f"/known-errors/{error.number}/", error.workaround, error.workaround_risk, why,
        known=error.number or "", is_linked=why == _("linked"), is_used=used,
    )  # fmt: skip


def _problems(keys: set[int]) -> list[Problem]:
    """Read the open problems among ``keys`` that have a workaround; whoever reads the incident may read it."""
    if not keys:
        return []
    return list(Problem.objects.open().filter(pk__in=keys, confidential=False).exclude(workaround="").order_by("pk"))


def _of_problem(problem: Problem) -> Offered:
    number = problem.number or ""
    return Offered(number, problem.title, "", problem.workaround, problem.workaround_risk, _("linked"), is_linked=True)
