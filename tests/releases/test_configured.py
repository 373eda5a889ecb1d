"""What a release writes in the configuration data, as its change authorises it, and takes back."""

from typing import Any

import pytest

from configuration.authority import Grounds
from configuration.models import CiAttribute, CiClass, ConfigurationItem
from configuration.services import create, edit
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.records.refusals import Objected
from releases import configured, services
from releases.models import Release
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.fixtures import MONDAY, make_person
from tests.loading import loaded
from tests.releases.conftest import HOUR, REVIEW, Walk

pytestmark = pytest.mark.django_db
BEGAN = MONDAY + 2 * HOUR
AFTER = MONDAY + 8 * 24 * HOUR


@pytest.fixture
def server(db: None) -> Any:
    """A server of version 3.1.4."""
    keeper = make_person("keeper", "config_manager", name="邱組態")
    return create(
        ci_class=CiClass.objects.order_by("pk").first(), title="AP-1", grounds=loaded(), by=keeper, at=MONDAY,
        source="test", state="live", release_version="3.1.4",
    )  # fmt: skip


@pytest.fixture
def affected(request: pytest.FixtureRequest, server: Any) -> list[Any]:
    """The change names the server, where the test does not say otherwise."""
    return [] if request.node.name.startswith("test_what_no_change_names") else [server]


def deploying(walk: Walk, server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The release while its only target is deployed to."""
    monkeypatch.setattr(configured, "has_baseline", lambda release: True)
    from changes import far

    monkeypatch.setattr(far.answers, "baseline", lambda change: True)
    return walk("deploying", targets="正式: AP-1")


def version(server: Any) -> str:
    """Read the version that is recorded."""
    return ConfigurationItem.objects.get(pk=server.pk).release_version


def test_a_target_that_succeeds_gets_its_version_and_the_way_back_restores_it(
    walk: Walk, server: Any, installer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = deploying(walk, server, monkeypatch)
    row = release.deployments.get()
    assert row.target_id == server.pk
    row = perform(row, "begin", by=installer, at=BEGAN)
    assert row.old_version == "3.1.4"
    perform(row, "succeed", by=installer, at=BEGAN + HOUR, version_put="3.2.0", evidence="畫面")
    assert version(server) == "3.2.0"
    changed = [(one.field, one.before, one.after) for one in configured.differences(Release.objects.get(pk=release.pk))]
    assert changed == [("release_version", "3.1.4", "3.2.0")]

    perform(release, "roll_back", by=installer, at=BEGAN + 2 * HOUR, reason="錯誤")

    assert version(server) == "3.1.4"
    assert configured.differences(Release.objects.get(pk=release.pk)) == []


def test_what_differs_masks_attributes_that_the_person_does_not_read(
    walk: Walk, server: Any, engineer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = deploying(walk, server, monkeypatch)
    for code in ("os", "model"):
        CiAttribute.objects.create(ci_class=server.ci_class, code=code, name_zh=code, is_sensitive=code == "os")
    keeper = Person.objects.get(username="keeper")
    began: Any = Release.objects.get(pk=release.pk).actual_start
    edit(server, grounds=loaded(), by=keeper, at=began + HOUR, given={"os": "canary 13", "model": "R760"})

    found = configured.differences(Release.objects.get(pk=release.pk), person=engineer)

    assert {one.field: one.after for one in found} == {"os": "•••", "model": "R760"}


def test_a_change_that_backs_out_restores_the_versions_of_its_release(
    walk: Walk, change: Any, server: Any, installer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = deploying(walk, server, monkeypatch).deployments.get()
    row = perform(row, "begin", by=installer, at=BEGAN)
    perform(row, "succeed", by=installer, at=BEGAN, version_put="3.2.0", evidence="畫面")

    perform(
        type(change).objects.get(pk=change.pk), "back_out", by=installer, at=BEGAN + HOUR, reason="錯", restored="原版"
    )

    assert version(server) == "3.1.4"


def test_what_no_change_names_is_not_written_but_told(
    walk: Walk, server: Any, installer: Person, release_manager: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = deploying(walk, server, monkeypatch).deployments.get()
    row = perform(row, "begin", by=installer, at=BEGAN)
    perform(row, "succeed", by=installer, at=BEGAN, version_put="3.2.0", evidence="畫面")

    assert version(server) == "3.1.4"
    assert Event.objects.get(record=row.pk, name="version_not_written").facts["item"] == server.number
    assert configured.unwritten(row.release) == [server.number]
    release = perform(row.release, "complete_deployment", by=installer, at=BEGAN + HOUR, outcome="successful")
    assert not configured.updated(release)
    with pytest.raises(Objected):
        perform(release, "close", by=release_manager, at=AFTER, **REVIEW, cmdb_note="另案更新")
    keeper = Person.objects.get(username="keeper")
    edit(server, grounds=Grounds("change", change=release), by=keeper, at=AFTER, release_version="3.2.0-1")
    assert configured.updated(release)


def test_items_without_a_baseline_keep_it_from_deploying(
    walk: Walk, server: Any, installer: Person, change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from changes import far

    monkeypatch.setattr(far.answers, "baseline", lambda change: True)
    release = walk("approved", targets="正式: AP-1")
    perform(change, "start_implementation", by=installer, at=BEGAN, actual_start=BEGAN)

    with pytest.raises(Objected):
        perform(release, "start_deployment", by=installer, at=BEGAN)
    assert Release.objects.get(pk=release.pk).state == "approved"
    services.take_baseline(release, by=installer, at=BEGAN)
    started = perform(release, "start_deployment", by=installer, at=BEGAN)
    with pytest.raises(Objected):
        services.take_baseline(release, by=installer, at=BEGAN)
    assert (started.state, started.baselines.count(), started.baselines.get().count) == ("deploying", 1, 1)


def test_what_was_put_on_no_target_is_not_written(
    walk: Walk, server: Any, installer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configured, "has_baseline", lambda release: True)
    from changes import far

    monkeypatch.setattr(far.answers, "baseline", lambda change: True)
    release = walk("deploying", contents="AP-1: 3.1.4 -> 3.2.0", targets="正式: AP-1, AP-2")
    failed, other = release.deployments.order_by("pk")
    assert failed.target_id == server.pk
    other = perform(perform(other, "begin", by=installer, at=BEGAN), "succeed", by=installer, at=BEGAN, version_put="3.2.0",
                    evidence="畫面")  # fmt: skip
    perform(perform(failed, "begin", by=installer, at=BEGAN), "fail", by=installer, at=BEGAN, error="磁碟空間不足")

    ended = perform(release, "complete_deployment", by=installer, at=BEGAN + HOUR, outcome="with_issues")

    assert version(server) == "3.1.4"
    assert configured.updated(ended)


def test_its_baseline_is_taken_over_rest(walk: Walk, server: Any, engineer: Person, caller: Caller) -> None:
    release = walk("approved", targets="正式: AP-1")

    answer = caller(engineer).post(f"/api/v1/releases/{release.number}/baseline", {})

    assert answer.status_code == 200
    assert configured.has_baseline(release)
