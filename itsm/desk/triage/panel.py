"""The decision panel: one form per answer, made of the inputs of the transitions that the answer leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext

from incidents.models import Incident, ServiceRequest
from itsm.desk.triage.decisions import CHOICES, Choice, Given
from itsm.records.refusals import Objected
from itsm.tickets.finding import find_case
from itsm.tickets.forms import TransitionForm

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Inputs that the panel carries along without showing, because the case has them already.
CARRIED = frozenset({"requester", "contact_channel"})
INCIDENT, REQUEST = Incident.flows[0].transitions, ServiceRequest.flows[0].transitions


@dataclass
class Panel:
    """One answer with its forms; ``closed`` says why it cannot be chosen for this case."""

    choice: Choice
    forms: list[TransitionForm] = field(default_factory=list)
    optional: TransitionForm | None = None
    closed: str = ""
    can_take: bool = False
    faults: list[str] = field(default_factory=list)
    duplicate_fault: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Tell whether the panel was sent and is shown again."""
        return bool(self.typed)

    @property
    def shown(self) -> list[Any]:
        """The fields that are shown."""
        return [bound for form in self.forms for bound in form if bound.name not in CARRIED]

    @property
    def carried(self) -> list[Any]:
        """The fields that are only carried along."""
        return [bound for form in self.forms for bound in form if bound.name in CARRIED]


def panels(case: Any, *, person: Person, chosen: str = "", data: Mapping[str, Any] | None = None) -> list[Panel]:
    """Make the panels for ``case``; the chosen one is filled with ``data``."""
    return [panel(case, choice, person=person, data=data if choice.code == chosen else None) for choice in CHOICES]


def panel(case: Any, choice: Choice, *, person: Person, data: Mapping[str, Any] | None = None) -> Panel:
    """Make one panel."""
    made = Panel(choice, typed=data or {}, can_take=_of_the_desk(person))
    is_request = isinstance(case, ServiceRequest)
    if choice.code == "incident":
        made.forms = [TransitionForm(case, REQUEST["judge_as_incident"], person, data)] if is_request else []
        made.forms.append(_beside(TransitionForm(case, INCIDENT["classify"], person, data), is_request))
    elif choice.code == "request":
        made.forms = [] if is_request else [TransitionForm(case, INCIDENT["judge_as_request"], person, data)]
        made.forms.append(_beside(TransitionForm(case, REQUEST["judge_as_request"], person, data), not is_request))
        made.optional = TransitionForm(
            case, REQUEST["classify"], person, data if data and data.get("request_item") else None
        )
        made.optional.fields.pop("requested_for", None)
    elif choice.code == "problem":
        made.forms = [] if is_request else [TransitionForm(case, INCIDENT["judge_as_problem"], person, data)]
        made.closed = (
            gettext("A service request does not become a problem; judge it as an incident first.") if is_request else ""
        )
    elif choice.code == "complaint":
        row = (REQUEST if is_request else INCIDENT)["judge_as_complaint"]
        made.forms = [TransitionForm(case, row, person, data)]
    _rename(made)
    _propose(made, case)
    return made


def _beside(form: TransitionForm, moves_on: bool) -> TransitionForm:
    """Let the reason be asked once: the move out of the other process asks for it already."""
    if moves_on:
        del form.fields["reason"]
    return form


def _of_the_desk(person: Person) -> bool:
    return "agent" in person.role_codes and person.teams.active().filter(tier=1).exists()


def _rename(made: Panel) -> None:
    """Let ids differ between panels, of which several stand on one page."""
    for form in [*made.forms, *([made.optional] if made.optional else [])]:
        form.auto_id = f"id_{made.choice.code}_{form.row.name}_%s"


def _propose(made: Panel, case: Any) -> None:
    """Fill impact and urgency from what the requester told, and the smallest priority for a request."""
    proposed = case.facts.get("proposed", {}) if isinstance(case.facts, dict) else {}
    for form in made.forms:
        form.initial.update({name: str(value) for name, value in proposed.items() if name in form.fields})
    if made.optional:
        made.optional.initial["priority"] = "4"


def read(made: Panel, case: Any, *, person: Person) -> Given | None:
    """Read what was sent; None when something is wrong, and then each fault stands in its form."""
    good = all([form.is_valid() for form in made.forms])
    inputs: dict[str, dict[str, Any]] = {}
    for form in made.forms:
        inputs.setdefault(form.row.name, {}).update(form.given)
    if made.optional is not None and made.optional.is_bound:
        good = made.optional.is_valid() and good
        inputs[made.optional.row.name] = made.optional.given
    other = _other(made, case, person) if made.choice.code == "duplicate" else None
    if not good or made.duplicate_fault:
        return None
    return Given(inputs, other, made.typed.get("take") == "on")


def _other(made: Panel, case: Any, person: Person) -> Any:
    """Find the case that is duplicated: typed, or chosen among the similar ones."""
    number = str(made.typed.get("other_number") or made.typed.get("other") or "").strip().upper()[:32]
    if not number:
        made.duplicate_fault = gettext("Say which case it duplicates.")
        return None
    try:
        return find_case(number, person=person)
    except Http404:
        made.duplicate_fault = gettext("There is no case with this number.")
        return None


def lay(made: Panel, refusal: Exception) -> None:
    """Lay a refusal of perform() beside the fields that it names, or above the panel."""
    fields = refusal.fields if isinstance(refusal, Objected) else {}
    named = set()
    for form in made.forms:
        for name, sentence in fields.items():
            if name in form.fields and form.is_bound:
                form.add_error(name, sentence)
                named.add(sentence)
    reasons = getattr(refusal, "reasons", ())
    made.faults += [sentence for sentence in dict.fromkeys(reasons) if sentence not in named]
