"""Who may plan surveys, see their results, and read single answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who reads what single people answered, with their names where the survey is not anonymous.
READS_ANSWERS = frozenset({"brm", "auditor"})
#: Who reads results and reports.
READS_RESULTS = READS_ANSWERS | {"review_board", "management_rep", "slm", "service_owner"}
#: Who knows that a survey is under way.
KNOWS = READS_RESULTS | {"agent"}


def plans(person: Person) -> bool:
    """Tell whether ``person`` plans surveys and writes their reports."""
    return person.holds("brm", process="survey_campaign")


def registers(person: Person) -> bool:
    """Tell whether ``person`` registers feedback."""
    return person.holds("agent", process="survey_response")


def reviews(person: Person) -> bool:
    """Tell whether ``person`` sits on the review board."""
    return person.holds("review_board", process="survey_campaign")


def reads_results(person: Person) -> bool:
    """Tell whether ``person`` may see results and reports."""
    return bool(person.role_codes & READS_RESULTS)


def reads_answers(person: Person) -> bool:
    """Tell whether ``person`` may read what single people answered."""
    return bool(person.role_codes & READS_ANSWERS)


def survey_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let whoever was asked answer (registered as a step of roles); an anonymous blank belongs to nobody."""
    if record.kind != "survey_response" or record.anonymous:
        return roles
    from relationships.survey_models import Invitation

    asked = Invitation.objects.filter(response=record.pk, person=person).exists()
    return roles | {"user"} if asked else roles
