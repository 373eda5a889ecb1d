"""The predictions behind a figure of the page of accuracy: which the address asks for, and what each adds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Case, Count, Expression, F, FloatField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Floor, Least
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.simulator.addresses import Address, a_day, one_of, parameter
from itsm.desk.simulator.rows import hidden
from itsm.desk.simulator.words import number, share
from itsm.people.models import Person
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.moments import day_text
from sla.forecast.history import LOOKS
from sla.simulation_models import BreachGuess, BreachWeek
from sla.words import metric_words

#: How many weeks the page of accuracy shows, and rows a page of them.
WEEKS, PAGE = 13, 50
CAME = Case(When(missed=True, then=Value(1.0)), default=Value(0.0), output_field=FloatField())
FIRST = round(LOOKS[0] * 100)
#: What rows add to a figure: predictions are counted, or something of theirs is averaged.
AMOUNTS: dict[str, Expression] = {
    "brier": (F("chance") - CAME) * (F("chance") - CAME),
    "usual": (F("week__usual") - CAME) * (F("week__usual") - CAME),
    "said": F("chance") + Value(0.0),
    "came": CAME,
}
SUM_WORDS = {
    "cases": gettext_lazy("Cases"),
    "samples": gettext_lazy("Predictions"),
    "brier": gettext_lazy("Brier score"),
    "usual": gettext_lazy("Usual share"),
    "said": gettext_lazy("Said on average"),
    "came": gettext_lazy("Came to miss"),
}


@dataclass(frozen=True)
class Guessed(Address):
    """What the address asks for: a week (without one the weeks that the page shows), a fifth of the chances, a figure."""

    week: str = a_day()
    fifth: str = parameter(one_of("01234"), name="class")
    sum: str = parameter(one_of(SUM_WORDS), usual="samples")

    @property
    def adds(self) -> bool:
        """Tell whether rows add something of their own to the figure, instead of being counted."""
        return self.sum in AMOUNTS

    def url(self) -> str:
        """This will write the address that ``read`` reads."""
        return f"{reverse('simulator:forecast_rows')}?{self.query()}".rstrip("?")

    def rows(self) -> QuerySet[BreachGuess]:
        """This will give the predictions; for the number of cases one row of each, also of those without a prediction."""
        weeks = BreachWeek.objects.filter(week=self.week) if self.week else shown_weeks()
        found = BreachGuess.objects.filter(week__in=weeks.values("pk"))
        if self.sum == "cases":
            return found.filter(Q(look=None) | Q(look=FIRST))
        found = found.exclude(look=None)
        if self.fifth:
            found = found.annotate(fifth=Least(Floor(F("chance") * 5.0), Value(4.0))).filter(fifth=int(self.fifth))
        return found

    def words(self) -> str:
        """This will say what is shown."""
        parts = [str(SUM_WORDS[self.sum])]
        if self.week:
            parts.append(_("Week from %s") % day_text(date.fromisoformat(self.week)))
        if self.fifth:
            low = int(self.fifth) * 20
            parts.append(_("said %(low)s–%(high)s %%") % {"low": low, "high": low + 20})
        return " · ".join(parts)


def shown_weeks() -> QuerySet[BreachWeek]:
    """This will give the weeks that the page of accuracy shows."""
    return BreachWeek.objects.order_by("-week")[:WEEKS]


def page(asked: Guessed, *, person: Person, after: int) -> dict[str, Any]:
    """This will give one page of predictions after one's key, what all of them come to, and how many are not for ``person``."""
    found = asked.rows()
    rows = list(seen(asked, person=person).filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    cases = Ticket.objects.in_bulk([row.record_id for row in rows])
    total = found.count()
    return {
        "rows": [_said(row, cases[row.record_id], asked) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "total": total,
        "hidden": hidden(found, person),
        "sum": _sum(found, asked),
        "adds": asked.adds,
        "asked": asked.words(),
        "figure": SUM_WORDS[asked.sum],
        "query": asked.query(),
    }


def seen(asked: Guessed, *, person: Person) -> QuerySet[BreachGuess]:
    """This will give the predictions of cases that ``person`` may see, each with what it adds to the figure."""
    found = asked.rows().filter(record__in=Ticket.objects.visible_to(person).values("pk"))
    return found.annotate(amount=AMOUNTS[asked.sum]) if asked.adds else found


def sheet(asked: Guessed, *, person: Person) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of everything that is asked for and that ``person`` may see, to take along."""
    heads = [
        _("Case"), _("Subject"), _("Measure"), _("Cycle"), _("Week from"), _("Target used (%)"), _("Said (%)"), _("What came"),
    ]  # fmt: skip
    if asked.adds:
        heads.append(str(SUM_WORDS[asked.sum]))
    rows = seen(asked, person=person).select_related("record", "record__ticket", "week").order_by("pk")
    return heads, (_line(row, asked) for row in rows.iterator(chunk_size=2000))


def _line(row: Any, asked: Guessed) -> Sequence[Any]:
    said = None if row.chance is None else round(row.chance * 100, 1)
    return [
        row.record.number, row.record.ticket.title, metric_words(row.metric), row.cycle, row.week.week.isoformat(), row.look, said,
        came(row.missed), *([row.amount] if asked.adds else []),
    ]  # fmt: skip


def came(missed: bool) -> str:
    """This will say how a clock was judged."""
    return _("missed") if missed else _("met")


def _sum(found: QuerySet[BreachGuess], asked: Guessed) -> str:
    """Write what the rows come to: a mean, or a share that is cut; nothing for what is only counted."""
    if not asked.adds:
        return ""
    told = found.aggregate(n=Count("pk"), total=Sum(AMOUNTS[asked.sum]), mean=Avg(AMOUNTS[asked.sum]))
    if not told["n"] or told["mean"] is None:
        return "-"
    words = {"total": number(told["total"], 3), "count": number(told["n"]), "mean": number(told["mean"], 3)}
    if asked.sum == "came":
        words |= {"total": number(told["total"]), "mean": share(round(told["total"]), told["n"])}
    elif asked.sum == "said":
        words["mean"] = f"{number(told['mean'] * 100, 1)} %"
    return _("%(total)s ÷ %(count)s = %(mean)s") % words


def _said(row: Any, case: Any, asked: Guessed) -> dict[str, Any]:
    return {
        "case": case,
        "url": page_of(case),
        "metric": metric_words(row.metric),
        "cycle": row.cycle,
        "look": row.look,
        "said": "" if row.chance is None else f"{number(row.chance * 100, 1)} %",
        "missed": row.missed,
        "amount": getattr(row, "amount", None),
        "adds": number(row.amount, 0 if asked.sum == "came" else 4) if asked.adds else "",
    }
