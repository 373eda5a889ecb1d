"""Workarounds that help on an incident: of what it is linked with, and of known errors that match it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.records.models import LinkKind
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
    errors = _known_errors(case, person, problems, used)
    told = {error.problem_id for error, _why in errors}
    found = [_of_error(error, why, used=error.pk in used) for error, why in errors]
    found += [_of_problem(problem) for problem in _problems(problems - told)]
    return sorted(found, key=lambda one: not one.is_linked)[:MOST_SHOWN]


def matching(case: Any, *, person: Person) -> list[tuple[KnownError, str]]:
    """List the known errors in force that match a case which is linked with none, with the reason."""
    return _known_errors(case, person, set(), set())[:MOST_SHOWN]


def _known_errors(case: Any, person: Person, problems: set[int], used: set[int]) -> list[tuple[KnownError, str]]:
    near = Q(problem__in=problems) | Q(pk__in=used)
    if case.service_id:
        near |= Q(service=case.service_id)
    rows = KnownError.objects.visible_to(person).in_force().filter(near).order_by("-use_count", "-pk")[:MOST_READ]
    found = [(row, _why(row, case, problems, used)) for row in rows]
    return [(row, why) for row, why in found if why]


def _why(row: KnownError, case: Any, problems: set[int], used: set[int]) -> str:
    if row.pk in used or row.problem_id in problems:
        return _("linked")
    component = getattr(case, "component", "")
    by = match(
        title=case.title, component=component, of_title=row.title, of_component=row.component, symptoms=row.symptoms
    )
    return {"component": _("same component"), "words": _("same service, like words")}.get(by, "")


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
