"""The dashboard of management: are promises kept, service by service, and what a green number must not hide."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from changes.models import Change
from itsm.draw import Bar, bars
from itsm.draw.lines import Point, line
from itsm.records import kpis
from itsm.reporting import cells, names, satisfaction, shown
from itsm.reporting.asked import Asked
from itsm.reporting.dashboards.desk import CLOCKS, Totals, csat_text, guards, promise
from itsm.reporting.dashboards.parts import Board, Cell, Panel, Tile, named, number, per_cent, share_text, verdict
from itsm.reporting.satisfaction import Satisfied
from itsm.reporting.shown import rows_address
from itsm.ui.moments import month_text

MONTHS = 13
MEASURES = ("received", "closed", "reopened", "response", "resolution", "fulfilment")
FIGURES = ("ci.accuracy", "complaint.answered_in_time", "supplier_case.contract_attainment")


def board(asked: Asked) -> Board:
    """Collect the dashboard of management."""
    found = Totals(asked)
    happy = satisfaction.overall(asked)
    tiles = [promise(found, metric, guards(found, happy)) for metric in CLOCKS]
    tiles += [_csat(happy, found), _changes(found), *_figures(found)]
    return Board(
        "management", _("Management"), tiles, [_services(asked, found), _trend(asked, found), _outcomes(asked, found)]
    )


def _csat(happy: Satisfied, found: Totals) -> Tile:
    aim = found.aim("survey_campaign.csat")
    tone, word = ("", "") if happy.hidden else verdict(happy.good, happy.count, aim)
    url = rows_address("survey_campaign.csat", found.asked) if happy.count and not happy.hidden else ""
    return Tile(_("Satisfaction (CSAT)"), csat_text(happy), f"n = {happy.count:,}", url, tone, word, few=happy.few)


def _changes(found: Totals) -> Tile:
    good, whole = found.of("change", outcome="successful"), found.of("change")
    tone, word = verdict(good, whole, found.aim("change.success_rate"))
    url = cells.address("change", found.asked) if whole else ""
    return Tile(_("Change success rate"), share_text(good, whole), f"{good:,} / {whole:,}", url, tone, word)


def _figures(found: Totals) -> list[Tile]:
    tiles = []
    for key in FIGURES:
        kpi = kpis.find(key)
        if kpi is None:
            continue
        told = shown.line(kpi, shown.compute(kpi, found.asked), asked=found.asked, aim=found.aim(key))
        url = told["links"].get("whole", "") if told["whole"] else ""
        tiles.append(
            Tile(str(kpi.label), told["text"], told["beside"], url, told["tone"], told["verdict"], few=told["few"])
        )
    return tiles


def _services(asked: Asked, found: Totals) -> Panel:
    """Set every service's promises beside its satisfaction, reopenings and silent closures."""
    counts: dict[int, Counter[tuple[str, str]]] = {}
    for row in cells.sums(asked, "service", "measure", "outcome", measures=MEASURES):
        counts.setdefault(row["service"], Counter())[row["measure"], row["outcome"]] += row["amount"]
    known, happy = names.services(), satisfaction.by_service(asked)
    order = sorted(counts, key=lambda key: (not key, names.name_of(known, key)))
    rows = [
        [named(names.name_of(known, key) or _("No service")), *_service(asked, found, key, counts[key]),
         *_said(asked, key, counts[key], happy.get(key, Satisfied()), known[key].code if key in known else "")]
        for key in order
    ]  # fmt: skip
    title = _("Services: promises, and what they may hide")
    head = [_("Service"), _("Received"), *(str(cells.MEASURES[metric]) for metric in CLOCKS), _("CSAT"), "n", _("Reopened"),
            _("Closed in silence")]  # fmt: skip
    drawn = [_bar(counts[key], names.name_of(known, key) or _("No service"), found) for key in order]
    aim = found.aim(CLOCKS["resolution"])
    target, target_text = (None, "") if aim is None else (float(aim), f"{float(aim):g} %")
    drawing = bars(
        [bar for bar in drawn if bar], title=_("Resolved in time, by service"), ident="services", target=target, target_text=target_text
    )  # fmt: skip
    note = _(
        "Beside every promise stands what customers say: CSAT and its number of answers, what came back, what nobody confirmed."
    )
    return Panel("services", title, head, rows, drawing, note, wide=True)


def _bar(counts: Counter[tuple[str, str]], name: str, found: Totals) -> Bar | None:
    met, whole = counts["resolution", "met"], counts["resolution", "met"] + counts["resolution", "missed"]
    if not whole:
        return None
    tone, _word = verdict(met, whole, found.aim(CLOCKS["resolution"]))
    return Bar(name, met * 100 / whole, share_text(met, whole), tone == "danger")


def _of(counts: Counter[tuple[str, str]], measure: str) -> int:
    return sum(amount for (one, _outcome), amount in counts.items() if one == measure)


def _service(asked: Asked, found: Totals, key: int, counts: Counter[tuple[str, str]]) -> list[Cell]:
    """Set volume and promises of one service."""
    cells_of = [number(_of(counts, "received"), cells.address("received", asked, cell_service=key))]
    for metric, figure in CLOCKS.items():
        met, whole = counts[metric, "met"], _of(counts, metric)
        tone, _word = verdict(met, whole, found.aim(figure))
        cells_of.append(per_cent(met, whole, cells.address(metric, asked, cell_service=key), tone))
    return cells_of


def _said(asked: Asked, key: int, counts: Counter[tuple[str, str]], happy: Satisfied, code: str) -> list[Cell]:
    """Set what its customers say, what came back and what nobody confirmed."""
    closed, again, silent = (
        counts["closed", "closed"] + counts["closed", "silent"],
        _of(counts, "reopened"),
        counts["closed", "silent"],
    )
    url = rows_address("survey_campaign.csat", asked, service=code) if code and happy.count and not happy.hidden else ""
    few = f" · {_('few answers')}" if happy.few else ""
    return [
        Cell(csat_text(happy), url), Cell(f"{happy.count:,}{few}"),
        per_cent(again, closed, cells.address("reopened", asked, cell_service=key) if again else ""),
        per_cent(silent, closed, cells.address("closed", asked, outcome="silent", cell_service=key) if silent else ""),
    ]  # fmt: skip


def _trend(asked: Asked, found: Totals) -> Panel:
    """Draw the resolutions in time of thirteen months, those below the aim as squares."""
    last = asked.last.replace(day=1)
    first = date(last.year - 1, last.month, 1)
    months = [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)]
    counts: dict[date, Counter[str]] = {month: Counter() for month in months}
    for row in cells.monthly(asked.over(first, asked.until), measures=("resolution", "fulfilment")):
        counts[row["month"]][row["outcome"]] += row["amount"]
    aim = found.aim(CLOCKS["resolution"])
    rows = [_month(asked, month, counts[month]) for month in months]
    points = [point for month in months if (point := _point(month, counts[month], aim))]
    title = _("Resolved and fulfilled in time, 13 months")
    target, target_text = (None, "") if aim is None else (float(aim), f"{_('Target')} {float(aim):g} %")
    drawing = line(points, title=title, ident="trend", target=target, target_text=target_text)
    return Panel(
        "trend", title, [_("Month"), _("In time"), _("Met"), pgettext("target", "Missed"), _("Total")], rows, drawing
    )


def _point(month: date, counts: Counter[str], aim: Fraction | None) -> Point | None:
    """Place a month; nothing where nothing was judged."""
    met, whole = counts["met"], counts["met"] + counts["missed"]
    if not whole:
        return None
    tone, _word = verdict(met, whole, aim)
    return Point(month_text(month), met * 100 / whole, share_text(met, whole), tone == "danger")


def _month(asked: Asked, month: date, counts: Counter[str]) -> list[Cell]:
    until = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    there = asked.over(month, until)
    met, missed = counts["met"], counts["missed"]
    return [
        named(month_text(month)), per_cent(met, met + missed), number(met, cells.address("promises", there, outcome="met")),
        number(missed, cells.address("promises", there, outcome="missed")), number(met + missed, cells.address("promises", there)),
    ]  # fmt: skip


def _outcomes(asked: Asked, found: Totals) -> Panel:
    """Draw how changes ended."""
    labels = {code: str(label) for code, label in Change.Outcome.choices}
    codes = ("successful", "with_issues", "failed", "backed_out")
    amounts = {code: found.of("change", outcome=code) for code in codes}
    title = _("How changes ended")
    rows = [
        [named(labels[code]), number(amount, cells.address("change", asked, outcome=code))] for code, amount in amounts.items()
    ]  # fmt: skip
    bad = ("failed", "backed_out")
    drawn = [Bar(labels[code], amount, f"{amount:,}", code in bad and amount > 0) for code, amount in amounts.items()]
    return Panel("changes", title, [_("Outcome"), _("Changes")], rows, bars(drawn, title=title, ident="changes"))
