"""Rows behind a figure where there are very many cases: as the worker counted them, the same as a list of now gives."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from itsm.people.models import Person, Team
from itsm.records import kpis
from itsm.records.counting import uncounted
from itsm.records.figures import Breakdown
from itsm.reporting import behind, cells, laid_out, listing, recounting, shown, snapshots
from itsm.reporting.asked import Asked, read
from itsm.reporting.dashboards import apart, process
from itsm.reporting.models import Snapshot
from itsm.tickets.models import Ticket
from tests.fixtures import make_person
from tests.reporting.test_snapshots import count_all, named

pytestmark = pytest.mark.django_db
VOLUME = "incident.volume"


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def asked(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """More than a year, so that there are several pages; the worker counts at the same instant."""
    monkeypatch.setattr(snapshots, "database_now", lambda: now)
    found = read({}, at=now)
    return replace(found, since=found.since - timedelta(days=370))


@pytest.fixture
def reader(demo: None) -> Person:
    """Somebody of the desk, who does not know of every confidential case."""
    secret = Ticket.objects.filter(kind="incident", confidential=False).order_by("-pk")[1]
    Ticket.objects.filter(pk=secret.pk).update(confidential=True, team=None, assignee=None)
    return make_person("reader", "agent")


@pytest.fixture
def very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number of cases counts as very many, no figure as quickly counted; pages are short and few of them kept."""
    monkeypatch.setattr(snapshots, "many", lambda: True)
    monkeypatch.setattr(snapshots, "AT_ONCE", -1.0)
    monkeypatch.setattr(listing, "PAGE", 3)
    monkeypatch.setattr(laid_out, "ROWS_KEPT", 6)
    monkeypatch.setattr(laid_out, "ROWS_KEPT_BY_HAND", 2000)
    monkeypatch.setattr(listing, "FIRST_LOT", 40)


def counted(keys: list[str], asked: Asked) -> None:
    """Let the worker count figures over the period."""
    snapshots.told([named(key) for key in keys], asked)
    count_all(asked.at)


def all_pages(key: str, asked: Asked, side: str, reader: Person) -> list[listing.Listed]:
    """Turn pages until the last, at most twelve."""
    pages: list[listing.Listed] = []
    while len(pages) < 12 and (not pages or pages[-1].older is not None):
        before = pages[-1].older if pages else None
        pages.append(behind.behind(named(key), asked, side, person=reader, before=before).found)
    return pages


def live(key: str, asked: Asked, side: str, reader: Person) -> listing.Listed:
    """Everything at once, counted now."""
    _side, rows = behind.chosen(shown.compute(named(key), asked), side)
    return listing.listed(rows, person=reader, most=5000)


@pytest.mark.parametrize("area", list(process.areas()))
def test_pages_that_the_worker_counted_have_the_rows_and_the_number_of_now(
    reader: Person, very_many: None, asked: Asked, area: str
) -> None:
    entries = process.areas()[area]
    counted([kpi.key for kpi in entries], asked)
    for told in snapshots.told(entries, asked):
        for side in [] if isinstance(told.value, Breakdown) else told.value.sides:
            pages, whole = all_pages(told.kpi.key, asked, side, reader), live(told.kpi.key, asked, side, reader)

            lines = [line for page in pages for line in page.lines]
            assert lines == whole.lines[: len(lines)], (told.kpi.key, side)
            assert len(lines) == len(whole.lines) or len(pages) == 12
            for page in pages:
                assert (page.count, page.total, page.hidden) == (whole.count, whole.total, whole.hidden), (
                    told.kpi.key,
                    side,
                )
            assert told.value.sides[side].count() == whole.count


@pytest.mark.parametrize(
    ("key", "number"),
    [
        (VOLUME, False),
        ("incident.reopen_rate", False),
        ("desk.accepted_in_time", False),
        ("incident.mean_hops", True),
    ],
)
def test_rows_come_before_their_number_is_counted(
    reader: Person, very_many: None, asked: Asked, key: str, number: bool
) -> None:
    """Where only Python knows the rows, they are counted on the way."""
    whole = live(key, asked, "whole", reader)

    first = behind.behind(named(key), asked, "whole", person=reader).found

    assert first.lines == whole.lines[:3]
    assert (first.hidden, first.count) == (whole.hidden, whole.count if number else None)
    assert Snapshot.objects.get(key=key).wanted_at is not None


def test_whoever_is_patient_gets_the_number_at_once(reader: Person, very_many: None, asked: Asked) -> None:
    told = behind.behind(named(VOLUME), asked, "whole", person=reader, patient=True)

    assert (told.found.count, told.at) == (live(VOLUME, asked, "whole", reader).count, None)


def test_the_first_page_is_found_without_asking_for_the_rows(
    reader: Person, very_many: None, asked: Asked, django_assert_max_num_queries: Any
) -> None:
    counted(["incident.reopen_rate"], asked)

    with django_assert_max_num_queries(8):
        found = behind.behind(named("incident.reopen_rate"), asked, "whole", person=reader).found

    assert len(found.lines) >= 2


def test_what_is_named_without_counting_asks_for_nothing(
    demo: None, asked: Asked, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0), uncounted():
        value = shown.compute(named("incident.resolution_attainment"), asked)

    assert (value.part, value.whole) == (0, 0)
    assert value.sides["whole"].count() == shown.compute(named("incident.resolution_attainment"), asked).whole > 0


@pytest.mark.parametrize(
    "key", ["incident.resolution_attainment", "incident.mean_hops", "incident.time_to_resolve", VOLUME]
)
def test_told_apart_by_the_worker_is_told_apart_now(demo: None, asked: Asked, key: str) -> None:
    value = shown.compute(named(key), asked)

    groups = apart.restored(apart.laid_out(named(key), asked))

    assert groups == apart.told_apart(value, asked)
    back = laid_out.restored(laid_out.kept(value) or {})
    with translation.override("en"):
        assert apart.panels(named(key), back, asked, groups) == apart.panels(named(key), value, asked, groups) != []


def test_a_press_counts_anew_before_all_others_and_the_page_says_how_far_it_is(
    reader: Person, very_many: None, asked: Asked
) -> None:
    client, url = Client(HTTP_ACCEPT_LANGUAGE="en"), f"/reports/kpis/{VOLUME}/{asked.query()}"
    reader.language = "en"
    reader.save()
    client.force_login(reader)
    counted([VOLUME], asked)
    Snapshot.objects.update(counted_at=asked.at - timedelta(minutes=5))
    before = Snapshot.objects.get(key=VOLUME)
    snapshots.told(list(kpis.all_kpis())[:5], asked)

    pressed = client.post(url, {"recount": "1"})
    waiting = client.get(url).content.decode()
    snapshots._count_next()
    after = Snapshot.objects.get(key=VOLUME)
    there = client.get(url).content.decode()

    assert (pressed.status_code, pressed["Location"]) == (303, url)
    assert "Waits to be counted, after 0 other figures." in waiting
    assert 'name="recount"' not in waiting
    assert (after.wanted_at, after.value) == (None, before.value)
    assert after.counted_at > before.counted_at  # type: ignore[operator]  # both were counted
    assert 'name="recount"' in there


def test_a_press_leaves_what_is_being_counted_with_its_worker(very_many: None, asked: Asked, demo: None) -> None:
    snapshots.row_of(VOLUME, asked)
    taken = snapshots._claimed(asked.at)

    snapshots.again(named(VOLUME), replace(asked, at=asked.at + timedelta(seconds=7)))

    row = Snapshot.objects.get(key=VOLUME)
    waits = snapshots.waiting(VOLUME, replace(asked, at=asked.at + timedelta(seconds=7)))
    assert taken is not None
    assert row.wanted_at == taken.wanted_at
    assert waits is not None
    assert (waits.runs, waits.longest) == (7, 8)


def test_rows_that_only_python_finds_wait_for_the_worker_and_end_with_those_kept(
    reader: Person, very_many: None, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "incident.mean_hops"
    monkeypatch.setattr(laid_out, "ROWS_KEPT_BY_HAND", 4)
    counted([key], asked)
    whole = live(key, asked, "whole", reader)

    waiting = behind.behind(
        named(key), replace(asked, since=asked.since - timedelta(days=1)), "whole", person=reader
    ).found
    pages = all_pages(key, asked, "whole", reader)

    assert (waiting.lines, waiting.count) == ([], None)
    assert [line for page in pages for line in page.lines] == whole.lines[:4]
    assert [page.is_cut for page in pages] == [False, True]
    assert {page.count for page in pages} == {whole.count}


def test_the_number_of_a_roll_up_is_that_of_its_rows(demo: None, asked: Asked) -> None:
    recounting.feed_all()
    team = Team.objects.filter(pk__in=Ticket.objects.values("team")).order_by("pk")[0]
    narrowed = [asked, replace(asked, priority=3), replace(asked, team=team), replace(asked, team=team, priority=3)]
    wanted: list[dict[str, Any]] = [
        {},
        {"team": team.pk},
        {"priority": 2},
        {"service": 0},
        {"outcome": "met"},
        {"hour": 9},
    ]
    found = [
        (rows.count_and_total(), len(pairs := rows.pairs()), sum(amount for _key, amount in pairs))
        for one, more, measure in product(narrowed, wanted, [*cells.MEASURES, *cells.TOGETHER])
        for rows in [cells.facts(one, measure, **more)]
    ]

    assert [told for told, *_made in found] == [(count, total) for _told, count, total in found]
    assert sum(count > 0 for _told, count, _total in found) > 30


@pytest.mark.parametrize("lot", [1, 7, 1000])
def test_the_newest_are_found_whatever_the_lots(
    demo: None, monkeypatch: pytest.MonkeyPatch, asked: Asked, lot: int
) -> None:
    rows = shown.compute(named(VOLUME), asked).sides["whole"]
    every = sorted((key for key, _amount in rows.pairs()), reverse=True)
    monkeypatch.setattr(listing, "FIRST_LOT", lot)

    found = listing.newest_keys(rows, Ticket.objects.all(), before=None, most=12)
    below = listing.newest_keys(rows, Ticket.objects.all(), before=every[4], most=12)

    assert (found, below) == (every[:12], every[5:17])
    assert listing.newest_keys(rows, Ticket.objects.all(), before=every[-1], most=12) == []
