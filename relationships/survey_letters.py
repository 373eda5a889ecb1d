"""What the mails of surveys say, in both languages; turned into words when they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from itsm.flow import Words
from relationships import survey_links as links
from relationships.questionnaire_models import SCALES

if TYPE_CHECKING:
    from relationships.survey_models import Invitation, Question, SurveyCampaign

SATISFACTION = {
    5: Words("Very satisfied", "非常滿意"),
    4: Words("Satisfied", "滿意"),
    3: Words("Neither nor", "普通"),
    2: Words("Dissatisfied", "不滿意"),
    1: Words("Very dissatisfied", "非常不滿意"),
}
EASE = {7: Words("Very easy", "非常容易"), 4: Words("Neither nor", "普通"), 1: Words("Very hard", "非常困難")}
LIKELIHOOD = {10: Words("Surely", "一定會"), 5: Words("Perhaps", "可能"), 0: Words("Not at all", "完全不會")}
WORDS = {"scale": SATISFACTION, "nps": LIKELIHOOD, "ces": EASE}


def values(kind: str) -> range:
    """Give the values of a scale, the best first."""
    least, most = SCALES[kind]
    return range(most, least - 1, -1)


def label(kind: str, value: int) -> Words:
    """Say a value in words where it has any."""
    return WORDS[kind].get(value, Words("", ""))


def score(kind: str, value: int) -> str:
    """Say a value with the most of its scale and its words, in the active language."""
    said = {"value": value, "most": SCALES[kind][1], "words": str(label(kind, value)).lower()}
    if not said["words"]:
        return gettext("%(value)s of %(most)s") % said
    return gettext("%(value)s of %(most)s (%(words)s)") % said


def opening(campaign: SurveyCampaign) -> Question | None:
    """Find the question that is asked in the mail itself: the first, if it is a plain scale."""
    version = campaign.questionnaire
    first = version.questions.first() if version else None
    return first if first and first.kind in SCALES and not first.per_service else None


def facts(campaign: SurveyCampaign, invitation: Invitation) -> dict[str, Any]:
    """Collect what a message says: the survey, the case, the question with an address for each answer."""
    address = links.address(invitation)
    first = campaign.__dict__.setdefault("opening_question", opening(campaign))
    said: dict[str, Any] = {
        "survey": _title(campaign),
        "link": "",
        "address": address,
        "until": campaign.ends_on.isoformat() if campaign.ends_on else "",
        "anonymous": "1" if campaign.anonymous else "",
        "case": invitation.case.number if invitation.case else "",
    }
    if first is not None:
        said["question"] = {"zh_hant": first.text_zh, "en": first.text_en or first.text_zh}
        said["answers"] = {name: _answers(first.kind, address, name) for name in ("zh_hant", "en")}
    return said


def _title(campaign: SurveyCampaign) -> dict[str, str]:
    version = campaign.questionnaire
    if version is None:
        return {"zh_hant": campaign.title, "en": campaign.title}
    asked = version.questionnaire
    return {"zh_hant": asked.title_zh, "en": asked.title_en or asked.title_zh}


def _answers(kind: str, address: str, language: str) -> str:
    lines = []
    for value in values(kind):
        words = label(kind, value)
        said = f" {words.en if language == 'en' else words.zh_hant}" if words.en else ""
        lines.append(f"{value}{said}\n{address}?first={value}")
    return "\n".join(lines)
