"""What people see of problems and known errors, and how workarounds reach the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, Service
from changes.services import draft
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import Link, LinkKind
from itsm.records.perform import perform
from problems.models import KnownError, Problem
from tests.configuration.conftest import Make
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make
from tests.fixtures import MONDAY, make_person
from tests.problems.conftest import CAUSE, DAY, WORKAROUND, Walk
from tests.record.conftest import signed_in as signed_in

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
STATES = ("registered", "analysing", "known_error", "workaround_in_place", "result_review")


def text_of(client: Client, path: str) -> str:
    """Fetch a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("state", STATES)
def test_a_problem_has_the_pages_of_a_case_in_every_state(
    walk: Walk, state: str, language: str, signed_in: SignedIn, problem_manager: Person, handler: Person
) -> None:
    record = walk(state)

    for person in (problem_manager, handler)[: 1 if state == "registered" else 2]:
        client = signed_in(person, language)
        for path in ("problems/{}/", "problems/{}/flow/", "t/{}/clocks/", "t/{}/history/"):
            assert record.number in text_of(client, "/" + path.format(record.number))


def test_a_step_of_a_problem_is_made_in_its_dialog(
    problem: Any, signed_in: SignedIn, problem_manager: Person, handler: Person, category: Category
) -> None:
    client = signed_in(problem_manager)
    client.post(f"/t/{problem.number}/do/confirm_problem", {})
    answer = client.post(
        f"/t/{problem.number}/do/classify",
        {"category": category.code, "impact": "1", "urgency": "2", "assignee": handler.username,
         "cause_due_on": str(timezone.localdate() + 10 * DAY), "solution_due_on": str(timezone.localdate() + 20 * DAY)},
    )  # fmt: skip

    record = Problem.objects.get()
    assert (answer.status_code, record.state, record.assignee) == (303, "analysing", handler)
    assert record.team == handler.teams.get()


def test_the_workaround_stands_at_once_on_every_linked_open_incident(
    walk: Walk, incident: Any, agent: Person, handler: Person, signed_in: SignedIn
) -> None:
    page = f"/incidents/{incident.number}/"
    record = walk("analysing")
    assert WORKAROUND["workaround"] not in text_of(signed_in(agent), page)

    perform(record, "interim_workaround", by=handler, at=MONDAY + DAY, **WORKAROUND, workaround_tested_by=agent)

    shown = text_of(signed_in(agent), page)
    assert WORKAROUND["workaround"] in shown
    assert record.number in shown
    assert Notification.objects.filter(person=agent, template="workaround_known").count() == 1


@pytest.fixture
def like(walk: Walk, requester: Person, service: Service) -> Any:
    """A new incident like the one whose problem has a published known error with a workaround."""
    walk("workaround_in_place")
    return services.raise_incident(
        by=requester, requester=requester, title="公文簽核又出現 502", service=service, at=timezone.now()
    )


def test_a_matching_known_error_is_offered_on_a_new_incident_and_in_triage(
    like: Any, agent: Person, signed_in: SignedIn
) -> None:
    known = KnownError.objects.get()
    client = signed_in(agent)

    page, triage = text_of(client, f"/incidents/{like.number}/"), text_of(client, f"/desk/triage/?sel={like.number}")

    assert WORKAROUND["workaround"] in page
    assert f"/t/{like.number}/known-error/{known.number}/use" in page
    assert str(known.number) in triage


def test_an_incident_of_other_words_or_service_is_offered_nothing(
    walk: Walk, requester: Person, service: Service, agent: Person, signed_in: SignedIn
) -> None:
    walk("workaround_in_place")
    other = services.raise_incident(by=requester, requester=requester, title="印表機卡紙", service=service)

    assert WORKAROUND["workaround"] not in text_of(signed_in(agent), f"/incidents/{other.number}/")


def test_a_workaround_is_offered_for_the_same_configuration_item_whatever_the_words(
    walk: Walk, requester: Person, agent: Person, make: Make, signed_in: SignedIn
) -> None:
    """An incident of no service yet, with other words, on the item that the problem is about."""
    record, item = walk("workaround_in_place"), make("ups", "UPS-02")
    other = services.raise_incident(by=requester, requester=requester, title="完全不同的描述", service=None, at=MONDAY)
    page = f"/incidents/{other.number}/"
    link(record, item, kind=LinkKind.AFFECTS, by=agent, at=MONDAY)
    assert WORKAROUND["workaround"] not in text_of(signed_in(agent), page)

    link(other, item, kind=LinkKind.AFFECTS, by=agent, at=MONDAY)

    shown = text_of(signed_in(agent, "en"), page)
    assert WORKAROUND["workaround"] in shown
    assert "same configuration item" in shown


def test_a_known_error_that_helped_is_counted_when_the_incident_is_resolved(
    like: Any, agent: Person, category: Category, service: Service, signed_in: SignedIn
) -> None:
    known = KnownError.objects.get()
    worked = perform(like, "classify", by=agent, service=service, category=category, impact="3", urgency="3")
    worked = perform(worked, "assign_first_line", by=agent, assignee=agent)

    answer = signed_in(agent).post(f"/t/{like.number}/known-error/{known.number}/use")
    signed_in(agent).post(f"/t/{like.number}/known-error/{known.number}/use")
    perform(worked, "resolve", by=agent, resolution_code="known_error", resolution_note="依已知錯誤處理")

    assert answer.status_code == 303
    assert Link.objects.filter(source=like.pk, target=known.pk, kind=LinkKind.HAS_KNOWN_ERROR).count() == 1
    assert KnownError.objects.get().use_count == 1


def test_known_errors_are_found_by_words(walk: Walk, agent: Person, signed_in: SignedIn) -> None:
    walk("workaround_in_place")
    known = KnownError.objects.get()
    client = signed_in(agent)

    assert str(known.number) in text_of(client, "/known-errors/")
    assert str(known.number) in text_of(client, "/known-errors/?q=連線池")
    assert str(known.number) not in text_of(client, "/known-errors/?q=印表機")
    assert WORKAROUND["workaround"] in text_of(client, f"/known-errors/{known.number}/")


def test_problems_are_found_by_words(problem: Any, agent: Person, signed_in: SignedIn) -> None:
    client = signed_in(agent)

    assert problem.number in text_of(client, "/problems/?q=每週重複")
    assert problem.number not in text_of(client, "/problems/?q=印表機")


def test_drafts_are_for_those_who_write_them_and_requesters_see_none(
    walk: Walk, agent: Person, requester: Person, problem_manager: Person, signed_in: SignedIn
) -> None:
    walk("known_error")
    path = f"/known-errors/{KnownError.objects.get().number}/"

    assert signed_in(agent).get(path).status_code == 404
    assert signed_in(requester).get(path).status_code == 403
    assert CAUSE["root_cause"] in text_of(signed_in(problem_manager), path)


def test_the_known_error_of_a_confidential_problem_stays_hidden(
    walk: Walk, agent: Person, incident: Any, signed_in: SignedIn
) -> None:
    walk("workaround_in_place")
    Problem.objects.update(confidential=True)

    assert signed_in(agent).get(f"/known-errors/{KnownError.objects.get().number}/").status_code == 404
    assert WORKAROUND["workaround"] not in text_of(signed_in(agent), f"/incidents/{incident.number}/")


def test_a_known_error_walks_its_machine_in_dialogs(walk: Walk, problem_manager: Person, signed_in: SignedIn) -> None:
    walk("known_error")
    number = KnownError.objects.get().number
    client = signed_in(problem_manager)

    def step(name: str, **data: str) -> int:
        return int(client.post(f"/t/{number}/do/{name}", data).status_code)

    assert step("publish", symptoms="502") == 422
    assert step("publish", symptoms="502", cause="連線池", workaround="無") == 303
    assert (KnownError.objects.get().state, KnownError.objects.get().workaround) == ("published", "")
    assert step("resolve_known_error", fixed_in="4.2") == 303
    assert step("republish", reason="又發生") == 303
    assert step("publish", symptoms="a", cause="b", workaround="c") == 409
    assert step("retire", reason="系統汰換") == 303
    assert step("nothing") == 404
    assert KnownError.objects.get().state == "retired"


def test_only_problem_people_move_a_known_error(walk: Walk, agent: Person, signed_in: SignedIn) -> None:
    walk("seeking_solution")

    answer = signed_in(agent).post(f"/t/{KnownError.objects.get().number}/do/retire", {"reason": "x"})

    assert answer.status_code == 403


def test_an_incident_that_comes_back_while_observed_is_linked_and_told(
    walk: Walk, requester: Person, service: Service, category: Category, agent: Person, problem_manager: Person
) -> None:
    review = walk("result_review")
    at = review.observed_from + timedelta(hours=3)
    again = services.raise_incident(by=requester, requester=requester, title="公文簽核出現 502", service=service, at=at)
    other = services.raise_incident(by=requester, requester=requester, title="印表機卡紙", service=service, at=at)

    for case in (again, other):
        perform(case, "classify", by=agent, at=at, service=service, category=category, impact="3", urgency="3")

    assert Link.objects.filter(target=review.pk, source=again.pk, auto=True).exists()
    assert not Link.objects.filter(source=other.pk).exists()
    assert Notification.objects.filter(person=problem_manager, template="problem_recurred").count() == 1


def test_a_problem_handler_sees_what_the_own_team_holds(walk: Walk, handler: Person, signed_in: SignedIn) -> None:
    analyst = make_person("analyst", "problem_handler")
    record = walk("analysing")

    assert signed_in(analyst).get(f"/problems/{record.number}/").status_code == 404
    assert signed_in(handler).get(f"/problems/{record.number}/").status_code == 200


def test_a_problem_is_raised_from_an_incident_which_goes_on(incident: Any, agent: Person, signed_in: SignedIn) -> None:
    client, address = signed_in(agent), f"/t/{incident.number}/problem"
    asked = text_of(client, address)

    refused = client.post(address, {"title": "", "origin": "trend"})
    answer = client.post(address, {"title": "公文 502 每週重複", "description": "每週一", "origin": "trend"})

    made = Problem.objects.get()
    assert incident.title in asked
    assert (refused.status_code, answer.status_code) == (422, 303)
    assert (made.title, made.origin, made.requester, made.service) == (
        "公文 502 每週重複",
        "trend",
        agent,
        incident.service,
    )
    assert Link.objects.filter(source=incident.pk, target=made.pk, kind=LinkKind.ESCALATED_TO_PROBLEM).exists()
    assert str(made.number) in text_of(client, f"/incidents/{incident.number}/")
    assert str(made.number) in text_of(client, address)
    assert str(made.number) not in asked
    assert perform(made, "withdraw", by=agent, reason="誤報").state == "rejected"


def test_a_problem_is_raised_only_by_those_who_work_on_the_incident(
    incident: Any, problem: Any, requester: Person, problem_manager: Person, agent: Person, signed_in: SignedIn
) -> None:
    address = f"/t/{incident.number}/problem"
    given = {"title": "重複", "description": "每週", "origin": "trend"}

    assert signed_in(requester).post(address, given).status_code == 403
    assert signed_in(problem_manager).post(address, given).status_code == 303
    assert signed_in(agent).post(f"/t/{problem.number}/problem", given).status_code == 404


def test_a_solution_that_needs_a_change_names_the_change_there_is(
    walk: Walk, handler: Person, signed_in: SignedIn
) -> None:
    record = walk("seeking_solution")
    path = f"/t/{record.number}/do/adopt_solution"
    assert "This came of it already" not in text_of(signed_in(handler), path)

    first = draft(title="換電池", by=handler, origin=record)

    assert f"This came of it already: {first.number} (Draft)." in text_of(signed_in(handler), path)
