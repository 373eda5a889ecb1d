"""Which results of a run an address asks for: values of closed lists, the same on pages, in files and over REST."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.desk.simulator.addresses import KEY_OR_NONE, MONTH, Address, one_of, parameter
from itsm.desk.simulator.words import month_words, verdict
from itsm.people.models import Team
from sla.simulation.between_teams import INTERNAL
from sla.simulation.clock import CANCELLED, MET, MISSED, NONE, OPEN, UNMEASURED
from sla.simulation.draft import METRICS
from sla.simulation.figures import AMOUNTS, BETTER, SHARES, WORSE
from sla.simulation_models import SimulationResult, SimulationRun
from sla.words import metric_words

WALKED = (*METRICS, *INTERNAL, UNMEASURED)
VERDICTS = (MET, MISSED, OPEN, CANCELLED, NONE)
#: Which rows a value of ``show`` leaves; "all" and "walked" leave every row, the latter also of cases without a measure.
SHOWS: dict[str, Q] = {
    "all": Q(), "walked": Q(), "differing": Q(differs=True), "worse": WORSE, "better": BETTER,
    "untouched": Q(governed=False), "governed": Q(governed=True),
}  # fmt: skip
SHOW_WORDS = {
    "walked": gettext_lazy("all cases that were walked"),
    "differing": gettext_lazy("with another result"),
    "worse": gettext_lazy("missed only under the draft"),
    "better": gettext_lazy("no longer missed"),
    "untouched": gettext_lazy("cases that the agreement does not touch"),
    "governed": gettext_lazy("cases that the agreement would govern"),
}
#: What rows can add to a figure that is no count.
SUM_WORDS = {
    "base_share": gettext_lazy("share met as it is"),
    "draft_share": gettext_lazy("share met under the draft"),
    "base_used": gettext_lazy("time used as it is"),
    "draft_used": gettext_lazy("time used under the draft"),
    "base_over": gettext_lazy("time above the target as it is"),
    "draft_over": gettext_lazy("time above the target under the draft"),
}
#: The number of an agreement may be any text in a draft; "none" is one without.
NUMBER = re.compile(r"\A[^\x00]{1,32}\Z")


@dataclass(frozen=True)
class Asked(Address):
    """What an address asks for; an odd value asks for nothing of the kind."""

    metric: str = parameter(one_of(WALKED))
    month: str = parameter(MONTH)
    priority: str = parameter(KEY_OR_NONE)
    team: str = parameter(KEY_OR_NONE)
    base: str = parameter(one_of(VERDICTS))
    drafted: str = parameter(one_of(VERDICTS))
    ola: str = parameter(NUMBER)
    show: str = parameter(one_of(SHOWS), usual="all")
    sum: str = parameter(one_of(AMOUNTS))

    def rows(self, run: SimulationRun) -> QuerySet[SimulationResult]:
        """This will give the results that are asked for; where no measure is named, those of the clocks of cases."""
        return self.of_cases(self.narrow(SimulationResult.objects.filter(run=run)))

    def of_cases(self, found: QuerySet[SimulationResult]) -> QuerySet[SimulationResult]:
        """This will leave the clocks of cases, not those between teams, unless a measure is named."""
        if self.metric:
            return found
        return found.filter(metric__in=(*METRICS, UNMEASURED) if self.show == "walked" else METRICS)

    def narrow(self, found: QuerySet[SimulationResult]) -> QuerySet[SimulationResult]:
        """This will leave the results that every filter lets through."""
        exact = {"metric": self.metric, "month": self.month, "base": self.base, "drafted": self.drafted}
        found = found.filter(**{name: value for name, value in exact.items() if value})
        if self.ola:
            found = found.filter(agreement="" if self.ola == "none" else self.ola)
        if self.priority:
            found = found.filter(priority=_key(self.priority))
        if self.team:
            found = found.filter(team=_key(self.team))
        if self.sum:
            found = found.filter(AMOUNTS[self.sum].rows)
        return found.filter(SHOWS[self.show])

    def words(self) -> str:
        """This will say what is shown."""
        parts = [*self._group_words(), str(SHOW_WORDS.get(self.show, ""))]
        if self.base:
            parts.append(_("as it is: %s") % verdict(self.base))
        if self.drafted:
            parts.append(_("under the draft: %s") % verdict(self.drafted))
        parts.append(str(SUM_WORDS.get(self.sum, "")))
        return " · ".join(part for part in parts if part) or _("all results")

    def _group_words(self) -> Iterator[str]:
        if self.metric:
            yield measure_words(self.metric)
        if self.month:
            yield month_words(self.month)
        if self.priority:
            yield _("not graded") if self.priority == "none" else f"P{self.priority}"
        if self.team:
            team = Team.objects.filter(pk=int(self.team)).first() if self.team != "none" else None
            yield str(team) if team else _("no team")
        if self.ola:
            yield _("no agreement") if self.ola == "none" else self.ola

    @property
    def is_share(self) -> bool:
        """Tell whether rows add one or nothing to a share."""
        return self.sum in SHARES

    @property
    def counts_cases(self) -> bool:
        """Tell whether the figure behind which these rows are counts cases, and not results."""
        return not self.metric and self.show in ("walked", "differing", "untouched", "governed")


def measure_words(code: str) -> str:
    """This will name a measure, also that of cases without one."""
    return _("nothing measured") if code == UNMEASURED else metric_words(code)


def _key(text: str) -> int | None:
    return None if text == "none" else int(text)
