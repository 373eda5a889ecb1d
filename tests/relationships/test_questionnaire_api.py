"""The designer of questionnaires and the committee's review over REST: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.records.perform import perform
from relationships.questionnaire_models import Question, QuestionnaireVersion
from relationships.survey_models import ImprovementAction, SurveyCampaign
from tests.fixtures import make_person
from tests.relationships.surveys import answer, launch, make_version, plan

pytestmark = pytest.mark.django_db
JSON = "application/json"
SCALE = {"kind": "scale", "text_zh": "滿意嗎？", "text_en": "Satisfied?", "required": True, "complaint_at": 2}


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷", language="en")


@pytest.fixture
def board(db: None) -> Person:
    """Somebody of the review board."""
    return make_person("board", "review_board", name="李主任", language="en")


def signed(person: Person) -> Client:
    """A program that acts for somebody."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def draft(brm: Person) -> dict[str, Any]:
    """A questionnaire that was begun over REST."""
    body = {"title_zh": "服務滿意度", "title_en": "Satisfaction"}
    made = signed(brm).post("/api/v1/questionnaires", body, content_type=JSON)
    assert made.status_code == 201
    found: dict[str, Any] = made.json()
    return found


def test_a_questionnaire_is_designed_published_and_followed_by_the_next(brm: Person, draft: dict[str, Any]) -> None:
    program, base = signed(brm), f"/api/v1/questionnaire-versions/{draft['id']}"
    assert draft["gaps"] == ["There is no question yet."]
    first = program.post(f"{base}/questions", SCALE, content_type=JSON).json()["questions"][0]
    choice = {
        "kind": "single", "text_zh": "哪裡？", "text_en": "Where?", "asked_if": first["id"], "asked_when": ["1", "2"],
        "answers": [{"zh": "網頁", "en": "Web"}, {"zh": "電話 | 分機", "en": "Phone"}],
    }  # fmt: skip

    whole = program.post(f"{base}/questions", choice, content_type=JSON).json()
    program.patch(base, {"intro_zh": "請回答", "intro_en": "Please answer"}, content_type=JSON)
    published = program.post(f"{base}/publish")
    later = program.post(f"{base}/questions", SCALE, content_type=JSON)
    following = program.post(f"{base}/next")

    assert [row["zh"] for row in whole["questions"][1]["answers"]] == ["網頁", "電話 | 分機"]
    assert whole["questions"][1]["asked_when"] == ["1", "2"]
    assert (published.status_code, later.status_code, following.status_code) == (200, 422, 201)
    assert published.json()["intro_en"] == "Please answer"
    assert [row["text_en"] for row in following.json()["questions"]] == ["Satisfied?", "Where?"]
    listed = program.get("/api/v1/questionnaires").json()[0]
    assert [row["number"] for row in listed["versions"]] == [2, 1]


def test_questions_are_written_anew_moved_and_taken_out(brm: Person, draft: dict[str, Any]) -> None:
    program, base = signed(brm), f"/api/v1/questionnaire-versions/{draft['id']}"
    for words in ("One", "Two"):
        program.post(f"{base}/questions", SCALE | {"text_en": words}, content_type=JSON)
    one, two = Question.objects.order_by("position")

    moved = program.post(f"/api/v1/questionnaire-questions/{two.pk}/place", {"up": True}, content_type=JSON)
    text = {"kind": "text", "text_zh": "為什麼？", "text_en": "Why?", "complaint_at": 2}
    changed = program.put(f"/api/v1/questionnaire-questions/{one.pk}", text, content_type=JSON)
    removed = program.delete(f"/api/v1/questionnaire-questions/{two.pk}")

    assert [row["text_en"] for row in moved.json()["questions"]] == ["Two", "One"]
    assert changed.json()["questions"][1] | {"id": 0} == {
        "id": 0, "position": 2, "kind": "text", "text_zh": "為什麼？", "text_en": "Why?", "required": False, "per_service": False,
        "complaint_at": None, "asked_if": None, "asked_when": [], "answers": [],
    }  # fmt: skip
    assert [row["text_en"] for row in removed.json()["questions"]] == ["Why?"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "single", "answers": [{"zh": "只有一個"}]},
        {"complaint_at": 5},
        {"asked_if": 999_999, "asked_when": ["1"]},
        {"kind": "text", "per_service": True},
    ],
)
def test_what_could_never_be_asked_is_refused(brm: Person, draft: dict[str, Any], wrong: dict[str, Any]) -> None:
    base = f"/api/v1/questionnaire-versions/{draft['id']}"

    answered = signed(brm).post(f"{base}/questions", SCALE | wrong, content_type=JSON)

    assert answered.status_code == 422
    assert not Question.objects.exists()


def test_only_who_plans_surveys_designs_and_only_who_reads_results_looks(
    brm: Person, board: Person, agent: Person, draft: dict[str, Any]
) -> None:
    base = f"/api/v1/questionnaire-versions/{draft['id']}"

    for person, seen in ((board, 200), (agent, 403)):
        assert signed(person).get("/api/v1/questionnaires").status_code == seen
        assert signed(person).get(base).status_code == seen
        for path in (f"{base}/publish", f"{base}/next"):
            assert signed(person).post(path).status_code == 403
        assert signed(person).post(f"{base}/questions", SCALE, content_type=JSON).status_code == 403
    assert signed(board).post("/api/v1/questionnaires", {"title_zh": "x"}, content_type=JSON).status_code == 403
    assert QuestionnaireVersion.objects.count() == 1


# ---- report and review ----------------------------------------------------------------------
@pytest.fixture
def reported(brm: Person, agent: Person, requester: Person) -> SurveyCampaign:
    """A survey whose report is being written."""
    today, now = timezone.localdate(), timezone.now()
    made = plan(make_version(), owner=brm, at=now, opens_on=today, ends_on=today + timedelta(days=9))
    made = launch(made, by=brm, at=now)
    answer(made, requester, score=5, at=now)
    for name, by in (("close_collection", agent), ("finish_registration", agent), ("draft_report", brm)):
        made = perform(made, name, by=by, at=now)
    return made


def test_the_report_is_written_and_reviewed_by_the_committee(
    reported: SurveyCampaign, brm: Person, board: Person, agent: Person
) -> None:
    writer, chair, base = signed(brm), signed(board), f"/api/v1/surveys/{reported.number}"
    report, today = f"{base}/report", str(timezone.localdate())

    assert writer.get(report).json()["figures"]["answered"] == 1
    written = writer.patch(report, {"conclusions": "All is well", "refresh": True}, content_type=JSON)
    assert written.json()["conclusions"] == "All is well"
    early = chair.patch(f"{report}/minutes", {"minutes": "x"}, content_type=JSON)
    writer.post(f"{base}/transitions/submit_report", {"report_version": 1}, content_type=JSON)
    chair.patch(f"{report}/minutes", {"met_on": today, "attendees": "Board", "minutes": "All of it"}, content_type=JSON)
    half = chair.post(f"{report}/decisions", {"text": "Do it", "owner": agent.username}, content_type=JSON)
    body = {"text": "Do it", "owner": agent.username, "due_on": today}
    kept = [
        chair.post(f"{report}/decisions", body, content_type=JSON, headers={"idempotency-key": "d1"}).json()[
            "decisions"
        ]
        for _again in range(2)
    ]
    wrong = chair.post(f"{report}/decisions", {"text": "No", "owner": "nobody"}, content_type=JSON)
    struck = chair.post(f"{report}/decisions", {"text": "A mistake"}, content_type=JSON).json()["decisions"][-1]
    left = chair.delete(f"{report}/decisions/{struck['id']}").json()["decisions"]
    closed = chair.post(f"{base}/transitions/accept_report", {"decisions": "Accepted"}, content_type=JSON)

    assert (early.status_code, half.status_code, wrong.status_code, closed.status_code) == (422, 422, 422, 200)
    assert kept[0] == kept[1] == left
    assert ImprovementAction.objects.get().owner == agent
    assert chair.get(report).json()["minutes"] == "All of it"


def test_who_reads_no_results_reads_no_report(reported: SurveyCampaign, agent: Person, brm: Person) -> None:
    report = f"/api/v1/surveys/{reported.number}/report"

    assert signed(agent).get(report).status_code == 403
    assert signed(agent).patch(report, {"conclusions": "x"}, content_type=JSON).status_code == 403
    assert signed(brm).get(report).json()["conclusions"] == ""


def test_a_survey_without_a_report_has_none(brm: Person) -> None:
    made = plan(make_version(), owner=brm)

    assert signed(brm).get(f"/api/v1/surveys/{made.number}/report").status_code == 404
