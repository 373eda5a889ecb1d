"""Planning and designing by the forms: what is asked of which kind, what is refused, and what a plan still lacks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from itsm.people.models import Person
from relationships import survey_links as links
from relationships.questionnaire_models import Questionnaire, QuestionnaireVersion
from relationships.survey_guards import missing
from relationships.survey_models import SurveyCampaign
from tests.fixtures import make_person
from tests.relationships.surveys import invitation_of, launch, make_version, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the process."""
    return make_person("brm", "brm", name="孫雅婷", language="en")


@pytest.fixture
def browser(brm: Person) -> Client:
    """The browser of the owner of the process."""
    client = Client()
    client.force_login(brm)
    return client


def planned(**fields: Any) -> dict[str, Any]:
    """Give what the form of a periodic survey sends, with what it has shown."""
    shown = ["form", "anonymous", "opens_on", "ends_on", "population", "sampling", "reminders", "reminder_days"]
    today = timezone.localdate()
    return {
        "title": "Autumn survey", "mode": "periodic", "by_mail": "on", "low_scores": "ask", "min_interval_days": 30, "opens_on": today,
        "ends_on": today + timedelta(days=7), "population": "everyone", "sampling": "all", "reminders": 1, "reminder_days": 3,
        "sampling_rate": 100, "case_kinds": ["incident"], "shown": shown,
    } | fields  # fmt: skip


def hidden(page: str, name: str) -> bool:
    """Tell whether the field stands on the page without being shown."""
    tag = re.search(rf'<(?:div|fieldset)[^>]*id="id_{name}_field"[^>]*>', page)
    assert tag is not None
    return " hidden" in tag.group()


def test_the_form_shows_what_the_kind_of_survey_needs_without_scripts(browser: Client) -> None:
    first = browser.get("/surveys/new/").content.decode()
    other = browser.post("/surveys/new/", planned(mode="transactional"))
    page = other.content.decode()

    assert not hidden(first, "opens_on")
    assert hidden(first, "case_kinds")
    assert hidden(first, "units")
    assert other.status_code == 422
    assert "further fields" in page
    assert not hidden(page, "case_kinds")
    assert hidden(page, "opens_on")
    assert 'value="Autumn survey"' in page
    assert not SurveyCampaign.objects.exists()


def test_a_population_brings_up_its_own_fields(browser: Client) -> None:
    units = browser.post("/surveys/new/", planned(population="units")).content.decode()
    dates = browser.post("/surveys/new/", planned(population="case_users")).content.decode()

    assert (hidden(units, "units"), hidden(units, "population_from")) == (False, True)
    assert (hidden(dates, "units"), hidden(dates, "population_from")) == (True, False)


def test_what_another_kind_would_ask_neither_objects_nor_is_kept(browser: Client) -> None:
    today = timezone.localdate()
    browser.post("/surveys/new/", planned(sampling_rate="0", sample_size="0", population_from=today))
    made = SurveyCampaign.objects.get()
    shown = ["form", "case_kinds", "sampling_rate"]
    standing = planned(
        mode="transactional", anonymous="on", ends_on=today - timedelta(days=9), shown=shown, version=made.version
    )
    browser.post(f"/surveys/{made.number}/plan/", standing)

    assert (made.sampling_rate, made.sample_size, made.population_from) == (100, None, None)
    changed = SurveyCampaign.objects.get()
    assert (changed.mode, changed.anonymous, changed.opens_on, changed.ends_on) == ("transactional", False, None, None)


def test_the_page_names_what_the_plan_lacks(brm: Person, browser: Client) -> None:
    campaign = plan(None, owner=brm, population="units", sampling="random", ends_on=None)
    page = browser.get(f"/surveys/{campaign.number}/").content.decode()

    with translation.override("en"):
        lacks = missing(campaign)
    assert lacks == [
        "No published questionnaire is chosen.", "The first or the last day is not set.", "The size of the sample is not set.",
        "No unit is chosen.",
    ]  # fmt: skip
    assert all(one in page for one in lacks)
    assert missing(plan(make_version(), owner=brm)) == []


def test_the_page_of_a_survey_leads_to_its_results(brm: Person, browser: Client, requester: Person) -> None:
    today = timezone.localdate()
    campaign = plan(make_version(), owner=brm, at=timezone.now(), opens_on=today, ends_on=today + timedelta(days=5))
    before = browser.get(f"/surveys/{campaign.number}/").content.decode()
    launch(campaign, by=brm, at=timezone.now())

    results = f'href="/surveys/{campaign.number}/results/"'
    assert results not in before
    for path in ("", "flow/", "results/"):
        page = browser.get(f"/surveys/{campaign.number}/{path}").content.decode()
        assert results in page.split('class="tabs"')[1].split("</nav>")[0]


def draft_of(browser: Client, **titles: str) -> str:
    """Begin a questionnaire and give the path of its draft."""
    browser.post("/surveys/questionnaires/", {"title_zh": "桌面服務", "title_en": ""} | titles)
    return f"/surveys/questionnaires/{QuestionnaireVersion.objects.latest('pk').pk}/"


def test_a_title_begun_in_one_language_can_be_completed_and_published(browser: Client) -> None:
    path = draft_of(browser)
    browser.post(path, {"kind": "scale", "text_zh": "滿意嗎？", "text_en": "Satisfied?"})
    browser.post(path + "publish/")
    assert not QuestionnaireVersion.objects.get().is_published

    words = {"title_zh": "桌面服務", "title_en": "Desktop service", "intro_zh": "", "intro_en": ""}
    browser.post(path + "introduction/", words)
    browser.post(path + "publish/")
    browser.post(path + "next/")
    draft = QuestionnaireVersion.objects.get(number=2)
    browser.post(f"/surveys/questionnaires/{draft.pk}/introduction/", words | {"title_en": "Other", "intro_zh": "請"})

    assert QuestionnaireVersion.objects.get(number=1).is_published
    assert Questionnaire.objects.get().title_en == "Desktop service"
    assert QuestionnaireVersion.objects.get(number=2).intro_zh == "請"


def test_an_introduction_that_is_too_long_is_refused_and_stays_on_the_page(browser: Client) -> None:
    path = draft_of(browser)
    answer = browser.post(path + "introduction/", {"title_zh": "桌面服務", "intro_zh": "長" * 2001})

    assert answer.status_code == 422
    assert "長" * 2001 in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "scale", "complaint_at": "5"}, "complaint_at"),
        ({"kind": "nps", "complaint_at": "10"}, "complaint_at"),
        ({"kind": "single", "answers": "網頁 | Web\n網頁 | Site"}, "answers"),
        ({"kind": "multi", "answers": "網頁 | Web\n電話 | Web"}, "answers"),
        ({"kind": "multi", "answers": "網頁 | Web\n| Phone"}, "answers"),
        ({"kind": "single", "answers": f"網頁 | Web\n{'長' * 161}"}, "answers"),
    ],
)
def test_a_question_that_could_not_be_answered_well_is_refused(
    browser: Client, fields: dict[str, str], field: str
) -> None:
    path = draft_of(browser)
    answer = browser.post(path, {"text_zh": "問", "text_en": "Q"} | fields)

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not QuestionnaireVersion.objects.get().questions.exists()


def test_a_question_that_decides_about_another_keeps_the_answers_that_decide(browser: Client) -> None:
    path = draft_of(browser)
    browser.post(path, {"kind": "single", "text_zh": "哪裡？", "answers": "甲\n乙\n丙"})
    first = QuestionnaireVersion.objects.get().questions.get()
    browser.post(path, {"kind": "text", "text_zh": "為什麼？", "asked_if": first.pk, "asked_when": "3"})
    fewer = browser.post(f"{path}?question={first.pk}", {"kind": "single", "text_zh": "哪裡？", "answers": "甲\n乙"})
    text = browser.post(f"{path}?question={first.pk}", {"kind": "text", "text_zh": "哪裡？"})

    assert (fewer.status_code, text.status_code) == (422, 422)
    first.refresh_from_db()
    assert (first.kind, first.options.count()) == ("single", 3)


def test_the_form_of_a_question_shows_what_its_kind_needs(browser: Client) -> None:
    path = draft_of(browser)
    fresh = browser.get(path).content.decode()
    choice = browser.post(path, {"kind": "single", "text_zh": "哪裡？", "answers": "甲\n乙", "shown": ["form"]})

    assert (hidden(fresh, "answers"), hidden(fresh, "complaint_at")) == (True, False)
    assert choice.status_code == 422
    assert not hidden(choice.content.decode(), "answers")


def sent_to(campaign: SurveyCampaign, person: Person, **sent: str) -> str:
    """Answer by the link, and give what the page says."""
    invitation = invitation_of(campaign, person)
    path = links.path_of(invitation)
    version: Any = campaign.questionnaire
    names = [f"q{question.pk}" for question in version.questions.exclude(per_service=True)]
    return Client().post(path, {"act": "send", "shown": names} | sent).content.decode()


def test_the_thanks_promise_only_what_is_so(brm: Person, requester: Person, other_requester: Person) -> None:
    today = timezone.localdate()
    version = make_version()
    campaign = plan(
        version, owner=brm, at=timezone.now(), opens_on=today, ends_on=today + timedelta(days=5), low_scores="complain"
    )
    campaign = launch(campaign, by=brm, at=timezone.now())
    first = f"q{version.questions.order_by('position')[0].pk}"

    happy, angry = sent_to(campaign, requester, **{first: "5"}), sent_to(campaign, other_requester, **{first: "1"})

    promise, complaint = "七天內", "抱怨"
    assert (promise in happy, complaint in happy) == (True, False)
    assert (promise in angry, complaint in angry) == (False, True)


def test_who_declined_is_not_told_that_they_answered(brm: Person, requester: Person) -> None:
    today = timezone.localdate()
    campaign = plan(make_version(), owner=brm, at=timezone.now(), opens_on=today, ends_on=today + timedelta(days=5))
    launch(campaign, by=brm, at=timezone.now())
    path = links.path_of(invitation_of(campaign, requester))

    Client().post(path, {"act": "decline"})

    again = Client().get(path).content.decode()
    assert "不填寫" in again
    assert "已經填答" not in again
