"""Questions about known errors; visible_to() is where every list and page begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that write known errors, and therefore see drafts and retired ones.
WRITERS = frozenset({"problem_manager", "problem_handler"})


class KnownErrorQuerySet(models.QuerySet[Any]):
    """Questions about known errors."""

    def visible_to(self, person: Person) -> KnownErrorQuerySet:
        """What ``person`` may know of: nothing for requesters; what is in force for those who work cases.

        Drafts and retired ones only for those who work on problems and for auditors; that of a confidential problem
        only for those who may see the problem.
        """
        from problems.models import Problem

        if not person.is_worker:
            return self.none()
        open_to_all = Q(problem__confidential=False) | Q(problem__in=Problem.objects.worked_by(person).values("pk"))
        if person.role_codes & (WRITERS | {"auditor"}):
            return self.filter(open_to_all)
        return self.filter(open_to_all, state__in=("published", "resolved"))

    def in_force(self) -> KnownErrorQuerySet:
        """Only those that are published."""
        return self.filter(state="published")

    def holding(self, text: str) -> KnownErrorQuerySet:
        """Only those that hold every word of ``text``."""
        condition = RawSQL(  # the words are a parameter
            "problems_knownerror.words @@ search_query(%s)", [text], output_field=models.BooleanField()
        )
        return self.filter(condition)
