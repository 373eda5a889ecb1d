"""Figures as they are read: the number, what stands beside it, and how it holds against its aim."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from itsm.flow.roles import ROLES
from itsm.records import register
from itsm.records.costs import Cost
from itsm.records.figures import PART, WHOLE, Breakdown, Durations, Mean, Share
from itsm.records.kpis import Kpi
from itsm.reporting import targets
from itsm.reporting.asked import Asked
from itsm.ui import moments

NOTHING = "-"
#: What stands before amounts of money.
MONEY = "NT$"
PERIODS = {
    "closed": gettext_lazy("closed in the period"),
    "received": gettext_lazy("received in the period"),
    "happened": gettext_lazy("happened in the period"),
    "now": gettext_lazy("as it stands at the end of the period"),
}
BETTER = {
    "up": gettext_lazy("more is better"),
    "down": gettext_lazy("less is better"),
    "": gettext_lazy("neither is better"),
}
UNITS = {
    "share": gettext_lazy("per cent"), "per_100": gettext_lazy("for 100 people"), "count": pgettext_lazy("unit", "number"),
    "duration": pgettext_lazy("unit", "hours"), "mean": gettext_lazy("mean"), "points": gettext_lazy("points"),
    "money": gettext_lazy("NT$ per case"),
}  # fmt: skip
#: The ways in which breakdowns count.
WAYS = {
    "class": gettext_lazy("Class"), "outcome": gettext_lazy("Outcome"), "service": gettext_lazy("Service"),
    "ci_class": gettext_lazy("CI class"), "direction": gettext_lazy("Direction"), "supplier": gettext_lazy("Supplier"),
    "team": gettext_lazy("Team"),
}  # fmt: skip
AREAS = {"sla": gettext_lazy("Service levels"), "desk": gettext_lazy("Service desk")}


def cut(value: Fraction, places: int = 2) -> str:
    """Write a number cut, never rounded across its aim."""
    scale = 10**places
    whole = abs(value) * scale
    number = int(whole)
    sign = "−" if value < 0 and number else ""
    return f"{sign}{number // scale:,}.{number % scale:0{places}d}" if places else f"{sign}{number:,}"


def value_text(kpi: Kpi, value: Any) -> str:
    """Write the figure itself."""
    if isinstance(value, Durations):
        return NOTHING if value.median is None else moments.span(int(value.median))
    if isinstance(value, Mean):
        return mean_text(kpi, value.value)
    if isinstance(value, Share):
        found = targets.measured(kpi, value)
        if found is None:
            return NOTHING
        if kpi.unit == "money":
            return f"{MONEY}{cut(found)}"
        return cut(found) if kpi.unit in ("per_100", "points") else f"{cut(found)} %"
    return str(value.rows.count()) if isinstance(value, Breakdown) else cut(Fraction(int(value)), 0)


def mean_text(kpi: Kpi, value: Fraction | None) -> str:
    """Write an average; of money with its currency."""
    if value is None:
        return NOTHING
    return f"{MONEY if kpi.unit == 'money' else ''}{cut(value)}"


def beside(kpi: Kpi, value: Any) -> str:
    """Write what belongs beside it: part and whole, or mean and what nine of ten did not exceed."""
    if isinstance(value, Share):
        return f"{part_text(kpi, value)} / {amount_text(kpi, value.whole)}"
    if isinstance(value, Cost):
        return " · ".join(filter(None, (_spread(value), free_text(value), unpriced_text(value))))
    if isinstance(value, Mean):
        return _spread(value)
    if isinstance(value, Durations) and value.mean is not None and value.ninth_decile is not None:
        words = gettext("mean %(mean)s, P90 %(ninth)s, n = %(count)s")
        times = {"mean": moments.span(int(value.mean)), "ninth": moments.span(int(value.ninth_decile))}
        return words % {**times, "count": f"{value.count:,}"}
    return ""


def free_text(value: Cost) -> str:
    """Say how many cases cost nothing, so that nobody takes a low cost for little work where no time was entered."""
    return gettext("%(n)s without time or cost") % {"n": f"{value.free:,}"} if value.free else ""


def unpriced_text(value: Any) -> str:
    """Say which cases are left out of a cost, because nobody knows what their minutes cost; nothing where there are none."""
    if not isinstance(value, Cost) or not (cases := value.unpriced.count()):
        return ""
    words = ngettext(
        "left out, without a rate: %(time)s on %(n)s case", "left out, without a rate: %(time)s on %(n)s cases", cases
    )
    return words % {"time": moments.span(60 * int(value.unpriced.total())), "n": f"{cases:,}"}


def _spread(value: Mean) -> str:
    """Write the middle beside an average, what nine of ten did not exceed, and of how many."""
    if value.median is None or value.ninth_decile is None:
        return f"n = {value.count:,}"
    said = {
        "median": cut(Fraction(str(value.median))),
        "ninth": cut(Fraction(str(value.ninth_decile))),
        "count": f"{value.count:,}",
    }
    return gettext("median %(median)s, P90 %(ninth)s, n = %(count)s") % said


def amount_text(kpi: Kpi, amount: int) -> str:
    """Write a part or a whole: of seconds as a length of time."""
    return moments.span(amount) if kpi.in_seconds and amount else f"{amount:,}"


def part_text(kpi: Kpi, value: Share) -> str:
    """Write the part of a share: of money what was spent."""
    return f"{MONEY}{cut(Fraction(value.part), 0)}" if kpi.unit == "money" else amount_text(kpi, value.part)


def coverage(kpi: Kpi, asked: Asked) -> str:
    """Say how much of the period a figure knows of; empty where it knows all of it."""
    return kpi.coverage(start=asked.start, end=asked.end) if kpi.coverage is not None else ""


def size(value: Any) -> int:
    """Tell on how many rows it rests."""
    if isinstance(value, Share):
        return value.whole
    if isinstance(value, Mean):
        return value.count
    return value.count if isinstance(value, Durations) else int(value.rows.count())


def aim_text(kpi: Kpi, aim: Fraction | None) -> str:
    """Write what is aimed at."""
    if aim is None:
        return ""
    sign = {"up": "≥ ", "down": "≤ "}.get(kpi.good, "") + (MONEY if kpi.unit == "money" else "")
    unit = {"share": " %", "duration": " h"}.get(kpi.unit, "")
    return f"{sign}{float(aim):g}{unit}"


def line(kpi: Kpi, value: Any, *, asked: Asked, aim: Fraction | None) -> dict[str, Any]:
    """Collect everything that is shown of one figure over a period."""
    met = targets.met(kpi, value, aim)
    links = {side: rows_address(kpi.key, asked, side=side) for side in value.sides}
    return {
        "kpi": kpi, "text": value_text(kpi, value), "beside": beside(kpi, value), "met": met, "aim": aim_text(kpi, aim),
        "few": bool(kpi.few and 0 < size(value) < kpi.few), "links": links, "url": links.get(PART) or links.get(WHOLE, ""),
        "whole_url": links.get(WHOLE, "") if PART in links else "", "unpriced": unpriced_text(value),
        "tone": {True: "done", False: "danger", None: ""}[met],
        "verdict": {True: gettext("met"), False: pgettext("target", "missed"), None: ""}[met],
        "page": reverse("reporting:kpi", args=[kpi.key]) + asked.query(),
        "part": value.part if isinstance(value, Share) else None, "whole": value.whole if isinstance(value, Share) else None,
        "count": size(value), "part_text": part_text(kpi, value) if isinstance(value, Share) else "",
        "whole_text": amount_text(kpi, value.whole) if isinstance(value, Share) else f"{size(value):,}",
    }  # fmt: skip


def pending(kpi: Kpi, *, asked: Asked, aim: Fraction | None) -> dict[str, Any]:
    """Collect what is shown of a figure that is still to be counted."""
    return {
        "kpi": kpi, "text": "…", "beside": pgettext("figure", "being counted"), "met": None, "aim": aim_text(kpi, aim), "few": False,
        "links": {}, "url": "", "whole_url": "", "tone": "", "verdict": "",
        "page": reverse("reporting:kpi", args=[kpi.key]) + asked.query(),
        "part": None, "whole": None, "count": 0, "part_text": "", "whole_text": "",
    }  # fmt: skip


def rows_address(key: str, asked: Asked, *, side: str = WHOLE, **more: Any) -> str:
    """Give the address of the rows behind a figure."""
    return reverse("reporting:figure_rows", args=[key]) + asked.query(side=None if side == WHOLE else side, **more)


def compute(kpi: Kpi, asked: Asked) -> Any:
    """Compute a figure over what is asked for."""
    value = kpi(start=asked.start, end=asked.end)
    return value.narrowed(asked.narrowing()) if asked.narrowed and narrows(value, asked) else value


def narrows(value: Any, asked: Asked) -> bool:
    """Tell whether the rows of a figure can be narrowed as asked: those of records can, those of services by service."""
    to = asked.narrowing()
    return all(rows.narrows(to) for rows in value.sides.values())


def area_name(area: str) -> str:
    """Name the process or area of figures."""
    if area in AREAS:
        return str(AREAS[area])
    name = str(register.process(area).model._meta.verbose_name)
    return name[:1].upper() + name[1:]


def owner_name(kpi: Kpi) -> str:
    """Name the role that answers for a figure."""
    return str(ROLES[kpi.owner])
