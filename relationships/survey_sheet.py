"""A questionnaire as it is asked: which questions, in which order, and what may be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from relationships.questionnaire_models import SCALES, Question, QuestionnaireVersion

LONGEST_TEXT = 4000
#: What was answered: by the name of the item, a value in text, or several.
Given = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One question as it is asked: once, or once for each service."""

    question: Question
    service: Any = None

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"q{self.question.pk}" + (f"-{self.service.pk}" if self.service else "")


def items_of(version: QuestionnaireVersion, services: Iterable[Any] = ()) -> list[Item]:
    """List what is asked, in order; a question for each service once for each of ``services``."""
    offered, found = list(services), []
    for question in version.questions.prefetch_related("options").order_by("position", "pk"):
        if question.per_service:
            found += [Item(question, service) for service in offered]
        else:
            found.append(Item(question))
    return found


def asked(items: Sequence[Item], given: Mapping[str, Any]) -> list[Item]:
    """Keep the items whose condition is met by what was answered before them; what hangs on an unasked one is not asked."""
    shown: list[Item] = []
    for item in items:
        parent = item.question.asked_if_id
        if parent is None or (any(one.question.pk == parent for one in shown) and _met(item.question, given)):
            shown.append(item)
    return shown


def _met(question: Question, given: Mapping[str, Any]) -> bool:
    answer = given.get(f"q{question.asked_if_id}", "")
    said = set(answer) if isinstance(answer, list) else {answer}
    return bool(said & {str(value) for value in question.asked_when})


def read(items: Sequence[Item], sent: Any) -> Given:
    """Read what a form sends (``sent`` is a QueryDict): only what is asked, only values that are offered."""
    given: Given = {}
    for item in items:
        values = [value.replace("\x00", "") for value in sent.getlist(item.name)]
        clean = _clean(item.question, values)
        if clean:
            given[item.name] = clean
    return {item.name: given[item.name] for item in asked(items, given) if item.name in given}


def _clean(question: Question, values: list[str]) -> Any:
    if question.kind == Question.Kind.TEXT:
        return " ".join(values).strip()[:LONGEST_TEXT]
    right = [value for value in values if value in allowed(question)]
    if question.kind == Question.Kind.MULTI:
        return right
    return right[0] if right else ""


def allowed(question: Question) -> list[str]:
    """List the values that a question takes, as text; empty for free text."""
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        return [str(value) for value in range(least, most + 1)]
    if question.kind == Question.Kind.YES_NO:
        return ["1", "0"]
    return [option.value for option in question.options.all()]


def faults(items: Sequence[Item], given: Mapping[str, Any]) -> dict[str, str]:
    """Name what must be answered and is not."""
    needed = [item for item in asked(items, given) if item.question.required]
    return {item.name: gettext("Please answer this question.") for item in needed if not given.get(item.name)}
