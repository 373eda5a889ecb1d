"""The people, teams and categories that a source speaks of, found or made as rows of ours.

They are inactive: nobody can sign in as them and no list offers them. Their codes begin with the source's label, so two
sources that both have a "Group 70" have two teams.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from catalogue.models import Category
from itsm.intake.mapping import SourceMapping
from itsm.intake.telling import Case
from itsm.people.models import Person, Team
from itsm.tickets.models import HoldReason

Pair = tuple[str, str]


@dataclass(frozen=True)
class Names:
    """The keys of our rows, by the source's own names."""

    people: Mapping[str, int]
    teams: Mapping[str, int]
    categories: Mapping[Pair, int]
    reasons: Mapping[str, HoldReason]


def code_of(source: str, name: str, *, longest: int) -> str:
    """This will give the code of a name of a source: the same for the same, and another for every other."""
    code = f"{source}:{name}"
    if len(code) <= longest:
        return code
    mark = hashlib.sha256(code.encode()).hexdigest()[:12]
    return f"{code[: longest - 13]}~{mark}"


def settle(cases: Sequence[Case], *, source: str, mapping: SourceMapping) -> Names:
    """This will find every name that ``cases`` use, and make the rows that are missing."""
    lines = [line for case in cases for line in case.lines]
    people = {name for line in lines for name in (line.by, line.opened_by, line.requester, line.assignee)}
    pairs = {(case.last.category, case.last.subcategory) for case in cases if case.last.category}
    return Names(
        people=_people({*people, mapping.unknown_requester} - {""}, source=source),
        teams=_teams({line.team for line in lines} - {""}, source=source, mapping=mapping),
        categories=_categories(pairs, source=source),
        reasons={reason.code: reason for reason in HoldReason.objects.all()},
    )


def _people(names: Iterable[str], *, source: str) -> dict[str, int]:
    codes = {name: code_of(source, name, longest=80) for name in sorted(names)}

    def make(name: str) -> Person:
        person = Person(username=codes[name], name=name, is_active=False)
        person.set_unusable_password()
        return person

    return _found_or_made(Person, "username", codes, make)


def _teams(names: Iterable[str], *, source: str, mapping: SourceMapping) -> dict[str, int]:
    codes = {name: code_of(source, name, longest=40) for name in sorted(names)}
    return _found_or_made(
        Team,
        "code",
        codes,
        lambda name: Team(code=codes[name], name_zh=name, tier=mapping.tier_of(name), is_active=False),
    )


def _categories(pairs: Iterable[Pair], *, source: str) -> dict[Pair, int]:
    """A pair is a category and its part; without a part it is the category itself."""
    wanted = sorted(pairs)
    tops = {name: code_of(source, name, longest=40) for name, _ in wanted}
    made = _found_or_made(Category, "code", tops, lambda name: Category(code=tops[name], name_zh=name, is_active=False))
    parts = {pair: code_of(source, "/".join(pair), longest=40) for pair in wanted if pair[1]}

    def make(pair: Pair) -> Category:
        return Category(code=parts[pair], name_zh=pair[1], parent_id=made[pair[0]], is_active=False)

    return {(name, ""): key for name, key in made.items()} | _found_or_made(Category, "code", parts, make)


def _found_or_made(model: type[models.Model], field: str, codes: Mapping[Any, str], make: Any) -> dict[Any, int]:
    rows: models.QuerySet[Any] = model._default_manager.filter(**{f"{field}__in": list(codes.values())})
    found = dict(rows.values_list(field, "pk"))
    fresh = [make(name) for name, code in codes.items() if code not in found]
    found |= {getattr(row, field): row.pk for row in model._default_manager.bulk_create(fresh)}
    return {name: found[code] for name, code in codes.items()}
