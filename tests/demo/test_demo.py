"""The demo: loaded once, consistent, open to personas only in demo mode, and taken out again."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoDbBlocker

from catalogue.models import Service
from changes.board_models import CabItem
from changes.calendar_models import FreezeWindow
from changes.models import Change
from configuration.models import ConfigurationItem, ImportBatch
from incidents import services
from incidents.figures import judged_wrongly
from incidents.models import Incident, ServiceRequest
from itsm.demo.personas import PERSONAS
from itsm.notices.models import Announcement, Outbox
from itsm.people.models import Organisation, Person, Team
from itsm.records import register
from itsm.records.clock import database_now
from itsm.records.models import Event, Link, LinkKind, Record
from itsm.service_reports.models import ReportIssue
from itsm.tickets.models import Comment, Ticket, WorkEntry
from problems import figures as problem_figures
from problems.models import KnownError, Proposal
from relationships.models import Complaint
from relationships.survey_models import SurveyCampaign, SurveyResponse
from sla.models import AvailabilityIssue, Clock, ExclusionClaim, MaintenanceTurn
from sla.replay import drift
from tests import database
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget what processes remember between pages."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo with little history, loaded once for several modules."""
    with django_db_blocker.unblock(), database.with_demo():
        yield


@pytest.fixture
def demo(loaded: None, db: None) -> None:
    """The demo, as it was loaded; what a test changes is taken back."""


@pytest.fixture
def demo_mode(settings: Any) -> None:
    """A desk that shows the demo on this machine."""
    settings.DEMO_MODE, settings.SITE_URL = True, "http://127.0.0.1:8000"


def test_it_is_loaded_once_and_sends_nothing(demo: None) -> None:
    before = Ticket.objects.count()

    call_command("load_demo", "--small", stdout=StringIO())

    assert Ticket.objects.count() == before > 20
    assert not Outbox.objects.exists()


def test_its_clocks_replay_equal(demo: None) -> None:
    drifted = [clock for clock in Clock.objects.all() if drift(clock)]

    assert drifted == []


def test_its_story_lines_are_alive(demo: None) -> None:
    states = set(Ticket.objects.open().values_list("state", flat=True))

    assert {
        "reported",
        "l1_processing",
        "l2_processing",
        "on_hold",
        "pending_approval",
        "awaiting_confirmation",
    } <= states
    assert {"analysing", "workaround_in_place"} <= states
    assert KnownError.objects.in_force().exclude(workaround="").count() == 2
    assert Incident.objects.filter(major_status="declared").count() == 1
    assert Incident.objects.filter(reopen_count=1).exists()
    assert Announcement.objects.current(database_now()).exists()


def test_the_report_of_the_running_contract_year_is_in_preparation(demo: None) -> None:
    issue = ReportIssue.objects.get(period="contract_year")

    assert (issue.state, issue.figures["period"]["kind"]) == ("prepared", "contract_year")
    assert issue.starts_at < issue.prepared_at < issue.ends_at
    assert [one["figure"] is not None for one in issue.figures["workload"]] == [True]


def test_an_access_point_that_fails_again_and_again_is_proposed_as_a_problem(demo: None) -> None:
    proposal = Proposal.objects.get(component="AP-LIB-3F", state=Proposal.State.OPEN)

    assert proposal.evidence.count() == 3


def test_matters_that_were_something_else_are_told_with_their_reasons(demo: None) -> None:
    end = database_now()
    span = {"start": end - timedelta(days=30), "end": end}

    assert judged_wrongly(**span).part == 1
    assert problem_figures.judged_wrongly(**span).part == 1
    assert Event.objects.filter(name="judge_as_request", reason__contains="目錄").count() == 2


def test_each_process_of_the_slides_has_its_story(demo: None) -> None:
    """The eight lines of the design: what is told of each, at the place where somebody looks for it."""
    ends = Link.objects.values_list("kind", "source__number", "target__number")
    linked = {(kind, str(source)[:3], str(target)[:3]) for kind, source, target in ends}
    battery = Change.objects.get(title="更換 UPS-02 電池組")

    assert ServiceRequest.objects.filter(request_item__code="password-reset", state="closed").exists()  # 1
    assert ServiceRequest.objects.filter(request_item__code="mailbox", state="pending_approval").exists()  # 2
    assert Incident.objects.filter(title__contains="502", reopen_count=1, state="l2_processing").exists()  # 3
    assert (battery.state, battery.change_class) == ("cab_review", "major")  # 4
    for kind, source, target in (
        (LinkKind.ESCALATED_TO_PROBLEM, "INC", "PRB"), (LinkKind.FIXES_PROBLEM, "CHG", "PRB"), (LinkKind.IMPLEMENTED_BY, "CHG", "REL"),
    ):  # fmt: skip
        assert (kind, source, target) in linked
    assert CabItem.objects.filter(
        change=battery, meeting__state="planned", meeting__starts_at__gt=database_now()
    ).exists()
    assert Change.objects.filter(change_class="emergency", state="retro_documentation").exists()  # 5
    assert Complaint.objects.filter(state="awaiting_consent").exists()  # 6
    assert SurveyCampaign.objects.filter(state="closed").exists()  # 7
    assert SurveyResponse.objects.filter(state="registered").count() > 3
    freeze = FreezeWindow.objects.get(name_zh="選課凍結期")
    within = Change.objects.filter(window_start__gt=freeze.starts_at, window_start__lt=freeze.ends_at)
    assert within.filter(title="選課資料庫索引重整", service__code="course-system").exists()  # 8


def test_every_process_has_a_record_and_a_persona_who_moves_it(demo: None) -> None:
    people = list(Person.objects.filter(username__in=[persona.username for persona in PERSONAS]))

    for process in register.processes():
        roles = {role for move in process.flow.transitions.values() for role in move.roles} - {"system"}
        assert any(person.holds(role, process=process.key) for person in people for role in roles), process.key
        assert process.model.objects.exists(), process.key


def test_search_finds_a_record_of_every_process_by_number_and_by_words(demo: None, client: Client) -> None:
    people = list(Person.objects.filter(username__in=("lin", "gao", "sun")))

    for process in register.processes():
        record = process.model.objects.order_by("-pk")[0]
        reader = next(one for one in people if process.model.objects.visible_to(one).filter(pk=record.pk).exists())
        client.force_login(reader)
        leads = client.get("/search/", {"q": record.number})
        there = leads.headers.get("Location") == f"/t/{record.number}"
        assert there or str(record.number) in leads.content.decode(), process.key
        assert record.title in client.get("/search/", {"q": record.title}).content.decode(), process.key


def test_queues_and_saved_views_know_every_process_of_cases(demo: None, client: Client) -> None:
    client.force_login(Person.objects.get(username="lin"))

    for process in register.processes():
        if issubclass(process.model, Ticket):
            page = client.get("/desk/q/all/", {"kind": process.key, "phase": "any"}).content.decode()
            assert f"/{process.section}/{process.flow.prefix}-" in page, process.key
            assert f"kind={process.key}" in page, process.key


def test_it_is_removed_whole(demo: None) -> None:
    call_command("remove_demo", stdout=StringIO())

    for model in (Record, Ticket, Event, Comment, Clock, Person, Team, Service, Organisation, Announcement, Proposal):
        assert not model.objects.exists(), model


def test_what_real_people_made_stays(demo: None) -> None:
    requester = make_person("real")
    real = services.raise_incident(
        by=requester,
        requester=requester,
        title="真實案件",
        service=Service.objects.get(code="documents"),
        at=database_now(),
    )

    call_command("remove_demo", stdout=StringIO())

    assert list(Ticket.objects.values_list("number", flat=True)) == [real.number]
    assert Service.objects.filter(code="documents").exists()
    assert not Person.objects.filter(is_demo=True, is_active=True).exists()


@pytest.mark.parametrize("persona", [one.username for one in PERSONAS])
def test_a_visitor_becomes_a_persona_with_one_click(demo: None, demo_mode: None, client: Client, persona: str) -> None:
    answer = client.post(f"/demo/become/{persona}/")

    assert answer.status_code == 303
    assert client.session["_auth_user_id"] == str(Person.objects.get(username=persona).pk)


def test_nobody_changes_role_outside_demo_mode(demo: None, settings: Any, client: Client) -> None:
    settings.DEMO_MODE = False

    assert client.post("/demo/become/lin/").status_code == 404
    assert client.get("/demo/become/lin/").status_code in (404, 405)


def test_demo_mode_behind_a_public_address_needs_a_word(demo: None, settings: Any, client: Client) -> None:
    settings.DEMO_MODE, settings.SITE_URL, settings.DEMO_PUBLIC = True, "https://desk.example.org", False

    assert client.post("/demo/become/admin/", secure=True).status_code in (400, 404)


def test_only_personas_can_be_become(demo: None, demo_mode: None, client: Client) -> None:
    real = make_person("real")

    assert client.post(f"/demo/become/{real.username}/").status_code == 404
    assert client.post("/demo/become/kuo/").status_code == 404


def test_the_sign_in_page_offers_the_personas(demo: None, demo_mode: None, client: Client) -> None:
    assert "/demo/become/lin/" in client.get("/login/").content.decode()


def test_logins_are_printed_only_where_the_demo_is_offered(demo: None, settings: Any) -> None:
    told, silent = StringIO(), StringIO()
    settings.DEMO_MODE, settings.SITE_URL = True, "http://127.0.0.1:8000"
    call_command("demo_logins", stdout=told)
    settings.DEMO_MODE = False
    call_command("demo_logins", stdout=silent)

    assert "lin" in told.getvalue()
    assert silent.getvalue() == ""


def test_availability_has_its_story(demo: None) -> None:
    """A correction after issuing, an exclusion that waits, maintenance that was missed and some that comes."""
    assert AvailabilityIssue.objects.filter(number=2).exists()
    assert AvailabilityIssue.objects.latest().filter(is_provisional=False).count() >= 5
    assert ExclusionClaim.objects.undecided().count() == 1
    states = {turn.state for turn in MaintenanceTurn.objects.all()}
    assert {"done", "missed", "planned"} <= states


def test_an_import_waits_for_a_second_person_who_applies_and_undoes_it(demo: None, client: Client) -> None:
    batch = ImportBatch.objects.get(state="staged")
    host = ConfigurationItem.objects.get(title="esx-01")
    client.force_login(Person.objects.get(username="yang"))
    client.post(f"/cmdb/import/{batch.pk}/authorise/")
    batch.refresh_from_db()
    own = batch.verified_by

    client.force_login(Person.objects.get(username="ma"))
    page = client.get(f"/cmdb/import/{batch.pk}/").content.decode()
    for act in ("authorise", "apply"):
        client.post(f"/cmdb/import/{batch.pk}/{act}/")
    applied = ConfigurationItem.objects.get(pk=host.pk).attributes["memory_mb"]
    made = ConfigurationItem.objects.get(title="esx-05")
    client.post(f"/cmdb/import/{batch.pk}/undo/")

    assert own is None
    assert "esx-06" in page
    assert (applied, made.state) == (786432, "live")
    assert ConfigurationItem.objects.get(pk=host.pk).attributes["memory_mb"] == host.attributes["memory_mb"]
    assert ConfigurationItem.objects.get(pk=made.pk).state == "retired"


def test_time_is_worked_and_costs_what_the_roles_cost(demo: None) -> None:
    figure = register.process("incident").figures["cost_per_case"]
    now = database_now()
    found = figure(start=now - timedelta(days=400), end=now)

    assert found.count > 5
    assert found.value > 50
    assert WorkEntry.objects.standing().filter(rate=None).exists()
    assert WorkEntry.objects.filter(taken_back_at__isnull=False).count() == 1
    assert Event.objects.filter(name="enter_time").count() == WorkEntry.objects.count()


def test_services_name_the_items_that_stand_for_them(demo: None) -> None:
    root = Service.objects.get(code="documents").root_ci

    assert root is not None
    assert root.attributes["service_code"] == "documents"
