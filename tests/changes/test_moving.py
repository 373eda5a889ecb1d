"""Another time for a change: by the form and by a drop, through one service, and never into a freeze."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue.models import Service
from changes.models import Change
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import open_record, perform
from tests.changes.planning import DAY, END, START, Make, SignedIn, freeze
from tests.changes.planning import change_manager as change_manager
from tests.changes.planning import scheduled as scheduled
from tests.changes.planning import signed_in as signed_in
from tests.changes.test_journeys import RFC
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEXT_DAY = {"window_start": f"{START + DAY:%Y-%m-%dT%H:%M}+00:00", "window_end": f"{END + DAY:%Y-%m-%dT%H:%M}+00:00"}


@pytest.fixture
def wanted(engineer: Person, service: Service) -> Callable[[], Any]:
    """Submit a change from START to END that nobody has judged yet."""

    def make() -> Any:
        made = open_record(
            Change, by=engineer, at=MONDAY, channel="portal", title="調整", description="x", requester=engineer, service=service,
            received_at=MONDAY,
        )  # fmt: skip
        return perform(made, "submit", by=engineer, at=MONDAY, **(RFC | {"window_start": START, "window_end": END}))

    return make


def window(change: Any) -> tuple[Any, Any]:
    """Read when it is to be now."""
    found = Change.objects.get(pk=change.pk)
    return found.window_start, found.window_end


@pytest.mark.parametrize("how", [{}, {"dropped": "1"}])
def test_it_is_moved_by_form_and_by_drop(
    wanted: Callable[[], Any], engineer: Person, signed_in: SignedIn, how: dict[str, str]
) -> None:
    change = wanted()

    answer = signed_in(engineer).post(f"/changes/{change.number}/move/", NEXT_DAY | how, headers=HTMX)

    assert answer.status_code == 204
    assert window(change) == (START + DAY, END + DAY)
    told = Event.objects.filter(record=change.pk, name="edit").get().facts
    assert set(told["after"]) == {"window_start", "window_end"}


def test_a_drop_into_a_freeze_is_refused_with_the_sentence(
    wanted: Callable[[], Any], engineer: Person, signed_in: SignedIn
) -> None:
    change = wanted()
    freeze(starts_at=START + DAY - timedelta(hours=1), ends_at=END + 3 * DAY)
    client = signed_in(engineer)

    dropped = client.post(f"/changes/{change.number}/move/", NEXT_DAY | {"dropped": "1"}, headers=HTMX)
    typed = client.post(f"/changes/{change.number}/move/", NEXT_DAY)

    assert (dropped.status_code, dropped.content) == (422, b"")
    assert "frozen by “選課凍結”" in json.loads(dropped["HX-Trigger"])["desk:toast"]["text"]
    assert (typed.status_code, "frozen by “選課凍結”" in typed.content.decode()) == (422, True)
    assert window(change) == (START, END)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"window_start": "nonsense", "window_end": NEXT_DAY["window_end"]},
        {"window_start": NEXT_DAY["window_end"], "window_end": NEXT_DAY["window_start"]},
        {"window_start": "9999-12-31T23:59", "window_end": "9999-12-31T23:59"},
        {"version": "x"} | NEXT_DAY,
    ],
)
def test_what_is_no_time_is_refused_in_words(
    wanted: Callable[[], Any], engineer: Person, signed_in: SignedIn, given: dict[str, str]
) -> None:
    change = wanted()
    client = signed_in(engineer)

    typed = client.post(f"/changes/{change.number}/move/", given)
    dropped = client.post(f"/changes/{change.number}/move/", given | {"dropped": "1"}, headers=HTMX)

    assert (typed.status_code, dropped.status_code) == (422, 422)
    assert 'role="alert"' in typed.content.decode()
    assert json.loads(dropped["HX-Trigger"])["desk:toast"]["text"]
    assert window(change) == (START, END)


def test_who_saw_an_older_version_is_asked_once_more(
    wanted: Callable[[], Any], engineer: Person, change_manager: Person, signed_in: SignedIn
) -> None:
    change = wanted()
    path, seen = f"/changes/{change.number}/move/", {"version": str(change.version)}
    two = {
        "window_start": f"{START + 2 * DAY:%Y-%m-%dT%H:%M}+00:00",
        "window_end": f"{END + 2 * DAY:%Y-%m-%dT%H:%M}+00:00",
    }
    signed_in(change_manager).post(path, two | seen)
    client = signed_in(engineer)

    first = client.post(path, NEXT_DAY | seen | {"dropped": "1"}, headers=HTMX)
    after = window(change)
    version = first.content.decode().split('name="version" value="')[1].split('"')[0]
    again = client.post(path, NEXT_DAY | {"version": version}, headers=HTMX)

    assert (first.status_code, after[0]) == (422, START + 2 * DAY)
    assert "Somebody else changed it meanwhile" in first.content.decode()
    assert (again.status_code, window(change)) == (204, (START + DAY, END + DAY))


def test_only_who_may_edit_it_is_offered_to_move_it(
    wanted: Callable[[], Any],
    scheduled: Make,
    engineer: Person,
    agent: Person,
    change_manager: Person,
    signed_in: SignedIn,
) -> None:
    change, fixed = wanted(), scheduled()
    stranger = make_person("cab-1", "cab")

    def offers(person: Person, one: Any) -> bool:
        page = signed_in(person).get("/changes/calendar/?from=2026-11-23").content.decode()
        assert one.number in page
        return f'data-move="/changes/{one.number}/move/"' in page

    assert [offers(person, change) for person in (engineer, change_manager, stranger)] == [True, True, False]
    assert not offers(change_manager, fixed)
    assert signed_in(stranger).get(f"/changes/{change.number}/move/").status_code == 403
    assert signed_in(change_manager).get(f"/changes/{fixed.number}/move/").status_code == 403
    assert signed_in(agent).get("/changes/CHG-202611-99999/move/").status_code == 404


def test_the_calendar_asks_no_more_for_more_that_may_be_moved(
    wanted: Callable[[], Any], engineer: Person, signed_in: SignedIn
) -> None:
    client = signed_in(engineer)
    wanted()
    client.get("/changes/calendar/?from=2026-11-23")
    with CaptureQueriesContext(connection) as few:
        client.get("/changes/calendar/?from=2026-11-23")
    for _number in range(3):
        wanted()

    with CaptureQueriesContext(connection) as many:
        page = client.get("/changes/calendar/?from=2026-11-23").content.decode()

    assert page.count("data-move=") == 4
    assert len(many) == len(few)
