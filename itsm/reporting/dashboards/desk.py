"""The dashboard of the desk: what is at risk now, when the load comes, how old the backlog is."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from itsm.draw import Bar, bars
from itsm.draw.heat import heat
from itsm.records import kpis
from itsm.reporting import cells, names, satisfaction, shown, targets
from itsm.reporting.asked import NONE, Asked
from itsm.reporting.dashboards.parts import Board, Cell, Panel, Tile, named, number, per_cent, share_text, verdict
from itsm.reporting.satisfaction import Satisfied
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import RISKS

#: Figures of this moment, by the tone of a number above nothing.
NOW = {"late": "danger", "at_risk": "waiting", "unassigned": "waiting", "undecided": "working"}
CLOCKS = {"response": "incident.response_attainment", "resolution": "incident.resolution_attainment",
          "fulfilment": "service_request.fulfilment_attainment"}  # fmt: skip


def board(asked: Asked) -> Board:
    """Collect the dashboard of the desk."""
    found = Totals(asked)
    now = _now(asked)
    tiles = [*_moments(asked, now), *_work(found), *_promises(found)]
    panels = [_risk(asked, now), _load(asked), _backlog(asked), _by_priority(asked), _by_team(asked)]
    return Board("desk", _("Service desk"), tiles, panels)


class Totals:
    """The sums of the period by measure, kind and outcome, read once."""

    def __init__(self, asked: Asked) -> None:
        """Read them."""
        self.asked = asked
        self.aims = targets.all_set()
        self._sums: Counter[tuple[str, str, str]] = Counter()
        for row in cells.sums(asked, "measure", "kind", "outcome"):
            self._sums[row["measure"], row["kind"], row["outcome"]] += row["amount"]

    def of(self, measure: str, *, kind: str = "", outcome: str = "") -> int:
        """Add up a measure, of one kind or outcome where that is given."""
        return sum(
            amount for (one, its_kind, its_outcome), amount in self._sums.items()
            if one == measure and kind in ("", its_kind) and outcome in ("", its_outcome)
        )  # fmt: skip

    def aim(self, key: str) -> Any:
        """Give the aim of a figure at the end of the period."""
        kpi = kpis.find(key)
        return None if kpi is None else targets.in_force(kpi, on=self.asked.last, known=self.aims)


#: The cases in each danger, by team; 0 is no team.
Risks = dict[str, dict[int, int]]


def _now(asked: Asked) -> Risks:
    """Count what is in danger at this moment, every team apart, by one statement."""
    rows = Ticket.objects.open().standing().order_by()
    if asked.narrowed:
        rows = rows.filter(pk__in=asked.narrowing().records.values("pk"))
    wanted = {name: Count("pk", filter=is_so(asked.end)) for name, is_so in RISKS.items()}
    found: Risks = {name: {} for name in RISKS}
    for team, *amounts in rows.values_list("team").annotate(**wanted):
        for name, amount in zip(RISKS, amounts, strict=True):
            found[name][team or 0] = amount
    return found


def _labels() -> dict[str, str]:
    return {key: str(kpi.label) for key in NOW if (kpi := kpis.find(f"desk.{key}"))}


def _moments(asked: Asked, now: Risks) -> list[Tile]:
    tiles = []
    for key, label in _labels().items():
        amount = sum(now[key].values())
        url = shown.rows_address(f"desk.{key}", asked) if amount else ""
        tiles.append(Tile(label, f"{amount:,}", _("now"), url, NOW[key] if amount else "done"))
    return tiles


def _risk(asked: Asked, now: Risks) -> Panel:
    """Set what is at risk now beside each other, for each team; what nobody has judged has no team yet."""
    known, labels = names.teams(), _labels()
    teams = [key for key in (*known, 0) if any(now[name].get(key) for name in NOW)]
    called = {key: names.name_of(known, key) or _("No team") for key in teams}
    rows = [[named(called[key]), *_at_risk(asked, now, key, known)] for key in teams]
    late = {key: amount for key in teams if (amount := now["late"].get(key, 0))}
    drawn = [Bar(called[key], amount, f"{amount:,}", missed=True) for key, amount in late.items()]
    drawing = bars(drawn, title=_("Late now, by team"), ident="risk") if drawn else ""
    return Panel("risk", _("At risk now, by team"), [_("Team"), *labels.values()], rows, drawing, wide=True)


def _at_risk(asked: Asked, now: Risks, team: int, known: names.Names) -> list[Cell]:
    """Set the numbers of one team."""
    code, cells_of = known[team].code if team else NONE, []
    for key in NOW:
        amount = now[key].get(team, 0)
        tone = NOW[key] if amount and key == "late" else ""
        cells_of.append(number(amount, shown.rows_address(f"desk.{key}", asked, team=code), tone))
    return cells_of


def _work(found: Totals) -> list[Tile]:
    asked = found.asked
    tiles = []
    for measure in ("received", "closed", "reopened", "major"):
        amount = found.of(measure)
        url = cells.address(measure, asked) if amount else ""
        tiles.append(Tile(str(cells.MEASURES[measure]), f"{amount:,}", "", url))
    return tiles


def _promises(found: Totals) -> list[Tile]:
    """Draw each attainment with what a green one must not hide."""
    happy = satisfaction.overall(found.asked)
    return [promise(found, metric, guards(found, happy)) for metric in CLOCKS]


def promise(found: Totals, metric: str, beside: list[Cell]) -> Tile:
    """Draw the attainment of one kind of promise."""
    met, whole = found.of(metric, outcome="met"), found.of(metric)
    tone, word = verdict(met, whole, found.aim(CLOCKS[metric]))
    label = _("%(measure)s in time") % {"measure": cells.MEASURES[metric]}
    url = cells.address(metric, found.asked) if whole else ""
    return Tile(label, share_text(met, whole), f"{met:,} / {whole:,}", url, tone, word, beside)


def guards(found: Totals, happy: Satisfied) -> list[Cell]:
    """Give what a green number must not hide: satisfaction, the reopened and the silently closed."""
    closed, asked = found.of("closed", outcome="closed") + found.of("closed", outcome="silent"), found.asked
    again, silent = found.of("reopened"), found.of("closed", outcome="silent")
    return [
        _csat_cell(happy, asked),
        Cell(_("reopened %(share)s") % {"share": share_text(again, closed)}, cells.address("reopened", asked) if again else ""),
        Cell(_("closed in silence %(share)s") % {"share": share_text(silent, closed)},
             cells.address("closed", asked, outcome="silent") if silent else ""),
    ]  # fmt: skip


def csat_text(happy: Satisfied) -> str:
    """Write the share of good answers; nothing where so few answered that it is hidden."""
    return shown.NOTHING if happy.hidden else share_text(happy.good, happy.count)


def _csat_cell(happy: Satisfied, asked: Asked) -> Cell:
    words = _("CSAT %(share)s, n = %(count)s") % {"share": csat_text(happy), "count": happy.count}
    url = shown.rows_address("survey_campaign.csat", asked) if happy.count and not happy.hidden else ""
    return Cell(f"{words} · {_('few answers')}" if happy.few else words, url)


def _load(asked: Asked) -> Panel:
    """Draw when cases come, by weekday and hour."""
    found = cells.week(asked, measure="received")
    days = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]
    values = {(weekday - 1, hour): amount for (weekday, hour), amount in found.items()}
    most = max(values.items(), key=lambda item: item[1], default=None)
    note = ""
    if most is not None:
        (day, hour), amount = most
        words = _("The most come on %(day)s from %(hour)s: %(amount)s.")
        note = words % {"day": days[day], "hour": f"{hour}:00", "amount": f"{amount:,}"}
    title = _("Cases received by weekday and hour")
    drawing = heat(days, [str(hour) for hour in range(24)], values, title=title, ident="load", note=note)
    hours = sorted({hour for _day, hour in values})
    rows = [
        [named(day), *(number(values.get((at, hour), 0), cells.address("received", asked, weekday=at + 1, hour=hour)) for hour in hours)]
        for at, day in enumerate(days)
    ]  # fmt: skip
    head = [_("Weekday"), *(f"{hour}:00" for hour in hours)]
    return Panel("load", title, head, rows, drawing, note, wide=True, folded=True, scrolls=True)


def age_words(least: int, below: int | None) -> str:
    """Name an age class."""
    if below is None:
        return _("%(days)s+ days") % {"days": least}
    return _("%(least)s to %(below)s days") % {"least": least, "below": below}


def _backlog(asked: Asked) -> Panel:
    """Draw how old is what is open."""
    found = cells.backlog(asked)
    title = _("Open cases by age")
    drawn = [Bar(age_words(one["least"], one["below"]), one["amount"], f"{one['amount']:,}", one["least"] >= 30 and one["amount"] > 0)
             for one in found]  # fmt: skip
    rows = []
    for one in found:
        url = cells.address("open", asked, age=one["least"])
        rows.append([named(age_words(one["least"], one["below"])), number(one["amount"], url)])
    note = _("In days of the calendar since receipt, as it stands now.")
    return Panel("backlog", title, [_("Age"), _("Open cases")], rows, bars(drawn, title=title, ident="backlog"), note)


def _by_priority(asked: Asked) -> Panel:
    """Set attainment beside volume, by priority."""
    return by_dimension(
        asked, "priority", "priorities", _("By priority"), lambda key: f"P{key}" if key else _("Not graded")
    )


def _by_team(asked: Asked) -> Panel:
    found = names.teams()
    return by_dimension(asked, "team", "teams", _("By team"), lambda key: names.name_of(found, key) or _("No team"))


def by_dimension(asked: Asked, column: str, ident: str, title: str, name: Any) -> Panel:
    """Set what was received, closed and kept in time beside each other, for each value of a dimension."""
    found: dict[int, Counter[tuple[str, str]]] = {}
    for row in cells.sums(
        asked, column, "measure", "outcome", measures=("received", "closed", "response", "resolution", "fulfilment")
    ):
        found.setdefault(row[column], Counter())[row["measure"], row["outcome"]] += row["amount"]
    rows = [[named(name(key)), *_line(asked, counts, **{column: key})] for key, counts in sorted(found.items())]
    drawn = [
        Bar(name(key), _of(counts, "received"), f"{_of(counts, 'received'):,}") for key, counts in sorted(found.items())
    ]
    head = [title, _("Received"), _("Closed"), _("First response"), _("Resolution"), _("Fulfilment")]
    what = _("%(title)s: received") % {"title": title}
    return Panel(ident, title, head, rows, bars(drawn, title=what, ident=ident))


def _of(counts: Counter[tuple[str, str]], measure: str, outcome: str = "") -> int:
    return sum(amount for (one, its), amount in counts.items() if one == measure and outcome in ("", its))


def _line(asked: Asked, counts: Counter[tuple[str, str]], **place: Any) -> list[Cell]:
    at = {f"cell_{key}": value for key, value in place.items()}
    line = [number(_of(counts, one), cells.address(one, asked, **at)) for one in ("received", "closed")]
    for metric in CLOCKS:
        met, whole = _of(counts, metric, "met"), _of(counts, metric)
        line.append(per_cent(met, whole, cells.address(metric, asked, **at)))
    return line
