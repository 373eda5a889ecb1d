"""Complaints that are born of answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from itsm.flow import Move, State
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import Link, LinkKind
from itsm.records.refusals import Objected
from relationships import survey_letters as letters
from relationships.complaint_flow import COMPLAINT
from relationships.survey_models import SurveyResponse

LONGEST_WORDS = 4000


def complainant(response: Any, move: Move) -> Person | None:
    """Find in whose name the complaint is raised: who said so on an anonymous answer, otherwise who was asked."""
    given: Person | None = move.given("requester")
    if given is not None or response.anonymous:
        return given
    found: Person | None = Person.objects.filter(pk=response.invitation.person_id).first()
    return found


def raise_from(response: Any, move: Move) -> Any:
    """Raise a complaint about what ``response`` says, linked with it; gives the complaint.

    :raises Objected: if nobody is known in whose name it could be raised
    """
    from relationships.complaints import raise_complaint

    person = complainant(response, move)
    if person is None:
        raise Objected(gettext("Nobody is known in whose name a complaint could be raised."))
    case = next(iter(linked(response, kind=LinkKind.ABOUT).records), None)
    with translation.override(person.language):
        title = gettext("Survey: %(survey)s") % {"survey": response.campaign.title}
        text = in_words(response)
    return raise_complaint(
        by=move.by, complainant=person, at=move.at, source="survey", title=title[:160], description=text,
        service=response.service, about=case, response=response,
    )  # fmt: skip


def in_words(response: Any) -> str:
    """Write what was answered badly or in words, one question a paragraph, in the active language."""
    said = []
    for answer in response.answers.select_related("question", "service").order_by("question__position", "pk"):
        about = f" ({answer.service.name})" if answer.service else ""
        if answer.text:
            said.append(f"{answer.question.text}\n{answer.text}")
        elif answer.is_low:
            said.append(f"{answer.question.text}{about}\n{letters.score(answer.question.kind, answer.value)}")
    return "\n\n".join(said)[:LONGEST_WORDS]


def for_reader(complaint: Any) -> str:
    """Say in the active language what the complaint came of; empty where its description speaks that language."""
    if complaint.origin != "survey" or complaint.requester.language == translation.get_language():
        return ""
    keys = [row.pk for row in linked(complaint, kind=LinkKind.FROM_SURVEY).records]
    response = SurveyResponse.objects.filter(pk__in=keys).first() if keys else None
    return in_words(response) if response is not None else ""


def came_of(keys: Iterable[int]) -> dict[int, State]:
    """Say how the complaints stand that were born of responses, by the key of the response; without who complains."""
    links = Link.objects.filter(kind=LinkKind.FROM_SURVEY, target__in=list(keys), source__kind="complaint")
    return {key: COMPLAINT.states[state] for key, state in links.values_list("target", "source__ticket__state")}
