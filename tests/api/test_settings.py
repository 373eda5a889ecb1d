"""Rules of the house, the mark of first contact and escalation ladders over REST: the rules and sentences of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils.translation import override

from catalogue.models import Category, Service
from itsm.people.models import Person
from itsm.tickets.models import HouseRules
from sla.models import EscalationPolicy, EscalationStep
from tests.api.test_calendars import as_, send
from tests.api.test_calendars import keeper as keeper
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db
HOUSE, LADDERS = "/api/v1/house-rules", "/api/v1/escalation-ladders"
STEP = {"metric": "resolution", "level": 9, "at_percent": 150, "notify": ["slm"], "priorities": [1, 2]}


def change(person: Person, path: str, body: dict[str, Any]) -> Any:
    """Change something."""
    return as_(person).patch(path, body, content_type="application/json")


@pytest.fixture
def reader(keeper: Person) -> Person:
    """The administrator, who reads English."""
    Person.objects.filter(pk=keeper.pk).update(language="en")
    return Person.objects.get(pk=keeper.pk)


@pytest.fixture
def ladder(db: None) -> EscalationPolicy:
    """The ladder of the organisation."""
    return EscalationPolicy.objects.order_by("pk")[0]


def steps_of(ladder: EscalationPolicy) -> str:
    """The address of its steps."""
    return f"{LADDERS}/{ladder.code}/steps"


def test_the_usual_periods_are_read_and_changed_one_by_one(reader: Person) -> None:
    assert as_(reader).get(HOUSE).json() == {"reopen_days": 7, "freeze_days": 5, "report_days": 10}

    changed = change(reader, HOUSE, {"freeze_days": 3})

    assert changed.json() == as_(reader).get(HOUSE).json() == {"reopen_days": 7, "freeze_days": 3, "report_days": 10}
    assert list(HouseRules.objects.values_list("pk", "freeze_days")) == [(1, 3)]
    assert apps.get_model("tickets", "HouseRulesEvent").objects.filter(pgh_obj=1, freeze_days=3).exists()


@pytest.mark.parametrize("wrong", [{"reopen_days": 0}, {"reopen_days": 91}, {"freeze_days": 21}, {"report_days": 0}])
def test_periods_that_cannot_be_are_refused_with_the_sentence_of_the_page(
    reader: Person, wrong: dict[str, int]
) -> None:
    page = as_(reader).post("/settings/house/", {"reopen_days": 7, "freeze_days": 5, "report_days": 10} | wrong)

    answer = change(reader, HOUSE, wrong)

    assert answer.status_code == page.status_code == 422
    assert answer.json()["reasons"]
    assert all(reason in page.content.decode() for reason in answer.json()["reasons"])
    assert not HouseRules.objects.exists()


def test_first_contact_is_marked_and_noted_as_on_its_page(reader: Person, category: Category) -> None:
    at = f"/api/v1/categories/{category.code}"

    answer = change(reader, at, {"first_contact": True})

    assert answer.json() == as_(reader).get(at).json()
    assert answer.json()["first_contact"] is True
    assert Category.objects.get(pk=category.pk).first_contact
    noted = LogEntry.objects.get()
    assert (noted.user_id, noted.object_id) == (reader.pk, str(category.pk))
    with override("en"):
        assert "may be solved at first contact" in noted.get_change_message().lower()
    listed = {row["code"]: row["first_contact"] for row in as_(reader).get("/api/v1/categories").json()["results"]}
    assert listed[category.code] is True


def test_marking_what_is_marked_notes_nothing(reader: Person, category: Category) -> None:
    assert change(reader, f"/api/v1/categories/{category.code}", {"first_contact": False}).status_code == 200
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("body", [{}, {"first_contact": "yes"}, {"first_contact": None}, {"is_active": False}])
def test_a_mark_is_true_or_false(reader: Person, category: Category, body: dict[str, Any]) -> None:
    assert change(reader, f"/api/v1/categories/{category.code}", body).status_code in (400, 422)
    assert not Category.objects.get(pk=category.pk).first_contact


def test_a_step_is_added_changed_and_removed(reader: Person, ladder: EscalationPolicy) -> None:
    made = send(reader, steps_of(ladder), STEP)
    at = made["Location"]

    assert made.status_code == 201
    assert made.json() == as_(reader).get(at).json()
    assert made.json() | STEP == made.json()
    assert made.json()["channels"] == ["app", "mail"]
    changed = change(reader, at, {"at_percent": None, "at_seconds": 7261})
    assert (changed.json()["at_percent"], changed.json()["at_seconds"], changed.json()["level"]) == (None, 7261, 9)
    assert made.json()["id"] in {row["id"] for row in as_(reader).get(f"{LADDERS}/{ladder.code}").json()["steps"]}
    assert as_(reader).delete(at).status_code == 204
    assert as_(reader).get(at).status_code == as_(reader).delete(at).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "typed"),
    [
        ({"at_seconds": 7200}, {"at_seconds": "2h"}), ({"at_percent": None}, {"at_percent": ""}),
        ({"repeat_seconds": 30}, {"repeat_seconds": "0.5m"}), ({"level": 91}, {"level": "91"}),
        ({"notify": ["king"]}, {"notify": ["king"]}), ({"level": 1}, {"level": "1"}), ({"notify": []}, {"notify": []}),
        ({"priorities": [6]}, {"priorities": ["6"]}), ({"metric": "speed"}, {"metric": "speed"}),
        ({"channels": ["drum"]}, {"channels": ["drum"]}), ({"action": "shout"}, {"action": "shout"}),
        ({"at_percent": None, "at_seconds": 315_360_001}, {"at_percent": "", "at_seconds": "87600h 1m"}),
    ],
)  # fmt: skip
def test_a_wrong_step_is_refused_with_the_sentence_of_the_page(
    reader: Person, ladder: EscalationPolicy, wrong: dict[str, Any], typed: dict[str, Any]
) -> None:
    before = list(EscalationStep.objects.values_list("pk", flat=True))
    page = as_(reader).post(f"/settings/ladders/{ladder.pk}/steps/new/", STEP | typed)

    answer = send(reader, steps_of(ladder), STEP | wrong)

    assert answer.status_code == page.status_code == 422
    with override("en"):
        told = [str(one) for told in page.context["form"].errors.values() for one in told]
    assert sorted(answer.json()["reasons"]) == sorted(told)
    assert list(EscalationStep.objects.values_list("pk", flat=True)) == before


def test_every_step_that_stands_can_be_sent_back(reader: Person, ladder: EscalationPolicy) -> None:
    before = list(EscalationStep.objects.order_by("pk").values())

    for row in as_(reader).get(f"{LADDERS}/{ladder.code}").json()["steps"]:
        body = {name: value for name, value in row.items() if name != "id"}
        assert change(reader, f"{steps_of(ladder)}/{row['id']}", body).status_code == 200

    assert list(EscalationStep.objects.order_by("pk").values()) == before


def test_a_ladder_is_made_for_a_service_and_changed(reader: Person, service: Service) -> None:
    made = send(reader, LADDERS, {"code": "papers", "name_zh": "公文", "service": service.code})

    assert (made.status_code, made["Location"]) == (201, f"{LADDERS}/papers")
    assert made.json()["service"] == service.code
    changed = change(reader, f"{LADDERS}/papers", {"is_active": False, "service": None})
    assert (changed.json()["is_active"], changed.json()["service"]) == (False, None)
    assert changed.json() in as_(reader).get(LADDERS).json()


def test_one_ladder_is_active_for_all_services(reader: Person) -> None:
    answer = send(reader, LADDERS, {"code": "second", "name_zh": "第二"})

    assert answer.status_code == 422
    assert "only one can be" in answer.json()["reasons"][0]
    unknown = send(reader, LADDERS, {"code": "third", "name_zh": "第三", "service": "nowhere"})
    assert (unknown.status_code, list(unknown.json()["errors"])) == (422, ["service"])


def test_the_code_of_a_ladder_stays(reader: Person, ladder: EscalationPolicy) -> None:
    assert change(reader, f"{LADDERS}/{ladder.code}", {"code": "other"}).status_code in (400, 422)


def test_only_administrators_read_and_write_them(agent: Person, slm: Person, category: Category) -> None:
    ladder = EscalationPolicy.objects.order_by("pk")[0]
    reads = (HOUSE, LADDERS, f"{LADDERS}/{ladder.code}", f"/api/v1/categories/{category.code}")

    for person in (agent, slm):
        assert {as_(person).get(path).status_code for path in reads} == {403}
        assert change(person, HOUSE, {"freeze_days": 3}).status_code == 403
        assert change(person, f"/api/v1/categories/{category.code}", {"first_contact": True}).status_code == 403
        assert send(person, steps_of(ladder), STEP).status_code == 403
    assert Client().get(HOUSE).status_code == 401


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager, who does not keep the settings."""
    return make_person("levels", "slm")
