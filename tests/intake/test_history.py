"""A history comes in as it happened: last state, journal, names, numbers; and nobody is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidents.models import Incident
from itsm.intake.models import ImportedCase, ImportRun
from itsm.people.models import Person, Team
from itsm.records.models import Event, NumberSeries
from itsm.tickets.models import Ticket
from tests.intake.logs import SOURCE, bring_in, row, usual, write

pytestmark = pytest.mark.django_db


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 3, day, hour, minute, tzinfo=UTC)


def test_a_case_stands_in_its_last_state_with_the_times_of_its_rows(tmp_path: Path) -> None:
    counts = bring_in(write(tmp_path / "log.csv", usual()))

    case = Incident.objects.get()
    assert counts.as_json() == {"records": 1, "rows": 5, "created": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    assert (case.state, case.phase, case.priority, case.channel) == ("closed", "done", 3, "phone")
    assert (case.received_at, case.resolved_at, case.closed_at) == (moment(7, 9), moment(7, 12), moment(7, 18))
    assert (case.source, case.source_number, case.number) == (SOURCE, "INC1", "INC-201603-00001")
    assert case.title == "Category 1 · Subcategory 1"
    assert case.facts == {"location": "Location 1", "closed_code": "code 6"}


def test_the_journal_tells_every_row_as_what_it_changed(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))

    told = [
        (event.kind, event.name, event.source, event.target, event.facts["row"]) for event in Event.objects.in_order()
    ]
    assert told == [
        ("opened", "open", "", "", 0),
        ("assigned", "assign", "", "", 1),
        ("move", "escalate_second_line", "reported", "l2_processing", 2),
        ("assigned", "assign", "", "", 2),
        ("move", "hold", "l2_processing", "on_hold", 3),
        ("move", "resolve", "on_hold", "awaiting_confirmation", 4),
        ("move", "confirm_resolution", "awaiting_confirmation", "closed", 5),
    ]
    assert Event.objects.filter(imported=False).count() == 0


def test_an_assignment_says_from_whom_to_whom_and_who_did_it(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))

    event = Event.objects.get(kind="assigned", facts__row=2)
    assert event.facts["before"] == {"team": "Group 70", "assignee": ""}
    assert event.facts["after"] == {"team": "Group 24", "assignee": "Resolver 1"}
    assert str(event.actor) == "Updated by 1"


def test_a_final_value_on_the_first_row_is_an_answer_and_not_read(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()[:2]))

    case = Incident.objects.get()
    assert (case.state, case.resolved_at, case.closed_at) == ("l2_processing", None, None)


def test_a_history_that_begins_in_the_middle_is_told_from_there(tmp_path: Path) -> None:
    bring_in(
        write(
            tmp_path / "log.csv",
            [row(incident_state="Resolved"), row(incident_state="Closed", sys_updated_at="8/3/2016 09:00")],
        )
    )

    moves = Event.objects.moves().in_order().values_list("source", "target", "at")
    assert list(moves) == [
        ("reported", "awaiting_confirmation", moment(7, 9, 5)),
        ("awaiting_confirmation", "closed", moment(8, 9)),
    ]


def test_file_order_is_the_truth_where_time_runs_backwards(tmp_path: Path) -> None:
    rows = [
        row(incident_state="Resolved", sys_updated_at="7/3/2016 12:00"),
        row(incident_state="Active", sys_updated_at="7/3/2016 11:00"),
    ]
    bring_in(write(tmp_path / "log.csv", rows))

    assert Incident.objects.get().state == "l1_processing"


def test_a_case_opened_after_its_first_row_is_accepted(tmp_path: Path) -> None:
    counts = bring_in(write(tmp_path / "log.csv", [row(opened_at="9/3/2016 09:00")]))

    assert counts.created == 1
    assert Incident.objects.get().received_at == moment(9, 9)


def test_who_is_named_is_somebody_who_cannot_sign_in(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))

    people = Person.objects.filter(username__startswith=f"{SOURCE}:")
    assert {person.name for person in people} >= {"Caller 1", "Opened by 1", "Updated by 1", "Resolver 1"}
    assert not any(person.is_active or person.has_usable_password() or person.is_demo for person in people)


def test_a_missing_requester_is_the_unknown_one(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", [row(caller_id="?")]))

    assert str(Incident.objects.get().requester) == "Unknown caller"


def test_teams_stand_in_the_line_that_the_mapping_says(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))

    assert dict(Team.objects.values_list("name_zh", "tier")) == {"Group 70": 1, "Group 24": 2}


def test_two_sources_with_the_same_names_and_numbers_stay_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", usual())
    bring_in(path)
    bring_in(path, source="other-desk")

    assert Team.objects.filter(name_zh="Group 70").count() == 2
    assert list(Incident.objects.order_by("number").values_list("number", flat=True)) == [
        "INC-201603-00001",
        "INC-201603-00002",
    ]


def test_numbers_follow_the_month_of_the_site_in_which_a_case_was_opened(tmp_path: Path) -> None:
    bring_in(
        write(
            tmp_path / "log.csv",
            [row(number="A", opened_at="31/3/2016 15:59"), row(number="B", opened_at="31/3/2016 16:00")],
        )
    )

    assert dict(Incident.objects.values_list("source_number", "number")) == {
        "A": "INC-201603-00001",
        "B": "INC-201604-00001",
    }
    assert NumberSeries.objects.count() == 2


def test_a_case_left_waiting_knows_why_and_where_it_came_from(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()[:3]))

    case = Incident.objects.select_related("hold_reason").get()
    assert (case.state, case.held_from, case.hold_reason.code) == ("on_hold", "l2_processing", "awaiting_user")


def test_going_back_is_counted(tmp_path: Path) -> None:
    more = [row(incident_state="Active", sys_updated_at="8/3/2016 09:00"), row(incident_state="Resolved", sys_updated_at="8/3/2016 10:00"),
            row(incident_state="Active", sys_updated_at="8/3/2016 11:00")]  # fmt: skip
    bring_in(write(tmp_path / "log.csv", [*usual(), *more]))

    case = Incident.objects.get()
    assert (case.reopen_count, case.rejection_count) == (1, 1)
    assert [event.name for event in Event.objects.moves().filter(facts__row__gte=6).in_order()] == [
        "reopen",
        "resolve",
        "reject_resolution",
    ]


@pytest.mark.parametrize(("closed_at", "met"), [("8/3/2016 19:00", True), ("8/3/2016 19:01", False)])
def test_the_closure_clock_is_met_when_it_equals_its_target(tmp_path: Path, closed_at: str, met: bool) -> None:
    # Monday 7 March 09:00 to Tuesday 00:00 is 15 h, Tuesday 06:00 to 19:00 is 13 h: 28 h in all; the target is 28 h.
    mapping = (Path(__file__).resolve().parents[2] / "itsm/intake/mappings/servicenow-event-log.yaml").read_text()
    (tmp_path / "own.yaml").write_text(mapping.replace("3: 117.4", "3: 28"))
    bring_in(
        write(tmp_path / "log.csv", [row(), row(incident_state="Closed", sys_updated_at=closed_at)]),
        mapping=str(tmp_path / "own.yaml"),
    )

    origin = ImportedCase.objects.get()
    assert (origin.target_seconds, origin.met, origin.source_met) == (28 * 3600, met, True)


def test_nobody_is_told_and_no_clock_runs(tmp_path: Path, mailoutbox: list[object]) -> None:
    from itsm.notices.models import Outbox

    bring_in(write(tmp_path / "log.csv", usual()[:2]))

    case = Ticket.objects.get()
    assert not Outbox.objects.exists()
    assert (case.due_at, case.clock_state) == (None, "")
    assert mailoutbox == []


def test_the_run_is_kept_with_its_counts(tmp_path: Path) -> None:
    bring_in(write(tmp_path / "log.csv", usual()))

    run = ImportRun.objects.get()
    assert (run.state, run.records, run.rows, run.created, run.file_name) == ("finished", 1, 5, 1, "log.csv")
