"""People and units come by file: what is new, what differs, who has left; nothing is deleted, nothing half-done."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from itsm.people.intake import Plan, import_people
from itsm.people.models import Organisation, Person
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


def bring(text: str, *, complete: bool = True, dry_run: bool = False, many_leavers: bool = False) -> Plan:
    return import_people(text.splitlines(keepends=True), complete=complete, dry_run=dry_run, many_leavers=many_leavers)


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(change.what, change.key) for change in plan.shown()]


def test_people_are_created_changed_and_left_alone(unit: Organisation, requester: Person) -> None:
    make_person("other", name="Other")

    plan = bring(
        "username,name,email,unit\nrequester,王大明,requester@example.org,library\nother,Other,other@example.org,\nnew,新人,New@Example.ORG,library\n",
        complete=False,
    )

    assert told(plan) == [("changed", "requester"), ("created", "new")]
    assert plan.changes[0].fields == {"name": ("王小明", "王大明")}
    new = Person.objects.get(username="new")
    assert (new.name, new.email, new.unit, new.is_active) == ("新人", "New@example.org", unit, True)
    assert not new.has_usable_password()


def test_a_column_that_is_not_there_stays_as_it_is(requester: Person) -> None:
    bring("username,name\nrequester,王小明\n", complete=False)

    requester.refresh_from_db()
    assert requester.email == "requester@example.org"
    assert requester.unit is not None


def test_leavers_are_deactivated_and_come_back(requester: Person, agent: Person) -> None:
    plan = bring("username,name\nagent,林怡君\nhead,周主任\n")

    requester.refresh_from_db()
    assert told(plan) == [("left", "requester")]
    assert not requester.is_active

    plan = bring("username,name\nagent,林怡君\nhead,周主任\nrequester,王小明\n")

    requester.refresh_from_db()
    assert told(plan) == [("returned", "requester")]
    assert requester.is_active


def test_administrators_and_people_of_the_demo_never_leave_by_a_file(agent: Person) -> None:
    make_person("admin", is_staff=True)
    make_person("demo", is_demo=True)

    bring("username,name\nagent,林怡君\n")

    assert Person.objects.filter(is_active=True).count() == 3


def test_a_file_in_which_most_are_missing_is_taken_for_a_mistake(requester: Person, agent: Person) -> None:
    text = "username,name\nagent,林怡君\n"

    plan = bring(text)
    assert "2" in plan.errors[0].reason
    assert Person.objects.filter(is_active=True).count() == 3

    bring(text, many_leavers=True)
    assert Person.objects.filter(is_active=True).count() == 1


def test_a_dry_run_tells_the_same_and_writes_nothing(requester: Person) -> None:
    text = "username,name\nnew,New\nrequester,Other\nhead,周主任\n"

    dry = bring(text, dry_run=True)

    assert not Person.objects.filter(username="new").exists()
    assert told(dry) == told(bring(text))


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("username,name\n,Nobody\n", 2, "username"),
        ("username,name\na,A\na,A\n", 3, "username"),
        ("username,name\na,\n", 2, "name"),
        ("username,name,email\na,A,not-an-address\n", 2, "email"),
        ("username,name,unit\na,A,nowhere\n", 2, "unit"),
        ("username,name,language\na,A,klingon\n", 2, "language"),
        ("username,name,time_zone\na,A,Mars/Olympus\n", 2, "time_zone"),
        ("username,name,active\na,A,perhaps\n", 2, "active"),
        ("username,name,email\na,A,x@example.org\nb,B,X@example.org\n", 3, "email"),
        ("username,name,employee_number\na,A,1\nb,B,1\n", 3, "employee_number"),
        ("username,name,email\na,A,head@example.org\n", 2, "email"),
        ("username,name\na,A,more\n", 2, "username"),
        ("username,name,salary\na,A,1\n", 1, "salary"),
        ("login,name\na,A\n", 1, "login, name"),
        ("", 1, ""),
        (f"username,name\na,{'x' * 121}\n", 2, "name"),
    ],
)
def test_one_wrong_cell_keeps_everything_out(unit: Organisation, text: str, line: int, column: str) -> None:
    before = Person.objects.count()

    plan = bring(text + "good,Good\n" if text.startswith("username,name\n") else text, complete=False)

    assert [(bad.line, bad.column) for bad in plan.errors] == [(line, column)]
    assert not plan.written
    assert Person.objects.count() == before


def test_two_people_may_swap_what_only_one_may_have(db: None) -> None:
    make_person("a", employee_number="1")
    make_person("b", employee_number="2")

    plan = bring("username,name,employee_number\na,A,2\nb,B,1\n")

    assert plan.written
    assert dict(Person.objects.values_list("username", "employee_number")) == {"a": "2", "b": "1"}


def test_units_hang_below_each_other_in_any_order_of_the_file(requester: Person) -> None:
    plan = bring(
        "code,name_zh,name_en,parent,lead\nteam,小組,Team,office,requester\noffice,辦公室,Office,,\nlibrary,圖書館,Library,office,head\n"
    )

    assert plan.errors == []
    team = Organisation.objects.get(code="team")
    assert (team.parent.code if team.parent else "", team.lead) == ("office", requester)
    assert Organisation.objects.get(code="library").parent == team.parent


def test_a_unit_below_itself_is_refused(unit: Organisation) -> None:
    plan = bring("code,name_zh,parent\na,甲,b\nb,乙,a\nlibrary,圖書館,\n")

    assert {(bad.line, bad.column) for bad in plan.errors} == {(2, "parent"), (3, "parent")}


def test_a_unit_that_is_gone_is_deactivated(other_requester: Person, unit: Organisation) -> None:
    bring("code,name_zh,name_en\nlibrary,圖書館,Library\n")

    assert dict(Organisation.objects.values_list("code", "is_active")) == {"library": True, "physics": False}


def test_the_command_prints_counts_and_fails_on_a_wrong_line(tmp_path: Path, requester: Person) -> None:
    (tmp_path / "good.csv").write_text("\ufeffusername,name\nnew,New\nrequester,王小明\nhead,周主任\n")
    (tmp_path / "bad.csv").write_text("username,name\nnew,\n")
    out = StringIO()

    call_command("import_people", str(tmp_path / "good.csv"), json=True, stdout=out)
    with pytest.raises(CommandError):
        call_command("import_people", str(tmp_path / "bad.csv"), stderr=StringIO())

    counts = {"rows": 3, "created": 1, "changed": 0, "unchanged": 2, "reactivated": 0, "deactivated": 0, "rejected": 0}
    assert json.loads(out.getvalue()) == {"kind": "people", "written": True} | counts
