"""Surveys of the demo: two that were reviewed, one that runs anonymously, and the standing one after closures."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from itsm.demo import seasons
from itsm.demo import survey_data as data
from itsm.demo.world import World
from itsm.people.models import Person
from itsm.records.models import Record
from itsm.records.perform import open_record, perform
from itsm.tickets.models import Ticket
from relationships import action_register
from relationships import survey_answering as answering
from relationships import survey_design as design
from relationships import survey_review as reviewing
from relationships import survey_sending as sending
from relationships.questionnaire_models import Question, Questionnaire, QuestionnaireVersion
from relationships.survey_changes import register_quiet
from relationships.survey_models import ImprovementAction, Invitation, SurveyCampaign
from relationships.survey_report import write
from relationships.survey_sheet import Given, Item, items_of

#: How many people each survey asks, and where it must be quick.
SAMPLE, SMALL_SAMPLE = 40, 6
#: For how many months closures are asked about, and about how many cases of each.
MONTHS, SMALL_MONTHS, A_MONTH = 13, 1, 12


def tell(world: World, *, at: datetime, small: bool = False) -> None:
    """Let the surveys happen."""
    chance = Random(20261125)  # noqa: S311  # made-up history, not a secret
    size = SMALL_SAMPLE if small else SAMPLE
    version = _questionnaire(world, data.PERIODIC, at=at - timedelta(days=400))
    _reviewed(world, version, data.SPRING, size=size, chance=chance, began=at - timedelta(days=215))
    _reviewed(world, version, data.AUTUMN, size=size, chance=chance, began=at - timedelta(days=40))
    _running(world, version, size=size, chance=chance, began=at - timedelta(days=3), at=at)
    short = _questionnaire(world, data.SHORT, at=at - timedelta(days=410))
    _standing(world, short, months=SMALL_MONTHS if small else MONTHS, chance=chance, at=at)
    register_quiet(at=at)


def _questionnaire(world: World, asked: data.Asked, *, at: datetime) -> QuestionnaireVersion:
    brm = world.people["sun"]
    version = design.begin(title_zh=asked.zh, title_en=asked.en, by=brm, at=at)
    design.write_intro(version, intro_zh=asked.intro_zh, intro_en=asked.intro_en, by=brm)
    made: list[Question] = []
    for kind, zh, en, options, more in asked.questions:
        fields: dict[str, Any] = {"kind": kind, "text_zh": zh, "text_en": en} | more
        if "asked_if" in fields:
            fields["asked_if"] = made[fields["asked_if"]]
        made.append(design.write_question(version, fields, options, by=brm))
    return design.publish(version, by=brm, at=at)


def _campaign(
    world: World, version: QuestionnaireVersion, *, title: str, at: datetime, **fields: Any
) -> SurveyCampaign:
    brm = world.people["sun"]
    made: SurveyCampaign = open_record(
        SurveyCampaign, by=brm, at=at - timedelta(days=7), title=title, questionnaire=version, owner=brm, **fields
    )
    made.services.set([world.services[code] for code in data.SERVICES])
    return made


def _launched(campaign: SurveyCampaign, world: World, *, at: datetime, **inputs: Any) -> SurveyCampaign:
    given = {"population": campaign.population or "everyone", "sampling": campaign.sampling or "all"} | inputs
    launched: SurveyCampaign = perform(campaign, "launch", by=world.people["sun"], at=at, **given)
    while sending.invite(launched, at=at):
        pass
    return launched


def _reviewed(
    world: World, version: QuestionnaireVersion, story: data.Story, *, size: int, chance: Random, began: datetime
) -> None:  # fmt: skip
    """A survey from its launch to the committee's acceptance."""
    last = (began + timedelta(days=14)).date()
    campaign = _campaign(
        world, version, title=story.title, at=began, purpose=story.purpose, population="everyone", sampling="stratified",
        sample_size=size, opens_on=began.date(), ends_on=last,
    )  # fmt: skip
    campaign = _launched(campaign, world, at=began, sample_size=size)
    _answers(campaign, chance, rate=story.rate, mood=story.mood, at=began + timedelta(days=2), comments=story.comments)
    ended = began + timedelta(days=15)
    lin, sun, director = world.people["lin"], world.people["sun"], world.people["director"]
    campaign = perform(campaign, "close_collection", by=lin, at=ended)
    register_quiet(at=ended)
    _register(campaign, lin, at=ended + timedelta(days=1), complains=story.complains)
    for name, by in (("finish_registration", lin), ("draft_report", sun)):
        campaign = perform(campaign, name, by=by, at=ended + timedelta(days=2))
    write(campaign, story.texts, by=sun)
    campaign = perform(campaign, "submit_report", by=sun, at=ended + timedelta(days=4), report_version=1)
    _review(world, campaign, story, at=ended + timedelta(days=8))
    perform(campaign, "accept_report", by=director, at=ended + timedelta(days=8, hours=2), decisions=story.decided)
    if story.done:
        action = ImprovementAction.objects.filter(record=campaign).order_by("pk")[0]
        action_register.start(action.pk, by=action.owner, at=ended + timedelta(days=10))
        action_register.finish(
            action.pk, result=story.done, evidence=campaign.number, by=action.owner, at=ended + timedelta(days=30)
        )


def _review(world: World, campaign: SurveyCampaign, story: data.Story, *, at: datetime) -> None:
    director = world.people["director"]
    reviewing.write_minutes(
        campaign,
        met_on=at.date(),
        attendees="李主任、孫雅婷、黃志明、周教務長",
        minutes=story.minutes,
        by=director,
        at=at,
    )
    for text, who, days in story.decisions:
        owner = world.people[who] if who else None
        due = (at + timedelta(days=days)).date() if who else None
        reviewing.decide(campaign, text=text, owner=owner, due_on=due, by=director, at=at)


def _register(campaign: SurveyCampaign, who: Person, *, at: datetime, complains: bool) -> None:
    """Register every piece of feedback; of one low score a complaint is made."""
    rows = list(campaign.responses.to_register().order_by("pk"))
    low = next((row for row in rows if row.is_low), None) if complains else None
    for number, row in enumerate(rows):
        moment = at + timedelta(minutes=9 * number)
        if low is not None and row.pk == low.pk:
            perform(row, "make_complaint", by=who, at=moment)
            continue
        theme, action = data.ACTIONS[number % len(data.ACTIONS)]
        perform(row, "register_feedback", by=who, at=moment, theme="praise" if not row.is_low else theme, action=action)


def _running(
    world: World, version: QuestionnaireVersion, *, size: int, chance: Random, began: datetime, at: datetime
) -> None:
    """An anonymous survey that collects answers now."""
    campaign = _campaign(
        world, version, title="期末匿名滿意度調查", at=began, purpose="了解使用者對各項服務的真實感受。", population="everyone",
        sampling="random", sample_size=size, anonymous=True, opens_on=began.date(), ends_on=(at + timedelta(days=11)).date(),
        reminders=2, min_interval_days=0,
    )  # fmt: skip
    campaign = _launched(campaign, world, at=began, sample_size=size)
    _answers(campaign, chance, rate=0.4, mood=4.0, at=began + timedelta(hours=5), comments=data.AUTUMN.comments)


def _standing(world: World, version: QuestionnaireVersion, *, months: int, chance: Random, at: datetime) -> None:
    """The survey after closures, with answers of each month about cases that were closed in it."""
    began = at - timedelta(days=30 * months + 10)
    campaign = _campaign(
        world, version, title="案件結案滿意度調查", at=began, purpose="每案結案後抽樣詢問。", mode="transactional", sampling_rate=50,
        reminders=0,
    )  # fmt: skip
    campaign.services.clear()
    campaign = _launched(campaign, world, at=began)
    for back in range(months - 1, -1, -1):
        until = at - timedelta(days=30 * back + 2)
        _closed(campaign, began=until - timedelta(days=28), until=until)
        while sending.invite(campaign, at=until):
            pass
        mood = data.MOOD_OF_BAD_MONTH if seasons.is_bad(30 * back + 15) else data.MOOD
        _answers(campaign, chance, rate=0.6, mood=mood, at=until + timedelta(hours=4), comments=data.CLOSURE_COMMENTS)


def _closed(campaign: SurveyCampaign, *, began: datetime, until: datetime) -> None:
    """Ask about the last case of each of some people."""
    cases = Ticket.objects.filter(
        kind__in=campaign.case_kinds, closed_at__range=(began, until), confidential=False, requester__is_demo=True
    )
    last: dict[int, Ticket] = {}
    for case in cases.order_by("-closed_at", "-pk").only("requester", "closed_at")[:200]:
        if len(last) < A_MONTH:
            last.setdefault(case.requester_id, case)
    for person, case in last.items():
        if case.closed_at is not None:
            Invitation.objects.create(campaign=campaign, person_id=person, case_id=case.pk, due_at=case.closed_at)


def _answers(
    campaign: SurveyCampaign, chance: Random, *, rate: float, mood: float, at: datetime, comments: tuple[str, ...]
) -> None:  # fmt: skip
    """Let some of those who were asked answer, each a while after the other."""
    items = items_of(campaign.questionnaire, campaign.services.order_by("code")) if campaign.questionnaire else []
    invited = (
        Invitation.objects.filter(campaign=campaign, sent=True, used=False, due_at__gt=at - timedelta(days=35))
        .select_related("campaign")
        .order_by("pk")
    )
    for number, invitation in enumerate(invited):
        if chance.random() > rate:
            continue
        given = _given(items, chance, mood=mood, comment=chance.choice(comments) if chance.random() < 0.3 else "")
        answering.submit(invitation, given, items, complains=False, at=at + timedelta(minutes=7 * number))


def _given(items: list[Item], chance: Random, *, mood: float, comment: str) -> Given:
    """Make up answers: most people are content, some are not."""
    own = max(1.0, min(5.0, chance.gauss(mood, 0.9)))
    given: Given = {}
    for item in items:
        question = item.question
        if question.kind == Question.Kind.SCALE and (item.service is None or chance.random() < 0.7):
            given[item.name] = str(round(max(1.0, min(5.0, chance.gauss(own, 0.6)))))
        elif question.kind == Question.Kind.NPS:
            given[item.name] = str(round(max(0.0, min(10.0, own * 2 + chance.gauss(0, 1)))))
        elif question.kind == Question.Kind.CES:
            given[item.name] = str(round(max(1.0, min(7.0, own * 1.4 + chance.gauss(0, 0.8)))))
        elif question.kind == Question.Kind.MULTI:
            given[item.name] = sorted({str(chance.randint(1, 3)), str(chance.randint(1, 3))})
        elif question.kind == Question.Kind.TEXT and question.asked_if_id is None and comment:
            given[item.name] = comment
    return given


def keys() -> list[int]:
    """Collect the surveys and responses that the demo's people made."""
    campaigns = SurveyCampaign.objects.filter(owner__is_demo=True).values("pk")
    return list(Record.objects.filter(surveycampaign__in=campaigns).values_list("pk", flat=True)) + list(
        Record.objects.filter(surveyresponse__campaign__in=campaigns).values_list("pk", flat=True)
    )


def drop(records: list[int]) -> None:
    """Delete the surveys among ``records``, then the questionnaires that only the demo's people made."""
    SurveyCampaign.objects.filter(pk__in=records).delete()
    Questionnaire.objects.filter(created_by__is_demo=True).exclude(versions__campaigns__isnull=False).delete()
