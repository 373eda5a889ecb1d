"""The table of links (domain 1.9), row by row: those of changes, releases, items and baselines.

Each is made by the move or rule that the table names, through the services of the product; both pages show it; it is unique;
and what the table says happens when the far side finishes does happen.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from catalogue.models import Category, RequestItem, Service, ServiceTransition
from changes import conflicts, far
from changes.models import Change, StandardTemplate
from changes.services import blame
from configuration import baselines
from incidents import services
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records.links import link, linked
from itsm.records.models import Link, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from problems.models import Problem
from releases.figures import defects
from releases.models import Release
from tests.changes.conftest import EMERGENCY, REVIEW, RFC
from tests.changes.conftest import board_member as board_member
from tests.changes.conftest import drafted as drafted
from tests.changes.conftest import emergency as emergency
from tests.changes.conftest import implementer as implementer
from tests.changes.conftest import template as template
from tests.changes.conftest import walk as change_walk
from tests.changes.planning import chain as chain
from tests.changes.planning import keeper as keeper
from tests.changes.test_journeys import assessment
from tests.fixtures import MONDAY, make_person
from tests.problems.conftest import DAY, SOLUTION
from tests.problems.conftest import incident as incident
from tests.problems.conftest import problem as problem
from tests.problems.conftest import walk as problem_walk
from tests.releases.conftest import affected as affected
from tests.releases.conftest import change as change
from tests.releases.conftest import change_manager as change_manager
from tests.releases.conftest import deployed
from tests.releases.conftest import installer as installer
from tests.releases.conftest import release as release
from tests.releases.conftest import release_manager as release_manager
from tests.releases.conftest import walk as release_walk
from tests.walks.linking import Make, page_of, stands

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BEGAN = MONDAY + 2 * HOUR
#: The fixtures that come from elsewhere under another name.
FIXTURES = (change_walk, problem_walk, release_walk)


def told(person: Person) -> set[str]:
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def carried_out(record: Any, by: Person, manager: Person, outcome: str = "successful") -> Any:
    """Lead a scheduled change of Monday noon to its closure."""
    running = perform(record, "start_implementation", by=by, at=BEGAN, actual_start=BEGAN)
    if outcome == "backed_out":
        done = perform(running, "back_out", by=by, at=BEGAN + HOUR, reason="錯誤增加", restored="原參數")
    else:
        done = perform(
            running, "complete_implementation", by=by, at=BEGAN + HOUR, actual_end=BEGAN + HOUR, outcome=outcome
        )
    return perform(done, "close", by=manager, at=BEGAN + 2 * HOUR, **REVIEW)


# ---- fixes_problem --------------------------------------------------------------------------
@pytest.fixture
def solved(problem_walk: Make, handler: Person) -> Any:
    """A problem whose solution needs a change; gives both."""
    adopted = perform(
        problem_walk("workaround_in_place"), "adopt_solution", by=handler, at=MONDAY + 9 * HOUR, **SOLUTION | {"change_needed": "yes"},
    )  # fmt: skip
    (row,) = Change.objects.all()
    return adopted, row


def scheduled(record: Any, asker: Person, manager: Person, hands: Person) -> Any:
    """Lead a draft to its schedule."""
    approve: dict[str, Any] = {
        "implementer": hands,
        "test_result": "通過",
        "communication_plan": "公告",
        "backout_plan": "還原參數 (3)",
    }
    times = {name: RFC[name] + DAY for name in ("window_start", "window_end")}
    record = perform(record, "submit", by=asker, at=MONDAY + 10 * HOUR, **RFC | times)
    record = perform(record, "begin_assessment", by=manager, at=MONDAY + 10 * HOUR, assessor=asker)
    record = perform(record, "classify_minor", by=manager, at=MONDAY + 10 * HOUR, **assessment())
    return perform(record, "approve_implementation", by=manager, at=MONDAY + 10 * HOUR, **approve | times)


def test_a_solution_that_needs_a_change_drafts_it(solved: Any) -> None:
    adopted, made = solved

    assert stands(made, adopted, LinkKind.FIXES_PROBLEM).auto


@pytest.mark.parametrize(
    ("outcome", "state"), [("successful", "building_solution"), ("backed_out", "seeking_solution")]
)
def test_the_end_of_a_change_offers_the_solution_or_takes_it_back(
    solved: Any, handler: Person, change_manager: Person, implementer: Person, outcome: str, state: str
) -> None:
    adopted, made = solved
    made = scheduled(made, handler, change_manager, implementer)
    with translation.override("en"), pytest.raises(Objected, match="not closed successfully"):
        perform(adopted, "solution_done", by=handler, at=MONDAY + DAY, solution_evidence="設定已上線")
    at = MONDAY + DAY + 2 * HOUR
    made = perform(made, "start_implementation", by=implementer, at=at, actual_start=at)
    if outcome == "successful":
        made = perform(
            made, "complete_implementation", by=implementer, at=at + HOUR, actual_end=at + HOUR, outcome=outcome
        )
    else:
        made = perform(made, "back_out", by=implementer, at=at + HOUR, reason="錯誤", restored="原參數")
    perform(made, "close", by=change_manager, at=at + 2 * HOUR, **REVIEW)

    assert Problem.objects.get().state == state
    assert ("fix_done" in told(handler)) is (outcome == "successful")
    if outcome == "successful":
        done = perform(Problem.objects.get(), "solution_done", by=handler, at=at + DAY, solution_evidence="設定已上線")
        assert done.state == "result_review"


def test_a_change_that_is_withdrawn_takes_the_solution_back(solved: Any, handler: Person) -> None:
    _adopted, made = solved
    perform(made, "withdraw", by=handler, at=MONDAY + DAY, reason="改用別的方法")

    assert Problem.objects.get().state == "seeking_solution"


# ---- fixes_incident -------------------------------------------------------------------------
def test_the_end_of_an_emergency_offers_to_resolve_its_incident(
    emergency: Make, incident: Any, agent: Person, change_manager: Person
) -> None:
    paid = emergency("post_review", incident=incident)
    stands(paid, incident, LinkKind.FIXES_INCIDENT)
    assert "repair_done" not in told(agent)

    perform(paid, "close", by=change_manager, at=MONDAY + 3 * HOUR, **REVIEW)

    assert "repair_done" in told(agent)
    done = perform(
        incident, "resolve", by=agent, at=MONDAY + 4 * HOUR, resolution_code="fixed", resolution_note="已修補"
    )
    assert done.state == "awaiting_confirmation"


def test_an_emergency_without_an_incident_links_none(emergency: Make) -> None:
    assert EMERGENCY["emergency_basis"] == "vulnerability"
    assert not linked(emergency("emergency_authorization"), kind=LinkKind.FIXES_INCIDENT)


# ---- caused_by_change -----------------------------------------------------------------------
# The rule (same item, within 72 hours of the end) is walked in tests/changes/test_work.py.
def test_an_agent_lays_an_incident_at_a_change_and_the_quality_of_its_release_shows_it(
    release_walk: Make, change: Any, installer: Person, release_manager: Person, agent: Person, incident: Any
) -> None:
    brought = deployed(release_walk("deploying"), installer, at=BEGAN + HOUR)
    type(incident).objects.filter(pk=incident.pk).update(received_at=BEGAN + 2 * HOUR)
    blame(incident, Change.objects.get(pk=change.pk), by=agent, at=BEGAN + 3 * HOUR)

    stands(incident, brought, LinkKind.CAUSED_BY_CHANGE)
    ended = brought.early_life_until
    perform(
        brought,
        "close",
        by=release_manager,
        at=ended,
        success="yes",
        incidents_note="一件",
        customer_effect="無",
        lessons="無",
        pir_next="無",
    )
    found = defects(start=ended - DAY, end=ended + DAY)
    assert (found.part, found.whole) == (1, 1)


def test_a_release_that_has_not_gone_out_is_not_to_blame(
    release_walk: Make, change: Any, agent: Person, incident: Any
) -> None:
    deploying = release_walk("deploying")
    blame(incident, Change.objects.get(pk=change.pk), by=agent, at=BEGAN + HOUR)

    assert linked(incident, kind=LinkKind.CAUSED_BY_CHANGE).records[0].pk == change.pk
    assert not Link.objects.filter(target=deploying.pk, kind=LinkKind.CAUSED_BY_CHANGE).exists()


# ---- requested_via --------------------------------------------------------------------------
def test_an_order_opens_its_standard_change_and_can_be_fulfilled_when_that_is_closed(
    service: Service, template: StandardTemplate, requester: Person, agent: Person, category: Category, change_manager: Person,
    implementer: Person,
) -> None:  # fmt: skip
    item = RequestItem.objects.create(
        code="pool", service=service, name_zh="調整連線池", name_en="Resize the pool", target_seconds=3600, opens_change=True,
        change_template=template.code,
    )  # fmt: skip
    case = services.raise_request(by=requester, requester=requester, item=item, category=category, at=MONDAY)
    case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    made = Change.objects.get()
    assert stands(case, made, LinkKind.REQUESTED_VIA).auto
    given: dict[str, Any] = {"fulfilment_code": "delivered", "fulfilment_note": "好"}
    with translation.override("en"), pytest.raises(Objected, match="not over"):
        perform(case, "fulfil", by=agent, at=MONDAY, **given)

    made = perform(
        made, "submit_standard", by=agent, at=MONDAY, template=template.code, window_start=BEGAN, window_end=BEGAN + 2 * HOUR,
        implementer=implementer, no_ci_reason="僅調整參數",
    )  # fmt: skip
    assert (made.template, made.state) == (template, "scheduled")
    carried_out(made, implementer, change_manager)

    assert "asked_change_done" in told(agent)
    assert perform(case, "fulfil", by=agent, at=BEGAN + 3 * HOUR, **given).state == "awaiting_confirmation"


# ---- implemented_by -------------------------------------------------------------------------
def test_a_change_starts_its_release_and_waits_for_it(release_walk: Make, change: Any, installer: Person) -> None:
    planned = release_walk("approved")
    stands(change, planned, LinkKind.IMPLEMENTED_BY)

    perform(change, "start_implementation", by=installer, at=BEGAN, actual_start=BEGAN)

    assert Release.objects.get().state == "deploying"
    running = Change.objects.get(pk=change.pk)
    with pytest.raises(Objected):
        perform(
            running,
            "complete_implementation",
            by=installer,
            at=BEGAN + HOUR,
            actual_end=BEGAN + HOUR,
            outcome="successful",
        )
    deployed(Release.objects.get(), installer, at=BEGAN + HOUR)
    done = perform(
        running, "complete_implementation", by=installer, at=BEGAN + HOUR, actual_end=BEGAN + HOUR, outcome="successful"
    )
    assert done.state == "post_review"


def test_a_release_that_is_rolled_back_backs_its_change_out(release_walk: Make, change: Any, installer: Person) -> None:
    perform(release_walk("deploying"), "roll_back", by=installer, at=BEGAN + HOUR, reason="簽核錯誤")

    assert Change.objects.get(pk=change.pk).outcome == "backed_out"


# ---- designed_by ----------------------------------------------------------------------------
@pytest.fixture
def designing(
    change_walk: Make, change_manager: Person, board_member: Person, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, Any]:
    """A major change that the board, whose votes are not looked at here, has sent into design and transition."""
    monkeypatch.setattr(far.answers, "board", lambda change, at: "approved")
    made = change_walk("assessing")
    made = perform(made, "classify_major", by=change_manager, at=MONDAY, **assessment(trigger_service_change=True))
    made = perform(made, "cab_approve", by=board_member, at=MONDAY, needs_transition="yes", reason="服務時段異動")
    return made, ServiceTransition.objects.get()


def test_the_board_calls_for_a_transition(designing: tuple[Any, Any]) -> None:
    made, transition = designing

    assert made.state == "service_transition"
    assert stands(made, transition, LinkKind.DESIGNED_BY).auto


@pytest.mark.parametrize("move", ["reject_proposal", "cancel_transition"])
def test_a_transition_that_is_refused_or_cancelled_refuses_its_change(designing: tuple[Any, Any], move: str) -> None:
    owner = make_person("transitions", "transition_manager", name="鄭異動")
    perform(designing[1], move, by=owner, at=MONDAY, reason="經費不足")

    assert Change.objects.get(pk=designing[0].pk).state == "rejected"


# ---- affects / impacts ----------------------------------------------------------------------
def test_what_a_change_affects_stands_against_others_and_is_felt_further(
    drafted: Make, chain: list[Any], engineer: Person, change_manager: Person, implementer: Person
) -> None:
    one, other = drafted(), drafted(title="另一變更")
    for made, item in ((one, chain[0]), (other, chain[1])):
        link(made, item, kind=LinkKind.AFFECTS, by=engineer, at=MONDAY)
    stands(one, chain[0], LinkKind.AFFECTS)
    start, end = RFC["window_start"] + DAY, RFC["window_end"] + DAY
    scheduled(one, engineer, change_manager, implementer)

    (found,) = conflicts.of_change(other, start, end, None)
    assert (found.number, found.kind) == (one.number, "near")  # computed from what hangs on what
    assert chain[0].number in page_of(one)


# ---- baseline_of ----------------------------------------------------------------------------
def test_a_baseline_is_taken_for_a_change_before_it_starts_and_compared_after(
    drafted: Make, chain: list[Any], engineer: Person, change_manager: Person, implementer: Person
) -> None:
    """Kept as the record of the baseline; that a back-out restores it stands in tests/releases/test_configured.py."""
    made = drafted()
    link(made, chain[0], kind=LinkKind.AFFECTS, by=engineer, at=MONDAY)
    made = scheduled(made, engineer, change_manager, implementer)
    at = MONDAY + DAY + 2 * HOUR
    with pytest.raises(Objected):
        perform(made, "start_implementation", by=implementer, at=at, actual_start=at)
    kept = baselines.take_for(made, by=implementer, at=MONDAY + 11 * HOUR)

    assert perform(made, "start_implementation", by=implementer, at=at, actual_start=at).state == "implementing"
    assert [one.item_id for one in kept.items.all()] == [chain[0].pk]
    assert (kept.record_id, baselines.is_intact(kept)) == (made.pk, True)
    assert list(made.baselines.all()) == [kept]
