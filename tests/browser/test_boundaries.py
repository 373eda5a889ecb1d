"""The boundaries that people misjudge: asked in plain words where it is decided, kept with the reason, and counted when wrong."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page, expect

from catalogue.models import Category, RequestItem, Service
from catalogue.transition.models import ServiceTransition
from changes import far
from changes.asks import BOUNDARY, BOUNDARY_TICK, QUESTIONS
from changes.models import Change
from incidents import judgements, services
from incidents.models import Incident, JudgementCheck, ServiceRequest
from itsm.desk.triage.decisions import CHOICES
from itsm.flow import Words
from itsm.people.models import Person
from itsm.records.perform import perform
from problems.asks import CONFIRMED_WHY
from problems.models import Problem
from tests.browser.acting import Stage, Way, moment, written
from tests.browser.changing import TEXTS
from tests.browser.conftest import Enter
from tests.browser.test_journey import judge, put, report, stands, step
from tests.fixtures import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RFC = {
    "title": "停止網路傳真", "description": "改用公文系統", "reason_kind": "lifecycle", "justification": "使用者剩三人",
    "impact_text": "傳真號碼停用", "plan": "公告 (10)\n停用 (5)", "test_plan": "試撥", "backout_plan": "恢復線路",
    "communication_plan": "三週前公告",
    "no_ci_reason": "線路屬電信公司",
}  # fmt: skip


@pytest.fixture(params=["zh-hant", "en"])
def stage(enter: Enter, request: pytest.FixtureRequest) -> Stage:
    """Everybody reads one of the two languages."""
    return Stage(enter, Way(request.param, scripts=True))


def told(stage: Stage, person: Person, number: str, reason: str) -> None:
    """See that the ledger of the record holds the reason."""
    page = stage.at(person, f"/t/{number}/history/")
    expect(page.locator("table.history")).to_contain_text(reason)


def counted(stage: Stage, person: Person, key: str, number: str) -> None:
    """See one misjudgement on the page of the figure, and the record behind it."""
    page = stage.at(person, reverse("reporting:kpi", args=[key]))
    rows = page.locator("a.stat").first
    expect(rows.locator("b")).to_have_text("1")
    rows.click()
    expect(page.locator("main")).to_contain_text(number)


def words_of(stage: Stage, text: Words) -> str:
    """Say the words in the language of everybody here."""
    with translation.override(stage.way.language):
        return str(text)


def answer_open(stage: Stage, person: Person, code: str) -> Locator:
    """Open one answer of the triage page and give its form; every answer says what it means and gives an example."""
    page = stage.at(person, "/desk/triage/")
    answers = page.locator("details.answer summary")
    expect(answers).to_have_count(len(CHOICES))
    with translation.override(stage.way.language):
        for place, choice in enumerate(CHOICES):
            expect(answers.nth(place)).to_contain_text(str(choice.means))
            expect(answers.nth(place)).to_contain_text(str(choice.example))
    answers.nth([choice.code for choice in CHOICES].index(code)).click()
    return page.locator(f'form[action$="/{code}/"]')


def test_what_is_no_incident_is_judged_with_a_reason_and_counted(
    stage: Stage, requester: Person, agent: Person, incident_manager: Person, service: Service, category: Category,
    mailbox_item: RequestItem,
) -> None:  # fmt: skip
    right = report(stage.at(requester, "/portal/"))
    put(answer_open(stage, agent, "incident").locator('[name="reason"]'), "昨日正常，今日異常")
    page = stage.pages[agent.pk]
    page.locator("details.answer summary").first.click()
    judge(page)
    told(stage, agent, right, "昨日正常，今日異常")

    wrong = str(services.raise_incident(by=requester, requester=requester, title="想申請信箱", service=service).number)
    form = answer_open(stage, agent, "request")
    put(form.locator('[name="reason"]'), "目錄已列之申請項目")
    form.locator("button[type=submit]").click()
    expect(stage.pages[agent.pk].locator(".triage-item")).to_have_count(0)
    moved = str(ServiceRequest.objects.get().number)

    told(stage, agent, wrong, "目錄已列之申請項目")
    told(stage, agent, moved, "目錄已列之申請項目")
    counted(stage, incident_manager, "incident.judged_wrongly", wrong)


def test_a_second_person_looks_at_what_was_judged_and_a_misjudgement_is_counted(
    stage: Stage, requester: Person, agent: Person, incident_manager: Person, service: Service, category: Category
) -> None:
    number = report(stage.at(requester, "/portal/"))
    put(answer_open(stage, agent, "incident").locator('[name="reason"]'), "昨日正常，今日異常")
    page = stage.pages[agent.pk]
    page.locator("details.answer summary").first.click()
    judge(page)
    judgements.draw(timezone.now() + judgements.WEEK)  # the week has ended

    page = stage.at(incident_manager, "/judgements/")
    expect(page.locator(".card-list")).to_contain_text("昨日正常，今日異常")
    line = JudgementCheck.objects.get()
    put(page.locator(f"#found-{line.pk}"), "service_request")
    put(page.locator(f"#note-{line.pk}"), "使用者要的是目錄上的項目")
    page.locator(".card-list form button").click()

    expect(page.locator(".card-list")).to_contain_text("使用者要的是目錄上的項目")
    counted(stage, incident_manager, "incident.sampled_wrong", number)


def test_a_second_judgement_of_the_same_matter_is_left_to_who_owns_the_process(
    stage: Stage, requester: Person, agent: Person, incident_manager: Person, service: Service, category: Category,
    mailbox_item: RequestItem,
) -> None:  # fmt: skip
    report(stage.at(requester, "/portal/"))
    form = answer_open(stage, agent, "request")
    put(form.locator('[name="reason"]'), "目錄已列之申請項目")
    form.locator("button[type=submit]").click()
    expect(stage.pages[agent.pk].locator(".triage-item")).to_have_count(0)
    request = ServiceRequest.objects.get()
    case = f"/requests/{request.number}/"
    shut = stage.at(agent, case).locator('.record-acts a[href*="/do/judge_as_incident"]')
    expect(shut).to_have_attribute("aria-disabled", "true")

    owner = make_person("judge", "incident_manager", "agent", name="流程負責人")
    page = stage.at(owner, case)
    step(page, "judge_as_incident", reason="原本可用，今日不可用")

    stands(page, stage.word(ServiceRequest, "reclassified"))
    told(stage, owner, str(request.number), "原本可用，今日不可用")
    counted(stage, incident_manager, "service_request.requests_judged_wrongly", str(request.number))
    assert Incident.objects.filter(state="reported").count() == 1


def test_one_key_raises_a_problem_from_an_incident_and_one_that_is_none_is_counted(
    stage: Stage, requester: Person, agent: Person, problem_manager: Person, incident_manager: Person, service: Service,
    category: Category,
) -> None:  # fmt: skip
    number = report(stage.at(requester, "/portal/"))
    judge(stage.at(agent, "/desk/triage/"))
    incident = Incident.objects.get(number=number)
    page = stage.at(agent, f"/incidents/{number}/")
    page.keyboard.press("Shift+P")
    form = page.locator(f'form[action$="/t/{number}/problem"]')
    expect(form.locator("#id_problem_title")).to_have_value(incident.title)
    expect(form.locator("#id_problem_description")).to_have_value(incident.description)
    put(form.locator("#id_problem_origin"), "trend")
    form.locator("button[type=submit]").click()
    expect(page.locator("#related")).to_contain_text("PRB-")

    problem = Problem.objects.get()
    assert (problem.service, problem.category, problem.impact) == (incident.service, incident.category, incident.impact)
    page = stage.at(problem_manager, f"/problems/{problem.number}/")
    asks(page, "confirm_problem", words_of(stage, CONFIRMED_WHY.help or Words("", "")))
    step(page, "reject_problem", reason="一次性操作失誤")
    stands(page, stage.word(Problem, "rejected"))
    told(stage, problem_manager, str(problem.number), "一次性操作失誤")
    counted(stage, incident_manager, "problem.judged_wrongly", str(problem.number))


def asks(page: Page, name: str, means: str) -> None:
    """See that the dialog of a move says what it means, and go back without deciding."""
    way = page.locator(f'.record-acts a[href*="/do/{name}"]').first
    if not way.is_visible():
        page.locator(".record-acts summary").click()
    way.click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(means)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_a_service_change_is_told_from_an_ordinary_one_with_a_reason_and_one_that_was_none_is_counted(
    stage: Stage, engineer: Person, change_manager: Person, chair: Person, incident_manager: Person, service: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    page = stage.at(engineer, "/changes/new/")
    expect(page.locator(".rfc-boundary")).to_contain_text(words_of(stage, BOUNDARY_TICK))
    times = {"window_start": moment(days=40), "window_end": moment(days=40, hours=2)}
    written(page, "id_rfc_", RFC | times | {"service": service.code})
    page.locator("#id_rfc_trigger_service_change").check()
    page.locator('button[value="submit"]').click()
    with translation.override(stage.way.language):
        sentence = translation.gettext("Say why it is a service change.")
    expect(page.locator("main")).to_contain_text(sentence)
    put(page.locator("#id_rfc_service_change_reason"), "服務終止，對外不再提供")
    page.locator('button[value="submit"]').click()
    stands(page, stage.word(Change, "submitted"))
    change = Change.objects.get()
    told(stage, engineer, str(change.number), "服務終止，對外不再提供")

    monkeypatch.setattr(far.answers, "board", lambda change, at: "approved")
    change = perform(change, "begin_assessment", by=change_manager, assessor=change_manager)
    judged: dict[str, Any] = dict.fromkeys(QUESTIONS, "1") | dict.fromkeys(TEXTS, "無") | {"impact_text": "無"}
    perform(change, "classify_major", by=change_manager, trigger_service_change=True, **judged)
    page = stage.at(chair, f"/changes/{change.number}/")
    asks(page, "cab_approve", words_of(stage, BOUNDARY))
    step(page, "cab_approve", needs_transition="yes", reason="服務終止須經設計轉換")
    stands(page, stage.word(Change, "service_transition"))
    owner = make_person("transitions", "transition_manager", name="轉換經理")
    transition = ServiceTransition.objects.get()
    page = stage.at(owner, f"/service-transitions/{transition.number}/")
    step(page, "cancel_transition", reason="僅為設備汰換")

    expect(page.locator("main")).to_contain_text("僅為設備汰換")
    counted(stage, incident_manager, "change.needless_transitions", str(change.number))
