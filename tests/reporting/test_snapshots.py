"""Where there are very many cases the worker counts figures, and pages show what it found and when."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from itsm.people.models import Organisation, Person, Team
from itsm.records import kpis
from itsm.records.clock import whole
from itsm.records.figures import Breakdown
from itsm.records.kpis import Kpi
from itsm.reporting import laid_out, shown, snapshots
from itsm.reporting.asked import Asked, Without, read
from itsm.reporting.dashboards import process, ways
from itsm.reporting.models import Snapshot
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
KEYS = [one.key for one in kpis.all_kpis()]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def asked(now: datetime) -> Asked:
    return read({}, at=now)


@pytest.fixture
def very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number of cases counts as very many, and no figure as quickly counted."""
    monkeypatch.setattr(snapshots, "many", lambda: True)
    monkeypatch.setattr(snapshots, "AT_ONCE", -1.0)


def named(key: str) -> Kpi:
    found = kpis.find(key)
    assert found is not None
    return found


def count_all(now: datetime) -> int:
    """Let the worker go on until nothing waits."""
    done = 0
    while counted := snapshots.count_wanted(now):
        done += counted
    return done


@pytest.mark.parametrize("key", KEYS)
def test_what_is_kept_says_what_was_counted(demo: None, asked: Asked, key: str) -> None:
    kpi = named(key)
    value = shown.compute(kpi, replace(asked, since=asked.since - timedelta(days=370)))

    found = laid_out.kept(value)

    if isinstance(value, Breakdown):
        assert found is None
        return
    assert found is not None
    back = laid_out.restored(found)
    assert shown.line(kpi, back, asked=asked, aim=None) == shown.line(kpi, value, asked=asked, aim=None)
    assert shown.narrows(back, replace(asked, priority=1)) == shown.narrows(value, replace(asked, priority=1))
    assert ways.panels(kpi, back, asked) == ways.panels(kpi, value, asked)


@pytest.mark.parametrize(("language", "part"), [("en", 1), ("zh-hant", 0)])
def test_a_share_by_supplier_keeps_its_groups_and_names_them_in_the_language_of_the_page(
    demo: None, asked: Asked, language: str, part: int
) -> None:
    kpi, whole_year = (
        named("supplier_case.contract_attainment"),
        replace(asked, since=asked.since - timedelta(days=370)),
    )
    found = laid_out.kept(shown.compute(kpi, whole_year))
    assert found is not None

    with translation.override(language):
        (panel,) = ways.panels(kpi, laid_out.restored(found), whole_year)

    suppliers = Organisation.objects.filter(pk__in=[key for key, *_numbers in found["groups"]])
    names = {(one.name_zh, one.name_en)[part] for one in suppliers}
    assert names
    assert {row[0].text for row in panel.rows} == names
    assert sum(number for _key, _part, number in found["groups"]) == found["whole"] > 0


def test_few_cases_are_counted_when_they_are_asked_for(demo: None, asked: Asked) -> None:
    told = snapshots.told([named("incident.volume")], asked)

    assert [(one.value, one.at) for one in told] == [(shown.compute(named("incident.volume"), asked), None)]
    assert not Snapshot.objects.exists()


def test_what_the_worker_has_not_counted_is_said_and_wanted_once(demo: None, very_many: None, asked: Asked) -> None:
    first = snapshots.told([named("incident.volume")], asked)
    snapshots.told([named("incident.volume")], asked)

    assert [one.value for one in first] == [None]
    assert [row.wanted_at for row in Snapshot.objects.all()] == [whole(asked.at)]


def test_the_page_shows_afterwards_what_counting_at_once_would(
    demo: None, asked: Asked, now: datetime, monkeypatch: Any
) -> None:
    with translation.override("en"):
        live = process.board(asked, "incident").panels[0].rows
        monkeypatch.setattr(snapshots, "many", lambda: True)
        monkeypatch.setattr(snapshots, "AT_ONCE", -1.0)
        waiting = process.board(asked, "incident")

        done = count_all(now)
        there = process.board(asked, "incident")

    assert done == len(live)
    assert {row[1].text for row in waiting.panels[0].rows} == {"…"}
    assert "Still being counted" in waiting.panels[0].note
    timeless = {"incident.backlog_age"}
    for kept_row, live_row, kpi in zip(there.panels[0].rows, live, process.areas()["incident"], strict=True):
        if kpi.key not in timeless:
            assert kept_row == live_row
    assert "Counted by the worker" in there.panels[0].note
    assert "Still being counted" not in there.panels[0].note


def test_the_quickest_are_counted_at_once_and_the_rest_waits(
    demo: None, asked: Asked, now: datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(snapshots, "many", lambda: True)
    entries = [named("incident.volume"), named("incident.backlog")]
    snapshots.told(entries, asked)
    count_all(now)
    Snapshot.objects.filter(key="incident.volume").update(seconds=0.01)
    Snapshot.objects.filter(key="incident.backlog").update(seconds=5)

    quick, slow = snapshots.told(entries, asked)

    assert (quick.at, slow.at is not None) == (None, True)


def test_a_running_period_is_counted_again_and_one_that_is_over_stays_a_day(
    demo: None, very_many: None, now: datetime
) -> None:
    asked = read({}, at=now)
    past = replace(asked, since=asked.since - timedelta(days=60), until=asked.since)
    for one in (asked, past):
        snapshots.told([named("incident.volume")], one)
    count_all(now)

    later = now + timedelta(minutes=11)
    for one in (asked, past):
        snapshots.told([named("incident.volume")], replace(one, at=later))

    wanted = Snapshot.objects.exclude(wanted_at=None)
    assert [row.since for row in wanted] == [asked.since]


def test_one_that_fails_does_not_keep_the_others_waiting(
    demo: None, very_many: None, asked: Asked, now: datetime, monkeypatch: Any
) -> None:
    snapshots.told([named("incident.volume"), named("incident.backlog")], asked)
    first = Snapshot.objects.order_by("wanted_at", "pk")[0].key
    real = shown.compute

    def broken(kpi: Kpi, asked: Asked) -> Any:
        if kpi.key == first:
            raise ZeroDivisionError
        return real(kpi, asked)

    monkeypatch.setattr(shown, "compute", broken)
    with pytest.raises(ZeroDivisionError):
        snapshots.count_wanted(now)

    assert snapshots.count_wanted(now) == 1
    assert Snapshot.objects.get(key=first).wanted_at > now  # type: ignore[operator]  # it is wanted


def test_narrowings_are_kept_apart(demo: None, very_many: None, asked: Asked, now: datetime) -> None:
    team = Team.objects.order_by("pk")[0]
    ways = [asked, replace(asked, team=team), replace(asked, team=Without("-")), replace(asked, priority=2)]
    for one in ways:
        snapshots.told([named("incident.volume")], one)
    count_all(now)

    kept = [snapshots.told([named("incident.volume")], one)[0].value for one in ways]

    assert kept == [shown.compute(named("incident.volume"), one) for one in ways]


def test_the_usual_periods_are_counted_before_somebody_asks(
    demo: None, very_many: None, asked: Asked, now: datetime
) -> None:
    wanted = snapshots.tend(now)
    Snapshot.objects.exclude(key__in=["incident.volume"]).delete()
    count_all(now)

    assert wanted >= len(KEYS)
    assert snapshots.told([named("incident.volume")], asked)[0].value is not None


def test_what_nobody_asks_for_is_forgotten(asked: Asked, now: datetime) -> None:
    place = {"since": asked.since, "until": asked.until}
    Snapshot.objects.create(key="incident.volume", **place, asked_on=now.date() - timedelta(days=36))
    Snapshot.objects.create(key="incident.backlog", **place, asked_on=now.date())

    snapshots.tend(now)

    assert [row.key for row in Snapshot.objects.all()] == ["incident.backlog"]


def test_pages_say_that_figures_are_being_counted(demo: None, very_many: None) -> None:
    person: Person = make_person("reader", "incident_manager")
    client = Client()
    client.force_login(person)

    board = client.get("/reports/process/incident/").content.decode()
    figure = client.get("/reports/kpis/incident.volume/").content.decode()
    waiting = client.get("/reports/kpis/incident.volume/?apart=1").content.decode()
    count_all(timezone.now())
    apart = client.get("/reports/kpis/incident.volume/?apart=1").content.decode()

    assert "<b>…</b>" in board
    assert ("apart=1" in figure, "<b>…</b>" in figure) == (True, True)
    assert [
        "panel-by-priority" in page and "<b>…</b>" not in page and 'name="recount"' in page
        for page in (figure, waiting, apart)
    ] == [False, False, True]
