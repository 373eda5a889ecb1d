"""Surveys through their machine: launch, answers, collection, registration, report, review; and every refusal once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from catalogue.models import Service
from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from relationships import survey_answering as answering
from relationships import survey_sending
from relationships.survey_models import Answer, Decision, ImprovementAction, Invitation, SurveyCampaign, SurveyResponse
from relationships.survey_population import ends
from sla.models import Clock
from sla.sweep import sweep
from tests.fixtures import MONDAY, make_person
from tests.relationships.surveys import DAY, answer, invitation_of, launch, make_version, plan

pytestmark = pytest.mark.django_db
LATER = MONDAY + 14 * DAY
WORDS = {
    "response_rate": "六成",
    "scores": "四分",
    "trend": "持平",
    "complaints": "一件",
    "sla": "達成",
    "improvements": "縮短回應",
    "conclusions": "良好",
}


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷")


@pytest.fixture
def board(db: None) -> Person:
    """Somebody of the review board."""
    return make_person("board", "review_board", name="李主任")


@pytest.fixture
def running(brm: Person, requester: Person, other_requester: Person, agent: Person) -> SurveyCampaign:
    """A survey of everybody that collects answers."""
    return launch(plan(make_version(), owner=brm), by=brm)


def refused(record: Any, name: str, *, by: Person | None, at: Any = LATER, **inputs: Any) -> str:
    """Give the sentences of a refusal in English."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=at, **inputs)
    return " ".join([*refusal.value.reasons, *refusal.value.fields.values()])


def collected(campaign: SurveyCampaign, agent: Person, *, at: Any = LATER) -> SurveyCampaign:
    """Close the collection."""
    made: SurveyCampaign = perform(campaign, "close_collection", by=agent, at=at)
    return made


def test_launching_invites_everybody_once_with_a_link(running: SurveyCampaign, requester: Person) -> None:
    assert running.state == "running"
    assert running.number == "SUR-202611-00001"
    people = Person.objects.active().count()
    assert Invitation.objects.filter(campaign=running, sent=True).count() == people == running.frame_size
    assert SurveyResponse.objects.filter(campaign=running, state="invited").count() == people
    mail = Outbox.objects.get(template="survey_asked", person=requester)
    assert "/s/" in mail.facts["address"]
    assert "first=5" in mail.facts["answers"]["en"]


def test_nobody_is_asked_before_the_first_day(brm: Person, requester: Person) -> None:
    campaign = launch(plan(make_version(), owner=brm, opens_on=date(2026, 11, 30)), by=brm)
    asked = Invitation.objects.filter(campaign=campaign)
    opening = datetime(2026, 11, 30, tzinfo=ZoneInfo("Asia/Taipei"))

    survey_sending.work(opening - timedelta(seconds=1))
    assert asked.filter(sent=True).count() == 0
    assert not Outbox.objects.filter(template="survey_asked").exists()
    sweep(at=opening - timedelta(seconds=1))
    assert not Outbox.objects.filter(template="survey_again").exists()

    survey_sending.work(opening)
    assert asked.filter(sent=True).count() == campaign.frame_size
    sweep(at=opening + timedelta(days=campaign.reminder_days, hours=9))
    assert Outbox.objects.filter(template="survey_again", person=requester).count() == 1


def test_an_incomplete_plan_is_not_launched(brm: Person) -> None:
    draft = make_version(published=False)
    for fields in (
        {"questionnaire": None}, {"questionnaire": draft}, {"population": ""}, {"sampling": ""}, {"by_mail": False},
        {"sampling": "random"}, {"population": "units"}, {"population": "case_users"}, {"ends_on": None},
    ):  # fmt: skip
        given: dict[str, Any] = {"questionnaire": make_version()} | fields
        campaign = plan(given.pop("questionnaire"), owner=brm, **given)
        said = refused(
            campaign, "launch", by=brm, population=campaign.population, sampling=campaign.sampling, at=MONDAY
        )
        assert "Survey plan is incomplete." in said, fields


def test_the_sample_is_drawn_by_its_recorded_seed(brm: Person, requester: Person) -> None:
    for number in range(20):
        make_person(f"asked{number}", unit=requester.unit)
    campaign = launch(plan(make_version(), owner=brm, sampling="random", sample_size=7), by=brm, sample_size=7)

    drawn = set(Invitation.objects.filter(campaign=campaign).values_list("person", flat=True))
    from relationships.sampling import draw

    members = list(Person.objects.active().values_list("pk", "unit"))
    assert len(drawn) == 7
    assert campaign.sample_seed is not None
    assert set(draw(members, method="random", size=7, seed=campaign.sample_seed)) == drawn


def test_who_was_asked_within_the_interval_is_not_asked_again(brm: Person, running: SurveyCampaign) -> None:
    again = plan(make_version(), owner=brm, at=MONDAY + 3 * DAY)

    said = refused(again, "launch", by=brm, population="everyone", sampling="all", at=MONDAY + 3 * DAY)

    assert said.startswith("Nobody is left to ask")


def test_an_answer_without_comment_registers_itself(running: SurveyCampaign, requester: Person) -> None:
    answered = answer(running, requester, score=5)
    assert answered.state == "submitted"
    assert invitation_of(running, requester).used

    assert survey_sending.work(MONDAY + 8 * DAY) == 0
    assert survey_sending.work(MONDAY + 9 * DAY) == 1
    answered = SurveyResponse.objects.get(pk=answered.pk)
    assert (answered.state, answered.theme) == ("registered", "none")
    names = list(Event.objects.filter(record=answered.pk).order_by("pk").values_list("name", "actor__username"))
    assert names == [("open", None), ("submit_answers", "requester"), ("register_feedback", None)]


def test_a_comment_waits_for_the_desk(running: SurveyCampaign, requester: Person, agent: Person) -> None:
    answered = answer(running, requester, score=5, comment="很好")
    assert answered.state == "submitted"
    campaign = collected(running, agent)

    assert refused(campaign, "finish_registration", by=agent) == "Some feedback is not registered."
    perform(answered, "register_feedback", by=agent, at=LATER, theme="praise", action="轉達同仁")
    done = perform(campaign, "finish_registration", by=agent, at=LATER)

    assert done.state == "feedback_registered"


def test_one_answers_once(running: SurveyCampaign, requester: Person) -> None:
    answer(running, requester)

    with pytest.raises(answering.Over):
        answer(running, requester)
    assert Answer.objects.filter(response__campaign=running).count() == 1


def test_declining_is_final(running: SurveyCampaign, requester: Person) -> None:
    declined = answering.decline(invitation_of(running, requester), at=MONDAY + DAY)

    assert declined.state == "declined"
    with pytest.raises(answering.Over):
        answer(running, requester)


def test_the_end_of_the_period_closes_the_collection_and_freezes_the_rate(
    running: SurveyCampaign, requester: Person
) -> None:
    answer(running, requester)
    assert Clock.objects.open().filter(record_id=running.pk, metric="collection").exists()

    sweep(at=ends(date(2026, 12, 6)) + timedelta(minutes=1))

    campaign = SurveyCampaign.objects.get(pk=running.pk)
    assert (campaign.state, campaign.answered_count) == ("collected", 1)
    assert campaign.invited_count == Person.objects.active().count()
    assert not SurveyResponse.objects.filter(campaign=campaign, state="invited").exists()
    with pytest.raises(answering.Over):
        answer(campaign, requester)


def test_reminders_go_to_those_who_have_not_answered(running: SurveyCampaign, requester: Person) -> None:
    answer(running, requester)

    sweep(at=MONDAY + 6 * DAY)

    reminded = set(Outbox.objects.filter(template="survey_again").values_list("person__username", flat=True))
    assert requester.username not in reminded
    assert "stranger" in reminded


def test_an_extension_asks_those_again_who_have_not_answered(
    running: SurveyCampaign, requester: Person, other_requester: Person, agent: Person, brm: Person
) -> None:
    answer(running, requester)
    campaign = collected(running, agent)
    assert refused(campaign, "extend_collection", by=brm, ends_on=date(2026, 12, 1), reason="回收不足").startswith(
        "The last day"
    )

    again = perform(campaign, "extend_collection", by=brm, at=LATER, ends_on=date(2026, 12, 20), reason="回收不足")

    assert (again.state, again.invited_count) == ("running", None)
    assert answer(again, other_requester, at=LATER + DAY).state == "submitted"
    with pytest.raises(answering.Over):
        answer(again, requester, at=LATER + DAY)


def reporting(campaign: SurveyCampaign, agent: Person, brm: Person) -> SurveyCampaign:
    """Lead it to the writing of its report."""
    made = perform(collected(campaign, agent), "finish_registration", by=agent, at=LATER)
    drafted: SurveyCampaign = perform(made, "draft_report", by=brm, at=LATER)
    return drafted


def test_the_report_goes_to_the_committee_and_its_decisions_become_actions(
    running: SurveyCampaign, requester: Person, agent: Person, brm: Person, board: Person
) -> None:
    answer(running, requester)
    campaign = reporting(running, agent, brm)
    report = campaign.report
    assert report.figures["answered"] == 1
    report.conclusions = ""
    report.save()
    assert refused(campaign, "submit_report", by=brm, report_version=1) == "Report is incomplete."
    type(report).objects.filter(pk=report.pk).update(**WORDS)
    assert "Read it and submit" in refused(campaign, "submit_report", by=brm, report_version=3)

    sent = perform(campaign, "submit_report", by=brm, at=LATER, report_version=1)
    back = perform(sent, "return_report", by=board, at=LATER, reason="補充趨勢")
    assert back.report_version == 2
    sent = perform(back, "submit_report", by=brm, at=LATER, report_version=2)
    assert refused(sent, "accept_report", by=board, decisions="通過") == "Minutes are missing."
    _minutes(campaign, agent)
    closed = perform(sent, "accept_report", by=board, at=LATER, decisions="照案通過")

    assert (closed.state, closed.phase) == ("closed", "done")
    action = ImprovementAction.objects.get(record=closed.pk)
    assert (action.text, action.owner, action.due_on) == ("公布常見問題", agent, date(2026, 12, 31))
    assert Outbox.objects.filter(template="action_given", person=agent).exists()


def _minutes(campaign: Any, owner: Person) -> None:
    from relationships.survey_models import RelationshipReport

    report = RelationshipReport.objects.get(campaign=campaign.pk)
    report.met_on, report.attendees, report.minutes = date(2026, 12, 8), "李主任、孫雅婷", "逐項審查"
    report.save()
    Decision.objects.create(report=report, text="公布常見問題", owner=owner, due_on=date(2026, 12, 31))
    Decision.objects.create(report=report, text="照案通過")


def test_roles_are_kept(running: SurveyCampaign, requester: Person, agent: Person, brm: Person, board: Person) -> None:
    for person, name in ((requester, "close_collection"), (agent, "cancel_survey"), (board, "close_collection")):
        with pytest.raises(NotAllowed):
            perform(running, name, by=person, at=LATER, reason="x")
    cancelled = perform(running, "cancel_survey", by=brm, at=LATER, reason="改期")
    assert not SurveyResponse.objects.filter(campaign=cancelled, state="invited").exists()
    with pytest.raises(MovedOn):
        perform(cancelled, "launch", by=brm, at=LATER, population="everyone", sampling="all")


def test_large_surveys_are_invited_in_batches(brm: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey_sending, "BATCH", 2)
    monkeypatch.setattr(survey_sending.invite, "__kwdefaults__", {"most": 2})
    for number in range(5):
        make_person(f"asked{number}")
    campaign = launch(plan(make_version(), owner=brm), by=brm)
    assert Invitation.objects.filter(campaign=campaign, sent=True).count() == 2

    survey_sending.work(MONDAY + timedelta(minutes=1))

    assert not Invitation.objects.filter(campaign=campaign, sent=False).exists()


def test_a_published_questionnaire_cannot_be_changed_even_by_sql(brm: Person) -> None:
    version = make_version()
    question = version.questions.first()
    assert question is not None
    changes: tuple[Callable[[], Any], ...] = (
        lambda: version.questions.filter(pk=question.pk).update(text_zh="改"),
        lambda: version.questions.filter(pk=question.pk).delete(),
        lambda: type(version).objects.filter(pk=version.pk).update(intro_zh="改"),
        lambda: type(question).objects.create(version=version, position=99, kind="text", text_zh="新"),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_branches_follow_the_former_answer(running: SurveyCampaign, requester: Person, service: Service) -> None:
    from relationships.survey_sheet import asked, items_of

    version = running.questionnaire
    assert version is not None
    items = items_of(version, [service])
    names = [item.name for item in items]
    assert [item.name for item in asked(items, {names[0]: "2"})] == names
    assert names[1] not in [item.name for item in asked(items, {names[0]: "4"})]


def test_a_wish_to_complain_makes_a_complaint_that_leads_back_to_the_answer(
    running: SurveyCampaign, requester: Person, agent: Person
) -> None:
    from relationships.models import Complaint

    answered = answer(running, requester, score=1, comment="等了三天", complains=True)

    complaint = Complaint.objects.get(requester=requester)
    assert (answered.state, complaint.origin) == ("complained", "survey")
    assert "等了三天" in complaint.description
    assert [row.pk for row in linked(complaint, kind=LinkKind.FROM_SURVEY).records] == [answered.pk]


def test_low_scores_complain_by_themselves_only_where_that_was_planned(
    brm: Person, requester: Person, running: SurveyCampaign, other_requester: Person, agent: Person
) -> None:
    from relationships.models import Complaint

    low = answer(running, requester, score=2)
    assert low.state == "submitted"
    made = perform(low, "make_complaint", by=agent, at=LATER)
    assert made.state == "complained"
    assert Complaint.objects.filter(requester=requester).count() == 1

    strict = launch(plan(make_version(), owner=brm, low_scores="complain", min_interval_days=0), by=brm)
    assert answer(strict, other_requester, score=2).state == "complained"
    assert Complaint.objects.filter(requester=other_requester).count() == 1


def test_the_board_is_told_of_a_report_and_may_open_the_line(
    running: SurveyCampaign, requester: Person, agent: Person, brm: Person, board: Person, engineer: Person
) -> None:
    from itsm.notices.audience import may_read
    from itsm.notices.models import Notification

    campaign = reporting(running, agent, brm)
    type(campaign.report).objects.filter(pk=campaign.report.pk).update(**WORDS)
    perform(campaign, "submit_report", by=brm, at=LATER, report_version=1)

    told = Notification.objects.visible_to(board).get(template="survey_review")
    assert told.facts["number"] == campaign.number
    assert may_read(campaign, board, internal=False)
    assert not may_read(campaign, engineer, internal=False)


def test_who_submitted_a_report_does_not_accept_it(running: SurveyCampaign, agent: Person) -> None:
    both = make_person("both", "brm", "review_board")
    campaign = reporting(running, agent, both)
    type(campaign.report).objects.filter(pk=campaign.report.pk).update(**WORDS)
    sent = perform(campaign, "submit_report", by=both, at=LATER, report_version=1)
    _minutes(sent, agent)

    assert refused(sent, "accept_report", by=both, decisions="通過") == "Who submitted the report does not accept it."
