"""A complaint that is born of a survey answered by the mailed link, without signing in, and that ends by consent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from catalogue.models import Service
from itsm.notices import delivery
from itsm.notices.models import LocalMail
from itsm.people.models import Person, Team
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from relationships.models import Complaint
from relationships.survey_models import SurveyCampaign, SurveyResponse
from tests.browser.conftest import Enter, Sight
from tests.browser.test_journey import stands, step, word
from tests.browser_fixtures import faults_found
from tests.relationships.surveys import launch, make_version, plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINK = re.compile(r"https?://[^/\s]+(/(?:s|a)/[^\s]+)")


@pytest.fixture
def campaign(requester: Person, agent: Person, service: Service, brm: Person) -> SurveyCampaign:
    """A survey of everybody that runs now."""
    today = timezone.localdate()
    made = plan(make_version(), owner=brm, at=timezone.now(), opens_on=today, ends_on=today + timedelta(days=9))
    made.services.set([service])
    return launch(made, by=brm, at=timezone.now())


def mailed(person: Person, *, about: str) -> list[str]:
    """Deliver what is due and give the paths of the links in the last mail to ``person`` that holds ``about``."""
    delivery.deliver(timezone.now() + timedelta(minutes=1))
    rows = LocalMail.objects.filter(recipients__contains=person.email, body__contains=about).order_by("-pk")
    return LINK.findall(rows[0].body)


@pytest.mark.parametrize(("language", "scripts", "width"), [("zh-hant", False, 390), ("en", True, 1440)])
def test_a_complaint_of_a_survey_answer_goes_to_consent(
    enter: Enter, settings: object, campaign: SurveyCampaign, requester: Person, agent: Person, desk: Team, language: str,
    scripts: bool, width: int,
) -> None:  # fmt: skip
    settings.EMAIL_BACKEND = "itsm.notices.mailbox.LocalMailboxBackend"  # type: ignore[attr-defined]  # pytest-django's settings
    Person.objects.filter(pk=requester.pk).update(language=language)

    worst = next(path for path in mailed(requester, about="/s/") if path.endswith("first=1"))
    page = enter(None, worst, Sight(language, "light", width), scripts=scripts)
    answer(page)

    complaint = Complaint.objects.get(requester=requester)
    assert complaint.origin == "survey"
    assert linked(complaint, kind=LinkKind.FROM_SURVEY)
    assert SurveyResponse.objects.get(invitation__person=requester).state == "complained"
    handled = handle(complaint, agent)
    assert handled.state == "awaiting_consent"
    page.goto(page.url.split("/s/")[0] + mailed(requester, about=str(complaint.number))[0])
    page.locator('button[name="choice"][value="yes"]').click()
    expect(page.locator(".sign-card")).to_contain_text(str(complaint.number))

    closed = Complaint.objects.get(pk=complaint.pk)
    assert closed.state == "closed"
    seen = enter(agent, f"/complaints/{complaint.number}/", Sight(language), scripts=scripts)
    stands(seen, word(Complaint, "closed", language))


def answer(page: Page) -> None:
    """Complain on the page behind the mailed answer: the branch that it opens stands there already."""
    chosen = page.locator("fieldset input[type=radio]:checked")
    expect(chosen).to_have_value("1")
    page.locator("form.survey textarea").first.fill("等了三天沒有人回覆。")
    page.locator('input[name="complain"]').check()
    page.locator('button[name="act"][value="send"]').click()
    expect(page.locator("form.survey")).to_have_count(0)


def handle(complaint: Complaint, agent: Person) -> Complaint:
    """Register and answer it as the desk does."""
    record = complaint
    if record.state == "submitted":
        given: dict[str, Any] = {
            "nature": "timeliness",
            "severity": "2",
            "requester": record.requester,
            "assignee": agent,
            "origin": "survey",
        }
        service = record.service or Service.objects.get(code="documents")
        record = perform(record, "register", by=agent, service=service, **given)
    record = perform(record, "start_processing", by=agent, plan="調閱紀錄")
    answered: Complaint = perform(record, "report_result", by=agent, answer="當日人力不足，致歉。", actions="增派值班")
    return answered


@pytest.mark.parametrize("sight", [Sight("zh-hant", "light", 390), Sight("en", "dark", 1440)], ids=str)
def test_axe_finds_nothing_on_the_page_behind_the_link(
    enter: Enter, campaign: SurveyCampaign, requester: Person, sight: Sight
) -> None:
    from relationships import survey_links as links
    from tests.relationships.surveys import invitation_of

    path = links.path_of(invitation_of(campaign, requester)) + f"?first=2&lang={sight.language}"
    page = enter(None, path, sight, csp=False)

    with translation.override(sight.language):
        assert faults_found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_desk_registers_feedback_on_its_page(
    enter: Enter, campaign: SurveyCampaign, requester: Person, agent: Person
) -> None:
    from tests.relationships.surveys import answer as give

    give(campaign, requester, score=5, comment="謝謝協助", at=timezone.now())
    page = enter(agent, f"/surveys/{campaign.number}/feedback/", Sight("en"))

    page.locator("article select").select_option("praise")
    page.locator("article textarea").fill("Told the team")
    page.locator("article button.primary").click()

    expect(page.locator("article")).to_have_count(0)
    page.goto(page.url.replace("/feedback/", "/"))
    step(page, "close_collection")
    stands(page, word(SurveyCampaign, "collected", "en"))
    step(page, "finish_registration")
    stands(page, word(SurveyCampaign, "feedback_registered", "en"))
