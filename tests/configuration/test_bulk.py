"""Several items at once, kept views of the list, and labels: under the same rules as one item."""

from typing import Any

import pytest
from django.test import Client

from configuration.models import CiVersion, ConfigurationItem
from itsm.people.models import Person, Team
from itsm.tickets.models import SavedView
from tests.configuration.conftest import Make, brought
from tests.fixtures import make_person
from tests.loading import unnamed

pytestmark = pytest.mark.django_db
CHANGE, VERIFY = "/cmdb/cis/bulk/change", "/cmdb/cis/bulk/verify"


def signed_in(client: Client, person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return client


@pytest.fixture
def two(make: Make) -> list[ConfigurationItem]:
    """Two items under full control, and one that stays alone."""
    make("server", "H-3")
    return [make("server", "H-1"), make("server", "H-2")]


def numbers(items: list[ConfigurationItem]) -> list[str]:
    return [str(item.number) for item in items]


def said(client: Client) -> str:
    return str(client.get("/cmdb/cis/").content.decode())


class TestWriting:
    """A field or a step for each of the chosen items."""

    def test_a_field_is_written_under_a_change_that_names_them(
        self, client: Client, two: Any, change: Any, config_manager: Person, desk: Team
    ) -> None:
        asker = signed_in(client, config_manager)
        picked = numbers(two)

        assert "2 items are chosen" in asker.get(CHANGE, {"pick": picked}).content.decode()
        given = {"pick": picked, "act": "set:team", "value": desk.code, "change": str(change.number)}
        assert asker.post(CHANGE, given).status_code == 303

        rows = dict(ConfigurationItem.objects.values_list("title", "team"))
        assert rows == {"H-1": desk.pk, "H-2": desk.pk, "H-3": None}
        assert {row.authority.record_id for row in CiVersion.objects.filter(sequence=2)} == {change.pk}
        assert "2 items written." in said(asker)

    @pytest.mark.parametrize("named", ["", "CHG-0", "draft"])
    def test_nothing_is_written_without_an_authorised_change(
        self, client: Client, two: Any, draft_change: Any, config_manager: Person, named: str
    ) -> None:
        draft = brought(draft_change, "submitted")
        number = str(draft.number) if named == "draft" else named
        asker = signed_in(client, config_manager)

        answer = asker.post(CHANGE, {"pick": numbers(two), "act": "set:place", "value": "B9", "change": number})

        assert not ConfigurationItem.objects.filter(place="B9").exists()
        assert CiVersion.objects.filter(sequence=2).count() == 0
        assert "only through an authorised change" in (
            said(asker) if answer.status_code == 303 else "only through an authorised change"
        )
        assert answer.status_code == (422 if named == "CHG-0" else 303)

    def test_who_does_not_carry_it_out_writes_nothing(
        self, client: Client, two: Any, change: Any, agent: Person
    ) -> None:
        signed_in(client, agent).post(
            CHANGE, {"pick": numbers(two), "act": "set:place", "value": "B9", "change": str(change.number)}
        )

        assert not ConfigurationItem.objects.filter(place="B9").exists()

    def test_each_item_stands_for_itself(
        self, client: Client, make: Make, two: Any, change: Any, config_manager: Person
    ) -> None:
        unnamed(two[1])
        asker = signed_in(client, config_manager)

        asker.post(CHANGE, {"pick": numbers(two), "act": "do:begin_build", "change": ""})
        asker.post(CHANGE, {"pick": numbers(two), "act": "do:put_live", "change": str(change.number)})

        states = dict(ConfigurationItem.objects.values_list("title", "state"))
        assert states == {"H-1": "live", "H-2": "in_build", "H-3": "planned"}
        assert f"{two[1].number}:" in said(asker)

    @pytest.mark.parametrize(
        "act", ["set:title", "set:serial", "set:attributes", "do:dispose", "do:mark_missing", "x", ""]
    )
    def test_what_tells_items_apart_is_not_written_together(
        self, client: Client, two: Any, change: Any, config_manager: Person, act: str
    ) -> None:
        given = {"pick": numbers(two), "act": act, "value": "X", "change": str(change.number)}

        assert signed_in(client, config_manager).post(CHANGE, given).status_code == 422

    def test_a_value_that_does_not_fit_is_said(
        self, client: Client, two: Any, change: Any, config_manager: Person
    ) -> None:
        asker = signed_in(client, config_manager)

        asker.post(CHANGE, {"pick": numbers(two), "act": "set:team", "value": "nobody", "change": str(change.number)})

        assert "nobody" in said(asker)
        assert not ConfigurationItem.objects.exclude(team=None).exists()


def test_several_are_still_right_and_unknown_ones_are_said(client: Client, two: Any, agent: Person) -> None:
    asker = signed_in(client, agent)

    asker.post(VERIFY, {"pick": [*numbers(two), "CI-0"]})

    verified = ConfigurationItem.objects.filter(last_verified_by=agent).values_list("title", flat=True)
    assert sorted(verified) == ["H-1", "H-2"]
    page = said(asker)
    assert "2 items are still right." in page
    assert "CI-0: There is no record with this number." in page


def test_nothing_chosen_is_said(client: Client, two: Any, agent: Person) -> None:
    asker = signed_in(client, agent)
    asker.post(VERIFY, {})

    assert "Tick the items first." in said(asker)


def test_requesters_do_none_of_it(client: Client, two: Any, requester: Person) -> None:
    asker = signed_in(client, requester)
    picked = numbers(two)

    for answer in (
        asker.post(VERIFY, {"pick": picked}), asker.get(CHANGE, {"pick": picked}), asker.get("/cmdb/cis/labels.pdf"),
        asker.get("/cmdb/cis/views/new"),
    ):  # fmt: skip
        assert answer.status_code == 403


class TestLabels:
    """Labels to stick on things."""

    def test_chosen_items_get_one_each(self, client: Client, two: Any, agent: Person) -> None:
        from itsm.draw import labels

        drawn: list[Any] = []

        def kept(rows: Any, title: str) -> Any:
            drawn.extend(rows)
            return labels.sheet(rows, title=title)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("itsm.desk.cmdb.bulk.sheet", kept)
            answer = signed_in(client, agent).get("/cmdb/cis/labels.pdf", {"pick": numbers(two)})

        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        assert [label.number for label in drawn] == numbers(two)
        assert all(label.address.endswith(f"/cmdb/cis/{label.number}/") for label in drawn)

    def test_twenty_five_need_two_sheets(self) -> None:
        from itsm.draw.labels import Label, sheet

        many = [Label("http://desk/cmdb/cis/CI-1/", f"CI-{n}", ["很長的名稱" * 12, "class", ""]) for n in range(25)]

        assert sheet(many, title="x").count(b"/Type /Page\n") == 2
        assert sheet(many[:24], title="x").count(b"/Type /Page\n") == 1


class TestViews:
    """Lists of items that people keep."""

    def test_a_view_keeps_good_filters_and_stands_above_the_list(self, client: Client, two: Any, agent: Person) -> None:
        asker = signed_in(client, agent)

        made = asker.post(
            "/cmdb/cis/views/new", {"query": "state=live&q=H&nonsense=1&team=999", "name": "Live hosts", "for": "me"}
        )

        row = SavedView.objects.get()
        assert (row.of, row.query, row.owner) == ("items", "state=live&q=H&sort=name", agent)
        assert made.headers["Location"] == "/cmdb/cis/?state=live&q=H&sort=name"
        assert "Live hosts" in said(asker)
        assert "Live hosts" not in asker.get("/desk/q/all/").content.decode()

    def test_others_see_only_what_is_shared_and_throw_nothing_away(
        self, client: Client, two: Any, agent: Person, config_manager: Person
    ) -> None:
        asker = signed_in(client, config_manager)
        asker.post("/cmdb/cis/views/new", {"query": "state=live", "name": "Mine", "for": "me"})
        shared = SavedView.objects.create(
            owner=config_manager, name="Ours", query="state=live", of="items", is_shared=True
        )
        other = signed_in(client, agent)

        page = said(other)
        other.post(f"/cmdb/cis/views/{shared.pk}/drop")

        assert "Ours</a>" in page
        assert ">Mine<" not in page
        assert SavedView.objects.filter(pk=shared.pk).exists()

    def test_only_who_may_keeps_one_for_everyone(self, client: Client) -> None:
        nobody = make_person("hand", "engineer")

        answer = signed_in(client, nobody).post("/cmdb/cis/views/new", {"query": "", "name": "x", "for": "all"})

        assert answer.status_code == 403
        assert not SavedView.objects.exists()
