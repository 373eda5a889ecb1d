"""The table of links (domain 1.9), row by row: those of incidents, problems, complaints, surveys and suppliers.

Each is made by the move or rule that the table names, through the services of the product; both pages show it; it is unique;
and what the table says happens when the far side finishes does happen. Not built yet are nonconformities and improvements as
records of their own: of ``corrected_by`` the part that exists is tested, actions that hang on what they correct.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import Category, Service
from incidents import children, services
from incidents.models import Incident
from itsm.notices.models import Notification
from itsm.people.models import Person
from itsm.records import register
from itsm.records.links import linked, linking
from itsm.records.models import LinkKind, Watcher
from itsm.records.perform import perform
from itsm.tickets import merging
from itsm.tickets.models import HoldReason, Ticket
from problems import deciding, rules
from problems.models import KnownError, Problem, Proposal
from problems.services import raise_problem, use_known_error
from relationships import survey_sending
from relationships.complaints import raise_complaint
from relationships.models import Complaint, SupplierCase
from relationships.survey_models import SurveyCampaign
from tests.fixtures import MONDAY, make_person
from tests.problems.conftest import DAY, Walk
from tests.problems.conftest import incident as incident
from tests.problems.conftest import problem as problem
from tests.problems.conftest import walk as walk
from tests.relationships.conftest import contract as contract
from tests.relationships.conftest import draft as draft
from tests.relationships.conftest import keeper as keeper
from tests.relationships.conftest import registration
from tests.relationships.conftest import supplier as supplier
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.walks.linking import ROWS, page_of, reader, stands

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DONE: dict[str, Any] = {"resolution_code": "fixed", "resolution_note": "已修復"}


@pytest.fixture
def other(requester: Person, service: Service) -> Any:
    """A second report of the same fault."""
    return services.raise_incident(
        by=requester, requester=requester, title="公文簽核又出現 502", service=service, at=MONDAY
    )


@pytest.fixture
def brm(db: None) -> Person:
    """The relationship manager."""
    return make_person("relations", "brm", name="許關係")


@pytest.fixture
def colleague(desk: Any) -> Person:
    """An agent who has nothing to do with the case."""
    person = make_person("colleague", "agent", name="張同仁")
    desk.members.add(person)
    return person


def told(person: Person) -> set[str]:
    return set(Notification.objects.filter(person=person).values_list("template", flat=True))


def test_every_kind_of_the_table_has_its_test() -> None:
    assert set(LinkKind.values) - {"related_to"} == set(ROWS)


# ---- duplicate_of / child_of ----------------------------------------------------------------
def test_a_duplicate_is_cancelled_into_its_parent(incident: Any, other: Any, agent: Person, category: Category) -> None:
    gone = perform(other, "cancel", by=agent, at=MONDAY, code="duplicate", parent=incident, reason="同一事故")

    stands(gone, incident, LinkKind.DUPLICATE_OF)
    assert (gone.state, gone.parent_id) == ("cancelled", incident.pk)


def test_a_merged_duplicate_is_one_too(incident: Any, other: Any, agent: Person) -> None:
    merging.merge(other, into=incident, by=agent, at=MONDAY)

    assert [row.pk for row in linking(incident, kind=LinkKind.DUPLICATE_OF).records] == [other.pk]
    assert "merged into" in page_of(other)
    assert "merged into this" in page_of(incident)


def test_resolving_a_parent_offers_to_resolve_its_children_with_one_text(
    incident: Any, other: Any, agent: Person, category: Category
) -> None:
    services.attach_child(other, parent=incident, by=agent, at=MONDAY)
    shown, dialog = page_of(other), reader_of(agent, f"/t/{incident.number}/do/resolve")
    parent = perform(incident, "resolve", by=agent, at=MONDAY + HOUR, **DONE)
    taken = children.take_along(parent, by=agent, at=MONDAY + HOUR, **DONE)

    assert (incident.number in shown, "Resolve 1 child case with the same text" in dialog) == (True, True)
    assert [child.pk for child in taken] == [other.pk]
    child = Incident.objects.get(pk=other.pk)
    assert (child.state, child.resolution_note) == ("awaiting_confirmation", "已修復")
    assert other.number in page_of(incident)


def reader_of(person: Person, address: str) -> str:
    """Read a page as somebody, in English."""
    client = reader()
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return str(client.get(address).content.decode())


# ---- escalated_to_problem -------------------------------------------------------------------
def test_a_major_incident_goes_on_as_a_problem(
    incident: Any, agent: Person, incident_manager: Person, requester: Person
) -> None:
    declared = perform(
        incident, "declare_major", by=incident_manager, at=MONDAY, criterion="critical_down", lead=incident_manager,
        comms_owner=agent, next_update_at=MONDAY + HOUR,
    )  # fmt: skip
    resolved = perform(declared, "resolve", by=agent, at=MONDAY + HOUR, **DONE)
    perform(resolved, "confirm_resolution", by=requester, at=MONDAY + 2 * HOUR, confirmation="portal")

    made = Problem.objects.get()
    assert stands(incident, made, LinkKind.ESCALATED_TO_PROBLEM).auto
    assert (made.origin, register.reached(made, "from_major")) == ("major_incident", True)


def test_somebody_raises_a_problem_from_an_incident(incident: Any, agent: Person) -> None:
    made = raise_problem(incident, title="簽核反覆中斷", description="", origin="trend", by=agent, at=MONDAY)

    stands(incident, made, LinkKind.ESCALATED_TO_PROBLEM)


def test_a_trend_becomes_a_problem_with_its_records(
    requester: Person, service: Service, category: Category, agent: Person, problem_manager: Person
) -> None:
    graded: dict[str, Any] = {
        "service": service,
        "category": category,
        "impact": "3",
        "urgency": "3",
        "component": "AP-2",
    }
    cases = [
        services.raise_incident(by=requester, requester=requester, title=text, service=service, at=MONDAY)
        for text in "甲乙丙"
    ]
    for case in cases:
        perform(case, "classify", by=agent, at=MONDAY, **graded)
    assert rules.propose(at=MONDAY + DAY) == 1

    made = deciding.accept(Proposal.objects.get(), by=problem_manager, at=MONDAY + DAY)

    for case in cases:
        stands(case, made, LinkKind.ESCALATED_TO_PROBLEM)


def test_the_end_of_a_problem_is_told_to_who_watches_its_incidents(
    walk: Walk, problem_manager: Person, incident: Any, problem: Any
) -> None:
    watcher = make_person("watcher", "agent", name="張同仁")
    Watcher.objects.create(record_id=incident.pk, person=watcher)
    observed = walk("result_review")
    stands(incident, problem, LinkKind.ESCALATED_TO_PROBLEM)
    assert "problem_closed" not in told(watcher)

    perform(
        observed, "close", by=problem_manager, at=observed.observed_until, closure_code="fixed", effectiveness_note="未再發生",
    )  # fmt: skip

    assert "problem_closed" in told(watcher)


# ---- has_known_error ------------------------------------------------------------------------
def test_a_known_error_that_helped_counts_its_use(walk: Walk, incident: Any, agent: Person) -> None:
    walk("workaround_in_place")
    known = KnownError.objects.get()
    use_known_error(incident, known, by=agent, at=MONDAY)
    stands(incident, known, LinkKind.HAS_KNOWN_ERROR)
    assert known.use_count == 0

    perform(incident, "resolve", by=agent, at=MONDAY + DAY, resolution_code="known_error", resolution_note="依已知錯誤")

    used = KnownError.objects.get()
    assert (used.use_count, used.last_used_at) == (1, MONDAY + DAY)


# ---- handles_complaint ----------------------------------------------------------------------
@pytest.fixture
def complaint(requester: Person, service: Service, incident: Any, colleague: Person) -> Any:
    """A complaint about the incident, registered with an agent who has no part in it."""
    made = raise_complaint(
        by=requester, complainant=requester, at=MONDAY, source="portal", title="等了三天", description="", service=service,
        about=incident,
    )  # fmt: skip
    return perform(made, "register", by=colleague, at=MONDAY, **registration(requester, service, colleague))


def test_a_complaint_returns_when_the_last_that_handles_it_has_ended(
    complaint: Any, incident: Any, other: Any, colleague: Person, agent: Person
) -> None:
    referred = perform(complaint, "refer_to_process", by=colleague, at=MONDAY, process="incident", handled_by=other)
    opened = raise_problem(incident, title="原因", description="", origin="trend", by=agent, at=MONDAY)
    referred.links_out.create(target_id=opened.pk, kind=LinkKind.HANDLES_COMPLAINT, created_at=MONDAY)
    stands(referred, other, LinkKind.HANDLES_COMPLAINT)

    perform(other, "cancel", by=agent, at=MONDAY + HOUR, code="false_alarm", reason="已恢復")
    assert Complaint.objects.get().state == "in_other_process"
    perform(opened, "withdraw", by=agent, at=MONDAY + HOUR, reason="不是問題")

    assert Complaint.objects.get().state == "processing"


# ---- from_survey ----------------------------------------------------------------------------
def test_an_answer_shows_the_end_of_the_complaint_that_it_became(
    brm: Person, requester: Person, agent: Person, service: Service
) -> None:
    campaign = launch(plan(make_version(), owner=brm), by=brm)
    low = answer(campaign, requester, score=1, comment="等了三天")
    response = perform(low, "make_complaint", by=agent, at=MONDAY + DAY)
    made = Complaint.objects.get()
    stands(made, response, LinkKind.FROM_SURVEY)
    before = reader_of(brm, f"/survey-responses/{response.number}/")

    perform(made, "withdraw", by=agent, at=MONDAY + DAY, reason="誤會")

    after = reader_of(brm, f"/survey-responses/{response.number}/")
    assert ("Withdrawn" in before, "Withdrawn" in after) == (False, True)


# ---- about ----------------------------------------------------------------------------------
def test_a_complaint_is_about_a_case_and_its_leads_see_it_there(
    complaint: Any, incident: Any, incident_manager: Person, agent: Person
) -> None:
    stands(complaint, incident, LinkKind.ABOUT)

    page = reader_of(incident_manager, "/reports/quality/rows/complaints/?from=2026-11-01&to=2026-11-30&agent=agent")
    assert complaint.number in page
    assert reader().get("/reports/quality/").status_code == 200
    client = reader()
    client.force_login(agent)
    assert client.get("/reports/quality/").status_code == 403


def test_the_survey_after_a_case_is_about_it(brm: Person, incident: Any, agent: Person, requester: Person) -> None:
    whole: dict[str, Any] = {
        "mode": "transactional",
        "population": "",
        "sampling": "",
        "opens_on": None,
        "ends_on": None,
    }
    launch(plan(make_version(), owner=brm, at=MONDAY - DAY, **whole), by=brm, at=MONDAY - DAY)
    resolved = perform(incident, "resolve", by=agent, at=MONDAY + HOUR, **DONE)
    perform(resolved, "confirm_resolution", by=requester, at=MONDAY + HOUR, confirmation="portal")
    survey_sending.work(MONDAY + 2 * HOUR)

    response = answer(SurveyCampaign.objects.get(), requester, score=2, comment="太慢")
    stands(response, incident, LinkKind.ABOUT)
    perform(response, "make_complaint", by=agent, at=MONDAY + DAY)
    assert [row.pk for row in linked(Complaint.objects.get(), kind=LinkKind.ABOUT).records] == [incident.pk]


# ---- corrected_by ---------------------------------------------------------------------------
def test_what_corrects_a_complaint_hangs_on_it_until_it_is_done(complaint: Any, brm: Person) -> None:
    """There is no record of an improvement yet: an action stands on the complaint, with its owner, its day and its result."""
    client, day = reader(), timezone.localdate() + timedelta(days=9)
    client.force_login(brm)
    Person.objects.filter(pk=brm.pk).update(language="en")
    given = {"text": "增派一名值班", "owner": str(brm.pk), "due_on": day.isoformat()}
    assert client.post(f"/complaints/{complaint.number}/actions/new/", given).status_code == 303

    assert "增派一名值班" in page_of(complaint)
    assert complaint.number in reader_of(brm, "/surveys/actions/")
    assert register.process("complaint").receive is not None


# ---- supplier_case --------------------------------------------------------------------------
def test_waiting_for_a_supplier_opens_its_case_and_the_answer_lets_it_go_on(
    incident: Any, agent: Person, contract: Any
) -> None:
    why = HoldReason.objects.get(code="awaiting_supplier")
    held = perform(incident, "hold", by=agent, at=MONDAY, hold_reason=why, follow_up_at=MONDAY + 3 * DAY)
    case = SupplierCase.objects.get()
    assert stands(held, case, LinkKind.SUPPLIER_CASE).auto

    sent = perform(case, "send", by=agent, at=MONDAY + HOUR, contract=contract, contact="客服專線", question="請查修")
    assert sent.clocks.filter(state="running").exists()
    perform(sent, "record_answer", by=agent, at=MONDAY + 2 * HOUR, answer="已更換模組")

    assert Ticket.objects.get(pk=incident.pk).state == "l1_processing"
