"""An item that is named, or found by the walk, may be marked as not affected: with a reason, and back until it is decided on."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from changes import conflicts, crossing, far, services, sparing
from changes.clashes import clashes
from changes.material import fingerprint
from changes.models import Change
from changes.planned import of
from changes.sparing_models import NotAffected
from itsm.people.models import Person
from itsm.records.models import Event, Link
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.conftest import Walk
from tests.changes.planning import END, START, Make
from tests.changes.planning import chain as chain
from tests.changes.planning import keeper as keeper
from tests.changes.planning import scheduled as scheduled
from tests.changes.test_pages import client_of, text
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
WHY = "只調整參數，不影響該主機。"


@pytest.fixture
def named(walk: Walk, chain: list[Any], engineer: Person) -> Any:
    """A change under review that names the first of four items in a chain."""
    record = walk("implementation_review")
    services.set_scope(record, by=engineer, items=[chain[0]], at=MONDAY)
    return Change.objects.get(pk=record.pk)


def said(act: Any) -> str:
    with translation.override("en"), pytest.raises(Objected) as refusal:
        act()
    return str(refusal.value)


def names(change: Any) -> set[int]:
    return set(Link.objects.filter(source=change.pk, kind="affects").values_list("target", flat=True))


def kinds(change: Any) -> list[str]:
    return [one.kind for one in conflicts.of_change(change, START, END, None)]


class TestService:
    """Marking, and taking it back."""

    def test_a_named_item_is_taken_out_with_its_reason_and_comes_back(
        self, named: Any, chain: list[Any], engineer: Person
    ) -> None:
        before = fingerprint(named)

        row = sparing.spare(named, chain[0], reason=WHY, by=engineer, at=MONDAY)

        assert (row.reason, row.by, row.was_named, names(named)) == (WHY, engineer, True, set())
        assert far.answers.items(named) == [] == far.unanswered_items(named)
        assert fingerprint(named) != before
        event = Event.objects.get(record=named.pk, name="not_affected")
        assert (event.reason, event.facts["other"]) == (WHY, chain[0].number)
        sparing.take_back(named, chain[0], by=engineer, at=MONDAY)
        assert names(named) == {chain[0].pk}
        assert not NotAffected.objects.exists()
        assert fingerprint(named) == before

    def test_an_item_that_the_walk_finds_is_marked_and_one_that_it_does_not_is_not(
        self, named: Any, chain: list[Any], engineer: Person, make_apart: Any
    ) -> None:
        sparing.spare(named, chain[2], reason=WHY, by=engineer, at=MONDAY)

        assert not NotAffected.objects.get().was_named
        assert "neither named nor reached" in said(lambda: sparing.spare(named, make_apart, reason=WHY, by=engineer))
        sparing.take_back(named, chain[2], by=engineer)
        assert names(named) == {chain[0].pk}

    def test_it_needs_a_reason_is_said_once_and_taken_back_once(
        self, named: Any, chain: list[Any], engineer: Person
    ) -> None:
        assert "Say why" in said(lambda: sparing.spare(named, chain[0], reason=" ", by=engineer))
        assert "is not marked" in said(lambda: sparing.take_back(named, chain[0], by=engineer))
        sparing.spare(named, chain[0], reason=WHY, by=engineer)

        assert "already" in said(lambda: sparing.spare(named, chain[0], reason=WHY, by=engineer))
        with pytest.raises(IntegrityError), transaction.atomic():
            NotAffected.objects.create(change=named, item=chain[1], reason="", by=engineer, at=MONDAY)

    def test_who_has_no_part_in_the_change_marks_nothing(self, named: Any, chain: list[Any], handler: Person) -> None:
        with pytest.raises(NotAllowed):
            sparing.spare(named, chain[0], reason=WHY, by=handler)

    def test_once_it_is_authorised_it_stays(
        self, scheduled: Make, chain: list[Any], engineer: Person, change_manager: Person
    ) -> None:
        change = scheduled(chain[0])

        assert "decided on as it is" in said(lambda: sparing.spare(change, chain[1], reason=WHY, by=engineer))
        back = perform(change, "reschedule", by=engineer, at=MONDAY, reason="x")
        sparing.spare(back, chain[1], reason=WHY, by=engineer)
        Change.objects.filter(pk=back.pk).update(change_class="major")
        assert "decided on as it is" in said(
            lambda: sparing.take_back(Change.objects.get(pk=back.pk), chain[1], by=engineer)
        )

    def test_an_item_that_is_named_anew_is_affected_again(
        self, named: Any, chain: list[Any], engineer: Person, client: Client
    ) -> None:
        sparing.spare(named, chain[0], reason=WHY, by=engineer)
        services.set_scope(named, by=engineer, items=[chain[0]], at=MONDAY)
        assert not NotAffected.objects.exists()
        sparing.spare(named, chain[0], reason=WHY, by=engineer)

        client_of(engineer).post(f"/t/{named.number}/items/add", {"item": chain[0].number})

        assert not NotAffected.objects.exists()
        assert names(named) == {chain[0].pk}


@pytest.fixture
def make_apart(chain: list[Any], keeper: Person) -> Any:
    """An item that nothing joins to the chain."""
    from configuration.services import create
    from tests.loading import loaded

    return create(ci_class=chain[0].ci_class, title="apart", grounds=loaded(), by=keeper, at=MONDAY, source="test")


class TestConflicts:
    """What is not affected stands against nothing."""

    def everywhere(self, one: Any, other: Any) -> list[bool]:
        """Tell whether the two stand against each other: by itself each, in the list, in the calendar."""
        shown = of([one, other])
        counted = crossing.counts([one, other])
        return [bool(kinds(one)), bool(kinds(other)), bool(counted), bool(clashes(shown, []))]

    @pytest.mark.parametrize("whose", [0, 1])
    def test_of_an_item_near_for_either_of_the_two(
        self, scheduled: Make, chain: list[Any], engineer: Person, whose: int
    ) -> None:
        pair = [scheduled(chain[0]), scheduled(chain[1])]
        assert self.everywhere(*pair) == [True] * 4
        marked = perform(pair[whose], "reschedule", by=engineer, at=MONDAY, reason="x")

        sparing.spare(marked, chain[1 - whose], reason=WHY, by=engineer)

        pair[whose] = Change.objects.get(pk=marked.pk)
        assert self.everywhere(*pair) == [False] * 4

    def test_nor_what_lies_behind_it(self, scheduled: Make, chain: list[Any], engineer: Person) -> None:
        one, other = scheduled(chain[0]), scheduled(chain[2])
        assert self.everywhere(one, other) == [True] * 4
        one = perform(one, "reschedule", by=engineer, at=MONDAY, reason="x")

        sparing.spare(one, chain[1], reason=WHY, by=engineer)

        assert kinds(one) == []


class TestPage:
    """The page of risk and impact."""

    def test_it_is_marked_shown_and_taken_back(self, named: Any, chain: list[Any], engineer: Person) -> None:
        client, here = client_of(engineer), f"/changes/{named.number}/impact/"
        offered = [f"spare={chain[1].number}" in text(client.get(here, {"way": way})) for way in ("up", "down")]
        assert offered.count(True) == 1  # the chain leads one way
        assert f'value="{chain[1].number}"' in text(client.get(here, {"spare": chain[1].number}))

        marked = client.post(f"{here}not-affected/", {"item": chain[1].number, "reason": WHY})

        assert marked.status_code == 303
        shown = "".join(text(client.get(here, {"way": way})) for way in ("up", "down"))
        assert WHY in shown
        assert shown.count(">not affected<") == 1  # in the list of the walk
        assert shown.count('class="ci-box spared"') == 1
        client.post(f"{here}affected/", {"item": chain[1].number})
        assert WHY not in text(client.get(here))
        assert not NotAffected.objects.exists()

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"item": "CI-0", "reason": WHY}, "There is no configuration item"),
            ({"item": "CI 0", "reason": ""}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_lost(
        self, named: Any, engineer: Person, given: dict[str, str], sentence: str
    ) -> None:
        answer = client_of(engineer).post(f"/changes/{named.number}/impact/not-affected/", given)

        assert answer.status_code == 422
        assert sentence in text(answer)
        assert given["reason"] in text(answer)
        assert not NotAffected.objects.exists()

    def test_whoever_has_no_part_sees_it_and_gets_no_form(
        self, named: Any, chain: list[Any], engineer: Person, board_member: Person
    ) -> None:
        sparing.spare(named, chain[1], reason=WHY, by=engineer)
        client = client_of(board_member)

        shown = text(client.get(f"/changes/{named.number}/impact/"))
        refused = client.post(f"/changes/{named.number}/impact/not-affected/", {"item": chain[0].number, "reason": WHY})

        assert WHY in shown
        assert "Mark as not affected" not in shown
        assert refused.status_code == 422
        assert NotAffected.objects.count() == 1

    def test_the_page_reads_as_much_for_one_as_for_three(
        self, named: Any, chain: list[Any], engineer: Person, django_assert_num_queries: Any
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client, here = client_of(engineer), f"/changes/{named.number}/impact/"
        sparing.spare(named, chain[1], reason=WHY, by=engineer)
        client.get(here)
        with CaptureQueriesContext(
            connection,
        ) as one:
            client.get(here)
        for item in chain[2:]:
            sparing.spare(named, item, reason=WHY, by=engineer)
        with django_assert_num_queries(len(one)):
            client.get(here)


class TestInterface:
    """REST."""

    def call(self, client: Client, change: Any, **body: Any) -> Any:
        return client.post(f"/api/v1/changes/{change.number}/items", body, content_type="application/json")

    def test_items_are_listed_marked_and_taken_back(self, named: Any, chain: list[Any], engineer: Person) -> None:
        client = client_of(engineer)
        number = chain[0].number

        marked = self.call(client, named, item=number, standing="not_affected", reason=WHY)
        listed = client.get(f"/api/v1/changes/{named.number}/items").json()
        back = self.call(client, named, item=number, standing="affected")

        assert [(row["number"], row["standing"], row["reason"]) for row in listed] == [(number, "not_affected", WHY)]
        assert marked.json() == listed
        assert [(row["number"], row["standing"], row["by"]) for row in back.json()] == [(number, "affected", None)]

    def test_refusals_carry_their_sentences(
        self, named: Any, chain: list[Any], engineer: Person, make_apart: Any, board_member: Person
    ) -> None:
        client, number = client_of(engineer), chain[0].number

        answers = [
            self.call(client, named, item=number, standing="not_affected"),
            self.call(client, named, item="CI-0", standing="not_affected", reason=WHY),
            self.call(client, named, item=make_apart.number, standing="not_affected", reason=WHY),
            self.call(client, named, item=number, standing="unchanged"),
        ]
        stranger = self.call(client_of(board_member), named, item=number, standing="not_affected", reason=WHY)

        assert [answer.status_code for answer in answers] == [422] * 4
        assert "once the work has ended" in answers[3].content.decode()
        assert stranger.status_code == 403
        assert not NotAffected.objects.exists()

    def test_an_item_is_answered_for_after_the_work(self, named: Any, chain: list[Any], engineer: Person) -> None:
        from tests.configuration.conftest import brought

        change = brought(named, "post_review")
        Change.objects.filter(pk=change.pk).update(actual_start=MONDAY, actual_end=MONDAY)
        client = client_of(engineer)
        before = client.get(f"/api/v1/changes/{named.number}/items").json()

        after = self.call(client, named, item=chain[0].number, standing="unchanged").json()

        assert [row["is_answered"] for row in (*before, *after)] == [False, True]
