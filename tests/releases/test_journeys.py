"""The life of a release: the usual way, the emergency, the way back, and who may not judge their own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import translation

from changes.models import Change
from incidents import services as incidents
from itsm.people.models import Person, RoleGrant
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import Event, LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from problems.models import KnownError, Problem
from releases import services
from releases.models import DefinitiveMedium, Deployment, Release
from tests.changes.test_journeys import RFC
from tests.fixtures import MONDAY, make_person
from tests.releases.conftest import HOUR, PLAN, REVIEW, Walk, deployed

pytestmark = pytest.mark.django_db
BEGAN = MONDAY + 2 * HOUR


def refusals(record: Any, name: str, by: Person, *, at: Any = MONDAY, **inputs: Any) -> str:
    """Give the sentences that refuse a move."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=at, **inputs)
    return " ".join(str(reason) for reason in refusal.value.reasons)


def states(release: Any) -> list[str]:
    """Name the states of the deployments, in their order."""
    return list(release.deployments.order_by("wave", "pk").values_list("state", flat=True))


def test_a_release_goes_from_draft_to_closed_with_its_change(
    walk: Walk, change: Any, installer: Person, release_manager: Person, change_manager: Person
) -> None:
    release = deployed(walk("deploying"), installer, at=BEGAN + HOUR)
    assert (release.state, release.outcome, states(release)) == ("post_review", "successful", ["succeeded"] * 3)
    assert "Early-life observation period not over." in refusals(
        release, "close", release_manager, at=BEGAN + 2 * HOUR, **REVIEW
    )
    done = perform(
        Change.objects.get(pk=change.pk), "complete_implementation", by=installer, at=BEGAN + HOUR, actual_end=BEGAN + HOUR,
        outcome="successful",
    )  # fmt: skip

    closed = perform(release, "close", by=release_manager, at=release.early_life_until, **REVIEW)

    assert (closed.state, closed.closer, closed.number[:4]) == ("closed", release_manager, "REL-")
    assert register.reached(closed, "ended")
    assert done.state == "post_review"
    assert DefinitiveMedium.objects.get().version == "3.2.0"


def test_a_plan_without_its_parts_is_refused(release: Any, change: Any, engineer: Person) -> None:
    for missing in ({"change": None}, {"contents": ""}, {"criteria": ""}, {"rollback_plan": ""}):
        said = refusals(release, "request_release", engineer, **(PLAN | {"change": change} | missing))
        assert "Release plan is incomplete." in said


def test_a_line_of_the_targets_that_names_no_environment_is_told(release: Any, change: Any, engineer: Person) -> None:
    given = PLAN | {"change": change, "targets": "somewhere: AP-1"}

    assert "does not name an environment" in refusals(release, "request_release", engineer, **given)


def test_contents_criteria_and_targets_are_read_from_lines(walk: Walk) -> None:
    release = walk("approved")

    content = release.contents.get()
    assert (content.name, content.old_version, content.new_version) == ("公文主程式", "3.1.4", "3.2.0")
    assert release.criteria.count() == 2
    rows = release.deployments.order_by("wave", "pk").values_list("environment", "target_name", "wave")
    assert list(rows) == [("test", "AP-T", 1), ("production", "AP-1", 2), ("production", "AP-2", 2)]


def test_unsigned_or_failed_criteria_keep_it_from_review(
    walk: Walk, engineer: Person, agent: Person, installer: Person
) -> None:
    release = walk("building")
    first, second = release.criteria.order_by("pk")
    services.sign(release, first.pk, result="passed", evidence="報告", by=agent, at=MONDAY)
    services.sign(release, second.pk, result="failed", evidence="報告", by=agent, at=MONDAY)
    given: dict[str, Any] = {"acceptance_record": "見報告"}
    assert "Acceptance test is not passed." in refusals(release, "submit_for_review", engineer, **given)

    services.sign(release, second.pk, result="passed", evidence="複測", by=agent, at=MONDAY)

    assert perform(release, "submit_for_review", by=engineer, at=MONDAY, **given).state == "implementation_review"
    assert Event.objects.filter(record=release.pk, name="criterion_signed").count() == 3


def test_only_a_release_of_configuration_skips_the_build(walk: Walk, agent: Person, engineer: Person) -> None:
    release = walk("requested")
    for row in release.criteria.all():
        services.sign(release, row.pk, result="passed", evidence="報告", by=agent, at=MONDAY)

    said = refusals(release, "submit_for_review", engineer, acceptance_record="通過")

    assert "nothing but configuration" in said


def test_who_asked_or_carries_out_neither_approves_nor_closes(walk: Walk, release_manager: Person) -> None:
    release = walk("implementation_review")
    Release.objects.filter(pk=release.pk).update(requester=release_manager, asked_by=release_manager)
    given: dict[str, Any] = {"planned_at": BEGAN, "planned_end": BEGAN + HOUR, "method": "pilot", "deliverables": "包",
                             "rollback_plan": "還原"}  # fmt: skip
    able = make_person("other", "release_implementer")

    assert "Separation of duties" in refusals(release, "approve_release", release_manager, implementer=able, **given)


@pytest.mark.parametrize(
    "column",
    [
        "approver_id = asked_by_id",
        "approver_id = implementer_id",
        "closer_id = implementer_id",
        "closer_id = asked_by_id",
    ],
)
def test_not_even_raw_sql_lets_people_judge_their_own(walk: Walk, column: str) -> None:
    release = walk("approved")

    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(f"UPDATE releases_release SET {column} WHERE ticket_ptr_id = %s", [release.pk])  # fixed texts


def test_a_deployment_waits_for_its_change_and_its_window(walk: Walk, change: Any, installer: Person) -> None:
    release = walk("approved")
    assert "The parent change has not started." in refusals(release, "start_deployment", installer, at=BEGAN)
    Release.objects.filter(pk=release.pk).update(planned_at=BEGAN + HOUR)
    perform(change, "start_implementation", by=installer, at=BEGAN, actual_start=BEGAN)

    assert Event.objects.get(record=release.pk, name="change_started").facts["why"]
    assert "Outside the approved window." in refusals(release, "start_deployment", installer, at=BEGAN)
    assert perform(release, "start_deployment", by=installer, at=BEGAN + HOUR).state == "deploying"


def test_the_start_of_the_change_starts_the_release_that_waits_for_it(
    walk: Walk, change: Any, installer: Person
) -> None:
    release = walk("approved")

    perform(change, "start_implementation", by=installer, at=BEGAN, actual_start=BEGAN)

    assert Release.objects.get(pk=release.pk).state == "deploying"


def test_an_open_change_waits_for_its_release(walk: Walk, change: Any, installer: Person) -> None:
    walk("implementation_review")

    assert "Linked release is not ready." in refusals(
        change, "start_implementation", installer, at=BEGAN, actual_start=BEGAN
    )


def test_waves_follow_each_other_and_a_failed_target_stops_them(walk: Walk, installer: Person) -> None:
    release = walk("deploying")
    first, second, third = release.deployments.order_by("wave", "pk")
    assert "Wave 1 is not finished yet." in refusals(second, "begin", installer, at=BEGAN)
    row = perform(first, "begin", by=installer, at=BEGAN)
    row = perform(row, "fail", by=installer, at=BEGAN, error="磁碟空間不足")
    assert "AP-T failed" in refusals(second, "begin", installer, at=BEGAN)
    assert "Some targets are not finished." in refusals(release, "complete_deployment", installer, outcome="successful")

    row = perform(row, "retry", by=installer, at=BEGAN)
    row = perform(row, "succeed", by=installer, at=BEGAN, version_put="3.2.0", evidence="畫面")

    assert (row.tries, row.error) == (2, "")
    assert perform(second, "begin", by=installer, at=BEGAN).state == "in_progress"
    assert third.state == "planned"


def test_rolling_back_restores_every_target_and_backs_the_change_out(
    walk: Walk, change: Any, installer: Person
) -> None:
    release = walk("deploying")
    first = release.deployments.order_by("wave").first()
    perform(first, "begin", by=installer, at=BEGAN)

    back = perform(release, "roll_back", by=installer, at=BEGAN + HOUR, reason="簽核錯誤增加")

    assert (back.state, back.outcome, back.early_life_until) == ("post_review", "rolled_back", None)
    assert states(back) == ["rolled_back", "skipped", "skipped"]
    parent = Change.objects.get(pk=change.pk)
    assert (parent.state, parent.outcome) == ("post_review", "backed_out")
    assert Event.objects.filter(record=release.pk, name="roll_back").count() == 1
    assert Event.objects.filter(record=change.pk, name="back_out").count() == 1


def test_backing_the_change_out_rolls_its_release_back_once(walk: Walk, change: Any, installer: Person) -> None:
    release = walk("deploying")

    perform(Change.objects.get(pk=change.pk), "back_out", by=installer, at=BEGAN + HOUR, reason="錯誤", restored="原版")

    back = Release.objects.get(pk=release.pk)
    assert (back.state, back.outcome, back.version) == ("post_review", "rolled_back", release.version + 1)
    assert Event.objects.filter(record=change.pk, name="back_out").count() == 1


def test_withdrawing_the_change_cancels_its_release(walk: Walk, change: Any, engineer: Person) -> None:
    release = walk("approved")

    perform(change, "withdraw", by=engineer, at=MONDAY, reason="不需要")

    assert Release.objects.get(pk=release.pk).state == "cancelled"
    assert set(states(release)) == {"skipped"}


def emergency_change(engineer: Person, installer: Person, ecab: Person) -> Any:
    made = open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="修補弱點", description="CVE", requester=engineer, received_at=MONDAY
    )  # fmt: skip
    made = perform(
        made, "submit_emergency", by=engineer, at=MONDAY, justification="遭利用", emergency_basis="vulnerability",
        impact_text="中", backout_plan="還原", implementer=installer,
    )  # fmt: skip
    return perform(made, "authorize_emergency", by=ecab, at=MONDAY, authoriser=ecab, auth_channel="tap")


def test_an_emergency_is_deployed_at_once_and_owes_its_forms(
    release: Any, change: Any, engineer: Person, installer: Person, release_manager: Person
) -> None:
    urgent = emergency_change(engineer, installer, make_person("ecab", "ecab"))
    assert "Only an emergency change" in refusals(release, "start_emergency", installer, change=change)
    made = perform(release, "start_emergency", by=installer, at=MONDAY, change=urgent, targets="正式: WEB-1")
    row = made.deployments.get()
    row = perform(row, "begin", by=installer, at=MONDAY)
    perform(row, "succeed", by=installer, at=MONDAY, version_put="1.0.1", evidence="掃描")
    made = perform(made, "complete_emergency", by=installer, at=MONDAY + HOUR, outcome="successful")
    assert "Deployments are still open." in refusals(
        urgent, "complete_emergency", installer, actual_start=MONDAY, actual_end=MONDAY, outcome="successful"
    )
    forms = PLAN | {"release_type": "emergency", "rollback_tested": True}
    said = refusals(made, "complete_retro_forms", installer, **(forms | {"fixes": ""}), approver=release_manager)
    assert "Retrospective forms are incomplete." in said
    assert "must not have asked for it" in refusals(made, "complete_retro_forms", installer, **forms, approver=engineer)

    made = perform(made, "complete_retro_forms", by=installer, at=MONDAY + HOUR, **forms, approver=release_manager)

    assert (made.state, made.approver, made.release_type) == ("post_review", release_manager, "emergency")
    done = perform(
        urgent, "complete_emergency", by=installer, at=MONDAY + HOUR, actual_start=MONDAY, actual_end=MONDAY, outcome="successful"
    )  # fmt: skip
    assert (
        perform(done, "complete_retro_forms", by=installer, at=MONDAY + HOUR, **RFC, test_result="通過").state
        == "post_review"
    )


def test_closing_settles_the_known_errors_that_it_fixed(
    walk: Walk, installer: Person, release_manager: Person, requester: Person
) -> None:
    problem = open_record(
        Problem,
        by=None,
        at=MONDAY,
        channel="portal",
        origin="trend",
        title="502",
        requester=requester,
        received_at=MONDAY,
    )
    known = open_record(KnownError, by=None, at=MONDAY, problem=problem, title="502", state="published")
    release = deployed(walk("deploying"), installer, at=BEGAN)
    link(release, known, kind=LinkKind.FIXES_PROBLEM, by=None, at=MONDAY)

    perform(release, "close", by=release_manager, at=release.early_life_until, **REVIEW)

    fixed = KnownError.objects.get(pk=known.pk)
    assert (fixed.state, fixed.fixed_in) == ("resolved", release.number)


def test_incidents_of_its_early_life_are_counted(
    walk: Walk, installer: Person, requester: Person, service: Any
) -> None:
    from releases.reading import incidents_after

    release = deployed(walk("deploying"), installer, at=BEGAN)
    for days in (1, 30):
        case = incidents.raise_incident(
            by=requester, requester=requester, title="簽核變慢", service=service, at=MONDAY + timedelta(days=days)
        )
        link(case, release, kind=LinkKind.CAUSED_BY_CHANGE, by=None, at=MONDAY)

    assert incidents_after(release).count() == 1


def test_only_workers_of_the_release_write_its_plan(walk: Walk, requester: Person, agent: Person) -> None:
    release = walk("requested")

    with pytest.raises(NotAllowed):
        services.add_criterion(release, text="x", by=requester)
    with pytest.raises(NotAllowed):
        services.add_content(release, name="x", by=agent)


def test_requesters_see_no_deployment(walk: Walk, requester: Person, release_manager: Person) -> None:
    walk("approved")

    assert not Deployment.objects.visible_to(requester).exists()
    assert Deployment.objects.visible_to(release_manager).count() == 3


# ---- who deployed judges nothing ------------------------------------------------------------
def both(person: Person, role: str) -> Person:
    """Give the person a further role."""
    RoleGrant.objects.create(person=person, role=role)
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize(("name", "led"), [("begin", ()), ("succeed", ("begin",)), ("retry", ("begin", "fail"))])
def test_who_approved_a_release_deploys_no_target(
    walk: Walk, release_manager: Person, installer: Person, name: str, led: tuple[str, ...]
) -> None:
    release = walk("deploying")
    approver = both(release_manager, "release_implementer")
    row = release.deployments.order_by("wave", "pk").first()
    for step in led:
        row = perform(row, step, by=installer, at=BEGAN, error="磁碟已滿")

    said = refusals(row, name, approver, at=BEGAN, version_put="3.2.0", evidence="畫面")

    assert "Who approves a release must not carry it out." in said


def test_who_deployed_a_target_does_not_close_the_release(walk: Walk, installer: Person) -> None:
    release = walk("deploying")
    second = make_person("second", "release_manager", "release_implementer", name="程雙職")
    row = release.deployments.order_by("wave", "pk").first()
    row = perform(row, "begin", by=second, at=BEGAN)
    perform(row, "succeed", by=second, at=BEGAN, version_put="3.2.0", evidence="畫面")
    for other in release.deployments.filter(state="planned").order_by("wave", "pk"):
        perform(
            perform(other, "begin", by=installer, at=BEGAN),
            "succeed",
            by=installer,
            at=BEGAN,
            version_put="3",
            evidence="好",
        )
    ended = perform(release, "complete_deployment", by=installer, at=BEGAN, outcome="successful")

    said = refusals(ended, "close", second, at=BEGAN + 8 * 24 * HOUR, **REVIEW)

    assert "Who carried a release out must not close it." in said
