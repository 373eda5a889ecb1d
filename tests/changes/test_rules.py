"""The rules that find the class of a change are rows: kept by the owner of the process, with their history."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from changes import classes, ruling, scoring
from changes.models import Change
from changes.rule_models import ClassRule, LeadTime
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.conftest import Walk, assessment
from tests.changes.test_pages import client_of, text
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
TICKED = [
    "service_change", "promise", "downtime", "many_users", "no_backout", "security", "cost", "migration", "first_use", "continuity",
]  # fmt: skip
GIVEN: dict[str, Any] = {
    "code": "dear", "name_zh": "逾十萬元", "name_en": "Over a hundred thousand", "position": 5, "fact": "cost", "operator": ">",
    "value": 100_000, "change_class": "major", "may_be_overridden": True, "is_active": True,
}  # fmt: skip


@pytest.fixture
def administrator(db: None) -> Person:
    """Who keeps the settings."""
    return make_person("root", "admin", name="張管理", is_staff=True)


def test_every_question_of_the_form_has_its_rule(db: None) -> None:
    codes = list(ClassRule.objects.values_list("code", flat=True))

    assert codes == [*TICKED, "any_downtime", "risk_score"]
    assert dict(LeadTime.objects.values_list("change_class", "days")) == {
        "standard": 0,
        "minor": 2,
        "major": 10,
        "emergency": 0,
    }


@pytest.mark.parametrize("code", TICKED)
def test_what_is_ticked_makes_it_major(code: str) -> None:
    found = classes.judge(Change(), {}, [code])

    assert (found.change_class, found.basis, found.fixed) == ("major", [code], code == "service_change")


@pytest.mark.parametrize(
    ("fields", "basis"),
    [
        ({"expected_downtime_min": 240}, []),
        ({"expected_downtime_min": 241}, ["any_downtime"]),
        ({"cost_estimate": 1_000_000}, []),
        ({"cost_estimate": 1_000_001}, ["cost"]),
    ],
)
def test_limits_are_exceeded_not_reached(fields: dict[str, int], basis: list[str]) -> None:
    assert classes.judge(Change(**fields), {}, []).basis == basis


@pytest.mark.parametrize(("agreed", "expected"), [(20, "minor"), (21, "major")])
def test_the_score_is_a_rule_like_others(agreed: int, expected: str) -> None:
    assert classes.judge(Change(), {}, [], agreed=agreed).change_class == expected


def test_another_limit_binds_the_next_assessment(walk: Walk, change_manager: Person) -> None:
    earlier, later = walk("implementation_review"), walk("assessing")
    ruling.keep_rule(None, GIVEN, by=change_manager)
    Change.objects.filter(pk=later.pk).update(cost_estimate=100_001)
    later = Change.objects.get(pk=later.pk)

    with pytest.raises(Objected):
        perform(later, "classify_minor", by=change_manager, at=MONDAY, **assessment())
    made = perform(later, "classify_major", by=change_manager, at=MONDAY, **assessment())

    assert made.class_basis == ["dear"]
    with translation.override("en"):
        assert scoring.fired(made.class_basis) == ["Over a hundred thousand"]
    assert Change.objects.get(pk=earlier.pk).change_class == "minor"


def test_the_first_rule_that_holds_decides(change_manager: Person) -> None:
    ruling.keep_rule(
        None, GIVEN | {"code": "trifle", "position": 1, "fact": "cost", "operator": "<=", "value": 0, "change_class": "minor"},
        by=change_manager,
    )  # fmt: skip

    assert classes.judge(Change(), {}, ["security"]).change_class == "minor"
    assert classes.judge(Change(cost_estimate=1), {}, ["security"]).change_class == "major"


def test_a_rule_that_is_not_in_use_decides_nothing_and_keeps_its_name(change_manager: Person) -> None:
    row = ClassRule.objects.get(code="security")
    ruling.keep_rule(row, {"fact": "", "is_active": False}, by=change_manager)

    assert classes.judge(Change(), {}, ["security"]).change_class == "minor"
    with translation.override("en"):
        assert scoring.fired(["security"]) == ["Security architecture or personal data"]


def test_every_alteration_leaves_its_history(change_manager: Person) -> None:
    row = ClassRule.objects.get(code="cost")
    history: Any = ClassRule.pgh_event_model  # type: ignore[attr-defined]  # added by pghistory

    ruling.keep_rule(row, {"fact": "cost", "value": 500_000}, by=change_manager)
    ClassRule.objects.filter(code="cost").update(value=600_000)

    values = list(history.objects.filter(pgh_obj=row.pk).order_by("pgh_id").values_list("value", flat=True))
    assert values == [1_000_000, 500_000, 600_000]


def test_a_lead_time_moves_the_earliest_start(change_manager: Person) -> None:
    before = classes.earliest_start("minor", at=MONDAY)

    ruling.keep_lead("minor", 3, by=change_manager)

    assert classes.earliest_start("minor", at=MONDAY) > before
    with pytest.raises(Objected):
        ruling.keep_lead("minor", 91, by=change_manager)


def test_others_keep_no_rules(engineer: Person) -> None:
    with pytest.raises(NotAllowed):
        ruling.keep_rule(None, GIVEN, by=engineer)
    with pytest.raises(NotAllowed):
        ruling.keep_lead("minor", 1, by=engineer)
    assert client_of(engineer).get("/changes/rules/").status_code == 403
    assert client_of(engineer).post("/changes/rules/new/", GIVEN).status_code == 403


def test_a_rule_without_a_fact_is_refused_by_service_and_database(change_manager: Person) -> None:
    with pytest.raises(Objected):
        ruling.keep_rule(None, GIVEN | {"fact": ""}, by=change_manager)
    with pytest.raises(IntegrityError, match="class_rule_has_a_fact"), transaction.atomic():
        ClassRule.objects.filter(code="risk_score").update(fact="")


@pytest.mark.parametrize("role", ["change_manager", "administrator"])
def test_the_page_lists_and_changes_rules(role: str, request: Any) -> None:
    client = client_of(request.getfixturevalue(role))

    page = text(client.get("/changes/rules/"))
    assert "Downtime of more than four hours" in page
    assert "expected downtime in minutes more than" in page
    assert client.post("/changes/rules/new/", GIVEN | {"fact": ""}).status_code == 422
    assert client.post("/changes/rules/new/", GIVEN).status_code == 303
    made = ClassRule.objects.get(code="dear")
    assert client.post("/changes/rules/dear/", GIVEN | {"code": "other", "value": "7"}).status_code == 303
    made.refresh_from_db()
    assert (made.code, made.value) == ("dear", 7)
    assert client.post("/changes/rules/lead-times/minor/", {"days": "4"}).status_code == 303
    assert LeadTime.objects.get(change_class="minor").days == 4
    assert client.get("/changes/rules/lead-times/none/").status_code == 404


# ---- REST -----------------------------------------------------------------------------------
class TestInterface:
    """The rules and the lead times over REST: the same service, the same keepers."""

    def test_rules_are_added_altered_retired_and_read_with_their_history(self, change_manager: Person) -> None:
        client = client_of(change_manager)
        json: dict[str, Any] = {"content_type": "application/json"}

        made = client.post("/api/v1/class-rules", GIVEN, **json)
        client.patch("/api/v1/class-rules/dear", {"value": 200_000}, **json)
        retired = client.patch("/api/v1/class-rules/dear", {"is_active": False}, **json)

        assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/class-rules/dear")
        body = client.get("/api/v1/class-rules/dear").json()
        assert body == retired.json()
        assert (body["fact"], body["value"], body["is_active"]) == ("cost", 200_000, False)
        assert [(one["value"], one["is_active"]) for one in body["history"]] == [
            (200_000, False), (200_000, True), (100_000, True),
        ]  # fmt: skip
        listed = client.get("/api/v1/class-rules").json()
        assert [row["code"] for row in listed] == list(ClassRule.objects.values_list("code", flat=True))

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (GIVEN | {"code": "cost"}, "code"), (GIVEN | {"code": "new"}, "code"), (GIVEN | {"fact": ""}, "fact"),
            (GIVEN | {"operator": "="}, "operator"), (GIVEN | {"value": -1}, "value"), (GIVEN | {"odd": 1}, "odd"),
        ],
    )  # fmt: skip
    def test_what_does_not_fit_is_refused_by_its_field(
        self, change_manager: Person, body: dict[str, Any], field: str
    ) -> None:
        before = ClassRule.objects.count()

        answer = client_of(change_manager).post("/api/v1/class-rules", body, content_type="application/json")

        assert answer.status_code in (400, 422)
        assert field in answer.content.decode()
        assert ClassRule.objects.count() == before

    def test_a_rule_that_only_compares_keeps_its_fact(self, change_manager: Person) -> None:
        client = client_of(change_manager)

        answer = client.patch("/api/v1/class-rules/risk_score", {"fact": ""}, content_type="application/json")

        assert answer.status_code == 422
        assert client.patch("/api/v1/class-rules/none", {}, content_type="application/json").status_code == 404

    def test_lead_times_are_listed_and_written(self, change_manager: Person) -> None:
        client = client_of(change_manager)

        written = client.put("/api/v1/lead-times/minor", {"days": 3}, content_type="application/json")
        too_long = client.put("/api/v1/lead-times/minor", {"days": 91}, content_type="application/json")

        assert (written.status_code, written.json()) == (200, {"change_class": "minor", "days": 3})
        assert too_long.status_code == 400
        assert client.put("/api/v1/lead-times/none", {"days": 3}, content_type="application/json").status_code == 404
        assert {row["change_class"]: row["days"] for row in client.get("/api/v1/lead-times").json()} == {
            "standard": 0, "minor": 3, "major": 10, "emergency": 0,
        }  # fmt: skip

    def test_only_who_keeps_them_reads_or_writes_them(self, engineer: Person, administrator: Person) -> None:
        client = client_of(engineer)
        json: dict[str, Any] = {"content_type": "application/json"}

        refused = [
            client.get("/api/v1/class-rules"), client.post("/api/v1/class-rules", GIVEN, **json),
            client.get("/api/v1/class-rules/cost"), client.patch("/api/v1/class-rules/cost", {"value": 1}, **json),
            client.get("/api/v1/lead-times"), client.put("/api/v1/lead-times/minor", {"days": 0}, **json),
        ]  # fmt: skip

        assert [answer.status_code for answer in refused] == [403] * 6
        assert client_of(administrator).get("/api/v1/class-rules").status_code == 200
        assert LeadTime.objects.get(change_class="minor").days == 2
