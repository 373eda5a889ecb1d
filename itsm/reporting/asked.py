"""What a report is asked for, in its address: the period, and which service, team and priority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext

from catalogue.models import Service
from itsm.people.models import Team
from itsm.records.figures import Narrowing
from itsm.records.models import Record

#: The longest period of one report.
LONGEST = timedelta(days=1500)
DAY = timedelta(days=1)
PRIORITIES = range(1, 6)
#: How an address asks for cases without a service, a team or a priority, and the key of that where 0 means all.
NONE, NOTHING = "-", -1


@dataclass(frozen=True)
class Without:
    """What stands in place of a service or team where cases without one are asked for."""

    label: str
    pk: int = 0
    code: str = NONE

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class Asked:
    """A period of whole days of the site, ``until`` not included, and what it is narrowed to; ``wrong`` says what was not read."""

    since: date
    until: date
    at: datetime
    service: Any = None
    team: Any = None
    priority: int = 0
    wrong: tuple[str, ...] = ()

    @property
    def start(self) -> datetime:
        """The first instant."""
        return midnight(self.since)

    @property
    def end(self) -> datetime:
        """The instant at which it ends; of a period that still runs, now."""
        return min(midnight(self.until), self.at)

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.until - DAY

    @property
    def narrowed(self) -> bool:
        """Tell whether it asks for some cases only."""
        return bool(self.service or self.team or self.priority)

    def narrowing(self) -> Narrowing:
        """Say to what figures are narrowed: cases, and the answers about them."""
        found = Record.objects.filter(self._of_any_team())
        return Narrowing(
            found.filter(ticket__team=self.team.pk or None) if self.team else found,
            found if self.service or self.priority else None,
            (self.service.pk or NOTHING) if self.service else 0, (self.team.pk or NOTHING) if self.team else 0, self.priority,
        )  # fmt: skip

    def _of_any_team(self) -> Q:
        wanted = Q()
        if self.service and self.service.pk:
            wanted &= Q(ticket__service=self.service) | Q(surveyresponse__service=self.service)
        elif self.service:
            wanted &= Q(ticket__isnull=False, ticket__service=None)
        if self.priority == NOTHING:
            return wanted & Q(ticket__isnull=False, ticket__priority=None)
        return wanted & Q(ticket__priority=self.priority) if self.priority else wanted

    @property
    def grade(self) -> str:
        """The priority as it is written; empty where all are asked for."""
        return gettext("Not graded") if self.priority == NOTHING else f"P{self.priority}" if self.priority else ""

    def query(self, **more: Any) -> str:
        """Write it as the query of an address."""
        said = {
            "from": self.since.isoformat(), "to": self.last.isoformat(), "service": self.service.code if self.service else "",
            "team": self.team.code if self.team else "", "priority": NONE if self.priority == NOTHING else self.priority or "",
        }  # fmt: skip
        told = {key.removesuffix("_"): value for key, value in (said | more).items()}
        return "?" + urlencode({key: value for key, value in told.items() if value not in ("", None)})

    def over(self, since: date, until: date) -> Asked:
        """Ask the same of another period."""
        return replace(self, since=since, until=until)


def site_day(moment: datetime) -> date:
    """Give the day of the site in which an instant lies."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def midnight(day: date) -> datetime:
    """Give the first instant of a day of the site."""
    return datetime.combine(day, time.min, ZoneInfo(settings.TIME_ZONE))


def read(given: Mapping[str, str], *, at: datetime) -> Asked:
    """Read an address; what cannot be read is told and left out. Without a period: the last 30 days."""
    wrong: list[str] = []
    today = site_day(at)
    since, last = _date(given, "from", wrong) or today - 29 * DAY, _date(given, "to", wrong) or today
    if since > last or last - since > LONGEST:
        wrong.append(
            gettext("The period must begin before it ends and be shorter than four years: the last 30 days are shown.")
        )
        since, last = today - 29 * DAY, today
    asked = Asked(since, last + DAY, at)
    service = _named(Service.objects.all(), given, "service", wrong, gettext("No service"))
    team = _named(Team.objects.all(), given, "team", wrong, gettext("No team"))
    return replace(asked, service=service, team=team, priority=_priority(given, wrong), wrong=tuple(wrong))


def _date(given: Mapping[str, str], name: str, wrong: list[str]) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or not 1990 <= found.year <= 2200:
        wrong.append(gettext("“%(text)s” is no date; write it as 2026-11-30.") % {"text": text[:40]})
        return None
    return found


def _named(rows: Any, given: Mapping[str, str], name: str, wrong: list[str], without: str) -> Any:
    code = given.get(name, "").replace("\x00", "").strip()[:60]
    if code in ("", NONE):
        return Without(without) if code else None
    found = rows.filter(code=code).first()
    if found is None:
        wrong.append(gettext("There is no “%(text)s”; it is left out.") % {"text": code})
    return found


def _priority(given: Mapping[str, str], wrong: list[str]) -> int:
    text = given.get("priority", "").strip().upper().removeprefix("P")
    if text in ("", NONE):
        return NOTHING if text else 0
    if text in ("1", "2", "3", "4", "5"):
        return int(text)
    wrong.append(gettext("There is no “%(text)s”; it is left out.") % {"text": text[:40]})
    return 0


def periods(asked: Asked) -> list[dict[str, Any]]:
    """Offer the usual periods."""
    today = site_day(asked.at)
    month = today.replace(day=1)
    last_month = (month - DAY).replace(day=1)
    quarter = month.replace(month=month.month - (month.month - 1) % 3)
    offered = [
        (gettext("30 days"), today - 29 * DAY, today + DAY), (gettext("This month"), month, today + DAY),
        (gettext("Last month"), last_month, month), (gettext("This quarter"), quarter, today + DAY),
        (gettext("12 months"), today - 364 * DAY, today + DAY),
    ]  # fmt: skip
    return [
        {
            "label": label,
            "since": since,
            "until": until,
            "query": asked.over(since, until).query(),
            "current": (since, until) == (asked.since, asked.until),
        }
        for label, since, until in offered
    ]
