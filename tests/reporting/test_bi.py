"""The views for other programs: described as they are, readable by their role alone, without people and secrets."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person
from itsm.reporting import feed
from itsm.reporting.bi import installing, logins
from itsm.reporting.bi.definitions import VIEWS
from itsm.reporting.bi.describing import described
from itsm.tickets.models import Outage, Ticket
from sla import claims, issuing
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def asked(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        found: list[Any] = cursor.fetchall()
        return found


@pytest.fixture
def cases(requester: Person, service: Service) -> list[Any]:
    made = [
        services.raise_incident(by=requester, requester=requester, title=f"SECRETWORD {n}", service=service, at=MONDAY)
        for n in range(2)
    ]
    Ticket.objects.filter(pk=made[1].pk).update(confidential=True)
    feed.feed()
    return made


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm")


@pytest.fixture
def reader(cases: list[Any]) -> Any:
    """Whatever is asked now is asked by the role of the views."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {installing.ROLE}")
        yield cases
        cursor.execute("RESET ROLE")


def test_the_description_is_that_of_the_views() -> None:
    assert (settings.BASE_DIR / "docs" / "reporting_schema.md").read_text() == described()


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_the_role_reads_every_view(reader: list[Any], view: str) -> None:
    rows = asked(f"SELECT * FROM reporting.{view}")

    assert not any("SECRETWORD" in str(row) for row in rows)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM tickets_ticket", "SELECT * FROM people_person", "SELECT * FROM reporting_fact", "SELECT * FROM records_event",
        "DELETE FROM reporting.teams", "UPDATE reporting.teams SET is_active = false", "CREATE TABLE reporting.mine (a int)",
    ],
)  # fmt: skip
def test_the_role_reads_nothing_else_and_writes_nothing(reader: list[Any], statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        asked(statement)


def test_of_all_relations_the_role_may_read_its_views_alone_and_write_none(cases: list[Any]) -> None:
    relations = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname "
    others = f"NOT IN ('pg_catalog', 'information_schema', 'reporting') AND has_table_privilege('{installing.ROLE}', c.oid, 'SELECT')"
    rights = "INSERT, UPDATE, DELETE, TRUNCATE"
    writes = (
        f"NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege('{installing.ROLE}', c.oid, '{rights}')"
    )
    own = f"= 'reporting' AND has_table_privilege('{installing.ROLE}', c.oid, 'SELECT')"

    assert asked(f"SELECT c.oid::regclass::text {relations}{others}") == []
    assert asked(f"SELECT c.oid::regclass::text {relations}{writes}") == []
    assert {name for (name,) in asked(f"SELECT c.relname::text {relations}{own}")} == {view.name for view in VIEWS}


def test_confidential_cases_are_left_out(reader: list[Any]) -> None:
    assert [number for (number,) in asked("SELECT number FROM reporting.cases")] == [reader[0].number]
    assert {key for (key,) in asked("SELECT case_id FROM reporting.promises")} <= {reader[0].pk}
    assert asked("SELECT sum(amount) FROM reporting.days WHERE measure = 'received'") == [(2,)]


def test_outages_and_exclusions_are_told_without_the_number_of_a_confidential_case(
    cases: list[Any], service: Service, agent: Person
) -> None:
    for case in cases:
        Outage.objects.create(ticket_id=case.pk, service=service, started_at=MONDAY)
    Outage.objects.create(service=service, started_at=MONDAY, ended_at=MONDAY, struck_out_at=MONDAY)
    later = MONDAY + timedelta(hours=1)
    claims.claim(
        service, clause=claims.USUAL[0], started_at=MONDAY, ended_at=later, reason="SECRETWORD", evidence="", by=agent, at=later
    )  # fmt: skip

    assert asked("SELECT case_id FROM reporting.outages ORDER BY outage_id") == [(cases[0].pk,), (None,)]
    assert asked("SELECT service, clause, state FROM reporting.exclusions") == [
        ("documents", "force_majeure", "claimed")
    ]


def test_the_availability_of_a_month_is_that_of_its_last_issue(service: Service, slm: Person) -> None:
    start, end = issuing.month_of(MONDAY.date())
    after = end + timedelta(days=9)
    issuing.issue(service, start, end, at=after)
    Outage.objects.create(service=service, started_at=MONDAY, ended_at=MONDAY + timedelta(hours=1))
    made = issuing.issue(service, start, end, at=after, by=slm, reason="補登中斷")

    told = asked("SELECT service, issue, agreed_seconds, down_seconds, met FROM reporting.availability")

    assert told == [("documents", 2, made.figures["agreed_s"], 3600, None)]


def test_no_column_tells_of_people() -> None:
    columns = {name for view in VIEWS for name, _expression, _meaning in view.columns}

    assert not columns & {"requester", "assignee", "title", "description", "actor", "person", "body", "reason"}


def test_a_login_is_made_once_with_limits_and_goes_again() -> None:
    said = StringIO()

    call_command("reporting_login", "bi_tableau", stdout=said)
    first = said.getvalue()
    call_command("reporting_login", "bi_tableau", "--days", "30", stdout=said)

    assert "password" in first
    assert said.getvalue().count(first.split("password ")[1].split(";")[0]) == 1
    config, most = asked("SELECT rolconfig, rolconnlimit FROM pg_roles WHERE rolname = 'bi_tableau'")[0]
    assert "statement_timeout=60s" in config
    assert "default_transaction_read_only=on" in config
    assert most == logins.CONNECTIONS
    call_command("reporting_login", "bi_tableau", "--drop", stdout=said)
    assert asked("SELECT 1 FROM pg_roles WHERE rolname = 'bi_tableau'") == []


@pytest.mark.parametrize("name", ["postgres", "bi_", "bi_x;DROP", "BI_LOUD", "bi_nobody"])
def test_a_login_that_will_not_do_is_refused_with_a_sentence(name: str) -> None:
    drop = ["--drop"] if name == "bi_nobody" else []

    with pytest.raises(CommandError, match=r"\w"):
        call_command("reporting_login", name, *drop)


def test_another_role_with_the_name_is_left_alone() -> None:
    asked_nothing = "CREATE ROLE bi_other NOLOGIN"
    with connection.cursor() as cursor:
        cursor.execute(asked_nothing)

    with pytest.raises(logins.LoginRefused):
        logins.make("bi_other", until=timezone.now() + timedelta(days=1))


def test_without_the_right_to_make_roles_there_is_a_sentence_and_no_failure(capsys: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {installing.ROLE}")
        cursor.execute(f"ALTER ROLE {installing.ROLE} RENAME TO bi_put_aside")
        cursor.execute("CREATE ROLE bi_poor NOLOGIN")
        cursor.execute("SET LOCAL ROLE bi_poor")
        cursor.execute(installing.MAKE_ROLE)
        made, words = installing.grant(), installing.lacking()
        cursor.execute("RESET ROLE")
        transaction.set_rollback(True)

    assert not made
    assert installing.ROLE in words


def test_views_go_before_tables_change_and_come_back(cases: list[Any]) -> None:
    installing.take_away(plan=[("one", False)])
    gone = asked("SELECT count(*) FROM information_schema.views WHERE table_schema = 'reporting'")

    installing.put_up(verbosity=0)

    assert gone == [(0,)]
    assert asked("SELECT count(*) FROM information_schema.views WHERE table_schema = 'reporting'") == [(len(VIEWS),)]
