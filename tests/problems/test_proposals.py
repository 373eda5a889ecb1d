"""Problems that the rules propose, and what is decided about them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from catalogue.models import Category, Service
from incidents import services
from incidents.models import Incident
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from problems import deciding, rules
from problems.models import KnownError, Problem, Proposal
from problems.tasks import propose as task
from tests.configuration.conftest import Make
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make
from tests.fixtures import MONDAY
from tests.problems.conftest import DAY, Walk
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
Report = Callable[..., Any]
LATER = MONDAY + DAY


@pytest.fixture
def report(requester: Person, service: Service, category: Category, agent: Person) -> Report:
    """Report and classify an incident."""

    def make(title: str, *, at: datetime = MONDAY, component: str = "", **more: Any) -> Any:
        made = services.raise_incident(by=requester, requester=requester, title=title, service=service, at=at, **more)
        return perform(
            made,
            "classify",
            by=agent,
            at=at,
            service=service,
            category=category,
            impact="3",
            urgency="3",
            component=component,
        )

    return make


TITLES = ("無法列印", "畫面空白", "登入逾時", "附件遺失")


def test_one_component_hit_three_times_in_a_month_is_proposed_with_its_records(report: Report) -> None:
    cases = [report(title, component=part) for title, part in zip(TITLES, ("AP-2", "ap-2", " AP-2 "), strict=False)]
    report("其他", component="AP-3")

    assert rules.propose(at=LATER) == 1
    made = Proposal.objects.get()

    assert (made.rule, made.component.strip().upper()) == ("component", "AP-2")
    assert set(made.evidence.values_list("pk", flat=True)) == {case.pk for case in cases}
    assert rules.propose(at=LATER) == 0


def test_one_configuration_item_hit_three_times_is_proposed_once(report: Report, make: Make, agent: Person) -> None:
    """The item is named in words on one incident and linked on the others; one is linked with a second item too."""
    battery, feed = make("ups", "UPS-02"), make("ups", "UPS-01")
    cases = [report(TITLES[0], component="ups-02"), *(report(title) for title in TITLES[1:3])]
    for case in cases[1:]:
        link(case, battery, kind=LinkKind.AFFECTS, by=agent, at=MONDAY)
    link(cases[2], feed, kind=LinkKind.AFFECTS, by=agent, at=MONDAY)

    assert rules.propose(at=LATER) == 1
    made = Proposal.objects.get()

    assert made.component.upper() == "UPS-02"
    assert set(made.evidence.values_list("pk", flat=True)) == {case.pk for case in cases}


def test_an_open_proposal_grows_with_what_comes(report: Report) -> None:
    for title in TITLES[:3]:
        report(title, component="AP-2")
    rules.propose(at=LATER)
    report(TITLES[3], component="AP-2", at=LATER)

    assert rules.propose(at=LATER + DAY) == 0
    assert Proposal.objects.get().evidence.count() == 4


def test_what_lies_apart_is_not_proposed(report: Report, incident_manager: Person) -> None:
    report(TITLES[0], component="AP-2", at=MONDAY - 31 * DAY)
    report(TITLES[1], component="AP-2")
    report(TITLES[2], component="AP-2")
    secret = report(TITLES[3], component="AP-2")
    Incident.objects.filter(pk=secret.pk).update(confidential=True)

    assert rules.propose(at=LATER) == 0


def test_like_words_about_one_service_five_times_in_a_week_are_proposed(report: Report) -> None:
    for number in range(5):
        report(f"公文簽核出現 502 第 {number} 次", at=MONDAY + timedelta(hours=number))

    assert rules.propose(at=LATER) == 1
    assert (Proposal.objects.get().rule, Proposal.objects.get().evidence.count()) == ("symptoms", 5)


def test_what_was_reopened_twice_is_proposed(report: Report) -> None:
    case = report("投影機無訊號")
    Incident.objects.filter(pk=case.pk).update(reopen_count=2)

    assert rules.propose(at=LATER) == 1
    assert Proposal.objects.get().rule == "reopened"


def test_an_accepted_proposal_is_a_problem_with_its_incidents(
    report: Report, problem_manager: Person, service: Service
) -> None:
    cases = [report(title, component="AP-2") for title in TITLES[:3]]
    rules.propose(at=LATER)

    made = deciding.accept(Proposal.objects.get(), by=problem_manager, at=LATER)

    assert (made.state, made.origin, made.requester, made.causal_component) == (
        "registered",
        "trend",
        service.owner,
        "AP-2",
    )
    assert Link.objects.filter(target=made.pk, kind=LinkKind.ESCALATED_TO_PROBLEM).count() == len(cases)
    assert all(str(case.number) in made.description for case in cases)
    assert (Proposal.objects.get().state, Proposal.objects.get().problem_id) == ("accepted", made.pk)
    assert rules.propose(at=LATER) == 0
    with pytest.raises(Objected):
        deciding.accept(Proposal.objects.get(), by=problem_manager, at=LATER)


def test_a_dismissed_proposal_keeps_its_reason_and_counts_no_more(report: Report, problem_manager: Person) -> None:
    for title in TITLES[:3]:
        report(title, component="AP-2")
    rules.propose(at=LATER)
    with pytest.raises(Objected):
        deciding.dismiss(Proposal.objects.get(), reason=" ", by=problem_manager, at=LATER)

    deciding.dismiss(Proposal.objects.get(), reason="換版期間的預期現象", by=problem_manager, at=LATER)
    report(TITLES[3], component="AP-2", at=LATER)

    assert rules.propose(at=LATER + DAY) == 0
    for title in TITLES[:2]:
        report(title, component="AP-2", at=LATER + DAY)
    assert rules.propose(at=LATER + 2 * DAY) == 1


def test_only_the_owner_of_the_process_decides(report: Report, handler: Person, agent: Person) -> None:
    for title in TITLES[:3]:
        report(title, component="AP-2")
    rules.propose(at=LATER)

    for person in (handler, agent):
        with pytest.raises(NotAllowed):
            deciding.accept(Proposal.objects.get(), by=person, at=LATER)


def test_a_fixed_problem_that_comes_back_is_proposed_to_be_opened_again(
    walk: Walk, report: Report, problem_manager: Person
) -> None:
    review = walk("result_review")
    at = review.observed_until
    perform(review, "close", by=problem_manager, at=at, closure_code="fixed", effectiveness_note="好")
    again = report("公文簽核出現 502", at=at + DAY)

    assert rules.propose(at=at + 2 * DAY) == 1
    record = deciding.accept(Proposal.objects.get(rule="recurred"), by=problem_manager, at=at + 2 * DAY)

    assert (record.state, record.reopen_count, KnownError.objects.get().state) == ("analysing", 1, "published")
    assert Link.objects.filter(source=again.pk, target=record.pk).exists()
    assert Problem.objects.count() == 1


@pytest.mark.parametrize("language", ["zh-hant", "en"])
def test_the_page_shows_proposals_with_their_records_and_decides(
    report: Report, problem_manager: Person, agent: Person, signed_in: Callable[..., Client], language: str
) -> None:
    cases = [report(title, component="AP-2") for title in TITLES[:3]]
    rules.propose(at=LATER)
    pk = Proposal.objects.get().pk
    client = signed_in(problem_manager, language)

    page = client.get("/problems/candidates/").content.decode()
    refused = client.post(f"/problems/candidates/{pk}/dismiss/", {"reason": ""})
    accepted = client.post(f"/problems/candidates/{pk}/accept/")

    assert all(str(case.number) in page for case in cases)
    assert "/problems/candidates/" in client.get("/problems/").content.decode()
    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert str(Problem.objects.get().number) in client.get("/problems/candidates/").content.decode()
    assert signed_in(agent).get("/problems/candidates/").status_code == 403


def test_beat_and_tick_run_the_rules(report: Report) -> None:
    from django.conf import settings

    for title in TITLES[:3]:
        report(title, component="AP-2", at=datetime.now(MONDAY.tzinfo) - DAY)

    call_command("tick", stdout=StringIO())

    assert Proposal.objects.count() == 1
    assert task() == 0
    assert settings.CELERY_BEAT_SCHEDULE["proposals"]["task"] == "problems.tasks.propose"
