"""The tables of the quality of work: by agent and by team, every number with the address of its rows."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.people.models import Person
from itsm.reporting import names, shown
from itsm.reporting.asked import NONE
from itsm.reporting.dashboards.parts import Board, Cell, Panel, Tile, named, number, share_text
from itsm.reporting.quality import MEASURES, Found, Look, Quality, collect, open_to, together

#: The measures that stand in columns as whole numbers: before the marks, and after.
BEFORE, AFTER = ("resolved", "complaints", "answers"), ("reopened", "rejected")


def board(look: Look) -> Board:
    """Collect the page."""
    found = collect(look)
    panels = [_agents(look, found), _teams(look, found)]
    return Board("agent-quality", _("Quality of agents' work"), _tiles(look, together(found.values())), panels)


def address(look: Look, measure: str, **more: Any) -> str:
    """Give the address of the rows behind a number."""
    return reverse("reporting:quality_rows", args=[measure]) + look.asked.query(**{"agent": look.username} | more)


class Line:
    """The cells of one agent, of one team or of all, with the addresses of their rows."""

    def __init__(self, look: Look, of: Quality, **place: str) -> None:
        """Remember whose numbers they are."""
        self.look, self.of, self.place = look, of, place

    def cells(self) -> list[Cell]:
        """Set all of them."""
        return [*self.counts(BEFORE), self.mean(), self.satisfied(), *self.counts(AFTER)]

    def counts(self, measures: tuple[str, ...]) -> list[Cell]:
        """Set whole numbers."""
        return [number(getattr(self.of, one), address(self.look, one, **self.place)) for one in measures]

    def mean(self) -> Cell:
        """Set the mean of the marks, with how many there are."""
        return self._of_marks(
            f"{shown.cut(Fraction(self.of.points, self.of.marks or 1))} · n = {self.of.marks:,}", "marks"
        )

    def satisfied(self) -> Cell:
        """Set the share of good marks; few answers are told."""
        text = share_text(self.of.satisfied, self.of.marks)
        return self._of_marks(f"{text} · {_('few answers')}" if self.of.few else text, "satisfied")

    def _of_marks(self, text: str, measure: str) -> Cell:
        if not self.of.marks:
            return Cell(shown.NOTHING)
        if self.of.hides_marks(self.look.person):
            return Cell(_("fewer than 5 answers"))
        return Cell(text, address(self.look, open_to(self.look.person, measure), **self.place))


def _head(first: str) -> list[str]:
    columns = (
        [MEASURES[one] for one in BEFORE],
        [_("Mean mark"), MEASURES["satisfied"]],
        [MEASURES[one] for one in AFTER],
    )
    return [first, *(str(one) for group in columns for one in group)]


def _agents(look: Look, found: Found) -> Panel:
    """Set the agents beside each other, by name; those without anybody come last."""
    sums = _summed(found, 0)
    people = {row[0]: row[1:] for row in Person.objects.filter(pk__in=sums).values_list("pk", "username", "name")}
    rows = []
    for key in sorted(sums, key=lambda key: (key == 0, people[key][1] if key else "", key)):
        username, name = people[key] if key else (NONE, _("Nobody"))
        only = reverse("reporting:quality") + look.asked.query(agent=username)
        rows.append([named(name, only), *Line(look, sums[key], agent=username).cells()])
    note = _("A case counts for who has it now, or had it last. What you may not see is not counted.")
    return Panel("agents", _("By agent"), _head(_("Agent")), rows, note=note, wide=True)


def _teams(look: Look, found: Found) -> Panel:
    known, sums = names.teams(), _summed(found, 1)
    rows = [
        [named(names.name_of(known, key) or _("No team")), *Line(look, sums[key], team=known[key].code if key else NONE).cells()]
        for key in (*known, 0) if key in sums
    ]  # fmt: skip
    return Panel("teams", _("By team"), _head(_("Team")), rows, wide=True)


def _summed(found: Found, side: int) -> dict[int, Quality]:
    sums: dict[int, Quality] = defaultdict(Quality)
    for place, one in found.items():
        sums[place[side]] += one
    return dict(sums)


def _tiles(look: Look, whole: Quality) -> list[Tile]:
    """Set the numbers of all together on top; of marks what they rest on stands below."""
    line = Line(look, whole)
    before, after = (
        [Tile(str(MEASURES[one]), cell.text, "", cell.url) for one, cell in zip(group, line.counts(group), strict=True)]
        for group in (BEFORE, AFTER)
    )
    return [*before, *_marks(line), *after]


def _marks(line: Line) -> list[Tile]:
    tiles = []
    for label, cell in ((_("Mean mark"), line.mean()), (str(MEASURES["satisfied"]), line.satisfied())):
        hidden = line.of.hides_marks(line.look.person)
        text, why = (shown.NOTHING, cell.text) if hidden and line.of.marks else _parted(cell.text)
        tiles.append(Tile(label, text, why, cell.url))
    return tiles


def _parted(text: str) -> tuple[str, str]:
    """Part a number from what stands beside it."""
    number_of, _dot, beside = text.partition(" · ")
    return number_of, beside
