"""Items are found by number, marks, beginning of the name and words, whichever way the database looks for them."""

import pytest

from configuration import listing
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from tests.configuration.conftest import Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def ups(make: Make) -> ConfigurationItem:
    """An item with every mark, among others that are alike."""
    make("server", "UPS 100% stand-in", description="備援")
    make("ups", "UPSX", serial="S-1", asset_no="A-1", hostname="upsx.example.org")
    return make(
        "ups",
        "UPS_02 機房電源",
        serial="SN-77",
        asset_no="A-77",
        hostname="ups2.example.org",
        description="三樓 spare batteries",
    )


def found(person: Person, text: str, **params: str) -> list[str]:
    asked = listing.ask({"q": text, **params}, at=MONDAY)
    rows = [row.title for row in listing.page(asked, person=person).rows]
    assert len(rows) == listing.total(asked, person=person)
    return rows


@pytest.mark.parametrize("common", [False, True])
class TestWords:
    """Rare words are looked up, common ones looked for along the list; both find the same."""

    @pytest.fixture(autouse=True)
    def _way(self, common: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listing, "COMMON", -1 if common else 100)

    @pytest.mark.parametrize("text", ["SN-77", "A-77", "ups2.example.org", "UPS_02 機", "batteries", "機房電源"])
    def test_an_item_is_found_by_each_of_its_marks_and_words(
        self, ups: ConfigurationItem, agent: Person, text: str
    ) -> None:
        assert found(agent, text) == [ups.title]

    def test_it_is_found_by_its_number_in_any_case(self, ups: ConfigurationItem, agent: Person) -> None:
        assert found(agent, str(ups.number).lower()) == [ups.title]

    def test_signs_of_patterns_stand_for_themselves(self, ups: ConfigurationItem, agent: Person) -> None:
        assert found(agent, "UPS_") == [ups.title]
        assert found(agent, "UPS 100%") == ["UPS 100% stand-in"]

    def test_filters_narrow_what_words_find(self, ups: ConfigurationItem, agent: Person) -> None:
        assert found(agent, "example.org", state="live") == []
        assert found(agent, "UPS", **{"class": str(ups.ci_class_id)}) == sorted(["UPSX", ups.title])

    def test_words_that_nothing_has_find_nothing(self, ups: ConfigurationItem, agent: Person) -> None:
        assert found(agent, "zqzqzq") == []


def test_nothing_is_found_twice(ups: ConfigurationItem, agent: Person) -> None:
    everything = ConfigurationItem.objects.get(pk=ups.pk).title

    assert found(agent, everything) == [everything]  # by its beginning and by its words
