"""What is recorded of an item stays, and the item can be edited, also where its class or a list would not take it any more."""

from typing import Any

import pytest
from django.test import Client

from configuration import services
from configuration.attributes import UnfitAttributes
from configuration.authority import Grounds
from configuration.models import CiAttribute, CiClass, ConfigurationItem
from itsm.people.models import Person, Team
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ups(make: Make) -> ConfigurationItem:
    """An item with a choice, a person and a flag of its class, and a team that are about to go."""
    of = CiClass.objects.get(code="ups")
    grade = [{"value": "old", "zh": "舊", "en": "Old"}, {"value": "new", "zh": "新", "en": "New"}]
    CiAttribute.objects.create(ci_class=of, code="grade", name_zh="等級", kind="choice", choices=grade)
    CiAttribute.objects.create(ci_class=of, code="caretaker", name_zh="看管人", kind="person")
    CiAttribute.objects.create(ci_class=of, code="plate", name_zh="銘牌")
    make_person("gone", name="離職者")
    team = Team.objects.create(code="gone-team", name_zh="裁撤小組", tier=2)
    given = {"grade": "old", "caretaker": "gone", "plate": "A-1"}
    return make("ups", "UPS-01", given=given, team=team, owner=Person.objects.get(username="gone"))


@pytest.fixture
def outgrown(ups: ConfigurationItem) -> ConfigurationItem:
    """The same item after the choice, the person, the attribute and the team are offered no more."""
    grade, plate = CiAttribute.objects.get(code="grade"), CiAttribute.objects.get(code="plate")
    grade.choices, plate.is_active = grade.choices[1:], False
    grade.save()
    plate.save()
    Person.objects.filter(username="gone").update(is_active=False)
    Team.objects.filter(code="gone-team").update(is_active=False)
    return ups


def test_another_field_is_edited(outgrown: ConfigurationItem, grounds: Grounds, config_manager: Person) -> None:
    edited = services.edit(outgrown, grounds=grounds, by=config_manager, at=MONDAY + HOUR, place="B1")

    assert edited.place == "B1"
    assert edited.attributes == {"grade": "old", "caretaker": "gone", "plate": "A-1"}


def test_the_form_keeps_what_stands(
    outgrown: ConfigurationItem, change: Any, config_manager: Person, client: Client
) -> None:
    client.force_login(config_manager)
    page = client.get(f"/cmdb/cis/{outgrown.number}/edit/?change={change.number}")
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: getattr(value, "pk", value) for name, value in sent.items() if value is not None}

    answer = client.post(f"/cmdb/cis/{outgrown.number}/edit/", sent | {"place": "B1"})

    assert answer.status_code in (302, 303)
    now = ConfigurationItem.objects.get(pk=outgrown.pk)
    assert now.place == "B1"
    assert now.team is not None
    assert now.owner is not None
    assert now.attributes == {"grade": "old", "caretaker": "gone", "plate": "A-1"}


def test_a_value_that_is_not_offered_is_not_taken_anew(
    make: Make, outgrown: ConfigurationItem, grounds: Grounds, config_manager: Person
) -> None:
    with pytest.raises(UnfitAttributes) as refused:
        make("ups", "UPS-02", given={"grade": "old", "caretaker": "gone", "plate": "x"})

    assert set(refused.value.fields) == {"grade", "caretaker", "plate"}
