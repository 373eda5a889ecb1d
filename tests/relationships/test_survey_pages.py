"""The pages of surveys: who may open which, answering by the link, planning, designing, registering, reporting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.records.perform import perform
from relationships import survey_links as links
from relationships import survey_review as reviewing
from relationships.questionnaire_models import QuestionnaireVersion
from relationships.survey_models import ImprovementAction, RelationshipReport, SurveyCampaign, SurveyResponse
from tests.fixtures import make_person
from tests.relationships.surveys import answer, invitation_of, launch, make_version, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷", language="en")


@pytest.fixture
def board(db: None) -> Person:
    """Somebody of the review board."""
    return make_person("board", "review_board", name="李主任", language="en")


@pytest.fixture
def running(brm: Person, requester: Person, other_requester: Person, agent: Person) -> SurveyCampaign:
    """A survey that runs now."""
    today, now = timezone.localdate(), timezone.now()
    made = plan(make_version(), owner=brm, at=now, opens_on=today, ends_on=today + timedelta(days=14))
    return launch(made, by=brm, at=now)


def signed(person: Person) -> Client:
    """A browser of somebody who is signed in."""
    client = Client()
    client.force_login(person)
    return client


def fields(campaign: SurveyCampaign, **answers: str) -> dict[str, Any]:
    """Give what the form sends: answers by the place of the question."""
    assert campaign.questionnaire is not None
    questions = list(campaign.questionnaire.questions.all())
    sent: dict[str, Any] = {f"q{questions[int(place[1:]) - 1].pk}": value for place, value in answers.items()}
    shown = [f"q{question.pk}" for question in questions if not question.per_service and question.asked_if_id is None]
    return {"act": "send", "shown": shown, **sent}


def test_a_link_shows_the_questionnaire_without_sign_in_and_the_clicked_answer_is_chosen(
    running: SurveyCampaign, requester: Person, client: Client
) -> None:
    path = links.path_of(invitation_of(running, requester))

    page = client.get(path, {"first": "4", "lang": "en"}).content.decode()

    assert "Are you satisfied?" in page
    assert 'value="4" checked' in page
    assert "整體滿意嗎？" in client.get(path).content.decode()
    assert SurveyResponse.objects.filter(campaign=running, state="invited").count() == running.frame_size


def test_answering_by_the_link_works_once(running: SurveyCampaign, requester: Person, client: Client) -> None:
    path = links.path_of(invitation_of(running, requester))

    first = client.post(path + "?lang=en", fields(running, q1="5", q8="Well done"))
    second = client.post(path + "?lang=en", fields(running, q1="1"))

    assert "Your answers have arrived" in first.content.decode()
    assert "answered already" in second.content.decode()
    assert SurveyResponse.objects.filter(campaign=running, state="submitted", has_comment=True).count() == 1


def test_a_low_answer_brings_its_question_and_loses_nothing(
    running: SurveyCampaign, requester: Person, client: Client
) -> None:
    path = links.path_of(invitation_of(running, requester)) + "?lang=en"
    sent = fields(running, q1="1", q8="slow")

    asked = client.post(path, sent).content.decode()
    assert "further questions" in asked
    assert "Why?" in asked
    assert "slow" in asked
    assert running.questionnaire is not None
    why = running.questionnaire.questions.all()[1]
    done = client.post(path, sent | {"shown": [*sent["shown"], f"q{why.pk}"], f"q{why.pk}": "three days"})

    assert "have arrived" in done.content.decode()


def test_what_must_be_answered_is_named(running: SurveyCampaign, requester: Person, client: Client) -> None:
    answered = client.post(
        links.path_of(invitation_of(running, requester)) + "?lang=en", fields(running, q8="only words")
    )

    assert answered.status_code == 422
    assert "Please answer this question." in answered.content.decode()
    assert "only words" in answered.content.decode()


def test_a_draft_is_kept_and_found_again(running: SurveyCampaign, requester: Person, client: Client) -> None:
    path = links.path_of(invitation_of(running, requester)) + "?lang=en"

    client.post(path, fields(running, q8="half a sentence") | {"act": "draft"})

    assert "half a sentence" in Client().get(path).content.decode()


def test_a_draft_of_an_anonymous_survey_lies_in_the_browser_only(brm: Person, requester: Person) -> None:
    today, now = timezone.localdate(), timezone.now()
    made = plan(make_version(), owner=brm, at=now, anonymous=True, opens_on=today, ends_on=today + timedelta(days=3))
    campaign = launch(made, by=brm, at=now)
    path = links.path_of(invitation_of(campaign, requester)) + "?lang=en"
    browser = Client()

    browser.post(path, fields(campaign, q8="half a sentence") | {"act": "draft"})

    assert "half a sentence" in browser.get(path).content.decode()
    assert "half a sentence" not in Client().get(path).content.decode()
    assert "anonymous" in browser.get(path).content.decode()


def test_one_switch_changes_the_language_of_every_page_behind_the_link(running: Any, requester: Person) -> None:
    path = links.path_of(invitation_of(running, requester))

    for address in (path, "/s/none/"):
        page = Client().get(address, {"lang": "zh-hant"}).content.decode()
        assert "滿意度" in page
        assert page.count(">English</") == 1
        assert ">中文</" in Client().get(address, {"lang": "en"}).content.decode()


@pytest.mark.parametrize("token", ["x", "WzFd:AAAA", "%00"])
def test_a_broken_link_says_so(token: str, client: Client, db: None) -> None:
    assert client.get(f"/s/{token}/").status_code == 404


def test_declining_by_the_link(running: SurveyCampaign, requester: Person, client: Client) -> None:
    client.post(links.path_of(invitation_of(running, requester)), {"act": "decline"})

    assert SurveyResponse.objects.get(invitation__person=requester).state == "declined"


@pytest.mark.parametrize(
    ("move", "given", "en", "zh"),
    [
        ("close_collection", {}, "The survey is over", "調查已"),
        ("cancel_survey", {"reason": "改期"}, "The survey was withdrawn", "此調查已取消"),
    ],
)
@pytest.mark.parametrize("anonymous", [False, True])
def test_who_comes_after_the_end_is_told_so(
    brm: Person, requester: Person, client: Client, move: str, given: dict[str, Any], en: str, zh: str, anonymous: bool
) -> None:
    today, now = timezone.localdate(), timezone.now()
    made = plan(
        make_version(), owner=brm, at=now, anonymous=anonymous, opens_on=today, ends_on=today + timedelta(days=3)
    )
    campaign = launch(made, by=brm, at=now)
    path = links.path_of(invitation_of(campaign, requester))
    perform(campaign, move, by=None if move == "close_collection" else brm, at=now, **given)

    for language, words, lost in (("en", en, "was not kept"), ("zh-hant", zh, "未予保存")):
        looked = client.get(path, {"lang": language})
        sent = client.post(f"{path}?lang={language}", fields(campaign, q1="5"))
        kept = client.post(f"{path}?lang={language}", fields(campaign, q1="5") | {"act": "draft"})
        declined = client.post(f"{path}?lang={language}", {"act": "decline"})

        for page in (looked, sent, kept, declined):
            assert (page.status_code, words in page.content.decode()) == (410, True)
        assert [lost in page.content.decode() for page in (looked, sent, kept, declined)] == [False, True, True, False]
    assert not SurveyResponse.objects.filter(campaign=campaign, state__in=("submitted", "declined")).exists()


def test_pages_open_for_those_they_are_for(
    running: SurveyCampaign, requester: Person, agent: Person, brm: Person, board: Person, engineer: Person
) -> None:
    answer(running, requester, score=1, comment="CANARYWORDS", at=timezone.now())
    base = f"/surveys/{running.number}/"
    table = {
        "/surveys/": {"requester": 403, "engineer": 403, "agent": 200, "board": 200, "brm": 200},
        "/surveys/new/": {"requester": 403, "agent": 403, "board": 403, "brm": 200},
        base: {"requester": 403, "engineer": 404, "agent": 200, "board": 200, "brm": 200},
        base + "plan/": {"agent": 403, "brm": 200},
        base + "results/": {"requester": 403, "agent": 403, "board": 200, "brm": 200},
        base + "results.csv": {"requester": 403, "agent": 403, "board": 200, "brm": 200},
        base + "feedback/": {"requester": 403, "agent": 200, "board": 403, "brm": 200},
        base + "report/": {"agent": 403, "brm": 404},
        "/surveys/actions/": {"requester": 403, "agent": 200, "brm": 200},
        "/surveys/questionnaires/": {"agent": 403, "board": 200, "brm": 200},
        "/portal/surveys/": {"requester": 200, "agent": 200},
    }
    people = {"requester": requester, "agent": agent, "board": board, "brm": brm, "engineer": engineer}

    for path, answers in table.items():
        found = {name: signed(people[name]).get(path).status_code for name in answers}
        assert found == answers, path
    assert "CANARYWORDS" not in signed(board).get(base + "results/").content.decode()
    assert "CANARYWORDS" in signed(brm).get(base + "results/").content.decode()
    desk = signed(agent).get(base + "feedback/").content.decode()
    assert "CANARYWORDS" in desk
    assert requester.name not in desk


def test_the_desk_registers_and_makes_complaints(
    running: SurveyCampaign, requester: Person, other_requester: Person, agent: Person, brm: Person
) -> None:
    from relationships.models import Complaint

    first = answer(running, requester, score=5, comment="謝謝", at=timezone.now())
    second = answer(running, other_requester, score=1, at=timezone.now())
    desk, base = signed(agent), f"/surveys/{running.number}/feedback/"

    missing = desk.post(f"{base}{first.pk}/register/", {"theme": "praise", "action": ""})
    desk.post(f"{base}{first.pk}/register/", {"theme": "praise", "action": "轉達"})
    desk.post(f"{base}{second.pk}/complain/")

    assert missing.status_code == 422
    assert SurveyResponse.objects.get(pk=first.pk).theme == "praise"
    complaint = Complaint.objects.get(requester=other_requester)
    assert complaint.origin == "survey"
    assert complaint.description.endswith("整體滿意嗎？\n1 分（滿分 5 分，非常不滿意）")
    Person.objects.filter(pk=brm.pk).update(language="zh-hant")
    assert "問卷中的回答" not in signed(brm).get(f"/complaints/{complaint.number}/").content.decode()
    Person.objects.filter(pk=brm.pk).update(language="en")
    shown = signed(brm).get(f"/complaints/{complaint.number}/").content.decode()
    assert "Are you satisfied?<br>1 of 5 (very dissatisfied)" in shown
    assert "<dt></dt>" not in shown  # the card of details has its own answers, those of an ordered item
    label, page = complaint.flows[0].states[complaint.state].label, signed(brm).get(base).content.decode()
    assert label.en in page or label.zh_hant in page


def test_planning_and_launching_on_the_pages(brm: Person, requester: Person) -> None:
    version, browser, today = make_version(), signed(brm), timezone.localdate()
    sent: dict[str, Any] = {
        "title": "Autumn survey", "mode": "periodic", "questionnaire": version.pk, "by_mail": "on", "low_scores": "ask",
        "min_interval_days": 30, "opens_on": today, "ends_on": today + timedelta(days=7), "population": "everyone", "sampling": "all",
        "reminders": 1, "reminder_days": 3, "sampling_rate": 100, "case_kinds": ["incident"],
    }  # fmt: skip
    wrong = browser.post("/surveys/new/", sent | {"ends_on": today - timedelta(days=1)})
    assert wrong.status_code == 422
    assert "before the first" in wrong.content.decode()

    browser.post("/surveys/new/", sent)
    campaign = SurveyCampaign.objects.get(title="Autumn survey")
    browser.post(f"/surveys/{campaign.number}/plan/", sent | {"title": "Winter survey", "version": campaign.version})
    stale = browser.post(f"/surveys/{campaign.number}/plan/", sent | {"version": campaign.version})
    done = browser.post(
        f"/t/{campaign.number}/do/launch",
        {"ends_on": today + timedelta(days=7), "population": "everyone", "sampling": "all"},
    )

    assert stale.status_code == 422
    assert done.status_code == 303
    campaign = SurveyCampaign.objects.get(pk=campaign.pk)
    assert (campaign.title, campaign.state) == ("Winter survey", "running")


def test_a_questionnaire_is_designed_previewed_and_published(brm: Person) -> None:
    browser = signed(brm)
    browser.post("/surveys/questionnaires/", {"title_zh": "桌面服務", "title_en": "Desktop service"})
    version = QuestionnaireVersion.objects.get()
    path = f"/surveys/questionnaires/{version.pk}/"

    browser.post(path, {"kind": "scale", "text_zh": "滿意嗎？", "text_en": "", "complaint_at": "2", "required": "on"})
    browser.post(path + "publish/")
    assert not QuestionnaireVersion.objects.get().is_published
    question = version.questions.get()
    browser.post(
        path + f"?question={question.pk}",
        {"kind": "scale", "text_zh": "滿意嗎？", "text_en": "Satisfied?", "complaint_at": "2"},
    )
    one = browser.post(path, {"kind": "single", "text_zh": "哪裡？", "text_en": "Where?", "answers": "網頁 | Web"})
    assert one.status_code == 422
    browser.post(
        path,
        {
            "kind": "single", "text_zh": "哪裡？", "text_en": "Where?", "answers": "網頁 | Web\n電話 | Phone", "asked_if": question.pk,
            "asked_when": "1, 2",
        },
    )  # fmt: skip
    preview = browser.get(path + "preview/?lang=en&phone=1").content.decode()
    assert "Satisfied?" in preview
    assert "Where?" in preview
    browser.post(path + "publish/")

    assert QuestionnaireVersion.objects.get().is_published
    browser.post(path + "next/")
    copy = QuestionnaireVersion.objects.get(number=2)
    assert [row.text_en for row in copy.questions.all()] == ["Satisfied?", "Where?"]
    assert copy.questions.all()[1].asked_if == copy.questions.all()[0]


def reported(campaign: SurveyCampaign, agent: Person, brm: Person) -> SurveyCampaign:
    """Lead a survey to its report."""
    for name, by in (("close_collection", agent), ("finish_registration", agent), ("draft_report", brm)):
        campaign = perform(campaign, name, by=by, at=timezone.now())
    return campaign


def test_the_report_is_written_and_reviewed_on_the_pages(
    running: SurveyCampaign, requester: Person, agent: Person, brm: Person, board: Person
) -> None:
    answer(running, requester, score=5, at=timezone.now())
    campaign = reported(running, agent, brm)
    base, writer, chair = f"/surveys/{campaign.number}/", signed(brm), signed(board)
    names = ("response_rate", "scores", "trend", "complaints", "sla", "improvements", "conclusions")

    writer.post(base + "report/", {name: f"Words of {name}" for name in names})
    assert "Words of conclusions" in chair.get(base + "report/").content.decode()
    assert chair.get(base + "report.pdf").content.startswith(b"%PDF")
    assert "100.0" in chair.get(base + "report.csv").content.decode("utf-8-sig")
    writer.post(f"/t/{campaign.number}/do/submit_report", {"report_version": "1"})
    today = timezone.localdate()
    chair.post(base + "review/", {"act": "minutes", "met_on": today, "attendees": "Board", "minutes": "All of it"})
    half = chair.post(base + "review/", {"act": "decision", "text": "Do it", "owner": agent.pk})
    assert half.status_code == 422
    chair.post(base + "review/", {"act": "decision", "text": "Do it", "owner": agent.pk, "due_on": today})
    chair.post(f"/t/{campaign.number}/do/accept_report", {"decisions": "Accepted"})

    assert SurveyCampaign.objects.get(pk=campaign.pk).state == "closed"
    assert RelationshipReport.objects.get().decided == "Accepted"
    action = ImprovementAction.objects.get()
    signed(agent).post(f"/surveys/actions/{action.pk}/done/", {"result": "It is done"})
    assert ImprovementAction.objects.get().result == "It is done"
    assert not reviewing.may_write(agent)


def test_small_anonymous_groups_are_hidden(brm: Person, requester: Person, other_requester: Person) -> None:
    today, now = timezone.localdate(), timezone.now()
    made = plan(make_version(), owner=brm, at=now, anonymous=True, opens_on=today, ends_on=today + timedelta(days=3))
    campaign = launch(made, by=brm, at=now)
    answer(campaign, requester, score=1, comment="CANARYWORDS", at=now)

    page = signed(brm).get(f"/surveys/{campaign.number}/results/").content.decode()

    assert "Fewer than 5" in page
    assert "CANARYWORDS" not in page
    assert 'class="chart' not in page
