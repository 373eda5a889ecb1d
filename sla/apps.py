"""Service levels: targets, clocks and escalations."""

from __future__ import annotations

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    """Service levels: targets, clocks and escalations."""

    name = "sla"
    label = "sla"
    verbose_name = _("Service levels: targets, clocks and escalations")

    def ready(self) -> None:
        """Register the steps of every move, the words of messages, and what follows a new edition of a calendar."""
        from itsm.hours.services import on_publish
        from itsm.notices.templates import add_template
        from itsm.records import register
        from sla import availability_kpis, calendar_notices, calendars, issuing, late_tasks, lines, ola, rounds, steps

        if steps.settle not in register.steps.settle:
            register.steps.settle.append(steps.settle)
            register.steps.during.append(steps.during)
        if late_tasks.during not in register.steps.during:
            register.steps.during.append(late_tasks.during)
        ola.register()
        if calendars.republished not in on_publish:
            on_publish.append(calendars.republished)
        lines.register()
        rounds.add(rounds.Round("late tasks", timedelta(minutes=1), lambda at: late_tasks.tell(at=at)))
        add_template("task_late", headline=_("A task of the plan is late: %(task)s"))
        add_template("task_still_late", headline=_("A task of the plan is still not done: %(task)s"))
        issuing.register()
        availability_kpis.register()
        calendar_notices.register()
        add_template("case_arrived", headline=_("A case has come in for your team"))
        add_template(
            "escalation_digest", headline=_("%(count)s cases need attention: their clocks have reached a level")
        )
        add_template(
            "target_at_risk",
            headline=_("Your case may not be done by the time that was agreed; those in charge were told"),
        )
        add_template("target_missed", headline=_("Your case takes longer than agreed; those in charge were told"))
        _agreements()
        _simulator()


def _simulator() -> None:
    """Let the tick go on with simulations and part the lives of closed cases."""
    from datetime import timedelta

    from sla import rounds
    from sla.forecast import nightly, telling
    from sla.held import keeping
    from sla.simulation import ending, running

    ending.register()
    rounds.add(
        rounds.Round(
            "simulations", timedelta(seconds=5), lambda at: running.go_on(at=at, seconds=3), "sla.tasks.simulate"
        )
    )
    rounds.add(rounds.Round("old simulations", timedelta(hours=12), lambda at: running.forget(at=at)))
    rounds.add(rounds.Round("learning", timedelta(hours=1), nightly.work, "sla.tasks.learn"))
    rounds.add(rounds.Round("chances", timedelta(minutes=5), telling.work, "sla.tasks.reckon_chances"))
    rounds.add(rounds.Round("held lives", timedelta(minutes=10), keeping.work, "sla.tasks.part_lives"))


def _agreements() -> None:
    """Register the process of agreements."""
    from itsm.records.register import Process, add
    from sla import agreement_links, agreement_page, agreement_telling, agreement_timers, transition_drafts
    from sla.agreement_figures import EVIDENCE
    from sla.agreement_kpis import FIGURES
    from sla.agreement_querysets import KEEPERS
    from sla.models import ServiceAgreement

    add(
        Process(
            "agreement",
            ServiceAgreement,
            ServiceAgreement.flows,
            section="agreements",
            workers=KEEPERS,
            milestones={"ended": lambda record: record.state in ("expired", "terminated")},
            page=agreement_page.page,
            figures=FIGURES,
            evidence=EVIDENCE,
        )
    )
    agreement_timers.register()
    agreement_telling.register()
    agreement_links.register()
    transition_drafts.register()
