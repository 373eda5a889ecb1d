"""What the desk may decide of a case that nobody has judged yet, and doing it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident, ServiceRequest
from itsm.records.models import Link, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from itsm.tickets import merging
from itsm.tickets.models import Merge
from relationships.models import Complaint

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Given:
    """What the decision panel sent: inputs by transition, the case it duplicates, and whether to take it oneself."""

    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    duplicate_of: Any = None
    take: bool = False


@dataclass(frozen=True)
class Decided:
    """What was decided: the case as it goes on, a sentence, and the merge that may be undone."""

    case: Any
    sentence: str
    merge: Merge | None = None


Decide = Callable[[Any, Given, "Person", datetime], Decided]


@dataclass(frozen=True)
class Choice:
    """One of the answers to "what is this?", in plain words."""

    code: str
    label: str | Promise
    means: str | Promise
    example: str | Promise


CHOICES = (
    Choice(
        "incident",
        _("Incident"),
        _("Something that worked does not, or works badly."),
        _("“Mail does not open since this morning.”"),
    ),
    Choice(
        "request",
        _("Service request"),
        _("Somebody wants something that the catalogue offers."),
        _("“I need a mailbox for a new colleague.”"),
    ),
    Choice(
        "problem",
        _("Problem"),
        _("The unknown cause behind several incidents, to be looked into."),
        _("“The print server hangs every Monday.”"),
    ),
    Choice(
        "complaint",
        _("Complaint"),
        _("Somebody is dissatisfied with how we treated them or kept a promise."),
        _("“Nobody called me back for three days.”"),
    ),
    Choice("duplicate", _("Duplicate"), _("The same matter is here already."), _("“I wrote about this yesterday.”")),
)


def decide(case: Any, choice: str, given: Given, *, by: Person, at: datetime) -> Decided:
    """Carry out a decision in one transaction.

    :raises Objected: if something is missing or a guard refuses
    :raises NotAllowed: if ``by`` may not judge this case
    :raises MovedOn: if it has been judged meanwhile
    """
    ways: dict[str, Decide] = {
        "incident": _incident,
        "request": _request,
        "problem": _problem,
        "complaint": _complaint,
        "duplicate": _duplicate,
    }
    with transaction.atomic():
        return ways[choice](case, given, by, at)


def _incident(case: Any, given: Given, by: Person, at: datetime) -> Decided:
    if isinstance(case, ServiceRequest):
        perform(case, "judge_as_incident", by=by, at=at, **given.inputs["judge_as_incident"])
        case = moved_to(case, Incident)
    made = perform(case, "classify", by=by, at=at, **given.inputs["classify"])
    if given.take:
        made = perform(made, "assign_first_line", by=by, at=at, assignee=by)
    return Decided(
        made, gettext("%(number)s is an incident, P%(level)s.") % {"number": made.number, "level": made.priority}
    )


def _request(case: Any, given: Given, by: Person, at: datetime) -> Decided:
    inputs = dict(given.inputs["judge_as_request"])
    if isinstance(case, Incident):
        perform(case, "judge_as_request", by=by, at=at, reason=inputs.get("reason"))
        case = moved_to(case, ServiceRequest)
        inputs = {
            "title": case.title,
            "requester": case.requester,
            "contact_channel": case.channel,
            "service": case.service,
        } | inputs
    made = perform(case, "judge_as_request", by=by, at=at, **inputs)
    if given.inputs.get("classify"):
        made = perform(made, "classify", by=by, at=at, **given.inputs["classify"])
        if given.take:
            made = perform(made, "assign_first_line", by=by, at=at, assignee=by)
    return Decided(made, gettext("%(number)s is registered as a service request.") % {"number": made.number})


def _problem(case: Any, given: Given, by: Person, at: datetime) -> Decided:
    if not isinstance(case, Incident):
        raise Objected(gettext("A service request does not become a problem; judge it as an incident first."))
    perform(case, "judge_as_problem", by=by, at=at, **given.inputs["judge_as_problem"])
    made = Link.objects.select_related("target").get(source=case.pk, kind=LinkKind.RECLASSIFIED_TO).target
    return Decided(made, gettext("%(old)s goes on as problem %(new)s.") % {"old": case.number, "new": made.number})


def _complaint(case: Any, given: Given, by: Person, at: datetime) -> Decided:
    perform(case, "judge_as_complaint", by=by, at=at, **given.inputs["judge_as_complaint"])
    made = moved_to(case, Complaint)
    return Decided(made, gettext("%(old)s goes on as complaint %(new)s.") % {"old": case.number, "new": made.number})


def _duplicate(case: Any, given: Given, by: Person, at: datetime) -> Decided:
    if given.duplicate_of is None:
        raise Objected(fields={"duplicate_of": gettext("Say which case it duplicates.")})
    made = merging.merge(case, into=given.duplicate_of, by=by, at=at)
    words = {"lost": case.number, "kept": given.duplicate_of.number}
    return Decided(given.duplicate_of, gettext("%(lost)s was merged into %(kept)s.") % words, made)


def moved_to(case: Any, model: type[Any]) -> Any:
    """Find the record as which ``case`` goes on after it was reclassified."""
    link = Link.objects.filter(source=case.pk, kind=LinkKind.RECLASSIFIED_TO).order_by("-pk").values("target")
    return model.objects.get(pk__in=link[:1])
