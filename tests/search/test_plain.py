"""Records that are no cases are found too, by whoever may see them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from itsm.people.models import Person
from itsm.records import register
from itsm.search import kept
from itsm.search.plain import find
from problems.models import KnownError
from tests.problems.conftest import *  # noqa: F403  # the world of problems

pytestmark = pytest.mark.django_db
WORD = "連線池"


@pytest.fixture
def known(walk: Callable[[str], Any]) -> KnownError:
    """A known error in draft, which those who work on problems see."""
    walk("known_error")
    return KnownError.objects.get()


def signed(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def test_a_record_is_found_by_its_words_on_the_page_and_in_the_palette(
    client: Client, problem_manager: Person, known: KnownError
) -> None:
    page = signed(client, problem_manager).get("/search/", {"q": WORD}).content.decode()
    quick = client.get("/palette/", {"q": WORD}).json()["results"]

    assert f"/known-errors/{known.number}/" in page
    assert f"/known-errors/{known.number}/" in [row["url"] for row in quick]


def test_words_that_changed_are_found_and_old_ones_are_not(problem_manager: Person, known: KnownError) -> None:
    KnownError.objects.filter(pk=known.pk).update(cause="記憶體洩漏", symptoms="", workaround="", title="另一件")

    assert [row.number for group in find(problem_manager, "記憶體洩漏") for row in group.rows] == [known.number]
    assert find(problem_manager, WORD) == []


@pytest.mark.parametrize("who", ["agent", "requester"])
def test_whoever_may_not_see_a_record_does_not_find_it(
    client: Client, known: KnownError, who: str, request: pytest.FixtureRequest
) -> None:
    signed(client, request.getfixturevalue(who))

    assert str(known.number) not in client.get("/search/", {"q": WORD}).content.decode()
    assert client.get("/search/", {"q": str(known.number)}).status_code == 200


def test_a_whole_number_leads_straight_to_the_record(
    client: Client, problem_manager: Person, known: KnownError
) -> None:
    answer = signed(client, problem_manager).get("/search/", {"q": str(known.number).lower()})

    assert (answer.status_code, answer["Location"]) == (302, f"/t/{known.number}")


def test_records_that_the_index_does_not_know_are_read_after_migrating(
    problem_manager: Person, known: KnownError
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_plain")
    assert find(problem_manager, WORD) == []

    kept.refresh(register.process("known_error"))

    assert [row.number for group in find(problem_manager, WORD) for row in group.rows] == [known.number]
