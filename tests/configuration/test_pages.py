"""The pages of configuration items: list, item, graph, forms, history, corrections."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from configuration import corrections, services
from configuration.authority import Grounds
from configuration.models import CiRelation, ConfigurationItem, Correction
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
Open = Callable[[Person], Client]


@pytest.fixture
def signed_in(client: Client) -> Open:
    """Sign somebody in, with pages in English."""

    def sign_in(person: Person) -> Client:
        Person.objects.filter(pk=person.pk).update(language="en")
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def chain(make: Make, join: Any) -> dict[str, ConfigurationItem]:
    """UPS-02 feeds a rack that holds a host that runs a database that a service depends on."""
    found = {
        "ups": make("ups", "UPS-02"), "rack": make("rack", "R-A"), "host": make("server", "H-1"),
        "database": make("database", "公文資料庫"), "service": make("service", "電子公文", given={"service_code": "documents"}),
    }  # fmt: skip
    join(found["ups"], "feeds", found["rack"])
    join(found["host"], "installed_in", found["rack"])
    join(found["database"], "runs_on", found["host"])
    join(found["service"], "depends_on", found["database"])
    return found


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestList:
    """The list."""

    def test_it_narrows_by_class_with_all_below_it(self, signed_in: Open, chain: Any, agent: Person) -> None:
        classes = {row.code: row.pk for row in {item.ci_class for item in chain.values()}}
        power = chain["ups"].ci_class.parent

        answer = text_of(signed_in(agent).get("/cmdb/cis/", {"class": power.pk}))

        assert "UPS-02" in answer
        assert "H-1" not in answer
        assert classes

    def test_words_find_items(self, signed_in: Open, chain: Any, agent: Person) -> None:
        answer = text_of(signed_in(agent).get("/cmdb/cis/", {"q": "公文"}))

        assert "公文資料庫" in answer
        assert "UPS-02" not in answer

    @pytest.mark.parametrize("sort", ["name", "newest", "changed", "criticality"])
    def test_pages_follow_each_other_both_ways(self, signed_in: Open, make: Make, agent: Person, sort: str) -> None:
        from configuration import listing

        for number in range(7):
            make("server", f"H-{number}", criticality=1 + number % 2)

        def read(**params: str) -> listing.Page:
            return listing.page(listing.ask({"sort": sort, **params}, at=MONDAY), person=agent, size=3)

        first = read()
        second = read(after=first.next)
        third = read(after=second.next)
        keys = [row.pk for page in (first, second, third) for row in page.rows]

        assert len(set(keys)) == 7
        assert third.next == first.previous == ""
        assert [row.pk for row in read(before=third.previous).rows] == [row.pk for row in second.rows]

    def test_what_is_not_understood_is_said(self, signed_in: Open, agent: Person) -> None:
        client = signed_in(agent)

        for params in (
            {"class": "x'; DROP"},
            {"after": "bm9uc2Vuc2U"},
            {"after": "WyJcdTAwMDAiLCAxXQ"},
            {"team": "99999"},
        ):
            answer = client.get("/cmdb/cis/", params)
            assert answer.status_code == 200
            assert "banner" in text_of(answer)

    def test_requesters_do_not_get_in(self, signed_in: Open, chain: Any, requester: Person) -> None:
        client = signed_in(requester)

        for path in ("/cmdb/cis/", "/cmdb/graph/", "/cmdb/corrections/", f"/cmdb/cis/{chain['ups'].number}/"):
            assert client.get(path).status_code in (403, 404)

    def test_statements_do_not_grow_with_rows(
        self, signed_in: Open, make: Make, agent: Person, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            make("server", f"H-{number}")
        client = signed_in(agent)
        client.get("/cmdb/cis/")

        with django_assert_max_num_queries(8):
            client.get("/cmdb/cis/")

    def test_a_file_holds_what_matches_and_no_formula(self, signed_in: Open, make: Make, agent: Person) -> None:
        make("server", "=cmd|' /C calc'!A0", given={"os": "Debian"})

        answer = signed_in(agent).get("/cmdb/cis/", {"as": "csv"})

        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0]["title"].startswith("'=cmd")
        assert (rows[0]["ci_class"], rows[0]["os"]) == ("server", "Debian")


class TestItem:
    """The page of an item."""

    def test_it_shows_relations_in_words_and_the_services_that_fail_with_it(
        self, signed_in: Open, chain: Any, agent: Person
    ) -> None:
        answer = text_of(signed_in(agent).get(f"/cmdb/cis/{chain['ups'].number}/"))

        assert "Feeds" in answer
        assert "UPS-02 → R-A → H-1 → 公文資料庫 → 電子公文" in answer

    def test_still_right_is_one_press(self, signed_in: Open, chain: Any, agent: Person) -> None:
        signed_in(agent).post(f"/cmdb/cis/{chain['ups'].number}/verify/")

        assert ConfigurationItem.objects.get(pk=chain["ups"].pk).last_verified_by == agent

    def test_an_edit_without_a_change_is_refused_and_says_why(
        self, signed_in: Open, chain: Any, config_manager: Person
    ) -> None:
        path = f"/cmdb/cis/{chain['ups'].number}/edit/"

        answer = signed_in(config_manager).post(path, {"title": "UPS-2", "environment": "prod", "criticality": "3"})

        assert answer.status_code == 422
        assert "only through an authorised change" in text_of(answer)
        assert ConfigurationItem.objects.get(pk=chain["ups"].pk).title == "UPS-02"

    def test_an_edit_under_the_change_is_kept(
        self, signed_in: Open, chain: Any, change: Any, config_manager: Person
    ) -> None:
        path = f"/cmdb/cis/{chain['ups'].number}/edit/"
        given = {
            "change": change.number,
            "title": "UPS-02",
            "environment": "dr",
            "criticality": "1",
            "own_capacity_kva": "60",
        }

        answer = signed_in(config_manager).post(path, given)

        found = ConfigurationItem.objects.get(pk=chain["ups"].pk)
        assert answer.status_code == 303
        assert (found.environment, found.criticality, found.attributes) == ("dr", 1, {"capacity_kva": 60})

    def test_a_wrong_attribute_is_told_beside_its_field(
        self, signed_in: Open, chain: Any, change: Any, config_manager: Person
    ) -> None:
        path = f"/cmdb/cis/{chain['ups'].number}/edit/"
        given = {
            "change": change.number,
            "title": "U",
            "environment": "prod",
            "criticality": "1",
            "own_capacity_kva": "many",
        }

        answer = signed_in(config_manager).post(path, given)

        assert answer.status_code == 422
        assert "must be a number" in text_of(answer)
        assert 'value="many"' in text_of(answer)

    def test_an_item_is_made_under_a_change(self, signed_in: Open, change: Any, config_manager: Person) -> None:
        client = signed_in(config_manager)
        assert "Generator" in text_of(client.get("/cmdb/cis/new/"))

        answer = client.post(
            "/cmdb/cis/new/?class=generator",
            {
                "change": change.number,
                "title": "GEN-1",
                "environment": "prod",
                "criticality": "1",
                "own_fuel": "diesel",
            },
        )

        made = ConfigurationItem.objects.get(title="GEN-1")
        assert answer.headers["Location"] == f"/cmdb/cis/{made.number}/"
        assert made.attributes == {"fuel": "diesel"}

    def test_relations_are_made_and_ended_read_from_either_side(
        self, signed_in: Open, chain: Any, change: Any, config_manager: Person
    ) -> None:
        client = signed_in(config_manager)
        given = {"change": change.number, "kind": "feeds<", "other": chain["ups"].number, "weight": "100"}

        client.post(f"/cmdb/cis/{chain['host'].number}/relate/", given)
        made = CiRelation.objects.get(source=chain["ups"], target=chain["host"])
        client.post(f"/cmdb/relations/{made.pk}/end/", {"change": change.number})

        assert not CiRelation.objects.present().filter(pk=made.pk).exists()
        assert "UPS-02 feeds H-1" in text_of(client.get(f"/cmdb/cis/{chain['ups'].number}/history/"))


class TestGraph:
    """The explorer."""

    @pytest.mark.parametrize("mode", ["down", "up", "near"])
    def test_the_list_holds_every_item_and_relationship_of_the_drawing(
        self, signed_in: Open, chain: Any, agent: Person, mode: str
    ) -> None:
        start = chain["service"] if mode == "up" else chain["ups"]

        answer = text_of(signed_in(agent).get("/cmdb/graph/", {"ci": start.number, "mode": mode}))
        svg, table = answer.split('class="ci-graph"')[1].split("</svg>")[0], answer.split('id="as-list"')[-1]

        for item in chain.values():
            assert f"/cmdb/cis/{item.number}/" in svg
            assert f"/cmdb/cis/{item.number}/" in table
        assert svg.count("<path") == 4
        assert "feeds R-A" in table

    @pytest.mark.parametrize(
        ("mode", "start", "met", "past"),
        [("down", "ups", "R-A", "H-1"), ("up", "rack", "UPS-02", "H-1"), ("near", "rack", "UPS-02", "H-1")],
    )
    def test_only_the_chosen_kinds_of_relationships_are_walked(
        self, signed_in: Open, chain: Any, agent: Person, mode: str, start: str, met: str, past: str
    ) -> None:
        asked = {"ci": chain[start].number, "mode": mode, "kind": "feeds"}

        answer = text_of(signed_in(agent).get("/cmdb/graph/", asked)).split('class="ci-graph"')[1]

        assert met in answer
        assert past not in answer

    def test_it_is_drawn_as_of_a_moment(
        self, signed_in: Open, chain: Any, grounds: Grounds, config_manager: Person, agent: Person
    ) -> None:
        from configuration import relating

        relation = CiRelation.objects.get(source=chain["host"])
        relating.end(relation, grounds=grounds, by=config_manager, at=MONDAY + HOUR)
        client = signed_in(agent)

        now = text_of(client.get("/cmdb/graph/", {"ci": chain["ups"].number}))
        then = text_of(client.get("/cmdb/graph/", {"ci": chain["ups"].number, "at": "2026-11-23T10:30"}))

        assert "公文資料庫" not in now
        assert "公文資料庫" in then

    def test_two_hundred_boxes_at_most(self, chain: Any) -> None:
        from configuration import graph

        many = [(n, chain["host"].ci_class_id) for n in range(1_000_000, 1_000_300)]
        few = [(chain["ups"].pk, chain["ups"].ci_class_id)]
        found = graph.Graph([*few, *many], [], None, False, {chain["ups"].pk: "start"})

        svg, heaped = graph.drawn(graph.Asked(chain["ups"]), found)

        assert heaped
        assert svg.count("<rect") == 2
        assert "× 300" in svg

    def test_a_heap_stands_as_all_its_items_do(self, chain: Any) -> None:
        from configuration import graph

        ups, host = chain["ups"], chain["host"]
        many = [(n, host.ci_class_id) for n in range(1_000_000, 1_000_300)]
        standing = {ups.pk: "start", **{key: "down" for key, _class in many}}
        alike = graph.Graph([(ups.pk, ups.ci_class_id), *many], [], None, False, standing)
        mixed = graph.Graph(alike.found, [], None, False, standing | {many[0][0]: "degraded"})

        assert '"ci-box down"' in graph.drawn(graph.Asked(ups), alike)[0]
        assert '"ci-box down"' not in graph.drawn(graph.Asked(ups), mixed)[0]

    def test_a_moment_before_an_item_was_recorded_says_so(self, signed_in: Open, chain: Any, agent: Person) -> None:
        client = signed_in(agent)

        answer = text_of(client.get("/cmdb/graph/", {"ci": chain["ups"].number, "at": "2020-01-01T00:00"}))

        assert "At that moment this item stood in no record." in answer
        assert "/relate/" not in answer

    def test_the_list_goes_on_page_by_page_beside_the_numbers_of_each_class(
        self, signed_in: Open, chain: Any, agent: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from configuration import graph

        monkeypatch.setattr(graph, "LISTED", 2)
        monkeypatch.setattr(graph, "MOST_DRAWN", 2)
        client, seen = signed_in(agent), ""

        for place in ("1", "3", "5"):
            answer = text_of(client.get("/cmdb/graph/", {"ci": chain["ups"].number, "from": place}))
            seen += answer.split('id="as-list"')[-1].split("</table>")[0]

        assert all(seen.count(f'<td><a href="/cmdb/cis/{item.number}/"') == 1 for item in chain.values())
        assert 'id="by-class"' in answer
        assert "5 to 5 of 5" in answer

    def test_what_cannot_be_found_is_said(self, signed_in: Open, chain: Any, agent: Person) -> None:
        client = signed_in(agent)

        assert client.get("/cmdb/graph/", {"ci": "CI-0"}).status_code == 404
        assert client.get("/cmdb/graph/").status_code == 200
        assert client.get("/cmdb/graph/", {"ci": chain["ups"].number, "depth": "-9", "at": "soon"}).status_code == 200

    def test_a_file_stands_alone(self, signed_in: Open, chain: Any, agent: Person) -> None:
        answer = signed_in(agent).get("/cmdb/graph/", {"ci": chain["ups"].number, "as": "svg"})

        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "<style>" in text_of(answer)


class TestCorrections:
    """Wrong data, from the report to the corrected item."""

    def test_a_report_is_verified_by_another_and_carried_out(
        self, client: Client, signed_in: Open, chain: Any, agent: Person, config_manager: Person
    ) -> None:
        number = chain["ups"].number
        signed_in(agent).post(f"/cmdb/cis/{number}/wrong/", {"field": "place", "found": "B2"})
        made = Correction.objects.get()

        assert client.post(f"/cmdb/corrections/{made.pk}/verify/").status_code == 403
        signed_in(config_manager).post(f"/cmdb/corrections/{made.pk}/verify/")
        given = {"correction": made.pk, "title": "UPS-02", "environment": "prod", "criticality": "3", "place": "B2"}
        answer = client.post(f"/cmdb/cis/{number}/edit/?correction={made.pk}", given)

        assert answer.status_code == 303
        assert ConfigurationItem.objects.get(pk=chain["ups"].pk).place == "B2"
        assert Correction.objects.get().applied_at is not None

    def test_the_page_of_the_item_says_which_field_is_reported_as_wrong(
        self, signed_in: Open, chain: Any, agent: Person
    ) -> None:
        corrections.report(chain["ups"], found="B2", recorded="B1", field="place", by=agent, at=MONDAY)

        shown = signed_in(agent).get(f"/cmdb/cis/{chain['ups'].number}/").content.decode()

        assert "Place: <del>B1</del> → B2" in shown

    def test_who_reported_it_does_not_verify_it(self, signed_in: Open, chain: Any, config_manager: Person) -> None:
        made = corrections.report(chain["ups"], found="B2", by=config_manager, at=MONDAY)

        signed_in(config_manager).post(f"/cmdb/corrections/{made.pk}/verify/")

        assert Correction.objects.get().verified_at is None

    def test_a_refusal_says_why(self, signed_in: Open, chain: Any, agent: Person, config_manager: Person) -> None:
        made = corrections.report(chain["ups"], found="B2", by=agent, at=MONDAY)
        client = signed_in(config_manager)

        client.post(f"/cmdb/corrections/{made.pk}/refuse/", {"reason": " "})
        assert Correction.objects.get().refused_at is None
        client.post(f"/cmdb/corrections/{made.pk}/refuse/", {"reason": "B1 is right"})

        assert Correction.objects.get().refused_by == config_manager


def test_history_shows_versions_and_the_past(
    signed_in: Open, chain: Any, grounds: Grounds, config_manager: Person, agent: Person
) -> None:
    services.edit(
        chain["ups"], grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B1", given={"capacity_kva": 60}
    )

    answer = text_of(signed_in(agent).get(f"/cmdb/cis/{chain['ups'].number}/history/", {"at": "2026-11-23T10:30"}))

    assert "Capacity (kVA): — → 60" in answer
    assert grounds.change.number in answer
    assert "version 1" in answer
