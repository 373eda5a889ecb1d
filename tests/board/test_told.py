"""Who is told of what the board does: the right people, once, in their language, with an address that opens."""

from typing import Any

import pytest

from changes.casting import cast
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.edits import edit
from tests.board.conftest import APPROVAL, ASSESSMENT, HOUR, NAMES, RFC, THURSDAY, vote
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import row

pytestmark = pytest.mark.django_db
ALL = " ".join(NAMES)


@pytest.fixture
def assessed(draft: Any, meeting: Any, engineer: Person, change_manager: Person) -> Any:
    """A change that is to be classified."""
    record = perform(draft, "submit", by=engineer, at=MONDAY, **RFC)
    return perform(record, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)


def test_a_major_change_calls_the_board_and_the_owners_of_its_services(
    request: pytest.FixtureRequest, assessed: Any
) -> None:
    line = row(
        "assessing",
        "classify_major",
        "change_manager",
        {"change_to_board": "owner", "board_vote_asked": ALL},
        **ASSESSMENT,
    )

    told.act(request, assessed, line, at=MONDAY)


def test_the_refusal_of_the_board_is_told_to_the_requester(
    request: pytest.FixtureRequest, change: Any, people: dict[str, Person]
) -> None:
    vote(change, people, chair="no", lin="no", security="no")
    line = row("cab_review", "cab_reject", "chair", {"change_refused": "engineer"}, reason="時程不當")

    told.act(request, type(change).objects.get(pk=change.pk), line, at=MONDAY + 2 * HOUR)


@pytest.fixture
def chair(people: dict[str, Person]) -> Person:
    """The chair of the board."""
    return people["chair"]


def test_votes_that_an_edit_voids_are_told_to_who_gave_them(
    change: Any, people: dict[str, Person], engineer: Person, change_manager: Person
) -> None:
    cast(change, by=people["lin"], vote="yes", at=MONDAY + HOUR)
    told.silence()

    fresh = type(change).objects.get(pk=change.pk)
    edit(fresh, {"backout_plan": "改接備用電池"}, by=engineer, version=fresh.version, at=MONDAY + 2 * HOUR)

    assert {name for template, name in told.heard() if template == "board_votes_void"} == {"lin"}
    told.hold_all()


def test_the_agenda_and_the_minutes_go_to_the_members(
    request: pytest.FixtureRequest, change: Any, meeting: Any, people: dict[str, Person], change_manager: Person
) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")
    told.act(request, meeting, row("planned", "publish_agenda", "change_manager", {"board_agenda": ALL}), at=MONDAY)
    held = perform(
        type(meeting).objects.get(pk=meeting.pk), "open_meeting", by=change_manager, at=THURSDAY, attendees="chair\nlin"
    )
    perform(type(change).objects.get(pk=change.pk), "cab_approve", by=people["chair"], at=THURSDAY, **APPROVAL)

    line = row("in_session", "end_meeting", "change_manager", {"board_minutes": ALL})
    told.act(request, type(meeting).objects.get(pk=held.pk), line, at=THURSDAY + HOUR)
