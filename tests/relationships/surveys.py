"""What tests of surveys share: a published questionnaire, campaigns, and people to ask."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from relationships import survey_answering as answering
from relationships.questionnaire_models import Option, Question, Questionnaire, QuestionnaireVersion
from relationships.survey_models import Invitation, SurveyCampaign
from relationships.survey_sheet import items_of, read
from tests.fixtures import MONDAY, make_person

DAY = timedelta(days=1)


class Sent(dict[str, Any]):
    """What a form sends, as far as reading it needs."""

    def getlist(self, name: str) -> list[str]:
        """Give every value of a field."""
        value = self.get(name, [])
        return list(value) if isinstance(value, list) else [value]


def make_version(*, published: bool = True) -> QuestionnaireVersion:
    """Make a questionnaire: a scale, a branch of it, a scale for each service, recommendation, ease, choice and text."""
    owner = Person.objects.filter(username="writer").first() or make_person("writer", "brm", name="編寫者")
    asked = Questionnaire.objects.create(
        title_zh="服務滿意度", title_en="Satisfaction with our services", created_at=MONDAY
    )
    version = QuestionnaireVersion.objects.create(
        questionnaire=asked, number=1, intro_zh="請回答", intro_en="Please answer"
    )
    rows: list[dict[str, Any]] = [
        {
            "kind": "scale",
            "text_zh": "整體滿意嗎？",
            "text_en": "Are you satisfied?",
            "required": True,
            "complaint_at": 2,
        },
        {"kind": "text", "text_zh": "為什麼？", "text_en": "Why?"},
        {"kind": "scale", "text_zh": "各項服務", "text_en": "Each service", "per_service": True, "complaint_at": 2},
        {"kind": "nps", "text_zh": "會推薦嗎？", "text_en": "Would you recommend us?"},
        {"kind": "ces", "text_zh": "容易嗎？", "text_en": "Was it easy?"},
        {"kind": "yes_no", "text_zh": "會再用嗎？", "text_en": "Would you come again?"},
        {"kind": "multi", "text_zh": "用哪些管道？", "text_en": "Which ways?"},
        {"kind": "text", "text_zh": "其他意見", "text_en": "Anything else?"},
    ]
    made = [Question.objects.create(version=version, position=place, **row) for place, row in enumerate(rows, 1)]
    made[1].asked_if, made[1].asked_when = made[0], ["1", "2"]
    made[1].save()
    for place, (value, zh, en) in enumerate([("web", "網頁", "Web"), ("phone", "電話", "Phone")], 1):
        Option.objects.create(question=made[6], position=place, value=value, text_zh=zh, text_en=en)
    if published:
        QuestionnaireVersion.objects.filter(pk=version.pk).update(published_at=MONDAY, published_by=owner)
    return QuestionnaireVersion.objects.get(pk=version.pk)


def plan(
    version: QuestionnaireVersion | None, *, owner: Person, at: datetime = MONDAY, **fields: Any
) -> SurveyCampaign:
    """Plan a campaign of everybody for two weeks."""
    given: dict[str, Any] = {
        "population": "everyone", "sampling": "all", "opens_on": date(2026, 11, 23), "ends_on": date(2026, 12, 6), "reminders": 1,
    } | fields  # fmt: skip
    made: SurveyCampaign = open_record(
        SurveyCampaign, by=owner, at=at, title="期末滿意度調查", questionnaire=version, owner=owner, **given
    )
    return made


def launch(campaign: SurveyCampaign, *, by: Person, at: datetime = MONDAY, **inputs: Any) -> SurveyCampaign:
    """Launch it as planned."""
    given = {"population": campaign.population or "everyone", "sampling": campaign.sampling or "all"} | inputs
    launched: SurveyCampaign = perform(campaign, "launch", by=by, at=at, **given)
    return launched


def invitation_of(campaign: Any, person: Person) -> Invitation:
    """Find how somebody was asked."""
    return Invitation.objects.select_related("campaign__questionnaire", "person").get(campaign=campaign, person=person)


def answer(
    campaign: Any, person: Person, *, score: int = 4, at: datetime = MONDAY + DAY, complains: bool = False, comment: str = "",
    more: dict[str, Any] | None = None,
) -> Any:  # fmt: skip
    """Answer the first question, and the last with a comment."""
    invitation = invitation_of(campaign, person)
    assert invitation.campaign.questionnaire is not None
    items = items_of(invitation.campaign.questionnaire, invitation.campaign.services.all())
    sent = Sent({items[0].name: str(score), items[-1].name: comment} | (more or {}))
    return answering.submit(invitation, read(items, sent), items, complains=complains, at=at)


def survey_house(*, brm: Person, agent: Person) -> dict[str, Any]:
    """Make a survey in planning, one that runs, one under review and a draft; give what stands in their addresses."""
    from django.utils import timezone

    from relationships import survey_links as links
    from relationships.survey_report import write

    now, today = timezone.now(), timezone.localdate()
    version, draft = make_version(), make_version(published=False)
    dates = {"opens_on": today, "ends_on": today + timedelta(days=9), "min_interval_days": 0}
    planned = plan(version, owner=brm, at=now, **dates)
    running = launch(plan(version, owner=brm, at=now, **dates), by=brm, at=now)
    reviewed = launch(plan(version, owner=brm, at=now, **dates), by=brm, at=now)
    for campaign in (running, reviewed):
        answer(campaign, agent, score=5, at=now, comment="好")
    perform(
        reviewed.responses.get(state="submitted"), "register_feedback", by=agent, at=now, theme="praise", action="轉達"
    )
    for name, by in (("close_collection", agent), ("finish_registration", agent), ("draft_report", brm)):
        reviewed = perform(reviewed, name, by=by, at=now)
    write(reviewed, {"conclusions": "良好"}, by=brm)
    reviewed = perform(reviewed, "submit_report", by=brm, at=now, report_version=1)
    token = links.path_of(invitation_of(running, brm)).split("/")[2]
    return {
        "survey_planned": planned.number, "survey": running.number, "survey_reviewed": reviewed.number,
        "questionnaire": version.pk, "questionnaire_draft": draft.pk, "survey_token": token,
        "survey_answer": reviewed.responses.get(state="registered").number,
    }  # fmt: skip
