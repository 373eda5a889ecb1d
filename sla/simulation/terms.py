"""What is in force, read once from the tables, and the two policies of a run: today's and the draft's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import RequestItem, Service
from itsm.hours.models import Calendar
from itsm.hours.worktime import Schedule
from itsm.records import register
from itsm.tickets.models import HoldReason, PriorityRule, Ticket
from sla import agreed, plans
from sla.models import Target
from sla.simulation.between_teams import OlaRow
from sla.simulation.draft import METRICS, BadDraft, Draft
from sla.simulation.policy import Policy, Row
from sla.simulation.promises import AgreedPromises
from sla.simulation.stay_reading import olas_in_force
from sla.targets import FALLBACK

#: Their clocks are those of a contract, not of the table of targets.
LEFT_OUT = frozenset({"supplier_case"})


@dataclass(frozen=True)
class InForce:
    """The tables as they are now."""

    rows: tuple[Row, ...]
    schedules: dict[str, Schedule]
    zones: dict[str, str]
    pauses: frozenset[str]
    worked_around: frozenset[str]
    matrix: dict[tuple[int, int, int | None], int]
    hours_of: dict[int, str]
    items: dict[int, int]
    modes: dict[str, dict[str, str]]
    works: dict[str, str]
    new: dict[str, frozenset[str]]
    agreed: AgreedPromises
    olas: tuple[OlaRow, ...] = ()

    def policy(self, draft: Draft | None = None) -> Policy:
        """This will give today's policy, or that of ``draft`` laid over it.

        :raises BadDraft: if a target names a calendar that nobody knows
        """
        made = draft or Draft.parse({})
        rows = self.rows if made.targets is None else made.targets
        schedules = {**self.schedules, **made.calendars}
        olas = self.olas if made.ola is None else made.ola
        named = {row.calendar for row in rows} | {row.calendar for row in olas}
        if made.agreement is not None:
            named |= {promise.calendar for _row, promise in made.agreement.promises}
        unknown = sorted({code for code in named if code} - set(schedules))
        if unknown:
            raise BadDraft(_("There is no calendar “%(code)s”.") % {"code": unknown[0]})
        return Policy(
            rows=list(rows),
            schedules=schedules,
            fallback=FALLBACK,
            modes=self.modes,
            works=self.works,
            pauses=self.pauses if made.pauses is None else made.pauses,
            worked_around=self.worked_around,
            hours_of=self.hours_of,
            items=self.items,
            matrix=made.matrix,
            measures=made.measures,
            agreed=self._agreed(made),
            olas=olas,
            new=self.new,
        )

    def _agreed(self, draft: Draft) -> AgreedPromises | None:
        if draft.agreement is not None:
            return self.agreed.with_draft(draft.agreement, alone=not draft.agreements)
        return None if self.agreed.is_empty or not draft.agreements else self.agreed


def in_force(*, at: datetime | None = None) -> InForce:
    """This will read targets, hours, matrix, pause rules, the flows' clocks, and the OLAs in force at ``at`` (None is now)."""
    kinds = kinds_known()
    calendars = list(Calendar.objects.select_related("current").exclude(current=None).order_by("code"))
    editions = agreed.editions()
    targets = Target.objects.active().filter(metric__in=METRICS).select_related("calendar").order_by("pk")
    return InForce(
        rows=tuple(_row(target) for target in targets),
        schedules={row.code: row.current.schedule() for row in calendars if row.current is not None},
        zones={row.code: row.zone for row in calendars},
        pauses=frozenset(HoldReason.objects.filter(pauses_resolution=True).values_list("code", flat=True)),
        worked_around=frozenset(HoldReason.objects.exclude(workaround="").values_list("code", flat=True)),
        matrix={(row.impact, row.urgency, row.service_id): row.priority for row in PriorityRule.objects.all()},
        hours_of=dict(Service.objects.values_list("pk", "hours__code")),
        items=dict(RequestItem.objects.values_list("pk", "target_seconds")),
        modes={
            kind: {code: state.clock for code, state in register.process(kind).flow.states.items()} for kind in kinds
        },
        works={kind: plan.work for kind, plan in plans.known().items() if kind in kinds},
        new={
            kind: frozenset(code for code, state in register.process(kind).flow.states.items() if state.phase == "new")
            for kind in kinds
        },
        agreed=AgreedPromises(editions),
        olas=olas_in_force(editions, at=at or timezone.now()),
    )


def kinds_known() -> list[str]:
    """This will name the kinds of cases that can be simulated."""
    cases = {row.key for row in register.processes() if issubclass(row.model, Ticket)}
    return [kind for kind in plans.known() if kind in cases - LEFT_OUT]


def _row(target: Target) -> Row:
    return Row(
        target.metric, target.process, target.priority, target.service_id, target.request_item_id, target.seconds,
        target.calendar.code if target.calendar is not None else None,
    )  # fmt: skip


def checked(data: Any) -> Draft:
    """This will check a draft against the tables too.

    :raises BadDraft: with the sentence that says what is wrong
    """
    draft, present = Draft.parse(data), in_force()
    present.policy(draft)
    if unknown := sorted(set(draft.scope.kinds) - set(present.works)):
        raise BadDraft(_("There is no process “%(name)s” with clocks.") % {"name": unknown[0]})
    return draft
