"""The change calendar as weeks, months and lists: what is planned, with freezes, maintenance windows and closed days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from changes import clashes, scope
from changes.calendar_models import FreezeWindow, MaintenanceWindow
from changes.slots import Stretch
from itsm.hours.models import Calendar
from itsm.records import planned
from itsm.records.planned import Planned
from itsm.ui.moments import UnreadableDate, read_date

WEEK, MONTH, LIST = "week", "month", "list"
VIEWS = (WEEK, MONTH, LIST)
GROUPS = ("service", "team", "person")
DAY = timedelta(days=1)
#: How many days a list shows.
LISTED = 28
HOLIDAYS = "taiwan-office"


@dataclass(frozen=True)
class Asked:
    """What somebody wants to look at."""

    view: str
    first: date
    group: str = "service"
    service: str = ""
    kind: str = ""
    tag: str = ""
    mine: bool = False

    @property
    def begins(self) -> date:
        """The first day that is shown."""
        if self.view == MONTH:
            first = self.first.replace(day=1)
            return first - DAY * first.weekday()
        return self.first - DAY * self.first.weekday() if self.view == WEEK else self.first

    @property
    def ends(self) -> date:
        """The day after the last that is shown."""
        if self.view == WEEK:
            return self.begins + 7 * DAY
        if self.view == LIST:
            return self.begins + LISTED * DAY
        following = (self.first.replace(day=1) + 32 * DAY).replace(day=1)
        return following + DAY * (-following.weekday() % 7)

    @property
    def before(self) -> date:
        """Where the page before this begins."""
        if self.view == MONTH:
            return (self.first.replace(day=1) - DAY).replace(day=1)
        return self.begins - (self.ends - self.begins)

    @property
    def after(self) -> date:
        """Where the page after this begins."""
        return (self.first.replace(day=1) + 32 * DAY).replace(day=1) if self.view == MONTH else self.ends


def read(query: Mapping[str, str], *, today: date) -> Asked:
    """Read what is asked; what cannot be read is as if it had not been said."""
    try:
        first = read_date(query.get("from", "")[:20])
    except (UnreadableDate, ValueError):
        first = today
    if not date(1990, 1, 1) <= first <= date(2190, 1, 1):
        first = today
    view, group = query.get("view", ""), query.get("group", "")
    return Asked(
        view if view in VIEWS else WEEK, first, group if group in GROUPS else "service", query.get("service", "")[:40],
        query.get("kind", "")[:20], query.get("class", "")[:20], query.get("mine") == "1",
    )  # fmt: skip


@dataclass(frozen=True)
class Band:
    """A freeze, a maintenance window or a closed day as it lies in a cell."""

    kind: str
    label: str
    times: str = ""


@dataclass
class Cell:
    """One day of one lane."""

    day: date
    is_today: bool = False
    is_other: bool = False
    bands: list[Band] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Lane:
    """One row of a week: a service, a team or a person; the first is for everything."""

    label: str
    cells: list[Cell]


@dataclass(frozen=True)
class Shown:
    """Everything that a page of the calendar shows."""

    asked: Asked
    entries: list[Planned]
    lanes: list[Lane]
    weeks: list[list[Cell]]
    days: list[Cell]
    clashes: list[clashes.Clash]
    freezes: list[FreezeWindow]


def show(asked: Asked, *, person: Any, at: datetime) -> Shown:
    """Collect the page; the number of statements does not grow with what is planned."""
    zone = ZoneInfo(person.time_zone)
    start, end = _midnight(asked.begins, zone), _midnight(asked.ends, zone)
    entries = [one for one in planned.between(start, end, person=person) if _wanted(one, asked, person)]
    freezes, windows = scope.freezes(start, end), scope.maintenance(start, end)
    found = clashes.clashes(entries, freezes)
    marked = {one.key for clash in found for one in (clash.first, clash.second) if one is not None}
    page = _Page(asked, zone, at.astimezone(zone).date(), entries, marked, _bands(freezes, windows, asked, zone))
    return Shown(asked, entries, page.lanes(), page.weeks(), page.days(), found, freezes)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _wanted(one: Planned, asked: Asked, person: Any) -> bool:
    """Tell whether the filters let it through; the service is named by its key."""
    return (
        (not asked.kind or one.kind == asked.kind)
        and (not asked.tag or asked.tag in one.tags)
        and (not asked.service or str(one.service_id) == asked.service)
        and (not asked.mine or one.person_id == person.pk or one.team_id in person.team_ids)
    )


def _bands(
    freezes: Sequence[FreezeWindow], windows: Sequence[MaintenanceWindow], asked: Asked, zone: ZoneInfo
) -> dict[date, list[tuple[frozenset[int], Band]]]:
    """Lay freezes, maintenance windows and closed days on the days that they touch; with the services they are for."""
    found: dict[date, list[tuple[frozenset[int], Band]]] = {}
    for day in _closed_days(asked):
        found.setdefault(day, []).append((frozenset(), Band("closed", _("Office closed"))))
    for freeze in freezes:
        _lay(
            found,
            Stretch(freeze.starts_at, freeze.ends_at),
            frozenset(freeze.service_keys),
            "freeze",
            freeze.name,
            asked,
            zone,
        )
    for window in windows:
        begin, end = _midnight(asked.begins, zone), _midnight(asked.ends, zone)
        for stretch in window.recurrence().between(begin, end):
            _lay(found, stretch, frozenset(window.service_keys), "maintenance", window.name, asked, zone)
    return found


def _lay(
    found: dict[date, list[tuple[frozenset[int], Band]]], stretch: Stretch, services: frozenset[int], kind: str, name: str,
    asked: Asked, zone: ZoneInfo,
) -> None:  # fmt: skip
    for day in _days(asked):
        begin, end = _midnight(day, zone), _midnight(day + DAY, zone)
        if stretch.start < end and begin < stretch.end:
            found.setdefault(day, []).append(
                (services, Band(kind, name, times_of(stretch.start, stretch.end, day, zone)))
            )


def _days(asked: Asked) -> list[date]:
    return [asked.begins + DAY * number for number in range((asked.ends - asked.begins).days)]


def _closed_days(asked: Asked) -> list[date]:
    """List the days on which the office does not work at all, weekends apart: holidays and days closed for weather."""
    calendar = Calendar.objects.with_current().filter(code=HOLIDAYS).first()
    if calendar is None or calendar.current is None:
        return []
    schedule = calendar.current.schedule()
    return [day for day in _days(asked) if day.weekday() < 5 and not schedule.windows_on(day)]


def times_of(start: datetime, end: datetime, day: date, zone: ZoneInfo) -> str:
    """Write from when to when it lies on the day; empty where it fills it."""
    begin, finish = start.astimezone(zone), end.astimezone(zone)
    opens = f"{begin:%H:%M}" if begin.date() == day else ""
    closes = f"{finish:%H:%M}" if finish.date() == day else ""
    return f"{opens}–{closes}" if opens or closes else ""


@dataclass(frozen=True)
class _Page:
    """Lays entries and bands out in cells."""

    asked: Asked
    zone: ZoneInfo
    today: date
    entries: Sequence[Planned]
    marked: set[int]
    bands: dict[date, list[tuple[frozenset[int], Band]]]

    def lanes(self) -> list[Lane]:
        """Lay a week out: one row for everything, one for each service, team or person that has something planned."""
        if self.asked.view != WEEK:
            return []
        names: dict[str, set[int]] = {}
        for one in self.entries:
            names.setdefault(self._lane_of(one), set()).add(one.service_id or 0)
        claimed = {key for keys in names.values() for key in keys} if self.asked.group == "service" else set()
        lanes = [
            Lane(_("Everything"), [self._cell(day, bands=self._common(day, claimed)) for day in _days(self.asked)])
        ]
        for name in sorted(names, key=lambda label: (not label, label)):
            mine = names[name] if self.asked.group == "service" else set()
            rows = [one for one in self.entries if self._lane_of(one) == name]
            cells = [self._cell(day, rows, self._own(day, mine)) for day in _days(self.asked)]
            lanes.append(Lane(name or _("None"), cells))
        return lanes

    def _lane_of(self, one: Planned) -> str:
        label: str = getattr(one, self.asked.group)
        return label

    def _common(self, day: date, claimed: set[int]) -> list[Band]:
        return [band for services, band in self.bands.get(day, []) if not services & claimed]

    def _own(self, day: date, services: set[int]) -> list[Band]:
        return [band for keys, band in self.bands.get(day, []) if keys & services]

    def weeks(self) -> list[list[Cell]]:
        """Lay a month out in rows of seven days."""
        if self.asked.view != MONTH:
            return []
        cells = self.days()
        return [cells[number : number + 7] for number in range(0, len(cells), 7)]

    def days(self) -> list[Cell]:
        """Lay every day out with everything on it."""
        month = self.asked.first.month
        cells = [
            self._cell(day, self.entries, [band for _keys, band in self.bands.get(day, [])])
            for day in _days(self.asked)
        ]
        for cell in cells:
            cell.is_other = self.asked.view == MONTH and cell.day.month != month
        return cells

    def _cell(self, day: date, rows: Sequence[Planned] = (), bands: Sequence[Band] = ()) -> Cell:
        begin, end = _midnight(day, self.zone), _midnight(day + DAY, self.zone)
        on_day = [one for one in rows if one.start < end and begin < one.end]
        made = [
            {"one": one, "times": times_of(one.start, one.end, day, self.zone), "clashes": one.key in self.marked}
            for one in on_day
        ]
        return Cell(day, day == self.today, bands=list(bands), entries=made)
