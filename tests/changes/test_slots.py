"""The arithmetic of stretches against a model that counts minutes one by one."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changes.slots import Stretch, merged, places_for, whole_step, without

#: How fast examples are made says something of the machine only.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAWN = datetime(2026, 11, 23, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stretch(first: int, length: int) -> Stretch:
    return Stretch(DAWN + first * MINUTE, DAWN + (first + length) * MINUTE)


stretches = st.lists(st.builds(stretch, st.integers(0, 600), st.integers(1, 200)), max_size=8)


def minutes(of: list[Stretch]) -> set[int]:
    found: set[int] = set()
    for one in of:
        found.update(range((one.start - DAWN) // MINUTE, (one.end - DAWN) // MINUTE))
    return found


@unhurried
@given(stretches)
def test_merging_keeps_every_minute_and_leaves_gaps_between(given_: list[Stretch]) -> None:
    joined = merged(given_)

    assert minutes(joined) == minutes(given_)
    assert all(first.end < second.start for first, second in itertools.pairwise(joined))


@unhurried
@given(stretches, stretches)
def test_what_is_left_is_the_difference_of_the_minutes(room: list[Stretch], busy: list[Stretch]) -> None:
    assert minutes(without(room, busy)) == minutes(room) - minutes(busy)


@unhurried
@given(stretches, stretches, st.integers(1, 120))
def test_a_place_lies_in_the_room_and_touches_nothing_busy(
    room: list[Stretch], busy: list[Stretch], length: int
) -> None:
    places = places_for(length * MINUTE, room=room, busy=busy)

    for place in places:
        assert minutes([place]) <= minutes(room) - minutes(busy)
        assert place.start.minute % 15 == 0
        assert place.length == length * MINUTE
    assert places == sorted(places)


def test_a_place_is_found_wherever_one_fits() -> None:
    room, busy = [stretch(0, 600)], [stretch(30, 60), stretch(200, 100)]

    assert places_for(60 * MINUTE, room=room, busy=busy) == [stretch(90, 60), stretch(300, 60)]
    assert places_for(30 * MINUTE, room=room, busy=busy, most=1) == [stretch(0, 30)]
    assert places_for(400 * MINUTE, room=room, busy=busy) == []


def test_contiguous_stretches_do_not_overlap() -> None:
    assert not stretch(0, 60).overlaps(stretch(60, 60))
    assert stretch(0, 61).overlaps(stretch(60, 60))
    assert stretch(0, 60).covers(stretch(0, 60))


def test_rounding_goes_up_and_keeps_what_is_whole() -> None:
    assert whole_step(DAWN + 61 * MINUTE) == DAWN + 75 * MINUTE
    assert whole_step(DAWN + 60 * MINUTE) == DAWN + 60 * MINUTE
    assert whole_step(DAWN + timedelta(seconds=1)) == DAWN + 15 * MINUTE


def test_a_stretch_must_have_a_length() -> None:
    with pytest.raises(ValueError, match="end after"):
        Stretch(DAWN, DAWN)
