"""The change calendar: what is shown, rules that are kept, private feeds."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar  # type: ignore[import-untyped]  # it has no types

from catalogue.models import Service
from changes import conflicts, feeds, windows
from changes.calendar_models import CalendarFeed, FreezeWindow, MaintenanceWindow
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.planning import DAY, END, START, Make, SignedIn, freeze, maintenance
from tests.changes.planning import chain as chain
from tests.changes.planning import change_manager as change_manager
from tests.changes.planning import keeper as keeper
from tests.changes.planning import scheduled as scheduled
from tests.changes.planning import signed_in as signed_in
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


# ---- pages ----------------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["zh-hant", "en"])
@pytest.mark.parametrize("view", ["week", "month", "list"])
def test_the_calendar_shows_what_is_planned(
    scheduled: Make, chain: list[Any], change_manager: Person, signed_in: SignedIn, view: str, language: str
) -> None:
    one, other = scheduled(chain[0]), scheduled(chain[1])
    freeze()
    maintenance()

    page = signed_in(change_manager, language).get(f"/changes/calendar/?view={view}&from=2026-11-23").content.decode()

    for words in (one.number, other.number, "選課凍結", *(["週一維護"] if view != "list" else [])):
        assert words in page


def test_the_filters_keep_what_they_name(
    scheduled: Make, change_manager: Person, service: Service, signed_in: SignedIn
) -> None:
    one = scheduled()
    client = signed_in(change_manager)

    def shows(query: str) -> bool:
        return one.number in client.get(f"/changes/calendar/?from=2026-11-23&{query}").content.decode()

    assert shows(f"service={service.pk}")
    assert not shows("service=987654")
    assert shows("kind=change&class=minor")
    assert not shows("kind=release")
    assert not shows("class=major")
    assert not shows("mine=1")
    assert shows("view=nonsense&group=nonsense&service=")
    assert client.get("/changes/calendar/").status_code == 200
    assert client.get("/changes/calendar/?from=nonsense&view=month").status_code == 200


def test_the_calendar_asks_no_more_for_more_changes(
    scheduled: Make, chain: list[Any], change_manager: Person, signed_in: SignedIn
) -> None:
    client = signed_in(change_manager)
    scheduled(chain[0])
    scheduled(chain[1])
    freeze(is_hard=False)
    client.get("/changes/calendar/?from=2026-11-23")
    with CaptureQueriesContext(connection) as few:
        client.get("/changes/calendar/?from=2026-11-23")
    for _number in range(4):
        scheduled(chain[1])

    client.get("/changes/calendar/?from=2026-11-23")  # reads anew what new people alter
    with CaptureQueriesContext(connection) as many:
        client.get("/changes/calendar/?from=2026-11-23")

    assert len(many) == len(few)


def test_the_check_of_one_change_takes_as_many_statements_however_many_there_are(
    scheduled: Make, chain: list[Any]
) -> None:
    one = scheduled(chain[0])
    freeze(is_hard=False)
    maintenance()
    with CaptureQueriesContext(connection) as few:
        conflicts.of_change(one, START, END, None)
    for _number in range(4):
        scheduled(chain[1])

    with CaptureQueriesContext(connection) as many:
        found = conflicts.of_change(one, START, END, None)

    assert len(found) == 5
    assert len(many) == len(few) <= 7


def test_the_fragment_shows_conflicts_and_proposes_places(
    scheduled: Make, chain: list[Any], change_manager: Person, requester: Person, signed_in: SignedIn
) -> None:
    one, other = scheduled(chain[0]), scheduled(chain[0], start=START + DAY, end=END + DAY)
    client = signed_in(change_manager)
    path = f"/changes/{one.number}/slots/"

    free = client.get(path).content.decode()
    taken = client.get(
        path, {"window_start": f"{START + DAY:%Y-%m-%dT%H:%M}+00:00", "window_end": f"{END + DAY:%Y-%m-%dT%H:%M}+00:00"}
    )

    assert "Nothing stands against this time" in free
    assert other.number in taken.content.decode()
    assert "next times that are free" in taken.content.decode()
    assert client.get(path, {"window_start": "nonsense", "window_end": "2026"}).status_code == 200
    assert signed_in(requester).get(path).status_code in (403, 404)


def test_the_dialog_that_authorises_asks_for_the_fragment(
    scheduled: Make, engineer: Person, change_manager: Person, signed_in: SignedIn
) -> None:
    one = perform(scheduled(), "reschedule", by=engineer, at=MONDAY, reason="x")

    page = signed_in(change_manager).get(f"/t/{one.number}/do/approve_implementation").content.decode()

    panel = page.split(f'hx-get="/changes/{one.number}/slots/?fill=1"')[1].split(">")[0]
    assert 'hx-target="this"' in panel  # or it would take the place of the dialog


def test_rules_are_kept_by_the_change_manager_only(
    change_manager: Person, agent: Person, service: Service, signed_in: SignedIn
) -> None:
    given = {
        "name_zh": "報名",
        "starts_at": "2026-12-01T08:00",
        "ends_at": "2026-12-03T18:00",
        "is_hard": "on",
        "services": [service.pk],
    }
    assert signed_in(agent).post("/changes/windows/freezes/new/", given).status_code == 403
    client = signed_in(change_manager)
    backwards = client.post("/changes/windows/freezes/new/", given | {"ends_at": "2026-11-30T08:00"})
    made = client.post("/changes/windows/freezes/new/", given)

    row = FreezeWindow.objects.get()
    assert (backwards.status_code, made.status_code, list(row.services.all())) == (422, 303, [service])
    assert "報名" in signed_in(agent).get("/changes/windows/").content.decode()
    assert client.post(f"/changes/windows/freezes/{row.pk}/", given | {"name_zh": "報名週"}).status_code == 303
    assert FreezeWindow.objects.get().name_zh == "報名週"
    assert client.post(f"/changes/windows/freezes/{row.pk}/end/", {"reason": ""}).status_code == 422


def test_a_freeze_ends_early_with_a_reason(change_manager: Person, agent: Person) -> None:
    now, coming = freeze(), freeze(starts_at=END + 9 * DAY, ends_at=END + 10 * DAY)
    with pytest.raises(NotAllowed):
        windows.end_freeze(now, reason="x", by=agent, at=START)

    windows.end_freeze(now, reason="提早結束", by=change_manager, at=START)
    windows.end_freeze(coming, reason="取消", by=change_manager, at=START)

    assert FreezeWindow.objects.get() == now
    assert FreezeWindow.objects.get().ends_at == START


def test_a_maintenance_window_is_kept_and_ends(change_manager: Person, signed_in: SignedIn) -> None:
    client = signed_in(change_manager)
    given = {
        "name_zh": "週三維護",
        "weekdays": ["2"],
        "opens": "22:00",
        "minutes": "120",
        "zone": "Asia/Taipei",
        "since": "2026-01-01",
        "weeks": "1",
    }
    assert client.post("/changes/windows/maintenance/new/", given | {"zone": "Mars/Olympus"}).status_code == 422
    assert client.post("/changes/windows/maintenance/new/", given | {"weekdays": []}).status_code == 422
    assert client.post("/changes/windows/maintenance/new/", given).status_code == 303
    row = MaintenanceWindow.objects.get()
    assert client.get(f"/changes/windows/maintenance/{row.pk}/").status_code == 200
    assert client.post(f"/changes/windows/maintenance/{row.pk}/end/").status_code == 303
    assert MaintenanceWindow.objects.get().until is not None


# ---- feeds ----------------------------------------------------------------------------------
def test_a_feed_gives_what_its_owner_may_know_until_it_is_revoked(
    scheduled: Make, change_manager: Person, signed_in: SignedIn
) -> None:
    one = scheduled()
    freeze()
    client, program = signed_in(change_manager), Client()
    page = client.post("/changes/calendar/feeds/", {"name": "手機"}).content.decode()
    address = page.split('cal-address">')[1].split("<")[0]
    path = "/changes" + address.split("/changes", 1)[1]

    _feed, token = feeds.make(change_manager, name="二", at=MONDAY)
    body = feeds.write(change_manager, at=MONDAY)
    read = Calendar.from_ical(body)
    events = {str(event["summary"]): event for event in read.walk("VEVENT")}
    assert events[f"{one.number} {one.title}"]["dtstart"].dt == START
    assert any("選課凍結" in name for name in events)
    assert program.get(path).status_code == 200
    assert token not in str(CalendarFeed.objects.values_list("token_hash", flat=True))
    key = CalendarFeed.objects.get(name="手機").pk
    assert client.post(f"/changes/calendar/feeds/{key}/revoke/").status_code == 303

    assert program.get(path).status_code == 404
    assert program.get("/changes/calendar/feeds/forged.ics").status_code == 404


def test_a_feed_of_somebody_who_left_is_dead_and_others_cannot_revoke_it(
    change_manager: Person, agent: Person, signed_in: SignedIn
) -> None:
    made, token = feeds.make(change_manager, name="x", at=MONDAY)
    assert signed_in(agent).post(f"/changes/calendar/feeds/{made.pk}/revoke/").status_code == 404
    assert feeds.find(token, at=MONDAY) is not None

    Person.objects.filter(pk=change_manager.pk).update(is_active=False)

    assert feeds.find(token, at=MONDAY) is None


def test_one_person_has_five_feeds_at_most(change_manager: Person) -> None:
    for number in range(feeds.MOST):
        feeds.make(change_manager, name=str(number), at=MONDAY)

    with pytest.raises(Objected):
        feeds.make(change_manager, name="x", at=MONDAY)


def test_requesters_see_no_calendar(requester: Person, signed_in: SignedIn) -> None:
    client = signed_in(requester)

    for path in ("/changes/calendar/", "/changes/windows/", "/changes/calendar/feeds/"):
        assert client.get(path).status_code == 403
