"""What people see of releases: the board, the page in every state, and the small acts on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from itsm.flow import Move
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from releases.guards import in_window
from releases.models import Deployment, Release
from tests.fixtures import MONDAY
from tests.record.conftest import signed_in as signed_in
from tests.releases.conftest import HOUR, PLAN, Walk, deployed

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
BEGAN = MONDAY + 2 * HOUR
STATES = ("requested", "building", "implementation_review", "approved", "deploying")


def text_of(client: Client, path: str) -> str:
    """Fetch a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_who_signs_on_the_page_of_the_release_reads_it_anew(walk: Walk, signed_in: SignedIn, agent: Person) -> None:
    record = walk("building")
    page, key = f"/releases/{record.number}/", record.criteria.order_by("pk")[0].pk
    given = {"result": "passed", "evidence": "報告"}
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}

    plainly = signed_in(agent).post(f"{page}criteria/{key}/sign/", given)
    by_script = signed_in(agent).post(f"{page}criteria/{key}/sign/", given, headers=asked)

    assert plainly["Location"] == f"{page}#acceptance"
    assert by_script["HX-Redirect"] == page  # with a part named the browser would only scroll


@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("state", STATES)
def test_a_release_has_its_pages_in_every_state(
    walk: Walk, state: str, language: str, signed_in: SignedIn, release_manager: Person, agent: Person
) -> None:
    record = walk(state)

    for person in (release_manager, agent):
        client = signed_in(person, language)
        for path in ("releases/{}/", "releases/{}/flow/", "t/{}/history/"):
            assert record.number in text_of(client, "/" + path.format(record.number))


def test_the_page_names_change_contents_criteria_and_targets(
    walk: Walk, change: Any, signed_in: SignedIn, release_manager: Person
) -> None:
    record = walk("deploying")

    page = text_of(signed_in(release_manager), f"/releases/{record.number}/")

    for words in (change.number, "公文主程式", "3.2.0", "登入正常", "AP-T", "AP-1", "Wave 2"):
        assert words in page


def test_the_board_has_a_column_for_each_stage_and_a_list_beside_it(
    walk: Walk, signed_in: SignedIn, release_manager: Person, installer: Person
) -> None:
    record = deployed(walk("deploying"), installer, at=BEGAN)
    client = signed_in(release_manager)

    for path in ("/releases/", "/releases/?view=list"):
        assert record.number in text_of(client, path)
    assert "3.2.0" in text_of(client, "/releases/").split('id="matrix"')[1]
    assert record.deployments.first().number in text_of(client, "/deployments/?environment=test")
    assert record.deployments.first().number not in text_of(client, "/deployments/?open=1")


def test_the_board_asks_no_more_for_more_releases(
    walk: Walk, signed_in: SignedIn, release_manager: Person, engineer: Person
) -> None:
    walk("approved")
    client = signed_in(release_manager)
    text_of(client, "/releases/")
    with CaptureQueriesContext(connection) as few:
        text_of(client, "/releases/")
    for number in range(10):
        made = open_record(Release, by=engineer, at=MONDAY, title=f"R{number}", requester=engineer, received_at=MONDAY)
        made.contents.create(name="x")

    with CaptureQueriesContext(connection) as many:
        text_of(client, "/releases/")

    assert len(many) == len(few)


def test_a_release_is_drafted_from_its_changes(
    change: Any, signed_in: SignedIn, installer: Person, requester: Person
) -> None:
    client = signed_in(installer)
    given = {"title": "公文 3.2.0", "description": "改善", "changes": change.number}
    wrong = client.post("/releases/new/", given | {"changes": "CHG-202611-99999"})
    made = client.post("/releases/new/", given)

    record = Release.objects.get()
    assert (wrong.status_code, made.status_code) == (422, 303)
    assert "CHG-202611-99999" in wrong.content.decode()
    assert (record.planned_at, record.rollback_plan) == (change.window_start, change.backout_plan)
    assert change.number in text_of(client, made["Location"])
    assert signed_in(requester).get("/releases/new/").status_code == 403


def test_contents_criteria_signatures_and_targets_are_kept_by_their_dialogs(
    walk: Walk, signed_in: SignedIn, release_manager: Person, agent: Person
) -> None:
    record = walk("requested")
    base = f"/releases/{record.number}"
    client = signed_in(release_manager)

    assert client.post(f"{base}/contents/add/", {"name": "資料庫", "new": "16.2"}).status_code == 303
    assert client.post(f"{base}/criteria/add/", {"text": ""}).status_code == 422
    assert client.post(f"{base}/criteria/add/", {"text": "回應 < 2 秒"}).status_code == 303
    twice = client.post(f"{base}/criteria/add/", {"text": "回應 < 2 秒"})
    assert (twice.status_code, "there already" in twice.content.decode()) == (422, True)
    target = {"environment": "staging", "target": "AP-S", "wave": "1"}
    assert client.post(f"{base}/targets/add/", target).status_code == 303
    assert client.post(f"{base}/targets/add/", target).status_code == 422
    key = record.criteria.order_by("-pk").first().pk
    signed = signed_in(agent).post(f"{base}/criteria/{key}/sign/", {"result": "passed", "evidence": "報告"})
    removed = signed_in(release_manager).post(f"{base}/contents/{record.contents.order_by('-pk').first().pk}/remove/")

    assert (signed.status_code, removed.status_code) == (303, 303)
    assert record.criteria.get(pk=key).signed_by == agent
    assert record.contents.count() == 1
    assert Deployment.objects.get(release=record).environment == "staging"


def test_a_target_is_deployed_from_its_dialog(walk: Walk, signed_in: SignedIn, installer: Person) -> None:
    record = walk("deploying")
    row = record.deployments.order_by("wave").first()
    client = signed_in(installer)

    assert row.number in text_of(client, f"/deployments/{row.number}/")
    client.post(f"/t/{row.number}/do/begin", {})
    answer = client.post(f"/t/{row.number}/do/fail", {"error": "磁碟已滿", "downtime_minutes": "7"})

    row = Deployment.objects.get(pk=row.pk)
    assert (answer.status_code, row.state, row.downtime_minutes) == (303, "failed", 7)
    assert "磁碟已滿" in text_of(client, f"/releases/{record.number}/")
    assert "no other target begins" in text_of(client, f"/releases/{record.number}/")


def test_requesters_see_neither_board_nor_release(walk: Walk, signed_in: SignedIn, requester: Person) -> None:
    record = walk("approved")
    client = signed_in(requester)

    assert client.get("/releases/").status_code == 403
    assert client.get("/deployments/").status_code == 403
    assert client.get(f"/releases/{record.number}/").status_code == 404
    assert client.post(f"/releases/{record.number}/contents/add/", {"name": "x"}).status_code == 404


def test_the_incidents_of_the_early_life_stand_on_the_page(
    walk: Walk, installer: Person, requester: Person, service: Any, signed_in: SignedIn, release_manager: Person
) -> None:
    from incidents.services import raise_incident
    from itsm.records.links import link
    from itsm.records.models import LinkKind

    record = deployed(walk("deploying"), installer, at=BEGAN)
    case = raise_incident(
        by=requester, requester=requester, title="簽核變慢", service=service, at=BEGAN + timedelta(hours=5)
    )
    link(case, record, kind=LinkKind.CAUSED_BY_CHANGE, by=None, at=MONDAY)

    assert str(case.number) in text_of(signed_in(release_manager), f"/releases/{record.number}/")


def test_rolling_back_is_offered_and_made_in_its_dialog(walk: Walk, signed_in: SignedIn, installer: Person) -> None:
    record = walk("deploying")

    answer = signed_in(installer).post(f"/t/{record.number}/do/roll_back", {"reason": "錯誤增加"})

    assert (answer.status_code, Release.objects.get(pk=record.pk).state) == (303, "post_review")


def test_the_stop_rule_stands_on_the_buttons(walk: Walk, signed_in: SignedIn, installer: Person, agent: Person) -> None:
    record = walk("deploying")
    first, *others = record.deployments.order_by("wave", "pk")
    perform(perform(first, "begin", by=installer, at=BEGAN), "fail", by=installer, at=BEGAN, error="無法連線")

    page = text_of(signed_in(installer, "en"), f"/releases/{record.number}/")

    for row in others:
        button = page.split(f'href="/t/{row.number}/do/begin')[1].split(">")[0]
        assert 'aria-disabled="true"' in button
        assert f"{first.target_name} failed: try it again or roll it back first." in button
    assert 'aria-disabled="true"' not in page.split(f'href="/t/{first.number}/do/retry')[1].split(">")[0]
    assert "/do/skip" not in page  # that is for the owner of the process
    assert (
        "/do/"
        not in text_of(signed_in(agent, "en"), f"/releases/{record.number}/")
        .split('id="deployments"')[1]
        .split("</section>")[0]
    )


def test_an_approved_release_is_given_more_time(
    walk: Walk, signed_in: SignedIn, release_manager: Person, installer: Person
) -> None:
    record = walk("approved")
    where, later = f"/releases/{record.number}/extend/", PLAN["planned_end"] + HOUR
    given = {"until": localtime(later).strftime("%Y-%m-%dT%H:%M"), "reason": "備份較久"}
    owner = signed_in(release_manager)

    asks = f'href="{where}"' in text_of(owner, f"/releases/{record.number}/")
    empty = owner.post(where, given | {"reason": ""})
    earlier = owner.post(where, given | {"until": "2026-01-01T10:00"})
    done = owner.post(where, given)

    assert (asks, empty.status_code, earlier.status_code, done.status_code) == (True, 422, 422, 303)
    assert Release.objects.get().planned_end == later
    assert "window extended" in text_of(owner, f"/releases/{record.number}/")
    assert signed_in(installer).post(where, given).status_code == 403
    assert in_window(Release.objects.get(), Move("start_deployment", installer, later))
