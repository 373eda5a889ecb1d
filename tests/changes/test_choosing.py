"""While a time is chosen in the form of a request: what stands against it, and the next free times, one press away."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import localtime

from changes import choosing, crossing, far, proposing
from changes.models import Change
from changes.scope import Subject
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.changes.planning import DAY, END, HOUR, START, Make, freeze
from tests.changes.planning import chain as chain
from tests.changes.planning import change_manager as change_manager
from tests.changes.planning import keeper as keeper
from tests.changes.planning import scheduled as scheduled
from tests.changes.test_pages import client_of, text, typed
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(engineer: Person) -> Client:
    """An engineer who writes a request."""
    return client_of(engineer)


def local(moment: Any) -> str:
    """Write a moment as a field of the form holds it."""
    return f"{localtime(moment):%Y-%m-%dT%H:%M}"


def test_the_form_says_who_has_the_item_that_is_typed_and_proposes_the_next_time(
    browser: Client, scheduled: Make, chain: list[Any]
) -> None:
    other = scheduled(chain[1])
    times = {"window_start": local(START), "window_end": local(END)}

    page = text(browser.post("/changes/look/", typed(items=chain[0].number, **times)))

    assert f"{other.number} changes {chain[1].number}, 1 steps from {chain[0].number}" in page
    assert "stops it" in page
    assert f'name="slot" value="{local(END)}/{local(END + 2 * HOUR)}"' not in page  # the lead time comes first
    assert 'name="slot" value="2' in page


def test_a_change_whose_time_is_not_authorised_only_warns(browser: Client, walk: Any, change_manager: Person) -> None:
    waiting = walk("submitted")
    Change.objects.filter(pk=waiting.pk).update(implementer=change_manager)
    times = {"window_start": local(START), "window_end": local(END), "implementer": change_manager.username}

    page = text(browser.post("/changes/look/", typed(**times)))

    assert "the same implementer" in page
    assert "warning" in page
    assert "stops it" not in page


def test_a_pressed_time_is_laid_into_the_form_and_nothing_is_kept(browser: Client) -> None:
    page = browser.post("/changes/new/", typed(slot="2026-12-07T20:00/2026-12-07T22:00"))

    assert page.status_code == 200
    assert 'value="2026-12-07T20:00"' in text(page)
    assert "連線池不足" in text(page)
    assert not Change.objects.exists()


def test_judging_again_without_javascript_keeps_the_page(browser: Client) -> None:
    page = browser.post("/changes/new/", typed(then="look", trigger_cost="on"))

    assert page.status_code == 200
    assert 'data-class="major"' in text(page)
    assert '<form class="form wide" id="rfc"' in text(page)
    assert not Change.objects.exists()


def test_each_day_has_its_place_at_the_wanted_hour() -> None:
    freeze(starts_at=START + DAY, ends_at=START + DAY + HOUR)

    places = proposing.next_places(Subject(), length=HOUR, after=START, implementer_id=None)

    assert [place.start for place in places] == [
        START,
        START + DAY + HOUR,
        START + 2 * DAY,
        START + 3 * DAY,
        START + 4 * DAY,
    ]


def test_a_window_that_ends_before_it_begins_gets_no_verdict() -> None:
    chosen = choosing.weigh(Subject(), END, START, implementer_id=None, after=START)

    assert (chosen.forward, chosen.conflicts, chosen.blocked) == (False, [], False)
    assert list(chosen.freezes()) == []


# ---- the mark in lists ----------------------------------------------------------------------
def test_a_list_counts_others_near_the_items_and_freezes(scheduled: Make, chain: list[Any]) -> None:
    one, near, apart = scheduled(chain[0]), scheduled(chain[2]), scheduled(start=START + 30 * DAY, end=END + 30 * DAY)
    freeze()

    assert crossing.counts([one, near, apart]) == {one.pk: 2, near.pk: 2}


def test_what_was_taken_back_counts_no_more(scheduled: Make, chain: list[Any], engineer: Person) -> None:
    one, other = scheduled(chain[0]), scheduled(chain[0])
    assert crossing.counts([one]) == {one.pk: 1}

    perform(other, "withdraw", by=engineer, at=MONDAY + HOUR, reason="不再需要")

    assert crossing.counts([one, Change.objects.get(pk=other.pk)]) == {}


def test_the_number_of_statements_does_not_grow(
    scheduled: Make, chain: list[Any], django_assert_num_queries: Any
) -> None:
    rows = [scheduled(chain[number % 4]) for number in range(3)]
    freeze()
    rows = list(Change.objects.filter(pk__in=[row.pk for row in rows]).select_related("service", "team", "implementer"))
    far.answers.conflicts_of(rows)

    with django_assert_num_queries(7):
        far.answers.conflicts_of(rows)
