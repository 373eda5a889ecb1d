"""The order of an agenda: by service, page and REST; who leads moves open items, and the journal keeps it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from changes import ordering
from changes.board_models import CabMeeting
from changes.models import Change
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import open_record, perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from itsm.tickets.lines import happening_of, line_of
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.board.conftest import HOUR, THURSDAY
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def items(change: Any, meeting: Any, engineer: Person, service: Any, to_board: Callable[..., Any]) -> list[Any]:
    """Three items of one agenda in their order."""
    for title in ("汰換空調", "升級閘道"):
        draft = open_record(
            Change, by=engineer, at=MONDAY, channel="portal", title=title, description="x", requester=engineer, service=service,
            received_at=MONDAY,
        )  # fmt: skip
        to_board(draft)
    return order(meeting)


def order(meeting: Any) -> list[Any]:
    """Read the items in their order."""
    return list(meeting.items.order_by("position", "pk"))


def signed_in(person: Person) -> Client:
    """A client of ``person``, in English."""
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize(("moved", "position", "left"), [(2, 1, [2, 0, 1]), (0, 3, [1, 2, 0]), (0, 2, [1, 0, 2])])
def test_an_item_takes_its_place_and_the_others_keep_their_order(
    items: list[Any], meeting: Any, change_manager: Person, moved: int, position: int, left: list[int]
) -> None:
    placed = ordering.place(meeting, items[moved].pk, position=position, by=change_manager, at=MONDAY)

    assert (placed.item, placed.position, placed.of) == (items[moved], position, 3)
    assert order(meeting) == [items[number] for number in left]
    assert [row.position for row in order(meeting)] == [1, 2, 3]


def test_the_journal_of_the_meeting_says_what_was_moved(items: list[Any], meeting: Any, change_manager: Person) -> None:
    ordering.place(meeting, items[2].pk, position=1, by=change_manager, at=MONDAY)
    ordering.place(meeting, items[2].pk, position=1, by=change_manager, at=MONDAY)  # it stands there already

    event = Event.objects.get(record=meeting.pk, name="reorder")
    assert (event.actor, event.at, event.facts) == (
        change_manager,
        MONDAY,
        {"item": items[2].pk, "left": 3, "taken": 1},
    )
    with translation.override("en"):
        assert line_of(happening_of(event), record=meeting, facts=True).label == "moved item 3 of the agenda to place 1"


@pytest.mark.parametrize(("moved", "steps", "left"), [(0, -1, [0, 1, 2]), (2, 1, [0, 1, 2]), (1, -1, [1, 0, 2])])
def test_one_step_ends_at_the_ends(
    items: list[Any], meeting: Any, change_manager: Person, moved: int, steps: int, left: list[int]
) -> None:
    ordering.shift(meeting, items[moved].pk, steps=steps, by=change_manager)

    assert order(meeting) == [items[number] for number in left]


@pytest.mark.parametrize("position", [0, 4])
def test_a_place_that_is_not_there_is_refused(
    items: list[Any], meeting: Any, change_manager: Person, position: int
) -> None:
    with translation.override("en"), pytest.raises(Objected, match="places 1 to 3"):
        ordering.place(meeting, items[0].pk, position=position, by=change_manager)

    assert order(meeting) == items


def test_a_member_who_does_not_lead_moves_nothing(items: list[Any], meeting: Any, people: dict[str, Person]) -> None:
    with pytest.raises(NotAllowed):
        ordering.place(meeting, items[0].pk, position=3, by=people["lin"])
    ordering.place(meeting, items[0].pk, position=3, by=people["chair"])

    assert order(meeting) == [*items[1:], items[0]]


def test_what_is_decided_stays_and_so_does_all_once_the_meeting_is_over(
    items: list[Any], meeting: Any, change_manager: Person
) -> None:
    items[0].decision, items[0].decided_by, items[0].decided_at = "noted", change_manager, MONDAY
    items[0].save()

    with pytest.raises(MovedOn):
        ordering.place(meeting, items[0].pk, position=2, by=change_manager)
    over = perform(meeting, "cancel_meeting", by=change_manager, at=MONDAY, reason="颱風")
    with pytest.raises(MovedOn):
        ordering.place(over, order(over)[0].pk, position=1, by=change_manager)


def test_an_item_of_another_meeting_is_not_found(items: list[Any], meeting: Any, change_manager: Person) -> None:
    other = CabMeeting.objects.exclude(pk=meeting.pk).order_by("starts_at")[0]

    with pytest.raises(Objected):
        ordering.place(other, items[0].pk, position=1, by=change_manager)


def test_the_buttons_of_the_page_move_and_lead_back_to_the_item(
    items: list[Any], meeting: Any, change_manager: Person
) -> None:
    client, page = signed_in(change_manager), f"/cab/{meeting.number}/?item={items[0].pk}&mode=presenter"
    shown = client.get(page).content.decode()

    answer = client.post(f"/cab/{meeting.number}/act/up/", {"item": items[1].pk, "next": page})

    assert f'id="cab-up-{items[1].pk}"' in shown
    assert (answer.status_code, answer["Location"]) == (303, f"{page}#cab-item-{items[1].pk}")
    assert order(meeting) == [items[1], items[0], items[2]]
    assert f"{items[1].change.number} is item 1 of 3 now." in client.get(page).content.decode()


def test_a_script_gets_the_agenda_anew_with_the_words_and_the_focus(
    items: list[Any], meeting: Any, change_manager: Person
) -> None:
    client, address = signed_in(change_manager), f"/cab/{meeting.number}/act/place/?mode=presenter"

    moved = client.post(address, {"item": items[0].pk, "position": "3"}, headers=HTMX)
    wrong = client.post(address, {"item": items[0].pk, "position": "x"}, headers=HTMX)

    text = moved.content.decode()
    assert moved.status_code == 200
    assert f"{items[0].change.number} is item 3 of 3 now." in text
    assert "data-focus-me" in text.split(f'id="cab-item-{items[0].pk}"')[1].split(">")[0]
    assert (wrong.status_code, 'id="cab-agenda"' in wrong.content.decode()) == (422, True)
    assert "places 1 to 3" in wrong["HX-Trigger"]


def test_who_does_not_lead_has_no_arrows_and_is_refused(
    items: list[Any], meeting: Any, people: dict[str, Person]
) -> None:
    client = signed_in(people["lin"])
    address = f"/cab/{meeting.number}/act/up/"

    assert "cab-order" not in client.get(f"/cab/{meeting.number}/?mode=presenter").content.decode()
    assert client.post(address, {"item": items[1].pk}).status_code == 403
    assert client.post(address, {"item": items[1].pk}, headers=HTMX).status_code == 403
    assert order(meeting) == items


def test_rest_moves_an_item_by_the_same_rules(
    items: list[Any], meeting: Any, change_manager: Person, people: dict[str, Person], caller: Caller
) -> None:
    address = f"/api/v1/cab-meetings/{meeting.number}/items/{items[2].pk}/position"
    client = signed_in(change_manager)

    def send(by: Any, position: object) -> Any:
        return by.post(address, {"position": position}, content_type="application/json")

    moved, beyond, odd = send(client, 1), send(client, 9), send(client, "x")
    member = send(signed_in(people["lin"]), 1)
    program = caller(change_manager).post(address, {"position": 1})

    assert [row["id"] for row in moved.json()] == [items[2].pk, items[0].pk, items[1].pk]
    assert [row["position"] for row in moved.json()] == [1, 2, 3]
    statuses = [answer.status_code for answer in (moved, beyond, odd, member, program)]
    assert statuses == [200, 422, 400, 403, 403]
    assert "places 1 to 3" in str(beyond.json())
    assert Event.objects.get(record=meeting.pk, name="reorder").channel == "api"


def test_moving_while_the_meeting_is_in_session_keeps_the_timer(
    items: list[Any], meeting: Any, change_manager: Person
) -> None:
    from changes import agendas, chairing

    session = perform(meeting, "open_meeting", by=change_manager, at=THURSDAY, attendees="chair\nlin\nsecurity")
    chairing.hear(session, items[0].pk, by=change_manager, at=THURSDAY)

    ordering.shift(session, items[0].pk, steps=1, by=change_manager, at=THURSDAY + HOUR)

    assert agendas.running(session) == items[0]
    assert order(session)[1] == items[0]
