"""Hands, fields, tasks, outages, links, merges and children of a case, as a person works on them in a browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, Service
from incidents import services
from incidents.models import Incident
from itsm.people.models import Person, Team
from itsm.records.models import Event, Link, Watcher
from itsm.records.perform import perform
from itsm.tickets.models import Merge, Outage, Task, Ticket
from sla.models import Clock, Escalation
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def local(moment: Any) -> str:
    """Write a time as a browser sends it, in Taipei."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


# ---- hands and fields -----------------------------------------------------------------------
def test_a_case_is_taken_and_assigned(desk_browser: Client, worked: Any, desk: Team, agent: Person) -> None:
    colleague = make_person("colleague", "agent", name="同事")
    desk.members.add(colleague)

    desk_browser.post(
        f"/t/{worked.number}/assign", {"team": "desk", "assignee": "colleague", "version": worked.version}
    )
    assert fresh(worked).assignee == colleague
    desk_browser.post(f"/t/{worked.number}/take", {})
    assert fresh(worked).assignee == agent
    wrong = desk_browser.post(f"/t/{worked.number}/assign", {"team": "", "assignee": ""})

    assert wrong.status_code == 422
    assert "Choose a team." in wrong.content.decode()


def test_fields_are_edited(desk_browser: Client, worked: Any) -> None:
    form = desk_browser.get(f"/t/{worked.number}/edit").context["form"]
    sent = {f"base_{name}": value for name, value in form.base.items()} | {
        name: value for name, value in form.base.items()
    }

    answer = desk_browser.post(
        f"/t/{worked.number}/edit", sent | {"title": "公文無法匯出", "affected_users": "12", "version": worked.version}
    )

    assert answer.status_code == 303
    assert (fresh(worked).title, fresh(worked).affected_users, fresh(worked).description) == (
        "公文無法匯出",
        12,
        worked.description,
    )


def test_a_stale_edit_shows_both_versions_and_loses_nothing(
    desk_browser: Client, worked: Any, incident_manager: Person
) -> None:
    from itsm.tickets.edits import edit

    form = desk_browser.get(f"/t/{worked.number}/edit").context["form"]
    sent: dict[str, Any] = (
        {f"base_{name}": value for name, value in form.base.items()} | dict(form.base) | {"version": worked.version}
    )
    edit(worked, {"title": "別人的主旨", "component": "db-01"}, by=incident_manager)

    clash = desk_browser.post(f"/t/{worked.number}/edit", sent | {"title": "我的主旨", "affected_users": "7"})
    page = clash.content.decode()
    assert clash.status_code == 409
    assert "別人的主旨" in page
    assert "我的主旨" in page
    assert fresh(worked).title == "別人的主旨"

    again = clash.context["form"]
    sent = {f"base_{name}": value for name, value in again.base.items()} | {
        item.name: again.data.get(item.name, "") for item in again.inputs
    }
    sent["version"] = clash.context["version"]
    mine = desk_browser.post(f"/t/{worked.number}/edit", sent | {"choose_title": "mine"})

    assert mine.status_code == 303
    assert (fresh(worked).title, fresh(worked).component, fresh(worked).affected_users) == ("我的主旨", "db-01", 7)


def test_taking_the_other_version_keeps_the_rest_of_ones_own(
    desk_browser: Client, worked: Any, incident_manager: Person
) -> None:
    from itsm.tickets.edits import edit

    form = desk_browser.get(f"/t/{worked.number}/edit").context["form"]
    sent: dict[str, Any] = (
        {f"base_{name}": value for name, value in form.base.items()} | dict(form.base) | {"version": worked.version}
    )
    edit(worked, {"title": "別人的主旨"}, by=incident_manager)

    answer = desk_browser.post(
        f"/t/{worked.number}/edit", sent | {"title": "我的主旨", "component": "web-02", "choose_title": "theirs"}
    )

    assert answer.status_code == 303
    assert (fresh(worked).title, fresh(worked).component) == ("別人的主旨", "web-02")


def test_a_confidential_case_leaves_the_sight_of_others(desk_browser: Client, signed_in: SignedIn, worked: Any) -> None:
    other = make_person("elsewhere", "agent")

    desk_browser.post(f"/t/{worked.number}/confidential", {"confidential": "1"})

    assert fresh(worked).confidential
    assert signed_in(other).get(f"/incidents/{worked.number}/").status_code == 404
    assert desk_browser.get(f"/incidents/{worked.number}/").status_code == 200


# ---- pieces ---------------------------------------------------------------------------------
def test_tasks_are_added_done_and_skipped_with_a_reason(desk_browser: Client, worked: Any) -> None:
    for title in ("一", "二"):
        desk_browser.post(f"/t/{worked.number}/task", {"title": title})
    first, second = Task.objects.filter(ticket=worked.pk).order_by("pk")

    desk_browser.post(f"/t/{worked.number}/task/{first.pk}/done")
    refused = desk_browser.post(f"/t/{worked.number}/task/{second.pk}/skipped", {"note": ""})
    desk_browser.post(f"/t/{worked.number}/task/{second.pk}/skipped", {"note": "不需要"})

    assert refused.status_code == 422
    assert list(Task.objects.order_by("pk").values_list("state", "note")) == [("done", ""), ("skipped", "不需要")]
    assert desk_browser.post(f"/t/{worked.number}/task", {"title": " "}).status_code == 422


def test_an_outage_is_recorded_and_ended(desk_browser: Client, worked: Any) -> None:
    begun = timezone.now() - timedelta(minutes=30)

    desk_browser.post(
        f"/t/{worked.number}/outage", {"service": "documents", "started_at": local(begun), "kind": "unplanned"}
    )
    outage = Outage.objects.get(ticket=worked.pk)
    early = desk_browser.post(
        f"/t/{worked.number}/outage/{outage.pk}/end", {"ended_at": local(begun - timedelta(hours=1))}
    )
    desk_browser.post(f"/t/{worked.number}/outage/{outage.pk}/end", {"ended_at": local(timezone.now())})

    assert early.status_code == 422
    assert Outage.objects.get(pk=outage.pk).ended_at is not None


def test_one_watches_and_lets_others_watch_who_may_see_it(
    desk_browser: Client, worked: Any, engineer: Person, incident_manager: Person
) -> None:
    desk_browser.post(f"/t/{worked.number}/watch", {"watch": "on"})
    added = desk_browser.post(f"/t/{worked.number}/watch", {"person": "manager"})
    blind = desk_browser.post(f"/t/{worked.number}/watch", {"person": "engineer"})

    assert added.status_code == 303
    assert (blind.status_code, "may not see this case" in blind.content.decode()) == (422, True)
    assert set(Watcher.objects.values_list("person__username", flat=True)) == {"agent", "manager"}
    desk_browser.post(f"/t/{worked.number}/watch", {"watch": "off"})
    assert Watcher.objects.count() == 1


def test_cases_are_linked_and_parted(desk_browser: Client, worked: Any, requester: Person, service: Service) -> None:
    other = services.raise_incident(by=requester, requester=requester, title="另一件", service=service)

    missing = desk_browser.post(f"/t/{worked.number}/link", {"other": "INC-200001-00001", "kind": "related_to"})
    desk_browser.post(f"/t/{worked.number}/link", {"other": str(other.number).lower(), "kind": "related_to"})
    row = Link.objects.get()

    assert missing.status_code == 422
    assert str(other.number) in desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    assert str(worked.number) in desk_browser.get(f"/incidents/{other.number}/").content.decode()
    desk_browser.post(f"/t/{worked.number}/link/{row.pk}/remove")
    assert not Link.objects.exists()
    assert Event.objects.filter(name="unlink").count() == 2


def test_a_linked_case_that_one_may_not_see_is_not_named(
    signed_in: SignedIn, worked: Any, requester: Person, service: Service
) -> None:
    hidden = services.raise_incident(
        by=requester, requester=requester, title="canary-title", service=service, confidential=True
    )
    hidden.team = None
    Ticket.objects.filter(pk=hidden.pk).update(team=None)
    Link.objects.create(source_id=worked.pk, target_id=hidden.pk, kind="related_to", created_at=timezone.now())
    other = make_person("elsewhere", "agent")

    assert "canary-title" not in signed_in(other).get(f"/incidents/{worked.number}/").content.decode()


def test_a_duplicate_is_compared_merged_and_set_free_again(
    desk_browser: Client, worked: Any, requester: Person, service: Service
) -> None:
    twin = services.raise_incident(by=requester, requester=requester, title="公文系統無法登入了", service=service)

    asked = desk_browser.get(f"/t/{twin.number}/merge").content.decode()
    compared = desk_browser.post(f"/t/{twin.number}/merge", {"into": worked.number}).content.decode()
    merged = desk_browser.post(f"/t/{twin.number}/merge", {"into": worked.number, "sure": "1"})

    assert worked.number in asked
    assert "This one goes" in compared
    assert "公文系統無法登入了" in compared
    assert merged["Location"] == f"/incidents/{worked.number}/"
    assert desk_browser.get(f"/t/{twin.number}")["Location"] == f"/incidents/{worked.number}/"
    assert "was merged into" in desk_browser.get(f"/incidents/{twin.number}/").content.decode()
    row = Merge.objects.get()
    assert f"/merge/{row.pk}/undo" in desk_browser.get(f"/incidents/{worked.number}/").content.decode()
    desk_browser.post(f"/t/{worked.number}/merge/{row.pk}/undo")
    assert fresh(twin).merged_into_id is None


def test_typed_fields_are_helped_with_suggestions(desk_browser: Client, worked: Any, reported: Any) -> None:
    page = desk_browser.get(f"/t/{worked.number}/edit").content.decode()
    people = desk_browser.get(f"/t/{worked.number}/find/person", {"requested_for": "王"}).content.decode()

    assert f'hx-get="/t/{worked.number}/find/person"' in page
    assert '<option value="requester">王小明' in people
    assert desk_browser.get(f"/t/{worked.number}/find/team", {"x": "a"}).status_code == 404


# ---- children -------------------------------------------------------------------------------
def test_children_are_attached_resolved_with_the_parent_and_detached(
    desk_browser: Client, worked: Any, other_requester: Person, service: Service
) -> None:
    raised = [
        services.raise_incident(by=other_requester, requester=other_requester, title=f"也壞了 {n}", service=service)
        for n in range(3)
    ]
    for child in raised:
        desk_browser.post(f"/t/{worked.number}/child", {"other": child.number})
    desk_browser.post(f"/t/{worked.number}/child/{raised[2].number}/detach")

    asked = desk_browser.get(f"/t/{worked.number}/do/resolve").content.decode()
    desk_browser.post(
        f"/t/{worked.number}/do/resolve",
        {"resolution_code": "fixed", "resolution_note": "已重啟", "with_children": "on"},
    )

    assert "Resolve 2 child cases with the same text" in asked
    states = [fresh(child).state for child in raised]
    assert states == ["awaiting_confirmation", "awaiting_confirmation", "reported"]
    assert fresh(raised[0]).resolution_note == "已重啟"
    assert Incident.objects.get(pk=raised[0].pk).priority == worked.priority


def test_a_duplicate_of_the_same_requester_closes_with_the_confirmation(
    desk_browser: Client, worked: Any, requester: Person, service: Service
) -> None:
    twin = services.raise_incident(by=requester, requester=requester, title="同一件", service=service)
    desk_browser.post(f"/t/{twin.number}/merge", {"into": worked.number, "sure": "1"})
    given = {"resolution_code": "fixed", "resolution_note": "已重啟", "with_children": "on"}
    desk_browser.post(f"/t/{worked.number}/do/resolve", given)

    perform(fresh(worked), "confirm_resolution", by=requester, confirmation="portal")

    assert (fresh(worked).state, fresh(twin).state) == ("closed", "closed")


def test_a_merged_request_ends_with_the_one_that_was_done(
    requester: Person, agent: Person, password_item: Any, category: Category
) -> None:
    from itsm.tickets import merging

    kept, twin = (
        services.raise_request(by=requester, requester=requester, item=password_item, category=category)
        for _ in range(2)
    )
    merging.merge(twin, into=kept, by=agent)
    kept = perform(kept, "assign_first_line", by=agent, assignee=agent)
    kept = perform(kept, "fulfil", by=agent, fulfilment_code="delivered", fulfilment_note="完成")

    perform(kept, "confirm_done", by=requester, confirmation="portal")

    assert fresh(twin).state == "cancelled"
    assert kept.number in Event.objects.get(record=twin.pk, name="cancel").reason


def test_an_escalation_is_acknowledged_on_the_page_of_clocks(desk_browser: Client, worked: Any) -> None:
    clock = Clock.objects.filter(record=worked.pk, metric="resolution").get()
    at = timezone.now()
    row = Escalation.objects.create(
        clock=clock, record_id=worked.pk, cycle=1, level=3, due_at=at, fired_at=at, needs_ack=True
    )

    asked = desk_browser.get(f"/t/{worked.number}/clocks/").content.decode()
    answer = desk_browser.post(f"/t/{worked.number}/acknowledge/{row.pk}", {"next": f"/t/{worked.number}/clocks/"})

    assert "Escalation level 3 waits to be acknowledged." in asked
    assert answer["Location"] == f"/t/{worked.number}/clocks/"
    assert Escalation.objects.get(pk=row.pk).acknowledged_by is not None
    assert "waits to be acknowledged" not in desk_browser.get(f"/t/{worked.number}/clocks/").content.decode()
