"""What the prediction was learnt from: the judged clocks and the looks at them behind a number of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.simulator.addresses import KEY, Address, key_of, one_of, parameter
from itsm.desk.simulator.forecast_rows import came
from itsm.desk.simulator.rows import hidden
from itsm.desk.simulator.words import number, share
from itsm.people.models import Person
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from sla.forecast.samples import ONE_EACH, changed
from sla.forecast.telling import model, trait_words
from sla.forecast.traits import SIZES, Traits
from sla.simulation_models import BreachModel, BreachSample
from sla.words import metric_words

PAGE = 50
SHOW_WORDS = {
    "samples": gettext_lazy("Looks that were learnt from"),
    "cases": gettext_lazy("Judged cases that were learnt from"),
    "changed": gettext_lazy("Cases that are judged otherwise by now"),
}
#: A class of a trait as it stands in an address: "queue-2".
CLASSES = [f"{trait}-{kind}" for trait, size in zip(Traits._fields, SIZES, strict=True) for kind in range(size)]


@dataclass(frozen=True)
class LearntFrom(Address):
    """What the address asks for: a learning (without one the latest), cases or looks at them, and a class of a trait."""

    learnt: str = parameter(KEY)
    show: str = parameter(one_of(SHOW_WORDS), usual="samples")
    trait: str = parameter(one_of(CLASSES))

    def url(self) -> str:
        """This will write the address that ``read`` reads."""
        return f"{reverse('simulator:learnt_rows')}?{self.query()}".rstrip("?")

    def model(self) -> BreachModel | None:
        """This will give the learning that is asked for."""
        return BreachModel.objects.filter(pk=key_of(self.learnt)).first() if self.learnt else model()

    def rows(self) -> QuerySet[BreachSample]:
        """This will give the rows: one of each judged clock, or every look at them."""
        kept = self.model()
        found = BreachSample.objects.filter(model=kept.pk if kept else None)
        found = found.exclude(look=None) if self.show == "samples" else found.filter(ONE_EACH)
        if self.trait:
            trait, kind = self.trait.split("-")
            found = found.filter(Q((trait, int(kind))))
        return changed(found) if self.show == "changed" else found

    def words(self) -> str:
        """This will say what is shown."""
        return " · ".join(part for part in (str(SHOW_WORDS[self.show]), self._class_words()) if part)

    def _class_words(self) -> str:
        if not self.trait:
            return ""
        trait, kind = self.trait.split("-")
        return trait_words(Traits._fields.index(trait), int(kind))


def page(asked: LearntFrom, *, person: Person, after: int) -> dict[str, Any]:
    """This will give one page of rows after one's key, what all of them come to, and how many are not for ``person``."""
    found, kept = asked.rows(), asked.model()
    rows = list(seen(found, person=person).filter(pk__gt=after).order_by("pk")[: PAGE + 1])
    cases = Ticket.objects.in_bulk([row.record_id for row in rows])
    told = found.aggregate(rows=Count("pk"), missed=Count("pk", filter=Q(missed=True)))
    return {
        "rows": [_said(row, cases[row.record_id]) for row in rows[:PAGE]],
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "total": told["rows"],
        "sum": _sum(told),
        "hidden": hidden(found, person),
        "asked": asked.words(),
        "query": asked.query(),
        "learnt_at": kept.trained_at if kept else None,
        "gone": kept is not None and kept.cases > 0 and not kept.learnt_from.exists(),
        "changed": _changed(asked, told["rows"]),
    }


def seen(found: QuerySet[BreachSample], *, person: Person) -> QuerySet[BreachSample]:
    """This will leave the rows of cases that ``person`` may see."""
    return found.filter(record__in=Ticket.objects.visible_to(person).values("pk"))


def _changed(asked: LearntFrom, total: int) -> dict[str, Any] | None:
    """Count the cases that are judged otherwise by now, with their address; None beside looks."""
    if asked.show == "samples":
        return None
    now = replace(asked, show="changed")
    return {"count": total if asked == now else now.rows().count(), "url": now.url()}


def _sum(told: dict[str, int]) -> str:
    words = {
        "missed": number(told["missed"]), "count": number(told["rows"]), "share": share(told["missed"], told["rows"]),
    }  # fmt: skip
    return _("%(missed)s of %(count)s came to miss: %(share)s") % words


def sheet(asked: LearntFrom, *, person: Person) -> tuple[Sequence[str], Iterator[Sequence[Any]]]:
    """This will give the heads and the rows of everything that is asked for and that ``person`` may see, to take along."""
    heads = [
        _("Case"), _("Subject"), _("Measure"), _("Cycle"), _("Target used (%)"), _("What came"),
        _("Share of the target used"), _("Cases at the team"), _("Cases that came to the team within a day"), _("Hour"), _("Priority"),
    ]  # fmt: skip
    rows = seen(asked.rows(), person=person).select_related("record", "record__ticket").order_by("pk")
    return heads, (_line(row) for row in rows.iterator(chunk_size=2000))


def _line(row: Any) -> Sequence[Any]:
    return [
        row.record.number, row.record.ticket.title, metric_words(row.metric), row.cycle, row.look, came(row.missed),
        *(_classes(row) or [""] * len(SIZES)),
    ]  # fmt: skip


def _classes(row: Any) -> list[str]:
    """Say the class of each trait at a look; of none, nothing."""
    if row.look is None:
        return []
    return [trait_words(place, getattr(row, trait)) for place, trait in enumerate(Traits._fields)]


def _said(row: Any, case: Any) -> dict[str, Any]:
    return {
        "case": case,
        "url": page_of(case),
        "metric": metric_words(row.metric),
        "cycle": row.cycle,
        "look": row.look,
        "missed": row.missed,
        "classes": _classes(row),
    }
