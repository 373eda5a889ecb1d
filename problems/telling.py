"""Who is told of the steps of a problem, and of incidents that come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event, Watcher
from itsm.tickets.lines import Happening, add_label
from itsm.tickets.models import Ticket
from problems.effects import incidents_of

#: After each so many rounds without a cause, more skill is called (domain 1.7).
ROUNDS = 3
TEMPLATES = (
    ("problem_rejected", gettext_lazy("What you reported is not treated as a problem"), "reason"),
    ("problem_rounds", gettext_lazy("Several rounds of analysis found no root cause: more skill is needed"), "plain"),
    ("cause_proposed", gettext_lazy("A root cause waits for your decision"), "plain"),
    ("workaround_known", gettext_lazy("There is a workaround for your incident: %(problem)s"), "plain"),
    ("problem_closed", gettext_lazy("The problem behind it is closed: %(problem)s"), "plain"),
    ("problem_recurred", gettext_lazy("The incident came back while its solution is observed: %(incident)s"), "plain"),
    ("cause_overdue", gettext_lazy("The root cause is late"), "plain"),
    ("solution_overdue", gettext_lazy("The solution of a problem is late"), "plain"),
    ("review_due", gettext_lazy("The time to look at the problem again has come"), "plain"),
    ("known_review_due", gettext_lazy("Look whether the known error still holds"), "plain"),
    ("observation_over", gettext_lazy("The observation is over: confirm the result"), "plain"),
)


def register() -> None:
    """Register the words and the step that tells."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for name, words in LABELS.items():
        add_label(name, words)
    if journaled not in steps.journaled:
        steps.journaled.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a problem's step (registered as a step of every move)."""
    tell = TELLERS.get(event.name)
    if tell is None or record.kind != "problem" or is_quiet() or event.imported:
        return
    telling = Telling(record, move, event)
    tell(telling)
    put_many(telling.notices)


def managers(*, beside: Iterable[int | None] = ()) -> set[int | None]:
    """Collect the owners of the process, and ``beside``."""
    return {*audience.holders("problem_manager", process="problem"), *beside}


def _rejected(telling: Telling) -> None:
    telling.to([telling.record.requester_id], "problem_rejected", "closed", reason=telling.event.reason)


def _given(telling: Telling) -> None:
    telling.to([telling.record.assignee_id], "assigned", "assigned")


def _rounds(telling: Telling) -> None:
    record = telling.record
    if record.analysis_rounds % ROUNDS == 0:
        lead = record.team.lead_id if record.team_id else None
        telling.to(managers(beside=[lead]), "problem_rounds", "escalation")


def _proposed(telling: Telling) -> None:
    telling.to(managers(), "cause_proposed", "assigned")


def _workaround(telling: Telling) -> None:
    keys = [row.pk for row in incidents_of(telling.record)]
    for case in Ticket.objects.open().filter(pk__in=keys).order_by("pk"):
        people = {case.assignee_id} if case.assignee_id else audience.members(case.team_id)
        telling.to(people, "workaround_known", "assigned", about=case.pk, problem=telling.record.number)


def _closed(telling: Telling) -> None:
    """Tell who watches an incident, and who still works on an open one."""
    rows = incidents_of(telling.record)
    open_ones = {case.pk: case for case in Ticket.objects.open().filter(pk__in=[row.pk for row in rows])}
    for incident in rows:
        people = set(Watcher.objects.filter(record=incident.pk).values_list("person", flat=True))
        if (case := open_ones.get(incident.pk)) is not None:
            people |= {case.assignee_id} if case.assignee_id else audience.members(case.team_id)
        telling.to(people, "problem_closed", "closed", about=incident.pk, problem=telling.record.number)


TELLERS: dict[str, Callable[[Telling], None]] = {
    "reject_problem": _rejected,
    "classify": _given,
    "log_analysis_round": _rounds,
    "propose_root_cause": _proposed,
    "interim_workaround": _workaround,
    "establish_workaround": _workaround,
    "give_workaround": _workaround,
    "close": _closed,
}


LABELS: dict[str, Callable[[Happening], str]] = {
    "problem_rejected": lambda event: _("%(number)s was found to be no problem") % _number(event),
    "workaround_known": lambda event: _("%(number)s has a workaround") % _number(event),
    "give_workaround": lambda event: (
        _("workaround put in place: %(text)s") % {"text": str(event.facts.get("workaround", ""))[:120]}
    ),
    "problem_closed": lambda event: _("%(number)s was closed") % _number(event),
    "recurred": lambda event: _("linked by itself: it came back while %(number)s is observed") % _number(event),
    "known_error_used": lambda event: _("used the known error %(number)s") % _number(event, "known_error"),
}


def _number(event: Happening, fact: str = "problem") -> dict[str, Any]:
    return {"number": event.facts.get(fact, "")}
