"""A major incident to its problem, to a major change through the committee, to a release, and all of them to closure."""

from __future__ import annotations

from datetime import date, time
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from catalogue.models import Category, Service
from changes import minutes_files
from changes.asks import QUESTIONS
from changes.board_models import Board, CabMeeting
from changes.models import Change
from incidents.models import Incident
from itsm.hours.models import Calendar
from itsm.people.models import Person, Team
from itsm.records.links import linked
from itsm.records.models import LinkKind
from problems.models import KnownError, Problem
from releases.models import Deployment, Release
from tests.browser.acting import Stage, Way, day, moment, number_of, written
from tests.browser.changing import TEXTS
from tests.browser.conftest import Enter
from tests.browser.test_change_journey import step_here
from tests.browser.test_journey import judge, report, stands, step
from tests.fixtures import make_person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BOARD = ("chair", "lin", "security")
RFC = {
    "reason_kind": "fix", "justification": "閘道憑證到期使公文系統中斷", "impact_text": "切換時中斷 10 分鐘",
    "plan": "備份設定 (5)\n換發憑證 (20)",
    "test_plan": "於測試區簽核 20 件", "test_result": "20 件皆成功", "backout_plan": "還原備份\n重啟閘道", "backout_tested": "yes",
    "communication_plan": "前一日公告", "no_ci_reason": "閘道未列管", "expected_downtime_min": "10", "requires_release": "yes",
}  # fmt: skip
PLAN = {
    "release_type": "major", "label": "GW 4.1", "contents": "公文閘道: 4.0 -> 4.1", "targets": "測試: GW-T\n正式: GW-1, GW-2",
    "method": "phased", "criteria": "簽核 20 件無錯誤\n登入正常", "rollback_plan": "還原 4.0 映像", "fixes": "公文閘道憑證到期",
}  # fmt: skip


class Cast(NamedTuple):
    """Who plays what."""

    requester: Person
    agent: Person
    engineer: Person
    incident_manager: Person
    problem_manager: Person
    lead: Person
    change_manager: Person
    implementer: Person
    release_manager: Person
    installer: Person
    board: dict[str, Person]


@pytest.fixture
def cast(
    requester: Person, agent: Person, engineer: Person, incident_manager: Person, problem_manager: Person, handler: Person,
    change_manager: Person, implementer: Person,
) -> Cast:  # fmt: skip
    """Everybody, with a board of three whose security officer may veto."""
    members = {name: make_person(name, "cab", name=f"{name}委員") for name in BOARD}
    board = Board.objects.create(
        code="cab", name_zh="變更審核委員會", name_en="CAB", calendar=Calendar.objects.get(code="taiwan-office"), weekday=3,
        opens=time(14), since=date(2026, 1, 1), place="A301",
    )  # fmt: skip
    for name, person in members.items():
        board.members.create(person=person, is_chair=name == "chair", has_veto=name == "security")
    owner = make_person("releases", "release_manager", name="高發行")
    hands = make_person("installer", "release_implementer", name="郭部署")
    return Cast(
        requester, agent, engineer, incident_manager, problem_manager, handler, change_manager, implementer, owner, hands, members
    )  # fmt: skip


@pytest.mark.parametrize("way", [Way("zh-hant", True), Way("en", False)], ids=str)
def test_a_major_incident_leads_to_a_release_and_everything_is_closed(
    enter: Enter, cast: Cast, service: Service, category: Category, network_team: Team, desk: Team, way: Way
) -> None:
    stage = Stage(enter, way)

    incident = major_incident(stage, cast)
    problem = understood(stage, cast)
    change = requested(stage, cast, problem)
    decided(stage, cast, change)
    release = prepared(stage, cast, change)
    deployed(stage, cast, change, release)
    all_closed(stage, cast, problem, change, release)

    everything_hangs_together(incident, problem, change, release)
    shown_together(stage, cast, [incident, problem, change, release])


def major_incident(stage: Stage, cast: Cast) -> str:
    """Report an outage, declare it major, restore the service, confirm it, report and review it."""
    number = report(stage.at(cast.requester, "/portal/"))
    judge(stage.at(cast.agent, "/desk/triage/"))
    declared(stage, cast, number)
    restored(stage, cast, number)
    reviewed(stage, cast, number)
    return number


def declared(stage: Stage, cast: Cast, number: str) -> None:
    """Declare it major, and tell those concerned."""
    page = stage.at(cast.incident_manager, f"/incidents/{number}/")
    step(
        page, "declare_major", criterion="critical_down", lead="manager", comms_owner="agent", next_update_at=moment(minutes=30)
    )  # fmt: skip
    expect(page.locator(".record-chips")).to_contain_text(stage.word(Incident, "declared"))
    page = stage.at(cast.agent, f"/major/{number}/")
    written(page, "id_update_", {"text_zh": "公文系統中斷，搶修中。", "text_en": "Documents are down."})
    page.locator('form[action$="/update"] button[type=submit]').click()
    expect(page.locator('section[aria-labelledby="room-updates"] li')).to_have_count(1)


def restored(stage: Stage, cast: Cast, number: str) -> None:
    """Write down the outage, send the case to the second line, and let it bring the service back."""
    case, page = f"/incidents/{number}/", stage.at(cast.agent, f"/major/{number}/")
    begun = moment()
    page.locator(f'a[href*="/t/{number}/outage"]').first.click()
    form = page.locator(f'form[action$="/t/{number}/outage"]')
    written(page, "id_outage_", {"started_at": begun, "kind": "unplanned", "affected_users": "400"})
    form.locator("button[type=submit]").click()
    expect(page.locator('section[aria-labelledby="room-impact"] li')).to_have_count(1)
    stage.does(
        cast.agent, case, "escalate_second_line", (Incident, "l2_processing"), team="network", note="已重啟，無效"
    )
    stage.does(
        cast.engineer, case, "resolve", (Incident, "awaiting_confirmation"), resolution_code="workaround",
        resolution_note="已改走備援閘道", restored_at=begun,
    )  # fmt: skip


def reviewed(stage: Stage, cast: Cast, number: str) -> None:
    """Let the requester confirm, write the report, and hold the review."""
    case = f"/incidents/{number}/"
    page = stage.at(cast.requester, f"/portal/cases/{number}/")
    page.locator('form[action$="/confirm/"] button').click()
    expect(page.locator('form[action$="/confirm/"]')).to_have_count(0)
    page = stage.at(cast.incident_manager, f"/major/{number}/report/")
    written(page, "id_report_", {
        "impact": "全校公文停擺", "cause": "閘道憑證到期", "handling": "改走備援閘道", "actions": "換發憑證並監控到期日",
        "management_told_at": moment(), "management_told_how": "電話",
    })  # fmt: skip
    page.locator("main form button.primary").click()
    expect(page.locator(".card-head .chip")).to_have_attribute("data-tone", "done")
    stage.does(
        cast.incident_manager, case, "complete_major_review", (Incident, "closed"), reviewed_on=day(), attendees="黃志明、林怡君",
        lessons="憑證到期日須監控", actions="由問題單追蹤",
    )  # fmt: skip


def understood(stage: Stage, cast: Cast) -> str:
    """Find the cause of the problem that came of it, and adopt a solution that needs a change."""
    number = number_of(stage.at(cast.problem_manager, "/problems/"), "problems")
    path = f"/problems/{number}/"
    stage.does(cast.problem_manager, path, "confirm_problem", (Problem, "confirmed"))
    stage.does(
        cast.problem_manager, path, "classify", (Problem, "analysing"), category="login", impact="1", urgency="1",
        assignee="handler", cause_due_on=day(days=5), solution_due_on=day(days=20),
    )  # fmt: skip
    stage.does(
        cast.lead, path, "propose_root_cause", (Problem, "root_cause_review"), root_cause="閘道憑證到期未更新", rc_method="5why",
        rc_evidence="閘道紀錄", causal_component="GW-1", whys="登入失敗\n閘道拒絕連線\n憑證到期",
    )  # fmt: skip
    stage.does(cast.problem_manager, path, "accept_root_cause", (Problem, "known_error"))
    stage.does(cast.lead, path, "seek_solution", (Problem, "seeking_solution"))
    stage.does(
        cast.lead, path, "establish_workaround", (Problem, "workaround_in_place"), workaround="改走備援閘道", workaround_applies="登入失敗",
        workaround_risk="備援容量較小", workaround_tested_by="engineer",
    )  # fmt: skip
    stage.does(
        cast.lead, path, "adopt_solution", (Problem, "building_solution"), solution="升級閘道至 4.1 並換發憑證",
        solution_value="半日人力", change_needed="yes",
    )  # fmt: skip
    return number


def requested(stage: Stage, cast: Cast, problem: str) -> str:
    """Write the request for the change that the problem drafted, and find it to be major."""
    page = stage.at(cast.lead, f"/problems/{problem}/")
    number = number_of(page, "changes")
    page = stage.at(cast.lead, f"/changes/{number}/")
    page.locator(f'a[href="/changes/{number}/edit/"]').first.click()
    times = {"window_start": moment(minutes=-5), "window_end": moment(hours=3)}
    written(page, "id_rfc_", RFC | times | {"implementer": cast.implementer.username})
    page.locator('button[value="submit"]').click()
    stands(page, stage.word(Change, "submitted"))
    page = stage.at(cast.change_manager, "/cab/new/")
    page.locator("#id_meeting_board").select_option(index=1)
    written(page, "id_meeting_", {"starts_at": moment(minutes=20), "ends_at": moment(minutes=80)})
    page.locator("main form button.primary").click()
    expect(page.locator(".record-number")).to_be_visible()
    path = f"/changes/{number}/"
    stage.does(cast.change_manager, path, "begin_assessment", (Change, "assessing"), assessor="engineer")
    judged = dict.fromkeys(QUESTIONS, "3") | dict.fromkeys(TEXTS, "無") | {"trigger_many_users": "yes"}
    stage.does(cast.change_manager, path, "classify_major", (Change, "cab_review"), **judged)
    return number


def decided(stage: Stage, cast: Cast, change: str) -> None:
    """Vote at the meeting, record the decision, sign the minutes, and authorise the work."""
    manager, chair = cast.change_manager, cast.board["chair"]
    meeting = number_of(stage.at(chair, "/cab/"), "cab")
    path = f"/cab/{meeting}/"
    stage.does(manager, path, "publish_agenda", (CabMeeting, "agenda_published"))
    page = stage.at(cast.board["security"], "/cab/")  # who cannot come votes before
    way = page.locator('a[href^="/cab/ballots/"]')
    expect(way).to_have_text(change)
    way.click()
    page.wait_for_url("**/cab/ballots/*/")
    page.locator('input[name="vote"][value="yes"]').check()
    page.locator("main form button.primary").click()
    expect(page.locator(".side .chip[data-tone='decision']")).to_have_count(0)  # the vote is missing no more
    stage.does(manager, path, "open_meeting", (CabMeeting, "in_session"), attendees="chair\nlin")
    for name in ("chair", "lin"):
        page = stage.at(cast.board[name], path)
        expect(page.locator("main")).to_contain_text(change)
        voted(page, f"{name}同意")
    page = stage.at(chair, f"{path}?mode=presenter")
    page.locator(f'form[action="{path}act/next/"] button').click()
    expect(page.locator(f'form[action="{path}act/pause/"]')).to_be_visible()
    written(page, "id_decide_", {"decision": "approve", "reason": "風險可控", "needs_transition": "no"})
    page.locator(f'form[action^="{path}decide/"] button[type=submit]').click()
    expect(page.locator(f'form[action^="{path}decide/"]')).to_have_count(0)
    stage.does(manager, path, "end_meeting", (CabMeeting, "minutes"))
    page = stage.does(chair, path, "approve_minutes", (CabMeeting, "closed"))
    assert minutes_files.draw_due(at=timezone.now()) == 1  # what the worker does beside the page
    page.reload()
    expect(page.locator('a[href*="minutes.pdf"]')).to_have_count(2)
    stage.does(
        manager, f"/changes/{change}/", "approve_implementation", (Change, "scheduled"), implementer=cast.implementer.username
    )  # fmt: skip


def voted(page: Page, why: str) -> None:
    """Say yes on the page of the round or of the meeting, with a comment."""
    form = page.locator("form", has=page.locator('input[name="vote"]'))
    form.locator('input[value="yes"]').check()
    form.locator("#id_vote_reason").fill(why)
    form.locator("button[type=submit]").click()
    expect(page.locator("main")).to_contain_text(why)


def prepared(stage: Stage, cast: Cast, change: str) -> str:
    """Draft the release of the change, build it, let the desk sign its acceptance, and approve it."""
    hands, owner = cast.implementer, cast.release_manager
    page = stage.at(hands, f"/releases/new/?change={change}")
    written(page, "id_release_", {"title": "公文閘道 4.1", "description": "換發憑證"})
    page.locator("form button.primary").click()
    expect(page.locator(".record-number")).to_be_visible()
    number = page.locator(".record-number").inner_text()
    path = f"/releases/{number}/"
    times = {"planned_at": moment(minutes=-5), "planned_end": moment(hours=2)}
    stage.does(hands, path, "request_release", (Release, "requested"), **PLAN, **times)
    stage.does(owner, path, "start_build", (Release, "building"), test_environment="TEST-1")
    for place in range(2):
        signed(stage.at(cast.agent, path), place)
    stage.does(hands, path, "submit_for_review", (Release, "implementation_review"), acceptance_record="兩項皆通過")
    stage.does(
        owner, path, "approve_release", (Release, "approved"), deliverables="閘道映像 4.1", implementer=cast.installer.username,
        rollback_tested="yes",
    )  # fmt: skip
    return number


def signed(page: Page, place: int) -> None:
    """Sign one acceptance criterion as passed."""
    row = page.locator("#acceptance tbody tr").nth(place)
    row.locator('a[href$="/sign/"]').click()
    form = page.locator('form[action$="/sign/"]')
    form.locator('input[name="result"][value="passed"]').check()
    form.locator("#id_release_evidence").fill("測試報告")
    form.locator("button[type=submit]").click()
    expect(page.locator("#acceptance tbody tr").nth(place)).to_contain_text("測試報告")


def deployed(stage: Stage, cast: Cast, change: str, release: str) -> None:
    """Start the change, which starts its release; deploy target by target; end both."""
    path = f"/releases/{release}/"
    stage.does(
        cast.implementer, f"/changes/{change}/", "start_implementation", (Change, "implementing"), actual_start=moment()
    )
    stands(stage.at(cast.installer, path), stage.word(Release, "deploying"))
    for target in ("GW-T", "GW-1", "GW-2"):
        page = stage.at(cast.installer, path)
        at_target(page, target, "begin", stage.word(Deployment, "in_progress"))
        given = {"version_put": "4.1", "evidence": "版本畫面", "downtime_minutes": "3"}
        at_target(page, target, "succeed", stage.word(Deployment, "succeeded"), **given)
    stage.does(cast.installer, path, "complete_deployment", (Release, "post_review"), outcome="successful")
    stage.does(
        cast.implementer, f"/changes/{change}/", "complete_implementation", (Change, "post_review"), actual_end=moment(),
        outcome="successful",
    )  # fmt: skip


def at_target(page: Page, target: str, name: str, becomes: str, **given: str) -> None:
    """Make a move on the deployment to ``target`` from the page of its release."""
    row = page.locator("#deployments .release-target", has_text=target)
    row.locator(f'a[href*="/do/{name}?"]').click()
    form = page.locator(f'form[action*="/do/{name}"]')
    written(page, f"id_{name}_", given)
    form.locator("button[type=submit]").click()
    expect(row.locator(".chip").first).to_contain_text(becomes)


def all_closed(stage: Stage, cast: Cast, problem: str, change: str, release: str) -> None:
    """Close the release, then the change, then the problem; each is refused until the one before is over."""
    review = dict.fromkeys(("pir_incidents", "pir_sla", "lessons", "pir_next", "cmdb_note"), "無") | {"pir_met": "yes"}
    page = stage.at(cast.release_manager, f"/releases/{release}/")
    refused(page, "close")
    held = Release.objects.get(number=release)
    # the days of early life pass
    Release.objects.filter(pk=held.pk).update(early_life_until=held.actual_end)
    page = stage.at(cast.change_manager, f"/changes/{change}/")
    refused(page, "close")
    stage.does(
        cast.release_manager, f"/releases/{release}/", "close", (Release, "closed"), success="yes", incidents_note="無",
        customer_effect="無", lessons="順利", pir_next="無", cmdb_note="無列管項目",
    )  # fmt: skip
    refused(stage.at(cast.lead, f"/problems/{problem}/"), "solution_done")
    page = stage.at(cast.change_manager, f"/changes/{change}/pir/")
    step_here(page, **review)
    stands(page, stage.word(Change, "closed"))
    path = f"/problems/{problem}/"
    stage.does(cast.lead, path, "solution_done", (Problem, "result_review"), solution_evidence="變更已成功結案")
    refused(stage.at(cast.problem_manager, path), "close")
    seen = Problem.objects.get(number=problem)
    assert seen.observed_until is not None
    assert seen.observed_from is not None
    assert (seen.observed_until - seen.observed_from).days == 30
    # the month of observation passes
    Problem.objects.filter(pk=seen.pk).update(observed_until=seen.observed_from)
    stage.does(
        cast.problem_manager, path, "close", (Problem, "closed"), closure_code="fixed", effectiveness_note="未再發生"
    )


def refused(page: Page, name: str) -> None:
    """See the move closed, with the reason beside it."""
    way = page.locator(f'.record-acts a[href*="/do/{name}"]').first
    expect(way).to_have_attribute("aria-disabled", "true")
    assert way.get_attribute("title")


def everything_hangs_together(incident: str, problem: str, change: str, release: str) -> None:
    """Look at the rows: all closed, and each leads to the next."""
    fault = Incident.objects.get(number=incident)
    trouble, made, put = (
        Problem.objects.get(number=problem), Change.objects.get(number=change), Release.objects.get(number=release)
    )  # fmt: skip
    assert (fault.state, fault.major_status, trouble.state, trouble.outcome) == (
        "closed",
        "reviewed",
        "closed",
        "fixed",
    )
    assert (made.state, made.change_class, made.outcome) == ("closed", "major", "successful")
    assert (put.state, put.outcome) == ("closed", "successful")
    assert set(put.deployments.values_list("state", flat=True)) == {"succeeded"}
    for source, kind, target in (
        (fault, LinkKind.ESCALATED_TO_PROBLEM, trouble), (made, LinkKind.FIXES_PROBLEM, trouble),
        (made, LinkKind.IMPLEMENTED_BY, put),
    ):  # fmt: skip
        assert [row.number for row in linked(source, kind=kind).records] == [target.number]
    known = KnownError.objects.get(problem=trouble)
    assert (known.state, known.fixed_in) == ("resolved", change)
    item = next(row for row in CabMeeting.objects.get().minutes["items"] if row["number"] == change)
    assert item["decision"] == "approve"
    assert {row["member"]: row["vote"] for row in item["votes"]} == {f"{name}委員": "yes" for name in BOARD}


def shown_together(stage: Stage, cast: Cast, numbers: list[str]) -> None:
    """See on the page of each the one that it led to or came of."""
    incident, problem, change, release = numbers
    pages = (
        (cast.problem_manager, f"/problems/{problem}/", [incident, change]),
        (cast.change_manager, f"/changes/{change}/", [problem, release]),
        (cast.incident_manager, f"/incidents/{incident}/", [problem]),
    )
    for person, path, others in pages:
        page = stage.at(person, path)
        for number in others:
            expect(page.locator("#related .card-list")).to_contain_text(number)
