"""Designing questionnaires: questions are written and moved until a version is published; then a new one is begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from relationships import survey_access as access
from relationships.questionnaire_models import SCALES, Option, Question, Questionnaire, QuestionnaireVersion
from relationships.survey_sheet import allowed

if TYPE_CHECKING:
    from itsm.people.models import Person

CHOICES = (Question.Kind.SINGLE, Question.Kind.MULTI)
#: Letters of an answer to choose from.
LONGEST = 160
#: The answers of a choice: Chinese and English, in order.
Answers = Sequence[tuple[str, str]]


def begin(*, title_zh: str, title_en: str, by: Person, at: datetime) -> QuestionnaireVersion:
    """Begin a questionnaire with its first version.

    :raises NotAllowed: if ``by`` does not plan surveys
    """
    _may(by)
    with transaction.atomic():
        asked = Questionnaire.objects.create(title_zh=title_zh, title_en=title_en, created_by=by, created_at=whole(at))
        return QuestionnaireVersion.objects.create(questionnaire=asked, number=1)


def next_version(version: QuestionnaireVersion, *, by: Person) -> QuestionnaireVersion:
    """Begin the next version as a copy of ``version``; an open one of the questionnaire is given in its place.

    :raises NotAllowed: if ``by`` does not plan surveys
    """
    _may(by)
    with transaction.atomic():
        asked = Questionnaire.objects.select_for_update().get(pk=version.questionnaire_id)
        if (draft := asked.versions.filter(published_at=None).first()) is not None:
            return draft
        last = asked.versions.aggregate(last=Max("number"))["last"]
        made = QuestionnaireVersion.objects.create(
            questionnaire=asked, number=last + 1, intro_zh=version.intro_zh, intro_en=version.intro_en
        )
        _copy(version, made)
    return made


def _copy(version: QuestionnaireVersion, made: QuestionnaireVersion) -> None:
    copies: dict[int, Question] = {}
    for question in version.questions.prefetch_related("options"):
        options = list(question.options.all())
        parent = copies.get(question.asked_if_id or 0)
        copy = Question.objects.create(
            version=made, position=question.position, kind=question.kind, text_zh=question.text_zh, text_en=question.text_en,
            required=question.required, per_service=question.per_service, complaint_at=question.complaint_at, asked_if=parent,
            asked_when=question.asked_when,
        )  # fmt: skip
        copies[question.pk] = copy
        _write_options(copy, [(option.text_zh, option.text_en) for option in options])


def write_title(version: QuestionnaireVersion, *, title_zh: str, title_en: str, by: Person) -> None:
    """Write the title, as long as no version of the questionnaire is published.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if a version is published
    """
    with transaction.atomic():
        asked = _draft(version, by).questionnaire
        if asked.versions.filter(published_at__isnull=False).exists():
            raise Objected(gettext("A version is published: the title does not change any more."))
        asked.title_zh, asked.title_en = title_zh, title_en
        asked.save(update_fields=["title_zh", "title_en"])


def write_intro(version: QuestionnaireVersion, *, intro_zh: str, intro_en: str, by: Person) -> None:
    """Write the words above the questions.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if the version is published
    """
    with transaction.atomic():
        draft = _draft(version, by)
        draft.intro_zh, draft.intro_en = intro_zh, intro_en
        draft.save(update_fields=["intro_zh", "intro_en"])


def write_question(
    version: QuestionnaireVersion, fields: Mapping[str, Any], answers: Answers, *, by: Person, question: Question | None = None
) -> Question:  # fmt: skip
    """Add a question at the end, or write ``question`` anew.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if the version is published, or the question does not fit together
    """
    with transaction.atomic():
        draft = _draft(version, by)
        last = draft.questions.aggregate(last=Max("position"))["last"] or 0
        made = question or Question(version=draft, position=last + 1)
        for name, value in fields.items():
            setattr(made, name, value)
        _refuse_odd(made, answers)
        made.save()
        made.options.all().delete()
        if made.kind in CHOICES:
            _write_options(made, answers)
        _refuse_orphans(made)
    return made


def _write_options(question: Question, answers: Answers) -> None:
    Option.objects.bulk_create(
        Option(question=question, position=place, value=str(place), text_zh=zh, text_en=en)
        for place, (zh, en) in enumerate(answers, 1)
    )


def _refuse_odd(question: Question, answers: Answers) -> None:
    """Object to what could never be asked or answered."""
    if question.kind in CHOICES and (fault := _odd_answers(answers)):
        raise Objected(fields={"answers": fault})
    if low := _odd_low(question):
        raise Objected(fields={"complaint_at": low})
    if question.per_service and question.kind != Question.Kind.SCALE:
        raise Objected(fields={"per_service": gettext("Only a satisfaction scale is asked for each service.")})
    parent = question.asked_if
    if parent is None:
        return
    if parent.version_id != question.version_id or parent.position >= question.position or parent.per_service:
        raise Objected(fields={"asked_if": gettext("Choose a question that stands before this one.")})
    if parent.kind == Question.Kind.TEXT:
        raise Objected(fields={"asked_if": gettext("A free text cannot decide what is asked.")})
    odd = [value for value in question.asked_when if value not in allowed(parent)]
    if odd or not question.asked_when:
        values = ", ".join(allowed(parent))
        raise Objected(
            fields={"asked_when": gettext("Name one or more of these answers: %(values)s.") % {"values": values}}
        )


def _odd_low(question: Question) -> str:
    """Say what is wrong with the highest low score: the best one is never low."""
    if question.complaint_at is None or question.kind not in SCALES:
        return ""
    least, most = SCALES[question.kind]
    if least <= question.complaint_at < most:
        return ""
    return gettext("Write a number from %(least)s to %(most)s.") % {"least": least, "most": most - 1}


def _odd_answers(answers: Answers) -> str:
    """Say what is wrong with the answers of a choice; empty when nothing is."""
    if len(answers) < 2:
        return gettext("A choice needs at least two answers.")
    for words in zip(*answers, strict=True):
        said = [text for text in words if text]
        if twice := next((text for text in said if said.count(text) > 1), ""):
            return gettext("Two answers read the same: %(text)s") % {"text": twice[:LONGEST]}
        if any(len(text) > LONGEST for text in said):
            return gettext("An answer has at most %(most)s letters.") % {"most": LONGEST}
    return "" if all(zh for zh, _en in answers) else gettext("Every answer needs its Chinese, before the bar.")


def _refuse_orphans(question: Question) -> None:
    """Object where a later question hangs on an answer that is gone."""
    offered = allowed(question)
    for later in question.follow_ups.order_by("position"):
        if question.per_service or any(value not in offered for value in later.asked_when):
            said = gettext("“%(question)s” is asked after an answer that would be gone: change that question first.")
            raise Objected(said % {"question": later.text})


def move(question: Question, *, up: bool, by: Person) -> None:
    """Change places with the neighbour; at the end nothing happens.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if the version is published, or a question would come before the one that decides about it
    """
    with transaction.atomic():
        draft = _draft(question.version, by)
        rows = list(draft.questions.order_by("position", "pk"))
        place = next(index for index, row in enumerate(rows) if row.pk == question.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        order = {row.pk: number for number, row in enumerate(rows)}
        if any(row.asked_if_id and order[row.asked_if_id] > order[row.pk] for row in rows):
            raise Objected(gettext("A question cannot stand before the one that decides about it."))
        for number, row in enumerate(rows, 1):
            Question.objects.filter(pk=row.pk).update(position=number)


def remove(question: Question, *, by: Person) -> None:
    """Take a question out, with those that hang on its answer.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if the version is published
    """
    with transaction.atomic():
        _draft(question.version, by)
        question.delete()


def gaps(version: QuestionnaireVersion) -> list[str]:
    """Name what is missing before the version can be published: questions, and words in either language."""
    found = []
    questions = list(version.questions.prefetch_related("options"))
    if not questions:
        found.append(gettext("There is no question yet."))
    if not version.questionnaire.title_en:
        found.append(gettext("The title has no English."))
    if bool(version.intro_zh) != bool(version.intro_en):
        found.append(gettext("The introduction stands in one language only."))
    for number, question in enumerate(questions, 1):
        words: list[Question | Option] = [question, *question.options.all()]
        if not all(one.text_zh and one.text_en for one in words):
            found.append(gettext("Question %(number)s is not translated.") % {"number": number})
    return found


def completeness(version: QuestionnaireVersion) -> int:
    """Tell how much of the words stands in both languages, in per cent."""
    pairs = [(version.questionnaire.title_zh, version.questionnaire.title_en)]
    if version.intro_zh or version.intro_en:
        pairs.append((version.intro_zh, version.intro_en))
    for question in version.questions.prefetch_related("options"):
        words: list[Question | Option] = [question, *question.options.all()]
        pairs += [(one.text_zh, one.text_en) for one in words]
    return round(100 * sum(1 for zh, en in pairs if zh and en) / len(pairs))


def publish(version: QuestionnaireVersion, *, by: Person, at: datetime) -> QuestionnaireVersion:
    """Fix the version for ever, so that surveys can use it.

    :raises NotAllowed: if ``by`` does not plan surveys
    :raises Objected: if it is published already, or something is missing; with everything that is
    """
    with transaction.atomic():
        draft = _draft(version, by)
        if missing := gaps(draft):
            raise Objected(*missing)
        draft.published_at, draft.published_by = whole(at), by
        draft.save(update_fields=["published_at", "published_by"])
    return draft


def _may(person: Person) -> None:
    if not access.plans(person):
        raise NotAllowed


def _draft(version: QuestionnaireVersion, by: Person) -> QuestionnaireVersion:
    _may(by)
    locked = (
        QuestionnaireVersion.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=version.pk)
    )
    if locked.is_published:
        raise Objected(gettext("A published version does not change: begin the next one."))
    return locked
