"""The first page: what needs the person now."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category
from incidents.models import Incident
from itsm.desk.home.awaited import states_for
from itsm.flow.roles import GRANTABLE
from itsm.people.models import Person, Team
from itsm.records import register
from itsm.records.perform import perform
from itsm.tickets import assignments, comments
from itsm.tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db


def section(html: str, name: str) -> str:
    """Cut out the card whose heading has the id ``name``-title."""
    return html.partition(f'id="{name}-title"')[2].partition("</section>")[0]


def test_my_cases_stand_by_the_time_that_is_left(client: Client, agent: Person, report: Any) -> None:
    now = timezone.now()
    later, sooner = report("晚到期"), report("早到期")
    for case, hours in ((later, 5), (sooner, 1)):
        assignments.take(case, by=agent)
        Ticket.objects.filter(pk=case.pk).update(due_at=now + timedelta(hours=hours), phase="working")
    client.force_login(agent)

    needs = section(client.get("/desk/").content.decode(), "needs")

    assert needs.index(sooner.number) < needs.index(later.number)


def test_answers_that_came_back_and_drafts_are_shown(
    client: Client, agent: Person, requester: Person, report: Any
) -> None:
    answered, silent = report("回覆了"), report("沒回覆")
    for case in (answered, silent):
        assignments.take(case, by=agent)
        comments.reply(case, body="請問版本？", by=agent)
    comments.reply(answered, body="第 3 版", by=requester)
    Draft.objects.create(ticket=silent, person=agent, kind="public", body="草稿內容", saved_at=timezone.now())
    client.force_login(agent)

    html = client.get("/desk/").content.decode()

    assert answered.number in section(html, "answer")
    assert silent.number not in section(html, "answer")
    assert "草稿內容" in section(html, "draft")


def test_a_hand_over_to_my_team_is_accepted_from_here(
    client: Client, agent: Person, engineer: Person, network_team: Team, category: Category, report: Any
) -> None:
    case = perform(report(), "classify", by=agent, service=report().service, category=category, impact="2", urgency="2")
    case = perform(case, "escalate_second_line", by=agent, team=network_team, note="已重啟無效")
    client.force_login(engineer)
    html = section(client.get("/desk/").content.decode(), "hand")

    client.post("/desk/q/act/take/", {"pick": f"{case.number}:{case.version}", "next": "/desk/"})

    assert "已重啟無效" in html
    assert case.assignments.get(done_at=None).accepted_at is not None
    assert case.number not in section(client.get("/desk/").content.decode(), "hand")


def test_the_address_without_path_leads_by_role(client: Client, agent: Person) -> None:
    client.force_login(agent)

    assert client.get("/")["Location"] == "/desk/"


def test_an_empty_day_says_what_to_do_next(client: Client, speak_english: Person) -> None:
    client.force_login(speak_english)

    html = client.get("/desk/").content.decode()

    assert "All done" in html
    assert "/desk/q/unassigned/" in html


def test_what_waits_past_its_follow_up_and_what_is_a_major_is_shown(client: Client, agent: Person, report: Any) -> None:
    now = timezone.now()
    waiting, resting, major = report("等廠商"), report("還早"), report("全校斷網")
    for case, follow_up in ((waiting, now - timedelta(hours=1)), (resting, now + timedelta(days=1))):
        assignments.take(case, by=agent)
        Ticket.objects.filter(pk=case.pk).update(phase="waiting", follow_up_at=follow_up)
    Incident.objects.filter(pk=major.pk).update(major_status="declared", major_declared_at=now)
    client.force_login(agent)

    html = client.get("/desk/").content.decode()

    assert waiting.number in section(html, "overdue")
    assert resting.number not in section(html, "overdue")
    assert f'href="/major/{major.number}/"' in html


def test_nothing_out_of_sight_is_shown_or_counted(client: Client, engineer: Person, report: Any) -> None:
    """Cases of others that an engineer's teams do not hold: a draft from before, a running major."""
    drafted, major = report("別人的案件"), report("別人的重大事故")
    Draft.objects.create(ticket=drafted, person=engineer, kind="public", body="從前的草稿", saved_at=timezone.now())
    Incident.objects.filter(pk=major.pk).update(major_status="declared", major_declared_at=timezone.now())
    client.force_login(engineer)

    html = client.get("/desk/").content.decode()

    assert "從前的草稿" not in html
    assert drafted.number not in html
    assert major.number not in html


@pytest.mark.parametrize(
    ("key", "state", "roles"),
    [
        ("change", "submitted", {"change_manager"}),
        ("change", "assessing", {"change_manager"}),
        ("change", "cab_review", {"cab"}),
        ("change", "emergency_authorization", {"change_manager", "ecab"}),
        ("change", "closed", set()),
        ("problem", "registered", {"problem_manager"}),
        ("release", "post_review", {"release_manager"}),
        ("survey_campaign", "under_review", {"review_board"}),
        ("service_transition", "acceptance", {"service_owner"}),
    ],
)
def test_a_state_waits_for_the_roles_with_most_moves(key: str, state: str, roles: set[str]) -> None:
    flow = register.flows()[key]

    waits = {role for role in GRANTABLE if state in states_for(flow, frozenset({role}))}

    assert waits == roles
